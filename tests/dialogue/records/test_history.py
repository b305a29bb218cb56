"""The history: little is in it, only its owner reads it, no damage stops a talk."""

import sqlite3
import threading
from datetime import date
from pathlib import Path

import pytest

from dialogue.__main__ import main
from dialogue.records import history as history_module
from dialogue.records.history import (
    APPLICATION,
    Entry,
    HistoryRefused,
    add_entry,
    delete,
    entries,
    get_history_file,
)

MARCH = Entry(date(2026, 3, 3), "clinic", True)
MAY = Entry(date(2026, 5, 20), "home_care_ice", False)


@pytest.fixture
def file(tmp_path) -> Path:
    """Return where a history may be made, in a folder that is not there yet."""
    return tmp_path / "backtalk" / "history.sqlite3"


def test_what_was_noted_comes_back_newest_first(file):
    """Two talks, whatever the order in which they were noted."""
    assert [] == entries(file)
    add_entry(file, MARCH)
    add_entry(file, MAY)
    assert [MAY, MARCH] == entries(file)


def test_it_holds_a_day_a_disposition_and_the_spot_and_no_more(file):
    """No name, no answer and no time of day can be in it."""
    add_entry(file, MARCH)
    with sqlite3.connect(file) as history:
        tables = history.execute("SELECT sql FROM sqlite_master").fetchall()
        rows = history.execute("SELECT * FROM talks").fetchall()
    assert [("CREATE TABLE talks (day TEXT, disposition TEXT, same_spot)",)] == tables
    assert [("2026-03-03", "clinic", 1)] == rows


def test_only_its_owner_reads_it(file):
    """The file has mode 0600 and its folder 0700; a wider mode is narrowed."""
    add_entry(file, MARCH)
    assert 0o600 == file.stat().st_mode & 0o777
    assert 0o700 == file.parent.stat().st_mode & 0o777
    file.chmod(0o644)
    add_entry(file, MAY)
    assert 0o600 == file.stat().st_mode & 0o777


def test_nothing_of_it_is_left_in_the_file_or_beside_it(file):
    """Deleting overwrites the rows before the file goes."""
    add_entry(file, Entry(date(2026, 3, 3), "a_word_to_look_for", True))
    add_entry(file, MAY)
    parts = list(file.parent.iterdir())
    assert {f"{file.name}", f"{file.name}-journal"} == {part.name for part in parts}
    assert {0o600} == {part.stat().st_mode & 0o777 for part in parts}
    links = [part.with_name(f"second-{part.name}") for part in parts]
    for part, link in zip(parts, links, strict=True):
        assert b"a_word_to_look_for" in part.read_bytes()
        link.hardlink_to(part)
    assert delete(file)
    assert set(links) == set(file.parent.iterdir())
    assert not any(link.read_bytes().strip(b"\0") for link in links)
    assert not delete(file)
    assert [] == entries(file)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "/users/p/.local/share/backtalk/history.sqlite3"),
        ({"XDG_DATA_HOME": "/data"}, "/data/backtalk/history.sqlite3"),
        ({"XDG_DATA_HOME": "data"}, "/users/p/.local/share/backtalk/history.sqlite3"),
        ({"XDG_DATA_HOME": ""}, "/users/p/.local/share/backtalk/history.sqlite3"),
    ],
)
def test_it_stands_where_the_xdg_specification_says(environment, expected):
    """The folder for data, or its usual place; a relative path is ignored."""
    assert Path(expected) == get_history_file(environment, Path("/users/p"))


def garbage(file):
    """Spoil it all."""
    file.write_bytes(b"this is no data base" * 50)


def half(file):
    """Lose the second half, as a full disk may."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def foreign(file):
    """Put another program's file in its place."""
    file.unlink()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE bookmarks (title)")


def newer(file):
    """Pretend that a later version wrote it."""
    with sqlite3.connect(file) as history:
        history.execute("PRAGMA user_version = 2")


def no_table(file):
    """Lose the table."""
    with sqlite3.connect(file) as history:
        history.execute("DROP TABLE talks")


def no_day(file):
    """Write a day that is none."""
    with sqlite3.connect(file) as history:
        history.execute("INSERT INTO talks VALUES ('soon', 'clinic', 1)")


def folder(file):
    """Put a folder in its place."""
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [garbage, half, foreign, newer, no_table, folder])
def test_a_spoilt_history_is_one_sentence(file, spoil):
    """Reading and noting are refused alike, and the file is left as it was."""
    add_entry(file, MARCH)
    spoil(file)
    before = file.read_bytes() if file.is_file() else b""
    for use in (lambda: entries(file), lambda: add_entry(file, MAY)):
        with pytest.raises(HistoryRefused) as refusal:
            use()
        assert f"{refusal.value}".startswith(f"{file}: ")
        assert f"{refusal.value}".endswith(".")
        assert "\n" not in f"{refusal.value}"
    assert before == (file.read_bytes() if file.is_file() else b"")


def test_a_day_that_is_none_is_a_damage(file):
    """A row that cannot be read is not skipped in silence."""
    add_entry(file, MARCH)
    no_day(file)
    with pytest.raises(HistoryRefused, match="damaged"):
        entries(file)


@pytest.mark.parametrize("spoil", [garbage, half, foreign, newer, no_table, no_day])
def test_even_a_spoilt_history_can_be_deleted(file, spoil):
    """Whoever wants it gone needs no working file."""
    add_entry(file, MARCH)
    spoil(file)
    assert delete(file)
    assert not file.exists()


def test_an_empty_file_becomes_a_history(file):
    """A file that was only just made, as after a crash, is filled."""
    file.parent.mkdir()
    file.touch()
    assert [] == entries(file)
    add_entry(file, MARCH)
    assert [MARCH] == entries(file)


def test_a_history_that_an_earlier_version_left_half_made_is_taken_up(file):
    """Its table stands there without the mark: a kill between two steps left it so."""
    file.parent.mkdir()
    with sqlite3.connect(file) as history:
        history.execute("CREATE TABLE talks (day TEXT, disposition TEXT, same_spot)")
    assert [] == entries(file)
    add_entry(file, MARCH)
    assert [MARCH] == entries(file)


def test_a_deletion_that_was_cut_short_is_finished(file, monkeypatch):
    """After a kill nothing of it is read, and the next delete overwrites it."""
    add_entry(file, MARCH)
    with monkeypatch.context() as patch:
        patch.setattr(history_module, "_overwrite", None)
        with pytest.raises(HistoryRefused):
            delete(file)
    assert [] == entries(file)
    assert delete(file)
    assert [] == list(file.parent.iterdir())


def test_behind_a_link_both_files_are_overwritten(file):
    """A history that somebody moved to another disk leaves nothing there either."""
    other = file.parent.parent / "disk" / "mine.sqlite3"
    other.parent.mkdir()
    other.touch()
    file.parent.mkdir()
    file.symlink_to(other)
    add_entry(file, MARCH)
    assert delete(file)
    assert [] == [*file.parent.iterdir(), *other.parent.iterdir()]
    add_entry(file, MAY)
    assert [MAY] == entries(file)


def test_a_folder_in_its_place_is_not_deleted(file):
    """Only a file can be a history."""
    file.mkdir(parents=True)
    with pytest.raises(HistoryRefused, match="Is a directory"):
        delete(file)
    assert file.is_dir()


def test_a_history_in_use_is_one_sentence(file):
    """Another program that writes is waited for, not for ever."""
    add_entry(file, MARCH)
    busy = sqlite3.connect(file)
    busy.execute("BEGIN EXCLUSIVE")
    with pytest.raises(HistoryRefused, match="just now: database is locked"):
        add_entry(file, MAY)
    busy.close()
    add_entry(file, MAY)
    assert 2 == len(entries(file))


def test_two_talks_at_once_are_both_noted(file):
    """Writers wait for each other."""
    add_entry(file, MARCH)
    threads = [threading.Thread(target=add_entry, args=(file, MAY)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 9 == len(entries(file))


def test_the_mark_of_the_file_is_ours(file):
    """The number that tells our file from others says BTLK."""
    add_entry(file, MARCH)
    assert b"BTLK" == APPLICATION.to_bytes(4, "big")
    with sqlite3.connect(file) as history:
        assert (APPLICATION,) == history.execute("PRAGMA application_id").fetchone()


@pytest.mark.parametrize("what", ["show", "delete"])
def test_the_commands_tell_what_there_is(what, file, monkeypatch, capsys):
    """One command shows each talk, one deletes them all."""
    monkeypatch.setenv("XDG_DATA_HOME", str(file.parent.parent))
    add_entry(file, MARCH)
    add_entry(file, MAY)
    assert 0 == main(["history", what])
    out = capsys.readouterr().out
    if what == "show":
        assert "2026-03-03  clinic, in the same spot\n" in out
        assert "2026-05-20  home_care_ice\n" in out
    assert (what == "show") == file.exists()
    assert 0 == main(["history", "delete"])
    assert 0 == main(["history", what])
    assert "There is no history." in capsys.readouterr().out


def test_a_damaged_history_gives_the_command_an_exit_code(file, monkeypatch, capsys):
    """`show` says what is wrong and ends with 2."""
    monkeypatch.setenv("XDG_DATA_HOME", str(file.parent.parent))
    add_entry(file, MARCH)
    garbage(file)
    assert 2 == main(["history", "show"])
    refused = capsys.readouterr()
    assert "" == refused.out
    assert "history is damaged" in refused.err
