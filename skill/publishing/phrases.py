"""Phrases as people say them and Alexa writes them, each where its meaning is sure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dialogue.content.content import Content
from dialogue.engine.events import Event
from dialogue.understanding.asked import OFFERS, Asked, AskedKind, build_asked
from dialogue.understanding.matcher import Kind
from dialogue.understanding.normalisation import Tokens
from dialogue.understanding.utterance import understand
from skill.errors import SkillRefused

SAMPLE = re.compile(r"(?:[^\W\d_A-Z]|[' .]|\{[a-zA-Z]+\})+")
"""Letters of any alphabet; Alexa's own are those of each of its languages."""


@dataclass(frozen=True)
class Phrasebook:
    """Turns phrases of the words into what Alexa is given."""

    content: Content
    contractions: tuple[str, ...]
    """Such as "don't": people say them, templates are written without them."""

    def list_variants(self, phrases: Iterable[str]) -> list[str]:
        """Return `phrases` with their contractions and usual spellings, each once."""
        return list(dict.fromkeys(v for p in phrases for v in self._list_variants(p)))

    def list_contracted(self, phrases: Iterable[str]) -> list[str]:
        """Return one form of each of `phrases`: contracted where it can be.

        What Alexa cannot take, and what says the same as one before it, is left out.
        """
        found: dict[Tokens, str] = {}
        for phrase in phrases:
            if SAMPLE.fullmatch(phrase) and "{" not in phrase:
                found.setdefault(self._normalise(phrase), self._contract(phrase, 1))
        return list(found.values())

    def is_sure(self, phrase: str, event: Event) -> bool:
        """Tell whether `phrase` amounts to `event` whatever is open."""
        tokens = self._normalise(phrase)
        labels = self.content.words.automaton.find_whole(tokens)
        kinds = {(lb.kind, lb.name) for lb in labels if lb.kind is not Kind.FILLER}
        # A second meaning may depend on the question, so each of them is tried.
        among = self._kinds if len(kinds) < 2 else self._prompts
        words = self.content.words
        return all(understand(words, phrase, asked) == event for asked in among)

    @cached_property
    def _prompts(self) -> tuple[Asked, ...]:
        protocol = self.content.protocol
        names = (*(question.id for question in protocol.questions), *OFFERS)
        return tuple(build_asked(protocol, name) for name in names)

    @cached_property
    def _kinds(self) -> tuple[Asked, ...]:
        """Return one prompt of each kind, and of those about this moment or not."""
        rows = self.content.words.rows
        found: dict[tuple[AskedKind, bool], Asked] = {}
        for asked in self._prompts:
            traits = rows.get(asked.question or "")
            found[asked.kind, traits is not None and traits.now] = asked
        return tuple(found.values())

    @cached_property
    def _pairs(self) -> Mapping[Tokens, str]:
        pairs = {self._normalise(short): short for short in self.contractions}
        for tokens, short in pairs.items():
            if len(tokens) != 2:
                raise SkillRefused(
                    f"'{short}' of the store's contractions stands for "
                    f"'{' '.join(tokens)}', but one stands for two words; take it out."
                )
        return pairs

    @cached_property
    def _spellings(self) -> Mapping[Tokens, list[str]]:
        """Return the usual spellings of what the words write in one way: uh huh."""
        found: dict[Tokens, list[str]] = {}
        for written, tokens in self.content.words.spelling.forms.items():
            found.setdefault(tuple(tokens), []).append(" ".join(written))
        return found

    def _list_variants(self, phrase: str) -> Iterator[str]:
        if "{" in phrase:
            return
        spellings = self._spellings.get(tuple(phrase.split()), [])
        forms = (phrase, self._contract(phrase, 1), self._contract(phrase, -1))
        yield from filter(SAMPLE.fullmatch, (*forms, *spellings))

    def _contract(self, phrase: str, step: int) -> str:
        """Return `phrase` contracted from its start, or with -1 from its end."""
        words = phrase.split()
        place = 0 if step > 0 else len(words) - 2
        while 0 <= place <= len(words) - 2:
            short = self._pairs.get((words[place], words[place + 1]))
            # At the end of a sentence nobody contracts "yes i am".
            if short is not None and (place < len(words) - 2 or self._may_end(short)):
                words[place : place + 2] = [short]
            place += step
        return " ".join(words)

    def _may_end(self, short: str) -> bool:
        return self._normalise(short)[1:] in self.content.words.lists.negators

    def _normalise(self, phrase: str) -> Tokens:
        return self.content.words.normalise(phrase)
