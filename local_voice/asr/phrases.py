"""How a model spells phrases: one underscored word, or plain words."""

from collections.abc import Collection

UNKNOWN = "[unk]"
"""Vosk's word for a sound that is none of the others."""


def hearable(
    phrase: str, words: Collection[str], *, closed: bool = False
) -> str | None:
    """Return how a model with `words` spells `phrase`, None if it cannot hear it.

    A `closed` model knows whole phrases and decoys: decoys in a row are no phrase.
    """
    plain = " ".join(phrase.lower().split())
    joined = plain.replace(" ", "_")
    if joined in words:
        return joined
    if closed:
        return None
    return plain if all(word in words for word in plain.split()) else None


def spoken(spelling: str) -> str:
    """Return a model's spelling as words with spaces."""
    return " ".join(spelling.replace("_", " ").split())


def made_of(phrases: Collection[str], text: str) -> bool:
    """Tell whether `text` is one or more of `phrases` in a row, nothing else."""
    words = text.split()
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            reached |= {
                end
                for end in range(start + 1, len(words) + 1)
                if " ".join(words[start:end]) in phrases
            }
    return bool(words) and len(words) in reached
