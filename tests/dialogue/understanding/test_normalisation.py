"""Words in one form, numbers and lengths as tokens, no input that trips it."""

import pytest
from helpers.meanings import read_shipped_words

from dialogue.understanding.normalisation import (
    UNKNOWN,
    get_hours,
    get_number,
    get_unit,
    is_length,
    is_number,
    normalise,
)

SPELLING = read_shipped_words().spelling


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("I don't know.", "i do not no"),
        ("It\u2019s NUMB!", "it is numb"),
        ("it's been numb", "it has been numb"),
        ("can't", "can not"),
        ("um, my my back", "my back"),
        ("no no no", "no no no"),
        ("9-1-1", "911"),
        ("nine one one", "911"),
        ("uh-huh", "mm hmm"),
        ("10days", "ten days"),
        ("twenty-one days", "21 days"),
        ("a hundred and five", "105"),
        ("one hundred and one point five", "101.5"),
    ],
)
def test_two_ways_to_write_are_one(text: str, same: str) -> None:
    """Case, punctuation, contractions, digits and hesitations are no meaning."""
    assert normalise(SPELLING, text) == normalise(SPELLING, same)


@pytest.mark.parametrize(
    ("text", "hours", "unit"),
    [
        ("two weeks", 336, 168),
        ("a couple of months", 1440, 720),
        ("a day and a half", 36, 24),
        ("half a day", 12, 24),
        ("three full days", 72, 24),
        ("2.5 weeks", 420, 168),
        ("forty eight hours", 48, 1),
    ],
)
def test_a_number_and_a_unit_are_a_length(text: str, hours: float, unit: float) -> None:
    """Its token holds hours and the unit it was said in."""
    (token,) = normalise(SPELLING, text)
    assert is_length(token)
    assert get_hours(token) == hours
    assert get_unit(token) == unit


def test_an_age_is_a_number_and_no_length() -> None:
    """Seventy years old is no length of time."""
    token, *_ = normalise(SPELLING, "seventy two years old")
    assert is_number(token)
    assert get_number(token) == 72


@pytest.mark.parametrize("text", ["1999", "12345", "8005551234", "1" * 5000])
def test_a_long_number_stays_a_word(text: str) -> None:
    """Years and phone numbers count nothing."""
    assert normalise(SPELLING, text) == (text,)


@pytest.mark.parametrize(
    "text", ["", "   ", "...", "\x00", "\u200f\u202e", "um", "?!", "_", "'", "\ufeff"]
)
def test_nothing_said_is_no_token(text: str) -> None:
    """Silence, punctuation, invisible signs and hesitations."""
    assert normalise(SPELLING, text) == ()


@pytest.mark.parametrize("text", ["\ud800", "[unk]", "\U000f0000"])
def test_what_is_no_word_is_unknown(text: str) -> None:
    """Half a sign, the recogniser's mark, and signs of nobody."""
    assert normalise(SPELLING, text) == (UNKNOWN,)


@pytest.mark.parametrize("text", ["no \U0001f600", "no +", "no [unk]", "no \u80f8"])
def test_a_sign_beside_a_word_is_kept(text: str) -> None:
    """Emoji and other scripts may carry a meaning, so they never vanish."""
    tokens = normalise(SPELLING, text)
    assert tokens[0] == "no"
    assert len(tokens) == 2
