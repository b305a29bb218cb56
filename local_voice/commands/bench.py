"""The command `bench`: measures loading, memory, and the gap before each reply.

Times are in milliseconds where an answer is meant and in seconds for loading; memory is
the resident set of each process in megabytes (10^6 bytes).
"""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from dialogue.content.content import Content
from local_voice.audio.simulated_room import SimulatedRoom
from local_voice.commands import demo_patient, engines
from local_voice.commands.demo import DemoTranscript, build_script_session
from local_voice.commands.options import BenchConfig, TalkConfig, parse_options
from local_voice.commands.talk import open_context
from local_voice.session.events import ResponseStarted, SessionEvent, UserTurnEnded
from local_voice.tts.pyttsx3_voice import DEFAULT_RATE

TALKS = (*demo_patient.BUILT_IN, *demo_patient.BUILT_IN)
"""Held one after the other, each with a fresh synthesizer and an empty cache."""
MOST_MEGABYTES = 200
"""Resident, all processes of a session together."""
MOST_LOADING = 0.5
"""Seconds for the model."""


@dataclass(frozen=True)
class Footprint:
    """Loading times and memory of a session that is ready to begin."""

    model_seconds: float
    """Loading the model, in the recogniser's process."""
    recognizer_seconds: float
    """All of it: starting that process, loading, and a second of silence decoded."""
    synthesizer_seconds: float
    megabytes: dict[str, float]
    """Resident memory by process; empty where this system does not tell."""


@dataclass
class Turns:
    """Times of every answered turn, in milliseconds."""

    decoding: list[float] = field(default_factory=list)
    """All of an utterance's decoding; most of it is done while it is spoken."""
    replying: list[float] = field(default_factory=list)
    """From the end of listening: last decoding, dialogue and synthesis."""
    synthesis: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    def note_event(self, session_event: SessionEvent) -> None:
        """Take the times of one more turn."""
        match session_event:
            case UserTurnEnded(_, _, result) if result is not None:
                self.decoding.append(result.ms)
            case ResponseStarted(ready_ms=ready, synthesis_ms=synthesis) if (
                self.decoding
            ):
                self.replying.append(ready)
                self.synthesis.append(synthesis)


def bench(config: BenchConfig, say: Callable[[str], None]) -> int:
    """Run the demonstrations and say how long each part of the gap took."""
    content = engines.load_content_or_refuse(None)
    for line in render_footprint(measure_footprint(content, config)):
        say(line)
    turns = Turns()
    for named in TALKS:
        _run_script(named, config, turns)
    say(f"{len(turns.replying)} answers by a synthetic patient, in milliseconds:")
    say(f"{'':<58}{'median':>8}{'95 %':>8}{'worst':>8}")
    for label, figures in (
        ("all decoding of one answer, most of it while it is spoken", turns.decoding),
        ("synthesis of the reply", turns.synthesis),
        ("end of listening to the reply's first sample", turns.replying),
        ("person's last sound to the reply, with end-of-speech pause", turns.gaps),
    ):
        say(f"{label:<58}" + "".join(f"{f:>8.0f}" for f in _summarise(figures)))
    return 0


def _run_script(named: str, bench_config: BenchConfig, turns: Turns) -> None:
    script = demo_patient.read_script(named)
    content = engines.load_content_or_refuse(script.headings.get("Clinic"))
    config = replace(
        parse_options(TalkConfig, ["--captions", "off"]),
        model=bench_config.model,
        voice=bench_config.voice,
    )
    with open_context(config, content, lambda line: None) as context:
        voice = context.load_synthesizer(demo_patient.PATIENT_VOICE)
        patient = demo_patient.Patient(script, content, voice.render, context.inputs)
        room = SimulatedRoom(patient)
        transcript = DemoTranscript(script, "", room)
        listeners = (transcript.note_event, patient.note_event, turns.note_event)
        build_script_session(context, room, script, *listeners).run()
    turns.gaps += transcript.gaps


def _summarise(figures: Sequence[float]) -> tuple[float, float, float]:
    """Return median, 95th percentile and the worst."""
    ordered = sorted(figures) or [0.0]
    near_worst = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return statistics.median(ordered), near_worst, ordered[-1]


def measure_footprint(content: Content, config: BenchConfig) -> Footprint:
    """Load recogniser and synthesizer as a session does, measure, and end them."""
    began = time.perf_counter()
    setup = engines.load_recognizer(content, config.model)
    with ExitStack() as stack:
        stack.callback(setup.recognizer.close)
        setup.detector()
        recognizer_ready = time.perf_counter()
        synthesizer = engines.load_synthesizer(config.voice, DEFAULT_RATE, content)
        stack.callback(synthesizer.close)
        engines.render_essentials(content, synthesizer)
        synthesizer_ready = time.perf_counter()
        pids = {
            "the loop": os.getpid(),
            "the ear": setup.recognizer.pid,
            "the voice": synthesizer.pid,
        }
        memory = {n: get_resident_megabytes(pid) for n, pid in pids.items() if pid}
    return Footprint(
        setup.recognizer.load_seconds,
        recognizer_ready - began,
        synthesizer_ready - recognizer_ready,
        {name: found for name, found in memory.items() if found},
    )


def render_footprint(footprint: Footprint) -> Iterator[str]:
    """Yield the figures as lines for the console."""
    for label, seconds in (
        ("loading the model, in seconds", footprint.model_seconds),
        ("the ear until it is ready, in seconds", footprint.recognizer_seconds),
        ("the voice until it is ready, in seconds", footprint.synthesizer_seconds),
    ):
        yield f"{label:<58}{seconds:>8.2f}"
    for name, megabytes in footprint.megabytes.items():
        yield f"{f'memory of {name}, resident, in MB':<58}{megabytes:>8.0f}"
    if footprint.megabytes:
        whole = sum(footprint.megabytes.values())
        yield f"{'memory of all processes, resident, in MB':<58}{whole:>8.0f}"
    else:
        yield "This system does not tell how much memory a process has."


def get_resident_megabytes(pid: int) -> float:
    """Return the resident memory of a process in megabytes; 0 where unknown."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        words = status.read_text().partition("VmRSS:")[2].split()
        return int(words[0]) * 1024 / 1e6 if words else 0.0
    try:
        asked = subprocess.run(  # noqa: S603 (a program of the system, no words of others)
            ["ps", "-o", "rss=", "-p", str(pid)],  # noqa: S607 (its place differs)
            capture_output=True,
            text=True,
            check=False,
        )
        return int(asked.stdout) * 1024 / 1e6
    except (OSError, ValueError):
        return 0.0
