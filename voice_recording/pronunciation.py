"""Finds words that the engine is likely to say wrongly: their sounds, beside CMUdict's.

Consonants and the stressed syllable are compared, as vowels differ by notation alone.
The engine's sounds are in IPA, those of the dictionary in ARPAbet.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

IPA_OF = {
    "B": "b",
    "CH": "tʃ",
    "D": "d",
    "DH": "ð",
    "ER": "ɹ",
    "F": "f",
    "G": "ɡ",
    "HH": "h",
    "JH": "dʒ",
    "K": "k",
    "L": "l",
    "M": "m",
    "N": "n",
    "NG": "ŋ",
    "P": "p",
    "R": "ɹ",
    "S": "s",
    "SH": "ʃ",
    "T": "t",
    "TH": "θ",
    "V": "v",
    "W": "w",
    "Y": "j",
    "Z": "z",
    "ZH": "ʒ",
}
CONSONANTS = frozenset("".join(IPA_OF.values()))
VOWEL = re.compile("aɪ|aʊ|eɪ|oʊ|ɔɪ|[aeiouæɑɔəɐɚɛɜɪᵻʊʌ]")
STRESS = "ˈ"
SAME = str.maketrans({"ɾ": "d", "t": "d", "ɚ": "ɹ", "ɜ": "ɹ"})
"""A "t" between vowels is one with "d" in American speech."""
WORD = re.compile(r"[A-Za-z']+")


def find_doubts(
    words: Iterable[str],
    phonemize: Callable[[str], str],
    dictionary: Mapping[str, Sequence[Sequence[str]]],
) -> Iterator[str]:
    """Yield a line for each of `words` that the dictionary says otherwise.

    A word that it does not have is one too: a person has to look at it.
    """
    for word in sorted(words):
        ipa = phonemize(word)
        known = dictionary.get(word.lower(), ())
        if not known:
            yield f"{word}: {ipa}, in no dictionary"
        elif not any(is_alike(ipa, sounds) for sounds in known):
            yield f"{word}: {ipa}, in the dictionary {' '.join(known[0])}"


def is_alike(ipa: str, sounds: Sequence[str]) -> bool:
    """Tell whether a word's `ipa` has the consonants and the stress of `sounds`."""
    others = "".join(IPA_OF.get(sound.rstrip("012"), "") for sound in sounds)
    if _merge(ipa) != _merge(others):
        return False
    vowels = [sound for sound in sounds if sound[-1].isdigit()]
    stressed = [number for number, sound in enumerate(vowels) if sound.endswith("1")]
    before = len(VOWEL.findall(ipa.partition(STRESS)[0]))
    return len(vowels) < 2 or before in stressed


def _merge(sounds: str) -> str:
    """Return the consonants of `sounds`, doubles and "r"-coloured vowels made one."""
    kept = (c for c in sounds.translate(SAME) if c in CONSONANTS)
    return re.sub(r"(.)\1+", r"\1", "".join(kept))
