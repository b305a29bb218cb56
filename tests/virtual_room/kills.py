"""Kills or stops recogniser and synthesizer at random moments of whole interviews."""

import os
import random
import signal
import threading
import time
from dataclasses import dataclass

from virtual_room.patients import (
    STORIES,
    Patient,
    build_recorded_voice,
    get_right_end,
    simulate_microphone,
)

from dialogue.content.content import Content
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.simulated_room import SimulatedPerson, SimulatedRoom
from local_voice.commands import talk
from local_voice.commands.options import TalkConfig, parse_options

THINKS_FOR = SAMPLE_RATE // 2
LONG_STORIES = ("lifted", "same spot", "sat long")
"""Talks of many turns, so that the moment falls into them."""
ENGINES = ("ear", "voice")
SIGNALS = (signal.SIGKILL, signal.SIGSTOP)
LOOKED_EVERY = 0.005


@dataclass(frozen=True)
class KillOutcome:
    """One talk, in which one engine was killed or stopped."""

    engine: str
    how: str
    struck: bool
    """False where the talk was over before the moment came."""
    right: bool
    """It ended where the answers lead."""
    misses: int
    """Answers that had to be given again."""
    wrong: int
    """Answers that nobody gave."""
    noticed: float | None
    """Seconds from the signal to the end of that child; None: never needed again."""


class Person(SimulatedPerson):
    """Answers as the story says, as soon as Back Talk listens."""

    def __init__(self, patient: Patient, seed: int) -> None:
        """`seed` chooses the voices."""
        self.patient = patient
        self._say = build_recorded_voice(seed)
        self._sound = b""

    def begin_turn(self) -> None:
        """Answer the open question."""
        word = simulate_microphone(self._say(self.patient.says_yes()), far=False)
        self._sound = bytes(2 * THINKS_FOR) + word

    def read(self, samples: int) -> bytes:
        """Return the answer, then silence."""
        pcm, self._sound = self._sound[: 2 * samples], self._sound[2 * samples :]
        return pcm.ljust(2 * samples, b"\0")


def hold(content: Content, seed: int, longest: float) -> KillOutcome:
    """Hold one talk with one strike, anything about it chosen by `seed`.

    `longest` is how many seconds a talk lasts here, in which the moment lies.
    """
    chance = random.Random(seed)
    story = chance.choice(LONG_STORIES)
    engine, how = chance.choice(ENGINES), chance.choice(SIGNALS)
    moment = chance.uniform(0, longest)
    patient = Patient(STORIES[story])
    # The recorded voice has no engine that could be killed.
    config = parse_options(TalkConfig, ["--captions", "off", "--voice", "espeak"])
    with talk.open_context(config, content, lambda line: None) as context:
        voice = context.load_synthesizer()
        room = SimulatedRoom(Person(patient, seed))
        session = talk.build_room_session(context, room, voice, patient.watch)
        # Only the session knows its recogniser, which is to be killed.
        recognizer = session.listener.recognizer
        strike = _Strike(recognizer if engine == "ear" else voice, how, moment)
        strike.start()
        ended = session.run()
        strike.give_up()
    return KillOutcome(
        engine,
        how.name,
        strike.struck,
        ended.disposition == get_right_end(content, patient.yes),
        patient.misses,
        patient.wrong,
        strike.noticed,
    )


class _Strike(threading.Thread):
    """Sends the signal at its moment and waits for the child to be replaced."""

    def __init__(self, child: object, how: signal.Signals, moment: float) -> None:
        super().__init__(daemon=True)
        self._child, self._how, self._moment = child, how, moment
        self._over = threading.Event()
        self.struck = False
        self.noticed: float | None = None

    def run(self) -> None:
        if self._over.wait(self._moment):
            return
        struck = self._child.pid
        at = time.monotonic()
        os.kill(struck, self._how)
        self.struck = True
        while not self._over.wait(LOOKED_EVERY):
            if self._child.pid != struck:
                self.noticed = time.monotonic() - at
                return

    def give_up(self) -> None:
        """End the waiting: the talk is over."""
        self._over.set()
        self.join()
