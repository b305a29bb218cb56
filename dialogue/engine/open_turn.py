"""Takes a turn while something is open: answers, doubts, misses, checks."""

from dataclasses import replace

from dialogue.engine import events
from dialogue.engine.advice import repeat_advice
from dialogue.engine.attempts import (
    choose_retry,
    count_offer_try,
    count_repeat,
    count_try,
    settle,
)
from dialogue.engine.care_steps import start_reading, stop_reading, take_reading_turn
from dialogue.engine.events import CheckReason, Event, Strength
from dialogue.engine.open_question import THIRD_FORM, Position, build_prompt_reply
from dialogue.engine.progress import (
    TurnResult,
    call_for_help,
    close,
    go_back,
    go_on,
    put_again,
)
from dialogue.engine.protocol import Answer, Question, TriageProtocol
from dialogue.engine.reply import OFFER_STEPS
from dialogue.engine.signs import CHECK_SIGN, bring_forward, is_past_hearing
from dialogue.engine.state import State


def take_open_turn(
    protocol: TriageProtocol, state: State, position: Position, event: Event
) -> TurnResult:
    """Take a turn at what is open: a question, the offer of steps, or their reading."""
    question = position.question
    if question is not None:
        event = weigh(protocol, question, event)
    if isinstance(event, events.Checked):
        return _take_check(protocol, state, position, event)
    if question is not None:
        return _take_question_turn(protocol, state, position, question, event)
    return _take_offer_turn(protocol, state, position, event)


def weigh(protocol: TriageProtocol, question: Question, event: Event) -> Event:
    """Return what a hedged answer to `question` is worth.

    A danger sign is ruled out by a plain no only, and a medicine is named only after a
    plain yes to the wish and a plain no to each caution. Source: the clinical design,
    P6 and 6.1.
    """
    match event:
        case events.Answered(Answer.NO, Strength.HEDGED):
            if question.id in protocol.dangers:
                return events.Checked(lean=Answer.NO)
            if question.id in protocol.cautions:
                return events.Answered(Answer.UNSURE)
        case events.Answered(Answer.YES, Strength.HEDGED):
            if question.id in protocol.wishes:
                return events.Answered(Answer.UNSURE)
    return event


def _take_question_turn(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    question: Question,
    event: Event,
) -> TurnResult:
    match event:
        case events.Answered(answer):
            return _answer(protocol, state, position, question, answer)
        case events.NoMatch():
            return miss(protocol, state, position, question, "retry.no_match")
        case events.HarmlessComplaint():
            state = count_try(protocol, state, position, question)
            return put_again(protocol, state, question, ("retry.complaint",))
        case events.NoInput() if state.silent:
            return close(state, "close.silence")
        case events.NoInput():
            reply = build_prompt_reply(state, position, simpler=True)
            return replace(state, silent=True), reply
        case events.Stop() if state.ahead is not None:
            return stop_reading(protocol, state)
        case events.Stop():
            return close(state, "close.stop")
        case events.Next():
            return state, build_prompt_reply(state, position, ("nothing.next",))
        case events.Previous():
            return go_back(protocol, state, position)
        case events.Repeat():
            if (repeated := count_repeat(state, question.id)) is not None:
                return repeated, build_prompt_reply(repeated, position)
            return miss(protocol, state, position, question)
    return state, build_prompt_reply(state, position)


def _answer(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    question: Question,
    answer: Answer,
) -> TurnResult:
    """Take an answer: it settles the question, unless it is a first doubt.

    After a yes was heard among other things, a no settles nothing either: what was
    heard as a yes never ends as a no.
    """
    attempt = state.get_attempt(question.id)
    if answer is Answer.UNSURE and question.again_on_unsure and not attempt.doubted:
        state = count_try(protocol, state, position, question, doubted=True)
        return put_again(protocol, state, question, ("retry.unsure",))
    if answer is Answer.NO and attempt.leaned_yes:
        state = count_try(protocol, state, position, question)
        return put_again(protocol, state, question, (THIRD_FORM,))
    return go_on(protocol, settle(protocol, state, question, answer))


def miss(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    question: Question,
    *first: str,
) -> TurnResult:
    """Ask `question` again after a turn that brought nothing: `first` is said once."""
    state = count_try(protocol, state, position, question)
    return put_again(protocol, state, question, choose_retry(state, question.id, first))


def _take_check(
    protocol: TriageProtocol, state: State, position: Position, event: events.Checked
) -> TurnResult:
    """Take what was understood in part: it settles nothing, it may only ask.

    A danger sign that was named is asked next, in every state; a call for help is
    answered with the number at once, and the second is one. Source: the clinical
    design, 2.1, point 9.
    """
    lead: tuple[str, ...] = ()
    if event.reason is CheckReason.HELP:
        if state.help_checked:
            return call_for_help(state)
        state, lead = replace(state, help_checked=True), ("check.help",)
    question, waiting = position.question, state.ask_next
    state = bring_forward(protocol, state, event.ask, question)
    named = state.ask_next != waiting
    if question is None:
        if named:
            return go_on(protocol, state, lead)
        if lead:
            return state, build_prompt_reply(state, position, lead)
        return _take_offer_turn(protocol, state, position, event)
    leaned_yes = event.lean is Answer.YES
    state = count_try(protocol, state, position, question, leaned_yes)
    if named:
        if is_past_hearing(protocol, state):
            return close(state, "close.unheard", "number.say")
        return go_on(protocol, state, lead)
    lead = lead or _choose_check(state, question, event)
    state, reply = put_again(protocol, state, question, lead)
    if lead == (CHECK_SIGN,) and reply.open_prompt == question.id:
        reply = replace(reply, signs=((CHECK_SIGN, (question.id,)),))
    return state, reply


def _choose_check(
    state: State, question: Question, event: events.Checked
) -> tuple[str, ...]:
    """Return what is said of what was heard, before the question again."""
    if event.lean in (Answer.YES, Answer.NO):
        return (f"check.{event.lean.value}",)
    if event.reason is CheckReason.LENGTH and question.is_about_length:
        return ("check.length",)
    if question.id in event.ask:
        return (CHECK_SIGN,)
    return choose_retry(state, question.id, ("retry.no_match",))


def _take_offer_turn(
    protocol: TriageProtocol, state: State, position: Position, event: Event
) -> TurnResult:
    """Take a turn while "would you like to hear what may help" or the menu is open."""
    if state.reading is not None:
        return take_reading_turn(protocol, state, position, event)
    match event:
        case events.Answered(Answer.YES) | events.Next():
            return start_reading(protocol, state, position)
        case events.Answered(Answer.NO):
            return _decline(protocol, state)
        case events.Repeat():
            return repeat_advice(protocol, state, position)
        case events.Previous():
            return go_back(protocol, state, position)
        case events.Stop():
            return close(state, "close.stop")
        case events.NoInput() if state.silent:
            return close(state, "close.silence")
        case events.NoInput():
            return replace(state, silent=True), build_prompt_reply(state, position)
        case events.NoMatch():
            return _offer_again(state, position, "net.emergency")
        case events.HarmlessComplaint():
            return _offer_again(state, position, "retry.complaint")
        case events.Answered() | events.Checked():
            return _offer_again(state, position, "retry.no_match")
        case events.UnpromptedStatement():
            return _offer_again(state, position)
    return state, build_prompt_reply(state, position)


def _offer_again(state: State, position: Position, *lead: str) -> TurnResult:
    """Offer the steps once more; the second time nothing is read that nobody wanted."""
    if (tried := count_offer_try(state, OFFER_STEPS)) is None:
        return close(state, "close.stop")
    return tried, build_prompt_reply(tried, position, lead)


def _decline(protocol: TriageProtocol, state: State) -> TurnResult:
    disposition = protocol.disposition[str(state.disposition)]
    card = tuple(k for k in disposition.says if k not in ("read_back", "reason"))
    state, reply = close(state, "reading.bye")
    return state, replace(reply, card=card)
