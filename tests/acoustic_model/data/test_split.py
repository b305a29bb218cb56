"""Nobody is trained on and measured with: parts go by speaker, for ever the same."""

import csv
from pathlib import Path

import pytest

from acoustic_model.data.recordings import find_clips
from acoustic_model.data.split import is_of_share, part_of
from acoustic_model.errors import RecipeError

AUDIO = Path(__file__).parents[2] / "audio" / "en-US"


def test_a_speaker_keeps_the_part() -> None:
    """Known speakers stay where they were when the shipped model was made."""
    known = {
        "012c8314": "train",
        "0132a06d": "train",
        "an4-mskh": "test",
        "an4-mblw": "test",
    }
    assert known == {speaker: part_of(speaker) for speaker in known}
    parts = [part_of(str(number)) for number in range(5000)]
    assert 0.18 < parts.count("test") / 5000 < 0.22
    assert 0.06 < parts.count("tune") / 5000 < 0.10


def test_shares_of_the_speakers_grow() -> None:
    """Who is one of eight is one of four, too; a mixture needs all its voices."""
    names = [f"kokoro:{number}" for number in range(4000)]
    of = {n: {x for x in names if is_of_share(x, n)} for n in (8, 4, 2, 1)}
    assert of[8] < of[4] < of[2] < of[1] == set(names)
    assert 0.2 < len(of[4]) / 4000 < 0.3
    ours, other = sorted(of[2])[:2], next(x for x in names if x not in of[2])
    first, second = ours[0], ours[1].partition(":")[2]
    assert is_of_share(f"{first}+{second}", 2)
    assert not is_of_share(f"{first}+{other.partition(':')[2]}", 2)


def test_a_share_is_independent_of_the_part() -> None:
    """A share of those trained on is as large as of all."""
    trained = [str(n) for n in range(5000) if part_of(str(n)) == "train"]
    shared = sum(is_of_share(name, 8) for name in trained)
    assert 0.10 < shared / len(trained) < 0.15


def test_the_recordings_in_our_tests_are_of_people_never_trained_on() -> None:
    """Otherwise our tests would measure memory, not hearing."""
    with (AUDIO / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= 70
    assert {part_of(row["speaker"]) for row in rows} == {"test"}
    assert {row["file"] for row in rows} == {path.name for path in AUDIO.glob("*.wav")}


def write(data: Path, *names: str) -> None:
    """Make empty files where recordings would be."""
    for name in names:
        path = data / "speech_commands" / f"{name}.flac"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_missing_data_is_told(tmp_path: Path) -> None:
    """A wrong path is named, with what should be there."""
    with pytest.raises(RecipeError, match=r"nowhere: is not a folder\. .* Give the"):
        find_clips(tmp_path / "nowhere")


def test_data_of_one_speaker_is_refused(tmp_path: Path) -> None:
    """One person's clips cannot be split into training and measuring."""
    write(tmp_path, "yes/ann_nohash_0", "no/ann_nohash_0", "stop/ann_nohash_1")
    with pytest.raises(RecipeError, match=r"recordings of 1 speaker\(s\)\."):
        find_clips(tmp_path)


def test_a_part_without_yes_or_no_is_refused(tmp_path: Path) -> None:
    """Each part needs both answers."""
    write(tmp_path, "yes/ann_nohash_0", "no/bob_nohash_0")
    with pytest.raises(RecipeError, match="falls into the"):
        find_clips(tmp_path)
