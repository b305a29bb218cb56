"""Verified certificates outlive a worker, and a spoilt or foreign file is none."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skill.errors import RequestRefused, SkillRefused
from skill.security.certificate_files import MOST_FILES, CertificateFiles, KeptFile
from skill.security.certificates import SigningKeys
from skill.testing.authority import CertificateAuthority

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AUTHORITY = CertificateAuthority(START)
URL = "https://s3.amazonaws.com/echo.api/test.pem"


class Worker:
    """One process: keys in memory, and the folder that it shares."""

    def __init__(self, folder: Path, now: datetime = START) -> None:
        self.asked: list[str] = []
        self.is_down = False
        self.now = now
        self.keys = SigningKeys(
            [AUTHORITY.root], self._fetch, lambda: self.now, CertificateFiles(folder)
        )

    def _fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if self.is_down:
            raise OSError("down")
        return AUTHORITY.fetch(url)


def test_another_worker_and_the_next_start_download_nothing(tmp_path: Path) -> None:
    """What one verified serves all, for the same hour."""
    first = Worker(tmp_path)
    first.keys.get_key(URL)
    second = Worker(tmp_path, START + timedelta(minutes=59))
    assert AUTHORITY.key.public_key() == second.keys.get_key(URL).key
    assert [] == second.asked
    second.now += timedelta(minutes=1)
    second.keys.get_key(URL)
    assert [URL] == second.asked
    first.now = second.now
    first.keys.get_key(URL)
    assert [URL] == first.asked


def test_an_old_file_serves_while_the_storage_is_down(tmp_path: Path) -> None:
    """For a day, as a key in memory does, and under a flood of invented addresses."""
    Worker(tmp_path).keys.get_key(URL)
    later = Worker(tmp_path, START + timedelta(hours=24, minutes=59))
    later.is_down = True
    for number in range(100):
        with pytest.raises(RequestRefused):
            later.keys.get_key(f"{URL}{number}")
    later.keys.get_key(URL)
    later.now += timedelta(minutes=2)
    with pytest.raises(RequestRefused):
        later.keys.get_key(URL)


def test_an_expired_file_is_none(tmp_path: Path) -> None:
    """A file is verified at the moment when it is read."""
    Worker(tmp_path).keys.get_key(URL)
    later = Worker(tmp_path, START + timedelta(days=4000))
    with pytest.raises(RequestRefused):
        later.keys.get_key(URL)
    assert [URL] == later.asked


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[:-9],
        lambda text: "[]",
        lambda text: text.replace("test.pem", "other.pem"),
        lambda text: text.replace("+00:00", ""),
        lambda text: json.dumps(json.loads(text) | {"checked": 5}),
        lambda text: json.dumps(json.loads(text) | {"checked": "2999-01-01T00:00Z"}),
        lambda text: json.dumps(json.loads(text) | {"pem": "x"}),
        lambda text: json.dumps(
            json.loads(text) | {"pem": AUTHORITY.fetch("/foreign_root.pem").decode()}
        ),
        lambda text: "[" * 100_000,
        lambda text: text + " " * 200_000,
    ],
)
def test_a_spoilt_or_foreign_file_is_downloaded_anew(tmp_path: Path, spoil) -> None:
    """Whatever stands in it, it is no way in."""
    Worker(tmp_path).keys.get_key(URL)
    (file,) = tmp_path.iterdir()
    file.write_text(spoil(file.read_text()))
    worker = Worker(tmp_path)
    assert AUTHORITY.key.public_key() == worker.keys.get_key(URL).key
    assert len(worker.asked) <= 1
    again = Worker(tmp_path)
    again.keys.get_key(URL)
    assert [] == again.asked


def test_what_is_refused_is_not_kept(tmp_path: Path) -> None:
    """Nobody fills the disk with invented addresses or bad certificates."""
    worker = Worker(tmp_path)
    for kind in ("expired", "foreign_root", "wildcard_san", "nowhere"):
        with pytest.raises(RequestRefused):
            worker.keys.get_key(f"https://s3.amazonaws.com/echo.api/{kind}.pem")
    assert [] == list(tmp_path.iterdir())


def test_so_many_files_are_kept(tmp_path: Path) -> None:
    """The oldest makes room."""
    files = CertificateFiles(tmp_path)
    for number in range(MOST_FILES + 5):
        files.write(f"{URL}{number}", KeptFile(START, b"x"))
    assert MOST_FILES == len(list(tmp_path.iterdir()))
    assert files.read(f"{URL}{MOST_FILES + 4}") == KeptFile(START, b"x")


def test_a_disk_that_refuses_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The key serves from memory; the log says it."""
    worker = Worker(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(Path, "replace", full)
    worker.keys.get_key(URL)
    worker.keys.get_key(URL)
    assert [URL] == worker.asked
    assert [] == list(tmp_path.iterdir())
    assert "could not be kept" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="has no such modes")
def test_a_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    """So is a file, a link, and a place where none can be made."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    file = tmp_path / "file"
    file.write_text("")
    own = tmp_path / "own"
    own.mkdir(mode=0o700)
    link = tmp_path / "link"
    link.symlink_to(own)
    for folder in (shared, file, link, file / "x"):
        with pytest.raises(SkillRefused, match="BACKTALK_CERTIFICATES"):
            CertificateFiles(folder)
    made = tmp_path / "a" / "b"
    CertificateFiles(made)
    assert 0o700 == made.stat().st_mode & 0o777


@pytest.mark.skipif(sys.platform == "win32", reason="has no such modes")
def test_a_file_is_its_users_own_and_no_link_is_followed(tmp_path: Path) -> None:
    """A link put in its place is no file of ours."""
    folder = tmp_path / "own"
    Worker(folder).keys.get_key(URL)
    (file,) = folder.iterdir()
    assert 0o600 == file.stat().st_mode & 0o777
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert CertificateFiles(folder).read(URL) is None
