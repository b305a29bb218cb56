"""What an utterance means: accepted, checked or not understood; and the commands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from dialogue.engine import events
from dialogue.engine.events import Event, Strength
from dialogue.engine.protocol import Answer

CALL_FOR_HELP, REFUSE_HELP, ASK_FOR_HELP = "emergency", "no_emergency", "ask_emergency"

COMMANDS: Mapping[str, Event] = {
    "repeat": events.Repeat(),
    "help": events.Help(),
    "why": events.Help(),
    "stop": events.Stop(),
    "previous": events.Previous(),
    "number": events.AskForNumber(),
    "person": events.AskForNumber(),
    "hours": events.AskForHours(),
    "address": events.AskForAddress(),
    "start_over": events.StartOver(),
    "next": events.Next(),
    "wait": events.Wait(),
    "more": events.AskForMore(),
    CALL_FOR_HELP: events.CallForHelp(),
}
"""The groups of commands, and what each amounts to."""
COMMAND_GROUPS = (*COMMANDS, REFUSE_HELP, ASK_FOR_HELP)
"""All groups; the last two are only ever checked."""

SETTLING_NOTHING = frozenset(
    {"repeat", "help", "why", "wait", "number", "person", "more"}
)
"""Commands that may stand beside an answer: nothing is lost by following them."""


class Result(Enum):
    """How far an utterance was understood."""

    ACCEPT = "accept"
    """Every word is accounted for, and all cheapest readings agree."""
    CHECK = "check"
    """Something was understood, not everything: it may only ask."""
    NOT_UNDERSTOOD = "none"


class Why(Enum):
    """Why an utterance is not simply accepted, for transcripts and tests."""

    NONE = ""
    SILENCE = "silence"
    REST = "rest"
    HEDGED = "hedged"
    TWO_READINGS = "two readings"
    TWO_ANSWERS = "two answers"
    PART_DENIED = "part denied"
    TWO_DENIALS = "two denials"
    DENIED_SIGN = "denial before a sign"
    OPEN_SENTENCE = "open sentence"
    ONLY_NOW = "only for now"
    FINE = "fine"
    SIGN = "sign"
    LENGTH = "length"
    HELP = "help"
    COMMAND = "command and more"
    COMPLAINT = "harmless complaint"


@dataclass(frozen=True)
class Meaning:
    """What one utterance means where it was said."""

    result: Result
    answer: Answer | None = None
    """Of a check: only which way it leans."""
    strength: Strength = Strength.PLAIN
    said: tuple[str, ...] = ()
    """Rows that are settled as said; of an accepted utterance only."""
    own: bool = False
    """The answer is a statement of the very thing that was asked."""
    length: tuple[float, float] | None = None
    """Least and most hours."""
    command: str | None = None
    topic: str | None = None
    ask: tuple[str, ...] = ()
    """Danger questions to ask about next, the most urgent first."""
    why: Why = Why.NONE


SILENCE = Meaning(Result.NOT_UNDERSTOOD, why=Why.SILENCE)
NOT_UNDERSTOOD = Meaning(Result.NOT_UNDERSTOOD)


def get_meaning_name(event: Event) -> str:
    """Return the name of `event` for people: yes, no_match, a command's name."""
    match event:
        case events.Answered(answer):
            return answer.value
        case events.UnpromptedStatement():
            return "volunteered"
        case events.Checked():
            return "checked"
        case events.HarmlessComplaint():
            return "complaint"
        case events.NoMatch():
            return "no_match"
        case events.NoInput():
            return "no_input"
        case events.AskForMore():
            return "more"
    return next(name for name, known in COMMANDS.items() if known == event)
