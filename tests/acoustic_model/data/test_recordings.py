"""Recordings that cannot be trained on: one sentence with the file and the remedy."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from acoustic_model.data.recordings import RATE, find_noises, read_sound
from acoustic_model.errors import RecipeError


class LibsndfileError(RuntimeError):
    """What the library raises for a file that is no sound."""


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch):
    """Return a function that sets what the sound library finds in a file."""

    def finds(rate: int = RATE, channels: int = 1, fails: Exception | None = None):
        def read(path: Path, dtype: str):
            if fails:
                raise fails
            return SimpleNamespace(ndim=channels), rate

        module = ModuleType("soundfile")
        module.read, module.LibsndfileError = read, LibsndfileError
        monkeypatch.setitem(sys.modules, "soundfile", module)

    return finds


def refused(path: str) -> str:
    """Return the sentence that refuses a recording."""
    with pytest.raises(RecipeError) as problem:
        read_sound(Path(path))
    return str(problem.value)


def test_a_clip_of_the_wrong_rate_is_named_with_the_remedy(library) -> None:
    """Neither resampled silently nor skipped."""
    library(rate=8_000)
    assert (
        "yes.flac: has 8000 samples a second in 1 channel(s). Training data have 16000 "
        "in one. Convert it, for instance with sox -r 16k -c 1."
    ) == refused("yes.flac")


def test_two_channels_are_refused(library) -> None:
    """Which of the two would be the person's?"""
    library(channels=2)
    assert "in 2 channel(s)" in refused("yes.flac")


@pytest.mark.parametrize(
    "fails", [LibsndfileError("unknown format"), PermissionError("not allowed")]
)
def test_what_cannot_be_read_is_named(library, fails) -> None:
    """Damaged, of another kind, or not ours to read."""
    library(fails=fails)
    message = refused("no.flac")
    assert message.startswith("no.flac: cannot be read as a recording")
    assert message.endswith("Replace the file or delete it.")


def test_without_noise_there_is_no_training(tmp_path: Path) -> None:
    """Clips are mixed with real noise; a folder without it is refused."""
    with pytest.raises(RecipeError, match="holds no WAV file"):
        find_noises(tmp_path)
