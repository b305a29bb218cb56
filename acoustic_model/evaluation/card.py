"""The figures' place in the model's card."""

from __future__ import annotations

from pathlib import Path

from acoustic_model.errors import RecipeError

BEGIN = "<!-- figures: written by python -m acoustic_model {command} -->"
END = "<!-- end of figures -->"


def write_figures(card: Path, table: str, command: str = "evaluate --card") -> None:
    """Put a command's table between its two marks; the words around it stay."""
    text = card.read_text("utf-8") if card.is_file() else ""
    begin = BEGIN.format(command=command)
    before, mark, rest = text.partition(begin)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise RecipeError(
            f"{card}: has no place for figures. They stand between the lines "
            f"{begin!r} and {END!r}. Add both lines."
        )
    card.write_text(f"{before}{begin}\n\n{table}\n\n{END}{after}", encoding="utf-8")
