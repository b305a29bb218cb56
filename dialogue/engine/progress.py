"""How a session goes on behind a turn: asks, decides, goes back, or ends."""

from dataclasses import replace

from dialogue.engine.advice import conclude
from dialogue.engine.care_steps import read_again, read_ahead
from dialogue.engine.open_question import (
    Position,
    build_prompt_reply,
    find_position,
    get_open_prompt,
)
from dialogue.engine.protocol import Question, Stage, TriageProtocol, Urgency
from dialogue.engine.reply import Reply, Signs
from dialogue.engine.rules import get_urgency
from dialogue.engine.signs import (
    CHECK_HELP,
    CHECK_SIGN,
    drop_needless,
    find_unheard_signs,
    is_past_hearing,
)
from dialogue.engine.state import State

TurnResult = tuple[State, Reply]


def go_on(
    protocol: TriageProtocol,
    state: State,
    lead: tuple[str, ...] = (),
    signs: Signs = (),
) -> TurnResult:
    """Speak a disposition that is due now, else ask what is open behind `lead`.

    Once a disposition was spoken, only a more urgent one replaces it. A sign that was
    brought forward is asked before any but an emergency.
    """
    state = drop_needless(protocol, state)
    position = find_position(protocol, state)
    decision = position.decision
    if decision is not None:
        tier = get_urgency(protocol, decision.rule.disposition)
        due = state.disposition is None or (
            tier < get_urgency(protocol, state.disposition)
        )
        if due and (not state.ask_next or tier is Urgency.EMERGENCY):
            return conclude(protocol, replace(state, ask_next=()), decision)
    if position.question is None and state.ahead is not None:
        return read_ahead(protocol, state, lead)
    if state.ask_next and not state.get_attempt(state.ask_next[0]).tries:
        lead = (*lead, CHECK_SIGN)
        signs = (*signs, (CHECK_SIGN, state.ask_next[:1]))
    return state, build_prompt_reply(state, position, lead, signs)


def put_again(
    protocol: TriageProtocol, state: State, question: Question, lead: tuple[str, ...]
) -> TurnResult:
    """Ask `question` again behind `lead`; go on where it was settled or set aside.

    Where too much was set aside the session ends. Source: the clinical design, 2.6.
    """
    if is_past_hearing(protocol, state):
        return close(state, "close.unheard", "number.say")
    position = find_position(protocol, state)
    if position.question is question:
        return state, build_prompt_reply(state, position, lead, simpler=True)
    # What was not heard after advice is named at once: no other reply may follow.
    missed = state.disposition is not None and question.id in state.asked_again
    signs = find_unheard_signs(protocol, state, [question.id]) if missed else ()
    # So is the number to call, where a call for help was heard in part.
    help_ = tuple(key for key in lead if key == CHECK_HELP)
    return go_on(protocol, state, (*help_, *(key for key, _ in signs)), signs)


def go_back(protocol: TriageProtocol, state: State, position: Position) -> TurnResult:
    """Take back the last answer; a spoken disposition goes with it.

    At a sign that was brought forward only that is undone, and at the first care
    question the chunk before is read again.
    """
    if state.ask_next:
        pulled = tuple(id_ for id_ in state.pulled if id_ not in state.ask_next)
        state = state.without_attempts(state.ask_next)
        return go_on(protocol, replace(state, ask_next=(), pulled=pulled))
    if state.ahead is not None and not _is_care_turn(protocol, state):
        return read_again(protocol, replace(state, ahead=None))
    if not state.turns:
        return state, build_prompt_reply(state, position, ("nothing.previous",))
    if state.reading is None:
        state = replace(state, disposition=None, rule_id=None)
        position = find_position(protocol, state)
    open_prompt = get_open_prompt(state, position)
    state = state.without_last_turn()
    if open_prompt is not None and not position.second_chance:
        state = state.without_attempts([open_prompt])
    return go_on(protocol, state)


def _is_care_turn(protocol: TriageProtocol, state: State) -> bool:
    asked = state.turns[-1].asked if state.turns else None
    return asked is not None and protocol.question[asked].stage is Stage.CARE


def call_for_help(state: State | None) -> TurnResult:
    """End the session with the emergency words."""
    says = ("emergency.say",)
    running = state is not None and state.timer == "done"
    reply = Reply(says, disposition="emergency", cancels_timer=running, card=says)
    return replace(state or State(), ended=True), reply


def close(state: State, *says: str) -> TurnResult:
    """End the session with `says`; the card repeats them."""
    reply = Reply(says, disposition=state.disposition, rule_id=state.rule_id, card=says)
    return replace(state, ended=True), reply
