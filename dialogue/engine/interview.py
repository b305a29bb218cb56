"""Takes one turn of the interview: (protocol, state, event) to (state, reply)."""

from dataclasses import replace

from dialogue.engine import events
from dialogue.engine.advice import build_help, explain_after_end, find_explanations
from dialogue.engine.care_steps import find_newly_due
from dialogue.engine.events import NO_FACTS, CheckReason, Event, Facts
from dialogue.engine.facts import (
    build_read_back,
    find_fact_answers,
    find_statement_answers,
)
from dialogue.engine.open_question import (
    Position,
    build_prompt_reply,
    find_position,
    get_open_prompt,
)
from dialogue.engine.open_turn import miss, take_open_turn, weigh
from dialogue.engine.progress import TurnResult, call_for_help, close, go_on
from dialogue.engine.protocol import Answer, Question, TriageProtocol
from dialogue.engine.signs import bring_forward, find_sign_answers
from dialogue.engine.state import State


def take_turn(
    protocol: TriageProtocol, state: State | None, event: Event
) -> TurnResult:
    """Take one turn: return the state after `event`, and what is said to it.

    A state that is None or has ended means that nothing is open. Source: the
    clinical design, sections 2 to 4.
    """
    match event:
        case events.Begin(facts, timers):
            return _open(protocol, State(timers=timers), facts)
        case events.StartOver():
            timers = state is not None and state.timers
            return _open(protocol, State(timers=timers), lead=("session.start_over",))
        case events.CallForHelp():
            return call_for_help(state)
    if state is not None and state.ended:
        says = explain_after_end(protocol, state, event)
        return close(state, *says) if says else _take_closed_turn(protocol, event)
    if state is None:
        return _take_closed_turn(protocol, event)
    position = find_position(protocol, state)
    if get_open_prompt(state, position) is None:
        return _take_closed_turn(protocol, event)
    if state.silent and not isinstance(event, events.NoInput):
        state = replace(state, silent=False)
    match event:
        case events.UnpromptedStatement():
            return _take_statement(protocol, state, position, event)
        case events.Wait():
            return state, build_prompt_reply(state, position, ("retry.wait",))
        case events.Help():
            says = build_help(protocol, state, position.question)
            return state, build_prompt_reply(state, position, says)
        case (
            events.AskForNumber()
            | events.AskForHours()
            | events.AskForAddress()
            | events.AskForMore()
        ):
            says = _find_information(protocol, state, event)
            return state, build_prompt_reply(state, position, says)
    return take_open_turn(protocol, state, position, event)


def _take_statement(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    event: events.UnpromptedStatement,
) -> TurnResult:
    """Note what was said unasked, then answer or ask again what was open."""
    question, open_prompt = position.question, get_open_prompt(state, position)
    own = question.id if question is not None and question.id in event.ids else None
    rows = [protocol.volunteered_by_id[id_] for id_ in event.ids if id_ != own]
    lead = tuple(row.explains for row in rows if row.explains is not None)
    given = _find_given(protocol, question, own, event)
    answers = [
        answer
        for answer in find_statement_answers(protocol, event, own)
        if not _is_other_length(protocol, state, question, given, answer.about)
    ]
    settled = _find_settled(state, question, given)
    if question is not None and settled is not None:
        told = find_sign_answers(protocol, state.answers, question, settled)
        answers = [*told, *answers]
    news = any(answer.about not in state.answers for answer in answers)
    asked = question.id if question is not None and settled is not None else None
    before, state = state, state.with_answers(answers, asked)
    lead += find_newly_due(protocol, before, state)
    state, reply = go_on(protocol, state, lead)
    if asked or state.disposition != before.disposition:
        return state, reply
    if reply.open_prompt != open_prompt:
        return state, reply
    # The same is still open: an answer belongs to it, and no news uses up a try.
    position = find_position(protocol, state)
    if given is None and news:
        return state, build_prompt_reply(state, position, lead, simpler=True)
    if given is None and question is not None:
        after, answered = miss(protocol, state, position, question)
    else:
        rest = given or events.UnpromptedStatement()
        after, answered = take_open_turn(protocol, state, position, rest)
    if after.ended or after.disposition != state.disposition:
        # Advice that is due now stands alone: nothing is explained before it.
        return after, answered
    return after, replace(answered, says=(*lead, *answered.says))


def _is_other_length(
    protocol: TriageProtocol,
    state: State,
    question: Question | None,
    given: Event | None,
    about: str,
) -> bool:
    """Tell whether a length that was told is perhaps not that of the pain.

    "Yes, for two days", said to whether a medicine is taken, tells how long it is
    taken. A length alone is noted at a danger sign, where most people say when it
    began, but never in place of an answer to the question how long.
    """
    asked_about = protocol.question.get(about)
    if asked_about is None or not asked_about.is_about_length:
        return False
    if question is None or question.is_about_length:
        return False
    answered = any(turn.asked == about for turn in state.turns)
    return given is not None or not question.red_flag or answered


def _find_given(
    protocol: TriageProtocol,
    question: Question | None,
    own: str | None,
    event: events.UnpromptedStatement,
) -> Event | None:
    """Return the answer in a statement, for what it is worth; its own row is a yes."""
    if own is not None:
        return events.Answered(Answer.YES)
    if event.answer is None:
        return None
    given = events.Answered(event.answer, event.strength)
    return given if question is None else weigh(protocol, question, given)


def _find_settled(
    state: State, question: Question | None, given: Event | None
) -> Answer | None:
    """Return the answer that settles the open question together with the statement."""
    match given:
        case events.Answered(Answer.YES):
            return Answer.YES
        case events.Answered(Answer.NO) if question is not None:
            leaned_yes = state.get_attempt(question.id).leaned_yes
            return None if leaned_yes else Answer.NO
    return None


def _open(
    protocol: TriageProtocol,
    state: State,
    facts: Facts = NO_FACTS,
    lead: tuple[str, ...] = (),
) -> TurnResult:
    state = state.with_answers(find_fact_answers(protocol, facts))
    draft = ("session.draft",) if protocol.status == "draft" else ()
    read_back = build_read_back(protocol, state.answers, facts)
    return go_on(protocol, state, (*lead, "session.welcome", *draft, *read_back))


def _take_closed_turn(protocol: TriageProtocol, event: Event) -> TurnResult:
    match event:
        case events.Stop():
            return close(State(), "close.stop")
        case events.Help():
            return _open(protocol, State(), lead=("session.help",))
        case events.AskForNumber():
            says = ("number.check_first", "number.say", "number.other")
            return close(State(), *says)
        case events.AskForHours() | events.AskForAddress() | events.AskForMore():
            return close(State(), *_find_information(protocol, None, event))
        case events.Checked(ask=ask, reason=reason):
            help_ = reason is CheckReason.HELP
            state = bring_forward(protocol, State(help_checked=help_), ask, None)
            return _open(protocol, state, lead=("check.help",) if help_ else ())
        case events.UnpromptedStatement():
            state = State().with_answers(find_statement_answers(protocol, event))
            if find_position(protocol, state).decision is not None:
                return go_on(protocol, state)
            return _open(protocol, state)
    return _open(protocol, State())


def _find_information(
    protocol: TriageProtocol, state: State | None, event: Event
) -> tuple[str, ...]:
    match event:
        case events.AskForNumber():
            return ("number.check_first", "number.say")
        case events.AskForHours():
            return ("number.check_first", "hours.say")
        case events.AskForAddress():
            return ("number.check_first", "address.say")
        case events.AskForMore(topic):
            return find_explanations(protocol, state, topic)
    return ()
