"""What people may say in each state, out of the templates, as graphs are made of it.

Templates give phrases as people write them, the shortest first, and some without their
subject ("can not pee"): nobody says it so, so the subject is put before it where that
means the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from dialogue.content.content import Content
from dialogue.engine.events import (
    Answered,
    AskForMore,
    Event,
    Strength,
    UnpromptedStatement,
)
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import Asked, AskedKind, build_asked
from dialogue.understanding.export import (
    LENGTH,
    LENGTH_BOUNDS,
    build_number_words,
    list_group,
    list_leads,
)
from dialogue.understanding.lexicon import Lexicon, find_offline_group
from dialogue.understanding.meaning import COMMANDS
from dialogue.understanding.utterance import understand
from dialogue.understanding.words import PHRASES_A_TEMPLATE, Words
from local_voice.asr.grammar import COMMAND_GROUPS, GrammarState, is_length
from local_voice.asr.graph.locale_data import LocaleData
from local_voice.asr.graph.phrases import Lengths, PhraseList

MOST_SAID, MOST_TOLD = 1, 1
"""Phrases of each template that are heard: of answers and commands, and of what is
told unasked. More would not fit into six megabytes."""
NUMBER = re.compile(r"\{n:(\d+)\.\.(\d+)\}")
"""A whole number between two limits."""
MOST_NUMBER = 99
TWO = 2
STATEMENT, MORE_ABOUT = "statement", "more about"
"""How the names begin of what is told unasked, and of asking for an explanation."""
WAKE = "wake"
Meanings = dict[str, str]
"""Phrases, and a name of what each means."""


def build_phrase_lists(
    content: Content,
    data: LocaleData,
    decoys: Iterable[str],
    aliases: Mapping[str, str],
) -> dict[str, PhraseList]:
    """Return what can be said by the name of each state.

    This is the one place where a graph's phrases come from.
    """
    lexicon, nothing = content.lexicon, build_asked(content.protocol, None)
    known = get_known_phrases(lexicon, MOST_SAID, MOST_TOLD)
    spoken = _find_heard(lexicon, data, nothing)
    for phrase, name in known.items():
        if name.startswith(STATEMENT):
            phrase = _add_subject(lexicon.words, phrase, data.subjects, nothing)
        spoken.setdefault(phrase, name)
    every = get_known_phrases(lexicon) if aliases else {}
    own = {said: every[meant] for said, meant in aliases.items() if meant in every}
    fillers = tuple(w for w in data.skip if _is_filler(lexicon, w, nothing))
    corrections = tuple(w for w in data.corrections if _is_correction(lexicon, w))
    lengths = _build_lengths(lexicon.words, data)
    return {
        state.value: PhraseList(
            means := {p: n for p, n in (spoken | own).items() if _is_heard(n, state)},
            answers := _list_answers(means),
            frozenset(p for p, n in means.items() if n.startswith(STATEMENT)),
            fillers,
            data.joiners if answers else (),
            None if state is GrammarState.COMMAND else lengths,
            tuple(decoys),
            lone_lengths=state is GrammarState.LENGTH,
            corrections=corrections if answers else (),
        )
        for state in GrammarState
    }


def get_known_phrases(
    lexicon: Lexicon, said: int = PHRASES_A_TEMPLATE, told: int = PHRASES_A_TEMPLATE
) -> Meanings:
    """Return phrases of the templates with what they mean, so many of each.

    `told` are those that say something unasked. Of two meanings the first counts.
    """
    short, rows = replace(lexicon, most=said), replace(lexicon, most=told)
    groups = [
        *(
            (f"{short.get_strength(answer, phrase).value} {answer.value}", (phrase,))
            for answer, phrases in short.answers.items()
            for phrase in phrases
        ),
        *short.commands.items(),
        *((f"{MORE_ABOUT} {topic}", found) for topic, found in short.topics.items()),
        *lexicon.offline.items(),
        *(
            (f"{STATEMENT} {row}", tuple(_spell_numbers(lexicon.words, found)))
            for row, found in rows.volunteered.items()
        ),
    ]
    known: Meanings = {}
    for name, phrases in groups:
        for phrase in phrases:
            if "{" not in phrase and not is_length(lexicon.words, phrase):
                known.setdefault(phrase, name)
    return known


def _find_heard(lexicon: Lexicon, data: LocaleData, nothing: Asked) -> Meanings:
    """Return the listed phrases that mean something by themselves."""
    found: Meanings = {}
    for phrase in data.heard:
        name = find_offline_group(lexicon, phrase)
        name = name or _name_event(understand(lexicon.words, phrase, nothing))
        if name and not is_length(lexicon.words, phrase):
            found[phrase] = name
    return found


def _name_event(event: Event) -> str:
    """Return the name of what one phrase means, empty where it settles nothing."""
    match event:
        case Answered(answer, strength):
            return f"{strength.value} {answer.value}"
        case UnpromptedStatement(ids, answer=None) if ids:
            return f"{STATEMENT} {' '.join(ids)}"
        case AskForMore(topic) if topic:
            return f"{MORE_ABOUT} {topic}"
    return next((name for name, known in COMMANDS.items() if known == event), "")


def _is_heard(name: str, state: GrammarState) -> bool:
    """Tell whether phrases of this meaning are listened for; danger signs always.

    At the offers of care reading as much as at a question: they share its graph.
    """
    if state is GrammarState.COMMAND:
        return name in (*COMMAND_GROUPS, WAKE)
    return name != WAKE


def _list_answers(means: Meanings) -> Meanings:
    """Return the phrases of `means` that are a yes or a no, and which."""
    names = {
        f"{strength.value} {answer.value}": answer.value
        for answer in (Answer.YES, Answer.NO)
        for strength in Strength
    }
    return {phrase: names[name] for phrase, name in means.items() if name in names}


def _spell_numbers(words: Words, phrases: Iterable[str]) -> Iterator[str]:
    """Yield the phrases of a row, of one of them with every number in words."""
    numbers = build_number_words(words.spelling.numbers)
    spelled = False
    for phrase in phrases:
        found = NUMBER.search(phrase)
        if "{" not in phrase:
            yield phrase
        elif found and not spelled and phrase.count("{") == 1:
            spelled = True
            least, most = int(found[1]), min(int(found[2]), MOST_NUMBER)
            for word, number in numbers.items():
                if least <= number <= most:
                    yield phrase.replace(found[0], word)


def _add_subject(
    words: Words, phrase: str, subjects: Iterable[str], nothing: Asked
) -> str:
    """Return a phrase with the subject that it lacks, where it means the same then."""
    meant = understand(words, phrase, nothing)
    if not isinstance(meant, UnpromptedStatement):
        return phrase
    for subject in subjects:
        if phrase.startswith(f"{subject} "):
            return phrase
        if understand(words, f"{subject} {phrase}", nothing) == meant:
            return f"{subject} {phrase}"
    return phrase


def _is_filler(lexicon: Lexicon, word: str, nothing: Asked) -> bool:
    """Tell whether a word changes nothing before and behind a plain answer."""
    plain = lexicon.plain[Answer.NO][0]

    def get_event(text: str) -> Event:
        return understand(lexicon.words, text, nothing)

    events = {get_event(t) for t in (plain, f"{word} {plain}", f"{plain} {word}")}
    return len(events) == 1


def _is_correction(lexicon: Lexicon, word: str) -> bool:
    """Tell whether a word lets the yes behind it take the place of a plain no."""
    no, yes = (lexicon.plain[answer][0] for answer in (Answer.NO, Answer.YES))
    asked = Asked(AskedKind.DANGER)
    return understand(lexicon.words, f"{no} {word} {yes}", asked) == Answered(
        Answer.YES
    )


def _build_lengths(words: Words, data: LocaleData) -> Lengths:
    deny = words.negators
    exact, *bounds = LENGTH_BOUNDS
    frames = list_group(words, f"lengths.{exact}")
    tails = [f.removeprefix(LENGTH).strip() for f in frames if f.startswith(LENGTH)]
    behind = tuple(filter(None, tails))
    leads = [lead for bound in bounds for lead in list_leads(words, bound)]
    known = dict.fromkeys(x for x in leads if deny.isdisjoint(x.split()))
    numbers = build_number_words(words.spelling.numbers)
    counts = (" ".join(count) for count in words.spelling.counts)
    two = next(word for word, number in numbers.items() if number == TWO)
    example = f"{two} {max(words.spelling.units)}"
    # "In two years ago" is no length, and "over two years ago" is.
    going_on = [x for x in known if is_length(words, f"{x} {example} {behind[0]}")]
    # "Two years in all" is one, and "over two years in all" is not.
    behind = tuple(
        tail
        for tail in behind
        if all(is_length(words, f"{lead} {example} {tail}") for lead in going_on)
    )
    return Lengths(
        tuple(dict.fromkeys(data.leads)),
        tuple(going_on),
        tuple(x for x in known if x not in going_on),
        (*(w for w, n in numbers.items() if 0 < n <= MOST_NUMBER), *counts),
        frozenset(words.spelling.units),
        list_group(words, "lengths.fixed", MOST_TOLD),
        behind,
    )
