"""Alexa's intents: which meaning of the lexicon each stands for, and its event."""

from collections.abc import Mapping

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.protocol import Answer
from dialogue.understanding.lexicon import COMMANDS
from skill.slots import Slots, facts_of, is_filled, matched_id

YES, NO = "AMAZON.YesIntent", "AMAZON.NoIntent"
STOP, CANCEL = "AMAZON.StopIntent", "AMAZON.CancelIntent"
HOME, FALLBACK = "AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent"
HELP = "AMAZON.HelpIntent"
DESCRIBE = "DescribeSpasmIntent"
VOLUNTEERED = "VolunteeredIntent"
MORE = "MoreIntent"
NUMBER = "ClinicNumberIntent"

ANSWER_INTENTS: Mapping[Answer, str] = {
    Answer.YES: YES,
    Answer.NO: NO,
    Answer.UNSURE: "UnsureIntent",
}
COMMAND_INTENTS: Mapping[str, str] = {
    "repeat": "AMAZON.RepeatIntent",
    "help": HELP,
    "why": HELP,
    "stop": STOP,
    "previous": "AMAZON.PreviousIntent",
    "number": NUMBER,
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
    **{intent: COMMANDS[name] for name, intent in COMMAND_INTENTS.items()},
    CANCEL: events.Stop(),
    HOME: events.Stop(),
    FALLBACK: events.NoMatch(),
}


def event_of(name: str | None, slots: Slots, content: Content) -> Event:
    """Return what an intent with its slots amounts to.

    A name that we do not know is not understood: an old model must not break a new
    endpoint.
    """
    if name == DESCRIBE:
        return events.Begin(facts_of(slots, content.lexicon))
    if name == VOLUNTEERED:
        return _volunteered(slots, content)
    if name == MORE:
        return _more(slots, content)
    return _EVENTS.get(name or "", events.NoMatch())


def _volunteered(slots: Slots, content: Content) -> Event:
    """Return what was said unasked; the answer before it counts only when it is one."""
    row = matched_id(slots.get("statement"))
    if row not in content.protocol.volunteered_by_id:
        return events.NoMatch()
    answer = {"yes": Answer.YES, "no": Answer.NO}.get(
        matched_id(slots.get("answer")) or ""
    )
    return events.UnpromptedStatement(ids=(str(row),), answer=answer)


def _more(slots: Slots, content: Content) -> Event:
    if not is_filled(slots.get("topic")):
        return events.AskForMore()
    topic = matched_id(slots.get("topic"))
    if topic in content.lexicon.topics:
        return events.AskForMore(topic)
    return events.NoMatch()
