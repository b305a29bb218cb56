"""The command line: what may be given, and what is refused."""

import argparse

from dialogue.loading import LOCALE
from local_voice.asr.endpointing import PACES
from local_voice.asr.grammar import GrammarState
from local_voice.session.captions import SIZES
from local_voice.session.keyboard import SWITCH_GAP
from local_voice.tts.pyttsx3_voice import DEFAULT_RATE, DEFAULT_VOICE
from local_voice.tts.speech import RATES

COMMANDS = ("hear", "calibrate", "bench", "say-number")


def talk_options() -> argparse.ArgumentParser:
    """Return the options of a talk."""
    parser = argparse.ArgumentParser(
        prog="python -m local_voice",
        description="A spoken talk on this computer, with no network.",
        epilog="Commands: hear FILE... (what recordings are understood as); bench "
        "(speed and memory); calibrate (how well you are heard); say-number (the "
        "clinic's numbers as a WAV). Each has its own --help.",
    )
    _add_source(parser)
    parser.add_argument(
        "--patient", metavar="FOLDER", help="with --demo: recorded people answer"
    )
    _add_live(parser)
    parser.add_argument("--output", metavar="FILE.wav", help="record the talk")
    _add_keeping(parser)
    parser.add_argument("--mute", action="store_true", help="captions, no sound")
    parser.add_argument("--input-device", metavar="NAME", help="microphone")
    parser.add_argument("--output-device", metavar="NAME", help="loudspeaker")
    _add_page(parser)
    _add_model(parser)
    parser.add_argument("--clinic", metavar="NAME", help="a clinic's name or file")
    parser.add_argument(
        "--locale", default=LOCALE, help=f"the language (default: {LOCALE})"
    )
    parser.add_argument("--captions", choices=SIZES, default="small")
    parser.add_argument(
        "--rate", type=_rate, default=DEFAULT_RATE, help="words a minute, 100 to 260"
    )
    parser.add_argument(
        "--voice", default=DEFAULT_VOICE, metavar="NAME", help="see --list-voices"
    )
    parser.add_argument("--pace", choices=tuple(PACES), default="normal")
    parser.add_argument(
        "--answer-time",
        type=_answer_time,
        metavar="SECONDS",
        help="wait so long for an answer to begin, 4 to 80",
    )
    parser.add_argument("--no-tones", action="store_true", help="no short signals")
    parser.add_argument("--verbose", action="store_true", help="timings and details")
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    """Add who answers, one of them at a time."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--demo",
        nargs="?",
        const="clinic",
        metavar="PLAY-SCRIPT",
        help="a synthetic patient speaks: clinic, emergency, ice, or a file",
    )
    source.add_argument(
        "--or-demo",
        action="store_true",
        help="a live talk, or the demonstration where there is no sound card",
    )
    source.add_argument(
        "--input",
        action="append",
        metavar="FILE",
        help="listen to a recording (again for the next turn), or - for raw sound",
    )
    source.add_argument("--typed", action="store_true", help="talk by keyboard")
    source.add_argument(
        "--list-devices", action="store_true", help="show microphones and loudspeakers"
    )
    source.add_argument(
        "--list-voices", action="store_true", help="show the names for --voice"
    )


def _add_live(parser: argparse.ArgumentParser) -> None:
    """Add what only a talk with a microphone knows."""
    parser.add_argument(
        "--stay", action="store_true", help="rest after a talk, wake by a key"
    )
    parser.add_argument(
        "--wake", action="store_true", help='the same, or by the words "back talk"'
    )
    parser.add_argument(
        "--barge-in",
        choices=("headset", "aec"),
        help="speech interrupts Back Talk: with a headset, or with an echo canceller",
    )
    parser.add_argument(
        "--headset",
        dest="barge_in",
        action="store_const",
        const="headset",
        help="the same as --barge-in headset",
    )
    parser.add_argument(
        "--switch",
        action="store_true",
        help="one switch: once yes, twice no, three times repeat, four times stop",
    )
    parser.add_argument(
        "--switch-gap",
        type=_gap,
        default=SWITCH_GAP,
        metavar="SECONDS",
        help="so long without a press ends the count, 0.3 to 5",
    )
    parser.add_argument(
        "--sound-check",
        action=argparse.BooleanOptionalAction,
        help="ask for a yes before the talk (usual: the first time with a device)",
    )
    parser.add_argument(
        "--record-me",
        action="store_true",
        help="with --output: record a live talk, if the person says yes",
    )


def hear_options() -> argparse.ArgumentParser:
    """Return the options of `hear`."""
    parser = argparse.ArgumentParser(
        prog="python -m local_voice hear",
        description="Prints what recordings are understood as, by the loop's own code.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument(
        "--state",
        choices=tuple(s.value for s in GrammarState),
        default=GrammarState.ANSWER.value,
        help="what could be said at this point of a talk",
    )
    parser.add_argument("--json", action="store_true", help="one object a line")
    _add_model(parser)
    return parser


def calibrate_options() -> argparse.ArgumentParser:
    """Return the options of `calibrate`."""
    parser = argparse.ArgumentParser(
        prog="python -m local_voice calibrate",
        description="You say yes and no three times each; it tells how well you are "
        "heard and what to change. Nothing is kept unless you ask with --keep.",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--input-device", metavar="NAME", help="microphone")
    source.add_argument(
        "--input",
        nargs="+",
        metavar="FILE",
        help="recordings instead of a microphone: yes, no, yes, no, yes, no",
    )
    parser.add_argument("--keep", metavar="FOLDER", help="keep the six recordings")
    _add_model(parser)
    return parser


def say_number_options() -> argparse.ArgumentParser:
    """Return the options of `say-number`."""
    parser = argparse.ArgumentParser(
        prog="python -m local_voice say-number",
        description="Writes the clinic's numbers, as patients hear them, into a WAV.",
    )
    parser.add_argument("--clinic", metavar="NAME", required=True, help="or its file")
    parser.add_argument("--out", metavar="FILE.wav", default="clinic-number.wav")
    parser.add_argument("--rate", type=_rate, default=DEFAULT_RATE)
    parser.add_argument("--voice", default=DEFAULT_VOICE)
    return parser


def doctor_options() -> argparse.ArgumentParser:
    """Return the options of `doctor`."""
    parser = argparse.ArgumentParser(
        prog="python -m local_voice doctor",
        description="Looks at devices, model, voice, page and clinic, one line each; "
        "ends with 0, or with the code that a talk would end with.",
    )
    _add_model(parser)
    parser.add_argument("--clinic", metavar="NAME", help="a clinic's name or file")
    parser.add_argument("--rate", type=_rate, default=DEFAULT_RATE)
    parser.add_argument("--voice", default=DEFAULT_VOICE, metavar="NAME")
    parser.add_argument("--page-port", type=_port, default=8088, metavar="N")
    parser.set_defaults(page_address="127.0.0.1")
    return parser


def autostart_options() -> argparse.ArgumentParser:
    """Return the options of `autostart`."""
    parser = argparse.ArgumentParser(
        prog="python -m local_voice autostart",
        description="Starts Back Talk at login: a systemd user service, on Linux. "
        "Options of the talk stand behind --, as in: autostart install -- --page "
        "--clinic roseville",
    )
    parser.add_argument("verb", choices=("install", "remove", "status"))
    return parser


def bench_options() -> argparse.ArgumentParser:
    """Return the options of `bench`."""
    parser = argparse.ArgumentParser(
        prog="python -m local_voice bench",
        description="Measures how soon a reply comes after an answer has ended.",
    )
    _add_model(parser)
    return parser


def _add_keeping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--record", metavar="FOLDER", help="offer to write the talk down, after it"
    )
    parser.add_argument(
        "--history", action="store_true", help="offer to note the day, after the talk"
    )


def _add_page(parser: argparse.ArgumentParser) -> None:
    page = parser.add_argument_group("the page with large captions and buttons")
    page.add_argument(
        "--page", action="store_true", help="show it to a browser on this computer"
    )
    page.add_argument(
        "--no-microphone",
        action="store_true",
        help="answer by the page and by keys alone",
    )
    page.add_argument(
        "--page-port", type=_port, default=8088, metavar="N", help="0: any free one"
    )
    page.add_argument(
        "--page-address",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="let others on the network in, with a code that works once: an address "
        "of this computer, or 0.0.0.0 for all of them",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 65535")
    return int(text)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="FOLDER", help="another Vosk model")


def _gap(text: str) -> float:
    try:
        gap = float(text)
    except ValueError:
        gap = 0.0
    if not 0.3 <= gap <= 5:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0.3 to 5")
    return gap


def _answer_time(text: str) -> float:
    if not text.isdecimal() or not 4 <= int(text) <= 80:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 4 to 80")
    return float(text)


def _rate(text: str) -> int:
    if not text.isdecimal() or int(text) not in RATES:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number from {RATES.start} to {RATES.stop - 1}"
        )
    return int(text)
