"""What can be said in one state, and the checks of it before a graph is made.

Phrases are lower case with single spaces, as the lexicon has them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from local_voice.asr.graph.locale_data import LocaleData
from local_voice.asr.graph.pronunciation import MOST_WORDS, Pronunciations
from local_voice.asr.graph.word_tree import Sounds

MOST_PHRASES = 20_000
"""The graph of one state takes some 100 bytes of memory for each sound."""


@dataclass(frozen=True)
class Lengths:
    """The words of a length of time: for about | two | weeks | ago."""

    before: tuple[str, ...]
    """One of them may come first, and changes nothing."""
    bounds: tuple[str, ...]
    """Or one of these."""
    closed: tuple[str, ...]
    """Or one of these, behind which nothing follows the unit."""
    numbers: tuple[str, ...]
    units: frozenset[str]
    fixed: tuple[str, ...]
    """Whole phrases that are a length by themselves."""
    behind: tuple[str, ...]


@dataclass(frozen=True)
class PhraseList:
    """What can be said in one state."""

    meanings: Mapping[str, str]
    """Every phrase, and a name of what it means; equal names are one meaning."""
    answers: Mapping[str, str]
    """The phrases that may be followed by a statement, with `yes` or `no`."""
    statements: frozenset[str] = frozenset()
    """The phrases that may follow an answer."""
    fillers: tuple[str, ...] = ()
    """Words that the lexicon drops at both ends."""
    joiners: tuple[str, ...] = ()
    lengths: Lengths | None = None
    decoys: tuple[str, ...] = ()
    """Words that mean nothing, and are known so that they are not taken for one."""
    lone_lengths: bool = False
    """A length may stand alone, and not only behind an answer."""
    corrections: tuple[str, ...] = ()
    """What may stand between a no and the yes that takes its place."""


@dataclass(frozen=True)
class PhraseProblem:
    """A phrase that no graph can have."""

    phrase: str
    wrong: str
    """What is wrong with it, without a full stop."""
    remedy: str


def find_problems(
    phrases: PhraseList, pronunciations: Pronunciations
) -> list[PhraseProblem]:
    """Return every phrase that cannot be built, each with its first problem."""
    pronunciations.add_guesses(phrases.meanings)
    if not phrases.meanings:
        wrong = "a list without a phrase would hear nothing"
        return [PhraseProblem("", wrong, "List at least one phrase.")]
    if len(phrases.meanings) > MOST_PHRASES:
        wrong = f"{len(phrases.meanings)} phrases are more than {MOST_PHRASES}"
        return [PhraseProblem("", wrong, "List fewer.")]
    problems, said = [], dict[Sounds, str]()
    for phrase, meaning in phrases.meanings.items():
        problem = _find_own_problem(phrase, pronunciations)
        if problem is None:
            variants = pronunciations.get_variants(phrase)
            problem = _find_clash(phrase, meaning, variants, said, phrases.meanings)
            said |= {sounds: phrase for sounds in variants if sounds not in said}
        if problem is not None:
            problems.append(problem)
    return problems


def _find_own_problem(
    phrase: str, pronunciations: Pronunciations
) -> PhraseProblem | None:
    if not phrase.split():
        return PhraseProblem(phrase, "an empty phrase has no sound", "Delete it.")
    if len(phrase.split()) > MOST_WORDS:
        return PhraseProblem(
            phrase, f"more than {MOST_WORDS} words are not heard as one", "Shorten it."
        )
    if missing := pronunciations.find_words_without(phrase):
        return PhraseProblem(
            phrase,
            f"{missing[0]!r} cannot be pronounced: it is in no dictionary, and eSpeak "
            "makes nothing of it",
            "Spell it in letters as it is said, or add its sounds to own.txt.",
        )
    return None


def _find_clash(
    phrase: str,
    meaning: str,
    variants: Sequence[Sounds],
    said: Mapping[Sounds, str],
    meanings: Mapping[str, str],
) -> PhraseProblem | None:
    for sounds in variants:
        other = said.get(sounds)
        if other is not None and meanings[other] != meaning:
            return PhraseProblem(
                phrase,
                f"it sounds like {other!r}, which means something else "
                f"({meanings[other]}; this one: {meaning})",
                "One sound has one meaning. Delete or reword one of the two.",
            )
    return None


def get_opposites(phrases: PhraseList, data: LocaleData) -> list[str]:
    """Return the opposites of phrases that deny something, where they mean nothing.

    "I can feel my legs" was taken for "I can't feel my legs" by 9 of 11 voices, and
    by none once both are heard.
    """
    found = {
        opposite: None
        for phrase in phrases.meanings
        for opposite in _deny(phrase.split(), data.opposites)
        if opposite not in phrases.meanings
        and data.bare.isdisjoint(words := opposite.split())
        and words
    }
    return list(found)


def _deny(words: list[str], opposites: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield `words` with each denying word in turn put into its opposite."""
    for (number, word), (denying, instead) in product(enumerate(words), opposites):
        if word == denying:
            changed = [*words[:number], instead, *words[number + 1 :]]
            yield " ".join(filter(None, changed))
