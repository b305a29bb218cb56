"""Decides between a person's own sounds and the usual recogniser (pure).

Where a profile is loaded the usual recogniser's yes and no never count alone: it takes
one for the other with people whose speech it does not know. At a danger sign, at a
caution before a medicine and at a consent only a sure sound counts, or the same unsure
one twice in a row.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from dialogue.engine import events
from dialogue.engine.events import CheckReason, Event
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import Asked, AskedKind
from dialogue.understanding.keys import NAMED_EVENTS
from local_voice.asr.interfaces import SoundMatch
from local_voice.audio.input_quality import LEAST_ABOVE_ROOM

CAREFUL = (AskedKind.DANGER, AskedKind.CAUTION, AskedKind.CONSENT)
"""Where a usual match alone does not count."""
OFFER_AFTER = 2
"""After so many turns in a row that were asked again, other ways are named."""
OWN_ANSWERS = ("yes", "no", "unsure", "repeat")
"""Answers for which a sound can be taught; the first two always are."""
WHICH, LOUD, SWITCH = "own.which", "own.loud", "own.switch"
UNDO = "own.undo"
"""Says a no back; the next sound takes it back."""
PRACTISE = "own.practise"
RECENT, MOST_AGAIN = 10, 3
"""Of so many answers more than so many had to be asked again: practise once more."""
HEARD = {"yes": "own.heard.yes", "no": "own.heard.no"}


@dataclass(frozen=True)
class Decision:
    """What a turn amounts to."""

    event: Event
    says: tuple[str, ...] = ()
    """Keys of prompts that the next reply begins with."""
    by: str = ""
    """The taught sound that decided; empty: the usual recogniser, or nobody did."""
    doubt: str = ""
    """The taught sound that this may have been, where a press may say so."""
    offers_undo: bool = False
    """It rules out a danger sign, so that it is said back at once."""


@dataclass
class SoundDecider:
    """Decides turn by turn through one session."""

    asks_twice: bool = False
    """The taught sounds are alike: each answer is heard twice before it counts."""
    unheeded: Collection[str] = ()
    """Answers that the usual recogniser hears in the taught sounds, wrongly."""
    _last: tuple[str | None, str] = (None, "")
    """The open prompt and the sound that was heard there without being sure."""
    _asked_again: int = 0
    _recent: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))
    """Whether each of the last answers had to be asked again."""
    _was_told: bool = False

    def begin(self) -> None:
        """Forget what was heard before, so that it is no witness."""
        self._last, self._asked_again = (None, ""), 0

    def decide(
        self, open_prompt: str | None, asked: Asked, match: SoundMatch, usual: Event
    ) -> Decision:
        """Return what counts of `match` and of what the usual recogniser understood."""
        if _is_emergency(usual):
            self._last = None, ""
            return Decision(_drop_answer(usual))
        careful = asked.kind in CAREFUL
        if careful and match.name and match.above_room < LEAST_ABOVE_ROOM:
            # In noise it takes one sound for the other, so it is not believed.
            return self._ask_again(open_prompt, "", (LOUD,))
        if match.name:
            decision = self._decide_match(open_prompt, careful, match, usual)
        elif _find_answer(usual) in (Answer.YES, Answer.NO):
            decision = self._ask_again(open_prompt, "")
        else:
            self._last = None, ""
            return Decision(usual)
        if decision.by == "no" and asked.kind is AskedKind.DANGER:
            decision = replace(decision, offers_undo=True)
        return decision

    def _decide_match(
        self, open_prompt: str | None, careful: bool, match: SoundMatch, usual: Event
    ) -> Decision:
        heard = _name_event(usual)
        alone = heard is None or heard in self.unheeded
        agreed = heard == match.name
        sure = match.is_sure and not self.asks_twice
        again = self._last == (open_prompt, match.name)
        if sure and not alone and not agreed:
            return self._ask_again(open_prompt, "", (WHICH,))
        if sure or again or (agreed and not self.asks_twice):
            return self._accept(match.name)
        if careful or self.asks_twice:
            # What the usual recogniser took for something else is no good example.
            doubt = match.name if alone or agreed else ""
            return replace(self._ask_again(open_prompt, match.name), doubt=doubt)
        accepted = self._accept(match.name)
        said = HEARD.get(match.name)
        return replace(accepted, says=(said,)) if said else accepted

    def _accept(self, name: str) -> Decision:
        self._asked_again, self._last = 0, (None, "")
        self._recent.append(False)
        return Decision(NAMED_EVENTS[name], by=name)

    def _ask_again(
        self, open_prompt: str | None, name: str, says: tuple[str, ...] = ()
    ) -> Decision:
        self._last = open_prompt, name
        self._asked_again += 1
        if self._asked_again == OFFER_AFTER:
            says, self._asked_again = (*says, SWITCH), 0
        self._recent.append(True)
        often = len(self._recent) == RECENT and sum(self._recent) > MOST_AGAIN
        if often and not self._was_told:
            says, self._was_told = (*says, PRACTISE), True
        leans = {"yes": Answer.YES, "no": Answer.NO}.get(name)
        event: Event = events.Checked(lean=leans) if leans else events.NoMatch()
        return Decision(event, says)


def _is_emergency(event: Event) -> bool:
    """Tell whether a danger was named or help was called for."""
    match event:
        case events.CallForHelp() | events.UnpromptedStatement():
            return True
        case events.Checked(ask=ask, reason=reason):
            return bool(ask) or reason is CheckReason.HELP
    return False


def _drop_answer(event: Event) -> Event:
    """Return a danger that was named without the yes or no beside it."""
    match event:
        case events.UnpromptedStatement():
            return replace(event, answer=None)
        case events.Checked():
            return replace(event, lean=None)
    return event


def _find_answer(event: Event) -> Answer | None:
    match event:
        case events.Answered(answer):
            return answer
        case events.Checked(lean=lean):
            return lean
    return None


def _name_event(event: Event) -> str | None:
    """Return what the usual recogniser heard, None where that is nothing."""
    if isinstance(event, events.NoMatch | events.NoInput | events.HarmlessComplaint):
        return None
    answer = _find_answer(event)
    if answer is not None:
        return answer.value
    if isinstance(event, events.Checked):
        return None
    names = (name for name, known in NAMED_EVENTS.items() if known == event)
    return next(names, type(event).__name__)
