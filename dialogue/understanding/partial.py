"""What is made of an utterance that is not explained whole: it may only ask."""

from collections.abc import Iterator

from dialogue.engine.events import Strength
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import AskedKind
from dialogue.understanding.matcher import PASSED_OVER, Kind, Scope, Segment
from dialogue.understanding.meaning import (
    ASK_FOR_HELP,
    CALL_FOR_HELP,
    NOT_UNDERSTOOD,
    Meaning,
    Result,
    Why,
)
from dialogue.understanding.normalisation import Tokens
from dialogue.understanding.reading import (
    LISTED,
    YES,
    Reading,
    is_asked_about,
    list_asks,
    needs_help,
)

_ASIDE = (*PASSED_OVER, Kind.HEDGE, Kind.TURN)


def interpret_partly(reading: Reading) -> Meaning:
    """Return a check of what was heard in it, or nothing; it never settles anything."""
    words, asked = reading.words, reading.asked
    stated = [s.row for s in reading.affirmed if s.scope is not Scope.HERE]
    mentioned = list(_list_mentioned(reading))
    rows = [r for r in (*stated, *mentioned) if is_asked_about(words, r)]
    ask = list_asks(words, asked, iter(rows))
    lean = _find_lean(reading)
    if _calls_for_help(reading) or needs_help(words, iter(rows)):
        return _check(lean, Why.HELP, ask, CALL_FOR_HELP)
    if reading.has(Kind.LENGTH) and asked.kind is AskedKind.LENGTH:
        return _check(None, Why.LENGTH, ask)
    own = asked.question in rows or asked.question in reading.denied
    if ask or (asked.may_lean and (lean or own)):
        return _check(lean, Why.SIGN if ask else Why.REST, ask)
    if asked.question is not None and (reading.has(Kind.FINE) or reading.is_old):
        return _check(Answer.NO if reading.has(Kind.FINE) else None, Why.REST, ask)
    if asked.question is not None and _is_answered_somehow(reading):
        return _check(None, Why.REST, ask)
    return NOT_UNDERSTOOD


def _check(
    lean: Answer | None, why: Why, ask: tuple[str, ...], command: str | None = None
) -> Meaning:
    return Meaning(
        Result.CHECK, lean, Strength.HEDGED, command=command, ask=ask, why=why
    )


def _find_lean(reading: Reading) -> Answer | None:
    """Return which way it leans: its first word, a yes at its end, or what is said."""
    if not reading.asked.may_lean:
        return None
    given = [s for s in reading.segments if s.label.kind is Kind.ANSWER]
    answers = {segment.label.name for segment in given}
    if len(answers) > 1:
        return None
    # "Tingly, yes" leans like "yes, tingly"; a no at the end may deny all before it.
    for number, outer in enumerate(_list_ends(reading)):
        starts = number == 0 or outer.label.name == YES
        if starts and outer.label.kind is Kind.ANSWER:
            leads = outer.tokens[:1] in reading.words.lists.leaders
            lean = Answer(outer.label.name)
            clear = leads and lean is not Answer.UNSURE and not _is_listed(outer)
            return lean if clear else None
    # What counts as a whole answer alone ("heavy", "hard") says nothing amid others.
    own = {
        s.affirmed
        for s in reading.statements
        if s.row == reading.asked.question and s.scope is not Scope.HERE
    }
    if answers or len(own) != 1:
        return None
    if own == {False}:
        return Answer.NO
    # No yes where a denying word stands anywhere.
    denied = not reading.words.negators.isdisjoint(reading.tokens)
    return None if denied else Answer.YES


def _is_answered_somehow(reading: Reading) -> bool:
    """Tell whether an answer stands at either end: "I couldn't tell you | ..."."""
    ends = _list_ends(reading)
    return any(s.label.kind is Kind.ANSWER and not _is_listed(s) for s in ends)


def _list_ends(reading: Reading) -> list[Segment]:
    """Return the first and the last segment that is no filler."""
    weighty = [s for s in reading.segments if s.label.kind not in _ASIDE]
    return [*weighty[:1], *weighty[1:][-1:]]


def _is_listed(segment: Segment) -> bool:
    return segment.label.detail == LISTED


def _calls_for_help(reading: Reading) -> bool:
    if not {CALL_FOR_HELP, ASK_FOR_HELP}.isdisjoint(reading.commands):
        return True
    wanted = reading.words.lists.help_words
    return any(_holds(reading.tokens, phrase) for phrase in wanted)


def _list_mentioned(reading: Reading) -> Iterator[str]:
    """Yield the rows whose words occur, whatever stands around them.

    A word that is part of a sign that was understood, or of a longer one of these,
    says nothing more: "my chin on my chest" is no word about the chest.
    """
    mentions, starts = reading.words.mentions, reading.words.mentions_by_start
    tokens, hidden = reading.tokens, _list_told(reading)
    found = [
        (place, phrase)
        for place, token in enumerate(tokens)
        for phrase in starts.get(token, ())
        if tokens[place : place + len(phrase)] == phrase
    ]
    for place, phrase in found:
        spots = set(range(place, place + len(phrase)))
        longer = any(
            len(other) > len(phrase) and spots <= set(range(at, at + len(other)))
            for at, other in found
        )
        if not (longer or spots <= hidden):
            yield from mentions[phrase]


def _list_told(reading: Reading) -> set[int]:
    """Return the places of tokens in sentences that were understood."""
    told: set[int] = set()
    for statement in reading.affirmed:
        segment = reading.segments[statement.place]
        if statement.scope is Scope.ANYWHERE:
            told |= set(range(segment.start, segment.end))
    return told


def _holds(tokens: Tokens, phrase: Tokens) -> bool:
    size = len(phrase)
    return any(
        tokens[place : place + size] == phrase
        for place in range(len(tokens) - size + 1)
    )
