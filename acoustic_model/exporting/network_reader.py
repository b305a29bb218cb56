"""Reads the weights of a model file that export wrote, to train from them."""

from pathlib import Path

from acoustic_model.errors import RecipeError
from local_voice.own_sounds.shipped_network import Affine, parse_network


def read_network(path: Path) -> list[Affine]:
    """Read the layers of `am/final.mdl`; raises RecipeError for any other file."""
    try:
        return parse_network(path.read_bytes())
    except (OSError, ValueError) as why:
        raise RecipeError(
            f"{path}: cannot be read as a network ({why}). Training starts from one "
            "that export wrote. Give the folder of such a model."
        ) from why
