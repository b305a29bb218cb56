"""Sounds of words: our table, the dictionary, and eSpeak's guesses."""

import pytest

from local_voice.asr.graph.dictionary import get_words, render_dictionary
from local_voice.asr.graph.espeak_phonemes import guess_sounds, map_phonemes
from local_voice.asr.graph.pronunciation import (
    Contractions,
    PronunciationError,
    Pronunciations,
    read_table,
)

UNITS = frozenset(["A", "B", "C", "D"])


def say_nothing(words):
    """Guess nothing."""
    return {}


def build(own=None, dictionary=None, guess=say_nothing):
    """Return pronunciations of small tables."""
    return Pronunciations(own or {}, dictionary or {}, UNITS, guess)


def test_our_table_comes_before_the_dictionary():
    """And the dictionary before a guess."""
    found = build({"one": (("A",),)}, {"one": (("B",),), "two": (("C",),)})
    assert (("A",),) == found.get_variants("one")
    assert (("C",),) == found.get_variants("two")


def test_a_phrase_is_said_in_every_way_of_its_words_and_run_together():
    """The product of the words' ways, then what the table says of the phrase."""
    own = {"one two": (("D",),)}
    dictionary = {"one": (("A",), ("B",)), "two": (("C",), ("D",))}
    variants = build(own, dictionary).get_variants("one two")
    assert {("A", "C"), ("A", "D"), ("B", "C"), ("B", "D"), ("D",)} == set(variants)


def test_no_more_than_eight_ways_and_none_twice():
    """Three words of four ways have sixty-four."""
    dictionary = {"x": (("A",), ("B",), ("C",), ("D",))}
    assert 8 == len(build({}, dictionary).get_variants("x x x"))


def test_what_nobody_can_say_is_named():
    """The word, not only the phrase."""
    found = build({}, {"one": (("A",),)})
    assert ("zwei",) == found.find_words_without("one zwei")
    with pytest.raises(PronunciationError, match="zwei"):
        found.get_variants("one zwei")


def test_only_unknown_words_are_guessed_and_all_at_once():
    """A child process is started once for a list."""
    asked = []

    def guess(words):
        asked.append(words)
        return {"zwei": ("B",)}

    found = build({}, {"one": (("A",),)}, guess)
    found.add_guesses(["one zwei", "zwei drei"])
    found.add_guesses(["one"])
    assert [("zwei", "drei")] == asked
    assert (("A", "B"),) == found.get_variants("one zwei")
    assert {"zwei": ("B",)} == found.guessed


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("yeah Y", "no sounds"), (": A", "no sounds"), ("a:", "no sounds"), ("a: Q", "Q")],
)
def test_a_wrong_line_of_a_table_is_named(tmp_path, line, wrong):
    """File, number, what is wrong, the rule and what to do."""
    file = tmp_path / "own.txt"
    file.write_text(f"# comment\n\none: A\n{line}\n")
    with pytest.raises(PronunciationError, match=rf"own.txt:4: .*{wrong}.*Correct"):
        read_table(file, UNITS)


def test_the_longest_rule_is_taken():
    """A diphthong is one sound, and stress none."""
    rules = {"a": (("A",),), "aɪ": (("B",),), "ɪ": (("C",),)}
    assert ("B", "A") == map_phonemes("ˈaɪ aˈ", rules)
    assert map_phonemes("aʘ", rules) is None
    assert map_phonemes("", rules) is None


@pytest.mark.audio
@pytest.mark.timeout(60)
def test_espeak_guesses_what_the_dictionary_says(store):
    """Words of our own phrases, which both know: 5 % of the sounds at most differ."""
    known = {w: v for w, v in store.data.dictionary.items() if len(w) > 3}
    guessed = guess_sounds(tuple(known), store.data.ipa, store.data.voice)
    assert known.keys() == guessed.keys()
    wrong = sum(min(_count_errors(v, guessed[w]) for v in known[w]) for w in known)
    assert wrong / sum(len(v[0]) for v in known.values()) < 0.05


def _count_errors(wanted, found):
    row = list(range(len(found) + 1))
    for number, sound in enumerate(wanted, start=1):
        before, row = row, [number]
        for place, other in enumerate(found, start=1):
            change = before[place - 1] + (sound != other)
            row.append(min(change, before[place] + 1, row[-1] + 1))
    return row[-1]


@pytest.mark.audio
@pytest.mark.timeout(60)
@pytest.mark.parametrize("word", ["123", "日本", "a_b", "привет", "x" * 41, "'", "é!"])
def test_what_is_no_word_is_not_guessed(store, word):
    """ESpeak would read out the names of its signs."""
    assert {} == guess_sounds((word,), store.data.ipa, store.data.voice)


def test_a_long_phrase_is_said_with_its_words_run_together():
    """A short one also as it is written."""
    tables = {"i'm": (("A",),), "i": (("B",),), "am": (("C",),), "x": (("D",),)}
    contracted = Contractions((), (("i am", "i'm"),))
    found = Pronunciations({}, tables, UNITS, say_nothing, contracted)
    assert (("B", "C"),) == found.get_variants("i am")
    assert (("A", "D"), ("B", "C", "D")) == found.get_variants("i am x")
    assert (("A", "D", "D", "D"),) == found.get_variants("i am x x x")


def test_nothing_of_ours_needs_a_guess(store):
    """Every word of our phrases has sounds without eSpeak, and no word is left over."""
    words = set(get_words(store.lists.values(), store.data))
    ours = {word for word in store.data.own if " " not in word}
    assert words - ours == store.data.dictionary.keys()


def test_the_shipped_excerpt_is_the_dictionarys(store):
    """Written by the same function, letter by letter."""
    words = get_words(store.lists.values(), store.data)
    text = (store.data.folder / "dictionary.txt").read_text("utf-8")
    assert text == render_dictionary(words, store.data.own)
