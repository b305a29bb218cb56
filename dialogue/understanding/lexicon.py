"""The phrases of one locale by meaning, for grammars, models and pages.

What an utterance means is found by `interpret`; these are examples of it, each with
one meaning. What the offline channel acts on by itself stands here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dialogue.engine import events
from dialogue.engine.events import Event, Strength
from dialogue.engine.protocol import GIVEN, Answer
from dialogue.understanding import export
from dialogue.understanding.matcher import Kind, Label
from dialogue.understanding.meaning import COMMANDS
from dialogue.understanding.normalisation import Tokens
from dialogue.understanding.words import PHRASES_A_TEMPLATE, Words

OFFLINE_GROUPS = ("slower", "faster", "louder", "quieter", "wake")
"""What the offline channel acts on by itself; other channels have it from elsewhere."""


@dataclass(frozen=True)
class OwnPhrases:
    """The phrases that no template holds."""

    offline: Mapping[str, tuple[str, ...]]
    """By the names of `OFFLINE_GROUPS`; no event of the core."""
    triggers: Mapping[str, tuple[str, ...]]
    """Words for a cause in an opening sentence, by question id."""
    regions: Mapping[str, tuple[str, ...]]
    """Words for a part of the back, by region."""
    carriers: Mapping[str, str]
    """Words before a slot that takes in the rest of a sentence, by Alexa's intent."""


@dataclass(frozen=True)
class Lexicon:
    """The phrases of one locale."""

    words: Words
    own: OwnPhrases
    most: int = PHRASES_A_TEMPLATE
    """Phrases of each template, the shortest first."""

    @property
    def locale(self) -> str:
        """Return the locale."""
        return self.words.locale

    @property
    def offline(self) -> Mapping[str, tuple[str, ...]]:
        """Return the phrases of the offline channel."""
        return self.own.offline

    @property
    def carriers(self) -> Mapping[str, str]:
        """Return the words that carry the rest of a sentence, by Alexa's intent."""
        return self.own.carriers

    @property
    def regions(self) -> Mapping[str, tuple[str, ...]]:
        """Return the words for a part of the back, by region."""
        return self.own.regions

    @cached_property
    def answers(self) -> Mapping[Answer, tuple[str, ...]]:
        """Return the phrases of each answer, the plain ones first."""
        return {
            answer: (*self.plain[answer], *self._list_answers(answer, Strength.HEDGED))
            for answer in GIVEN
        }

    @cached_property
    def plain(self) -> Mapping[Answer, tuple[str, ...]]:
        """Return those of `answers` that leave no doubt."""
        return {a: self._list_answers(a, Strength.PLAIN) for a in GIVEN}

    @cached_property
    def commands(self) -> Mapping[str, tuple[str, ...]]:
        """Return the phrases of each command that is an event."""
        found = export.list_commands(self.words, self.most)
        return {name: found.get(name, ()) for name in COMMANDS}

    @cached_property
    def topics(self) -> Mapping[str, tuple[str, ...]]:
        """Return the phrases that ask about one explanation, by its topic."""
        return export.list_topics(self.words, self.most)

    @cached_property
    def volunteered(self) -> Mapping[str, tuple[str, ...]]:
        """Return whole sentences that say something unasked, by row."""
        return {
            row: export.list_statements(self.words, row, most=self.most)
            for row in self.words.rows
        }

    @cached_property
    def triggers(self) -> Mapping[str, tuple[str, ...]]:
        """Return what names a cause in an opening sentence, by question id."""
        return {
            name: (*self.volunteered.get(name, ()), *phrases)
            for name, phrases in self.own.triggers.items()
        }

    @cached_property
    def phrases(self) -> Mapping[str, Event]:
        """Return every fixed phrase, normalised, with its event."""
        found: dict[str, Event] = {}
        for answer, phrases in self.answers.items():
            for phrase in phrases:
                given = events.Answered(answer, self.get_strength(answer, phrase))
                found[self.normalise(phrase)] = given
        for name, phrases in self.commands.items():
            found |= dict.fromkeys(map(self.normalise, phrases), COMMANDS[name])
        for topic, phrases in self.topics.items():
            event = events.AskForMore(topic)
            found |= dict.fromkeys(map(self.normalise, phrases), event)
        for row, phrases in self.volunteered.items():
            said = events.UnpromptedStatement((row,))
            found |= dict.fromkeys(map(self.normalise, phrases), said)
        return found

    def get_strength(self, answer: Answer, phrase: str) -> Strength:
        """Return how plainly one phrase of `answers` gives its answer.

        An unsure has no strength of its own, and passes for plain.
        """
        plain = answer is Answer.UNSURE or phrase in self.plain[answer]
        return Strength.PLAIN if plain else Strength.HEDGED

    def find_labels(self, phrase: str) -> tuple[Label, ...]:
        """Return what the whole of `phrase` means somewhere."""
        return self.words.automaton.find_whole(self.words.normalise(phrase))

    def normalise(self, utterance: str) -> str:
        """Return the tokens of an utterance as one text."""
        return " ".join(self.words.normalise(utterance))

    @cached_property
    def offline_phrases(self) -> Mapping[Tokens, str]:
        """Return every phrase of the offline channel, normalised, with its group."""
        return {
            self.words.normalise(phrase): group
            for group, phrases in self.offline.items()
            for phrase in phrases
        }

    def _list_answers(self, answer: Answer, strength: Strength) -> tuple[str, ...]:
        group = f"answers.{answer.value}.{strength.value}"
        return export.list_group(self.words, group, self.most)


def find_offline_group(lexicon: Lexicon, utterance: str) -> str | None:
    """Return what the offline channel itself is asked for, None where it is not.

    Fillers may stand at both ends: "slower please".
    """
    tokens = lexicon.words.normalise(utterance)
    size = len(tokens)
    for phrase, group in lexicon.offline_phrases.items():
        for start in range(size - len(phrase) + 1):
            end = start + len(phrase)
            if tokens[start:end] != phrase:
                continue
            if _is_filler(lexicon, tokens[:start]) and _is_filler(
                lexicon, tokens[end:]
            ):
                return group
    return None


def _is_filler(lexicon: Lexicon, tokens: Tokens) -> bool:
    if not tokens:
        return True
    if tokens in lexicon.offline_phrases:
        return False
    labels = lexicon.words.automaton.find_whole(tokens)
    return any(label.kind is Kind.FILLER for label in labels)
