"""Builds Alexa's interaction model of the words, checked against Alexa's rules."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, product, zip_longest
from typing import Any

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.understanding import export
from dialogue.understanding.meaning import COMMAND_GROUPS, COMMANDS
from dialogue.understanding.words import Words
from skill import facts, intents
from skill.errors import SkillRefused
from skill.publishing.limits import check_limits
from skill.publishing.phrases import SAMPLE, Phrasebook
from skill.publishing.store_listing import Store

STATEMENT_TYPE, REST_TYPE = "VOLUNTEERED_STATEMENT", "AMAZON.SearchQuery"
TOPIC_TYPE, BOUND_TYPE = "EXPLAINED_WORD", "DURATION_BOUND"
TRIGGER_TYPE, REGION_TYPE = "SPASM_TRIGGER", "SPASM_REGION"
STATEMENT = "statement"
"""The slot that takes in a whole sentence."""
SLOTS: Mapping[str, Mapping[str, str]] = {
    intents.DESCRIBE: {
        facts.LENGTH: "AMAZON.DURATION",
        facts.BOUND: BOUND_TYPE,
        facts.TRIGGER: TRIGGER_TYPE,
        facts.REGION: REGION_TYPE,
    },
    intents.STATEMENT: {STATEMENT: STATEMENT_TYPE},
    intents.MORE: {"topic": TOPIC_TYPE},
}
"""By intent: its slots and their types; a carrier has its rest."""
OTHER_GROUPS = ("surroundings.fine", "surroundings.back", "surroundings.old")
"""Sentences that are no row's, and come as words all the same."""
MOST = 3
"""Phrases of a template among the values of a slot."""

Groups = Mapping[str, tuple[str, ...]]
_NAME = re.compile("[A-Z][A-Za-z]*")


def build_model(content: Content, store: Store) -> dict[str, Any]:
    """Return the model as Alexa's JSON.

    Raises SkillRefused where a meaning has no intent, where a phrase would be lost on
    Alexa or mean two things there, and where the model is over Amazon's limits.
    """
    book = Phrasebook(content, store.contractions)
    samples, in_words = _build_samples(book, store)
    slots = dict(SLOTS)
    for name, carrier in content.lexicon.carriers.items():
        _check_carrier(name, samples)
        samples[name] = [f"{carrier} {{{intents.REST}}}"]
        slots[name] = {intents.REST: REST_TYPE}
    _check_samples(samples, slots)
    types = _build_types(book, store, samples, in_words)
    model = {
        "interactionModel": {
            "languageModel": {
                "invocationName": store.invocation_name,
                "modelConfiguration": {"fallbackIntentSensitivity": {"level": "HIGH"}},
                "intents": [
                    _build_intent(name, said, slots.get(name, {}))
                    for name, said in samples.items()
                ],
                "types": [_build_type(*type_) for type_ in types.items()],
            }
        }
    }
    check_limits(model)
    return model


def get_samples(model: Mapping[str, Any]) -> list[str]:
    """Return the sample phrases of every intent."""
    inside = model["interactionModel"]["languageModel"]
    return [sample for intent in inside["intents"] for sample in intent["samples"]]


def render_model(model: Mapping[str, Any]) -> str:
    """Return the model as JSON, in the form that is committed."""
    return json.dumps(model, indent=1, ensure_ascii=False) + "\n"


def find_difference(old: object, new: object, where: str = "") -> str | None:
    """Return where two models differ first, in words, or None where they do not."""
    if isinstance(old, dict) and isinstance(new, dict):
        pairs: Iterable[tuple[str, object, object]] = (
            (f"{where}.{key}".lstrip("."), old.get(key), new.get(key))
            for key in [*new, *(key for key in old if key not in new)]
        )
    elif isinstance(old, list) and isinstance(new, list):
        both = enumerate(zip_longest(old, new))
        pairs = ((f"{where}[{n}]", a, b) for n, (a, b) in both)
    elif old == new:
        return None
    else:
        return f"{where} is {_shorten(old)}, but the lexicon gives {_shorten(new)}"
    found = (find_difference(a, b, path) for path, a, b in pairs)
    return next((difference for difference in found if difference), None)


def _shorten(value: object) -> str:
    text = "missing" if value is None else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _build_samples(
    book: Phrasebook, store: Store
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the samples of every intent, and phrases that must come as words.

    An intent carries no words, so each sample means the same whatever is open. What
    does not, such as "not yet" and all that is hedged, is a value of the slot that
    takes in a whole sentence; these are by the value's id.
    """
    lexicon = book.content.lexicon
    samples: dict[str, list[str]] = {}
    in_words: dict[str, list[str]] = {id_: [] for id_ in intents.LEANING}
    in_words[intents.IN_WORDS] = []
    leaning = {answer: id_ for id_, answer in intents.LEANING.items()}
    for answer, intent in intents.ANSWER_INTENTS.items():
        event = events.Answered(answer)
        id_ = leaning.get(answer, intents.IN_WORDS)
        for phrase in book.list_variants(lexicon.answers[answer]):
            sure = book.is_sure(phrase, event)
            (samples.setdefault(intent, []) if sure else in_words[id_]).append(phrase)
    for group in COMMAND_GROUPS:
        for phrase in book.list_variants(_list_command(book, group)):
            if group in COMMANDS and book.is_sure(phrase, COMMANDS[group]):
                samples.setdefault(_find_intent(group), []).append(phrase)
            else:
                in_words[intents.IN_WORDS].append(phrase)
    for group, phrases in store.more_samples.items():
        _check_more(book, group, phrases)
        samples[_find_intent(group)] += phrases
    for phrase in store.cancel:
        if phrase not in samples[intents.STOP]:
            raise SkillRefused(
                f"The store's cancel holds '{phrase}', which is no phrase of the "
                "words' stop; add it there, so that every channel stops."
            )
        samples[intents.STOP].remove(phrase)
    samples[intents.CANCEL] = list(store.cancel)
    samples[intents.HOME], samples[intents.FALLBACK] = [], []
    samples[intents.MORE] += store.topics
    samples[intents.STATEMENT] = list(store.statements)
    samples[intents.DESCRIBE] = list(store.describe)
    return {name: list(dict.fromkeys(said)) for name, said in samples.items()}, in_words


def _check_more(book: Phrasebook, group: str, phrases: Iterable[str]) -> None:
    for phrase in phrases:
        if not book.is_sure(phrase, COMMANDS.get(group, events.NoMatch())):
            raise SkillRefused(
                f"The store's more_samples hold '{phrase}' for '{group}', but it does "
                "not mean that whatever is open; take it out, or add it to the words."
            )


def _list_command(book: Phrasebook, group: str) -> tuple[str, ...]:
    commands = book.content.lexicon.commands
    if group in commands:
        return commands[group]
    return export.list_group(book.content.words, f"commands.{group}")


def _find_intent(group: str) -> str:
    if group not in intents.COMMAND_INTENTS:
        raise SkillRefused(
            f"The words' '{group}' has no intent, so Alexa would not understand it; "
            "give it one in skill/intents.py."
        )
    return intents.COMMAND_INTENTS[group]


def _build_types(
    book: Phrasebook,
    store: Store,
    samples: Mapping[str, list[str]],
    in_words: Mapping[str, list[str]],
) -> dict[str, Groups]:
    """Return the values of every slot type: an id, and the phrases that mean it."""
    lexicon, words = book.content.lexicon, book.content.words
    topics = {
        topic: tuple(dict.fromkeys(_find_topic_words(topic, phrases, store)))
        for topic, phrases in lexicon.topics.items()
    }
    for phrase in chain.from_iterable(store.bounds.values()):
        _check_bound(phrase, words)
    return {
        STATEMENT_TYPE: _build_statements(book, samples, in_words),
        TOPIC_TYPE: topics,
        BOUND_TYPE: _take_each_once(book, store.bounds),
        TRIGGER_TYPE: _take_each_once(book, lexicon.triggers),
        REGION_TYPE: _take_each_once(book, lexicon.regions),
    }


def _check_bound(phrase: str, words: Words) -> None:
    unit = next(iter(words.spelling.units), "")
    length = facts.read_length(f"{phrase} 1 {unit}", words)
    if length is None or length.least == length.most:
        raise SkillRefused(
            f"'{phrase}' of the store's bounds makes no other length of the one "
            "behind it; take it out, or add it to the words of lengths."
        )


def _build_statements(
    book: Phrasebook,
    samples: Mapping[str, list[str]],
    in_words: Mapping[str, list[str]],
) -> Groups:
    """Return what is said of every row, and what else must come as words.

    A sample that is one slot takes in any sentence, so no value is another intent's
    sample: it would swallow "stop" or "no".
    """
    words = book.content.words
    groups: dict[str, list[str]] = {}
    for row in words.rows:
        groups[row] = [
            *export.list_named(words, row, most=MOST),
            *export.list_statements(words, row, most=MOST),
            *export.list_statements(words, row, denied=True, most=MOST),
        ]
    groups |= in_words
    # What counts at its own question alone is no sign by itself.
    for row, denied in product(words.rows, (False, True)):
        groups[intents.IN_WORDS] += export.list_here(
            words, row, denied=denied, most=MOST
        )
    groups[intents.IN_WORDS] += chain.from_iterable(
        export.list_group(words, group, MOST)
        for group in (
            *OTHER_GROUPS,
            *export.list_groups(words, "lengths"),
            *export.list_groups(words, "than_that"),
        )
    )
    # What begins as a carrier does comes as words by that carrier.
    carried = tuple(f"{word} " for word in book.content.lexicon.carriers.values())
    found = groups[intents.IN_WORDS]
    groups[intents.IN_WORDS] = [p for p in found if not p.startswith(carried)]
    return _take_each_once(book, groups, set(chain.from_iterable(samples.values())))


def _take_each_once(
    book: Phrasebook,
    groups: Mapping[str, Iterable[str]],
    taken: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
    """Return the groups with no phrase under two ids: Alexa would match neither."""
    taken = set(taken)
    found = {}
    for id_, phrases in groups.items():
        kept = [p for p in book.list_contracted(phrases) if p not in taken]
        taken.update(kept)
        if kept:
            found[id_] = tuple(kept)
    return found


def _find_topic_words(
    topic: str, phrases: Iterable[str], store: Store
) -> Iterator[str]:
    """Yield the words that stand for {topic} in `phrases`."""
    fits = False
    for phrase in phrases:
        for carrier in store.topics:
            before, _, after = carrier.partition("{topic}")
            if phrase.startswith(before) and phrase.endswith(after):
                yield phrase.removeprefix(before).removesuffix(after)
                fits = True
                break
    if not fits:
        raise SkillRefused(
            f"No phrase that asks about '{topic}' fits any of the store's topics; add "
            "a sentence with {topic} there."
        )


def _check_carrier(name: str, samples: Mapping[str, list[str]]) -> None:
    """Refuse a carrier whose name Alexa or another intent has no room for."""
    if not _NAME.fullmatch(name) or name in samples:
        raise SkillRefused(
            f"'{name}' names a carrier of the lexicon, but an intent's name is letters "
            "only, begins with a large one, and is not another intent's; rename it."
        )


def _check_samples(
    samples: Mapping[str, list[str]], slots: Mapping[str, Mapping[str, str]]
) -> None:
    """Refuse a sample that Alexa cannot take, or that stands under two intents."""
    owner: dict[str, str] = {}
    for intent, said in samples.items():
        own = slots.get(intent, {})
        for sample in said:
            named = re.findall(r"\{(\w+)\}", sample)
            if not SAMPLE.fullmatch(sample) or set(named) - set(own):
                raise SkillRefused(
                    f"'{sample}' of {intent} is no sample for Alexa: lower case "
                    "letters, spaces, apostrophes, periods and the intent's slots "
                    "only; write numbers in words."
                )
            if sample in owner:
                raise SkillRefused(
                    f"'{sample}' stands under {owner[sample]} and {intent}, but a "
                    "phrase has one meaning; take it out of one of them."
                )
            owner[sample] = intent


def _build_intent(
    name: str, samples: list[str], slots: Mapping[str, str]
) -> dict[str, Any]:
    intent: dict[str, Any] = {"name": name, "samples": samples}
    if slots:
        intent["slots"] = [{"name": n, "type": t} for n, t in slots.items()]
    return intent


def _build_type(name: str, values: Groups) -> dict[str, Any]:
    names = {
        id_: {"value": value, "synonyms": synonyms}
        for id_, (value, *synonyms) in values.items()
    }
    return {"name": name, "values": [{"id": i, "name": n} for i, n in names.items()]}
