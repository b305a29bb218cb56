"""The words of one locale, as they are used: the frozen tables behind `interpret`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

from dialogue.understanding.matcher import (
    Automaton,
    Kind,
    Label,
    PackedStates,
    Scope,
    pack_state,
)
from dialogue.understanding.normalisation import Spelling, Tokens, normalise

FORMAT = 4
"""Raised when the form of a table changes; another one is built anew."""

PHRASES_A_TEMPLATE = 6
"""So many of the shortest phrases of a template are kept for grammars and models."""

ASKS_HELP = "help"
ASKS_NOTHING = "nothing"
"""What a row's `asks` may be besides a question."""


@dataclass(frozen=True)
class RowTraits:
    """What is known of a row besides its templates."""

    asks: str = ""
    """The question asked next when it is named and not settled; "": its own."""
    now: bool = False
    """Its question is about this moment: "not now" is a no to it."""
    lists: bool = False
    """Its question lists things: "both" and "the first one" are a yes to it."""
    doubtful: tuple[str, ...] = ()
    """What answers nothing here, as the question is asked with a denying word."""


@dataclass(frozen=True)
class Lists:
    """Phrases that the rules of interpretation tell apart, as tokens."""

    negators: frozenset[Tokens]
    core_no: frozenset[Tokens]
    bare_no: frozenset[Tokens]
    no_more: frozenset[Tokens]
    leaders: frozenset[Tokens]
    degrees: frozenset[Tokens]
    amounts: frozenset[Tokens]
    open_subjects: frozenset[Tokens]
    open_tails: frozenset[Tokens]
    times: frozenset[Tokens]
    subjects: frozenset[Tokens]
    denied_articles: frozenset[Tokens]
    help_words: frozenset[Tokens]


@dataclass(frozen=True, eq=False)
class Words:
    """Everything that is understood in one locale; equal to itself only."""

    locale: str
    spelling: Spelling
    automaton: Automaton
    rows: Mapping[str, RowTraits]
    mentions: Mapping[Tokens, tuple[str, ...]]
    """Words that make us ask, and the rows they speak of."""
    lists: Lists
    corrections: frozenset[Tokens]
    """Every phrase that corrects what was said before it."""
    phrases: Mapping[str, str]
    """By group, such as `answers.no.plain`: a line for each template with its shortest
    phrases, as people write them; `{length}` and `{n}` stand for any of them."""

    digests: Mapping[str, str]
    """A checksum of every group as it is written; a signature covers them."""

    def normalise(self, utterance: str) -> Tokens:
        """Return the tokens of an utterance."""
        return normalise(self.spelling, utterance)

    @cached_property
    def doubtful(self) -> Mapping[str, frozenset[Tokens]]:
        """Return by row what answers nothing while its question is open."""
        return {
            row: frozenset(map(self.normalise, traits.doubtful))
            for row, traits in self.rows.items()
            if traits.doubtful
        }

    @cached_property
    def negators(self) -> frozenset[str]:
        """Return the words that deny."""
        return frozenset(word for phrase in self.lists.negators for word in phrase)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return every token that some template holds."""
        states = self.automaton.states
        return frozenset(word for state in states for word in state.steps)

    @cached_property
    def contractions(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Return two words and the one for both, and words and their short endings."""
        spelling = self.spelling
        short = {
            " ".join(right): left[0]
            for left, right in spelling.forms.items()
            if len(left) == 1 and len(right) == 2 and "'" in left[0]
        }
        endings = {" ".join(right): left for left, right in spelling.endings.items()}
        return short, endings

    def list_phrases(self, group: str) -> tuple[tuple[str, ...], ...]:
        """Return the phrases of each template of a group."""
        lines = self.phrases.get(group, "").split("\n")
        return tuple(tuple(filter(None, line.split("|"))) for line in lines)

    @cached_property
    def mentions_by_start(self) -> Mapping[str, tuple[Tokens, ...]]:
        """Return the phrases of `mentions` by their first word."""
        found: dict[str, tuple[Tokens, ...]] = {}
        for phrase in self.mentions:
            found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
        return found


def to_table(words: Words) -> dict[str, Any]:
    """Return `words` as plain lists and texts, ready for JSON."""
    automaton, spelling = words.automaton, words.spelling
    return {
        "format": FORMAT,
        "locale": words.locale,
        "spelling": {
            "forms": _to_pairs(spelling.forms, _to_text),
            "endings": {
                left: _to_text(right) for left, right in spelling.endings.items()
            },
            "hesitations": sorted(spelling.hesitations),
            "stutters": sorted(spelling.stutters),
            "numbers": dict(spelling.numbers),
            "hundred": sorted(spelling.hundred),
            "between": sorted(spelling.between),
            "point": sorted(spelling.point),
            "counts": _to_pairs(spelling.counts, float),
            "halves": _to_pairs(spelling.halves, float),
            "fillers": sorted(spelling.fillers),
            "units": dict(spelling.units),
            "ages": [_to_text(age) for age in spelling.ages],
        },
        "rows": {
            row: [traits.asks, traits.now, traits.lists, list(traits.doubtful)]
            for row, traits in words.rows.items()
        },
        "mentions": _to_pairs(words.mentions, list),
        "lists": {
            name: sorted(map(_to_text, phrases))
            for name, phrases in vars(words.lists).items()
        },
        "corrections": sorted(map(_to_text, words.corrections)),
        "phrases": dict(words.phrases),
        "digests": dict(words.digests),
        "bounds": list(automaton.bounds),
        "lengths": sorted(automaton.lengths),
        "labels": [_label_to_list(label) for label in automaton.labels],
        "states": [pack_state(state) for state in automaton.states],
    }


def from_table(table: Mapping[str, Any]) -> Words:
    """Return the words of a table that `to_table` wrote."""
    spelling = table["spelling"]
    return Words(
        locale=table["locale"],
        spelling=Spelling(
            forms={_to_tokens(k): _to_tokens(v) for k, v in spelling["forms"].items()},
            endings={k: _to_tokens(v) for k, v in spelling["endings"].items()},
            hesitations=frozenset(spelling["hesitations"]),
            stutters=frozenset(spelling["stutters"]),
            numbers=spelling["numbers"],
            hundred=frozenset(spelling["hundred"]),
            between=frozenset(spelling["between"]),
            point=frozenset(spelling["point"]),
            counts={_to_tokens(k): v for k, v in spelling["counts"].items()},
            halves={_to_tokens(k): v for k, v in spelling["halves"].items()},
            fillers=frozenset(spelling["fillers"]),
            units=spelling["units"],
            ages=tuple(map(_to_tokens, spelling["ages"])),
        ),
        automaton=Automaton(
            states=PackedStates(table["states"]),
            labels=tuple(map(_label_from_list, table["labels"])),
            bounds=tuple(table["bounds"]),
            lengths=frozenset(table["lengths"]),
        ),
        rows={
            row: RowTraits(asks, now, lists, tuple(doubtful))
            for row, (asks, now, lists, doubtful) in table["rows"].items()
        },
        mentions={_to_tokens(k): tuple(v) for k, v in table["mentions"].items()},
        lists=Lists(
            **{
                name: frozenset(map(_to_tokens, phrases))
                for name, phrases in table["lists"].items()
            }
        ),
        corrections=frozenset(map(_to_tokens, table["corrections"])),
        phrases=table["phrases"],
        digests=table["digests"],
    )


def _to_text(tokens: Sequence[str]) -> str:
    return " ".join(tokens)


def _to_tokens(text: str) -> Tokens:
    return tuple(text.split())


def _to_pairs(mapping: Mapping[Tokens, Any], turn: Any) -> dict[str, Any]:
    return {_to_text(key): turn(value) for key, value in mapping.items()}


def _label_to_list(label: Label) -> list[Any]:
    most = None if label.most == inf else label.most
    least = label.least
    return [label.kind.value, label.name, label.detail, label.scope.value, least, most]


def _label_from_list(parts: Sequence[Any]) -> Label:
    kind, name, detail, scope, least, most = parts
    most = inf if most is None else most
    return Label(Kind(kind), name, detail, Scope(scope), least, most)
