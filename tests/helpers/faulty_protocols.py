"""Broken protocols and turns, one or more for each property that is proved."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.advice import conclude
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.rules import build_decision
from dialogue.evaluation.transcript import (
    fill_references,
    list_turns,
    parse_event,
    parse_transcript,
)
from dialogue.verification.properties import PROPERTIES as ALL
from dialogue.verification.properties import (
    advises_emergency_at_once,
    gives_one_instruction,
    gives_safety_net,
    keeps_danger_first,
    names_medicine_after_no,
    only_escalates,
    screens_first,
)
from dialogue.verification.prover import ENDS, IN_TIME
from dialogue.verification.state_space import TakeTurn

TITLE = {property_.holds: property_.title for property_ in ALL}


def same(protocol: TriageProtocol) -> TriageProtocol:
    """Return the protocol as it is."""
    return protocol


@dataclass(frozen=True)
class Broken:
    """Something broken, and the property that it breaks."""

    what: str
    title: str
    protocol: Callable[[TriageProtocol], TriageProtocol] = same
    turn: TakeTurn = take_turn
    only: int | None = None
    """Which of the things that people say unasked is enough to show it."""


def with_rule(id_: str, **changes) -> Callable[[TriageProtocol], TriageProtocol]:
    """Return a change of one rule; the rules are then sorted by urgency again."""

    def changed(protocol: TriageProtocol) -> TriageProtocol:
        rules = [replace(r, **changes) if r.id == id_ else r for r in protocol.rules]
        rules.sort(key=lambda r: protocol.disposition[r.disposition].urgency)
        return replace(protocol, rules=tuple(rules))

    return changed


def with_disposition(id_: str, **changes):
    """Return a change of one disposition."""

    def changed(protocol: TriageProtocol) -> TriageProtocol:
        told = (
            replace(d, **changes) if d.id == id_ else d for d in protocol.dispositions
        )
        return replace(protocol, dispositions=tuple(told))

    return changed


def with_line(key: str, **changes):
    """Return a change of one care line."""

    def changed(protocol: TriageProtocol) -> TriageProtocol:
        lines = (
            replace(c, **changes) if c.key == key else c for c in protocol.care_lines
        )
        return replace(protocol, care_lines=tuple(lines))

    return changed


def danger_asked_last(protocol: TriageProtocol) -> TriageProtocol:
    """Return the protocol with an emergency sign behind the urgent ones."""
    screen = [q for q in protocol.questions if q.red_flag]
    others = [q for q in protocol.questions if not q.red_flag]
    late = protocol.question["other_danger_now"]
    screen.remove(late)
    return replace(protocol, questions=(*screen, late, *others))


def silence_waits(protocol, state, event):
    """A turn that never gives up on silence."""
    state, reply = take_turn(protocol, state, event)
    return replace(state, silent=False), reply


def deaf_while_reading(protocol, state, event):
    """A turn that no longer hears danger signs once steps are read."""
    if state and state.reading and isinstance(event, events.UnpromptedStatement):
        event = events.NoMatch()
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
    """A turn that sends whoever tells a long pain to the clinic, unscreened."""
    after, reply = take_turn(protocol, state, event)
    rule = next(r for r in protocol.rules if r.id == "clinic_001_same_spot")
    if reply.disposition is None and "same_spot_returns" in after.answers:
        return conclude(protocol, after, build_decision(protocol, after.answers, rule))
    return after, reply


def milder_on_yes(protocol, state, event):
    """A turn that goes from the clinic to home care when steps are wanted."""
    yes = event == events.Answered(Answer.YES)
    if state and state.disposition == "clinic" and yes and state.reading is None:
        rule = next(r for r in protocol.rules if r.id == "home_002_heat")
        return conclude(protocol, state, build_decision(protocol, state.answers, rule))
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


CLINIC = {"disposition": "clinic"}
NO_NET = ("read_back", "urgent.say", "urgent.not_clinic", "disclaimer.end")
NO_DISCLAIMER = ("read_back", "reason", "contact", "net.emergency")

BROKEN = (
    Broken("silence has no end", ENDS, turn=silence_waits),
    Broken(
        "a fever leads to the clinic",
        TITLE[keeps_danger_first],
        with_rule("urgent_fever_or_shivering", **CLINIC),
    ),
    Broken(
        "an emergency sign is asked after the urgent ones",
        IN_TIME,
        danger_asked_last,
    ),
    Broken(
        "a late sign is noted and not acted on",
        TITLE[keeps_danger_first],
        turn=deaf_to_late_fever,
        only=6,
    ),
    Broken(
        "danger is not heard while steps are read",
        TITLE[advises_emergency_at_once],
        turn=deaf_while_reading,
        only=1,
    ),
    Broken(
        "the clinic is offered before screening",
        TITLE[screens_first],
        turn=clinic_at_once,
        only=14,
    ),
    Broken(
        "a medicine without asking",
        TITLE[names_medicine_after_no],
        with_line("medicine.names", if_no=()),
    ),
    Broken(
        "a medicine at the clinic",
        TITLE[names_medicine_after_no],
        with_line("medicine.limits", if_no=(), home_only=False),
    ),
    Broken(
        "the clinic is taken back",
        TITLE[only_escalates],
        turn=milder_on_yes,
    ),
    Broken(
        "urgent care without a net",
        TITLE[gives_safety_net],
        with_disposition("urgent", says=NO_NET),
    ),
    Broken(
        "the clinic without the disclaimer",
        TITLE[gives_safety_net],
        with_disposition("clinic", says=NO_DISCLAIMER),
    ),
    Broken("a short goodbye", TITLE[gives_safety_net], turn=short_goodbye),
    Broken("stop without a number", TITLE[gives_safety_net], turn=no_number_on_stop),
    Broken(
        "an emergency says two things",
        TITLE[gives_one_instruction],
        with_disposition("emergency", says=("emergency.say", "urgent.say")),
    ),
)


def replayed(content: Content, turn: TakeTurn, text: str) -> int:
    """Play the script `text` through `turn`; return the number of replies.

    Each reply must be, word for word, what the script says.
    """
    script = parse_transcript(text, "counterexample")
    state, count, open_prompt = None, 0, None
    for patient, expected in list_turns(script):
        event = events.Begin(timers=script.timers)
        if patient is not None:
            event = parse_event(content, open_prompt, patient, script.path)
        state, reply = turn(content.protocol, state, event)
        open_prompt = reply.open_prompt
        said = to_display_text(render_reply(reply, content.prompts, None, None).prompts)
        assert fill_references(expected, str) == said
        count += 1
    return count
