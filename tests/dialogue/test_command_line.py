"""What the programs share: settings and their precedence, help, completion."""

import argparse
import subprocess
import sys

import pytest

from dialogue.command_line import (
    SETTINGS,
    CommandLineRefused,
    add_clinic,
    add_locale,
    add_setting,
    fill_settings,
    get_settings_file,
    get_variable,
)


@pytest.fixture
def settings_file(tmp_path):
    """Return the settings file of a home, its folder made."""
    file = get_settings_file({}, tmp_path)
    file.parent.mkdir(parents=True)
    return file


@pytest.fixture
def fill(tmp_path):
    """Return a function that reads options with the settings of that home."""

    def fill_(*given, **environ):
        parser = argparse.ArgumentParser()
        add_clinic(parser)
        add_locale(parser)
        add_setting(parser, "rate", 150, type=_to_rate)
        add_setting(parser, "pace", "normal", choices=("quick", "normal"))
        add_setting(parser, "page", False, action=argparse.BooleanOptionalAction)
        args = parser.parse_args(given)
        return args, fill_settings(args, environ, tmp_path)

    return fill_


def _to_rate(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a number")
    return int(text)


def test_an_option_counts_before_the_environment_the_file_and_the_default(
    fill, settings_file
):
    """And each value is told with where it came from."""
    args, origins = fill()
    assert ("roseville", {}) == (args.clinic, origins)

    settings_file.write_text('clinic = "dfw"\nrate = 120\npage = true\n')
    args, origins = fill("--pace", "quick", BACKTALK_RATE="200", BACKTALK_CLINIC="")
    assert ("dfw", 200, "quick", True) == (args.clinic, args.rate, args.pace, args.page)
    assert f"{settings_file}: clinic" == origins["clinic"]
    assert "BACKTALK_RATE" == origins["rate"]
    assert "the option" == origins["pace"]

    args, _ = fill("--clinic", "none", "--no-page", "--rate", "100")
    assert (None, False, 100) == (args.clinic, args.page, args.rate)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("clinic = roseville", "at line 1"),
        ("clinc = 'dfw'", "'clinc' is no setting. Did you mean 'clinic'?"),
        ("rate = 'fast'", "rate: 'fast' is not a number"),
        ("pace = 'slow'", "pace: 'slow' is none of quick, normal"),
        ("page = 'yes'", "page: 'yes' is neither on nor off"),
        ("[page]\nport = 1", "page: a table or a list"),
        ("locale = '\u00e9'".encode("latin-1"), "it is not UTF-8 text"),
    ],
)
def test_a_bad_settings_file_is_refused_with_file_and_key(
    fill, settings_file, written, says
):
    """Nothing of it is guessed."""
    raw = written if isinstance(written, bytes) else written.encode()
    settings_file.write_bytes(raw)
    with pytest.raises(CommandLineRefused) as refused:
        fill()
    assert f"{refused.value}".startswith(f"{settings_file}")
    assert says in f"{refused.value}"


def test_a_bad_variable_is_refused_by_its_name(fill):
    """As a bad line of the file is."""
    with pytest.raises(CommandLineRefused, match="BACKTALK_PACE: 'slow' is none of"):
        fill(BACKTALK_PACE="slow")


def test_a_relative_settings_folder_is_ignored(tmp_path):
    """Source: the XDG base directory specification."""
    usual = get_settings_file({}, tmp_path)
    assert usual == get_settings_file({"XDG_CONFIG_HOME": "here"}, tmp_path)
    other = get_settings_file({"XDG_CONFIG_HOME": "/etc/xdg"}, tmp_path)
    assert other.is_relative_to("/etc/xdg")


def test_every_setting_is_an_option_of_a_session():
    """And each variable is one setting's."""
    from local_voice.commands.options import TalkConfig, add_options

    parser = argparse.ArgumentParser()
    add_options(parser, TalkConfig)
    shown = parser.format_help()
    assert all(f"--{name}" in shown for name in SETTINGS)
    assert len(SETTINGS) == len({get_variable(name) for name in SETTINGS})


NAMES = {
    "dialogue": "backtalk-protocol",
    "local_voice": "backtalk",
    "skill": "backtalk-skill",
}


@pytest.mark.parametrize("program", NAMES)
def test_completion_knows_every_command(program, tmp_path):
    """As bash reads the script."""
    from importlib import import_module

    module = import_module(f"{program}.__main__")
    script = tmp_path / "completion.bash"
    printed = subprocess.run(
        [sys.executable, "-m", program, "completion", "bash"],
        capture_output=True,
        check=True,
    ).stdout
    script.write_bytes(printed)
    name = NAMES[program]
    asked = (
        f"source {script}; COMP_WORDS=({name} ''); COMP_CWORD=1; "
        f"$(complete -p {name} | sed 's/.*-F \\([^ ]*\\).*/\\1/') {name} '' {name}; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    offered = subprocess.run(
        ["bash", "-c", asked], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {*module.COMMANDS, "completion"} <= set(offered)
