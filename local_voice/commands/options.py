"""The options of every command: a frozen record each, read from the command line."""

import argparse
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from dialogue.command_line import (
    SHELLS,
    add_clinic,
    add_locale,
    add_setting,
    build_parser,
    fill_settings,
)
from local_voice.asr.endpointing import PACES
from local_voice.asr.grammar import GrammarState
from local_voice.own_sounds.decision import OWN_ANSWERS
from local_voice.page.server import LOCALHOST, PORT
from local_voice.session.captions import SIZES
from local_voice.session.keyboard import SWITCH_GAP
from local_voice.tts import recorded_voice
from local_voice.tts.pyttsx3_voice import DEFAULT_RATE
from local_voice.tts.speech import RATES

PROGRAM = "local_voice", "backtalk"
"""The names of the module and of the installed program."""
SOURCE = "source"
"""Options about who answers: one of them at a time."""
SOUND = "sound"
PACE = "pace and rest"
PAGE = "the page with large captions and buttons"
KEPT = "what is kept"
Config = TypeVar("Config")


def _option(help_: str | None = None, metavar: str | None = None, **more: Any) -> Any:
    """Return a field that its option sets; `more` is what argparse takes.

    `group` is SOURCE or a title; `also` is an option without a value that sets the
    same field: its name, what it sets, its help; `was` is an older name, still taken.
    """
    named = {"metavar": metavar} if metavar else {}
    return field(metadata={"help": help_, **named, **more})


def _number(low: float, high: float, *, whole: bool = True) -> Callable[[str], float]:
    """Return what reads a number within limits; `whole` refuses a point."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = low - 1
        if (whole and not text.isdecimal()) or not low <= number <= high:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a number from {low} to {high}"
            )
        return int(text) if whole else number

    return read


def _setting(help_: str | None = None, metavar: str | None = None, **more: Any) -> Any:
    """Return a field that its option, a variable or the settings file sets."""
    return _option(help_, metavar, setting=True, **more)


def _on_off(help_: str, *, default: bool | None = False, **more: Any) -> Any:
    action = argparse.BooleanOptionalAction
    return _setting(help_, action=action, default=default, **more)


def _clinic() -> Any:
    return _option(add=add_clinic)


def _locale() -> Any:
    return _option(add=add_locale)


def _model(**more: Any) -> Any:
    return _setting("another Vosk model", "FOLDER", **more)


def _phrases(**more: Any) -> Any:
    own = "a clinic's own phrases (see backtalk phrases)"
    return _setting(own, "FILE", **more)


def _rate(**more: Any) -> Any:
    limits = _number(RATES.start, RATES.stop - 1)
    words = f"words a minute, {RATES.start} to {RATES.stop - 1}"
    return _setting(words, "N", type=limits, default=DEFAULT_RATE, **more)


def _voice(**more: Any) -> Any:
    return _setting("see --list-voices", "NAME", default=recorded_voice.NAME, **more)


def _input_device(**more: Any) -> Any:
    return _setting("microphone: number or part of its name", "NAME", **more)


def _own_sounds(**more: Any) -> Any:
    own = "a person's own yes and no, taught with backtalk learn"
    return _setting(own, "NAME", **more)


def _page_port(**more: Any) -> Any:
    limits = _number(0, 65535)
    return _setting("0: any free one", "N", type=limits, default=PORT, **more)


def _origins() -> Any:
    return field(default_factory=dict)


@dataclass(frozen=True)
class TalkConfig:
    """A spoken interview on this computer, with no network."""

    demo: str | None = _option(
        "a synthetic patient speaks: clinic (the usual one), emergency, ice, or a file",
        group=SOURCE,
        nargs="?",
        const="clinic",
        metavar="FILE",
    )
    or_demo: bool = _option(
        "a live talk, or the demonstration where there is no sound card", group=SOURCE
    )
    input: tuple[str, ...] = _option(
        "listen to a recording (again for the next turn), or - for raw sound",
        group=SOURCE,
        action="append",
        default=[],
        metavar="FILE",
    )
    typed: bool = _option("talk by keyboard", group=SOURCE)
    list_devices: bool = _option("show microphones and loudspeakers", group=SOURCE)
    list_voices: bool = _option("show the names for --voice", group=SOURCE)
    clinic: str | None = _clinic()
    locale: str = _locale()
    patient: str | None = _option(
        "with --demo: recorded people answer", "FOLDER", group=KEPT
    )
    out: str | None = _option("record the talk", "FILE.wav", group=KEPT, was="--output")
    record_me: bool = _option(
        "with --out: record a live talk, if the person says yes", group=KEPT
    )
    record: str | None = _option(
        "offer to write the talk down, after it", "FOLDER", group=KEPT
    )
    history: bool = _option("offer to note the day, after the talk", group=KEPT)
    input_device: str | None = _input_device(group=SOUND)
    output_device: str | None = _setting(
        "loudspeaker: number or part of its name", "NAME", group=SOUND
    )
    voice: str = _voice(group=SOUND)
    rate: int = _rate(group=SOUND)
    mute: bool = _on_off("captions, no sound", group=SOUND)
    tones: bool = _on_off("short signals", default=True, group=SOUND)
    barge_in: str | None = _setting(
        "speech interrupts Back Talk: with a headset, or with an echo canceller",
        choices=("headset", "aec"),
        also=("--headset", "headset", "the same as --barge-in headset"),
        group=SOUND,
    )
    sound_check: bool | None = _on_off(
        "ask for a yes before the talk (default: the first time with a device)",
        default=None,
        group=SOUND,
    )
    model: str | None = _model(group=SOUND)
    phrases: str | None = _phrases(group=SOUND)
    own_sounds: str | None = _own_sounds(group=SOUND)
    captions: str = _setting(
        "words on the terminal", choices=SIZES, default="small", group=PACE
    )
    pace: str = _setting(
        "how long a pause may be", choices=tuple(PACES), default="normal", group=PACE
    )
    answer_time: float | None = _setting(
        "wait so long for an answer to begin, 4 to 80 (default: by the pace)",
        "SECONDS",
        type=_number(4, 80),
        group=PACE,
    )
    switch: bool = _on_off(
        "one switch: once yes, twice no, three times repeat, four times stop",
        group=PACE,
    )
    switch_gap: float = _setting(
        "so long without a press ends the count, 0.3 to 5",
        "SECONDS",
        type=_number(0.3, 5, whole=False),
        default=SWITCH_GAP,
        group=PACE,
    )
    stay: bool = _on_off("rest after a talk, wake by a key", group=PACE)
    wake: bool = _on_off('the same, or by the words "back talk"', group=PACE)
    page: bool = _on_off(
        "show it in the browser of this computer; prints its address, with a key",
        group=PAGE,
    )
    browser: bool = _on_off(
        "open the browser with the page; without it only the address is printed",
        default=True,
        group=PAGE,
    )
    microphone: bool = _on_off(
        "listen; without it the page and keys alone answer", default=True, group=PAGE
    )
    page_port: int = _page_port(group=PAGE)
    page_address: str = _option(
        "let others on the network in, with a code that works once: an address of this "
        "computer, or 0.0.0.0 for all of them",
        "ADDRESS",
        group=PAGE,
        default=LOCALHOST,
    )
    verbose: bool = _option("timings, and where each setting came from")
    origins: Mapping[str, str] = _origins()


@dataclass(frozen=True)
class HearConfig:
    """Prints what recordings are understood as, by the session's own code."""

    command: ClassVar[str] = "hear"
    files: tuple[str, ...] = _option(positional=True, nargs="+", metavar="FILE")
    state: str = _option(
        "what could be said at this point of a talk",
        choices=tuple(state.value for state in GrammarState),
        default=GrammarState.ANSWER.value,
    )
    json: bool = _option("one object a line")
    locale: str = _locale()
    model: str | None = _model()
    phrases: str | None = _phrases()
    own_sounds: str | None = _own_sounds()


@dataclass(frozen=True)
class PhrasesConfig:
    """Makes what can be heard, from the lexicon and from a clinic's own phrases.

    build makes the graphs after a change of the lexicon; check tells whether they are
    up to date; add "you betcha" --means yes --phrases FILE writes a clinic's own phrase
    into its file.
    """

    command: ClassVar[str] = "phrases"
    verb: str = _option(positional=True, choices=("build", "check", "add"))
    said: str = _option(
        "with add: what people say", positional=True, nargs="?", default=""
    )
    means: str = _option(
        "with add: the phrase of the lexicon that it stands for",
        metavar="PHRASE",
        default="",
    )
    locale: str = _locale()
    phrases: str | None = _phrases()
    model: str | None = _model()


@dataclass(frozen=True)
class CalibrateConfig:
    """You say yes and no three times each; it tells how well you are heard.

    It also tells what to change. Nothing is kept unless you ask with --keep.
    """

    command: ClassVar[str] = "calibrate"
    input_device: str | None = _input_device(group=SOURCE)
    input: tuple[str, ...] = _option(
        "recordings instead of a microphone: yes, no, yes, no, yes, no",
        group=SOURCE,
        nargs="+",
        default=[],
        metavar="FILE",
    )
    keep: str | None = _option("keep the six recordings", metavar="FOLDER")
    locale: str = _locale()
    model: str | None = _model()
    own_sounds: str | None = _own_sounds()


@dataclass(frozen=True)
class LearnConfig:
    """You teach two sounds of your own, and they count as yes and no.

    For people whose speech is not understood: a hum, a click, a word of any language.
    By voice, keys or one switch, on the page, or from recordings. Numbers are kept, no
    sound. A helper may press.
    """

    command: ClassVar[str] = "learn"
    name: str = _option(
        "of the profile (default: me)", "NAME", positional=True, nargs="?", default="me"
    )
    input: tuple[str, ...] = _option(
        "recordings instead of a microphone: yes=a.wav no=b.wav, three of each or more",
        group=SOURCE,
        nargs="+",
        default=[],
        metavar="SOUND=FILE",
    )
    check: bool = _option("five questions with known answers", group=SOURCE)
    more: str | None = _option(
        "two more examples of one sound", "SOUND", group=SOURCE, choices=OWN_ANSWERS
    )
    forget: bool = _option("overwrite and delete the profile", group=SOURCE)
    sounds: tuple[str, ...] = _option(
        "what is taught (default: yes no)",
        nargs="+",
        choices=OWN_ANSWERS,
        default=[],
    )
    use_alike: bool = _option("with --input: keep sounds that are alike; asks twice")
    keep_audio: str | None = _option("keep the recordings too", "FOLDER", group=KEPT)
    locale: str = _locale()
    model: str | None = _model(group=SOUND)
    input_device: str | None = _input_device(group=SOUND)
    voice: str = _voice(group=SOUND)
    rate: int = _rate(group=SOUND)
    page: bool = _on_off("show it in the browser of this computer", group=PAGE)
    page_port: int = _page_port(group=PAGE)
    switch: bool = _on_off("one switch: once yes, twice no", group=PACE)


@dataclass(frozen=True)
class SayNumberConfig:
    """Writes the clinic's numbers, as patients hear them, into a WAV."""

    command: ClassVar[str] = "say-number"
    clinic: str | None = _clinic()
    locale: str = _locale()
    out: str = _option("a new file", "FILE.wav", default="clinic-number.wav")
    rate: int = _rate()
    voice: str = _voice()


@dataclass(frozen=True)
class RecordVoiceConfig:
    """Records the sentences that our voice lacks: new, changed or damaged ones."""

    command: ClassVar[str] = "record-voice"
    clinic: str | None = _option(
        "record what only this clinic needs, for this computer", "NAME"
    )
    check: bool = _option("record nothing; name what is missing, stale or damaged")
    locale: str = _locale()


@dataclass(frozen=True)
class DoctorConfig:
    """Looks at devices, model, voice, page and clinic, one line each.

    It ends with 0, or with the code that a talk would end with.
    """

    command: ClassVar[str] = "doctor"
    clinic: str | None = _clinic()
    locale: str = _locale()
    model: str | None = _model()
    phrases: str | None = _phrases()
    rate: int = _rate()
    voice: str = _voice()
    page_port: int = _page_port()
    origins: Mapping[str, str] = _origins()


@dataclass(frozen=True)
class AutostartConfig:
    """Starts Back Talk at login: a systemd user service, on Linux.

    Options of the talk stand behind --, as in: autostart install -- --page --clinic
    roseville
    """

    command: ClassVar[str] = "autostart"
    verb: str = _option(positional=True, choices=("install", "remove", "status"))


@dataclass(frozen=True)
class BenchConfig:
    """Measures how soon a reply comes after an answer has ended."""

    command: ClassVar[str] = "bench"
    model: str | None = _model()
    voice: str = _voice()


@dataclass(frozen=True)
class CompletionConfig:
    """Prints what lets a shell complete the options, to be read at its start."""

    command: ClassVar[str] = "completion"
    shell: str = _option(positional=True, choices=SHELLS)


def parse_options(
    config: type[Config],
    arguments: Sequence[str],
    parser: argparse.ArgumentParser | None = None,
) -> Config:
    """Return the options of a command and its settings, read by `parser` or its own.

    Ends the program where options are wrong, or where help or the version is asked
    for; raises CommandLineRefused.
    """
    command, about = getattr(config, "command", ""), inspect.getdoc(config)
    parser = parser or build_parser(*PROGRAM, about, command=command)
    add_options(parser, config)
    args = parser.parse_args(arguments)
    origins = fill_settings(args, os.environ, Path.home())
    given = {n: tuple(v) if isinstance(v, list) else v for n, v in vars(args).items()}
    if any(option.name == "origins" for option in fields(config)):  # type: ignore[arg-type]
        given["origins"] = origins
    return config(**given)


def add_options(parser: argparse.ArgumentParser, config: type[Any]) -> None:
    """Add the options of `config`, one for each field."""
    groups: dict[str | None, Any] = {None: parser}
    for option in fields(config):
        more = dict(option.metadata)
        title, add = more.pop("group", None), more.pop("add", None)
        if title == SOURCE and title not in groups:
            groups[title] = parser.add_mutually_exclusive_group()
        elif title not in groups:
            groups[title] = parser.add_argument_group(title)
        if add is not None:
            add(groups[title])
        elif more:
            _add_option(groups[title], option.name, option.type, more)


def _add_option(group: Any, field_name: str, kind: Any, more: dict[str, Any]) -> None:
    also, was = more.pop("also", None), more.pop("was", None)
    name = field_name.replace("_", "-")
    if more.pop("setting", False):
        add_setting(group, name, more.pop("default", None), more.pop("help"), **more)
    elif more.pop("positional", False):
        group.add_argument(field_name, **more)
    else:
        if kind is bool:
            more["action"] = "store_true"
        elif more.get("default"):
            more["help"] = f"{more['help'] or ''} (default: %(default)s)".strip()
        group.add_argument(f"--{name}", **more)
    if also:
        own, const, words = also
        more = {"dest": field_name, "const": const, "help": words}
        group.add_argument(own, action="store_const", **more)
    if was:
        group.add_argument(was, dest=field_name, help=argparse.SUPPRESS)
