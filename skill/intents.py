"""Alexa's intents and slots: the event of the dialogue that each stands for."""

import re
from collections.abc import Mapping

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Duration, Event, Facts, Strength
from dialogue.engine.protocol import Answer
from dialogue.understanding.lexicon import Lexicon
from dialogue.understanding.meaning import COMMANDS
from skill.request import EMPTY_SLOT, Slot

YES, NO = "AMAZON.YesIntent", "AMAZON.NoIntent"
STOP, CANCEL = "AMAZON.StopIntent", "AMAZON.CancelIntent"
HOME, FALLBACK = "AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent"
HELP = "AMAZON.HelpIntent"
DESCRIBE = "DescribeSpasmIntent"
STATEMENT = "VolunteeredIntent"
MORE = "MoreIntent"
NUMBER = "ClinicNumberIntent"

ANSWER_INTENTS: Mapping[Answer, str] = {
    Answer.YES: YES,
    Answer.NO: NO,
    Answer.UNSURE: "UnsureIntent",
}
HEDGED_INTENTS: Mapping[Answer, str] = {
    Answer.YES: "HedgedYesIntent",
    Answer.NO: "HedgedNoIntent",
}
"""For phrases such as "probably" and "I guess not": an intent carries no words."""
OVER, UNDER = "over", "under"
"""Ids of the bounds of a length."""
HEDGED = "hedged_"
"""Before the id of an answer slot: `hedged_no`."""
COMMAND_INTENTS: Mapping[str, str] = {
    "repeat": "AMAZON.RepeatIntent",
    "help": HELP,
    "why": HELP,
    "stop": STOP,
    "previous": "AMAZON.PreviousIntent",
    "number": NUMBER,
    "person": NUMBER,
    "hours": "HoursIntent",
    "address": "AddressIntent",
    "start_over": "AMAZON.StartOverIntent",
    "next": "AMAZON.NextIntent",
    "wait": "WaitIntent",
    "more": MORE,
    "emergency": "EmergencyIntent",
}
"""By the lexicon's groups of commands; a group without an intent is refused."""

_EVENTS: Mapping[str, Event] = {
    **{intent: events.Answered(answer) for answer, intent in ANSWER_INTENTS.items()},
    **{
        intent: events.Answered(answer, Strength.HEDGED)
        for answer, intent in HEDGED_INTENTS.items()
    },
    **{intent: COMMANDS[name] for name, intent in COMMAND_INTENTS.items()},
    CANCEL: events.Stop(),
    HOME: events.Stop(),
    FALLBACK: events.NoMatch(),
}

_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_DURATION = re.compile(
    rf"P(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_HOURS = (8760.0, 720.0, 168.0, 24.0, 1.0, 1 / 60, 1 / 3600)
"""Of a year (365 days), month (30 days), week, day, hour, minute and second."""
_LONGEST = 100 * 8760.0
"""Hours; nobody's back has been in spasm for longer."""

Slots = Mapping[str, Slot]


def build_event(intent: str | None, slots: Slots, content: Content) -> Event:
    """Return what an intent with its slots amounts to.

    A name that we do not know is not understood: an old model must not break a new
    endpoint.
    """
    if intent == DESCRIBE:
        return events.Begin(build_facts(slots, content.lexicon))
    if intent == STATEMENT:
        return _build_statement(slots, content)
    if intent == MORE:
        return _build_more(slots, content)
    return _EVENTS.get(intent or "", events.NoMatch())


def build_can_fulfill(intent: str | None, slots: Slots) -> dict[str, object]:
    """Return whether we could serve an intent, for people who named no skill.

    It is the response as plain JSON; nothing is spoken and nothing changes.
    """
    serves = intent in (DESCRIBE, NUMBER)
    answers = {}
    for name, slot in slots.items():
        found = parse_hours(slot.value) if name == "howLong" else slot.id
        answer = "YES" if serves and found is not None else "NO"
        answers[name] = {"canUnderstand": answer, "canFulfill": answer}
    return {
        "canFulfillIntent": {"canFulfill": "YES" if serves else "NO", "slots": answers}
    }


def build_facts(slots: Slots, lexicon: Lexicon) -> Facts:
    """Return the facts of an opening sentence; what is not certain is left out."""
    trigger = slots.get("trigger", EMPTY_SLOT).id
    region = slots.get("region", EMPTY_SLOT).id
    return Facts(
        duration=_build_duration(slots),
        trigger=trigger if trigger in lexicon.triggers else None,
        region=region if region in lexicon.regions else None,
    )


def parse_hours(iso: str | None) -> float | None:
    """Return the hours of a duration such as `P8W` or `P2YT3H10M`, else None."""
    if iso is None or len(iso) > 100:
        return None
    match = _DURATION.fullmatch(iso)
    if match is None:
        return None
    parts = zip(match.groups(), _HOURS, strict=True)
    hours = sum(float(number) * unit for number, unit in parts if number)
    return hours if 0 < hours <= _LONGEST else None


def _build_duration(slots: Slots) -> Duration | None:
    hours = parse_hours(slots.get("howLong", EMPTY_SLOT).value)
    bound = slots.get("bound", EMPTY_SLOT)
    if hours is None:
        return None
    if not bound.is_filled:
        return Duration.exact(hours)
    # "Over" heard as another word must not turn into an exact length.
    known = {OVER: Duration.over, UNDER: Duration.under}
    limit = known.get(bound.id or "")
    return None if limit is None else limit(hours)


def _build_statement(slots: Slots, content: Content) -> Event:
    """Return what was said unasked; the answer before it counts only when it is one."""
    row = slots.get("statement", EMPTY_SLOT).id
    if row not in content.protocol.volunteered_by_id:
        return events.NoMatch()
    said = slots.get("answer", EMPTY_SLOT).id or ""
    answer = {"yes": Answer.YES, "no": Answer.NO}.get(said.removeprefix(HEDGED))
    hedged = answer is not None and said.startswith(HEDGED)
    strength = Strength.HEDGED if hedged else Strength.PLAIN
    return events.UnpromptedStatement((str(row),), answer=answer, strength=strength)


def _build_more(slots: Slots, content: Content) -> Event:
    topic = slots.get("topic", EMPTY_SLOT)
    if not topic.is_filled:
        return events.AskForMore()
    if topic.id in content.lexicon.topics:
        return events.AskForMore(topic.id)
    return events.NoMatch()
