"""The command `autostart`: a systemd user service that starts Back Talk at login."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dialogue.xdg_folders import XdgFolder, get_xdg_folder
from local_voice.commands.exit_codes import LocalVoiceProblem
from local_voice.page.entry_file import get_runtime_folder

NAME = "backtalk.service"
HEAD = "# Written by `python -m local_voice autostart install`."
USUAL = ("--page",)
"""What is started where no options are given: the page stays and starts talks."""
NOT_ALONE = (
    *("--typed", "--input", "--demo", "--or-demo", "--out", "--output"),
    *("--list-devices", "--list-voices"),
)
"""Options that need somebody at the terminal, or end at once."""
UNIT = """\
{head}
[Unit]
Description=Back Talk, a voice interview for back spasms
After=pipewire-pulse.service pulseaudio.service

[Service]
ExecStart={command}
WorkingDirectory={folder}
StandardInput=null
Restart=on-failure
RestartSec=5
# Wrong options, no device, a damaged model, voice or clinic, a taken port: starting
# again would not help.
RestartPreventExitStatus=2 3 4 5 6 9
SuccessExitStatus=130 143
NoNewPrivileges=yes
LimitCORE=0

[Install]
WantedBy=default.target
"""
START_NOW = """\
It starts at the next login. To start it now:
  systemctl --user daemon-reload && systemctl --user start backtalk"""
STOP_NOW = "  systemctl --user stop backtalk && systemctl --user daemon-reload"


def autostart(
    verb: str,
    options: Sequence[str],
    environ: Mapping[str, str],
    say: Callable[[str], None],
) -> int:
    """Install, remove or show the service; `options` are those of the session.

    It writes two files below the person's own settings and starts or stops nothing.
    Raises LocalVoiceProblem.
    """
    if not sys.platform.startswith("linux"):
        raise LocalVoiceProblem("autostart knows Linux with systemd only, so far.")
    unit, link = get_unit_paths(environ)
    try:
        if verb == "install":
            return _install(unit, link, render_unit(options), say)
        if verb == "remove":
            return _remove(unit, link, say)
        return _show_status(unit, link, environ, say)
    except OSError as error:
        raise LocalVoiceProblem(
            f"{error.filename}: {error.strerror}. Nothing else was changed."
        ) from error


def get_unit_paths(environ: Mapping[str, str]) -> tuple[Path, Path]:
    """Return the path of the unit, and that of the link that starts it at login."""
    settings = get_xdg_folder(XdgFolder.CONFIG, environ, Path.home())
    folder = settings / "systemd" / "user"
    return folder / NAME, folder / "default.target.wants" / NAME


def render_unit(options: Sequence[str]) -> str:
    """Return the unit that starts a session with `options`; LocalVoiceProblem."""
    for option in options:
        if option.split("=")[0] in NOT_ALONE:
            raise LocalVoiceProblem(
                f"{option} needs somebody at a terminal, so it cannot start by itself."
            )
    options = [_to_absolute(option) for option in options or USUAL]
    command = (sys.executable, "-m", "local_voice", *options)
    return UNIT.format(
        head=HEAD,
        command=" ".join(map(quote_word, command)),
        folder=str(Path(__file__).parents[2]).replace("%", "%%"),
    )


def _to_absolute(option: str) -> str:
    """Return the absolute path of a file: the service starts in another folder."""
    given = Path(option)
    there = not option.startswith("-") and given.exists()
    return str(given.resolve()) if there else option


def quote_word(word: str) -> str:
    """Quote one word for systemd; raises LocalVoiceProblem on line breaks."""
    if not word.isprintable():
        raise LocalVoiceProblem(f"{word!r} cannot stand in a service's command.")
    word = word.replace("%", "%%").replace("$", "$$")
    if word and all(sign.isalnum() or sign in "%$-_./:=,+@" for sign in word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _install(unit: Path, link: Path, text: str, say: Callable[[str], None]) -> int:
    if unit.exists() and not _is_ours(unit):
        raise LocalVoiceProblem(
            f"{unit} was not written by this command. Move it away first."
        )
    link.parent.mkdir(parents=True, exist_ok=True)
    new = unit.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(unit)
    if not link.is_symlink():
        link.symlink_to(unit)
    say(f"Installed {unit}\n{START_NOW}")
    return 0


def _remove(unit: Path, link: Path, say: Callable[[str], None]) -> int:
    if unit.exists() and not _is_ours(unit):
        raise LocalVoiceProblem(f"{unit} was not written by this command, so it stays.")
    if not unit.exists() and not link.is_symlink():
        say("There is no autostart to remove.")
        return 0
    link.unlink(missing_ok=True)
    unit.unlink(missing_ok=True)
    say(f"Removed {unit}. To stop one that runs:\n{STOP_NOW}")
    return 0


def _show_status(
    unit: Path, link: Path, environ: Mapping[str, str], say: Callable[[str], None]
) -> int:
    if not unit.exists():
        say("Back Talk does not start at login.")
        return 1
    lines = unit.read_text("utf-8").splitlines()
    starts = next(line for line in lines if line.startswith("ExecStart="))
    how = "at login" if link.exists() else "by hand only: its link is gone"
    say(f"Back Talk starts {how}: {starts.removeprefix('ExecStart=')}")
    for file in sorted(get_runtime_folder(environ, Path.home()).glob("page-*.html")):
        say(f"A page of yours runs; open or bookmark {file.as_uri()}")
    return 0 if link.exists() else 1


def _is_ours(unit: Path) -> bool:
    return unit.read_text("utf-8", errors="replace").startswith(HEAD)
