"""What the programs share: help in groups, common options, settings, completion.

A setting is an option that a person would repeat at each start. It is the option's
value, else that of the variable BACKTALK_NAME, else that of the settings file, else the
default. The file is TOML, `settings.toml` in the XDG folder for settings.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.content.content_store import CLINIC, LOCALE
from dialogue.content.problems import suggest_name
from dialogue.version import get_program_version
from dialogue.xdg_folders import XdgFolder, get_xdg_folder

SETTINGS = (
    *("clinic", "locale", "voice", "rate", "pace", "answer-time", "captions"),
    *("input-device", "output-device", "barge-in", "mute", "tones", "sound-check"),
    *("page", "browser", "page-port", "microphone"),
    *("stay", "wake", "switch", "switch-gap"),
    *("model", "phrases", "own-sounds"),
)
"""Names of all settings, each that of its option. What is kept of people, and who may
reach the page, is no setting: that is to be seen at each start."""
NO_CLINIC = "none"
SWITCH = {"on": True, "off": False}
BY_OPTION = "the option"
INSTALL = 'pip install -e ".[{extra}]" in the checkout'
"""What installs an extra; Back Talk comes as a checkout."""
COMPLETION = "print what lets a shell complete commands and options"
SHELLS = ("bash", "zsh", "tcsh")
KNOWN_SETTINGS = "settings"
"""Under this name a parser hands on which of its options are settings."""


class CommandLineRefused(Exception):
    """A setting or a command cannot be used; says where, the rule, and what to do."""


@dataclass(frozen=True)
class _Setting:
    action: argparse.Action
    default: Any


def build_parser(
    module: str,
    script: str,
    description: str | None,
    *,
    command: str = "",
    usage: str | None = None,
    examples: tuple[str, ...] = (),
) -> argparse.ArgumentParser:
    """Return the parser of a program or of one `command`, called as it was called."""
    called = script if Path(sys.argv[0]).stem == script else f"python -m {module}"
    shown = "".join(f"\n  {called} {example}" for example in examples)
    parser = argparse.ArgumentParser(
        prog=f"{called} {command}".strip(),
        usage=usage,
        description=description,
        epilog=f"examples:{shown}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        # A cut option would change its meaning with the next one that begins so.
        allow_abbrev=False,
    )
    if not command:
        version = f"Back Talk {get_program_version()}"
        parser.add_argument("--version", action="version", version=version)
    return parser


def render_groups(
    groups: Mapping[str, tuple[str, ...]], helps: Mapping[str, str]
) -> str:
    """Return the commands as lines, by group; a command of no group comes last."""
    grouped = {name for names in groups.values() for name in names}
    rest = tuple(name for name in helps if name not in grouped)
    wide = max(map(len, helps)) + 2
    lines: list[str] = []
    for title, names in (*groups.items(), ("other commands", rest)):
        if names:
            lines += [f"{title}:", *(f"  {n:{wide}}{helps[n]}" for n in names), ""]
    return "\n".join([*lines, "COMMAND --help tells the options of a command."])


def add_setting(
    parser: Any, name: str, default: Any = None, help_: str = "", **more: Any
) -> None:
    """Add the option `--name`, whose value may stand in the settings too.

    `parser` is a parser or a group of one; `more` is what `add_argument` takes.
    """
    if name not in SETTINGS:
        raise ValueError(f"{name} is not in SETTINGS")
    shown = "" if default is None else f"(default: {_to_text(default)})"
    text = f"{help_} {shown}".strip()
    action = parser.add_argument(f"--{name}", default=None, help=text, **more)
    known = parser.get_default(KNOWN_SETTINGS) or ()
    parser.set_defaults(**{KNOWN_SETTINGS: (*known, _Setting(action, default))})


def add_clinic(parser: Any, default: str | None = CLINIC) -> None:
    """Add `--clinic`; after `fill_settings` it is None where there is to be none."""
    what = "whose numbers are said: a bundled profile, a file, or none"
    add_setting(parser, "clinic", default, what, metavar="NAME")


def add_locale(parser: Any) -> None:
    """Add `--locale`."""
    add_setting(parser, "locale", LOCALE, "the language", metavar="NAME")


def fill_settings(
    args: argparse.Namespace, environ: Mapping[str, str], home: Path
) -> dict[str, str]:
    """Put what no option gave into `args`; return where each value came from.

    What is the default is not named. Raises CommandLineRefused.
    """
    settings = vars(args).pop(KNOWN_SETTINGS, ())
    if not settings:
        return {}
    stored = dict(_list_stored(environ, home))
    origins = {}
    for setting in settings:
        name = setting.action.dest
        if getattr(args, name) is not None:
            origins[name] = BY_OPTION
        elif name in stored:
            text, origins[name] = stored[name]
            setattr(args, name, _read_value(setting.action, text, origins[name]))
        else:
            setattr(args, name, setting.default)
    if getattr(args, "clinic", None) == NO_CLINIC:
        args.clinic = None
    return origins


def get_settings_file(environ: Mapping[str, str], home: Path) -> Path:
    """Return where the settings stand: the XDG folder, or its usual place."""
    folder = get_xdg_folder(XdgFolder.CONFIG, environ, home)
    return folder / "backtalk" / "settings.toml"


def get_variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"BACKTALK_{name.replace('-', '_').upper()}"


def _list_stored(
    environ: Mapping[str, str], home: Path
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the name of a setting, its text and where it stands, the strongest last."""
    file = get_settings_file(environ, home)
    for key, value in _read_file(file).items():
        yield key.replace("-", "_"), (_to_text(value), f"{file}: {key}")
    for name in SETTINGS:
        variable = get_variable(name)
        if text := environ.get(variable, "").strip():
            yield name.replace("-", "_"), (text, variable)


def _read_file(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise CommandLineRefused(
            f"{file}: cannot be read: {why}. Mend it, or move it away."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise CommandLineRefused(
            f'{file}: {error}. Write one setting a line, as in: clinic = "roseville".'
        ) from error
    for key, value in table.items():
        if key not in SETTINGS:
            hint = suggest_name(key, SETTINGS)
            raise CommandLineRefused(f"{file}: '{key}' is no setting. {hint}")
        if not isinstance(value, str | int | float):
            raise CommandLineRefused(
                f"{file}: {key}: a table or a list. A setting is one value: a text in "
                "quotes, a number, true or false."
            )
    return table


def _to_text(value: Any) -> str:
    return {"True": "on", "False": "off"}.get(f"{value}", f"{value}")


def _read_value(action: argparse.Action, text: str, where: str) -> Any:
    """Return `text` as the option would read it; raises CommandLineRefused."""
    if isinstance(action, argparse.BooleanOptionalAction):
        if text not in SWITCH:
            raise CommandLineRefused(
                f"{where}: '{text}' is neither on nor off. Write on or off; in the "
                "file, true or false."
            )
        return SWITCH[text]
    try:
        value = action.type(text) if callable(action.type) else text
    except argparse.ArgumentTypeError as error:
        raise CommandLineRefused(
            f"{where}: {error}. Change it, or take it out."
        ) from None
    if action.choices is not None and value not in action.choices:
        known = ", ".join(map(str, action.choices))
        raise CommandLineRefused(f"{where}: '{text}' is none of {known}. Write one.")
    return value


def build_program(
    program: tuple[str, str],
    about: str,
    commands: Mapping[str, Any],
    groups: Mapping[str, tuple[str, ...]],
    examples: tuple[str, ...],
) -> argparse.ArgumentParser:
    """Return the parser of a program of `commands`, and of `completion` beside them.

    Each command has a HELP, may have an ABOUT, adds its own options, and runs with
    them: `add_options(parser)` and `run(args)`, which returns the exit code.
    """
    helps = {name: command.HELP for name, command in commands.items()}
    about = f"{about}\n\n{render_groups(groups, helps | {'completion': COMPLETION})}"
    usage = "%(prog)s [-h] [--version] COMMAND ..."
    parser = build_parser(*program, about, usage=usage, examples=examples)
    known = parser.add_subparsers(
        required=True, metavar="COMMAND", help=argparse.SUPPRESS, prog=parser.prog
    )
    for name, command in commands.items():
        about = getattr(command, "ABOUT", "")
        own = known.add_parser(
            name,
            help=command.HELP,
            description=f"{command.HELP}\n\n{about}".strip(),
            formatter_class=parser.formatter_class,
            allow_abbrev=False,
        )
        command.add_options(own)
        own.set_defaults(run=command.run)
    own = known.add_parser("completion", help=COMPLETION, description=COMPLETION)
    own.add_argument("shell", choices=SHELLS)

    def complete(args: argparse.Namespace) -> int:
        sys.stdout.write(render_completion(parser, program[1], args.shell))
        return 0

    own.set_defaults(run=complete)
    return parser


def render_completion(parser: argparse.ArgumentParser, script: str, shell: str) -> str:
    """Return the completion of the installed program `script` for `shell`.

    It is made once, by shtab, so that no program runs when a person presses Tab.
    Raises CommandLineRefused where shtab is not installed.
    """
    try:
        import shtab
    except ModuleNotFoundError as error:
        raise CommandLineRefused(
            f"Completion needs the library {error.name}: "
            f"{INSTALL.format(extra='completion')}."
        ) from error
    _complete_paths(parser, shtab)
    parser.prog = script
    return str(shtab.complete(parser, shell))


def _complete_paths(parser: argparse.ArgumentParser, shtab: Any) -> None:
    # argparse has no public list of its options; shtab reads this one too.
    for action in parser._actions:
        shown = f"{action.metavar}"
        if shown.startswith(("FILE", "FOLDER")):
            folder = shown.startswith("FOLDER")
            action.complete = shtab.DIRECTORY if folder else shtab.FILE  # type: ignore[attr-defined]
        if isinstance(action, argparse._SubParsersAction):
            action.help = None  # what the help hides, for its own list, is completed
            for parser_of_command in action.choices.values():
                _complete_paths(parser_of_command, shtab)
