"""What can be heard: whole phrases or none, and what counts as complete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER
from dialogue.understanding.export import contract, list_lengths
from local_voice.asr.endpointing import Completeness
from local_voice.asr.grammar import (
    INVITED,
    GrammarState,
    build_grammars,
    find_missing_phrases,
    find_spelling,
    get_all_phrases,
    get_grammar_state,
)
from local_voice.asr.interfaces import to_words
from local_voice.asr.vosk_recognizer import is_phrase_sequence

TINY = {"yes", "no", "not", "sure", "i", "don't", "know", "go", "back", "a", "bit"}
SMALL = {"yes", "no", "sure", "not_sure", "i_don't_know", "go", "back", "stop", "[unk]"}


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("yes", "yes"),
        ("not sure", "not_sure"),
        ("I don't know", "i_don't_know"),
        ("go back", "go back"),
        ("maybe", None),
        ("yes i do", None),
        ("yes sure", "yes sure"),
    ],
)
def test_a_phrase_is_heard_whole_or_not_at_all(phrase, expected):
    """One underscored word, else all single words, else nothing."""
    assert expected == find_spelling(phrase, SMALL)


@given(st.sets(st.sampled_from(sorted(TINY))))
def test_no_phrase_is_half_in_the_list(content, words):
    """With any subset of words, each listed phrase has all of its words."""
    for grammar in build_grammars(content.lexicon, words).values():
        for spelling in grammar.spellings:
            assert set(spelling.split()) <= words


def test_an_underscore_is_a_space():
    """A model's spelling is turned into words before anything understands it."""
    assert "i don't know" == to_words("i_don't_know")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", True),
        ("no no", True),
        ("no not sure", True),
        ("not", False),
        ("no [unk]", False),
        ("", False),
    ],
)
def test_a_row_of_phrases(text, expected):
    """A text is known when it splits into listed phrases without a rest."""
    assert expected is is_phrase_sequence({"no", "not sure", "yes"}, text)


@pytest.mark.parametrize(
    ("open_prompt", "expected"),
    [
        (None, GrammarState.COMMAND),
        ("hard_to_pee", GrammarState.ANSWER),
        ("more_than_one_week", GrammarState.LENGTH),
        (OFFER_STEPS, GrammarState.ANSWER),
        (MENU, GrammarState.CARE),
        (OFFER_TIMER, GrammarState.CARE),
    ],
)
def test_what_is_listened_for_follows_what_is_open(content, open_prompt, expected):
    """Questions and offers want answers, the reading wants its commands."""
    assert expected is get_grammar_state(content.protocol, open_prompt)


@pytest.fixture(scope="module")
def every_word(content):
    """Return the words of a model that knows each word of the lexicon."""
    words = {w for phrase in get_all_phrases(content.lexicon) for w in phrase.split()}
    lengths = list_lengths(content.words, 31)
    words |= {
        w
        for p in get_all_phrases(content.lexicon)
        for w in contract(content.words, p).split()
    }
    return words | {w for length in lengths for w in length.split()} | {"over", "right"}


@pytest.fixture(scope="module")
def every_grammar(content, every_word):
    """Return the grammars of such a model."""
    decoys = ("over", "right", "unheard", "yes")
    return build_grammars(content.lexicon, every_word, decoys)


@pytest.mark.parametrize("state", GrammarState)
def test_stop_and_emergency_words_are_heard_in_every_state(every_grammar, state):
    """A person can always end the talk, have it repeated or call for help."""
    needed = {"stop", "repeat", "start over", "help", "call an ambulance"}
    assert needed <= every_grammar[state].phrases


def test_danger_signs_are_heard_while_steps_are_read(every_grammar):
    """In care reading danger signs stay, the words for unsure and lengths do not."""
    heard = every_grammar[GrammarState.CARE].phrases
    assert {"my chest hurts", "i can't pee", "next", "yes", "no"} <= heard
    assert not {"not sure", "two weeks ago"} & heard
    answers = every_grammar[GrammarState.ANSWER].phrases
    assert {"not sure", "two weeks ago", "since yesterday"} <= answers


def test_lengths_that_a_model_knows_as_one_word(content):
    """A closed model brings its own lengths of time."""
    words = {"yes", "forty_eight_hours_ago", "marmalade_jars"}
    heard = build_grammars(content.lexicon, words)[GrammarState.ANSWER].phrases
    assert {"yes", "forty eight hours ago"} == heard


def test_decoys_are_known_words_that_are_no_phrase(every_grammar):
    """A decoy that the model lacks, or that means something, is left out."""
    assert ("over", "right") == every_grammar[GrammarState.ANSWER].decoys


@pytest.mark.parametrize(
    ("partial", "expected"),
    [
        ("yes", Completeness.PLAIN),
        ("no", Completeness.PLAIN),
        ("not sure", Completeness.WHOLE),
        ("i don't", Completeness.OPEN),
        ("of course", Completeness.OPEN),
        ("never", Completeness.OPEN),
        ("i don't know", Completeness.OPEN),
        ("", Completeness.OPEN),
        ("marmalade", Completeness.OPEN),
    ],
)
def test_complete_phrases(every_grammar, partial, expected):
    """A phrase that begins a longer one of another meaning is waited for."""
    found = every_grammar[GrammarState.ANSWER]
    assert expected is found.get_completeness(partial)


def test_the_shipped_model_hears_all_that_is_invited():
    """What our prompts ask people to say is known to be in the check."""
    assert list(INVITED) == find_missing_phrases(set())
    assert ["not sure", "repeat", "next", "help"] == find_missing_phrases(
        {"yes", "no", *["go", "back", "stop"]}
    )
