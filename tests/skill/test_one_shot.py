"""A sentence that opens the talk: its facts are noted, no danger sign is answered."""

import re
from itertools import product

import pytest
from helpers.alexa_replies import answer_all, find_question, get_dangers

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Duration, Facts
from dialogue.engine.interview import take_turn
from skill.publishing.interaction_model import build_model
from skill.publishing.store_listing import load_store
from skill.testing.alexa_client import AlexaClient, slot

LENGTH = r"(?:\w+ )?(?:hour|day|week|month|year)s?"
"""What Amazon's own type of lengths takes in, as far as these sentences go."""
SENTENCES = {
    "about a spasm that began two days ago after lifting": {
        "howLong": "two days", "trigger": "lifting",
    },
    "about a back spasm that started a week ago": {"howLong": "a week"},
    "about a spasm in my lower back that began three days ago after gardening": {
        "region": "lower back", "howLong": "three days", "trigger": "gardening",
    },
    "about a spasm that began over two weeks ago": {
        "bound": "over", "howLong": "two weeks",
    },
    "my upper back has been in spasm for two months": {
        "region": "upper back", "howLong": "two months",
    },
    "i've had a back spasm for more than a week": {
        "bound": "more than", "howLong": "a week",
    },
    "my back hurts after a long drive": {"trigger": "a long drive"},
    "my back hurts": {},
    "about my back": {},
}  # fmt: skip
"""Sentences behind "ask back talk" and "tell back talk", with the slots they fill."""


def patterns(content: Content) -> list[re.Pattern[str]]:
    """Return the opening sentences of the model, their slots as named groups."""
    model = build_model(content, load_store("en-US"))
    language = model["interactionModel"]["languageModel"]
    words = {
        kind["name"]: "|".join(
            phrase
            for value in kind["values"]
            for phrase in (value["name"]["value"], *value["name"]["synonyms"])
        )
        for kind in language["types"]
    } | {"AMAZON.DURATION": LENGTH}
    intent = next(i for i in language["intents"] if i["name"] == "DescribeSpasmIntent")
    groups = {
        s["name"]: f"(?P<{s['name']}>{words[s['type']]})" for s in intent["slots"]
    }
    return [
        re.compile(re.sub(r"\{(\w+)\}", lambda m: groups[m[1]], sample))
        for sample in intent["samples"]
    ]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_model_holds_the_sentence_with_its_slots(
    content: Content, sentence: str
) -> None:
    """As people say it, with every useful combination."""
    found = [m.groupdict() for p in patterns(content) if (m := p.fullmatch(sentence))]
    assert SENTENCES[sentence] in found


def test_facts_are_read_back_and_every_danger_sign_is_asked(
    alexa: AlexaClient, content: Content
) -> None:
    """Two days ago, after lifting."""
    heard = alexa.intent(
        "DescribeSpasmIntent",
        howLong=slot("P2D"),
        trigger=slot("lifting", "hard_effort"),
    )
    words = heard.words
    for fact in ("started_within_three_days", "hard_effort"):
        assert content.prompts[f"readback.{fact}.yes"] in words
    asked = []
    while heard.is_open and (open_prompt := find_question(heard, content)):
        asked.append(open_prompt)
        heard = alexa.intent(
            "AMAZON.YesIntent" if asked[-1] == "adult" else "AMAZON.NoIntent"
        )
    flags = get_dangers(content)
    assert flags == asked[: len(flags)]
    assert not {"started_within_three_days", "hard_effort"} & set(asked)


def test_no_fact_answers_a_danger_sign(content: Content) -> None:
    """Whatever is said, in every combination: the first question is a danger sign."""
    lengths = [
        None,
        *(Duration.exact(hours) for hours in (1, 71.9, 72, 72.1, 168, 400, 9000)),
    ]
    lengths += [Duration.over(168), Duration.under(168)]
    triggers = [None, *content.lexicon.triggers]
    regions = [None, *content.lexicon.regions]
    flags = set(content.protocol.dangers)
    for facts in product(lengths, triggers, regions):
        state, reply = take_turn(content.protocol, None, events.Begin(Facts(*facts)))
        assert reply.open_prompt in flags
        assert not flags & set(state.answers)


def test_a_fact_that_was_wrong_can_be_told_anew(
    alexa: AlexaClient, content: Content
) -> None:
    """A later sentence replaces it; nobody is held to the first one."""
    alexa.intent("DescribeSpasmIntent", howLong=slot("P1D"))
    alexa.intent("DescribeSpasmIntent", howLong=slot("P3W"))
    heard = alexa.intent("AMAZON.RepeatIntent")
    while heard.is_open and find_question(heard, content):
        heard = alexa.intent("AMAZON.NoIntent")
    assert "651-219-7292" in heard.words


def test_a_launch_without_facts_notes_none(
    alexa: AlexaClient, content: Content
) -> None:
    """Nothing is read back that nobody said."""
    heard = answer_all(alexa, content, set())
    assert content.prompts["session.understood"] not in heard.words
