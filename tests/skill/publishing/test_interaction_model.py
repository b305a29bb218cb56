"""The interaction model: from the lexicon, complete, unambiguous, not stale."""

import csv
import dataclasses
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import (
    InteractionModelData,
)
from helpers.alexa_hearing import Hearing

from dialogue.engine import events
from dialogue.engine.protocol import GIVEN
from dialogue.understanding.asked import build_asked
from dialogue.understanding.export import list_named, list_statements
from dialogue.understanding.meaning import COMMANDS
from dialogue.understanding.utterance import understand
from skill import intents
from skill.__main__ import main
from skill.errors import SkillRefused
from skill.publishing import limits
from skill.publishing.interaction_model import build_model, find_difference
from skill.publishing.limits import MOST_BYTES, MOST_VALUES, measure_model
from skill.publishing.store_listing import load_store

UTTERANCES = Path(__file__).parents[2] / "dialogue" / "understanding" / "sets"
COMMITTED = Path(__file__).parents[3] / "interaction_models/en-US.json"
BUILT_IN = {
    "AMAZON.CancelIntent", "AMAZON.FallbackIntent", "AMAZON.HelpIntent",
    "AMAZON.NavigateHomeIntent", "AMAZON.NextIntent", "AMAZON.NoIntent",
    "AMAZON.PreviousIntent", "AMAZON.RepeatIntent", "AMAZON.StartOverIntent",
    "AMAZON.StopIntent", "AMAZON.YesIntent",
}  # fmt: skip
OWN = {
    "AddressIntent", "ClinicNumberIntent", "DescribeSpasmIntent", "EmergencyIntent",
    "HoursIntent", "MoreIntent",
    "UnsureIntent", "VolunteeredIntent", "WaitIntent",
}  # fmt: skip


@pytest.fixture(scope="module")
def store():
    """Return the skill's own words."""
    return load_store("en-US")


@pytest.fixture(scope="module")
def language(content, store):
    """Return the model's one important part."""
    return build_model(content, store)["interactionModel"]["languageModel"]


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
    names = {intent["name"] for intent in language["intents"]}
    assert BUILT_IN | OWN == {name for name in names if not name.startswith("Say")}
    assert "back talk" == language["invocationName"]
    sensitivity = language["modelConfiguration"]["fallbackIntentSensitivity"]
    assert {"level": "HIGH"} == sensitivity


def test_a_sample_means_the_same_whatever_is_open(content, language) -> None:
    """An intent carries no words, so what it stands for must be sure."""
    protocol = content.protocol
    prompts = (*(question.id for question in protocol.questions), "offer_steps")
    events_of = {
        intents.ANSWER_INTENTS[answer]: events.Answered(answer) for answer in GIVEN
    }
    events_of |= {i: COMMANDS[n] for n, i in intents.COMMAND_INTENTS.items()}
    for intent in language["intents"]:
        if (event := events_of.get(intent["name"])) is None:
            continue
        for sample in (s for s in intent["samples"] if "{" not in s):
            for prompt in random.Random(sample).sample(prompts, 3):
                asked = build_asked(protocol, prompt)
                assert event == understand(content.words, sample, asked), sample


def test_what_is_hedged_or_limited_comes_as_words(language) -> None:
    """ "Not yet" is a no at one question and none at another."""
    statements = values(language, "VOLUNTEERED_STATEMENT")
    for phrase in ("not yet", "not now", "probably not", "i guess not"):
        assert phrase in statements["leans_no"]
        assert phrase not in samples(language, "AMAZON.NoIntent")
    assert "probably" in statements["leans_yes"]


def test_every_meaning_and_row_has_a_way_in(content, language) -> None:
    """Each command has samples, and each row of the words has values."""
    for name in COMMANDS:
        assert samples(language, intents.COMMAND_INTENTS[name]), name
    words = content.words
    told = {r for r in words.rows if list_named(words, r) or list_statements(words, r)}
    assert told <= values(language, "VOLUNTEERED_STATEMENT").keys()
    assert len(told) > 50


def test_a_carrier_gives_back_its_words(content, language) -> None:
    """One sample, one slot for the rest, and no other slot beside it."""
    found = {i["name"]: i for i in language["intents"]}
    assert {"SayNo", "SayYes", "SayI", "SayMy", "SayIt", "SayNot", "SayThey"} <= set(
        found
    )
    for name, carrier in content.lexicon.carriers.items():
        assert [f"{carrier} {{rest}}"] == found[name]["samples"]
        (slot,) = found[name]["slots"]
        assert ("rest", "AMAZON.SearchQuery") == (slot["name"], slot["type"])
        assert content.words.normalise(carrier)


def test_the_model_keeps_amazons_limits(content, store) -> None:
    """Size, intents, values, and the length of each."""
    size = measure_model(build_model(content, store))
    print(size)
    assert size.bytes <= MOST_BYTES
    assert size.values <= MOST_VALUES


@pytest.mark.parametrize(
    ("name", "most"),
    [("MOST_BYTES", 1000), ("MOST_INTENTS", 5), ("MOST_VALUES", 10),
     ("LONGEST_VALUE", 10), ("LONGEST_SAMPLE", 10)],
)  # fmt: skip
def test_a_model_over_a_limit_is_refused(monkeypatch, name: str, most: int) -> None:
    """The sentence says what there is, what is taken, and what to do."""
    monkeypatch.setattr(limits, name, most)
    with pytest.raises(SkillRefused, match=f"at most {most}; lower"):
        limits.check_limits(json.loads(COMMITTED.read_text()))


SETS = {"natural_answers": 0.75, "calls_for_help": 1.0, "openings": 0.9}
"""Least share of a set that has a way in for sure."""


@pytest.mark.parametrize("name", SETS)
def test_natural_lines_have_a_way_in_and_mean_the_same(content, name: str) -> None:
    """By the committed model: a sample, a value, a length, or a carrier and more."""
    hearing = Hearing(json.loads(COMMITTED.read_text()), content.words)
    heard, rows = 0, read_set(name)
    for row in rows:
        if (found := hearing.hear(row["say"])) is None:
            continue
        heard += 1
        prompt = row.get("asked") or None
        typed = understand(
            content.words, row["say"], build_asked(content.protocol, prompt)
        )
        assert typed == intents.build_event(*found, content, prompt), row["say"]
    print(
        f"{name}: {heard} of {len(rows)} lines have a way in ({heard / len(rows):.0%})"
    )
    assert heard >= SETS[name] * len(rows)


def read_set(name: str) -> list[dict[str, str]]:
    """Return the lines of a set of what people say."""
    with (UTTERANCES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_samples_have_the_form_that_alexa_takes(language) -> None:
    """Lower case, words only, every slot declared, none twice, no digit."""
    find_all = [s for intent in language["intents"] for s in intent["samples"]]
    assert not [s for s, count in Counter(find_all).items() if count > 1]
    declared = {kind["name"] for kind in language["types"]}
    declared |= {"AMAZON.DURATION", "AMAZON.SearchQuery"}
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


def test_no_statement_is_a_sample_of_another_intent(language) -> None:
    """A catch-all slot must not swallow stop, help, yes or no."""
    said = {s for intent in language["intents"] for s in intent["samples"]}
    for phrases in values(language, "VOLUNTEERED_STATEMENT").values():
        assert said.isdisjoint(phrases)


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
    } <= invited
    assert invited <= said


def test_a_meaning_without_an_intent_is_refused(content, store, monkeypatch) -> None:
    """A new command of the words cannot be forgotten here."""
    known = {k: v for k, v in intents.COMMAND_INTENTS.items() if k != "wait"}
    monkeypatch.setattr(intents, "COMMAND_INTENTS", known)
    with pytest.raises(SkillRefused, match="'wait' has no intent"):
        build_model(content, store)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"cancel": ("abort",)}, "cancel"),
        ({"topics": ("define {topic}",)}, "fits any"),
        ({"describe": ("nope",)}, "stands under"),
        ({"describe": ("my 2 backs",)}, "no sample"),
        ({"describe": ("the {place}",)}, "no sample"),
        ({"more_samples": {"emergency": ("my back hurts",)}}, "does not mean that"),
        ({"more_samples": {"sing": ("la la",)}}, "does not mean that|no intent"),
        ({"bounds": {"over": ("about",)}}, "makes no other length"),
        ({"contractions": ("hello",)}, "stands for two words"),
    ],
)
def test_the_store_must_fit_the_words(content, store, changes, match: str) -> None:
    """Each sentence names the phrase and what to do."""
    with pytest.raises(SkillRefused, match=match):
        build_model(content, dataclasses.replace(store, **changes))


@pytest.mark.parametrize("name", ["Say No", "say", "Say2", "AMAZON.YesIntent"])
def test_a_carrier_of_another_name_is_refused(content, store, name: str) -> None:
    """A name is letters only, and no other intent's."""
    own = dataclasses.replace(content.lexicon.own, carriers={name: "no"})
    lexicon = dataclasses.replace(content.lexicon, own=own)
    with pytest.raises(SkillRefused, match="names a carrier"):
        build_model(dataclasses.replace(content, lexicon=lexicon), store)


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
