"""Alexa's intents and slots: the event of the dialogue that each stands for.

Words that Alexa heard are understood as on every other channel. An id that it matched
to them settles nothing: at most it makes us ask.
"""

from collections.abc import Mapping

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import NO_FACTS, CheckReason, Event
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import Asked, build_asked
from dialogue.understanding.meaning import COMMANDS
from dialogue.understanding.normalisation import UNKNOWN_MARK
from dialogue.understanding.utterance import understand
from dialogue.understanding.words import ASKS_HELP
from skill.facts import (
    BOUND,
    LENGTH,
    Slots,
    find_length,
    parse_description,
    parse_hours,
)
from skill.request import EMPTY_SLOT

YES, NO = "AMAZON.YesIntent", "AMAZON.NoIntent"
STOP, CANCEL = "AMAZON.StopIntent", "AMAZON.CancelIntent"
HOME, FALLBACK = "AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent"
HELP = "AMAZON.HelpIntent"
DESCRIBE = "DescribeSpasmIntent"
STATEMENT = "VolunteeredIntent"
MORE = "MoreIntent"
NUMBER = "ClinicNumberIntent"
REST = "rest"
"""The slot behind a carrier: everything that was said after its words."""

ANSWER_INTENTS: Mapping[Answer, str] = {
    Answer.YES: YES,
    Answer.NO: NO,
    Answer.UNSURE: "UnsureIntent",
}
"""Their samples are plain answers: an intent carries no words."""
LEANING: Mapping[str, Answer] = {
    "leans_yes": Answer.YES,
    "leans_no": Answer.NO,
}
"""Ids of phrases such as "probably" and "not yet": their words tell what they are worth
where they were said."""
IN_WORDS = "in_words"
"""Id of all other phrases that are no row's and come as words."""
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
        intent: COMMANDS[name]
        for name, intent in COMMAND_INTENTS.items()
        if intent != MORE
    },
    CANCEL: events.Stop(),
    HOME: events.Stop(),
    FALLBACK: events.NoMatch(),
}


def build_event(
    intent: str | None, slots: Slots, content: Content, open_prompt: str | None
) -> Event:
    """Return what an intent with its slots amounts to where `open_prompt` is open.

    A name that we do not know is not understood: an old model must not break a new
    endpoint.
    """
    if (event := _EVENTS.get(intent or "")) is not None:
        return event
    asked = build_asked(content.protocol, open_prompt)
    carrier = content.lexicon.carriers.get(intent or "")
    if carrier is not None:
        return _understand(content, carrier, slots.get(REST, EMPTY_SLOT).value, asked)
    if intent == STATEMENT:
        return _build_statement(slots, content, asked)
    if intent == DESCRIBE:
        return _build_description(slots, content, asked)
    if intent == MORE:
        return _build_more(slots, content, asked)
    return events.NoMatch()


def build_can_fulfill(intent: str | None, slots: Slots) -> dict[str, object]:
    """Return whether we could serve an intent, for people who named no skill.

    It is the response as plain JSON; nothing is spoken and nothing changes.
    """
    serves = intent in (DESCRIBE, NUMBER)
    answers = {}
    for name, slot in slots.items():
        found = parse_hours(slot.value) if name == LENGTH else slot.id
        answer = "YES" if serves and found is not None else "NO"
        answers[name] = {"canUnderstand": answer, "canFulfill": answer}
    return {
        "canFulfillIntent": {"canFulfill": "YES" if serves else "NO", "slots": answers}
    }


def _understand(
    content: Content, carrier: str, rest: str | None, asked: Asked
) -> Event:
    """Return what the words of a carrier and those behind it amount to.

    Where Alexa has lost the words, something was said in their place all the same.
    """
    words = content.words
    if rest is None or not words.normalise(rest):
        rest = UNKNOWN_MARK
    event = understand(words, f"{carrier} {rest}", asked)
    return events.NoMatch() if isinstance(event, events.NoInput) else event


def _build_statement(slots: Slots, content: Content, asked: Asked) -> Event:
    """Return what a whole sentence amounts to: by its words, else by asking."""
    slot = slots.get("statement", EMPTY_SLOT)
    event = _understand(content, "", slot.value, asked)
    if not isinstance(event, events.NoMatch) or slot.id is None:
        return event
    return _ask_about(slot.id, content, asked)


def _ask_about(id_: str, content: Content, asked: Asked) -> Event:
    """Return what an id is worth that Alexa matched to words we do not understand."""
    if id_ in LEANING:
        return events.Checked(lean=LEANING[id_])
    traits = content.words.rows.get(id_)
    question = (traits.asks if traits is not None else "") or id_
    if question == ASKS_HELP:
        return events.Checked(reason=CheckReason.HELP)
    if traits is None or question not in asked.ranks:
        return events.NoMatch()
    return events.Checked(ask=(question,), reason=CheckReason.SIGN)


def _build_description(slots: Slots, content: Content, asked: Asked) -> Event:
    """Return the facts of an opening sentence, and the signs that its words name.

    A length alone is an answer like any other.
    """
    filled = {name for name, slot in slots.items() if slot.is_filled}
    length = find_length(slots, content.words)
    if length is not None and filled <= {LENGTH, BOUND}:
        return _understand(content, "", length, asked)
    facts, rest = parse_description(slots, content)
    nothing_open = build_asked(content.protocol, None)
    said: list[str] = []
    for words in rest:
        match understand(content.words, words, nothing_open):
            case events.Checked(ask=ask, reason=reason) as check if (
                ask or reason is CheckReason.HELP
            ):
                return check
            case events.CallForHelp() as call:
                return call
            case events.UnpromptedStatement(ids=ids):
                said += ids
    if said or facts != NO_FACTS:
        return events.UnpromptedStatement(tuple(dict.fromkeys(said)), facts)
    return events.HarmlessComplaint()


def _build_more(slots: Slots, content: Content, asked: Asked) -> Event:
    topic = slots.get("topic", EMPTY_SLOT)
    if not topic.is_filled:
        return events.AskForMore()
    if topic.id in content.lexicon.topics:
        return events.AskForMore(topic.id)
    return _understand(content, "", topic.value, asked)
