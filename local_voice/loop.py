"""The talk: listen, understand, take a turn, speak. Half duplex."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dialogue import Content, Event, Reply, State, take_turn, understand, word, written
from dialogue.events import Begin, NoInput, NoMatch, Repeat, Stop
from local_voice import tones
from local_voice.grammar import Listening, state_after
from local_voice.happenings import (
    Ended,
    Happening,
    Listens,
    Says,
    Trouble,
    Understood,
    Watcher,
)
from local_voice.levels import SAMPLE_RATE, measure, speech_advice
from local_voice.listening import Utterance
from local_voice.problems import DEVICE_LOST, ENGINE_FAILED, LocalVoiceProblem
from local_voice.seams import Audio, DeviceLost, EarGone, EarLost
from local_voice.speaking import Mouth

WAIT_LIMIT = 60.0
"""Seconds of patience after "give me a minute"."""
LEVELS_JUDGED = 2
"""So many answers are judged for loudness."""
BEFORE_SIGNAL = Audio(bytes(2 * (SAMPLE_RATE * 15 // 100)))

SORRY = Reply(says=("errors.something_wrong",))
CLOSING = Reply(says=("close.stop",))

Taps = queue.Queue[Event | None]
"""Events from keys, buttons and signals; None where the person hangs up."""


class Listener(Protocol):
    """Turns what the person does into text: by ear or by keyboard."""

    def prepare(self, state: Listening) -> None:
        """Get ready for what may be said next."""

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = ...,
    ) -> Utterance | None:
        """Return what is said, None when interrupted."""


@dataclass
class Loop:
    """One talk from the welcome to its end."""

    content: Content
    listener: Listener
    mouth: Mouth
    now: Callable[[], datetime | None]
    watchers: tuple[Watcher, ...] = ()
    taps: Taps = field(default_factory=queue.Queue)
    timers: bool = False
    signals: bool = True
    """Short tones: speak now, and not understood."""
    recover: Callable[[], bool] = lambda: False
    """Waits a while for a lost device; False when it does not come back."""
    by_hand: Callable[[], bool] = lambda: False
    """Somebody may answer by hand just now: then silence does not end the talk."""
    turn: int = 0
    """Counts turns; a tap may name the one that it belongs to."""
    _turning: threading.RLock = field(default_factory=threading.RLock)
    """Held while a turn begins and while a tap is taken: signals come in between."""
    _judged: int = 0
    _forgiven: str | None = None
    _silent: bool = False

    def run(self) -> Ended:
        """Hold the talk and return how it ended.

        Raises LocalVoiceProblem when a device or an engine is lost for good.
        """
        event: Event | None = Begin(timers=self.timers)
        state: State | None = None
        ended, began = Ended(None, None), time.perf_counter()
        while event is not None:
            state, reply = take_turn(self.content.protocol, state, event)
            ended = Ended(reply.disposition, reply.because)
            self._begin_turn()
            at = self._say(reply, isinstance(event, NoMatch), began, state)
            if not reply.expects_answer:
                break
            event, began = self._next_event(reply, at)
        self._tell(ended)
        return ended

    def tap(self, event: Event | None, turn: int | None = None) -> bool:
        """Take a key, a button or a signal; tell whether it counts.

        It interrupts us. `turn` is the one that it answers, None the one now open.
        What belongs to an earlier turn neither answers a later one nor silences it.
        """
        with self._turning:
            if turn is not None and turn != self.turn:
                return False
            self.taps.put(event)
            self.mouth.speaker.stop()
        return True

    def _begin_turn(self) -> None:
        """Open a turn; what was tapped too late for the last one is dropped."""
        with self._turning:
            kept = []
            while self.turn and not self.taps.empty():
                late = self.taps.get()
                kept += [late] if late in (None, Stop()) else []
            for event in kept:
                self.taps.put(event)
            self.turn += 1

    def _say(
        self,
        reply: Reply,
        not_understood: bool,
        began: float,
        state: State | None = None,
    ) -> int:
        """Say `reply` and return the sample at which it was over."""
        content = self.content
        worded = word(reply, content.prompts, content.clinic, self.now())
        worded_at = time.perf_counter()
        audio, whole = self.mouth.audio(worded.pieces)
        ready_at = time.perf_counter()
        # Written before the first sound: an emergency must not wait for a voice.
        self._tell(
            Says(
                worded.keys,
                written(worded.pieces),
                ready_ms=1000 * (ready_at - began),
                synthesis_ms=1000 * (ready_at - worded_at),
                reply=reply,
                state=state,
                turn=self.turn,
                pieces=worded.pieces,
            )
        )
        if not whole:
            self._tell(Trouble("The voice failed. Please read the words here."))
        parts = [audio]
        if self.signals and not_understood:
            parts.insert(0, tones.NOT_UNDERSTOOD)
        if reply.expects_answer:
            self._aim(reply)
            parts += [BEFORE_SIGNAL, tones.LISTENING] if self.signals else []
        return self._play(*parts)

    def _play(self, *parts: Audio) -> int:
        try:
            return self.mouth.play(*parts).ended_at
        except DeviceLost:
            self._tell(Trouble("The loudspeaker is gone. Please plug it in again."))
        if not self.recover():
            self._tell_unspoken(SORRY)
            raise LocalVoiceProblem("The loudspeaker did not come back.", DEVICE_LOST)
        return self._play(*parts)

    def _next_event(self, reply: Reply, at: int) -> tuple[Event | None, float]:
        """Return what the person does next, and when it was clear."""
        while True:
            if not self.taps.empty():
                return self._tapped(), time.perf_counter()
            try:
                utterance = self._listen(reply, at)
            except EarLost:
                # Our own crash must not count as somebody's unclear answer.
                return Repeat(), time.perf_counter()
            except EarGone as error:
                raise self._without_ear() from error
            except DeviceLost:
                self._wait_for_microphone()
                return Repeat(), time.perf_counter()
            if utterance is None:
                continue
            if not utterance.text and self._silent and self.by_hand():
                self._aim(reply)
                continue
            event = understand(self.content.lexicon, utterance.text)
            if self._forgives(reply, utterance, event):
                at = self._play(tones.NOT_UNDERSTOOD)
                self._aim(reply)
                continue
            self._silent = isinstance(event, NoInput)
            self._tell(Understood(utterance.text, event, utterance.heard))
            self._judge_level(utterance)
            return event, utterance.ended_at

    def _listen(self, reply: Reply, at: int) -> Utterance | None:
        patience = WAIT_LIMIT if "retry.wait" in reply.says else None
        self._tell(Listens(state_after(reply.pending)))
        return self.listener.listen(at, patience, lambda: not self.taps.empty())

    def _tapped(self) -> Event | None:
        event = self.taps.get()
        self._silent = False
        # Whoever taps twice means it once: never an answer to the next question too.
        while not self.taps.empty():
            later = self.taps.get()
            event = later if later in (None, Stop()) else event
        if event is not None:
            self._tell(Understood("", event))
        return event

    def _forgives(self, reply: Reply, utterance: Utterance, event: Event) -> bool:
        """Tell whether an answer began too early to be clear; once a question."""
        early = utterance.early and isinstance(event, NoMatch)
        if not early or self._forgiven == reply.pending:
            return False
        self._forgiven = reply.pending
        return True

    def _judge_level(self, utterance: Utterance) -> None:
        if utterance.pcm and self._judged < LEVELS_JUDGED:
            self._judged += 1
            advice = speech_advice(measure(utterance.pcm))
            if advice:
                self._tell(Trouble(advice))

    def _aim(self, reply: Reply) -> None:
        try:
            self.listener.prepare(state_after(reply.pending))
        except EarGone as error:
            raise self._without_ear() from error

    def _without_ear(self) -> LocalVoiceProblem:
        self._apologise()
        return LocalVoiceProblem(
            "The ear keeps failing. Talk by keyboard instead, with --typed.",
            ENGINE_FAILED,
        )

    def _wait_for_microphone(self) -> None:
        self._tell(Trouble("The microphone is gone. Please plug it in again."))
        self._apologise()
        if not self.recover():
            raise LocalVoiceProblem(
                "The microphone did not come back. Talk by keyboard instead, with "
                "--typed.",
                DEVICE_LOST,
            )

    def _apologise(self) -> None:
        """Say that something failed; it names the emergency number."""
        self._say(SORRY, False, time.perf_counter())

    def close_in_writing(self) -> None:
        """Show the closing words, which name the emergency number, without a sound."""
        self._tell_unspoken(CLOSING)
        self._tell(Ended(None, None))

    def _tell_unspoken(self, reply: Reply) -> None:
        content = self.content
        worded = word(reply, content.prompts, content.clinic, None)
        shown = written(worded.pieces)
        pieces = worded.pieces
        self._tell(Says(worded.keys, shown, 0.0, 0.0, reply, pieces=pieces))

    def _tell(self, happening: Happening) -> None:
        for watcher in self.watchers:
            watcher(happening)
