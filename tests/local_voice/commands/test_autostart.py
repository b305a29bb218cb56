"""Autostart: what is written, what is refused, and that all of it goes away again."""

import configparser
import shlex
import sys

import pytest

from local_voice.__main__ import main
from local_voice.commands.autostart import HEAD, get_unit_paths, quote_word, render_unit
from local_voice.commands.exit_codes import LocalVoiceProblem
from local_voice.page.entry_file import write_entry_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")


@pytest.fixture
def home(monkeypatch, tmp_path):
    """Return the unit and its link in settings of their own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return get_unit_paths({"XDG_CONFIG_HOME": str(tmp_path / "config")})


def read(unit):
    """Return a unit's sections."""
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read_string(unit.read_text("utf-8"))
    return parser


def test_install_status_remove(home, capsys):
    """Two files come, are told of, and go; nothing else is touched."""
    unit, link = home
    assert 1 == main(["autostart", "status"])
    assert 0 == main(["autostart", "install"])
    assert unit.is_file()
    assert unit == link.readlink()
    assert 0 == main(["autostart", "status"])
    assert "local_voice --page" in capsys.readouterr().out
    assert 0 == main(["autostart", "remove"])
    assert not unit.exists()
    assert not link.is_symlink()
    assert 0 == main(["autostart", "remove"])
    assert "no autostart" in capsys.readouterr().out


def test_the_unit_starts_this_program_and_does_not_insist(home):
    """Restarted after a crash, not after an end, a wrong option or a taken port."""
    main(["autostart", "install", "--", "--page", "--clinic", "roseville"])
    sections = read(home[0])
    command = shlex.split(sections["Service"]["ExecStart"])
    assert [sys.executable, "-m", "local_voice"] == command[:3]
    assert ["--page", "--clinic", "roseville"] == command[3:]
    assert "on-failure" == sections["Service"]["Restart"]
    never = sections["Service"]["RestartPreventExitStatus"].split()
    assert ["2", "3", "4", "5", "6", "9"] == never
    assert "default.target" == sections["Install"]["WantedBy"]


def test_installing_again_changes_the_options(home):
    """The newest word counts, and there is still one service."""
    unit, link = home
    main(["autostart", "install"])
    main(["autostart", "install", "--", "--stay"])
    assert "--stay" in unit.read_text()
    assert [unit.name] == [file.name for file in link.parent.iterdir()]


def test_the_status_names_the_page_that_runs(home, tmp_path, monkeypatch, capsys):
    """Nobody sees the console of what starts at login, and its address has a key."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    main(["autostart", "install"])
    main(["autostart", "status"])
    assert "file:" not in capsys.readouterr().out
    write_entry_file(tmp_path / "backtalk" / "page-8088.html", "http://h/")
    main(["autostart", "status"])
    bookmark = (tmp_path / "backtalk" / "page-8088.html").as_uri()
    assert bookmark in capsys.readouterr().out


def test_a_clinics_file_is_named_whole(home, tmp_path, monkeypatch):
    """The service starts in another folder than the one it was installed from."""
    from dialogue.content.content_store import (
        ContentStore,  # the bundled profile, as a file of one's own
    )

    monkeypatch.chdir(tmp_path)
    data = ContentStore().read_bytes("clinics/roseville.yaml")
    (tmp_path / "my clinic.yaml").write_bytes(data)
    assert 0 == main(["autostart", "install", "--", "--clinic", "my clinic.yaml"])
    command = shlex.split(read(home[0])["Service"]["ExecStart"])
    assert str(tmp_path / "my clinic.yaml") == command[-1]


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        (("--typed",), 2, "terminal"),
        (("--demo",), 2, "terminal"),
        (("--input=x.wav",), 2, "terminal"),
        (("--rate", "9999"), 2, "100 to 260"),
        (("--clinic", "nowhere"), 6, "nowhere"),
    ],
)
def test_what_could_not_start_is_refused_now(home, capsys, options, code, word):
    """Not at the next login, when nobody looks."""
    try:
        ended = main(["autostart", "install", "--", *options])
    except SystemExit as stopped:
        ended = stopped.code
    assert code == ended
    assert word in capsys.readouterr().err
    assert not home[0].exists()


def test_a_unit_of_somebody_else_is_left_alone(home, capsys):
    """Neither written over nor removed."""
    home[0].parent.mkdir(parents=True)
    home[0].write_text("[Unit]\nDescription=mine\n")
    assert 2 == main(["autostart", "install"])
    assert 2 == main(["autostart", "remove"])
    assert "not written by this command" in capsys.readouterr().err
    assert "mine" in home[0].read_text()


def test_settings_that_cannot_be_written_are_told(home, capsys, tmp_path):
    """One sentence with the path."""
    (tmp_path / "config").write_text("a file in the way")
    assert 2 == main(["autostart", "install"])
    assert "config" in capsys.readouterr().err


def test_a_relative_settings_folder_is_ignored():
    """As the specification says."""
    assert get_unit_paths({"XDG_CONFIG_HOME": "here"})[0].is_absolute()


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("--page", "--page"),
        ("my clinic.yaml", '"my clinic.yaml"'),
        ("100%", "100%%"),
        ("$HOME", "$$HOME"),
        ('say "hi"', '"say \\"hi\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("", '""'),
        (";", '";"'),
    ],
)
def test_words_are_quoted_as_systemd_reads_them(word, written):
    """No option can become another one, or a second command."""
    assert written == quote_word(word)


def test_a_line_break_cannot_add_a_line():
    """It would begin a setting of its own."""
    with pytest.raises(LocalVoiceProblem):
        render_unit(["--clinic", "x\nExecStartPre=/bin/true"])


def test_the_unit_says_who_wrote_it():
    """So that it is known again."""
    assert render_unit([]).startswith(HEAD)
