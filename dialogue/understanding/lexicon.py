"""Recognises what an utterance means: the whole of it, or phrases joined, to an event.

A word inside other words means nothing. Source: the clinical design, 6.1.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from dialogue.engine import events
from dialogue.engine.events import Event, Facts, Strength
from dialogue.engine.protocol import Answer
from dialogue.understanding.durations import DurationWords, parse_duration

COMMANDS: Mapping[str, Event] = {
    "repeat": events.Repeat(),
    "help": events.Help(),
    "why": events.Help(),
    "stop": events.Stop(),
    "previous": events.Previous(),
    "number": events.AskForNumber(),
    "hours": events.AskForHours(),
    "address": events.AskForAddress(),
    "start_over": events.StartOver(),
    "next": events.Next(),
    "wait": events.Wait(),
    "more": events.AskForMore(),
    "emergency": events.CallForHelp(),
}
"""The command groups of a lexicon, and what each amounts to."""

OFFLINE_GROUPS = ("slower", "faster", "louder", "quieter", "wake")
"""What the offline channel acts on by itself; other channels have it from elsewhere."""

MOST_WORDS = 30
"""A longer utterance is other people's speech and never one of our phrases."""

MOST_PARTS = 4
"""An utterance is split into at most so many phrases: "no no no but ..."."""


@dataclass(frozen=True)
class Lexicon:
    """The phrases of one locale, lower case, as a recogniser writes them."""

    locale: str
    fillers: tuple[str, ...]
    """Dropped at both ends of an utterance: um, well, please."""
    joiners: tuple[str, ...]
    """Words that may stand between an answer and a statement: but, and."""
    answers: Mapping[Answer, tuple[str, ...]]
    plain: Mapping[Answer, tuple[str, ...]]
    """Those of `answers` that leave no doubt; what is not among them is hedged."""
    commands: Mapping[str, tuple[str, ...]]
    """By the names of `COMMANDS`."""
    topics: Mapping[str, tuple[str, ...]]
    """Phrases that ask about one explanation, by its topic."""
    offline: Mapping[str, tuple[str, ...]]
    """By the names of `OFFLINE_GROUPS`; no event of the core."""
    volunteered: Mapping[str, tuple[str, ...]]
    """By row of the protocol's volunteered statements."""
    durations: DurationWords
    triggers: Mapping[str, tuple[str, ...]]
    """Words for a cause in an opening sentence, by question id."""
    regions: Mapping[str, tuple[str, ...]]
    """Words for a part of the back, by region."""

    @cached_property
    def phrases(self) -> Mapping[str, Event]:
        """Return every fixed phrase, normalised, with its event."""
        found: dict[str, Event] = {}
        for answer, phrases in self.answers.items():
            for phrase in phrases:
                given = events.Answered(answer, self.get_strength(answer, phrase))
                found[normalise(phrase)] = given
        for name, phrases in self.commands.items():
            found |= dict.fromkeys(map(normalise, phrases), COMMANDS[name])
        for topic, phrases in self.topics.items():
            found |= dict.fromkeys(map(normalise, phrases), events.AskForMore(topic))
        for row, phrases in self.volunteered.items():
            said = events.UnpromptedStatement((row,))
            found |= dict.fromkeys(map(normalise, phrases), said)
        return found

    def get_strength(self, answer: Answer, phrase: str) -> Strength:
        """Return how plainly one phrase of `answers` gives its answer.

        An unsure has no strength of its own, and passes for plain.
        """
        plain = answer is Answer.UNSURE or phrase in self.plain[answer]
        return Strength.PLAIN if plain else Strength.HEDGED

    @cached_property
    def offline_phrases(self) -> Mapping[str, str]:
        """Return every phrase of the offline channel, normalised, with its group."""
        return {
            normalise(phrase): group
            for group, phrases in self.offline.items()
            for phrase in phrases
        }

    @cached_property
    def spoken_fillers(self) -> tuple[str, ...]:
        """Return the fillers, normalised."""
        return tuple(map(normalise, self.fillers))

    @cached_property
    def words(self) -> frozenset[str]:
        """Return every word, normalised, that some phrase of this lexicon holds."""
        said = [*self.phrases, *self.spoken_fillers, *map(normalise, self.joiners)]
        return self.durations.words.union(*map(str.split, said))


def understand(lexicon: Lexicon, utterance: str) -> Event:
    """Return what `utterance` amounts to.

    Nothing said is `NoInput`; words that are not a listed phrase, alone or in a
    join that is allowed, are `NoMatch`. Source: the clinical design, 6.1.
    """
    said = normalise(utterance)
    if not said:
        return events.NoInput()
    if said.count(" ") >= MOST_WORDS:
        return events.NoMatch()
    return _find_phrase(lexicon, said) or _find_join(lexicon, said) or events.NoMatch()


def find_offline_group(lexicon: Lexicon, utterance: str) -> str | None:
    """Return what the offline channel itself is asked for, None where it is not."""
    barer = _strip_fillers(lexicon.spoken_fillers, normalise(utterance))
    found = (lexicon.offline_phrases.get(phrase) for phrase in barer)
    return next(filter(None, found), None)


def normalise(utterance: str) -> str:
    """Return `utterance` in lower case, without punctuation, with single spaces.

    An underscore is a space. "Know" is written "no": they are one sound, which no
    recogniser can tell apart.
    """
    text = utterance.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    words = re.sub(r"[^\w']|_", " ", text).split()
    return " ".join("no" if word == "know" else word for word in words)


def get_meaning_name(event: Event) -> str:
    """Return the name of `event` for people: yes, no_match, a command's name."""
    match event:
        case events.Answered(answer):
            return answer.value
        case events.UnpromptedStatement():
            return "volunteered"
        case events.NoMatch():
            return "no_match"
        case events.NoInput():
            return "no_input"
        case events.AskForMore():
            return "more"
    return next(name for name, known in COMMANDS.items() if known == event)


def _find_phrase(lexicon: Lexicon, said: str) -> Event | None:
    """Return the event of one phrase; fillers go only where they are no part of it."""
    for phrase in _strip_fillers(lexicon.spoken_fillers, said):
        if phrase in lexicon.phrases:
            return lexicon.phrases[phrase]
        if (duration := parse_duration(lexicon.durations, phrase)) is not None:
            return events.UnpromptedStatement(facts=Facts(duration))
    return None


def _strip_fillers(fillers: tuple[str, ...], said: str) -> Iterator[str]:
    """Yield `said`, then with more and more fillers dropped at its two ends.

    A filler may be part of a phrase ("I think so"), so the fullest form comes first.
    """
    for tail in _strip_ends(said, [(f" {f}", str.removesuffix) for f in fillers]):
        yield from _strip_ends(tail, [(f"{f} ", str.removeprefix) for f in fillers])


def _strip_ends(
    said: str, ends: list[tuple[str, Callable[[str, str], str]]]
) -> Iterator[str]:
    yield said
    for end, remove in ends:
        shorter = remove(said, end)
        if shorter != said:
            yield from _strip_ends(shorter, ends)


def _find_join(lexicon: Lexicon, said: str) -> Event | None:
    """Return the one event that every way of splitting `said` agrees on.

    "No I don't know" splits into two answers of one kind and into two of different
    kinds; where any split contradicts itself, nothing is taken.
    """
    joined = set(map(_merge, _split_phrases(lexicon, said.split(), MOST_PARTS)))
    # "Yes yes I do" is two plain answers, and a plain one before a phrase that may
    # hedge: one plain reading makes it plain, as all its words are plain ones.
    plain = set(map(_to_plain, joined))
    if len(plain) != 1:
        return None
    event = plain.pop()
    return event if event in joined else joined.pop()


def _to_plain(event: Event | None) -> Event | None:
    """Return `event` as if its answer were a plain one."""
    if isinstance(event, events.Answered | events.UnpromptedStatement):
        return replace(event, strength=Strength.PLAIN)
    return event


def _split_phrases(
    lexicon: Lexicon, words: list[str], most: int
) -> Iterator[tuple[Event, ...]]:
    """Yield each way to read `words` as a row of phrases with joiners between."""
    if not words:
        yield ()
    if not words or most == 0:
        return
    for end in range(1, len(words) + 1):
        if (event := _find_phrase(lexicon, " ".join(words[:end]))) is None:
            continue
        rest = words[end:]
        if rest and rest[0] in lexicon.joiners:
            rest = rest[1:]
            if not rest:
                continue
        for more in _split_phrases(lexicon, rest, most - 1):
            yield (event, *more)


def _merge(parts: tuple[Event, ...]) -> Event | None:
    """Return the event of a join that is allowed, None where it is not.

    Allowed: one answer repeated; an answer and a volunteered phrase; two
    volunteered phrases.
    """
    answers = [p.answer for p in parts if isinstance(p, events.Answered)]
    statements = [p for p in parts if isinstance(p, events.UnpromptedStatement)]
    known = len(answers) + len(statements) == len(parts)
    if not parts or not known or len(set(answers)) > 1:
        return None
    hedged = any(
        isinstance(p, events.Answered) and p.strength is Strength.HEDGED for p in parts
    )
    strength = Strength.HEDGED if hedged else Strength.PLAIN
    if answers and not statements:
        return events.Answered(answers[0], strength)
    answers_first = all(isinstance(p, events.Answered) for p in parts[: len(answers)])
    if not answers_first or len(statements) > 2 or (answers and len(statements) > 1):
        return None
    durations = [s.facts.duration for s in statements if s.facts.duration]
    if len(durations) > 1:
        return None
    return events.UnpromptedStatement(
        ids=tuple(row for s in statements for row in s.ids),
        facts=Facts(durations[0] if durations else None),
        answer=answers[0] if answers else None,
        strength=strength,
    )
