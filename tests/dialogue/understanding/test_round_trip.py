"""Every template, read by hassil and sampled: our matcher gives it its own meaning."""

import random
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

import pytest
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.parse_expression import parse_sentence
from hassil.sample import sample_sentence
from helpers.current_protocol import read_shipped_protocol
from helpers.meanings import find_meaning, read_shipped_words

from dialogue.content.content_store import ContentStore
from dialogue.engine.protocol import Answer
from dialogue.understanding.matcher import Kind
from dialogue.understanding.meaning import Result
from dialogue.understanding.word_source import Entry, WordSource, list_entries

SAMPLES = 20
SMALL = 200
"""A template with at most so many expansions is sampled whole, by hassil itself."""
QUESTIONS = read_shipped_protocol().question


@cache
def read_source() -> WordSource:
    """Return the words as they are written."""
    return ContentStore().read_word_source("en-US")


@cache
def parse_rule(name: str) -> Sentence:
    """Return one of our rules as hassil reads it."""
    return parse_sentence(f"({'|'.join(map(fill, read_source().rules[name]))})")


def fill(template: str) -> str:
    """Return a template with numbers and lengths in words, and nothing for `-`."""
    text = re.sub(r"\{n:([0-9.]+)\.\.[0-9.]+\}", r"\1", template)
    text = text.replace("{n}", "three").replace("{length}", "three weeks")
    return re.sub(r"(^|[(|])-(?=$|[)|])", r"\1[please]", text)


def list_templates() -> Iterator[tuple[Entry, str]]:
    """Yield every template with its verb written out, as hassil can read it."""
    source = read_source()
    for entry in list_entries(source):
        verb = re.search(r"~([a-z_]+)", entry.template)
        if entry.frame or (verb and not entry.affirmed and is_inside(entry.template)):
            continue
        text = entry.template
        if verb:
            forms = [f for f in source.verbs[verb[1]][entry.affirmed] if f != "-"]
            text = text.replace(verb[0], f"({'|'.join(forms)})")
        yield entry, fill(text)


def is_inside(template: str) -> bool:
    """Tell whether a verb stands in brackets, where it may be missing."""
    before = template.partition("~")[0]
    return before.count("(") + before.count("[") > before.count(")") + before.count("]")


def walk(expression: Expression, chance: random.Random) -> str:
    """Return one expansion of hassil's tree by chance."""
    if isinstance(expression, TextChunk):
        return str(expression.original_text)
    if isinstance(expression, RuleReference):
        return walk(parse_rule(expression.rule_name).expression, chance)
    assert isinstance(expression, Group)
    if isinstance(expression, Alternative):
        return walk(chance.choice(expression.items), chance)
    return "".join(walk(item, chance) for item in expression.items)


def sample(text: str, chance: random.Random) -> list[str]:
    """Return some expansions of a template."""
    sentence = parse_sentence(text)
    if "<" not in text:
        few = list(islice(sample_sentence(sentence), SMALL + 1))
        if len(few) <= SMALL:
            return chance.sample(few, min(SAMPLES, len(few)))
    return [walk(sentence.expression, chance) for _ in range(SAMPLES)]


@pytest.mark.parametrize("part", range(4))
def test_a_sample_has_the_meaning_of_its_template(part: int) -> None:
    """As a whole it carries its label, and its own question takes it the same way."""
    chance, words = random.Random(part), read_shipped_words()
    missed, turned = [], []
    for entry, text in [*list_templates()][part::4]:
        for said in sample(text, chance):
            labels = words.automaton.find_whole(words.normalise(said))
            if entry.label not in labels:
                missed.append((entry.text, said))
            elif is_turned(entry, said):
                turned.append((entry.text, said))
    assert not missed, missed[:20]
    assert not turned, turned[:20]


def is_turned(entry: Entry, said: str) -> bool:
    """Tell whether a phrase is accepted as the opposite of its template."""
    label = entry.label
    if label.kind is Kind.STATEMENT and label.name in QUESTIONS:
        meaning = find_meaning(said, label.name)
    elif label.kind is Kind.ANSWER:
        meaning = find_meaning(said, "same_spot_returns")
    else:
        return False
    wanted = label.detail if label.kind is Kind.STATEMENT else label.name
    if meaning.result is not Result.ACCEPT or meaning.answer is None:
        return False
    return meaning.answer is not Answer(wanted)
