"""Takes one turn of the interview: (protocol, state, event) to (state, reply)."""

from dataclasses import replace

from dialogue.engine import events
from dialogue.engine.advice import (
    build_help,
    conclude,
    explain_after_end,
    find_explanations,
    repeat_advice,
)
from dialogue.engine.care_steps import find_newly_due, start_reading, take_reading_turn
from dialogue.engine.events import NO_FACTS, Event, Facts, Strength
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
from dialogue.engine.protocol import Answer, Question, TriageProtocol
from dialogue.engine.reply import OFFER_STEPS, Reply
from dialogue.engine.rules import get_urgency
from dialogue.engine.state import RecordedAnswer, State

TurnResult = tuple[State, Reply]


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
            return _call_for_help(state)
    if state is not None and state.ended:
        says = explain_after_end(protocol, state, event)
        return _close(state, *says) if says else _take_closed_turn(protocol, event)
    if state is None:
        return _take_closed_turn(protocol, event)
    position = find_position(protocol, state)
    if get_open_prompt(state, position) is None:
        return _take_closed_turn(protocol, event)
    if state.silent and not isinstance(event, events.NoInput):
        state = replace(state, silent=False)
    event = _take_hedged_no(protocol, position, event)
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
    return _take_open_turn(protocol, state, position, event)


def _take_hedged_no(
    protocol: TriageProtocol, position: Position, event: Event
) -> Event:
    """Return `event`, unsure where it is a hedged no to a caution.

    Only a plain no lets a medicine be named. Source: the clinical design, 3.2.
    """
    question = position.question
    if question is None or question.id not in protocol.cautions:
        return event
    match event:
        case events.Answered(Answer.NO, Strength.HEDGED):
            return events.Answered(Answer.UNSURE)
        case events.UnpromptedStatement(answer=Answer.NO, strength=Strength.HEDGED):
            return replace(event, answer=Answer.UNSURE)
    return event


def _take_open_turn(
    protocol: TriageProtocol, state: State, position: Position, event: Event
) -> TurnResult:
    if position.question is not None:
        return _take_question_turn(protocol, state, position, position.question, event)
    if state.reading is None:
        return _take_offer_turn(protocol, state, position, event)
    return take_reading_turn(protocol, state, position, event)


def _take_question_turn(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    question: Question,
    event: Event,
) -> TurnResult:
    reasked = question.id in state.reasked
    match event:
        case events.Answered(Answer.UNSURE) if question.again_on_unsure and not reasked:
            return _ask_again(state, position, question, "retry.unsure")
        case events.Answered(answer):
            answers = (RecordedAnswer(question.id, answer),)
            return _go_on(protocol, state.with_answers(answers, asked=question.id))
        case events.NoMatch() if not reasked:
            return _ask_again(state, position, question, "retry.no_match")
        case events.NoMatch():
            unsure = (RecordedAnswer(question.id, Answer.UNSURE),)
            return _go_on(protocol, state.with_answers(unsure, asked=question.id))
        case events.NoInput() if not state.silent:
            state, reply = _ask_again(state, position, question)
            return replace(state, silent=True), reply
        case events.NoInput():
            return _close(state, "close.silence")
        case events.Stop():
            return _close(state, "close.stop")
        case events.Next():
            return state, build_prompt_reply(state, position, ("nothing.next",))
        case events.Previous():
            return _go_back(protocol, state, position)
    return state, build_prompt_reply(state, position)


def _take_offer_turn(
    protocol: TriageProtocol, state: State, position: Position, event: Event
) -> TurnResult:
    """Take a turn while "would you like to hear what may help" is open."""
    match event:
        case events.Answered(Answer.YES) | events.Next():
            return start_reading(protocol, state, position)
        case events.Answered(Answer.NO):
            return _decline(protocol, state)
        case events.Repeat():
            return repeat_advice(protocol, state, position)
        case events.Previous():
            return _go_back(protocol, state, position)
        case events.Stop():
            return _close(state, "close.stop")
        case events.NoInput() if state.silent:
            return _close(state, "close.silence")
        case events.NoInput():
            return replace(state, silent=True), build_prompt_reply(state, position)
        case events.NoMatch() | events.Answered():
            # Unclear twice is taken as a no: nothing is read that nobody wanted.
            if OFFER_STEPS in state.reasked:
                return _decline(protocol, state)
            state = replace(state, reasked=(*state.reasked, OFFER_STEPS))
            return state, build_prompt_reply(state, position, ("retry.no_match",))
    return state, build_prompt_reply(state, position)


def _decline(protocol: TriageProtocol, state: State) -> TurnResult:
    disposition = protocol.disposition[str(state.disposition)]
    card = tuple(k for k in disposition.says if k not in ("read_back", "reason"))
    state, reply = _close(state, "reading.bye")
    return state, replace(reply, card=card)


def _go_on(
    protocol: TriageProtocol, state: State, lead: tuple[str, ...] = ()
) -> TurnResult:
    """Speak a disposition that is due now, else ask what is open.

    Once a disposition was spoken, only a more urgent one replaces it.
    """
    position = find_position(protocol, state)
    decision = position.decision
    if decision is not None:
        if state.disposition is None:
            # A question that is still open then is one that only care depends on.
            due = position.question is None
        else:
            tier = get_urgency(protocol, decision.rule.disposition)
            due = tier < get_urgency(protocol, state.disposition)
        if due:
            return conclude(protocol, state, decision)
    return state, build_prompt_reply(state, position, lead)


def _go_back(protocol: TriageProtocol, state: State, position: Position) -> TurnResult:
    """Take back the last answer; a spoken disposition goes with it."""
    if not state.turns:
        return state, build_prompt_reply(state, position, ("nothing.previous",))
    if state.reading is None:
        state = replace(state, disposition=None, rule_id=None)
        position = find_position(protocol, state)
    open_prompt = get_open_prompt(state, position)
    state = state.without_last_turn()
    reasked = tuple(id_ for id_ in state.reasked if id_ != open_prompt)
    return _go_on(protocol, replace(state, reasked=reasked))


def _take_statement(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    event: events.UnpromptedStatement,
) -> TurnResult:
    """Note what was said unasked, then answer or ask again what was open."""
    question, open_prompt = position.question, get_open_prompt(state, position)
    rows = [protocol.volunteered_by_id[id_] for id_ in event.ids]
    lead = tuple(row.explains for row in rows if row.explains is not None)
    answers = list(find_statement_answers(protocol, event))
    asked = None
    if question is not None and event.answer in (Answer.YES, Answer.NO):
        asked = question.id
        answers.insert(0, RecordedAnswer(question.id, event.answer))
    before, state = state, state.with_answers(answers, asked)
    lead += find_newly_due(protocol, before, state)
    state, reply = _go_on(protocol, state, lead)
    if asked or event.answer is None or state.disposition != before.disposition:
        return state, reply
    if reply.open_prompt != open_prompt:
        return state, reply
    # The answer still belongs to what is open: an offer, or an unsure to a question.
    position = find_position(protocol, state)
    after, answered = _take_open_turn(
        protocol, state, position, events.Answered(event.answer)
    )
    if after.disposition != state.disposition:
        # Advice that is due now stands alone: nothing is explained before it.
        return after, answered
    return after, replace(answered, says=(*reply.says[:-1], *answered.says))


def _open(
    protocol: TriageProtocol,
    state: State,
    facts: Facts = NO_FACTS,
    lead: tuple[str, ...] = (),
) -> TurnResult:
    state = state.with_answers(find_fact_answers(protocol, facts))
    draft = ("session.draft",) if protocol.status == "draft" else ()
    read_back = build_read_back(protocol, state.answers, facts)
    return _go_on(protocol, state, (*lead, "session.welcome", *draft, *read_back))


def _take_closed_turn(protocol: TriageProtocol, event: Event) -> TurnResult:
    match event:
        case events.Stop():
            return _close(State(), "close.stop")
        case events.Help():
            return _open(protocol, State(), lead=("session.help",))
        case events.AskForNumber():
            says = ("number.check_first", "number.say", "number.other")
            return _close(State(), *says)
        case events.AskForHours() | events.AskForAddress() | events.AskForMore():
            return _close(State(), *_find_information(protocol, None, event))
        case events.UnpromptedStatement():
            state = State().with_answers(find_statement_answers(protocol, event))
            if find_position(protocol, state).decision is not None:
                return _go_on(protocol, state)
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


def _ask_again(
    state: State, position: Position, question: Question, *lead: str
) -> TurnResult:
    if question.id not in state.reasked:
        state = replace(state, reasked=(*state.reasked, question.id))
    return state, build_prompt_reply(state, position, lead)


def _call_for_help(state: State | None) -> TurnResult:
    says = ("emergency.say",)
    running = state is not None and state.timer == "done"
    reply = Reply(says, disposition="emergency", cancels_timer=running, card=says)
    return replace(state or State(), ended=True), reply


def _close(state: State, *says: str) -> TurnResult:
    """End the session with `says`; the card repeats them."""
    reply = Reply(says, disposition=state.disposition, rule_id=state.rule_id, card=says)
    return replace(state, ended=True), reply
