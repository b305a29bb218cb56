"""The talk: listen, understand, take a turn, speak; and what taps and the ice do."""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialogue.content.content import Content
from dialogue.engine.events import Begin, Event, NoMatch, Stop, TimerNotSet
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Urgency
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.records.recall import TakeTurn
from local_voice.session.events import (
    Ended,
    Happening,
    Listens,
    Says,
    TimerEnded,
    Watcher,
)
from local_voice.session.ice_timer import IceTimer
from local_voice.session.input import Attending, Listener
from local_voice.session.input_events import Gate, Tap, Taps
from local_voice.session.output import Interruptible, Voicing
from local_voice.tts.speech import Mouth

CLOSING = Reply(says=("close.stop",))
TIME_IS_UP = Reply(says=("timer.end",))
HOLDS_NO_ICE = (Urgency.EMERGENCY, Urgency.URGENT)
"""After such advice nobody lies there with ice for 20 minutes."""
Afterwards = Callable[
    [tuple[State, Reply], Callable[[str], Event | None], Callable[[str], None]],
    Event | None,
]
"""Takes the end of a talk, and how to ask and to tell the prompt of a key."""


@dataclass
class Loop:
    """One talk from the welcome to its end; it can be held again and again."""

    content: Content
    listener: Listener
    mouth: Mouth
    now: Callable[[], datetime | None]
    watchers: tuple[Watcher, ...] = ()
    taps: Taps = field(default_factory=queue.Queue)
    timer: IceTimer | None = None
    """None: this channel offers no ice timer."""
    signals: bool = True
    """Short tones: speak now, and not understood."""
    recover: Callable[[], bool] = lambda: False
    """Waits a while for a lost device; False when it does not come back."""
    by_hand: Callable[[], bool] = lambda: False
    """Somebody may answer by hand just now: then silence does not end the talk."""
    interruptible: Interruptible | None = None
    """Plays so that the person can interrupt us by speaking; None: only taps do."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Prompt keys that this talk says in place of others."""
    pass_time: Callable[[float], None] = lambda seconds: None
    """Lets seconds pass between talks, or less where somebody taps."""
    ears: Callable[[bool], None] = lambda on: None
    """Turns the microphone off and on again."""
    take_turn: TakeTurn = take_turn
    afterwards: Afterwards = lambda *_: None
    """Follows the closing reply; an event that it returns opens the talk again."""
    opening: Callable[[], Event | None] = lambda: None
    """What comes before the first talk; returns what that should open with."""
    turn: int = 0
    """Counts turns; a tap may name the one that it belongs to."""
    _turning: threading.RLock = field(default_factory=threading.RLock)
    """Held while a turn begins and while a tap is taken: signals come in between."""
    _gate: threading.Event = field(default_factory=threading.Event)
    _listens: bool = False

    def run(self, first: Event | None = None) -> Ended:
        """Hold the talk and return how it ended; `first` opens it, else a Begin.

        Raises LocalVoiceProblem when a device or an engine is lost for good.
        """
        event: Event | None = first or Begin(timers=self.timer is not None)
        state: State | None = None
        ended, began = Ended(None, None), time.perf_counter()
        attending = self.attending()
        while event is not None:
            state, reply = self._taken(state, event, attending)
            ended = Ended(reply.disposition, reply.rule_id)
            self._begin_turn()
            spoken = attending.voicing.say(
                reply,
                state=state,
                turn=self.turn,
                began=began,
                not_understood=isinstance(event, NoMatch),
            )
            if reply.expects_answer:
                event, began = attending.next_event(reply, spoken)
            else:
                event, began = self._after(state, reply, attending), time.perf_counter()
        self.tell(ended)
        return ended

    def tap(self, tap: Tap | None, turn: int | None = None) -> bool:
        """Take a key, a button or a signal; tell whether it counts.

        It interrupts us. `turn` is the one that it answers, None the one now open.
        What belongs to an earlier turn neither answers a later one nor silences it.
        """
        with self._turning:
            if turn is not None and turn != self.turn:
                return False
            if isinstance(tap, Gate) and self._listens:
                self._gate.set()
                return True
            self.taps.put(tap)
            self.mouth.speaker.stop()
        return True

    def attending(self) -> Attending:
        """Return what waits for the person, aimed at nothing yet."""
        attending = Attending(
            listener=self.listener,
            lexicon=self.content.lexicon,
            voicing=self.voicing(),
            taps=self.taps,
            timer=self.timer,
            by_hand=self.by_hand,
            gate_pressed=self._gate_pressed,
        )
        attending.voicing = replace(attending.voicing, aim=attending.aim)
        return attending

    def voicing(self) -> Voicing:
        """Return how this talk says its replies."""
        return Voicing(
            content=self.content,
            mouth=self.mouth,
            now=self.now,
            tell=self.tell,
            aim=lambda reply: None,
            recover=self.recover,
            signals=self.signals,
            by_hand=self.by_hand,
            interruptible=self.interruptible,
            instead=self.instead,
        )

    def close_in_writing(self) -> None:
        """Show the closing words, which name the emergency number, without a sound."""
        self.voicing().show(CLOSING)
        self.tell(Ended(None, None))

    def tell(self, happening: Happening) -> None:
        """Let every watcher know."""
        if isinstance(happening, Says | Listens | Ended):
            self._gate.clear()
            self._listens = isinstance(happening, Listens)
        for watcher in self.watchers:
            watcher(happening)

    def _taken(
        self, state: State | None, event: Event, attending: Attending
    ) -> tuple[State, Reply]:
        """Take one turn; start or cancel the ice timer as its reply says."""
        protocol = self.content.protocol
        if state is not None and self.timer:
            # While it runs it is not offered again, also not after a start over.
            state = replace(state, timers=not self.timer.running)
        state, reply = self.take_turn(protocol, state, event)
        if reply.starts_timer and self.timer:
            # Made now, so that it cannot fail in 20 minutes.
            _, can_be_said = self.mouth.audio(
                attending.voicing.worded(TIME_IS_UP).prompts
            )
            if can_be_said:
                self.timer.start()
            else:
                failed = TimerNotSet(failed=True)
                state, reply = self.take_turn(protocol, state, failed)
        self._cancel_timer(reply)
        if attending.advice and reply.expects_answer:
            reply = replace(reply, says=(*attending.advice, *reply.says))
            attending.advice = ()
        return state, reply

    def _after(self, state: State, reply: Reply, attending: Attending) -> Event | None:
        """Let what comes after the interview ask and tell by the keys of prompts."""

        def ask(key: str) -> Event | None:
            question = Reply((key,), open_prompt=key, reprompt=(key,))
            self._begin_turn()
            spoken = attending.voicing.say(question, turn=self.turn)
            return attending.next_event(question, spoken)[0]

        def tell(key: str) -> None:
            attending.voicing.say(Reply((key,)))

        return self.afterwards((state, reply), ask, tell)

    def _cancel_timer(self, reply: Reply) -> None:
        if self.timer is None or not self.timer.running:
            return
        advised = self.content.protocol.disposition.get(str(reply.disposition))
        if reply.cancels_timer or (advised and advised.urgency in HOLDS_NO_ICE):
            self.timer.clear()
            self.tell(TimerEnded(cancelled=True))

    def _begin_turn(self) -> None:
        """Open a turn; what was tapped too late for the last one is dropped."""
        with self._turning:
            kept: list[Tap | None] = []
            while self.turn and not self.taps.empty():
                late = self.taps.get()
                kept += [late] if late in (None, Stop()) else []
            for tap in kept:
                self.taps.put(tap)
            self.turn += 1

    def _gate_pressed(self) -> bool:
        pressed = self._gate.is_set()
        self._gate.clear()
        return pressed
