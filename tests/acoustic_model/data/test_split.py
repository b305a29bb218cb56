"""Nobody is trained on and measured with: parts go by speaker, for ever the same."""

import csv
from pathlib import Path

import pytest

from acoustic_model.data.recordings import find_clips, get_part
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
    assert known == {speaker: get_part(speaker) for speaker in known}
    parts = [get_part(str(number)) for number in range(5000)]
    assert 0.18 < parts.count("test") / 5000 < 0.22
    assert 0.06 < parts.count("tune") / 5000 < 0.10


def test_the_recordings_in_our_tests_are_of_people_never_trained_on() -> None:
    """Otherwise our tests would measure memory, not hearing."""
    with (AUDIO / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= 70
    assert {get_part(row["speaker"]) for row in rows} == {"test"}
    assert {row["file"] for row in rows} == {path.name for path in AUDIO.glob("*.wav")}


def write(data: Path, *names: str) -> None:
    """Make empty files where recordings would be."""
    for name in names:
        path = data / "speech_commands" / f"{name}.flac"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_missing_data_is_named(tmp_path: Path) -> None:
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
