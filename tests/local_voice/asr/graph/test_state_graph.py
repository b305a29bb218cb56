"""What a graph hears: every phrase as itself, joins of the dialogue and no others."""

import random
import time

import pytest
from helpers.graph_walks import hear, name_transitions, read_graph, say, walk

from dialogue.engine.events import Checked, HarmlessComplaint, NoInput, NoMatch
from dialogue.understanding.asked import build_asked
from dialogue.understanding.lexicon import find_offline_group
from dialogue.understanding.utterance import understand
from local_voice.asr.graph.phrases import PhraseList
from local_voice.asr.graph.state_graph import build_state_graph
from local_voice.asr.interfaces import MORE, OPPOSITE, UNKNOWN

STATES = ("answer", "length", "care", "command")
WALKS = 10_000
UNSETTLED = (Checked, HarmlessComplaint, NoInput, NoMatch)
OWN_WORDS = {UNKNOWN, MORE, OPPOSITE}
MOST_WORDS = 12
"""Longer ways are loops of fillers; the dialogue takes no more than thirty words."""


@pytest.fixture(scope="module")
def graphs(store, sounds):
    """Return the graph of each state, read by another reader."""
    names = name_transitions(store.units)
    found = {}
    for state, phrases in store.lists.items():
        graph = build_state_graph(phrases, store.data, sounds, store.units)
        found[state] = read_graph(graph.fst, graph.render_words(), names)
    return found


@pytest.fixture
def heard(graphs, sounds):
    """Return a function that hears words said one after the other."""
    rng = random.Random(7)

    def hear_words(words: str, state: str = "answer") -> str:
        spoken = [s for part in words.split(",") for s in sounds.get_variants(part)[0]]
        text, _ = hear(graphs[state], say(spoken, rng))
        return text.replace("_", " ")

    return hear_words


def test_the_states_are_all_there(graphs):
    """One graph for each state of a session."""
    assert set(STATES) == graphs.keys()


@pytest.mark.parametrize("state", ["answer", "command"])
def test_every_phrase_is_heard_as_itself(graphs, store, sounds, state):
    """Or as one of its meaning; in each way, with silence and blanks between."""
    rng, meanings = random.Random(3), store.lists[state].meanings
    for phrase, meaning in meanings.items():
        for variant in sounds.get_variants(phrase):
            text, _ = hear(graphs[state], say(variant, rng))
            assert meaning == meanings.get(text.replace("_", " ")), phrase


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("no,but,i have a fever", "no but i have a fever"),
        ("yes,two,weeks,ago", "yes two weeks ago"),
        ("um,no", "um no"),
        ("yes,please", "yes please"),
        ("no,sir", "no sir"),
        ("yes,ma'am", "yes ma'am"),
        ("no,wait,yes", "no wait yes"),
        ("no,i mean,yeah", "no i mean yeah"),
        ("forty", "forty"),
    ],
)
def test_joins_are_heard_word_by_word(heard, said, text):
    """Fillers that the lexicon lacks are heard and not written."""
    assert text == heard(said)


@pytest.mark.parametrize(
    ("before", "behind", "text"),
    [
        ("um", "", "um no"),
        ("", "sir", "no sir"),
        ("", "", OPPOSITE),
        ("the water", "", UNKNOWN),
    ],
)
def test_beside_a_filler_a_no_may_sound_as_any_word(
    graphs, sounds, before, behind, text
):
    """Elsewhere the network tells it by sounds of its own: "know" is none."""
    parts = [
        sounds.get_variants(words)[0] if words else () for words in (before, behind)
    ]
    spoken = (*parts[0], "N", "OW", *parts[1])
    assert text == hear(graphs["answer"], say(spoken, random.Random(7)))[0]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("for,forty two,days", "for forty two days"),
        ("for about,a couple of,weeks", "for about a couple of weeks"),
        ("over,ninety nine,days", "over ninety nine days"),
        ("an,hour,ago", "an hour ago"),
        ("one,week", "one week"),
        ("forty", "forty"),
    ],
)
def test_lengths_are_heard_where_one_is_asked_for(heard, said, text):
    """Word by word; elsewhere one alone is none: "okay" would be "a day"."""
    assert text == heard(said, "length")
    if " " in text:
        assert text != heard(said, "answer")
        assert f"yes {text}" == heard(f"yes,{said}", "answer")


@pytest.mark.parametrize("state", ["answer", "care"])
@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("no,it's just,my back", f"no {MORE}"),
        ("yes,water and coffee", f"yes {MORE}"),
        ("coffee water,no", f"{MORE} no"),
        ("yes,i mean,no", f"yes {MORE} no"),
        ("yes,wait,no", f"yes {MORE} no"),
        ("no,wait,water,yes", f"no {MORE} yes"),
        ("not really,water and coffee", f"not really {UNKNOWN}"),
        ("my back is just there like my house", UNKNOWN),
    ],
)
def test_talk_beside_an_answer_is_reported(heard, state, said, text):
    """Never a plain answer, and never lost."""
    assert text == heard(said, state)


def test_silence_is_nothing(graphs):
    """Blanks alone give no word."""
    for graph in graphs.values():
        assert ("", 0.0) == hear(graph, ["<blank>"] * 30)


def test_the_units_of_a_plain_answer_are_no_unknown_sound(graphs, store):
    """A no inside other talk is a no, and the text is refused as a whole."""
    rng = random.Random(5)
    common = store.data.dictionary["water"][0]
    no = store.data.own["no"][0]
    assert f"{MORE} no" == hear(graphs["answer"], say((*common, *no), rng))[0]
    assert hear(graphs["command"], say(no, rng))[0] in ("", UNKNOWN)


@pytest.mark.parametrize("state", ["answer", "length", "command"])
def test_what_a_graph_can_write_is_understood(graphs, store, content, state):
    """Random ways: a text without refused words is an event, any other is none.

    So the joins of the graph are those of the dialogue, and no more.
    """
    rng, phrases = random.Random(11), store.lists[state]
    asked = build_asked(content.protocol, content.protocol.questions[0].id)
    numbers = phrases.lengths.numbers if phrases.lengths else ()
    idle = {*phrases.fillers, *store.data.skip}
    lone = {*phrases.decoys, *numbers, *store.data.rivals, *phrases.joiners}
    understood = 0
    for _ in range(WALKS):
        words = walk(graphs[state], rng)
        if words is None or len(words) > MOST_WORDS:
            continue
        said = [word.replace("_", " ") for word in words]
        rest = [word for word in said if word not in idle]
        text = " ".join(UNKNOWN if word in OWN_WORDS else word for word in rest)
        if find_offline_group(content.lexicon, text):
            assert not OWN_WORDS.intersection(said), text
            continue
        event = understand(content.words, text, asked)
        if OWN_WORDS.intersection(said):
            assert isinstance(event, UNSETTLED), text
        elif rest and rest[-1] not in lone:
            assert not isinstance(event, NoMatch), text
            understood += 1
    assert understood > WALKS / 20


def test_the_same_phrases_give_the_same_bytes(store, sounds):
    """So that a sum tells whether a graph is the one that was made."""
    once, again = (
        build_state_graph(store.lists["command"], store.data, sounds, store.units)
        for _ in range(2)
    )
    assert once == again


@pytest.mark.performance
def test_a_thousand_phrases_take_two_seconds_of_a_processor(store, sounds):
    """Of three words each."""
    words = sorted(word for word in store.data.dictionary if word.isalpha())[:400]
    rng = random.Random(1)
    meanings = {" ".join(rng.sample(words, 3)): "x" for _ in range(1000)}
    phrases = PhraseList(meanings, {})
    began = time.process_time()
    build_state_graph(phrases, store.data, sounds, store.units)
    assert time.process_time() - began < 2
