"""What cannot be built is said, phrase by phrase, with what to do."""

import pytest

from local_voice.asr.graph.phrases import (
    MOST_PHRASES,
    PhraseList,
    find_problems,
    get_opposites,
)


def find(sounds, **meanings):
    """Return the sentences about phrases, whose underscores are spaces."""
    means = {phrase.replace("_", " "): name for phrase, name in meanings.items()}
    found = find_problems(PhraseList(means, {}), sounds)
    return [f"{p.phrase!r}: {p.wrong}. {p.remedy}" for p in found]


def test_the_shipped_phrases_have_no_problem(store, sounds):
    """In no state."""
    for phrases in store.lists.values():
        assert [] == find_problems(phrases, sounds)


def test_an_empty_list_is_refused(sounds):
    """A recogniser of nothing would start and hear nothing."""
    (sentence,) = find(sounds)
    assert "without a phrase" in sentence
    assert "List at least one" in sentence


def test_more_phrases_than_a_computer_takes_are_refused(sounds):
    """Before a graph of gigabytes is made."""
    means = {f"{'a ' * 1}{n}": "x" for n in range(MOST_PHRASES + 1)}
    (problem,) = find_problems(PhraseList(dict(means), {}), _DumbSounds(sounds))
    assert f"more than {MOST_PHRASES}" in problem.wrong


class _DumbSounds:
    """Sounds that nobody asks for."""

    def __init__(self, sounds):
        self._sounds = sounds

    def add_guesses(self, phrases):
        """Guess nothing."""


@pytest.mark.audio
@pytest.mark.timeout(60)
def test_a_word_that_nobody_can_pronounce_is_named(sounds):
    """Not the phrase alone."""
    (sentence,) = find(sounds, yes="yes", call_日本="number")
    assert "'call 日本': '日本' cannot be pronounced" in sentence
    assert "Spell it in letters" in sentence


def test_a_long_phrase_is_refused(sounds):
    """Nobody says so many words as one phrase."""
    (sentence,) = find(sounds, **{"_".join(["no"] * 13): "no"})
    assert "more than 12 words" in sentence


def test_one_sound_of_two_meanings_is_refused(sounds):
    """Both phrases and both meanings are named."""
    (sentence,) = find(sounds, two="two", too="also")
    assert "'too': it sounds like 'two'" in sentence
    assert "(two; this one: also)" in sentence


def test_one_sound_of_one_meaning_is_allowed(sounds):
    """Two spellings of the same."""
    assert [] == find(sounds, two="two", too="two")


def test_what_is_denied_brings_its_opposite(store):
    """Said, it would be taken for the denial, its nearest neighbour."""
    phrases = PhraseList({"i can not feel my legs": "statement legs"}, {})
    assert ["i can feel my legs"] == get_opposites(phrases, store.data)


def test_an_opposite_that_means_something_is_left_alone(store):
    """The lexicon has it."""
    phrases = PhraseList({"i do not": "no", "i do": "yes"}, {})
    assert [] == get_opposites(phrases, store.data)
