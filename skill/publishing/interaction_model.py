"""Builds Alexa's interaction model of the lexicon, checked against Alexa's rules."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any

from dialogue.engine.events import Strength
from dialogue.engine.protocol import Answer
from dialogue.understanding.export import list_leads
from dialogue.understanding.lexicon import Lexicon
from skill import intents
from skill.errors import SkillRefused
from skill.publishing.store_listing import Store

STATEMENT_TYPE, ANSWER_TYPE = "VOLUNTEERED_STATEMENT", "SPOKEN_ANSWER"
TOPIC_TYPE, BOUND_TYPE = "EXPLAINED_WORD", "DURATION_BOUND"
TRIGGER_TYPE, REGION_TYPE = "SPASM_TRIGGER", "SPASM_REGION"
SLOTS: Mapping[str, Mapping[str, str]] = {
    intents.DESCRIBE: {
        "howLong": "AMAZON.DURATION",
        "bound": BOUND_TYPE,
        "trigger": TRIGGER_TYPE,
        "region": REGION_TYPE,
    },
    intents.STATEMENT: {"statement": STATEMENT_TYPE, "answer": ANSWER_TYPE},
    intents.MORE: {"topic": TOPIC_TYPE},
}
"""By intent: its slots and their types."""
PHRASES_A_TEMPLATE = 2
"""Of each template, the shortest."""
_SAMPLE = re.compile(r"(?:[^\W\d_A-Z]|[' .]|\{[a-zA-Z]+\})+")
"""Letters of any alphabet; Alexa's own are those of each of its languages."""

Groups = Mapping[str, tuple[str, ...]]


def build_model(lexicon: Lexicon, store: Store) -> dict[str, Any]:
    """Return the model as Alexa's JSON.

    Raises SkillRefused where a meaning has no intent, or a phrase would be lost on
    Alexa or mean two things there.
    """
    lexicon = _fit_to_alexa(lexicon)
    samples = _build_samples(lexicon, store)
    types = _build_types(lexicon, store)
    _check_samples(samples)
    _check_values(lexicon, types[STATEMENT_TYPE])
    return {
        "interactionModel": {
            "languageModel": {
                "invocationName": store.invocation_name,
                "modelConfiguration": {"fallbackIntentSensitivity": {"level": "HIGH"}},
                "intents": [_build_intent(*intent) for intent in samples.items()],
                "types": [_build_type(*type_) for type_ in types.items()],
            }
        }
    }


def get_samples(model: Mapping[str, Any]) -> list[str]:
    """Return the sample phrases of every intent."""
    inside = model["interactionModel"]["languageModel"]
    return [sample for intent in inside["intents"] for sample in intent["samples"]]


def render_model(model: Mapping[str, Any]) -> str:
    """Return the model as JSON, in the form that is committed."""
    return json.dumps(model, indent=2) + "\n"


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


def _fit_to_alexa(lexicon: Lexicon) -> Lexicon:
    """Return the lexicon with the shortest phrases of each template alone.

    All of them would be more than a model may hold.
    """
    return replace(lexicon, most=PHRASES_A_TEMPLATE)


def _keep_sayable(phrases: Iterable[str]) -> list[str]:
    """Return the phrases that can be a sample or a value: words, and no numbers."""
    return [p for p in dict.fromkeys(phrases) if "{" not in p and _SAMPLE.fullmatch(p)]


def _build_samples(lexicon: Lexicon, store: Store) -> dict[str, list[str]]:
    """Return the samples of every intent; each meaning belongs to one."""
    samples: dict[str, list[str]] = {}
    for answer in lexicon.answers:
        plain, hedged = _split_by_strength(lexicon, answer)
        samples[intents.ANSWER_INTENTS[answer]] = plain
        if hedged:
            samples[intents.HEDGED_INTENTS[answer]] = hedged
    for meaning, phrases in lexicon.commands.items():
        if meaning not in intents.COMMAND_INTENTS:
            raise SkillRefused(
                f"The lexicon's '{meaning}' has no intent, so Alexa would not "
                "understand it; give it one in skill/intents.py."
            )
        known = samples.setdefault(intents.COMMAND_INTENTS[meaning], [])
        known += [p for p in _keep_sayable(phrases) if p not in known]
    for phrase in store.cancel:
        if phrase not in samples[intents.STOP]:
            raise SkillRefused(
                f"The store's cancel holds '{phrase}', which is no phrase of the "
                "lexicon's stop; add it there, so that every channel stops."
            )
        samples[intents.STOP].remove(phrase)
    samples[intents.CANCEL] = list(store.cancel)
    samples[intents.HOME], samples[intents.FALLBACK] = [], []
    samples[intents.MORE] += store.topics
    joins = [f"{{answer}} {joiner} {{statement}}" for joiner in lexicon.joiners]
    samples[intents.STATEMENT] = ["{statement}", *joins]
    samples[intents.DESCRIBE] = list(store.describe)
    return samples


def _split_by_strength(lexicon: Lexicon, answer: Answer) -> tuple[list[str], list[str]]:
    """Return the plain and the hedged phrases of one answer."""
    phrases: dict[Strength, list[str]] = {strength: [] for strength in Strength}
    for phrase in _keep_sayable(lexicon.answers[answer]):
        phrases[lexicon.get_strength(answer, phrase)].append(phrase)
    return phrases[Strength.PLAIN], phrases[Strength.HEDGED]


def _build_types(lexicon: Lexicon, store: Store) -> dict[str, Groups]:
    """Return the values of every slot type: an id, and the phrases that mean it."""
    spoken, topics = (Answer.YES, Answer.NO), lexicon.topics.items()
    words = {t: dict.fromkeys(_find_topic_words(t, p, store)) for t, p in topics}
    over, under = (list_leads(lexicon.words, b) for b in (intents.OVER, intents.UNDER))
    return {
        STATEMENT_TYPE: dict(_list_statements(lexicon)),
        ANSWER_TYPE: {
            f"{prefix}{answer.value}": tuple(phrases)
            for answer in spoken
            for prefix, phrases in zip(
                ("", intents.HEDGED), _split_by_strength(lexicon, answer), strict=True
            )
            if phrases
        },
        TOPIC_TYPE: {topic: tuple(each_once) for topic, each_once in words.items()},
        BOUND_TYPE: {intents.OVER: over, intents.UNDER: under},
        TRIGGER_TYPE: lexicon.triggers,
        REGION_TYPE: lexicon.regions,
    }


def _list_statements(lexicon: Lexicon) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is said unasked by row, each phrase once; rows of questions too.

    What is an answer or a command as well stays with it.
    """
    meanings = (lexicon.answers, lexicon.commands, lexicon.topics)
    taken = set(chain.from_iterable(chain.from_iterable(m.values() for m in meanings)))
    for row, phrases in lexicon.volunteered.items():
        free = tuple(p for p in _keep_sayable(phrases) if p not in taken)
        taken.update(free)
        if free:
            yield row, free


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


def _check_samples(samples: Mapping[str, list[str]]) -> None:
    """Refuse a sample that Alexa cannot take, or that stands under two intents."""
    owner: dict[str, str] = {}
    for intent, said in samples.items():
        slots = SLOTS.get(intent, {})
        for sample in said:
            unknown = set(re.findall(r"\{(\w+)\}", sample)) - set(slots)
            if not _SAMPLE.fullmatch(sample) or unknown:
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


def _check_values(lexicon: Lexicon, statements: Groups) -> None:
    """Refuse a statement that is also an answer or a command.

    A sample that is one slot takes in any sentence, so such a value would swallow
    "stop" or "no".
    """
    meanings = (lexicon.answers, lexicon.commands, lexicon.topics)
    groups = chain.from_iterable(meaning.values() for meaning in meanings)
    reserved = set(chain.from_iterable(groups))
    for row, phrases in statements.items():
        for value in (row, *phrases):
            if value in reserved:
                raise SkillRefused(
                    f"'{value}' is a value of '{row}', but it is an answer or a "
                    "command too and would be swallowed; take it out of one of them."
                )


def _build_intent(name: str, samples: list[str]) -> dict[str, Any]:
    intent: dict[str, Any] = {"name": name, "samples": samples}
    if name in SLOTS:
        intent["slots"] = [{"name": n, "type": t} for n, t in SLOTS[name].items()]
    return intent


def _build_type(name: str, values: Groups) -> dict[str, Any]:
    names = {
        id_: {"value": value, "synonyms": synonyms}
        for id_, (value, *synonyms) in values.items()
    }
    return {"name": name, "values": [{"id": i, "name": n} for i, n in names.items()]}
