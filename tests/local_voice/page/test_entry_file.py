"""Files of a page that runs: for their owner alone, gone when it ends."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dialogue.loading import load_content
from local_voice.commands.exit_codes import LocalVoiceProblem
from local_voice.commands.talk import is_journal, open_page
from local_voice.page.entry_file import (
    get_entry_file,
    get_runtime_folder,
    remove_entry_file,
    remove_return_secret,
    take_return_secret,
    write_entry_file,
)
from local_voice.page.server import Page

CONTENT = load_content(clinic="roseville")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")


def get_mode(path):
    """Return who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


@POSIX
def test_only_its_owner_can_read_it(tmp_path):
    """Whatever the usual mode of new files is, and where the folder was wide open."""
    folder = tmp_path / "backtalk"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    usual = os.umask(0)
    try:
        write_entry_file(folder / "page-1.html", "http://127.0.0.1:1/#key=k")
        take_return_secret(folder, 1)
    finally:
        os.umask(usual)
    assert 0o700 == get_mode(folder)
    assert {0o600} == {get_mode(file) for file in folder.iterdir()}
    assert 2 == len(list(folder.iterdir()))


@POSIX
def test_it_is_written_through_no_link(tmp_path):
    """A link in its place is replaced, a folder of somebody else refused."""
    other = tmp_path / "other"
    other.write_text("mine")
    folder = tmp_path / "backtalk"
    folder.mkdir()
    for name in ("page-1.html", "page-1.secret"):
        (folder / name).symlink_to(other)
    write_entry_file(folder / "page-1.html", "http://127.0.0.1:1/#key=k")
    assert 64 == len(take_return_secret(folder, 1))
    assert "mine" == other.read_text()
    assert not any(file.is_symlink() for file in folder.iterdir())
    link = tmp_path / "link"
    link.symlink_to(folder)
    with pytest.raises(PermissionError):
        write_entry_file(link / "page-1.html", "http://127.0.0.1:1/#key=k")


def test_its_address_cannot_become_markup(tmp_path):
    """It is one link, whatever stands in it."""
    file = tmp_path / "x" / "page-1.html"
    write_entry_file(file, 'http://h/#"><script>')
    assert "<script>" not in file.read_text()


def test_the_secret_outlives_a_crash_and_no_usual_end(tmp_path):
    """Each port has its own; a damaged one is replaced."""
    first = take_return_secret(tmp_path, 1)
    assert first == take_return_secret(tmp_path, 1)
    assert first != take_return_secret(tmp_path, 2)
    remove_return_secret(tmp_path, 1)
    second = take_return_secret(tmp_path, 1)
    assert first != second
    (tmp_path / "page-1.secret").write_bytes(b"\xff" * 64)
    assert second != take_return_secret(tmp_path, 1)


def test_another_programs_file_stays(tmp_path):
    """The one that was started last wrote it."""
    file = tmp_path / "page-1.html"
    write_entry_file(file, "http://127.0.0.1:1/#key=new")
    remove_entry_file(file, "http://127.0.0.1:1/#key=old")
    assert file.exists()
    remove_entry_file(file, "http://127.0.0.1:1/#key=new")
    assert not file.exists()


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, "/run/user/7/backtalk"),
        ({"XDG_RUNTIME_DIR": "run", "XDG_STATE_HOME": "/s"}, "/s/backtalk"),
        ({}, "/people/anna/.local/state/backtalk"),
    ],
)
def test_it_stands_in_a_folder_of_the_persons_own(environment, folder):
    """Never in one that every account can write to, as /tmp is."""
    found = get_runtime_folder(environment, Path("/people/anna"))
    assert Path(folder) == found


def test_a_page_comes_with_its_files_and_takes_them_along(tmp_path):
    """What is printed names the bookmark; the key is told only where it is wanted."""
    told = []
    page = Page(CONTENT, told.append, port=0, folder=tmp_path, tell_key=False)
    try:
        file = get_entry_file(tmp_path, page.port)
        assert page.entry_url in file.read_text()
        assert file.as_uri() in told[1]
        assert page.guard.key not in " ".join(told)
    finally:
        page.close()
    assert [] == list(tmp_path.iterdir())


def test_without_a_file_the_address_is_told(tmp_path):
    """Nobody is locked out where the folder cannot be used."""
    (tmp_path / "file").write_text("")
    told = []
    folder = tmp_path / "file" / "backtalk"
    page = Page(CONTENT, told.append, port=0, folder=folder, tell_key=False)
    page.close()
    assert page.entry_url in told[0]
    assert "No bookmark" in told[1]


def test_a_taken_port_names_the_page_that_runs_there(tmp_path, monkeypatch):
    """So that whoever lost its address finds it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = tmp_path / "backtalk"
    page = Page(CONTENT, lambda line: None, port=0, folder=folder)
    try:
        with pytest.raises(LocalVoiceProblem) as problem:
            open_page("127.0.0.1", page.port, CONTENT, lambda line: None)
    finally:
        page.close()
    assert get_entry_file(folder, page.port).as_uri() in str(problem.value)


@POSIX
def test_systemds_journal_is_known(tmp_path, monkeypatch):
    """Administrators can read it, and it is kept, so no key is written into it."""
    with (tmp_path / "stream").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        seen = os.fstat(stream.fileno())
        name = f"{seen.st_dev}:{seen.st_ino}"
        assert is_journal({"JOURNAL_STREAM": name})
        assert not is_journal({"JOURNAL_STREAM": f"{name}0"})
        assert not is_journal({})


ASK = r"""
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&3
cat <&3
"""


@pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 1)() != 0, reason="only root has other accounts"
)
def test_another_account_gets_neither_page_nor_files():
    """A real one, on the same computer, which knows where everything stands."""
    with tempfile.TemporaryDirectory() as top:
        Path(top).chmod(0o755)
        folder = Path(top) / "backtalk"
        page = Page(CONTENT, lambda line: None, port=0, folder=folder)

        def run(*command):
            return subprocess.run(
                command, user="nobody", cwd="/", capture_output=True, check=False
            )

        try:
            file = get_entry_file(folder, page.port)
            assert page.entry_url in file.read_text()
            for each in (file, file.with_suffix(".secret")):
                assert each.exists()
                assert b"" == run("cat", str(each)).stdout
            for path, status in (("/", b"401"), ("/views", b"403")):
                told = run("bash", "-c", ASK, "ask", str(page.port), path).stdout
                assert told.startswith(b"HTTP/1.1 " + status), told
                assert page.guard.token.encode() not in told
        finally:
            page.close()
