"""Words to sounds: our own table, a dictionary, else a guess from eSpeak's phonemes.

A table has a word or phrase and its sounds a line, `yeah: Y AE`, several lines for
several ways. A phrase in it is run together in ordinary talk, beside the sounds of its
words. Raises PronunciationError.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice, product
from pathlib import Path

from local_voice.asr.graph.word_tree import Sounds

MOST_VARIANTS = 8
"""So many ways to say one phrase: further ones are rare, and each costs states."""
MOST_WORDS = 12
MOST_WORDS_IN_FULL = 4
"""Longer phrases are said with their words run together ("it's", "can't") only."""
Table = Mapping[str, tuple[Sounds, ...]]
Guess = Callable[[tuple[str, ...]], Mapping[str, Sounds]]
"""Sounds of words that no table has; a word that cannot be said is left out."""


class PronunciationError(Exception):
    """A phrase has no sounds, or a table cannot be read; says what to do."""


@dataclass(frozen=True)
class Contractions:
    """Words that are said as one."""

    anywhere: tuple[tuple[str, str], ...] = ()
    before_a_word: tuple[tuple[str, str], ...] = ()

    def get_spellings(self, phrase: str) -> tuple[str, ...]:
        """Return a phrase with all its words run together that may be.

        A short one is also said as it is: "I do not".
        """
        said = f" {phrase} "
        for words, one in self.anywhere:
            said = said.replace(f" {words} ", f" {one} ")
        said = said.strip()
        for words, one in self.before_a_word:
            said = f" {said}".replace(f" {words} ", f" {one} ").strip()
        full = (phrase,) if phrase.count(" ") < MOST_WORDS_IN_FULL else ()
        return tuple(dict.fromkeys((said, *full)))


@dataclass
class Pronunciations:
    """The ways to say every phrase."""

    own: Table
    dictionary: Table
    units: frozenset[str]
    guess: Guess
    contracted: Contractions = Contractions()
    guessed: dict[str, Sounds] = field(default_factory=dict)
    """Words that only eSpeak knew, with their sounds."""
    _variants: dict[str, tuple[Sounds, ...]] = field(default_factory=dict)
    """What was found: every graph of a set asks for the same phrases."""

    def add_guesses(self, phrases: Iterable[str]) -> None:
        """Guess the words of `phrases` that no table has, all at once."""
        said = chain.from_iterable(map(self.contracted.get_spellings, phrases))
        words = dict.fromkeys(chain.from_iterable(p.split() for p in said))
        missing = tuple(word for word in words if not self._find_word(word))
        if missing:
            self.guessed |= self.guess(missing)

    def find_words_without(self, phrase: str) -> tuple[str, ...]:
        """Return the words of `phrase` that nobody can say."""
        return tuple(word for word in phrase.split() if not self._find_word(word))

    def get_variants(self, phrase: str) -> tuple[Sounds, ...]:
        """Return the ways to say a phrase, the commonest first."""
        if phrase not in self._variants:
            self._variants[phrase] = self._find_variants(phrase)
        return self._variants[phrase]

    def _find_variants(self, phrase: str) -> tuple[Sounds, ...]:
        missing = self.find_words_without(phrase)
        if not phrase.split() or missing:
            raise PronunciationError(
                f"{phrase!r} has no sounds for {', '.join(missing) or 'nothing'}"
            )
        variants: list[Sounds] = []
        for spelling in self.contracted.get_spellings(phrase):
            ways = product(*map(self._find_word, spelling.split()))
            variants += (tuple(chain(*way)) for way in islice(ways, MOST_VARIANTS))
            if " " in spelling:
                variants += self.own.get(spelling, ())
        return tuple(dict.fromkeys(variants))

    def _find_word(self, word: str) -> tuple[Sounds, ...]:
        found = self.own.get(word) or self.dictionary.get(word)
        if found is None and word in self.guessed:
            found = (self.guessed[word],)
        return found or ()


def read_table(file: Path, units: frozenset[str]) -> Table:
    """Read a table; raises PronunciationError with file and line, OSError."""
    found: dict[str, tuple[Sounds, ...]] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        said, colon, sounds = line.partition(":")
        variant = tuple(sounds.split())
        unknown = [unit for unit in variant if unit not in units]
        if not colon or not said.strip() or not variant or unknown:
            wrong = f"the network has no unit {unknown[0]}" if unknown else "no sounds"
            raise PronunciationError(
                f"{file}:{number}: {line.strip()!r}: {wrong}. A line is a word, a "
                "colon and units of the network. Correct the line."
            )
        found[said.strip()] = (*found.get(said.strip(), ()), variant)
    return found
