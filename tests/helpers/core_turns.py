"""Ways to drive the core through many turns, for the tests of the core."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply
from dialogue.engine.state import State

OFFERS = (OFFER_STEPS, OFFER_TIMER, MENU)

YES, NO, UNSURE = map(events.Answered, (Answer.YES, Answer.NO, Answer.UNSURE))
SILENCE, UNCLEAR = events.NoInput(), events.NoMatch()

FIRST = "chest_or_breathing"
"""The question that every session begins with."""


@dataclass(frozen=True)
class Path:
    """One way through the interview, up to the reply that speaks a disposition."""

    state: State
    reply: Reply
    replies: tuple[Reply, ...]
    asked: tuple[str, ...]


def say(
    protocol: TriageProtocol, state: State | None, *said: Event
) -> tuple[State, Reply]:
    """Return what follows after the events `said`, one a turn."""
    reply = Reply(())
    for event in said:
        state, reply = take_turn(protocol, state, event)
    assert state is not None
    return state, reply


def answer(
    protocol: TriageProtocol, state: State, event: events.Answered
) -> tuple[State, Reply]:
    """Answer what is open; an unsure is repeated until it counts."""
    open_prompt = None
    reply = Reply(())
    for _ in range(2):
        state, reply = take_turn(protocol, state, event)
        if reply.open_prompt != open_prompt and open_prompt is not None:
            break
        if event != UNSURE or reply.says[0] != "retry.unsure":
            break
        open_prompt = reply.open_prompt
    return state, reply


def walk(
    protocol: TriageProtocol, *first: Event, timers: bool = False
) -> Iterator[Path]:
    """Yield every path of yes, no and unsure after the opening and `first`."""
    state, reply = say(protocol, None, events.Begin(timers=timers), *first)
    yield from _walk(protocol, Path(state, reply, (reply,), ()))


def _walk(protocol: TriageProtocol, path: Path) -> Iterator[Path]:
    if path.reply.disposition is not None:
        yield path
        return
    asked = str(path.reply.open_prompt)
    for event in (YES, NO, UNSURE):
        state, reply = answer(protocol, path.state, event)
        yield from _walk(
            protocol,
            Path(state, reply, (*path.replies, reply), (*path.asked, asked)),
        )


def read_to_the_end(
    protocol: TriageProtocol, state: State, reply: Reply
) -> list[Reply]:
    """Return the replies of the care reading, an offer accepted, to the goodbye."""
    replies = [reply]
    while reply.expects_answer:
        state, reply = take_turn(protocol, state, events.Next())
        replies.append(reply)
        assert len(replies) < 40, "the reading does not end"
    return replies


def until(
    protocol: TriageProtocol,
    open_prompt: str,
    answers: Callable[[str], Event] = lambda _: NO,
    *first: Event,
) -> tuple[State, Reply]:
    """Return the session when `open_prompt` is open for the first time."""
    state, reply = say(protocol, None, events.Begin(), *first)
    while reply.open_prompt != open_prompt:
        assert reply.expects_answer, f"{open_prompt} was never asked"
        state, reply = take_turn(protocol, state, answers(str(reply.open_prompt)))
    return state, reply


def volunteer(*rows: str, answer: Answer | None = None) -> Event:
    """Return the event of saying `rows` unasked."""
    return events.UnpromptedStatement(rows, answer=answer)


def home(question: str) -> Event:
    """Answer so that the session ends in home care with ice and no caution."""
    return YES if question in ("started_within_three_days", "hard_effort") else NO


def spot(question: str) -> Event:
    """Answer so that the session ends at the clinic, for a spot that comes back."""
    return YES if question in ("started_within_three_days", "same_spot_returns") else NO
