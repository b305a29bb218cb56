"""The command `bench`: loading, memory, and how soon a reply follows an answer."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from local_voice.audio.simulated_room import Room
from local_voice.commands.demo import DemoTranscript, build_script_session
from local_voice.commands.demo_patient import (
    BUILT_IN,
    PATIENT_VOICE,
    Patient,
    read_script,
)
from local_voice.commands.engines import load_content_or_refuse
from local_voice.commands.footprint import footprint, lines
from local_voice.commands.options import TalkConfig, parse_options
from local_voice.commands.talk import open_context
from local_voice.session.events import ResponseStarted, SessionEvent, UserTurnEnded

TALKS = (*BUILT_IN, *BUILT_IN)
"""Held one after the other, each with a fresh voice that has said nothing yet."""


@dataclass
class Turns:
    """The times of every answered turn, in milliseconds."""

    decoding: list[float] = field(default_factory=list)
    """All of an utterance's decoding; most of it is done while it is spoken."""
    replying: list[float] = field(default_factory=list)
    """From the end of listening: last decoding, dialogue and synthesis."""
    synthesis: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    def note_event(self, session_event: SessionEvent) -> None:
        """Take the times of one more turn."""
        match session_event:
            case UserTurnEnded(_, _, heard) if heard is not None:
                self.decoding.append(heard.ms)
            case ResponseStarted(ready_ms=ready, synthesis_ms=synthesis) if (
                self.decoding
            ):
                self.replying.append(ready)
                self.synthesis.append(synthesis)


def bench(model: str | None, say: Callable[[str], None]) -> int:
    """Hold the demonstrations and print how long each part of the gap took."""
    for line in lines(footprint(load_content_or_refuse(None), model)):
        say(line)
    turns = Turns()
    for named in TALKS:
        _hold(named, model, turns)
    say(f"{len(turns.replying)} answers by a synthetic patient, in milliseconds:")
    say(f"{'':<58}{'median':>8}{'95 %':>8}{'worst':>8}")
    for label, figures in (
        ("all decoding of one answer, most of it while it is spoken", turns.decoding),
        ("synthesis of the reply", turns.synthesis),
        ("end of listening to the reply's first sample", turns.replying),
        ("person's last sound to the reply, with end-of-speech pause", turns.gaps),
    ):
        say(f"{label:<58}" + "".join(f"{f:>8.0f}" for f in _summary(figures)))
    return 0


def _hold(named: str, model: str | None, turns: Turns) -> None:
    script = read_script(named)
    content = load_content_or_refuse(script.headings.get("Clinic"))
    quiet = ["--captions", "off", *(["--model", model] if model else [])]
    config = parse_options(TalkConfig, quiet)
    with open_context(config, content, lambda line: None) as context:
        voice = context.load_voice(PATIENT_VOICE)
        patient = Patient(script, content, voice.render, context.inputs)
        room = Room(patient)
        transcript = DemoTranscript(script, "", room)
        listeners = (transcript.note_event, patient.note_event, turns.note_event)
        build_script_session(context, room, script, *listeners).run()
    turns.gaps += transcript.gaps


def _summary(figures: Sequence[float]) -> tuple[float, float, float]:
    """Return median, 95th percentile and the worst."""
    ordered = sorted(figures) or [0.0]
    return (
        statistics.median(ordered),
        ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        ordered[-1],
    )
