"""The options of every command: a frozen record each, read from the command line."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from dialogue.content.content_store import LOCALE
from dialogue.version import get_program_version
from local_voice.asr.endpointing import PACES
from local_voice.asr.grammar import GrammarState
from local_voice.page.server import LOCALHOST, PORT
from local_voice.session.captions import SIZES
from local_voice.session.keyboard import SWITCH_GAP
from local_voice.tts import recorded_voice
from local_voice.tts.pyttsx3_voice import DEFAULT_RATE
from local_voice.tts.speech import RATES

SOURCE = "source"
"""Options about who answers: one of them at a time."""
PAGE = "the page with large captions and buttons"
Config = TypeVar("Config")


def _option(help_: str | None = None, metavar: str | None = None, **more: Any) -> Any:
    """Return a field that its option sets; `more` is what argparse takes.

    `group` is SOURCE or a title; `also` is an option without a value that sets the
    same field: its name, what it sets, its help.
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


def _model() -> Any:
    return _option("another Vosk model", metavar="FOLDER")


def _phrases() -> Any:
    return _option("a clinic's own phrases (see backtalk phrases)", metavar="FILE")


def _rate(help_: str | None = None) -> Any:
    limits = _number(RATES.start, RATES.stop - 1)
    return _option(help_, type=limits, default=DEFAULT_RATE)


def _voice(help_: str | None = None, **more: Any) -> Any:
    return _option(help_, default=recorded_voice.NAME, **more)


def _page_port(help_: str | None = None, **more: Any) -> Any:
    limits = _number(0, 65535)
    return _option(help_, type=limits, default=PORT, metavar="N", **more)


@dataclass(frozen=True)
class TalkConfig:
    """A spoken talk on this computer, with no network."""

    epilog: ClassVar[str] = (
        "Commands: hear FILE... (what recordings are understood as); bench (speed and "
        "memory); calibrate (how well you are heard); say-number (the clinic's numbers "
        "as a WAV). Each has its own --help."
    )
    demo: str | None = _option(
        "a synthetic patient speaks: clinic, emergency, ice, or a file",
        group=SOURCE,
        nargs="?",
        const="clinic",
        metavar="PLAY-SCRIPT",
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
    patient: str | None = _option("with --demo: recorded people answer", "FOLDER")
    stay: bool = _option("rest after a talk, wake by a key")
    wake: bool = _option('the same, or by the words "back talk"')
    barge_in: str | None = _option(
        "speech interrupts Back Talk: with a headset, or with an echo canceller",
        choices=("headset", "aec"),
        also=("--headset", "headset", "the same as --barge-in headset"),
    )
    switch: bool = _option(
        "one switch: once yes, twice no, three times repeat, four times stop"
    )
    switch_gap: float = _option(
        "so long without a press ends the count, 0.3 to 5",
        type=_number(0.3, 5, whole=False),
        default=SWITCH_GAP,
        metavar="SECONDS",
    )
    sound_check: bool | None = _option(
        "ask for a yes before the talk (usual: the first time with a device)",
        action=argparse.BooleanOptionalAction,
    )
    record_me: bool = _option(
        "with --output: record a live talk, if the person says yes"
    )
    output: str | None = _option("record the talk", metavar="FILE.wav")
    record: str | None = _option("offer to write the talk down, after it", "FOLDER")
    history: bool = _option("offer to note the day, after the talk")
    mute: bool = _option("captions, no sound")
    input_device: str | None = _option("microphone", metavar="NAME")
    output_device: str | None = _option("loudspeaker", metavar="NAME")
    page: bool = _option(
        "show it to a browser on this computer; prints its address, with a key",
        group=PAGE,
    )
    no_microphone: bool = _option("answer by the page and by keys alone", group=PAGE)
    page_port: int = _page_port("0: any free one", group=PAGE)
    page_address: str = _option(
        "let others on the network in, with a code that works once: an address of this "
        "computer, or 0.0.0.0 for all of them",
        group=PAGE,
        default=LOCALHOST,
        metavar="ADDRESS",
    )
    model: str | None = _model()
    phrases: str | None = _phrases()
    clinic: str | None = _option("a clinic's name or file", metavar="NAME")
    locale: str = _option(f"the language (default: {LOCALE})", default=LOCALE)
    captions: str = _option(choices=SIZES, default="small")
    rate: int = _rate("words a minute, 100 to 260")
    voice: str = _voice("see --list-voices", metavar="NAME")
    pace: str = _option(choices=tuple(PACES), default="normal")
    answer_time: float | None = _option(
        "wait so long for an answer to begin, 4 to 80",
        type=_number(4, 80),
        metavar="SECONDS",
    )
    no_tones: bool = _option("no short signals")
    verbose: bool = _option("timings and details")


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
    model: str | None = _model()
    phrases: str | None = _phrases()


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
    phrases: str | None = _phrases()
    model: str | None = _model()


@dataclass(frozen=True)
class CalibrateConfig:
    """You say yes and no three times each; it tells how well you are heard.

    It also tells what to change. Nothing is kept unless you ask with --keep.
    """

    command: ClassVar[str] = "calibrate"
    input_device: str | None = _option("microphone", group=SOURCE, metavar="NAME")
    input: tuple[str, ...] = _option(
        "recordings instead of a microphone: yes, no, yes, no, yes, no",
        group=SOURCE,
        nargs="+",
        default=[],
        metavar="FILE",
    )
    keep: str | None = _option("keep the six recordings", metavar="FOLDER")
    model: str | None = _model()


@dataclass(frozen=True)
class SayNumberConfig:
    """Writes the clinic's numbers, as patients hear them, into a WAV."""

    command: ClassVar[str] = "say-number"
    clinic: str = _option("or its file", metavar="NAME", required=True)
    out: str = _option(metavar="FILE.wav", default="clinic-number.wav")
    rate: int = _rate()
    voice: str = _voice()


@dataclass(frozen=True)
class RecordVoiceConfig:
    """Records the sentences that our voice lacks: new, changed or damaged ones."""

    command: ClassVar[str] = "record-voice"
    clinic: str | None = _option(
        "record what only this clinic needs, for this computer", metavar="NAME"
    )
    check: bool = _option("record nothing; name what is missing, stale or damaged")
    locale: str = _option(f"the language (default: {LOCALE})", default=LOCALE)


@dataclass(frozen=True)
class DoctorConfig:
    """Looks at devices, model, voice, page and clinic, one line each.

    It ends with 0, or with the code that a talk would end with.
    """

    command: ClassVar[str] = "doctor"
    model: str | None = _model()
    phrases: str | None = _phrases()
    clinic: str | None = _option("a clinic's name or file", metavar="NAME")
    rate: int = _rate()
    voice: str = _voice(metavar="NAME")
    page_port: int = _page_port()


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


def parse_options(config: type[Config], arguments: Sequence[str]) -> Config:
    """Return the options of a command, whose docstring is its description.

    Ends the program where they are wrong, or where help or the version is asked for.
    """
    command = getattr(config, "command", "")
    parser = argparse.ArgumentParser(
        prog=f"python -m local_voice {command}".strip(),
        description=config.__doc__,
        epilog=getattr(config, "epilog", None),
    )
    if not command:
        version = f"Back Talk {get_program_version()}"
        parser.add_argument("--version", action="version", version=version)
    groups: dict[str | None, Any] = {None: parser}
    for option in fields(config):  # type: ignore[arg-type]
        more = dict(option.metadata)
        title, also = more.pop("group", None), more.pop("also", None)
        if title == SOURCE and title not in groups:
            groups[title] = parser.add_mutually_exclusive_group()
        elif title not in groups:
            groups[title] = parser.add_argument_group(title)
        if option.type is bool:
            more["action"] = "store_true"
        positional = more.pop("positional", False)
        name = option.name if positional else f"--{option.name.replace('_', '-')}"
        groups[title].add_argument(name, **more)
        if also:
            name, const, words = also
            more = {"dest": option.name, "const": const, "help": words}
            groups[title].add_argument(name, action="store_const", **more)
    options = vars(parser.parse_args(arguments)).items()
    return config(**{n: tuple(v) if isinstance(v, list) else v for n, v in options})
