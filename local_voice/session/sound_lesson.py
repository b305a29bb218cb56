"""A lesson by voice and buttons: the person makes each sound, and tries them at last.

Nobody is hurried: each example is waited for without an end. Keys, buttons and a switch
may say again what is wanted (repeat), drop the last example (no, back) and end (stop).
Raises SessionError where a device or an engine is lost for good.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dialogue.content.content import Content
from dialogue.engine.events import (
    Answered,
    Checked,
    Event,
    Next,
    Previous,
    Repeat,
    Stop,
)
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import Reply
from dialogue.understanding.asked import build_asked
from dialogue.understanding.keys import NAMED_EVENTS
from dialogue.understanding.lexicon import find_offline_group
from dialogue.understanding.utterance import understand
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio.interfaces import DeviceLost
from local_voice.own_sounds.decision import OWN_ANSWERS
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.own_sounds.matcher_process import LessonState, MatcherProcess
from local_voice.own_sounds.recognizer import JUDGED_BYTES
from local_voice.session.errors import MicrophoneLost, RecognizerLost
from local_voice.session.events import InputEvent, ListeningStarted
from local_voice.session.session import VoiceSession
from local_voice.worker_process import EngineError

EXAMPLES, MORE = 3, 2
"""So many of each sound are taught, and added where they differ much."""
TRIES = ("yes", "no", "no", "yes", "no")
"""What is asked for at the end."""
NOTHING = "nothing"
ROOM_SECONDS = 2.0
"""Of quiet at first, from which the room is learnt."""
ROUNDS = 3
"""So often what the check finds is mended."""


@dataclass
class Outcome:
    """What a lesson came to."""

    is_complete: bool = False
    asks_twice: bool = False
    unheeded: set[str] = field(default_factory=set)
    """What the usual recogniser heard in the sounds, and was wrong."""
    right: int = 0
    """Of the five that were tried."""
    wants_to_keep: bool = False
    wants_to_go_on: bool = False
    """Another time, with what is there."""


class SoundLesson:
    """One lesson."""

    def __init__(
        self,
        session: VoiceSession,
        own: OwnSounds,
        matcher: MatcherProcess,
        keep: Callable[[str, bytes], None] = lambda name, pcm: None,
    ) -> None:
        """Teach `matcher`, which `own` hears by; `keep` gets name and sound of each."""
        self._session, self._own, self._matcher = session, own, matcher
        self._keep = keep
        self._taught: list[str] = []
        self._outcome = Outcome()
        self._ended = False

    def hold(self, sounds: Sequence[str], more: bool = False) -> Outcome:
        """Teach `sounds`, check and try them; with `more` only add to what is known."""
        counts = dict(self._matcher.check().counts)
        again = ("own.learn.again",) if counts and not more else ()
        ended_at = self._say("own.learn.start", *again, "own.learn.room")
        self._hear(ended_at, ROOM_SECONDS)
        if more:
            self._teach_rounds(sounds, MORE, {})
        else:
            self._teach_rounds(sounds, EXAMPLES, counts)
            self._teach_rounds((NOTHING,), EXAMPLES, counts)
        # Who is tired ends the teaching; what is there may still be enough.
        was_ended, self._ended = self._ended, False
        if not self._mend(sounds):
            if was_ended and not more:
                self._offer_later()
            if not self._outcome.wants_to_go_on:
                self._say("own.not_kept")
            return self._outcome
        self._outcome.is_complete = True
        return self.try_out(then_keep=True, more=more)

    def try_out(self, *, then_keep: bool = False, more: bool = False) -> Outcome:
        """Ask five questions with known answers, by the loop of a talk."""
        if then_keep:
            self._matcher.use_lesson()
        self._say("own.try.start")
        for name in TRIES:
            event = self._ask(f"own.try.{name}")
            if event is None or event == Stop():
                if event is not None and then_keep and not more:
                    self._offer_later()
                if not self._outcome.wants_to_go_on:
                    self._say("own.not_kept")
                return self._outcome
            is_right = event == NAMED_EVENTS[name]
            self._outcome.right += is_right
            self._say("own.try.right" if is_right else "own.try.wrong")
        all_right = self._outcome.right == len(TRIES)
        self._say("own.try.good" if all_right else "own.try.some")
        if then_keep:
            kept = self._ask("own.ask.keep") == Answered(Answer.YES)
            self._outcome.wants_to_keep = kept
        return self._outcome

    def _teach_rounds(
        self, sounds: Sequence[str], rounds: int, counts: Mapping[str, int]
    ) -> None:
        """Take so many examples of each sound in turn, less those that are there."""
        for number in range(rounds):
            for name in sounds:
                if counts.get(name, 0) <= number:
                    self._teach(name)

    def _offer_later(self) -> None:
        """Ask, by a button alone, whether the lesson goes on another time."""
        if not any(self._matcher.check().counts.values()):
            return
        heard = self._listen(self._say("own.ask.later", waits=True), by_button=True)
        self._outcome.wants_to_go_on = heard == Answered(Answer.YES)

    def _teach(self, name: str) -> None:
        """Take one example of a sound; ends with none where the person stops."""
        prompt = f"own.make.{name}"
        ended_at = self._say(prompt, waits=True)
        while not self._ended:
            heard = self._listen(ended_at)
            if isinstance(heard, Utterance):
                fault = self._take(name, heard)
                if fault is None:
                    self._say("own.taken")
                    return
                ended_at = self._say(f"own.fault.{fault}", waits=True)
            elif heard is None or heard == Stop():
                self._ended = True
                self._say("own.learn.enough")
            elif isinstance(heard, Next) and name == NOTHING:
                return
            else:
                if isinstance(heard, Previous) or heard == Answered(Answer.NO):
                    self._drop_last()
                ended_at = self._say(prompt, waits=True)

    def _take(self, name: str, heard: Utterance) -> str | None:
        """Give one example to the matcher; return why it cannot be used."""
        usual = find_usual_meaning(self._session.content, heard.text)
        if usual not in (None, *OWN_ANSWERS) and name != NOTHING:
            return "command"
        try:
            fault = self._matcher.take(name, heard.pcm[-JUDGED_BYTES:])
        except EngineError:
            return "failed"
        if fault:
            return fault
        self._taught.append(name)
        self._keep(name, heard.pcm[-JUDGED_BYTES:])
        if usual is not None and usual != name and name != NOTHING:
            self._outcome.unheeded.add(usual)
        return None

    def _drop_last(self) -> None:
        if self._taught:
            self._matcher.drop(self._taught.pop(), -1)

    def _mend(self, sounds: Sequence[str]) -> bool:
        """Mend what the check finds; tell whether the sounds can be used."""
        state = self._matcher.check()
        for _ in range(ROUNDS):
            if not state.is_complete:
                return False
            if state.odd is not None:
                # Before they are compared: a slip may make two sounds alike.
                self._say("own.odd")
                self._matcher.drop(*state.odd)
                self._teach(state.odd[0])
            elif state.is_unsteady and not state.are_alike and _has_few(state, sounds):
                self._say("own.unsteady")
                for _ in range(MORE):
                    for name in sounds:
                        self._teach(name)
            else:
                break
            state = self._matcher.check()
        if state.are_alike:
            return self._accept_alike()
        if self._outcome.unheeded:
            self._say("own.overruled")
        return state.is_complete

    def _accept_alike(self) -> bool:
        """Ask a helper, by a button alone, whether sounds that are alike are used."""
        ended_at = self._say("own.alike", "own.ask.alike", waits=True)
        heard = self._listen(ended_at, by_button=True)
        accepted = heard == Answered(Answer.YES)
        self._outcome.asks_twice = self._own.decider.asks_twice = accepted
        return accepted

    def _listen(
        self, ended_at: int, *, by_button: bool = False
    ) -> Utterance | InputEvent | None:
        """Return the next sound or input event, whenever it comes."""
        session = self._session
        session.publish(ListeningStarted(GrammarState.ANSWER, not by_button))
        while True:
            if not session.inputs.empty():
                return session.inputs.get()
            utterance = self._hear(ended_at)
            if utterance is not None and utterance.text and not by_button:
                return utterance

    def _hear(self, ended_at: int, patience: float | None = None) -> Utterance | None:
        """Listen once for any sound; None where nothing came of it."""
        listener = self._session.listener
        try:
            listener.prepare(GrammarState.ANSWER)
            with self._own.attend(takes_any=True):
                return listener.listen(ended_at, patience, self._has_input)
        except RecognizerError:
            return None
        except RecognizerUnavailable as error:
            raise RecognizerLost from error
        except DeviceLost as error:
            if not self._session.audio.reopen():
                raise MicrophoneLost from error
            return None

    def _has_input(self) -> bool:
        return not self._session.inputs.empty()

    def _say(self, *keys: str, waits: bool = False) -> int:
        """Say prompts; with `waits` the buttons stay, and a tone follows."""
        open_prompt = keys[-1] if waits else None
        reply = Reply(
            keys, open_prompt=open_prompt, reprompt=keys[-1:] if waits else ()
        )
        return self._session.responder.respond(reply).ended_at

    def _ask(self, key: str) -> Event | None:
        """Ask as a talk does, and return what counts."""
        session = self._session
        user = session.build_user_input()
        reply = Reply((key,), open_prompt=key, reprompt=(key,))
        for _ in range(EXAMPLES):
            spoken = session.responder.respond(reply, prepare=user.prepare)
            event, _ = user.next_event(reply, spoken)
            if not isinstance(event, Repeat | Checked):
                break
        return event


def find_usual_meaning(content: Content, text: str) -> str | None:
    """Return which answer or command the usual recogniser heard, if any."""
    if group := find_offline_group(content.lexicon, text):
        return group
    event = understand(content.words, text, build_asked(content.protocol, None))
    return next((n for n, known in NAMED_EVENTS.items() if known == event), None)


def _has_few(state: LessonState, sounds: Sequence[str]) -> bool:
    return all(state.counts.get(name, 0) <= EXAMPLES for name in sounds)
