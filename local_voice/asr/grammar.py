"""Builds the grammar of each state: the phrases of the lexicon that a model knows.

A phrase goes in whole or not at all. Were a missing word just dropped, "not sure"
could become "sure": the opposite.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import chain

from dialogue.content.content_store import LOCALE
from dialogue.engine.events import Answered, AskForMore, UnpromptedStatement
from dialogue.engine.facts import find_duration_answer
from dialogue.engine.protocol import Answer, KnownFrom, TriageProtocol
from dialogue.engine.reply import MENU, OFFER_TIMER
from dialogue.understanding.durations import DurationWords, parse_duration
from dialogue.understanding.lexicon import (
    Lexicon,
    find_offline_group,
    get_meaning_name,
    normalise,
    understand,
)
from local_voice.asr.graph.phrases import Lengths, PhraseList
from local_voice.asr.interfaces import RecognitionResult, to_words

DECOYS = ("go", "on", "over", "right", "left", "up", "down", "off", "one", "you", "it")
"""For a model without a list of its own: near sounds that nobody needs alone."""
INVITED = ("yes", "no", "not sure", "repeat", "go back", "stop", "next", "back", "help")
"""What our own prompts ask people to say; a model must hear all of it."""
COMMAND_GROUPS = ("stop", "repeat", "start_over", "help", "why", "more", "emergency")
"""Groups of commands that are listened for while no question is open."""
MOST_NUMBERS = 31
"""Durations are in the grammar up to so many units."""
STATEMENT = "statement"
"""How the name of a volunteered statement's meaning begins."""


class GrammarState(Enum):
    """What the person may be about to say."""

    ANSWER = "answer"
    CARE = "care"
    COMMAND = "command"


@dataclass(frozen=True)
class Grammar:
    """The phrases of one state that a model can recognise."""

    spellings: tuple[str, ...]
    """As the model spells them: `i_don't_know`, or `go back`."""
    decoys: tuple[str, ...]
    complete: frozenset[str]
    """Phrases that start no longer one of another meaning, normalised."""
    graph: str = ""
    """The folder of the graph made of them; empty where the engine makes its own."""
    lengths: DurationWords | None = None
    """Words of a length of time, which a graph hears one by one."""
    limits: tuple[KnownFrom, ...] = ()
    """What the questions want to know of a length."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """A clinic's own phrases, each with the phrase that it stands for."""

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Return the phrases as words with spaces."""
        return frozenset(map(to_words, self.spellings))

    def is_complete(self, partial: str) -> bool:
        """Tell whether `partial` can be taken as all that is being said."""
        said = normalise(partial)
        if said in self.complete:
            return True
        return bool(said and self.graph) and self._find_length(said) == said

    def settle(self, result: RecognitionResult) -> str:
        """Return the text of `result`, by which a session goes on.

        Where a text that is nearly as likely has a length that answers a question
        otherwise, both lengths stand in it, and no reader takes either.
        """
        text = result.text
        length = self._find_length(text)
        if length:
            sides = self._get_sides(length)
            for rival in filter(None, map(self._find_length, result.rivals)):
                if self._get_sides(rival) != sides:
                    text = f"{text} {rival}"
                    break
        for own, known in self.aliases.items():
            text = re.sub(rf"(?<!\S){re.escape(own)}(?!\S)", known, text)
        return text

    def _find_length(self, text: str) -> str:
        """Return the longest part of `text` that is a length of time, or nothing."""
        words = text.split()
        parts = (
            (end - start, " ".join(words[start:end]))
            for start in range(len(words))
            for end in range(start + 1, len(words) + 1)
        )
        lengths = self.lengths
        found = (part for part in parts if lengths and parse_duration(lengths, part[1]))
        return max(found, default=(0, ""))[1]

    def _get_sides(self, length: str) -> tuple[Answer | None, ...]:
        """Return what a length says to each question."""
        duration = parse_duration(self.lengths, length) if self.lengths else None
        if duration is None:
            return ()
        return tuple(find_duration_answer(limit, duration) for limit in self.limits)


def get_grammar_state(open_prompt: str | None) -> GrammarState:
    """Return what may be said after a reply with this open question or offer."""
    if open_prompt is None:
        return GrammarState.COMMAND
    in_care = open_prompt in (MENU, OFFER_TIMER)
    return GrammarState.CARE if in_care else GrammarState.ANSWER


def build_grammar(
    lexicon: Lexicon,
    words: Collection[str],
    decoys: Iterable[str],
    state: GrammarState,
    *,
    closed: bool = False,
) -> Grammar:
    """Build what a model with `words` can recognise of `lexicon` in `state`.

    `closed`: the model knows whole phrases, each as one word.
    """
    spellings = dict[str, str]()
    for phrase in chain(
        _get_phrases(lexicon, state), _get_known_lengths(lexicon, state, words)
    ):
        spelling = find_spelling(phrase, words, closed=closed)
        if spelling is not None:
            spellings.setdefault(spelling, phrase)
    whole = {to_words(spelling) for spelling in spellings}
    return Grammar(
        tuple(spellings),
        tuple(d for d in decoys if d in words and to_words(d) not in whole),
        frozenset(_get_complete_phrases(lexicon, spellings.values())),
    )


def build_phrase_list(
    lexicon: Lexicon,
    state: GrammarState,
    decoys: Iterable[str],
    aliases: Mapping[str, str],
) -> PhraseList:
    """Return what can be said in `state`, as a graph is made of it.

    This is the one place where a graph's phrases come from.
    """
    durations = lexicon.durations
    means = {
        phrase: _get_meaning(lexicon, phrase)
        for phrase in _get_phrases(lexicon, state)
        if parse_duration(durations, normalise(phrase)) is None
    }
    means |= {own: means[known] for own, known in aliases.items() if known in means}
    answers = {
        phrase: answer.value
        for answer in (Answer.YES, Answer.NO)
        for phrase in lexicon.answers[answer]
        if phrase in means
    }
    answers |= {p: answers[known] for p, known in aliases.items() if known in answers}
    unprompted = chain.from_iterable(lexicon.volunteered.values())
    statements = {p: None for p in (*unprompted, *aliases) if p in means}
    heard = state is GrammarState.ANSWER
    return PhraseList(
        means,
        answers,
        tuple(p for p in statements if means[p].startswith(STATEMENT)),
        lexicon.fillers,
        lexicon.joiners if answers else (),
        _build_lengths(durations) if heard else None,
        tuple(decoys),
    )


def build_static_grammar(
    lexicon: Lexicon,
    phrases: PhraseList,
    graph: str,
    limits: tuple[KnownFrom, ...],
    aliases: Mapping[str, str],
) -> Grammar:
    """Return what the graph in the folder `graph`, made of `phrases`, can recognise."""
    return Grammar(
        tuple(phrase.replace(" ", "_") for phrase in phrases.meanings),
        phrases.decoys,
        frozenset(_get_complete_phrases(lexicon, phrases.meanings)),
        graph,
        lexicon.durations if phrases.lengths else None,
        limits,
        aliases,
    )


def get_known(lexicon: Lexicon) -> Mapping[str, str]:
    """Return every phrase of `lexicon`, with the name of what it means."""
    return {p: _get_meaning(lexicon, p) for p in get_all_phrases(lexicon)}


def get_limits(protocol: TriageProtocol) -> tuple[KnownFrom, ...]:
    """Return what the questions of `protocol` want to know of a length of time."""
    hours = protocol.thresholds.values()
    return (
        *(KnownFrom(duration_at_most=limit) for limit in hours),
        *(KnownFrom(duration_over=limit) for limit in hours),
    )


def _get_meaning(lexicon: Lexicon, phrase: str) -> str:
    """Return a name of what a phrase means: equal names are one meaning."""
    group = find_offline_group(lexicon, phrase)
    event = understand(lexicon, phrase)
    match event:
        case Answered(answer, strength):
            return group or f"{strength.value} {answer.value}"
        case UnpromptedStatement(ids):
            return group or f"{STATEMENT} {' '.join(ids)}"
        case AskForMore(topic) if topic:
            return group or f"{get_meaning_name(event)} {topic}"
    return group or get_meaning_name(event)


def _build_lengths(words: DurationWords) -> Lengths:
    return Lengths(
        tuple(word for word in words.around if word not in words.behind),
        (*words.over, *words.under),
        tuple(words.numbers),
        frozenset(words.units),
        tuple(words.fixed),
        words.behind,
    )


def get_invited_phrases(lexicon: Lexicon) -> tuple[str, ...]:
    """Return what prompts ask people to say: each answer, and the usual commands."""
    if lexicon.locale == LOCALE:
        return INVITED
    commands = (lexicon.commands[c] for c in ("repeat", "previous", "stop", "help"))
    groups = (*lexicon.answers.values(), *commands)
    return tuple(phrases[0] for phrases in groups if phrases)


def find_missing_phrases(
    words: Collection[str], wanted: Iterable[str] = INVITED, *, closed: bool = False
) -> list[str]:
    """Find the phrases of `wanted` that a model with `words` does not know."""
    return [p for p in wanted if find_spelling(p, words, closed=closed) is None]


def find_spelling(
    phrase: str, words: Collection[str], *, closed: bool = False
) -> str | None:
    """Find how a model with `words` spells `phrase`, None if it does not know it.

    A `closed` model knows whole phrases and decoys: decoys in a row are no phrase.
    """
    plain = " ".join(phrase.lower().split())
    joined = plain.replace(" ", "_")
    if joined in words:
        return joined
    if closed:
        return None
    return plain if all(word in words for word in plain.split()) else None


def get_all_phrases(lexicon: Lexicon) -> list[str]:
    """Return every phrase of `lexicon` once, lengths of time left out."""
    groups = chain(
        lexicon.answers.values(),
        lexicon.commands.values(),
        lexicon.topics.values(),
        lexicon.volunteered.values(),
        lexicon.offline.values(),
    )
    return list(dict.fromkeys(chain.from_iterable(groups)))


def _get_phrases(lexicon: Lexicon, state: GrammarState) -> Iterator[str]:
    if state is GrammarState.COMMAND:
        for group in COMMAND_GROUPS:
            yield from lexicon.commands.get(group, ())
        yield from lexicon.offline["wake"]
        return
    for answer, phrases in lexicon.answers.items():
        if state is GrammarState.ANSWER or answer is not Answer.UNSURE:
            yield from phrases
    yield from chain.from_iterable(lexicon.commands.values())
    yield from chain.from_iterable(lexicon.topics.values())
    for group, phrases in lexicon.offline.items():
        yield from () if group == "wake" else phrases
    # Danger signs are heard at every stage.
    yield from chain.from_iterable(lexicon.volunteered.values())


def _get_known_lengths(
    lexicon: Lexicon, state: GrammarState, words: Collection[str]
) -> Iterator[str]:
    if state is GrammarState.ANSWER:
        yield from _get_durations(lexicon.durations)
        # A model may know a length as one word: `forty_eight_hours_ago`.
        for phrase in (to_words(word) for word in words if "_" in word):
            if parse_duration(lexicon.durations, normalise(phrase)):
                yield phrase


def _get_durations(words: DurationWords) -> Iterator[str]:
    """Yield lengths of time as people say them: "two weeks ago", "over a month"."""
    before = (*words.over, *words.under, *words.around)
    leads = ("", *(f"{lead} " for lead in before))
    yield from (f"{lead}{fixed}" for fixed in words.fixed for lead in leads)
    for number, count in words.numbers.items():
        if count > MOST_NUMBERS:
            continue
        for unit in words.units:
            yield from (f"{lead}{number} {unit}" for lead in leads)
            yield from (f"{number} {unit} {behind}" for behind in words.behind)


def _get_complete_phrases(lexicon: Lexicon, phrases: Iterable[str]) -> Iterator[str]:
    """Yield the phrases after which nothing of another meaning is likely to follow.

    Bare yes and no count, although "yes and no" and "no idea" exist: they are nearly
    all answers, and each of them would wait half a second longer.
    """
    events = lexicon.phrases
    spoken = {normalise(phrase) for phrase in phrases}
    beginnings = (
        (longer, " ".join(longer.split()[:end]))
        for longer in spoken
        for end in range(1, len(longer.split()))
    )
    open_ended = {b for p, b in beginnings if events.get(b) != events.get(p)}
    yield from spoken - open_ended
    bare = (lexicon.answers[answer][:1] for answer in (Answer.YES, Answer.NO))
    yield from spoken.intersection(map(normalise, chain.from_iterable(bare)))
