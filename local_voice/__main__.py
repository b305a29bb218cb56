"""The command line: runs a session or another command; one line on failure."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FrameType
from typing import Any

from dialogue.content.problems import suggest_name
from dialogue.engine.events import Stop
from dialogue.records.clock import Clock
from dialogue.records.recall import add_recall, read_last_session
from dialogue.standard_streams import outlive_output, run_command
from local_voice.audio import devices
from local_voice.commands import (
    autostart,
    bench,
    calibrate,
    demo,
    doctor,
    engines,
    exit_codes,
    hear,
    learn,
    live_talk,
    options,
    own_sounds,
    phrases,
    record_voice,
    say_number,
    talk,
)
from local_voice.commands.options import TalkConfig, parse_options
from local_voice.commands.program import build_program, render_program_completion
from local_voice.session.events import InputEvent, SessionEnded
from local_voice.session.keyboard import Switch, read_keys
from local_voice.session.listeners import TypedListener
from local_voice.session.session import SessionPlan, VoiceSession
from local_voice.session.standby import run_session


class Terminated(BaseException):
    """Somebody sent SIGTERM."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_command(
        lambda: _run(arguments),
        no_output=exit_codes.OUTPUT_LOST,
        no_reader=exit_codes.OUTPUT_LOST,
    )


def _run(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["autostart"]:
            return _autostart(given[1:])
        command = COMMANDS.get(given[0]) if given else None
        if command is None:
            if given and not given[0].startswith("-"):
                hint = suggest_name(given[0], CONFIGS)
                raise exit_codes.LocalVoiceProblem(
                    f"'{given[0]}' is no command. {hint} --help tells more."
                )
            return _talk(parse_options(TalkConfig, given, build_program(CONFIGS)))
        config, run = command
        return run(parse_options(config, given[1:]), _say)
    except exit_codes.EXPLAINED as error:
        sentence, code = exit_codes.explain(error)
        print(sentence, file=sys.stderr)
        return code
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except Terminated:
        return exit_codes.TERMINATED


def _say(line: str) -> None:
    print(line, flush=True)


def _complete(config: options.CompletionConfig, say: Callable[[str], None]) -> int:
    say(render_program_completion(CONFIGS, config.shell))
    return 0


def _autostart(given: list[str]) -> int:
    cut = given.index("--") if "--" in given else len(given)
    verb = parse_options(options.AutostartConfig, given[:cut]).verb
    for_the_session = given[cut + 1 :]
    # Refused here, not at the next login.
    config = parse_options(TalkConfig, for_the_session)
    engines.load_content_or_refuse(config.clinic, config.locale)
    return autostart.autostart(verb, for_the_session, os.environ, _say)


COMMANDS: dict[str, tuple[Any, Callable[[Any, Callable[[str], None]], int]]] = {
    "hear": (options.HearConfig, hear.hear),
    "learn": (options.LearnConfig, learn.learn),
    "phrases": (options.PhrasesConfig, phrases.phrases),
    "calibrate": (options.CalibrateConfig, calibrate.calibrate),
    "say-number": (options.SayNumberConfig, say_number.say_number),
    "record-voice": (options.RecordVoiceConfig, record_voice.record_voice),
    "bench": (options.BenchConfig, bench.bench),
    "doctor": (options.DoctorConfig, doctor.doctor),
    "completion": (options.CompletionConfig, _complete),
}
"""What a command is started with, and what runs it; `autostart` has options behind
`--` and stands alone."""
CONFIGS = {
    **{name: config for name, (config, _) in COMMANDS.items()},
    "autostart": options.AutostartConfig,
}


def _talk(config: TalkConfig) -> int:
    if config.list_devices:
        print(engines.render_device_list(devices.find_devices()))
        return 0
    if config.list_voices:
        print("\n".join(engines.render_voice_list()))
        return 0
    if config.demo:
        return _run_demonstration(config, config.demo)
    if config.or_demo and not _has_sound_card():
        print(
            "This computer has no sound card that Back Talk could use, so a "
            "synthetic patient will speak instead of you."
        )
        return _run_demonstration(config, demo.USUAL)
    if (config.stay or config.wake) and (config.typed or config.input):
        raise exit_codes.LocalVoiceProblem(
            "--stay and --wake go with a microphone, not with --typed or --input."
        )
    if config.verbose:
        for line in engines.describe_origins(config.origins, config):
            print(line)
    retention = talk.find_retention(config)
    content = engines.load_content_or_refuse(config.clinic, config.locale)
    content = own_sounds.add_words(content, config.own_sounds)
    clock = Clock()
    read = partial(read_last_session, content, retention.history, clock, print)
    closing = talk.build_record_offer(content, retention, print, clock.read)
    plan = SessionPlan(take_turn=add_recall(read), closing=closing)
    with talk.open_context(config, content, print, plan, clock) as context:
        if doubt := clock.find_doubt():
            print(doubt)
        for line in engines.describe_content(content):
            print(line)
        build = _find_builder(config)
        session = build(context)
        live = build is live_talk.build_live_session
        # A page that ended with the session would leave its reader without the number.
        paged = config.page and (live or build is talk.build_manual_session)
        stay = config.stay or config.wake or (paged and not config.record_me)
        switch = Switch(config.switch_gap, _say) if config.switch else None
        _run_session(session, stay=stay, wake=config.wake and live, switch=switch)
    return 0


def _find_builder(config: TalkConfig) -> Callable[[talk.SessionContext], VoiceSession]:
    """Return what builds the session; a page takes the place of a microphone."""
    if config.typed:
        return talk.build_typed_session
    if config.input:
        return talk.build_recorded_session
    if not config.microphone and not config.page:
        raise exit_codes.LocalVoiceProblem(
            "--no-microphone leaves only buttons to answer with: give --page too, or "
            "--typed for a keyboard."
        )
    may_do_without = config.page and not config.input_device
    if not config.microphone or (
        may_do_without and not talk.find_devices_if_any().microphones
    ):
        return talk.build_manual_session
    return live_talk.build_live_session


def _run_demonstration(config: TalkConfig, named: str) -> int:
    if config.record is not None or config.history:
        raise exit_codes.LocalVoiceProblem(
            "The demonstration's patient is synthetic, so nothing of it is kept: "
            "--record and --history go with a person."
        )
    return demo.run_demonstration(config, named, print, _run_session)


def _run_session(
    session: VoiceSession,
    *,
    stay: bool = False,
    wake: bool = False,
    switch: Switch | None = None,
) -> SessionEnded:
    """Run the session, with signals and keys as input, unless lines are typed."""
    keys: contextlib.AbstractContextManager[object] = contextlib.nullcontext()
    if not isinstance(session.listener, TypedListener):
        # Whoever speaks does not read: captions that cannot be shown end nothing.
        outlive_output()
        keys = read_keys(session.receive, switch)
    try:
        with _read_signals(session.receive), keys:
            return run_session(session, stay=stay, wake=wake)
    except Terminated:
        session.close_in_writing()
        raise


@contextlib.contextmanager
def _read_signals(receive: Callable[[InputEvent], object]) -> Iterator[None]:
    """Take the first Ctrl-C as "stop", the second as the end; SIGTERM as the end."""
    interrupted_before = False

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal interrupted_before
        if interrupted_before:
            raise KeyboardInterrupt
        interrupted_before = True
        receive(Stop())

    def terminate(_signal: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGINT, interrupt)
    before_term = signal.signal(signal.SIGTERM, terminate)
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
