"""The recipe decodes clips as the product does: same texts, same meanings."""

import json
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from acoustic_model.data.meaning import find_meaning
from acoustic_model.errors import RecipeError
from acoustic_model.evaluation.decoder import Decoder, Trial
from local_voice.asr.grammar import GrammarState

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "local_voice" / "model" / "en-US"
AUDIO = ROOT / "tests" / "audio" / "en-US"
CLIPS = sorted(AUDIO.glob("*.wav"))[::7]


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """Return the shipped model in the recogniser that ships."""
    with closing(Decoder(MODEL)) as made:
        yield made


def read(path: Path) -> np.ndarray:
    """Return samples from -1 to 1, as the recipe's own reader does."""
    with wave.open(str(path)) as recording:
        pcm = recording.readframes(recording.getnframes())
    return (np.frombuffer(pcm, "<i2") / 32_768).astype(np.float32)


@pytest.mark.audio
@pytest.mark.parametrize("state", list(GrammarState))
def test_a_clip_is_decoded_as_by_the_command_hear(
    decoder: Decoder, state: GrammarState
) -> None:
    """So the card measures what runs, in every state of a session."""
    command = ["-m", "local_voice", "hear", "--json", "--state", state.value]
    done = subprocess.run(
        [sys.executable, *command, *map(str, CLIPS)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    product = [json.loads(line)["heard"] for line in done.stdout.splitlines()]
    outcomes = [decoder.decode(Trial("", "", read(clip)), state) for clip in CLIPS]
    assert product == [outcome.text for outcome in outcomes]
    assert len(set(product)) > 2


@pytest.mark.audio
def test_an_outcome_has_what_was_meant_and_what_it_cost(decoder: Decoder) -> None:
    """Time of the engine, and length of the sound that it took."""
    clip = read(next(AUDIO.glob("yes_*.wav")))
    outcome = decoder.decode(Trial('"yes"', "yes", clip))
    assert ("yes", "yes") == (outcome.wanted, outcome.found)
    assert 0 < outcome.milliseconds
    assert 0.3 < outcome.seconds <= 2.1
    assert decoder.load_seconds > 0
    assert 0 < decoder.processor_seconds


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("why", "help"),
        ("back", "previous"),
        ("um yes", "yes"),
        ("louder", "louder"),
        ("two weeks ago", "volunteered"),
        ("yes no", "checked"),
        ("[unk]", ""),
        ("", ""),
    ],
)
def test_a_text_means_what_a_session_takes_it_for(text: str, meaning: str) -> None:
    """Fillers and joins too, not only whole phrases."""
    assert find_meaning(text) == meaning


def test_a_folder_without_a_model_is_one_sentence(tmp_path: Path) -> None:
    """No traceback: the path and the remedy."""
    with pytest.raises(RecipeError, match="is not a whole model"):
        Decoder(tmp_path)


@pytest.mark.audio
def test_a_damaged_model_is_one_sentence(tmp_path: Path) -> None:
    """No graph can be made for it; and the engine ends on it, in its own process."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    (folder / "SHA256SUMS").unlink()
    (folder / "am" / "final.mdl").write_bytes(b"\0B<Broken>")
    with pytest.raises(RecipeError, match="is damaged"):
        Decoder(folder)
    (folder / "units.txt").unlink()
    with pytest.raises(RecipeError, match="cannot be loaded by Vosk"):
        Decoder(folder)


def test_talk_means_nothing_whatever_a_word_in_it_says():
    """Letters that spell a name end as an E R does."""
    sound = np.zeros(10, np.float32)
    assert Trial("", "r o b e r t", sound).meaning
    assert not Trial("", "r o b e r t", sound, talk=True).meaning
