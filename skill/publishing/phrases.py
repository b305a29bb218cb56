"""Phrases as people say them and Alexa writes them, each where its meaning is sure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dialogue.content.content import Content
from dialogue.engine.events import Event
from dialogue.engine.protocol import TriageProtocol
from dialogue.understanding.asked import OFFERS, Asked, build_asked
from dialogue.understanding.normalisation import Tokens
from dialogue.understanding.utterance import understand_at
from dialogue.understanding.words import Words
from skill.errors import SkillRefused

SAMPLE = re.compile(r"(?:[^\W\d_A-Z]|[' .]|\{[a-zA-Z]+\})+")
"""Letters of any alphabet; Alexa's own are those of each of its languages."""


@lru_cache(maxsize=20_000)
def _is_sure(
    words: Words, prompts: tuple[Asked, ...], phrase: str, event: Event
) -> bool:
    # "I haven't" is a no at most questions, and none at trouble peeing: try all.
    return all(found == event for found in understand_at(words, phrase, prompts))


@lru_cache(maxsize=4)
def _list_prompts(protocol: TriageProtocol) -> tuple[Asked, ...]:
    names = (*(question.id for question in protocol.questions), *OFFERS)
    return tuple(build_asked(protocol, name) for name in names)


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
        prompts = _list_prompts(self.content.protocol)
        return _is_sure(self.content.words, prompts, phrase, event)

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
        """Return the usual spellings of what the words write in one way: uh huh.

        What is typed without its apostrophe is said and written by Alexa with it.
        """
        typed = {(short.replace("'", ""),) for short in self.contractions}
        found: dict[Tokens, list[str]] = {}
        for written, tokens in self.content.words.spelling.forms.items():
            if written not in typed:
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
