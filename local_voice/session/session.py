"""One session: listen, understand, take a turn, respond, in four states."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialogue.content.content import Content
from dialogue.engine.events import Begin, Event, NoMatch, Stop, TimerNotSet
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import THIRD_FORM
from dialogue.engine.protocol import Urgency
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.records.consent import EndedSession
from dialogue.records.recall import TakeTurn
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.session import events
from local_voice.session.audio import SessionAudio
from local_voice.session.example_offer import offer_examples
from local_voice.session.ice_timer import IceTimer
from local_voice.session.input import UserInput
from local_voice.session.listeners import Listener
from local_voice.session.output import TIME_IS_UP, Responder
from local_voice.tts.speech import SpeechOutput

CLOSING = Reply(says=("close.stop",))
OTHER_WAYS = {"buttons": "retry.buttons", "keys": "retry.keys"}
"""Said behind `THIRD_FORM`. Source: the clinical design, 2.1, point 8."""
WITHOUT_ICE = (Urgency.EMERGENCY, Urgency.URGENT)
"""After such advice nobody lies there with ice for 20 minutes."""


Closing = Callable[
    [EndedSession, Callable[[str], Event | None], Callable[[str], None]], Event | None
]
"""Takes the end of an interview, and how to ask and to say the prompt of a key; an
event that it returns opens the interview again."""


@dataclass(frozen=True)
class SessionPlan:
    """What is done beside the usual interview, in the order in which it comes."""

    opening: Callable[["VoiceSession"], Event | None] = lambda session: None
    """Comes before the first interview; returns what that should open with."""
    take_turn: TakeTurn = take_turn
    closing: Closing = lambda ended, ask, tell: None
    """Follows the closing reply."""


@dataclass
class VoiceSession:
    """Holds an interview from the welcome to its end, as often as it is run."""

    content: Content
    listener: Listener
    output: SpeechOutput
    audio: SessionAudio
    now: Callable[[], datetime | None]
    plan: SessionPlan = SessionPlan()
    inputs: events.InputQueue = field(default_factory=queue.Queue)
    event_listeners: tuple[events.EventListener, ...] = ()
    timer: IceTimer | None = None
    """None: no ice timer is offered."""
    has_buttons: Callable[[], bool] = lambda: False
    """Somebody can read and answer without any sound: then silence does not end the
    interview, and a lost device not the session."""
    has_keys: bool = False
    """There is a keyboard whose keys answer."""
    signals: bool = True
    """Short tones: speak now, and not understood."""
    own_sounds: OwnSounds | None = None
    """What the person has taught as yes and no."""
    responder: Responder = field(init=False)
    state: events.SessionState = field(default=events.SessionState.IDLE, init=False)
    turn: int = field(default=0, init=False)
    """Counts turns; an input event may name the one that it belongs to."""
    _turning: threading.RLock = field(default_factory=threading.RLock, init=False)
    """Taken while a turn begins or an input comes: signals come in between."""
    _push: threading.Event = field(default_factory=threading.Event, init=False)

    def __post_init__(self) -> None:
        parts = self.content, self.output, self.audio, self.now
        self.responder = Responder(*parts, self.publish, self.has_buttons, self.signals)

    def run(self, first: Event | None = None) -> events.SessionEnded:
        """Hold one interview and return how it ended; `first` opens it, else a Begin.

        Raises SessionError when a device or an engine is lost for good.
        """
        event: Event | None = first or self.build_begin()
        interview: State | None = None
        before: State | None = None
        ended, began = events.SessionEnded(None, None), time.perf_counter()
        user = self.build_user_input()
        if self.own_sounds is not None:
            self.own_sounds.begin()
        while event is not None:
            self.enter(events.SessionState.PROCESSING)
            since = before if user.takes_back else interview
            before, (interview, reply) = since, self._take_turn(since, event, user)
            ended = events.SessionEnded(reply.disposition, reply.rule_id)
            self._begin_turn()
            spoken = self.responder.respond(
                reply,
                state=interview,
                turn=self.turn,
                began=began,
                not_understood=isinstance(event, NoMatch),
                prepare=user.prepare,
                interruptible=user.interruptible,
            )
            if reply.expects_answer:
                event, began = user.next_event(reply, spoken)
            else:
                event, began = self._close(interview, reply, user), time.perf_counter()
        self.publish(ended)
        return ended

    def build_begin(self) -> Begin:
        """Return what opens an interview here."""
        return Begin(timers=self.timer is not None)

    def receive(self, event: events.InputEvent | None, turn: int | None = None) -> bool:
        """Take a key, a button or a signal from any thread; tell whether it counts.

        It interrupts our speech. `turn` is the one that it answers, None the one now
        open: what belongs to an earlier turn neither answers a later one nor silences
        it. The event None hangs up.
        """
        with self._turning:
            if turn is not None and turn != self.turn:
                return False
            if (
                isinstance(event, events.PushToTalk)
                and self.state is events.SessionState.LISTENING
            ):
                self._push.set()
                return True
            self.inputs.put(event)
            self.output.speaker.stop()
        return True

    def build_user_input(self) -> UserInput:
        """Return what waits for the person through one interview."""
        parts = self.listener, self.responder, self.inputs, self.timer
        return UserInput(*parts, self._take_push, self.own_sounds)

    def close_in_writing(self) -> None:
        """Fall silent and show the closing words, which name the emergency number."""
        self.output.speaker.stop()
        self.responder.show(CLOSING)
        self.publish(events.SessionEnded(None, None))

    def add_event_listener(self, listener: events.EventListener) -> None:
        """Publish every event from here on to `listener` too."""
        self.event_listeners += (listener,)

    def publish(self, event: events.SessionEvent) -> None:
        """Let every event listener know."""
        if event.begins is not None:
            self.enter(event.begins)
        for listener in self.event_listeners:
            listener(event)

    def enter(self, state: events.SessionState) -> None:
        """Be in `state` from here on; a press that ended an utterance is forgotten."""
        self._push.clear()
        self.state = state

    def _take_turn(
        self, interview: State | None, event: Event, user: UserInput
    ) -> tuple[State, Reply]:
        """Take one turn; start or cancel the ice timer as its reply says."""
        protocol = self.content.protocol
        if interview is not None and self.timer:
            # While it runs it is not offered again, also not after a start over.
            interview = replace(interview, timers=not self.timer.running)
        interview, reply = self.plan.take_turn(protocol, interview, event)
        if reply.starts_timer and self.timer:
            # Made now, so that it cannot fail in 20 minutes.
            if self.responder.can_speak(TIME_IS_UP):
                self.timer.start()
            else:
                failed = TimerNotSet(failed=True)
                interview, reply = self.plan.take_turn(protocol, interview, failed)
        disposition = protocol.disposition.get(str(reply.disposition))
        without_ice = disposition and disposition.urgency in WITHOUT_ICE
        if self.timer and self.timer.running and (reply.cancels_timer or without_ice):
            self.timer.clear()
            self.publish(events.TimerEnded(cancelled=True))
        if user.advice and reply.expects_answer:
            reply = replace(reply, says=(*user.advice, *reply.says))
            user.advice = ()
        return interview, self._offer_other_way(reply)

    def _offer_other_way(self, reply: Reply) -> Reply:
        """Name the buttons or keys where a question is put for the third time."""
        way = "buttons" if self.has_buttons() else "keys" if self.has_keys else None
        if way is None or THIRD_FORM not in reply.says:
            return reply
        place = reply.says.index(THIRD_FORM) + 1
        says = (*reply.says[:place], OTHER_WAYS[way], *reply.says[place:])
        return replace(reply, says=says)

    def _close(self, interview: State, reply: Reply, user: UserInput) -> Event | None:
        """Let what follows the interview ask and say prompts by their keys."""
        has_left = False

        def ask(key: str) -> Event | None:
            nonlocal has_left
            question = Reply((key,), open_prompt=key, reprompt=(key,))
            self._begin_turn()
            spoken = self.responder.respond(
                question,
                turn=self.turn,
                prepare=user.prepare,
                interruptible=user.interruptible,
            )
            event, _ = user.next_event(question, spoken)
            has_left = event is None
            return event

        def tell(key: str) -> None:
            self.responder.respond(Reply((key,)))

        ended = interview, reply
        event = self.plan.closing(ended, ask, tell)
        further = self.own_sounds.further if self.own_sounds else None
        if event is not None or has_left or further is None:
            return event
        return offer_examples(self.content, further, ended, ask, tell)

    def _begin_turn(self) -> None:
        """Open a turn; input that came too late for the last one is dropped."""
        with self._turning:
            for _ in range(self.inputs.qsize() if self.turn else 0):
                late = self.inputs.get()
                if late in (None, Stop()):
                    self.inputs.put(late)
            self.turn += 1

    def _take_push(self) -> bool:
        pressed = self._push.is_set()
        self._push.clear()
        return pressed
