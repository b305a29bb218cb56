"""Words whose sounds differ from the dictionary's are named, and no others."""

import pytest

from voice_recording.pronunciation import find_doubts, is_alike


@pytest.mark.parametrize(
    ("ipa", "sounds"),
    [
        ("nˈʌm", "N AH1 M"),
        ("bˈɛɾɚ", "B EH1 T ER0"),
        ("ɐbˈʌv", "AH0 B AH1 V"),
        ("tʃˈɪkɪnz", "CH IH1 K AH0 N Z"),
    ],
)
def test_another_notation_is_no_other_sound(ipa, sounds):
    """A flapped "t", and an unstressed vowel of another colour."""
    assert is_alike(ipa, sounds.split())


@pytest.mark.parametrize(
    ("ipa", "sounds"),
    [
        ("klˈɪnɪkz", "K L IH1 N IH0 K S"),
        ("pɹɪdnˈɪsoʊn", "P R EH1 D N IH0 S OW2 N"),
    ],
)
def test_another_consonant_or_stress_is(ipa, sounds):
    """One is a wrong ending, one a wrong stress."""
    assert not is_alike(ipa, sounds.split())


def test_doubtful_words_are_named():
    """With what the engine says, and what it should."""
    known = {
        "numb": [["N", "AH1", "M"]],
        "clinic's": [["K", "L", "IH1", "N", "IH0", "K", "S"]],
    }
    said = {"numb": "nˈʌm", "clinic's": "klˈɪnɪkz", "AHCPR": "ˈɑːkpɚ"}
    lines = list(find_doubts(said, said.__getitem__, known))
    assert [line.split(":")[0] for line in lines] == ["AHCPR", "clinic's"]
