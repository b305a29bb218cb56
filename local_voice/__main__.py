"""The command: holds a talk, or hears recordings, or measures; one line on failure."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType

from dialogue.engine.events import Stop
from local_voice.asr.grammar import GrammarState
from local_voice.audio import devices
from local_voice.commands import (
    autostart,
    bench,
    calibrate,
    demo,
    doctor,
    hear,
    live_talk,
    options,
    say_number,
    talk,
)
from local_voice.commands.engines import (
    describe_content,
    load_content_or_refuse,
    load_synthesizer,
    render_device_list,
    render_voice_list,
)
from local_voice.commands.exit_codes import EXPLAINED, explain
from local_voice.problems import BAD_OPTIONS, INTERRUPTED, TERMINATED, LocalVoiceProblem
from local_voice.session import keyboard, standby
from local_voice.session.events import Ended
from local_voice.session.input_events import Tap
from local_voice.session.record_offer import keeping_wanted, offering, recalled
from local_voice.session.session import Loop
from local_voice.session.typed_listener import TypedListener


class Terminated(BaseException):
    """Somebody sent SIGTERM."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return _run(given)
    except EXPLAINED as error:
        sentence, code = explain(error)
        print(sentence, file=sys.stderr)
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _run(given: Sequence[str]) -> int:
    if given and given[0] == "hear":
        asked = options.hear_options().parse_args(given[1:])
        return hear.hear(
            load_content_or_refuse(None),
            asked.files,
            GrammarState(asked.state),
            model=asked.model,
            as_json=asked.json,
            say=lambda line: print(line, flush=True),
            complain=lambda line: print(line, file=sys.stderr, flush=True),
        )
    if given and given[0] == "calibrate":
        return _calibrated(options.calibrate_options().parse_args(given[1:]))
    if given and given[0] == "say-number":
        asked = options.say_number_options().parse_args(given[1:])
        content = load_content_or_refuse(asked.clinic)
        return say_number.say_number(
            content,
            Path(asked.out),
            lambda: load_synthesizer(asked.voice, asked.rate),
            print,
        )
    if given and given[0] == "bench":
        asked = options.bench_options().parse_args(given[1:])
        return bench.bench(asked.model, print)
    if given and given[0] == "doctor":
        return doctor.doctor(options.doctor_options().parse_args(given[1:]), _told)
    if given and given[0] == "autostart":
        return _autostarted(given[1:])
    asked = options.talk_options().parse_args(given)
    if asked.list_devices:
        print(render_device_list(devices.find_devices()))
        return 0
    if asked.list_voices:
        print("\n".join(render_voice_list()))
        return 0
    return _talk(asked)


def _autostarted(given: Sequence[str]) -> int:
    cut = list(given).index("--") if "--" in given else len(given)
    asked = options.autostart_options().parse_args(given[:cut])
    for_the_talk = list(given[cut + 1 :])
    # Refused here, not at the next login.
    load_content_or_refuse(options.talk_options().parse_args(for_the_talk).clinic)
    return autostart.autostart(asked.verb, for_the_talk, os.environ, _told)


def _told(line: str) -> None:
    print(line, flush=True)


def _calibrated(asked: argparse.Namespace) -> int:
    if asked.input:
        source = calibrate.open_recordings(asked.input)
    else:
        source = calibrate.open_microphone(asked.input_device, _told)
    content = load_content_or_refuse(None)
    return calibrate.calibrate(
        content, source, model=asked.model, keep=asked.keep, say=_told
    )


def _talk(asked: argparse.Namespace) -> int:
    if asked.demo:
        return _demonstrated(asked, asked.demo)
    if asked.or_demo and not _has_sound_card():
        print(
            "This computer has no sound card that Back Talk could use, so a "
            "synthetic patient will speak instead of you."
        )
        return _demonstrated(asked, demo.USUAL)
    if (asked.stay or asked.wake) and (asked.typed or asked.input):
        raise LocalVoiceProblem(
            "--stay and --wake go with a microphone, not with --typed or --input."
        )
    kept = keeping_wanted(asked)
    today = datetime.now().astimezone().date()
    content = load_content_or_refuse(asked.clinic, asked.locale)
    content, take_turn = recalled(content, kept, today, print)
    with talk.setting_for(asked, content, print) as setting:
        for line in describe_content(content):
            print(line)
        kind = _kind(asked)
        loop = kind(setting)
        loop.take_turn = take_turn
        loop.afterwards = offering(content, kept, loop.now, print)
        # A page that went with the talk would leave its reader without the number.
        paged = asked.page and kind in (live_talk.live, talk.by_hand)
        stay = asked.stay or asked.wake or (paged and not asked.record_me)
        _held(loop, stay=stay, wake=asked.wake and kind is live_talk.live)
    return 0


def _kind(asked: argparse.Namespace) -> Callable[[talk.Setting], Loop]:
    """Return the kind of talk; a page takes the place of a missing microphone."""
    if asked.typed:
        return talk.typed
    if asked.input:
        return talk.recorded
    if asked.no_microphone and not asked.page:
        raise LocalVoiceProblem(
            "--no-microphone leaves only buttons to answer with: give --page too, or "
            "--typed for a keyboard."
        )
    no_ears = asked.no_microphone or (
        asked.page and not asked.input_device and not devices.find_devices().microphones
    )
    return talk.by_hand if no_ears else live_talk.live


def _demonstrated(asked: argparse.Namespace, named: str) -> int:
    if asked.record is not None or asked.history:
        raise LocalVoiceProblem(
            "The demonstration's patient is synthetic, so nothing of it is kept: "
            "--record and --history go with a person.",
            BAD_OPTIONS,
        )
    return demo.demonstrate(asked, named, print, _held)


def _held(
    loop: Loop,
    *,
    stay: bool = False,
    wake: bool = False,
    switch: keyboard.Switch | None = None,
) -> Ended:
    """Hold the talk, with signals and keys as taps."""

    def tap(tapped: Tap) -> None:
        loop.tap(tapped)

    try:
        with _signals(tap), _keys(loop, tap, switch):
            return standby.hold(loop, stay=stay, wake=wake)
    except Terminated:
        loop.mouth.speaker.stop()
        loop.close_in_writing()
        raise


@contextlib.contextmanager
def _keys(
    loop: Loop, tap: Callable[[Tap], None], switch: keyboard.Switch | None
) -> Iterator[None]:
    """Read keys as taps, unless lines are typed."""
    if isinstance(loop.listener, TypedListener):
        yield
        return
    with keyboard.watched(tap, switch):
        yield


@contextlib.contextmanager
def _signals(tap: Callable[[Tap], None]) -> Iterator[None]:
    """Take the first Ctrl-C as "stop", the second as the end; SIGTERM as the end."""
    asked_before = False

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked_before
        if asked_before:
            raise KeyboardInterrupt
        asked_before = True
        tap(Stop())

    def terminated(_signal: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGINT, interrupted)
    before_term = signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, before_term)


def _has_sound_card() -> bool:
    found = devices.find_devices()
    return bool(found.microphones and found.loudspeakers)


if __name__ == "__main__":
    sys.exit(main())
