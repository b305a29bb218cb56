"""Ways to drive the core through many turns, for the tests of the core."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply
from dialogue.engine.state import TRIES, State
from dialogue.validation.merging import Merging

OFFERS = (OFFER_STEPS, OFFER_TIMER, MENU)

YES, NO, UNSURE = map(events.Answered, (Answer.YES, Answer.NO, Answer.UNSURE))
SILENCE, UNCLEAR = events.NoInput(), events.NoMatch()

HOME = ("adult", "started_within_three_days", "hard_effort", *OFFERS)
SPOT = ("adult", "started_within_three_days", "hard_effort", "same_spot_returns")

FIRST = "chest_pain"
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
    """Yield paths of yes, no and unsure after the opening and `first`.

    There are millions. Where two sets of answers cannot be told apart by any later
    answer, reply or care line, one path goes on for both: each such state, and each
    answer in it, is on a path.
    """
    merging, known = Merging(protocol), set[object]()
    state, reply = say(protocol, None, events.Begin(timers=timers), *first)
    ahead = [Path(state, reply, (reply,), ())]
    while ahead:
        path = ahead.pop()
        if path.reply.disposition is not None:
            yield path
            continue
        asked = (*path.asked, str(path.reply.open_prompt))
        for event in (UNSURE, NO, YES):
            state, reply = answer(protocol, path.state, event)
            residue = merging.find_residue(state.answers)
            if residue not in known or reply.disposition is not None:
                known.add(residue)
                ahead.append(Path(state, reply, (*path.replies, reply), asked))


def read_to_the_end(
    protocol: TriageProtocol,
    state: State,
    reply: Reply,
    answers: Callable[[str], Event] = lambda _: NO,
) -> list[Reply]:
    """Return the replies of the care reading, an offer accepted, to the goodbye.

    `answers` are those to care questions.
    """
    replies = [reply]
    while reply.expects_answer:
        open_prompt = str(reply.open_prompt)
        event = events.Next() if open_prompt in OFFERS else answers(open_prompt)
        state, reply = take_turn(protocol, state, event)
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
    return YES if question in HOME else NO


def spot(question: str) -> Event:
    """Answer so that the session ends at the clinic, for a spot that comes back."""
    return YES if question in SPOT else NO


def wish(question: str) -> Event:
    """Answer as `home` does, and hear of a medicine."""
    return YES if question == "wants_medicine" else home(question)


def fail(
    protocol: TriageProtocol, state: State, event: Event = UNCLEAR
) -> tuple[State, Reply]:
    """Return what follows when the open question is not understood until it ends."""
    open_prompt, reply = find_open_prompt(protocol, state), None
    for _ in range(TRIES):
        state, reply = take_turn(protocol, state, event)
        if reply.open_prompt != open_prompt:
            break
    assert reply is not None
    return state, reply
