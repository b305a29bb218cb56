"""Care steps read in chunks: which lines apply, next, previous, repeat, the timer."""

from dataclasses import replace
from functools import lru_cache

from dialogue.engine import events
from dialogue.engine.attempts import count_offer_try
from dialogue.engine.events import Event
from dialogue.engine.open_question import (
    Position,
    build_prompt_reply,
    find_position,
)
from dialogue.engine.protocol import Answer, CareLine, TriageProtocol, Urgency
from dialogue.engine.reply import MENU, OFFER_TIMER, Reply
from dialogue.engine.rules import applies, find_next_care_question, get_urgency
from dialogue.engine.state import State

Lines = tuple[CareLine, ...]


def list_care_lines(protocol: TriageProtocol, state: State) -> Lines:
    """Return the care lines that apply after the spoken disposition, in order.

    Care lines look at a yes as given, so a volunteered cause adds its line even
    where its question was not needed. Source: the clinical design, 2.1 and 3.6.
    """
    answered = frozenset(state.answers.items())
    return _list_care_lines(protocol, answered, str(state.disposition))


@lru_cache(maxsize=512)
def _list_care_lines(
    protocol: TriageProtocol, answered: frozenset[tuple[str, Answer]], spoken: str
) -> Lines:
    answers = dict(answered)
    yes = {id_ for id_, answer in answers.items() if answer is Answer.YES}
    # A no to a question that is out of place by now, since the length was corrected,
    # is no clear no: after a week no medicine is named.
    no = {
        id_
        for id_ in protocol.cautions
        if answers.get(id_) is Answer.NO
        and applies(protocol, answers, protocol.question[id_])
    }
    disposition = protocol.disposition[spoken]
    home = disposition.urgency is Urgency.HOME
    instead = (reads for id_, reads in disposition.reads_if_yes if id_ in yes)
    name = next(instead, disposition.reads)
    return tuple(
        line
        for line in protocol.care_lines
        if name in line.lists
        and (home or not line.home_only)
        and _is_due(line, yes, no)
    )


def find_newly_due(protocol: TriageProtocol, old: State, new: State) -> tuple[str, ...]:
    """Return the lines that became due only now, in chunks already read.

    Without this a caution given in mid-reading, such as numb skin, would never be
    answered, because its line belongs to the beginning of the list.
    """
    if new.reading is None or old is new:
        return ()
    before = list_care_lines(protocol, old)
    return tuple(
        line.key
        for line in list_care_lines(protocol, new)
        if line not in before and line.chunk <= new.reading
    )


def start_reading(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    lead: tuple[str, ...] = (),
) -> tuple[State, Reply]:
    """Read the first chunk behind `lead`."""
    first = list_care_lines(protocol, state)[0].chunk
    return _read_chunk(protocol, state, position, first, lead)


def take_reading_turn(
    protocol: TriageProtocol, state: State, position: Position, event: Event
) -> tuple[State, Reply]:
    """Take one turn while `reading.menu` or `timer.offer` is open."""
    offered = state.timer == "offered"
    match event:
        case events.Answered(Answer.YES) if offered:
            state = replace(state, timer="done")
            reply = build_prompt_reply(state, position, ("timer.start",))
            return state, replace(reply, starts_timer=True)
        case events.Answered(Answer.NO) if offered:
            state = replace(state, timer="done")
            return state, build_prompt_reply(state, position)
        case events.Next() if offered:
            yes = events.Answered(Answer.YES)
            return take_reading_turn(protocol, state, position, yes)
        case events.Answered(Answer.YES) | events.Next():
            return _read_on(protocol, state, position)
        case events.Answered(Answer.NO) | events.Stop():
            return stop_reading(protocol, state)
        case events.Repeat():
            return read_again(protocol, state)
        case events.Previous():
            chunk = str(state.reading)
            chunks = {line.chunk for line in list_care_lines(protocol, state)}
            earlier = max((one for one in chunks if one < chunk), default=None)
            lead = () if earlier else ("nothing.previous",)
            return _read_chunk(protocol, state, position, earlier or chunk, lead)
        case events.TimerNotSet(failed):
            lead = ("timer.failed" if failed else "timer.none",)
            return state, build_prompt_reply(state, position, lead)
        case events.NoInput() if state.silent:
            return stop_reading(protocol, state)
        case events.NoInput():
            return replace(state, silent=True), build_prompt_reply(state, position)
        case events.NoMatch():
            return _take_unclear(protocol, state, position, "net.emergency")
        case events.HarmlessComplaint():
            return _take_unclear(protocol, state, position, "retry.complaint")
        case events.UnpromptedStatement():
            return _take_unclear(protocol, state, position)
    return _take_unclear(protocol, state, position, "retry.no_match")


def read_again(protocol: TriageProtocol, state: State) -> tuple[State, Reply]:
    """Read the chunk that was read last once more."""
    position = find_position(protocol, state)
    return _read_chunk(protocol, state, position, str(state.reading))


def read_ahead(
    protocol: TriageProtocol, state: State, lead: tuple[str, ...] = ()
) -> tuple[State, Reply]:
    """Read the chunk that waited for care questions, now that none is left."""
    later, state = state.ahead, replace(state, ahead=None)
    lines = list_care_lines(protocol, state)
    if all(line.chunk != later for line in lines):
        later = _find_chunk_after(lines, str(later))
    if later is None:
        return stop_reading(protocol, state)
    return _read_chunk(protocol, state, find_position(protocol, state), later, lead)


def _read_chunk(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    chunk: str,
    lead: tuple[str, ...] = (),
) -> tuple[State, Reply]:
    lines = list_care_lines(protocol, state)
    state = replace(state.without_attempts((MENU, OFFER_TIMER)), reading=chunk)
    keys = tuple(line.key for line in lines if line.chunk == chunk)
    if _find_chunk_after(lines, chunk) is None:
        return _end_reading(protocol, state, (*lead, *keys, "reading.bye"))
    if state.timers and state.timer is None and protocol.timer_after in keys:
        state = replace(state, timer="offered")
    return state, build_prompt_reply(state, position, (*lead, *keys))


def _read_on(
    protocol: TriageProtocol, state: State, position: Position
) -> tuple[State, Reply]:
    """Read the next chunk; ask first what its lines depend on.

    Source: the clinical design, 4.
    """
    chunk = str(state.reading)
    later = _find_chunk_after(list_care_lines(protocol, state), chunk)
    asks = (
        name
        for name, questions in protocol.care_questions.items()
        if chunk < name and (later is None or name <= later)
        if find_next_care_question(protocol, state.answers, questions) is not None
    )
    home = get_urgency(protocol, str(state.disposition)) is Urgency.HOME
    if home and (ahead := min(asks, default=None)) is not None:
        state = replace(state, ahead=ahead)
        return state, build_prompt_reply(state, find_position(protocol, state))
    if later is None:
        return stop_reading(protocol, state)
    return _read_chunk(protocol, state, position, later)


def _take_unclear(
    protocol: TriageProtocol, state: State, position: Position, *lead: str
) -> tuple[State, Reply]:
    """Ask once more; the second time read on, or leave the timer alone.

    Steps are only information: reading on loses nothing to a noisy room, and it
    ends. A timer that nobody clearly wanted is not started.
    """
    open_now = OFFER_TIMER if state.timer == "offered" else MENU
    if (tried := count_offer_try(state, open_now)) is not None:
        return tried, build_prompt_reply(tried, position, lead)
    if open_now == OFFER_TIMER:
        return take_reading_turn(protocol, state, position, events.Answered(Answer.NO))
    return _read_on(protocol, state, position)


def stop_reading(protocol: TriageProtocol, state: State) -> tuple[State, Reply]:
    """End the reading at the person's wish, with whom to call in an emergency."""
    says = ("net.emergency", "disclaimer.end", "reading.bye")
    return _end_reading(protocol, state, says)


def _end_reading(
    protocol: TriageProtocol, state: State, says: tuple[str, ...]
) -> tuple[State, Reply]:
    """End the reading; its card shows the whole list and never the answers."""
    disposition = protocol.disposition[str(state.disposition)]
    contact = tuple(word for word in disposition.says if word == "contact")
    keys = tuple(line.key for line in list_care_lines(protocol, state))
    card = (*contact, *keys)
    reply = Reply(says, disposition=state.disposition, rule_id=state.rule_id, card=card)
    return replace(state, ended=True), reply


def _find_chunk_after(lines: Lines, chunk: str) -> str | None:
    return min((line.chunk for line in lines if line.chunk > chunk), default=None)


def _is_due(line: CareLine, yes: set[str], no: set[str]) -> bool:
    return (
        yes.issuperset(line.if_yes)
        and no.issuperset(line.if_no)
        and not yes.intersection(line.unless_yes)
        and not (line.unless_no and no.issuperset(line.unless_no))
    )
