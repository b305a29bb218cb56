"""The events that a turn starts with: all that a person can say or do."""

import math
from dataclasses import dataclass
from enum import Enum

from dialogue.engine.protocol import Answer


@dataclass(frozen=True)
class Duration:
    """How long it has lasted, as the person says: an interval of hours.

    Both ends are inclusive; `math.inf` is an open end. "Over a week" begins just above
    168, "less than a week" ends just below it (`math.nextafter`).
    """

    least: float
    most: float

    @classmethod
    def exact(cls, hours: float) -> "Duration":
        """Return the length of just `hours`."""
        return cls(hours, hours)

    @classmethod
    def over(cls, hours: float) -> "Duration":
        """Return any length above `hours`."""
        return cls(math.nextafter(hours, math.inf), math.inf)

    @classmethod
    def under(cls, hours: float) -> "Duration":
        """Return any length below `hours`."""
        return cls(0, math.nextafter(hours, 0))


@dataclass(frozen=True)
class Facts:
    """What an opening sentence says; may settle ordinary questions only."""

    duration: Duration | None = None
    trigger: str | None = None
    """A trigger question's id, such as `hard_effort`."""
    region: str | None = None
    """`upper`, `lower` or another region of the lexicon."""


NO_FACTS = Facts()


@dataclass(frozen=True)
class Begin:
    """The session is opened, maybe with facts."""

    facts: Facts = NO_FACTS
    timers: bool = False
    """Whether this channel can run the ice timer."""


class Strength(Enum):
    """How plainly an answer was given."""

    PLAIN = "plain"
    HEDGED = "hedged"
    """"Probably", "I guess not", "sometimes": keeps nothing, names no medicine."""


@dataclass(frozen=True)
class Answered:
    """A yes, no or unsure to whatever is open."""

    answer: Answer
    strength: Strength = Strength.PLAIN


@dataclass(frozen=True)
class UnpromptedStatement:
    """Something said unasked, maybe behind an answer ("no but my legs are weak")."""

    ids: tuple[str, ...] = ()
    """Rows of the protocol's volunteered statements."""
    facts: Facts = NO_FACTS
    answer: Answer | None = None
    strength: Strength = Strength.PLAIN
    """Of the answer."""


@dataclass(frozen=True)
class Repeat:
    """The same words again."""


@dataclass(frozen=True)
class Help:
    """Help or why: how to answer, and what the open question is for."""


@dataclass(frozen=True)
class Next:
    """Go on: yes at an offer and while steps are read."""


@dataclass(frozen=True)
class Previous:
    """Take back the last answer, or hear the step before."""


@dataclass(frozen=True)
class StartOver:
    """Drop every answer and open the session again."""


@dataclass(frozen=True)
class Stop:
    """End the session."""


@dataclass(frozen=True)
class Wait:
    """A pause for thought; costs nothing."""


@dataclass(frozen=True)
class CallForHelp:
    """The person asks for an ambulance or names the emergency number."""


@dataclass(frozen=True)
class AskForNumber:
    """The clinic's phone number is wanted."""


@dataclass(frozen=True)
class AskForHours:
    """The clinic's opening hours are wanted."""


@dataclass(frozen=True)
class AskForAddress:
    """The clinic's address is wanted."""


@dataclass(frozen=True)
class AskForMore:
    """Background is wanted; `topic` names one explanation."""

    topic: str | None = None


@dataclass(frozen=True)
class TimerNotSet:
    """The channel could not start the timer that the last reply started."""

    failed: bool = False
    """True: it can in general, but it did not work this time."""


class CheckReason(Enum):
    """Why something understood settles nothing."""

    REST = "rest"
    """More was said than was understood."""
    SIGN = "sign"
    """A danger sign was named without being settled."""
    LENGTH = "length"
    """A length of time that does not tell on which side of a limit it lies."""
    HELP = "help"
    """A call for help among words that were not understood."""


@dataclass(frozen=True)
class Checked:
    """Something was understood, not everything: it may only ask, it settles nothing.

    Source: the clinical design, 2.1, points 8 and 9.
    """

    lean: Answer | None = None
    """The yes or no that was heard in it, if one was."""
    ask: tuple[str, ...] = ()
    """Danger questions to ask about next, the most urgent first."""
    reason: CheckReason = CheckReason.REST


@dataclass(frozen=True)
class HarmlessComplaint:
    """Understood, and no answer: "ow", "just stiff", the back itself hurting."""


@dataclass(frozen=True)
class NoMatch:
    """Something was heard and not understood: our deafness, not the person's doubt."""


@dataclass(frozen=True)
class NoInput:
    """Nothing was heard."""


Event = (
    Begin | Answered | UnpromptedStatement | Repeat | Help | Next | Previous | StartOver
    | Stop | Wait | CallForHelp | AskForNumber | AskForHours | AskForAddress
    | AskForMore | TimerNotSet | Checked | HarmlessComplaint | NoMatch | NoInput
)  # fmt: skip
