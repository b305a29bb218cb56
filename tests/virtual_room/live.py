"""Holds one live session over the virtual devices, in a process of its own."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from virtual_room.patients import (
    STORIES,
    Patient,
    build_recorded_voice,
    get_right_end,
    simulate_microphone,
)
from virtual_room.room_acoustics import find_word
from virtual_room.sound_server import DEVICES, ROOM, SPEAKER, SoundServer

from dialogue.loading import load_content
from local_voice.commands import live_talk, talk
from local_voice.commands.exit_codes import EXPLAINED, explain
from local_voice.commands.options import TalkConfig, parse_options
from local_voice.session.events import (
    ListeningStarted,
    ResponseStarted,
    SessionEnded,
    SessionEvent,
)
from local_voice.tts.pyttsx3_voice import Pyttsx3Synthesizer

THINKS_FOR = 0.5
"""Seconds between the listening signal and the answer."""
HEARD = 200
"""Of 32768: a sample that sounds. A virtual device without sound gives zeros."""
PATIENT_VOICE = "en-us+m3"
LONGEST = 900.0


@dataclass(frozen=True)
class Visit:
    """What one talk shall be like."""

    story: str
    voice: str
    """`synthetic` or `recorded`."""
    noise: float | None = None
    """Decibels of speech over noise; None is quiet."""
    far: bool = False
    seed: int = 1
    timed: bool = False
    """Record both devices and measure every gap."""


@dataclass
class Outcome:
    """What one talk came to."""

    expected: str | None
    reached: str | None
    misses: int
    wrong: int
    answers: int
    problem: str = ""
    """Why an engine or a device ended the talk."""
    gaps: list[float] = field(default_factory=list)
    """Milliseconds from the end of a word to the first sound of the reply."""
    ours: list[float] = field(default_factory=list)
    """Milliseconds of decoding, dialogue and synthesis of each of these replies."""


@dataclass
class _Answering:
    """Plays the patient's answers into the room whenever the gate is open."""

    patient: Patient
    say: Callable[[bool], bytes]
    server: SoundServer
    far: bool
    said: list[tuple[float, int]] = field(default_factory=list)
    """When each answer was begun, and the sample at which its word ends."""
    ours: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self, session_event: SessionEvent) -> None:
        self.patient.watch(session_event)
        if isinstance(session_event, ListeningStarted):
            threading.Timer(THINKS_FOR, self._answer).start()
        elif isinstance(session_event, ResponseStarted) and self.said:
            self.ours.append(session_event.ready_ms)

    def _answer(self) -> None:
        sound = simulate_microphone(self.say(self.patient.says_yes()), far=self.far)
        self.said.append((time.perf_counter(), find_word(sound)[1]))
        self.server.play(sound)


def hold(visit: Visit, server: SoundServer, noise: bytes | None) -> Outcome:
    """Hold one talk; call it in a process whose environment names `server`."""
    content = load_content(clinic="roseville")
    yes = STORIES[visit.story]
    config = parse_options(TalkConfig, [*DEVICES, "--captions", "off", "--rate", "200"])
    recordings = [server.record(sink) for sink in (ROOM, SPEAKER) if visit.timed]
    with talk.open_context(config, content, lambda line: None) as context:
        say = build_recorded_voice(visit.seed)
        if visit.voice == "synthetic":
            voice = Pyttsx3Synthesizer(PATIENT_VOICE)
            context.stack.callback(voice.close)
            words = {
                answer: voice.render(w).pcm
                for answer, w in ((True, "yes"), (False, "no"))
            }
            say = words.__getitem__
        answering = _Answering(Patient(yes), say, server, visit.far)
        session = live_talk.build_live_session(context)
        session.add_event_listener(answering.watch)
        if noise:
            server.play(noise)
        problem = ""
        try:
            ended = session.run()
        except EXPLAINED as error:
            # It has told the person so, with the emergency number: no wrong end.
            ended, problem = SessionEnded(None, None), explain(error)[0]
    outcome = Outcome(
        get_right_end(content, yes),
        ended.disposition,
        answering.patient.misses,
        answering.patient.wrong,
        len(answering.said),
        problem,
    )
    if visit.timed:
        for recording in recordings:
            recording.close()
        outcome.gaps = list(_gaps(answering.said, *recordings))
        outcome.ours = answering.ours
    return outcome


def _gaps(said, room, speaker):
    """Yield the milliseconds between the end of each word and our next sound."""
    for at, word_ends in said:
        heard = room.samples(at, at + 2.0)
        began = next((n for n, s in enumerate(heard) if s), None)
        if began is None:
            continue
        end = at + (began + word_ends) / 16_000
        ours = speaker.samples(end, end + 5.0)
        first = next((n for n, s in enumerate(ours) if abs(s) > HEARD), None)
        if first is not None:
            yield 1000 * first / 16_000
