"""Builds Alexa's interaction model of the lexicon, checked against Alexa's rules."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dialogue.engine.events import Bound, Strength
from dialogue.engine.protocol import Answer
from dialogue.understanding.lexicon import Lexicon
from skill.errors import SkillRefused
from skill.intents import (
    ANSWER_INTENTS,
    CANCEL,
    COMMAND_INTENTS,
    DESCRIBE,
    FALLBACK,
    HEDGED,
    HEDGED_INTENTS,
    HOME,
    MORE,
    STATEMENT,
    STOP,
)
from skill.publishing.store_listing import Store

STATEMENT_TYPE, ANSWER_TYPE = "VOLUNTEERED_STATEMENT", "SPOKEN_ANSWER"
TOPIC_TYPE, BOUND_TYPE = "EXPLAINED_WORD", "DURATION_BOUND"
TRIGGER_TYPE, REGION_TYPE = "SPASM_TRIGGER", "SPASM_REGION"
SLOTS: Mapping[str, Mapping[str, str]] = {
    DESCRIBE: {
        "howLong": "AMAZON.DURATION",
        "bound": BOUND_TYPE,
        "trigger": TRIGGER_TYPE,
        "region": REGION_TYPE,
    },
    STATEMENT: {"statement": STATEMENT_TYPE, "answer": ANSWER_TYPE},
    MORE: {"topic": TOPIC_TYPE},
}
"""By intent: its slots and their types."""
_SAMPLE = re.compile(r"(?:[^\W\d_A-Z]|[' .]|\{[a-zA-Z]+\})+")
"""Letters of any alphabet; Alexa's own are those of each of its languages."""

Groups = Mapping[str, tuple[str, ...]]


def build_model(lexicon: Lexicon, store: Store) -> dict[str, Any]:
    """Return the model as Alexa's JSON.

    Raises SkillRefused where a meaning has no intent, or a phrase would be lost on
    Alexa or mean two things there.
    """
    samples = _build_samples(lexicon, store)
    types = _build_types(lexicon, store)
    _check_samples(samples)
    _check_values(lexicon, types[STATEMENT_TYPE])
    return {
        "interactionModel": {
            "languageModel": {
                "invocationName": store.invocation_name,
                "modelConfiguration": {"fallbackIntentSensitivity": {"level": "HIGH"}},
                "intents": [
                    _build_intent(name, said) for name, said in samples.items()
                ],
                "types": [_build_type(name, values) for name, values in types.items()],
            }
        }
    }


def get_samples(model: Mapping[str, Any]) -> list[str]:
    """Return the sample phrases of every intent."""
    intents = model["interactionModel"]["languageModel"]["intents"]
    return [sample for intent in intents for sample in intent["samples"]]


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
        pairs = (
            (f"{where}[{n}]", old[n] if n < len(old) else None,
             new[n] if n < len(new) else None)
            for n in range(max(len(old), len(new)))
        )  # fmt: skip
    elif old == new:
        return None
    else:
        return f"{where} is {_shorten(old)}, but the lexicon gives {_shorten(new)}"
    found = (find_difference(a, b, path) for path, a, b in pairs)
    return next((difference for difference in found if difference), None)


def _shorten(value: object) -> str:
    text = "missing" if value is None else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _build_samples(lexicon: Lexicon, store: Store) -> dict[str, list[str]]:
    """Return the samples of every intent; each meaning belongs to one."""
    samples: dict[str, list[str]] = {}
    for answer in lexicon.answers:
        plain, hedged = _split_by_strength(lexicon, answer)
        samples[ANSWER_INTENTS[answer]] = plain
        if hedged:
            samples[HEDGED_INTENTS[answer]] = hedged
    for meaning, phrases in lexicon.commands.items():
        if meaning not in COMMAND_INTENTS:
            raise SkillRefused(
                f"The lexicon's '{meaning}' has no intent, so Alexa would not "
                "understand it; give it one in skill/intents.py."
            )
        samples.setdefault(COMMAND_INTENTS[meaning], []).extend(phrases)
    for phrase in store.cancel:
        if phrase not in samples[STOP]:
            raise SkillRefused(
                f"The store's cancel holds '{phrase}', which is no phrase of the "
                "lexicon's stop; add it there, so that every channel stops."
            )
        samples[STOP].remove(phrase)
    samples[CANCEL] = list(store.cancel)
    samples[HOME], samples[FALLBACK] = [], []
    samples[MORE] += store.topics
    joins = [f"{{answer}} {joiner} {{statement}}" for joiner in lexicon.joiners]
    samples[STATEMENT] = ["{statement}", *joins]
    samples[DESCRIBE] = list(store.describe)
    return samples


def _split_by_strength(lexicon: Lexicon, answer: Answer) -> tuple[list[str], list[str]]:
    """Return the plain and the hedged phrases of one answer."""
    phrases: dict[Strength, list[str]] = {strength: [] for strength in Strength}
    for phrase in lexicon.answers[answer]:
        phrases[lexicon.get_strength(answer, phrase)].append(phrase)
    return phrases[Strength.PLAIN], phrases[Strength.HEDGED]


def _build_types(lexicon: Lexicon, store: Store) -> dict[str, Groups]:
    """Return the values of every slot type: an id, and the phrases that mean it."""
    spoken = (Answer.YES, Answer.NO)
    durations = lexicon.durations
    return {
        STATEMENT_TYPE: lexicon.volunteered,
        ANSWER_TYPE: {
            f"{prefix}{answer.value}": tuple(phrases)
            for answer in spoken
            for prefix, phrases in zip(
                ("", HEDGED), _split_by_strength(lexicon, answer), strict=True
            )
            if phrases
        },
        TOPIC_TYPE: {
            topic: tuple(_find_topic_words(topic, phrases, store))
            for topic, phrases in lexicon.topics.items()
        },
        BOUND_TYPE: {
            Bound.OVER.value: durations.over,
            Bound.UNDER.value: durations.under,
        },
        TRIGGER_TYPE: lexicon.triggers,
        REGION_TYPE: lexicon.regions,
    }


def _find_topic_words(
    topic: str, phrases: Iterable[str], store: Store
) -> Iterator[str]:
    """Yield the words that stand for {topic} in `phrases`, each once."""
    seen = set()
    for phrase in phrases:
        for carrier in store.topics:
            before, _, after = carrier.partition("{topic}")
            if phrase.startswith(before) and phrase.endswith(after):
                word = phrase.removeprefix(before).removesuffix(after)
                break
        else:
            raise SkillRefused(
                f"'{phrase}' asks about '{topic}', but fits none of the store's "
                "topics; add a sentence with {topic} there."
            )
        if word not in seen:
            seen.add(word)
            yield word


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
    reserved = {
        phrase
        for group in (lexicon.answers, lexicon.commands, lexicon.topics)
        for phrases in group.values()
        for phrase in phrases
    }
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
    return {
        "name": name,
        "values": [
            {"id": id_, "name": {"value": phrases[0], "synonyms": list(phrases[1:])}}
            for id_, phrases in values.items()
        ],
    }
