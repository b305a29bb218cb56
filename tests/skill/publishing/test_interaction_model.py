"""The interaction model: from the lexicon, complete, unambiguous, not stale."""

import dataclasses
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import (
    InteractionModelData,
)
from helpers.hearing import hear

from dialogue.engine import events
from dialogue.engine.events import Strength
from dialogue.engine.protocol import Answer
from skill.__main__ import main
from skill.errors import SkillRefused
from skill.intents import ANSWER_INTENTS, COMMAND_INTENTS, HEDGED_INTENTS
from skill.publishing.interaction_model import build_model, find_difference
from skill.publishing.store_listing import load_store

COMMITTED = Path(__file__).parents[3] / "interaction_models/en-US.json"
BUILT_IN = {
    "AMAZON.CancelIntent", "AMAZON.FallbackIntent", "AMAZON.HelpIntent",
    "AMAZON.NavigateHomeIntent", "AMAZON.NextIntent", "AMAZON.NoIntent",
    "AMAZON.PreviousIntent", "AMAZON.RepeatIntent", "AMAZON.StartOverIntent",
    "AMAZON.StopIntent", "AMAZON.YesIntent",
}  # fmt: skip
OWN = {
    "AddressIntent", "ClinicNumberIntent", "DescribeSpasmIntent", "EmergencyIntent",
    "HedgedNoIntent", "HedgedYesIntent", "HoursIntent", "MoreIntent",
    "UnsureIntent", "VolunteeredIntent", "WaitIntent",
}  # fmt: skip


@pytest.fixture(scope="module")
def store():
    """Return the skill's own words."""
    return load_store("en-US")


@pytest.fixture(scope="module")
def language(content, store):
    """Return the model's one important part."""
    return build_model(content.lexicon, store)["interactionModel"]["languageModel"]


def samples(language, intent: str) -> list[str]:
    """Return the samples of an intent."""
    return next(i["samples"] for i in language["intents"] if i["name"] == intent)


def values(language, kind: str) -> dict[str, list[str]]:
    """Return the phrases of a slot type by id."""
    found = next(t for t in language["types"] if t["name"] == kind)
    return {
        v["id"]: [v["name"]["value"], *v["name"]["synonyms"]] for v in found["values"]
    }


def test_the_committed_model_is_not_stale() -> None:
    """Whoever changes the lexicon writes the model anew."""
    assert 0 == main(["model", "--check", "--out", str(COMMITTED)])


def test_it_loads_as_amazons_own_model_and_comes_back_whole() -> None:
    """A misspelt key or a bad value would be lost on the way."""
    model = json.loads(COMMITTED.read_text())
    serializer = DefaultSerializer()
    loaded = serializer.deserialize(json.dumps(model), InteractionModelData)
    assert model == serializer.serialize(loaded)


def test_every_intent_is_there(language) -> None:
    """Amazon's and ours, the sensitive fallback, and the name."""
    assert BUILT_IN | OWN == {intent["name"] for intent in language["intents"]}
    assert "back talk" == language["invocationName"]
    sensitivity = language["modelConfiguration"]["fallbackIntentSensitivity"]
    assert {"level": "HIGH"} == sensitivity


def test_every_phrase_of_the_lexicon_is_understood_on_alexa(content, language) -> None:
    """Each meaning belongs to one intent, and each phrase is a sample or a value."""
    said = {sample: i["name"] for i in language["intents"] for sample in i["samples"]}
    cancel = said["cancel"]
    for answer, phrases in content.lexicon.answers.items():
        for phrase in phrases:
            hedged = content.lexicon.get_strength(answer, phrase) is Strength.HEDGED
            intents = HEDGED_INTENTS if hedged else ANSWER_INTENTS
            assert intents[answer] == said[phrase]
    for meaning, phrases in content.lexicon.commands.items():
        intents = {said[phrase] for phrase in phrases} - {cancel}
        assert {COMMAND_INTENTS[meaning]} == intents
    for row, phrases in content.lexicon.volunteered.items():
        assert set(phrases) <= set(values(language, "VOLUNTEERED_STATEMENT")[row])
    for topic, phrases in content.lexicon.topics.items():
        carriers = [s for s in samples(language, "MoreIntent") if "{topic}" in s]
        spoken = {
            carrier.replace("{topic}", word)
            for carrier in carriers
            for word in values(language, "EXPLAINED_WORD")[topic]
        }
        assert set(phrases) <= spoken


def test_samples_have_the_form_that_alexa_takes(language) -> None:
    """Lower case, words only, every slot declared, none twice, no digit."""
    find_all = [s for intent in language["intents"] for s in intent["samples"]]
    assert not [s for s, count in Counter(find_all).items() if count > 1]
    declared = {kind["name"] for kind in language["types"]} | {"AMAZON.DURATION"}
    for intent in language["intents"]:
        slots = {slot["name"]: slot["type"] for slot in intent.get("slots", [])}
        assert set(slots.values()) <= declared
        for sample in intent["samples"]:
            assert set(re.findall(r"\{(\w+)\}", sample)) <= set(slots)
            assert re.fullmatch(r"[a-z' .]*", re.sub(r"\{\w+\}", "", sample)), sample


def test_values_have_an_id_and_no_digit(language) -> None:
    """Each slot value comes back as an id, and is spelt as it is said."""
    for kind in language["types"]:
        ids = [value["id"] for value in kind["values"]]
        assert len(ids) == len(set(ids))
        phrases = [
            p for found in values(language, kind["name"]).values() for p in found
        ]
        assert len(phrases) == len(set(phrases))
        assert not [p for p in phrases if re.search(r"[^a-z' ]", p)]


def test_no_statement_is_an_answer_or_a_command(content, language) -> None:
    """A catch-all slot must not swallow stop, help, yes or no."""
    for row, phrases in values(language, "VOLUNTEERED_STATEMENT").items():
        for phrase in phrases:
            event = hear(content, phrase)
            assert isinstance(event, events.UnpromptedStatement), phrase
            assert (row,) == event.ids


def test_every_phrase_that_a_prompt_invites_is_in_the_model(content, language) -> None:
    """Whoever is told to say "go back" is understood."""
    said = {s for intent in language["intents"] for s in intent["samples"]}
    invited = set()
    for words in content.prompts.values():
        for group in re.findall(
            r"(?:[Yy]ou can say|Nothing is kept\. Say) ([^.]+)\.", words
        ):
            invited |= set(re.split(r",? or |, ", group))
        if "Say yes" in words or "say not sure" in words:
            invited |= {"yes", "not sure"} & set(re.findall(r"yes|not sure", words))
    assert {
        "yes",
        "no",
        "not sure",
        "repeat",
        "go back",
        "stop",
        "next",
        "back",
    } <= invited
    assert invited <= said


def test_a_meaning_without_an_intent_is_refused(content, store) -> None:
    """A new command of the lexicon cannot be forgotten here."""
    lexicon = dataclasses.replace(
        content.lexicon, commands={**content.lexicon.commands, "sing": ("sing",)}
    )
    with pytest.raises(SkillRefused, match="'sing' has no intent"):
        build_model(lexicon, store)


@pytest.mark.parametrize("phrase", ["stop", "never mind", "no", "help", "i don't know"])
def test_a_statement_that_is_a_command_is_refused(content, store, phrase: str) -> None:
    """Such a value would take the command's place."""
    rows = {**content.lexicon.volunteered, "upper_back": ("high up", phrase)}
    lexicon = dataclasses.replace(content.lexicon, volunteered=rows)
    with pytest.raises(SkillRefused, match="swallowed"):
        build_model(lexicon, store)


@pytest.mark.parametrize(
    ("phrase", "match"),
    [("nope", "stands under"), ("911", "no sample"), ("Yes!", "no sample"),
     ("the {place}", "no sample")],
)  # fmt: skip
def test_a_phrase_that_alexa_would_misunderstand_is_refused(
    content, store, phrase: str, match: str
) -> None:
    """Two meanings, figures, signs, or a slot that nobody declared."""
    answers = {
        **content.lexicon.answers,
        Answer.YES: (*content.lexicon.answers[Answer.YES], phrase),
    }
    lexicon = dataclasses.replace(content.lexicon, answers=answers)
    with pytest.raises(SkillRefused, match=match):
        build_model(lexicon, store)


def test_the_store_must_fit_the_lexicon(content, store) -> None:
    """A cancel that the lexicon does not know, or a topic that fits no sentence."""
    with pytest.raises(SkillRefused, match="cancel"):
        build_model(content.lexicon, dataclasses.replace(store, cancel=("abort",)))
    with pytest.raises(SkillRefused, match="fits none"):
        build_model(
            content.lexicon, dataclasses.replace(store, topics=("define {topic}",))
        )


def test_a_locale_without_a_store_is_refused() -> None:
    """The sentence names the file to write."""
    with pytest.raises(SkillRefused, match=r"de-DE/alexa\.yaml"):
        load_store("de-DE")


def test_the_command_writes_and_checks(tmp_path, capsys) -> None:
    """A stale file is named with its first difference, and the remedy."""
    path = tmp_path / "models/en-US.json"
    assert 0 == main(["model", "--out", str(path)])
    assert COMMITTED.read_text() == path.read_text()
    path.write_text(path.read_text().replace('"yeah"', '"yea"'))
    assert 1 == main(["model", "--check", "--out", str(path)])
    complaint = capsys.readouterr().err
    assert '"yea"' in complaint
    assert "python -m skill model" in complaint


@pytest.mark.parametrize("content_", [None, "not json", "[" * 5000])
def test_a_missing_or_broken_file_is_stale(tmp_path, capsys, content_) -> None:
    """It is one sentence and exit code 1, not a traceback."""
    path = tmp_path / "en-US.json"
    if content_ is not None:
        path.write_text(content_)
    assert 1 == main(["model", "--check", "--out", str(path)])
    assert "not a readable model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": [1, 2]}, {"a": [1, 2]}, None),
        ({"a": [1]}, {"a": [1, 2]}, "a[1] is missing, but the lexicon gives 2"),
        ({"a": 1, "b": 2}, {"a": 1}, "b is 2, but the lexicon gives missing"),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": 2}]}}, "a.b[0].c is 1, but"),
    ],
)
def test_the_first_difference_is_named(old, new, expected) -> None:
    """Where it stands, what is there, what should be."""
    difference = find_difference(old, new)
    assert difference is None if expected is None else difference.startswith(expected)
