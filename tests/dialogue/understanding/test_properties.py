"""What holds for any words: nothing unheard becomes an answer to a danger sign."""

import random

import pytest
from helpers.current_protocol import read_shipped_protocol
from helpers.meanings import find_meaning, read_shipped_words

from dialogue.engine.protocol import Answer, Stage
from dialogue.understanding.asked import rank_dangers
from dialogue.understanding.export import list_named, list_statements
from dialogue.understanding.meaning import Meaning, Result

PROTOCOL = read_shipped_protocol()
WORDS = read_shipped_words()
RED_FLAGS = tuple(q.id for q in PROTOCOL.questions if q.red_flag)
SCREEN = tuple(q.id for q in PROTOCOL.questions if q.stage is Stage.SCREEN)
SIGNS = tuple(
    (row, phrase) for row in RED_FLAGS for phrase in list_statements(WORDS, row, most=2)
)
UNKNOWN_WORDS = ("blarg", "[unk]", "xylophone", "\U0001f600")
TALK = (
    "the train to the city was late again and the coffee was cold",
    "did you see the game last night what a finish",
    "put the milk in the fridge and shut the door",
    "she said the meeting starts at nine in the big room",
    "turn left at the lights then go straight on until the bridge",
    "the dog wants to go out can somebody open the door",
    "we should paint the kitchen yellow before the summer",
    "he plays the guitar in a band with two of his brothers",
)


def denies(meaning: Meaning) -> bool:
    """Tell whether a meaning settles the open question as no."""
    return meaning.result is Result.ACCEPT and meaning.answer is Answer.NO


@pytest.mark.parametrize("row", RED_FLAGS)
def test_a_stated_sign_is_never_a_no(row: str) -> None:
    """Each sentence of a sign at its own question settles it as yes, or asks."""
    for phrase in list_statements(WORDS, row):
        assert not denies(find_meaning(phrase, row)), phrase


@pytest.mark.parametrize("row", RED_FLAGS)
def test_a_denied_sign_is_never_a_yes(row: str) -> None:
    """Each denied sentence at its own question settles it as no, or asks."""
    for phrase in list_statements(WORDS, row, denied=True):
        meaning = find_meaning(phrase, row)
        settled = meaning.result is Result.ACCEPT and meaning.answer is Answer.YES
        assert not settled, phrase


def test_a_word_more_that_nobody_knows_settles_nothing() -> None:
    """At any place of a sign's sentence: never accepted, never a no."""
    chance = random.Random(1)
    for row, phrase in SIGNS:
        words = phrase.split()
        words.insert(chance.randrange(len(words) + 1), chance.choice(UNKNOWN_WORDS))
        for asked in (row, "cancer", None):
            meaning = find_meaning(" ".join(words), asked)
            assert meaning.result is not Result.ACCEPT, (words, asked)


@pytest.mark.parametrize("answer", ["no", "nope", "no sir", "not at all", "never"])
def test_an_answer_with_a_word_more_is_no_answer(answer: str) -> None:
    """Before or behind it."""
    for unknown in UNKNOWN_WORDS:
        for said in (f"{answer} {unknown}", f"{unknown} {answer}"):
            for asked in RED_FLAGS:
                assert find_meaning(said, asked).result is not Result.ACCEPT, said


def test_a_named_sign_with_a_denial_before_it_is_never_a_no_elsewhere() -> None:
    """A denial of one sign settles no other."""
    for row, phrase in SIGNS:
        for denial in ("no", "not", "it's not that", "never", "no no", "i don't think"):
            asked = "cancer" if row != "cancer" else "fever"
            meaning = find_meaning(f"{denial} {phrase}", asked)
            bare = denial in ("no", "no no")
            assert bare or not denies(meaning), (denial, phrase)


def test_a_sentence_that_lost_a_word_is_no_denial() -> None:
    """A sign's sentence without one of its words is yes, asked, or nothing.

    Where the word that carries the sign is lost, what is left is no sign of it; a no
    to its own question is left only where a denying word was there all along.
    """
    negators = WORDS.negators
    for row, phrase in SIGNS:
        words = phrase.split()
        for lost in range(len(words)):
            rest = " ".join((*words[:lost], *words[lost + 1 :]))
            denying = not negators.isdisjoint(WORDS.normalise(rest))
            can = "can" in rest.split()
            if not denying and not can:
                assert not denies(find_meaning(rest, row)), rest


@pytest.mark.parametrize("row", rank_dangers(PROTOCOL)[:20])
def test_a_thing_only_named_is_asked_about(row: str) -> None:
    """With nothing open it settles nothing, and its own question comes next."""
    for phrase in list_named(WORDS, row, most=1):
        meaning = find_meaning(phrase, None)
        assert meaning.result is Result.CHECK, phrase
        assert meaning.ask or meaning.command, phrase


def test_other_talk_is_never_taken_for_an_answer() -> None:
    """Ten thousand lines of other people's talk at the danger questions."""
    chance = random.Random(7)
    sentences = [line.split() for line in TALK]
    for number in range(10_000):
        line = chance.choice(sentences)
        start = chance.randrange(len(line) - 4)
        words = line[start : start + chance.randrange(4, 9)]
        if number % 3 == 0:
            chance.shuffle(words)
        said = " ".join(words)
        meaning = find_meaning(said, SCREEN[number % len(SCREEN)])
        assert meaning.result is not Result.ACCEPT, said


def test_segments_in_any_order_never_deny_what_they_state() -> None:
    """A statement, a filler and a length, shuffled."""
    chance = random.Random(3)
    for row, phrase in SIGNS:
        parts = [phrase, "you know", "for two weeks", "doctor"]
        chance.shuffle(parts)
        assert not denies(find_meaning(", ".join(parts), row)), parts
