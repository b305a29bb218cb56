"""One turn of the talk: (protocol, state, event) to (state, reply)."""

from dataclasses import replace

from dialogue.engine import events
from dialogue.engine.advice import advice_again, conclude
from dialogue.engine.care_steps import newly_due, start_reading, take_reading_turn
from dialogue.engine.events import NO_FACTS, Event, Facts
from dialogue.engine.explanations import after_the_end, explanations, help_with
from dialogue.engine.facts import facts_told, tells_of, understood
from dialogue.engine.open_question import (
    build_prompt_reply,
    build_question_reply,
    find_open_prompt,
    find_open_question,
    find_question_after,
)
from dialogue.engine.protocol import Answer, Question, TriageProtocol, Urgency
from dialogue.engine.reply import OFFER_STEPS, Reply
from dialogue.engine.rules import decide, next_care_question, urgency_of
from dialogue.engine.state import RecordedAnswer, State

Turned = tuple[State, Reply]


def take_turn(protocol: TriageProtocol, state: State | None, event: Event) -> Turned:
    """Return the state after `event`, and what is said to it.

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
        says = after_the_end(protocol, state, event)
        return _close(state, *says) if says else _nothing_open(protocol, event)
    if state is None:
        return _nothing_open(protocol, event)
    question = find_open_question(protocol, state)
    if question is None and state.disposition is None:
        return _nothing_open(protocol, event)
    if state.silent and not isinstance(event, events.NoInput):
        state = replace(state, silent=False)
    match event:
        case events.UnpromptedStatement():
            return _volunteered(protocol, state, question, event)
        case events.Wait():
            return state, build_question_reply(state, question, ("retry.wait",))
        case events.Help():
            says = help_with(protocol, state, question)
            return state, build_question_reply(state, question, says)
        case (
            events.AskForNumber()
            | events.AskForHours()
            | events.AskForAddress()
            | events.AskForMore()
        ):
            told = _told_on_request(protocol, state, event)
            return state, build_question_reply(state, question, told)
    return _answer_turn(protocol, state, question, event)


def _answer_turn(
    protocol: TriageProtocol, state: State, question: Question | None, event: Event
) -> Turned:
    """Take a turn that belongs to what is open: a question, the offer, the reading."""
    if question is not None:
        return _question_turn(protocol, state, question, event)
    if state.reading is None:
        return _offer_turn(protocol, state, event)
    return take_reading_turn(protocol, state, event)


def _question_turn(
    protocol: TriageProtocol, state: State, question: Question, event: Event
) -> Turned:
    reasked = question.id in state.reasked
    match event:
        case events.Answered(Answer.UNSURE) if question.again_on_unsure and not reasked:
            return _ask_again(protocol, state, question, "retry.unsure")
        case events.Answered(answer):
            told = (RecordedAnswer(question.id, answer),)
            return _go_on(protocol, state.with_answers(told, asked=question.id))
        case events.NoMatch() if not reasked:
            return _ask_again(protocol, state, question, "retry.no_match")
        case events.NoMatch():
            unsure = (RecordedAnswer(question.id, Answer.UNSURE),)
            return _go_on(protocol, state.with_answers(unsure, asked=question.id))
        case events.NoInput() if not state.silent:
            state, reply = _ask_again(protocol, state, question)
            return replace(state, silent=True), reply
        case events.NoInput():
            return _close(state, "close.silence")
        case events.Stop():
            return _close(state, "close.stop")
        case events.Next():
            return state, build_prompt_reply(protocol, state, ("nothing.next",))
        case events.Previous():
            return _go_back(protocol, state)
    return state, build_prompt_reply(protocol, state)


def _offer_turn(protocol: TriageProtocol, state: State, event: Event) -> Turned:
    """Take a turn while "would you like to hear what may help" is open."""
    match event:
        case events.Answered(Answer.YES) | events.Next():
            return start_reading(protocol, state)
        case events.Answered(Answer.NO):
            return _decline(protocol, state)
        case events.Repeat():
            return advice_again(protocol, state)
        case events.Previous():
            return _go_back(protocol, state)
        case events.Stop():
            return _close(state, "close.stop")
        case events.NoInput() if state.silent:
            return _close(state, "close.silence")
        case events.NoInput():
            return replace(state, silent=True), build_prompt_reply(protocol, state)
        case events.NoMatch() | events.Answered():
            # Unclear twice is taken as a no: nothing is read that nobody wanted.
            if OFFER_STEPS in state.reasked:
                return _decline(protocol, state)
            state = replace(state, reasked=(*state.reasked, OFFER_STEPS))
            return state, build_prompt_reply(protocol, state, ("retry.no_match",))
    return state, build_prompt_reply(protocol, state)


def _decline(protocol: TriageProtocol, state: State) -> Turned:
    told = protocol.disposition[str(state.disposition)]
    card = tuple(k for k in told.says if k not in ("read_back", "reason"))
    state, reply = _close(state, "reading.bye")
    return state, replace(reply, card=card)


def _go_on(
    protocol: TriageProtocol, state: State, lead: tuple[str, ...] = ()
) -> Turned:
    """Speak a disposition that is due now, else ask what is open.

    Once a disposition was spoken, only a more urgent one replaces it.
    """
    decision = decide(protocol, state.answers)
    if decision is not None:
        tier = urgency_of(protocol, decision.rule.disposition)
        if state.disposition is not None:
            due = tier < urgency_of(protocol, state.disposition)
        else:
            care_open = next_care_question(protocol, state.answers) is not None
            due = not (tier is Urgency.HOME and care_open)
        if due:
            return conclude(protocol, state, decision)
    return state, build_question_reply(
        state, find_question_after(protocol, state, decision), lead
    )


def _go_back(protocol: TriageProtocol, state: State) -> Turned:
    """Take back the last thing told; a spoken disposition goes with it."""
    if not state.turns:
        return state, build_prompt_reply(protocol, state, ("nothing.previous",))
    if state.reading is None:
        state = replace(state, disposition=None, rule_id=None)
    open_now = find_open_prompt(protocol, state)
    state = state.without_last_turn()
    reasked = tuple(id_ for id_ in state.reasked if id_ != open_now)
    return _go_on(protocol, replace(state, reasked=reasked))


def _volunteered(
    protocol: TriageProtocol,
    state: State,
    question: Question | None,
    event: events.UnpromptedStatement,
) -> Turned:
    """Note what was said unasked, then answer or ask again what was open."""
    rows = [protocol.volunteered_by_id[id_] for id_ in event.ids]
    lead = tuple(row.explains for row in rows if row.explains is not None)
    tells = list(tells_of(protocol, event))
    asked = None
    if question is not None and event.answer in (Answer.YES, Answer.NO):
        asked = question.id
        tells.insert(0, RecordedAnswer(question.id, event.answer))
    before, state = state, state.with_answers(tells, asked)
    moved, reply = _go_on(protocol, state, lead + newly_due(protocol, before, state))
    if asked or event.answer is None or moved.disposition != before.disposition:
        return moved, reply
    if find_open_prompt(protocol, moved) != find_open_prompt(protocol, before):
        return moved, reply
    # The answer still belongs to what is open: an offer, or an unsure to a question.
    after, answered = _answer_turn(
        protocol, moved, question, events.Answered(event.answer)
    )
    if after.disposition != moved.disposition:
        # Advice that is due now stands alone: nothing is explained before it.
        return after, answered
    return after, replace(answered, says=(*reply.says[:-1], *answered.says))


def _open(
    protocol: TriageProtocol,
    state: State,
    facts: Facts = NO_FACTS,
    lead: tuple[str, ...] = (),
) -> Turned:
    """Say who this is, what was understood, and the first question."""
    state = state.with_answers(facts_told(protocol, facts))
    draft = ("session.draft",) if protocol.status == "draft" else ()
    heard = understood(protocol, state.answers, facts)
    return _go_on(protocol, state, (*lead, "session.welcome", *draft, *heard))


def _nothing_open(protocol: TriageProtocol, event: Event) -> Turned:
    """Answer an event that comes before a talk, or after its end."""
    match event:
        case events.Stop():
            return _close(State(), "close.stop")
        case events.Help():
            return _open(protocol, State(), lead=("session.help",))
        case events.AskForNumber():
            says = ("number.check_first", "number.say", "number.other")
            return _close(State(), *says)
        case events.AskForHours() | events.AskForAddress() | events.AskForMore():
            return _close(State(), *_told_on_request(protocol, None, event))
        case events.UnpromptedStatement():
            state = State().with_answers(tells_of(protocol, event))
            if decide(protocol, state.answers) is not None:
                return _go_on(protocol, state)
            return _open(protocol, state)
    return _open(protocol, State())


def _told_on_request(
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
            return explanations(protocol, state, topic)
    return ()


def _ask_again(
    protocol: TriageProtocol, state: State, question: Question, *lead: str
) -> Turned:
    """Use up the question's one re-ask and ask it in the simpler words."""
    if question.id not in state.reasked:
        state = replace(state, reasked=(*state.reasked, question.id))
    return state, build_prompt_reply(protocol, state, lead)


def _call_for_help(state: State | None) -> Turned:
    says = ("emergency.say",)
    running = state is not None and state.timer == "done"
    reply = Reply(says, disposition="emergency", cancels_timer=running, card=says)
    return replace(state or State(), ended=True), reply


def _close(state: State, *says: str) -> Turned:
    """End the talk with `says`; the card repeats them."""
    reply = Reply(says, disposition=state.disposition, rule_id=state.rule_id, card=says)
    return replace(state, ended=True), reply
