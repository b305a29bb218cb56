"""Turns an utterance to a meaning: all cheapest readings, and whether they agree.

Source of the rules: the design of understanding, section 5. A no to a danger sign by
mistake is the worst that can happen here, so what is in doubt is checked.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from dialogue.engine.events import Strength
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import Asked, AskedKind
from dialogue.understanding.matcher import (
    ASIDE,
    PASSED_OVER,
    Cover,
    Kind,
    Label,
    Scope,
    Segment,
    find_covers,
)
from dialogue.understanding.meaning import (
    NOT_UNDERSTOOD,
    SILENCE,
    Meaning,
    Result,
    Why,
)
from dialogue.understanding.normalisation import Tokens
from dialogue.understanding.partial import interpret_partly
from dialogue.understanding.reading import LISTED, NO, YES, Reading, is_danger
from dialogue.understanding.rules import RULES, Rule
from dialogue.understanding.words import Words

MOST_TOKENS = 60
"""A longer utterance is a story or other people's speech; it is never accepted."""

Choose = Callable[[list[Label]], list[Label]]

_ALONE = (*PASSED_OVER, Kind.FIX)


def interpret(
    words: Words, utterance: str, asked: Asked, rules: Sequence[Rule] = RULES
) -> Meaning:
    """Return what `utterance` means where `asked` is open.

    `rules` are those of a wholly explained reading, in order; tests leave one out.
    """
    return interpret_tokens(words, words.normalise(utterance), asked, rules)


def interpret_tokens(
    words: Words, tokens: Tokens, asked: Asked, rules: Sequence[Rule] = RULES
) -> Meaning:
    """Return the same for an utterance that was normalised."""
    if not tokens:
        return SILENCE
    if len(tokens) > MOST_TOKENS:
        tokens = tokens[:MOST_TOKENS]
        cut = find_covers(words.automaton, tokens, _build_choice(words, asked))
        return interpret_partly(Reading(words, asked, cut.covers[0]))
    covers, whole = list_readings(words, tokens, asked)
    covers = _drop_torn(covers)
    meanings = dict.fromkeys(
        interpret_reading(Reading(words, asked, cover), rules) for cover in covers
    )
    return _agree(_join_alike(list(meanings), asked), whole=whole)


def list_readings(
    words: Words, tokens: Tokens, asked: Asked
) -> tuple[Sequence[Cover], bool]:
    """Return the covers that are interpreted, and whether none was left out."""
    choose = _build_choice(words, asked)
    found = find_covers(words.automaton, tokens, choose)
    if any(s.label.kind is Kind.UNKNOWN for s in found.covers[0]):
        # What is left unexplained can only be asked about; a few readings will do.
        return found.covers[:3], True
    covers: dict[Cover, None] = {}
    for cover in found.covers:
        if all(segment.label.kind in _ALONE for segment in cover):
            # "Okay": nothing but a filler, and yet an utterance of its own.
            alone = tuple(_list_whole(words, tokens, choose))
            covers |= dict.fromkeys(alone or (cover,))
        else:
            covers[cover] = None
    return tuple(covers), found.whole


def interpret_reading(reading: Reading, rules: Sequence[Rule] = RULES) -> Meaning:
    """Return what one reading means: the first rule that says something decides."""
    if reading.has_rest:
        return interpret_partly(reading)
    for rule in rules:
        if (meaning := rule(reading)) is not None:
            return meaning
    return NOT_UNDERSTOOD


def _build_choice(words: Words, asked: Asked) -> Choose:
    """Return which labels of one segment count where `asked` is open.

    What speaks of the open question itself comes before everything but another danger
    sign and a harmless complaint. A row that only opens other questions is no danger.
    """
    traits = words.rows.get(asked.question or "")
    lists = traits is not None and traits.lists

    def counts(label: Label) -> bool:
        if label.kind is Kind.ANSWER:
            return lists or label.detail != LISTED
        return label.scope is not Scope.HERE or is_own(label)

    def is_own(label: Label) -> bool:
        return label.kind is Kind.STATEMENT and asked.is_own(label.name)

    def is_rival(label: Label) -> bool:
        if label.kind is Kind.STATEMENT and label.detail == YES:
            mild = label.name in asked.mild
            return not mild and is_danger(words, asked, label.name)
        return label.kind is Kind.BACK

    def choose(labels: list[Label]) -> list[Label]:
        kept = [label for label in labels if counts(label)]
        if len(kept) < 2:
            return kept
        if own := [label for label in kept if is_own(label)]:
            # "Just my back" is a no where it is taken for one, and no mere complaint.
            denies = all(label.detail == NO for label in own)
            rivals = (label for label in kept if not is_own(label) and is_rival(label))
            return own + [r for r in rivals if not (denies and r.kind is Kind.BACK)]
        kept = [lb for lb in kept if lb.kind is not Kind.CIRCUMSTANCE] or kept
        compared = [label for label in kept if label.kind is Kind.COMPARISON]
        return compared if compared and asked.kind is AskedKind.LENGTH else kept

    return choose


def _list_whole(words: Words, tokens: Tokens, choose: Choose) -> Iterator[Cover]:
    for label in choose(list(words.automaton.find_whole(tokens))):
        if label.kind not in ASIDE:
            yield (Segment(tokens, label, 0),)


def _drop_torn(covers: Sequence[Cover]) -> Sequence[Cover]:
    """Leave out what tears a denied sentence apart that another one has whole.

    "No | I do not feel faint", and not "no I do not | feel faint".
    """
    denied = {
        (segment.start, segment.end)
        for cover in covers
        for segment in cover
        if segment.label.kind is Kind.STATEMENT and segment.label.detail == NO
    }
    return [
        cover
        for cover in covers
        if not any(
            before.label.kind is Kind.ANSWER
            and before.label.name == NO
            and behind.label.kind is Kind.STATEMENT
            and behind.label.detail == YES
            and any(
                before.start < start < before.end and end == behind.end
                for start, end in denied
            )
            for before, behind in pairwise(cover)
        )
    ]


def _join_alike(meanings: list[Meaning], asked: Asked) -> list[Meaning]:
    """Return one for those that differ only in which words answer what is open.

    "Yes I am | thirty one" and "yes | I am thirty one" are one meaning.
    """
    if any(m.result is not Result.ACCEPT or m.answer is None for m in meanings):
        return meanings
    bare = {
        replace(
            m,
            said=tuple(row for row in m.said if not asked.is_own(row)),
            strength=Strength.PLAIN,
            own=False,
        )
        for m in meanings
    }
    return [max(meanings, key=lambda m: len(m.said))] if len(bare) == 1 else meanings


def _agree(meanings: Sequence[Meaning], *, whole: bool) -> Meaning:
    """Return the one meaning of all readings, or a check where they differ."""
    if len(meanings) == 1 and (whole or meanings[0].result is not Result.ACCEPT):
        return meanings[0]
    accepted = [m for m in meanings if m.result is Result.ACCEPT]
    others = [m for m in meanings if m.result is not Result.ACCEPT]
    silent = all(m.result is Result.NOT_UNDERSTOOD for m in others)
    if whole and len(accepted) == 1 and silent and accepted[0].why is not Why.COMPLAINT:
        return accepted[0]
    if silent and not accepted:
        return meanings[0]
    leans = {m.answer for m in meanings} - {None, Answer.UNSURE}
    helps = any(m.command is not None and m.why is Why.HELP for m in meanings)
    return Meaning(
        Result.CHECK,
        leans.pop() if len(leans) == 1 else None,
        Strength.HEDGED,
        command=next((m.command for m in meanings if m.why is Why.HELP), None),
        ask=tuple(dict.fromkeys(row for m in meanings for row in m.ask)),
        why=Why.HELP if helps else Why.TWO_READINGS,
    )
