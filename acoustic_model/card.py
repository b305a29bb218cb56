"""The figures' place in the model's card."""

from __future__ import annotations

from pathlib import Path

from acoustic_model.errors import RecipeError

BEGIN = "<!-- figures: written by python -m acoustic_model evaluate --card -->"
END = "<!-- end of figures -->"


def write_figures(card: Path, table: str) -> None:
    """Put a table between the two marks of the card; the words around it stay."""
    text = card.read_text("utf-8") if card.is_file() else ""
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise RecipeError(
            f"{card}: has no place for figures. They stand between the lines "
            f"{BEGIN!r} and {END!r}. Add both lines."
        )
    card.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")
