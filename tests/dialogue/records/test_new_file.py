"""New files: never over another one, for their owner only, whole or not there."""

import os
from pathlib import Path

import pytest

from dialogue.records.new_file import (
    USUAL,
    NewFile,
    check_new_file,
    replace_file,
    write_new_files,
)

TAKEN = ("file", "folder", "link", "dangling link")


def take(path: Path, kind: str) -> None:
    """Put something of `kind` in the place of `path`."""
    other = path.with_name("other")
    match kind:
        case "file":
            path.write_bytes(b"mine")
        case "folder":
            path.mkdir()
        case "link":
            other.write_bytes(b"mine")
            path.symlink_to(other)
        case "dangling link":
            path.symlink_to(other)


def take_stock(folder: Path) -> dict[str, bytes]:
    """Return the files of `folder`, links followed, with their bytes."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize("kind", TAKEN)
def test_a_name_that_is_taken_is_refused_and_left(tmp_path, kind):
    """Also a link that leads nowhere: nothing is made where it points."""
    path = tmp_path / "talk.wav"
    take(path, kind)
    before = take_stock(tmp_path)
    for refused in (NewFile, check_new_file):
        with pytest.raises(FileExistsError):
            refused(path)
    assert before == take_stock(tmp_path)
    assert not (tmp_path / "talk.wav.part").exists()


@pytest.mark.parametrize("kind", TAKEN)
@pytest.mark.parametrize("links", [True, False])
def test_a_name_that_is_taken_meanwhile_gets_a_number(
    tmp_path, monkeypatch, kind, links
):
    """Both are kept, with hard links and without, as on a stick."""
    if not links:
        monkeypatch.setattr(os, "link", refuse_link)
    path = tmp_path / "talk.wav"
    file = NewFile(path)
    file.write(b"whole", 0)
    take(path, kind)
    before = take_stock(tmp_path)
    before.pop("talk.wav.part")
    kept = file.keep()
    assert tmp_path / "talk-2.wav" == kept
    assert before | {"talk-2.wav": b"whole"} == take_stock(tmp_path)
    assert 0o600 == kept.stat().st_mode & 0o777


def refuse_link(source, target):
    """Stand for a file system without hard links."""
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_its_owner_reads_it_from_the_first_byte_on(tmp_path, mask):
    """Whatever the umask, while it is written and afterwards."""
    before = os.umask(mask)
    try:
        file = NewFile(tmp_path / "talk.wav")
        (part,) = tmp_path.iterdir()
        assert 0o600 == part.stat().st_mode & 0o777
        assert 0o600 == file.keep().stat().st_mode & 0o777
    finally:
        os.umask(before)


def test_what_a_kill_has_left_is_not_touched(tmp_path):
    """A part of an earlier recording stays, and the new one gets another name."""
    (tmp_path / "talk.wav.part").write_bytes(b"the earlier one")
    file = NewFile(tmp_path / "talk.wav")
    file.write(b"new", 0)
    file.keep()
    assert {"talk.wav.part": b"the earlier one", "talk.wav": b"new"} == take_stock(
        tmp_path
    )


def test_looking_leaves_nothing(tmp_path):
    """Whether a file could be written is known before, and nobody sees the try."""
    check_new_file(tmp_path / "talk.wav")
    assert [] == list(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError):
        check_new_file(tmp_path / "no" / "talk.wav")


def test_a_set_shares_its_number(tmp_path):
    """Where one name of it is taken, all get the next number."""
    (tmp_path / "a_two").symlink_to(tmp_path / "nowhere")
    parts = {"one": b"1", "two": b"2"}
    files = write_new_files(tmp_path, "a", parts)
    assert ["a-2_one", "a-2_two"] == [file.name for file in files]
    assert ["a-3_one", "a-3_two"] == [
        file.name for file in write_new_files(tmp_path, "a", parts)
    ]


def test_a_file_takes_the_place_of_another(tmp_path):
    """Nothing is left beside it; a link is replaced and not followed."""
    path = tmp_path / "me.npz"
    take(path, "link")
    for data in (b"first", b"second"):
        replace_file(path, data)
        assert {"me.npz": data, "other": b"mine"} == take_stock(tmp_path)
    assert not path.is_symlink()
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_file_for_everybody_is_as_the_mask_lets_it(tmp_path):
    """A voice that a clinic records is no secret."""
    before = os.umask(0o022)
    try:
        replace_file(tmp_path / "yes.mp3", b"sound", USUAL)
    finally:
        os.umask(before)
    assert 0o644 == (tmp_path / "yes.mp3").stat().st_mode & 0o777


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    """And nothing beside it."""
    path = tmp_path / "me.npz"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fill_disk)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"new")
    assert {"me.npz": b"old"} == take_stock(tmp_path)


def fill_disk(handle):
    """Stand for a disk that is full."""
    raise OSError(28, os.strerror(28))
