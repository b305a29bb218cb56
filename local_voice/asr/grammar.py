"""Builds the grammar of each state: the phrases of the lexicon that a model knows.

A phrase goes in whole or not at all. Were a missing word just dropped, "not sure"
could become "sure": the opposite.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property, partial
from itertools import chain, takewhile

from dialogue.content.content_store import LOCALE
from dialogue.engine.events import Duration, UnpromptedStatement
from dialogue.engine.facts import find_duration_answer
from dialogue.engine.protocol import Answer, KnownFrom, TriageProtocol
from dialogue.engine.reply import MENU, OFFER_TIMER
from dialogue.understanding.asked import Asked, AskedKind, build_asked
from dialogue.understanding.export import contract, list_lengths
from dialogue.understanding.lexicon import Lexicon
from dialogue.understanding.matcher import Kind, Label
from dialogue.understanding.utterance import understand
from dialogue.understanding.words import Words
from local_voice.asr.endpointing import Completeness
from local_voice.asr.graph.phrases import PhraseList
from local_voice.asr.interfaces import UNKNOWN, RecognitionResult, to_words

DECOYS = ("go", "on", "over", "right", "left", "up", "down", "off", "one", "you", "it")
"""For a model without a list of its own: near sounds that nobody needs alone."""
INVITED = ("yes", "no", "not sure", "repeat", "go back", "stop", "next", "back", "help")
"""What our own prompts ask people to say; a model must hear all of it."""
COMMAND_GROUPS = ("stop", "repeat", "start_over", "help", "why", "more", "emergency")
"""Groups of commands that are listened for while no question is open."""
URGENT = frozenset({"stop", "help", "emergency"})
"""Groups of commands that count however badly they are heard."""
MOST_NUMBERS = 31
"""Durations are in the grammar up to so many units."""


class GrammarState(Enum):
    """What the person may be about to say."""

    ANSWER = "answer"
    LENGTH = "length"
    """As ANSWER, and a length of time may stand alone."""
    CARE = "care"
    COMMAND = "command"


@dataclass(frozen=True)
class Grammar:
    """The phrases of one state that a model can recognise."""

    spellings: tuple[str, ...]
    """As the model spells them: `i_don't_know`, or `go back`."""
    decoys: tuple[str, ...]
    complete: frozenset[str]
    """Phrases that start no longer one of another meaning, as words with spaces."""
    plain: frozenset[str] = frozenset()
    """Those that are a plain yes or no in one word."""
    graph: str = ""
    """The folder of the graph made of them; empty where the engine makes its own."""
    words: Words | None = None
    """What reads a length of time, which a graph hears word by word."""
    limits: tuple[KnownFrom, ...] = ()
    """What the questions want to know of a length."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """A clinic's own phrases, each with the phrase that it stands for."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """The phrases of a graph, and a name of what each means."""
    invited: frozenset[str] = frozenset()
    """Those that our prompts ask people to say."""
    urgent: frozenset[str] = frozenset()
    """Those that count however badly they are heard."""
    fillers: frozenset[str] = frozenset()
    """Words that change nothing at both ends of a phrase."""

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Return the phrases as words with spaces."""
        return frozenset(map(to_words, self.spellings))

    def get_completeness(self, partial: str) -> Completeness:
        """Return whether `partial` can be taken as all that is being said."""
        said = " ".join(partial.lower().split())
        if said in self.plain:
            return Completeness.PLAIN
        if said in self.complete or self._is_length(said):
            return Completeness.WHOLE
        return Completeness.OPEN

    def get_meaning(self, text: str) -> str:
        """Return a name of what `text` means as a whole, empty for nothing or parts.

        Fillers at both ends change nothing.
        """
        if self._is_length(text):
            return str(self._get_duration(text))
        return self.meanings.get(self._drop_fillers(text), "")

    def counts_at_once(self, text: str) -> bool:
        """Tell whether `text` is what we asked for, or urgent."""
        return text in self.invited or self._drop_fillers(text) in self.urgent

    def _drop_fillers(self, text: str) -> str:
        """Return the longest phrase that is `text` but for fillers at both ends."""
        said = text.split()
        before, after = (
            len(list(takewhile(self.fillers.__contains__, words)))
            for words in (said, reversed(said))
        )
        parts = (
            " ".join(said[start : len(said) - behind])
            for start in range(before + 1)
            for behind in range(after + 1)
        )
        return max((p for p in parts if p in self.meanings), key=len, default="")

    def find_phrases(self, text: str) -> set[str]:
        """Return whatever is listened for and stands in `text`: "no" and "no idea"."""
        found = set[str]()
        for part in text.split(UNKNOWN):
            said = part.split()
            found |= {
                phrase
                for start in range(len(said))
                for end in range(start + 1, len(said) + 1)
                if (phrase := " ".join(said[start:end])) in self.phrases
            }
            found.add(self._find_length(part))
        return found - {""}

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

    def _is_length(self, text: str) -> bool:
        return bool(text) and self._find_length(text) == text

    def _find_length(self, text: str) -> str:
        """Return the longest part of `text` that is a length of time, or nothing."""
        said, words = text.split(), self.words
        if words is None or UNKNOWN in said:
            return ""
        parts = (
            (end - start, " ".join(said[start:end]))
            for start in range(len(said))
            for end in range(start + 1, len(said) + 1)
        )
        return max((p for p in parts if is_length(words, p[1])), default=(0, ""))[1]

    def _get_sides(self, length: str) -> tuple[Answer | None, ...]:
        """Return what a length says to each question."""
        duration = self._get_duration(length)
        if duration is None:
            return ()
        return tuple(find_duration_answer(limit, duration) for limit in self.limits)

    def _get_duration(self, length: str) -> Duration | None:
        event = understand(self.words, length, Asked()) if self.words else None
        if not isinstance(event, UnpromptedStatement):
            return None
        return event.facts.duration


def get_grammar_state(
    protocol: TriageProtocol, open_prompt: str | None
) -> GrammarState:
    """Return what may be said after a reply with this open question or offer."""
    if open_prompt is None:
        return GrammarState.COMMAND
    if open_prompt in (MENU, OFFER_TIMER):
        return GrammarState.CARE
    kind = build_asked(protocol, open_prompt).kind
    return GrammarState.LENGTH if kind is AskedKind.LENGTH else GrammarState.ANSWER


def build_grammars(
    lexicon: Lexicon,
    words: Collection[str],
    decoys: Iterable[str] = (),
    *,
    closed: bool = False,
) -> dict[GrammarState, Grammar]:
    """Build what a model with `words` can recognise in each state, as lists.

    In a list a length stands alone at every question: two states share one. `closed`:
    the model knows whole phrases, each as one word.
    """
    spell = cache(partial(_find_spellings, lexicon.words, words, closed))
    listed = (state for state in GrammarState if state is not GrammarState.LENGTH)
    found = {s: _build_grammar(lexicon, words, decoys, s, spell) for s in listed}
    return found | {GrammarState.LENGTH: found[GrammarState.ANSWER]}


def _build_grammar(
    lexicon: Lexicon,
    words: Collection[str],
    decoys: Iterable[str],
    state: GrammarState,
    spell: Callable[[str], Mapping[str, str]],
) -> Grammar:
    spellings = dict[str, str]()
    for phrase in chain(
        _get_phrases(lexicon, state), _get_known_phrases(lexicon, state, words)
    ):
        for spelling, said in spell(phrase).items():
            spellings.setdefault(spelling, said)
    whole = {to_words(spelling) for spelling in spellings}
    return Grammar(
        tuple(spellings),
        tuple(d for d in decoys if d in words and to_words(d) not in whole),
        frozenset(_get_complete_phrases(lexicon, spellings.values())),
        frozenset(spellings.values()).intersection(_get_plain_answers(lexicon)),
    )


def _find_spellings(
    words: Words, known: Collection[str], closed: bool, phrase: str
) -> Mapping[str, str]:
    """Return how a model spells a phrase and its contraction, and what each says."""
    said = dict.fromkeys((phrase, contract(words, phrase)))
    found = ((find_spelling(one, known, closed=closed), one) for one in said)
    return {spelling: one for spelling, one in found if spelling is not None}


def is_length(words: Words, phrase: str) -> bool:
    """Tell whether the whole of `phrase` states a length of time."""
    labels = words.automaton.find_whole(words.normalise(phrase))
    return any(label.kind is Kind.LENGTH for label in labels)


def build_static_grammar(
    lexicon: Lexicon,
    phrases: PhraseList,
    graph: str,
    limits: tuple[KnownFrom, ...],
    aliases: Mapping[str, str],
    bare: frozenset[str],
) -> Grammar:
    """Return what the graph in the folder `graph`, made of `phrases`, can recognise.

    `bare` are the plain answers of one word.
    """
    return Grammar(
        tuple(phrase.replace(" ", "_") for phrase in phrases.meanings),
        phrases.decoys,
        frozenset(_get_complete_phrases(lexicon, phrases.meanings)),
        frozenset(phrases.answers) & bare,
        graph,
        lexicon.words if phrases.lengths else None,
        limits,
        aliases,
        phrases.meanings,
        frozenset(get_invited_phrases(lexicon)).intersection(phrases.meanings),
        phrases.statements | {p for p, m in phrases.meanings.items() if m in URGENT},
        frozenset(phrases.fillers),
    )


def get_limits(protocol: TriageProtocol) -> tuple[KnownFrom, ...]:
    """Return what the questions of `protocol` want to know of a length of time."""
    hours = protocol.thresholds.values()
    return (
        *(KnownFrom(duration_at_most=limit) for limit in hours),
        *(KnownFrom(duration_over=limit) for limit in hours),
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
        if state is not GrammarState.CARE or answer is not Answer.UNSURE:
            yield from phrases
    yield from chain.from_iterable(lexicon.commands.values())
    yield from chain.from_iterable(lexicon.topics.values())
    for group, phrases in lexicon.offline.items():
        yield from () if group == "wake" else phrases
    # Danger signs are heard at every stage.
    yield from chain.from_iterable(lexicon.volunteered.values())


def _get_known_phrases(
    lexicon: Lexicon, state: GrammarState, words: Collection[str]
) -> Iterator[str]:
    if state is GrammarState.COMMAND:
        return
    if state is not GrammarState.CARE:
        yield from list_lengths(lexicon.words, MOST_NUMBERS, words)
    # A model may know a whole phrase as one word: `forty_eight_hours_ago`.
    for phrase in (to_words(word) for word in words if "_" in word):
        if any(_is_heard(label, state) for label in lexicon.find_labels(phrase)):
            yield phrase


def _is_heard(label: Label, state: GrammarState) -> bool:
    """Tell whether what a phrase means is listened for outside of standby."""
    in_care = state is GrammarState.CARE
    unsure = label.kind is Kind.ANSWER and label.name == Answer.UNSURE.value
    if in_care and (unsure or label.kind is Kind.LENGTH):
        return False
    return label.kind in (
        Kind.ANSWER,
        Kind.COMMAND,
        Kind.TOPIC,
        Kind.STATEMENT,
        Kind.LENGTH,
    )


def _get_complete_phrases(lexicon: Lexicon, phrases: Iterable[str]) -> Iterator[str]:
    """Yield the phrases after which nothing of another meaning is likely to follow.

    Bare yes and no count, although "yes and no" and "no idea" exist: they are nearly
    all answers, and each of them would wait half a second longer.
    """
    spoken = dict.fromkeys(phrases)
    events = {p: lexicon.phrases.get(lexicon.normalise(p)) for p in spoken}
    beginnings = (
        (longer, " ".join(longer.split()[:end]))
        for longer in spoken
        for end in range(1, len(longer.split()))
    )
    open_ended = {b for p, b in beginnings if events.get(b) != events[p]}
    yield from (phrase for phrase in spoken if phrase not in open_ended)
    yield from (phrase for phrase in _get_plain_answers(lexicon) if phrase in spoken)


def _get_plain_answers(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the first phrase for yes, and for no."""
    found = (lexicon.answers[answer][:1] for answer in (Answer.YES, Answer.NO))
    return tuple(chain.from_iterable(found))
