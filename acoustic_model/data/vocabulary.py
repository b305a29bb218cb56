"""The phrases and decoys of the model, and what each phrase means."""

from dataclasses import dataclass
from pathlib import Path

from acoustic_model.errors import RecipeError

VOCABULARY_FILE = Path(__file__).with_name("vocabulary.txt")
UNKNOWN_WORD = "[unk]"
DECOY_SECTION = "decoy"


@dataclass(frozen=True)
class Vocabulary:
    """What the model knows."""

    meanings: dict[str, str]
    """Phrase, with spaces, to the name of its section (`yes`, `repeat`, ...)."""
    decoys: tuple[str, ...]
    """Words known only so that they are not taken for a phrase."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """Return all phrases in the order of the file."""
        return tuple(self.meanings)

    def get_words(self) -> tuple[str, ...]:
        """Return all words of the model in a fixed order, `[unk]` last."""
        return (*map(to_word, self.phrases), *self.decoys, UNKNOWN_WORD)


def to_word(phrase: str) -> str:
    """Return the one word that stands for a phrase in the model."""
    return phrase.replace(" ", "_")


def read_vocabulary(path: Path = VOCABULARY_FILE) -> Vocabulary:
    """Read sections of phrases; raises RecipeError for a phrase of two meanings."""
    meanings: dict[str, str] = {}
    decoys: list[str] = []
    section = ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("["):
            section = text.strip("[]")
            continue
        where = f"{path.name}:{number}"
        if not section:
            raise RecipeError(
                f"{where}: {text!r} stands before the first [section]. Every phrase "
                "has a meaning. Move it below the section it belongs to."
            )
        if text in meanings or text in decoys:
            raise RecipeError(
                f"{where}: {text!r} is listed twice. A phrase has one meaning, and a "
                "decoy is no phrase. Delete one of the two lines."
            )
        if section == DECOY_SECTION:
            decoys.append(text)
        else:
            meanings[text] = section
    return Vocabulary(meanings, tuple(decoys))
