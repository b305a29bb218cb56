"""Broken protocols and turns, one or more for each property that is proved."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from helpers.proof_walks import AnswersWalk, ShortWalk, at

from dialogue.engine import events
from dialogue.engine.advice import conclude
from dialogue.engine.events import CheckReason, Strength
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.reply import Reply
from dialogue.engine.rules import build_decision
from dialogue.engine.state import RecordedAnswer
from dialogue.verification import hearing, properties
from dialogue.verification.prover import ENDS, IN_TIME, PROPERTIES
from dialogue.verification.state_space import TakeTurn, Walk
from dialogue.verification.walks import HELP, NO_MATCH, SILENCE, UNSURE, YES

TITLE = {property_.holds: property_.title for property_ in PROPERTIES}

HOME = {"adult": YES, "started_within_three_days": YES, "hard_effort": YES}
"""Answers of a fresh strain: it ends in home care with ice."""
CLINIC = {**HOME, "same_spot_returns": YES}
LEANED = events.Checked(Answer.YES)


def same(protocol: TriageProtocol) -> TriageProtocol:
    """Return the protocol as it is."""
    return protocol


@dataclass(frozen=True)
class Broken:
    """Something broken, and the property that it breaks."""

    what: str
    title: str
    walk: Walk
    """Sessions that are enough to show it."""
    protocol: Callable[[TriageProtocol], TriageProtocol] = same
    turn: TakeTurn = field(default=take_turn)


def walk(*once: events.Event, **tried) -> ShortWalk:
    """Return a walk of what is tried at the prompts named, a no elsewhere."""
    return ShortWalk(at(**tried), *once)


def with_rule(id_: str, **changes) -> Callable[[TriageProtocol], TriageProtocol]:
    """Return a change of one rule; the rules are then sorted by urgency again."""

    def changed(protocol: TriageProtocol) -> TriageProtocol:
        rules = [replace(r, **changes) if r.id == id_ else r for r in protocol.rules]
        rules.sort(key=lambda r: protocol.disposition[r.disposition].urgency)
        return replace(protocol, rules=tuple(rules))

    return changed


def with_entry(group: str, id_: str, **changes):
    """Return a change of one entry of a protocol's list `group`."""

    def changed(protocol: TriageProtocol) -> TriageProtocol:
        entries = (
            replace(e, **changes)
            if id_ in (getattr(e, "id", ""), vars(e).get("key"))
            else e
            for e in getattr(protocol, group)
        )
        return replace(protocol, **{group: tuple(entries)})

    return changed


def danger_asked_last(protocol: TriageProtocol) -> TriageProtocol:
    """Return the protocol with an emergency sign behind all other questions."""
    late = protocol.question["lost_control"]
    others = (q for q in protocol.questions if q is not late)
    return replace(protocol, questions=(*others, late))


def silence_waits(protocol, state, event):
    """A turn that never gives up on silence."""
    state, reply = take_turn(protocol, state, event)
    return replace(state, silent=False), reply


def deaf_to_statements(protocol, state, event):
    """A turn that no longer hears danger signs said unasked."""
    if isinstance(event, events.UnpromptedStatement):
        event = events.Wait()
    return take_turn(protocol, state, event)


def deaf_to_late_fever(protocol, state, event):
    """A turn that notes what is told after advice, and does not act on it."""
    after, reply = take_turn(protocol, state, event)
    told = isinstance(event, events.UnpromptedStatement)
    if told and state and state.disposition and reply.disposition != state.disposition:
        silent = replace(state, turns=after.turns)
        return silent, replace(reply, says=("retry.wait",), disposition=None)
    return after, reply


def clinic_at_once(protocol, state, event):
    """A turn that sends whoever tells a pain that returns to the clinic, unscreened."""
    after, reply = take_turn(protocol, state, event)
    rule = next(r for r in protocol.rules if r.id == "clinic_001_same_spot")
    if reply.disposition is None and "same_spot_returns" in after.answers:
        return conclude(protocol, after, build_decision(protocol, after.answers, rule))
    return after, reply


def milder_on_yes(protocol, state, event):
    """A turn that goes from the clinic to home care when steps are wanted."""
    goes_on = event in (YES, events.Next())
    if state and state.disposition == "clinic" and goes_on and state.reading is None:
        rule = next(r for r in protocol.rules if r.id == "home_002_ice")
        return conclude(protocol, state, build_decision(protocol, state.answers, rule))
    return take_turn(protocol, state, event)


def hedges_are_plain(protocol, state, event):
    """A turn that takes a hedged answer for a plain one."""
    if isinstance(event, events.Answered):
        event = events.Answered(event.answer)
    return take_turn(protocol, state, event)


def short_goodbye(protocol, state, event):
    """A turn that ends the reading with no more than a goodbye."""
    after, reply = take_turn(protocol, state, event)
    if after.ended and "net.emergency" in reply.says and state.reading:
        return after, replace(reply, says=("reading.bye",))
    return after, reply


def no_number_on_stop(protocol, state, event):
    """A turn that ends on stop without the emergency number."""
    after, reply = take_turn(protocol, state, event)
    if event == events.Stop() and after.disposition is None:
        return after, replace(reply, says=("reading.bye",))
    return after, reply


def curious(protocol, state, event):
    """A turn that asks about home care though a cause is known."""
    after, reply = take_turn(protocol, state, event)
    if reply.open_prompt == "same_spot_returns":
        return after, replace(reply, says=("ask.tried_care",), open_prompt="tried_care")
    return after, reply


def deafness_is_doubt(protocol, state, event):
    """A turn that takes what was not understood for an unsure."""
    return take_turn(protocol, state, UNSURE if event == NO_MATCH else event)


def deafness_is_danger(protocol, state, event):
    """A turn that calls an ambulance for what was not understood."""
    if event == NO_MATCH and state and state.attempts:
        event = events.CallForHelp()
    return take_turn(protocol, state, event)


def unheard_is_not_named(protocol, state, event):
    """A turn that does not say what was not heard."""
    after, reply = take_turn(protocol, state, event)
    says = tuple(key for key in reply.says if not key.startswith("unheard."))
    return after, reply if says == reply.says else replace(reply, says=says, signs=())


def forgets_a_yes(protocol, state, event):
    """A turn that takes a no after a yes was heard in part."""
    if state is not None:
        kept = tuple(replace(a, leaned_yes=False) for a in state.attempts)
        state = replace(state, attempts=kept)
    return take_turn(protocol, state, event)


def goes_on_as_asked(protocol, state, event):
    """A turn that does not ask about a sign that was named."""
    if isinstance(event, events.Checked):
        event = replace(event, ask=())
    return take_turn(protocol, state, event)


def gates_stay_closed(protocol, state, event):
    """A turn that notes a yes to a sign that was named, and not the gates before it."""
    after, reply = take_turn(protocol, state, event)
    if state is not None and state.ask_next == ("leg_weaker",) and event == YES:
        told = (RecordedAnswer("leg_weaker", Answer.YES),)
        after = replace(state, ask_next=()).with_answers(told)
        reply = Reply(("ask.fever",), open_prompt="fever", reprompt=("again.fever",))
    return after, reply


def deaf_to_help(protocol, state, event):
    """A turn that takes a call for help for nothing understood."""
    return take_turn(protocol, state, NO_MATCH if event == HELP else event)


def okay_is_a_miss(protocol, state, event):
    """A turn that counts "okay" at a question as not understood."""
    question = state is not None and not state.disposition
    return take_turn(
        protocol, state, NO_MATCH if question and event == events.Next() else event
    )


def never_gives_up(protocol, state, event):
    """A turn that goes on however much is not heard."""
    after, reply = take_turn(protocol, state, event)
    if "close.unheard" in reply.says:
        reply = Reply(("retry.wait",), open_prompt="fever", reprompt=("again.fever",))
        return replace(after, ended=False), reply
    return after, reply


NAMED_LEG = events.Checked(None, ("leg_weaker",), CheckReason.SIGN)
DANGER_TODAY = events.UnpromptedStatement(("other_danger_today",))
HEDGED_NO = events.Answered(Answer.NO, Strength.HEDGED)
NO_NET = ("read_back", "urgent.say", "urgent.not_clinic", "disclaimer.end")
NO_DISCLAIMER = ("read_back", "reason", "contact", "net.emergency")
MEDICINE = {**HOME, "wants_medicine": YES}

BROKEN = (
    Broken("silence has no end", ENDS, walk(chest_pain=SILENCE), turn=silence_waits),
    Broken(
        "an emergency sign is asked behind all other questions",
        IN_TIME,
        AnswersWalk(),
        danger_asked_last,
    ),
    Broken(
        "a fever leads to the clinic",
        TITLE[properties.keeps_danger_first],
        walk(**CLINIC, fever=YES),
        with_rule("urgent_fever", disposition="clinic"),
    ),
    Broken(
        "a late sign is noted and not acted on",
        TITLE[properties.keeps_danger_first],
        walk(DANGER_TODAY, **HOME),
        turn=deaf_to_late_fever,
    ),
    Broken(
        "danger said unasked is not heard",
        TITLE[properties.advises_emergency_at_once],
        walk(events.UnpromptedStatement(("faint",))),
        turn=deaf_to_statements,
    ),
    Broken(
        "the clinic is offered before screening",
        TITLE[properties.screens_first],
        walk(events.UnpromptedStatement(("same_spot_returns",))),
        turn=clinic_at_once,
    ),
    Broken(
        "a medicine without asking",
        TITLE[properties.names_medicine_after_no],
        walk(**HOME),
        with_entry("care_lines", "medicine.names", if_no=(), if_yes=()),
    ),
    Broken(
        "a medicine at the clinic",
        TITLE[properties.names_medicine_after_no],
        walk(**CLINIC),
        with_entry(
            "care_lines", "medicine.limits", if_no=(), if_yes=(), home_only=False
        ),
    ),
    Broken(
        "a hedged no to a caution is a no",
        TITLE[properties.takes_plain_answers_for_medicine],
        walk(**MEDICINE, ulcer=HEDGED_NO),
        turn=hedges_are_plain,
    ),
    Broken(
        "the clinic is taken back",
        TITLE[properties.only_escalates],
        walk(**CLINIC),
        turn=milder_on_yes,
    ),
    Broken(
        "urgent care without a net",
        TITLE[properties.gives_safety_net],
        walk(fever=YES),
        with_entry("dispositions", "urgent", says=NO_NET),
    ),
    Broken(
        "the clinic without the disclaimer",
        TITLE[properties.gives_safety_net],
        walk(**CLINIC),
        with_entry("dispositions", "clinic", says=NO_DISCLAIMER),
    ),
    Broken(
        "a short goodbye",
        TITLE[properties.gives_safety_net],
        walk(**HOME, reading_menu=events.Stop()),
        turn=short_goodbye,
    ),
    Broken(
        "stop without a number",
        TITLE[properties.gives_safety_net],
        walk(chest_pain=events.Stop()),
        turn=no_number_on_stop,
    ),
    Broken(
        "an emergency says two things",
        TITLE[properties.gives_one_instruction],
        walk(chest_pain=YES),
        with_entry("dispositions", "emergency", says=("emergency.say", "urgent.say")),
    ),
    Broken(
        "a question that cannot matter",
        TITLE[properties.asks_what_matters],
        walk(**HOME),
        turn=curious,
    ),
    Broken(
        "what was not understood is a doubt",
        TITLE[hearing.answers_nothing_unheard],
        walk(fever=NO_MATCH),
        turn=deafness_is_doubt,
    ),
    Broken(
        "what was not understood is an emergency",
        TITLE[hearing.concludes_nothing_unheard],
        walk(fever=NO_MATCH),
        turn=deafness_is_danger,
    ),
    Broken(
        "what was not heard is not named",
        TITLE[hearing.names_what_was_unheard],
        walk(**CLINIC, cancer=NO_MATCH),
        turn=unheard_is_not_named,
    ),
    Broken(
        "a yes heard in part ends as a no",
        TITLE[hearing.keeps_a_yes],
        walk(fever=(LEANED, events.Answered(Answer.NO))),
        turn=forgets_a_yes,
    ),
    Broken(
        "a doubt counts at once",
        TITLE[hearing.counts_doubt_said_twice],
        walk(chest_pain=UNSURE),
        with_entry("questions", "chest_pain", again_on_unsure=False),
    ),
    Broken(
        "a hedged no rules a danger sign out",
        TITLE[hearing.rules_out_by_plain_no],
        walk(chest_pain=HEDGED_NO),
        turn=hedges_are_plain,
    ),
    Broken(
        "a sign that was named is not asked about",
        TITLE[hearing.asks_what_was_named],
        walk(chest_pain=events.Checked(None, ("fever",), CheckReason.SIGN)),
        turn=goes_on_as_asked,
    ),
    Broken(
        "a yes to a sign that was named opens no gate",
        TITLE[hearing.counts_a_named_yes],
        walk(chest_pain=NAMED_LEG, leg_weaker=YES),
        turn=gates_stay_closed,
    ),
    Broken(
        "a call for help among other words is not heard",
        TITLE[hearing.answers_a_call_for_help],
        walk(chest_pain=HELP),
        turn=deaf_to_help,
    ),
    Broken(
        "okay is a miss",
        TITLE[hearing.counts_no_command],
        walk(chest_pain=events.Next()),
        turn=okay_is_a_miss,
    ),
    Broken(
        "it goes on however much is not heard",
        TITLE[hearing.ends_where_nothing_is_heard],
        walk(chest_pain=NO_MATCH, hard_to_breathe=NO_MATCH, numb_bottom=NO_MATCH),
        turn=never_gives_up,
    ),
)
