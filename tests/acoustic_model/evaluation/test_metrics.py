"""Metrics of outcomes: recall, swaps, false answers, intervals, tables, the card."""

from dataclasses import replace
from pathlib import Path

import pytest

from acoustic_model.errors import RecipeError
from acoustic_model.evaluation.metrics import (
    Outcome,
    count_by_group,
    get_interval,
    load_outcomes,
    render_percent,
    render_tables,
    save_outcomes,
    write_figures,
)

YES = Outcome('"yes"', "yes", "yes", "yes", "yes", "", "", 0.0, 8.0, 2.0)
WORD = replace(YES, group="other single words", wanted="", found="", said="bird")


def test_right_swapped_missed_and_another_phrase() -> None:
    """Each counts in its own column, and a swap is no "other phrase" answer twice."""
    outcomes = [
        YES,
        replace(YES, found="no", text="no"),
        replace(YES, found="", text="[unk]"),
        replace(YES, found="stop", text="stop"),
    ]
    figures = count_by_group(outcomes)['"yes"']
    assert (4, 1, 1, 2) == (
        figures.clips,
        figures.right,
        figures.swapped,
        figures.other,
    )
    assert 1 == figures.texts["yes > [unk]"]


def test_what_is_not_for_us_is_right_when_nothing_is_heard() -> None:
    """Decoys and noise are no mistakes; an answer is one, and another phrase too."""
    outcomes = [WORD, replace(WORD, found="no", text="no"), replace(WORD, found="stop")]
    figures = count_by_group(outcomes)["other single words"]
    assert (3, 1, 2) == (figures.clips, figures.answered, figures.other)
    assert not figures.meant


def test_a_synthetic_clip_counts_by_meaning_and_by_voice() -> None:
    """So a voice that is heard badly is seen."""
    spoken = replace(YES, group="synthetic: yes", voice="flite:awb")
    assert ["synthetic: yes", "synthetic: by voice flite:awb"] == list(
        count_by_group([spoken])
    )


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(124, 125, 95.6, 99.9), (0, 239, 0.0, 1.6), (0, 0, 0.0, 100.0), (5, 5, 56.6, 100)],
)
def test_the_interval_is_wilsons(
    part: int, whole: int, low: float, high: float
) -> None:
    """Few clips leave much open, and no clips everything."""
    assert get_interval(part, whole) == pytest.approx((low, high), abs=0.05)


def test_a_share_of_nothing_is_none() -> None:
    """No division by nought."""
    assert "none" == render_percent(0, 0)
    assert "50.0 %" == render_percent(1, 2)


def test_the_tables_have_a_row_a_group() -> None:
    """Meant for us and not meant for us stand apart."""
    lines = list(render_tables(count_by_group([YES, WORD])))
    assert '| "yes" | 1 | 100.0 % | 21 to 100 % | 0 | 0 |' in lines
    assert "| other single words | 1 | 0 (0.0 %) | 0 (0.0 %) |" in lines


def test_outcomes_are_kept_for_the_plots(tmp_path: Path) -> None:
    """What is saved comes back; without an evaluation there is one sentence."""
    save_outcomes([YES, WORD], tmp_path / "deep" / "outcomes.json")
    assert [YES, WORD] == load_outcomes(tmp_path / "deep" / "outcomes.json")
    with pytest.raises(RecipeError, match="evaluate with the same --work first"):
        load_outcomes(tmp_path / "none.json")


def test_figures_are_written_between_their_marks(tmp_path: Path) -> None:
    """The words around them stay; a card without the marks is refused."""
    card = tmp_path / "CARD.md"
    mark = "<!-- figures: written by python -m acoustic_model states --card -->"
    card.write_text(f"before\n{mark}\nold\n<!-- end of figures -->\nafter\n")
    write_figures(card, "| new |", "states --card")
    assert card.read_text() == (
        f"before\n{mark}\n\n| new |\n\n<!-- end of figures -->\nafter\n"
    )
    with pytest.raises(RecipeError, match="has no place for figures"):
        write_figures(card, "| new |", "evaluate --card")
