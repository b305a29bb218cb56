"""One reading of an utterance: a cover sorted into answers, statements and lengths."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf, nextafter

from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import Asked
from dialogue.understanding.matcher import PASSED_OVER, Cover, Kind, Scope, Segment
from dialogue.understanding.normalisation import (
    Tokens,
    get_hours,
    get_number,
    get_unit,
    is_length,
    is_number,
)
from dialogue.understanding.words import ASKS_HELP, ASKS_NOTHING, Words

PLAIN, HEDGED, LISTED = "plain", "hedged", "listed"
YES, NO = "yes", "no"
LESS, MORE = 7, 14
"""What "maybe a week" may be of a week, in tenths. Source: the design, rule 7."""

Interval = tuple[float, float]

_ANSWERS = {answer.value: answer for answer in Answer}
_SAID = (Kind.STATEMENT, Kind.FINE, Kind.BACK, Kind.OLD, Kind.LENGTH, Kind.COMPARISON)
_BEFORE_A_DEGREE = (*_SAID, Kind.COMMAND)


@dataclass(frozen=True)
class GivenAnswer:
    """An answer in an utterance: which segment, what, how plainly."""

    place: int
    answer: Answer
    plain: bool


@dataclass(frozen=True)
class Statement:
    """A statement in an utterance: which segment, of which row, affirmed or denied."""

    place: int
    row: str
    affirmed: bool
    scope: Scope


@dataclass(frozen=True)
class StatedLength:
    """A length in an utterance; without hours it is none that can be used."""

    place: int
    bound: str
    hours: Interval | None


@dataclass(frozen=True)
class Reading:
    """A cover, where it was said."""

    words: Words
    asked: Asked
    segments: Cover

    def has(self, kind: Kind) -> bool:
        """Tell whether a segment of this kind stands in it."""
        return kind in self._kinds

    @cached_property
    def _kinds(self) -> frozenset[Kind]:
        return frozenset(segment.label.kind for segment in self.segments)

    @cached_property
    def tokens(self) -> Tokens:
        """Return every token."""
        return tuple(token for segment in self.segments for token in segment.tokens)

    @cached_property
    def has_rest(self) -> bool:
        """Tell whether something is unexplained."""
        return self.has(Kind.UNKNOWN)

    @cached_property
    def has_turn(self) -> bool:
        """Tell whether a word such as "but" stands in it."""
        return self.has(Kind.TURN)

    @cached_property
    def is_old(self) -> bool:
        """Tell whether it says that something is as always."""
        return self.has(Kind.OLD)

    @cached_property
    def degrees(self) -> Mapping[int, int]:
        """Return the places of degrees behind something said, and what they belong to.

        "It's easing off | a bit": the degree is part of it and no answer.
        """
        found = {}
        for place, segment in enumerate(self.segments):
            if segment.label.kind is not Kind.ANSWER or segment.label.name != YES:
                continue
            before = self.find_before(place)
            if before is None:
                continue
            if self.segments[before].label.kind not in _BEFORE_A_DEGREE:
                continue
            degree = segment.tokens in self.words.lists.degrees
            if segment.label.detail == HEDGED or degree:
                found[place] = before
        return found

    @cached_property
    def is_hedged(self) -> bool:
        """Tell whether a hedge stands beside what is said."""
        if self.has(Kind.HEDGE):
            return True
        for before in self.degrees.values():
            label = self.segments[before].label
            denied = label.kind is Kind.STATEMENT and label.detail == NO
            if denied or label.kind not in (Kind.STATEMENT, Kind.BACK, Kind.OLD):
                return True
        return False

    @cached_property
    def answers(self) -> tuple[GivenAnswer, ...]:
        """Return the answers in order, degrees left out."""
        return tuple(
            GivenAnswer(
                place,
                _ANSWERS[segment.label.name],
                segment.label.detail == PLAIN,
            )
            for place, segment in enumerate(self.segments)
            if segment.label.kind is Kind.ANSWER and place not in self.degrees
        )

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Return the statements in order."""
        return tuple(
            Statement(place, label.name, label.detail == YES, label.scope)
            for place, label in enumerate(s.label for s in self.segments)
            if label.kind is Kind.STATEMENT
        )

    @cached_property
    def affirmed(self) -> tuple[Statement, ...]:
        """Return the statements that say yes."""
        return tuple(s for s in self.statements if s.affirmed)

    @cached_property
    def denied(self) -> frozenset[str]:
        """Return the rows that are denied."""
        return frozenset(s.row for s in self.statements if not s.affirmed)

    @cached_property
    def own(self) -> tuple[Statement, ...]:
        """Return the affirmed statements of what was asked itself."""
        return tuple(s for s in self.affirmed if s.row == self.asked.question)

    @cached_property
    def others(self) -> tuple[Statement, ...]:
        """Return the affirmed statements of other things."""
        return tuple(s for s in self.affirmed if s.row != self.asked.question)

    @cached_property
    def said(self) -> tuple[str, ...]:
        """Return the rows of `others` that mean something here."""
        known = self.asked.known
        return tuple(dict.fromkeys(s.row for s in self.others if s.row in known))

    @cached_property
    def dangers(self) -> tuple[str, ...]:
        """Return the rows of `others` that are danger signs."""
        words, asked = self.words, self.asked
        return tuple(row for row in self.said if is_danger(words, asked, row))

    @cached_property
    def settled(self) -> frozenset[Answer]:
        """Return what the statements of other rows answer to the open question."""
        settles, denials = self.asked.settles, self.asked.denials
        found = {settles[row] for row in self.said if row in settles}
        found |= {
            denials[row]
            for row in self.denied
            if row in denials and row != self.asked.question
        }
        return frozenset(found)

    @cached_property
    def denies_own(self) -> bool:
        """Tell whether what was asked is denied in words."""
        return self.asked.question is not None and self.asked.question in self.denied

    @cached_property
    def commands(self) -> tuple[str, ...]:
        """Return the commands, each once."""
        names = (s.label.name for s in self.segments if s.label.kind is Kind.COMMAND)
        return tuple(dict.fromkeys(names))

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """Return the explanations that are asked for."""
        names = (s.label.name for s in self.segments if s.label.kind is Kind.TOPIC)
        return tuple(dict.fromkeys(names))

    @cached_property
    def comparisons(self) -> tuple[bool, ...]:
        """Return for each comparison with the open limit whether it is more."""
        labels = (s.label for s in self.segments)
        return tuple(lb.name == YES for lb in labels if lb.kind is Kind.COMPARISON)

    @cached_property
    def lengths(self) -> tuple[StatedLength, ...]:
        """Return the lengths in order; "a week | and a bit" is an unclear one."""
        amounts = self.words.lists.amounts
        added = {
            before: self.segments[place].tokens in amounts
            for place, before in self.degrees.items()
        }
        found = []
        for place, segment in enumerate(self.segments):
            if segment.label.kind is not Kind.LENGTH:
                continue
            bound, hours = segment.label.name, read_hours(segment)
            if place in added and hours is not None:
                bound = "unclear" if added[place] else "loose"
                hours = loosen(hours)
            found.append(StatedLength(place, bound, hours))
        return tuple(found)

    @cached_property
    def is_limited(self) -> bool:
        """Tell whether something limits it to a case or moment that was not asked for.

        "No, when I sit" says nothing of walking.
        """
        if self.has(Kind.CIRCUMSTANCE):
            return True
        traits = self.words.rows.get(self.asked.question or "")
        if traits is not None and traits.now:
            return False
        return any((token,) in self.words.lists.times for token in self.tokens)

    def find_before(self, place: int) -> int | None:
        """Return the nearest segment before `place` that is not passed over."""
        for before in range(place - 1, -1, -1):
            if self.segments[before].label.kind not in PASSED_OVER:
                return before
        return None

    def find_behind(self, place: int) -> int | None:
        """Return the nearest segment behind `place` that is not passed over."""
        for behind in range(place + 1, len(self.segments)):
            if self.segments[behind].label.kind not in PASSED_OVER:
                return behind
        return None


def list_asks(words: Words, asked: Asked, rows: Iterator[str]) -> tuple[str, ...]:
    """Return the danger questions to ask about rows, the most urgent first.

    The open question is none of them: it is asked again anyway.
    """
    named = (words.rows[row].asks or row for row in rows if row in words.rows)
    questions = {q for q in named if q in asked.ranks and q != asked.question}
    return tuple(sorted(questions, key=lambda question: asked.ranks[question]))


def is_danger(words: Words, asked: Asked, row: str) -> bool:
    """Tell whether a row is a danger sign: it is asked about, or brings help."""
    asks = words.rows[row].asks or row if row in words.rows else row
    return asks in asked.ranks or asks == ASKS_HELP


def needs_help(words: Words, rows: Iterator[str]) -> bool:
    """Tell whether naming one of `rows` brings the emergency sentence."""
    return any(words.rows[row].asks == ASKS_HELP for row in rows if row in words.rows)


def is_asked_about(words: Words, row: str) -> bool:
    """Tell whether a row is ever asked about when it is named."""
    return row in words.rows and words.rows[row].asks != ASKS_NOTHING


def read_hours(segment: Segment) -> Interval | None:
    """Return least and most hours of a length; None where it tells none."""
    label = segment.label
    if label.name == "fixed":
        return (label.least, label.most)
    hours = [get_hours(token) for token in segment.tokens if is_length(token)]
    if not hours:
        return None
    match label.name:
        case "exact":
            return (hours[-1], hours[-1])
        case "loose":
            return loosen((hours[-1], hours[-1]))
        case "over":
            return (nextafter(hours[-1], inf), inf)
        case "at_least":
            return (hours[-1], inf)
        case "under":
            return (0.0, hours[-1])
        case "range":
            return _read_range(segment)
    return None


def _read_range(segment: Segment) -> Interval | None:
    """Return the hours of "three or four weeks": the first has the second's unit."""
    written = [token for token in segment.tokens if is_number(token)]
    lengths = [token for token in segment.tokens if is_length(token)]
    if not written:
        return None
    first = get_number(written[0]) * get_unit(lengths[-1])
    low, high = sorted((first, get_hours(lengths[-1])))
    return (low, high)


def loosen(hours: Interval) -> Interval:
    """Return what may be meant by a length that is only about right, its ends left out.

    "About ten days" is over a week.
    """
    return (nextafter(hours[0] * LESS / 10, inf), hours[1] * MORE / 10)
