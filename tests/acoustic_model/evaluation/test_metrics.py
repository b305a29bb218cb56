"""Outcomes counted: recall, swaps, false answers, intervals, and engines in a row."""

from dataclasses import replace
from pathlib import Path

import pytest

from acoustic_model.errors import RecipeError
from acoustic_model.evaluation.metrics import (
    Outcome,
    by_group,
    interval,
    outcome_of,
    percent,
    save,
    saved,
    tables,
)
from acoustic_model.evaluation.side_by_side import Column, side_by_side

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
    figures = by_group(outcomes)['"yes"']
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
    figures = by_group(outcomes)["other single words"]
    assert (3, 1, 2) == (figures.clips, figures.answered, figures.other)
    assert not figures.meant


def test_a_synthetic_clip_counts_by_meaning_and_by_voice() -> None:
    """So a voice that is heard badly is seen."""
    spoken = replace(YES, group="synthetic: yes", voice="flite:awb")
    assert ["synthetic: yes", "synthetic: by voice flite:awb"] == list(
        by_group([spoken])
    )


def test_why_is_help() -> None:
    """Two sections of the vocabulary, one command in the interview."""

    class Trial:
        group, meaning, said, voice, kind, value = "g", "why", "why", "", "", 0.0

    class Heard:
        phrase, text, milliseconds, seconds = "help", "help", 1.0, 2.0

    one = outcome_of(Trial(), Heard(), {"help": "help"})
    assert ("help", "help") == (one.wanted, one.found)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(124, 125, 95.6, 99.9), (0, 239, 0.0, 1.6), (0, 0, 0.0, 100.0), (5, 5, 56.6, 100)],
)
def test_the_interval_is_wilsons(
    part: int, whole: int, low: float, high: float
) -> None:
    """Few clips leave much open, and no clips everything."""
    assert interval(part, whole) == pytest.approx((low, high), abs=0.05)


def test_a_share_of_nothing_is_none() -> None:
    """No division by nought."""
    assert "none" == percent(0, 0)
    assert "50.0 %" == percent(1, 2)


def test_the_tables_have_a_row_a_group() -> None:
    """Meant for us and not meant for us stand apart."""
    lines = list(tables(by_group([YES, WORD])))
    assert '| "yes" | 1 | 100.0 % | 21 to 100 % | 0 | 0 |' in lines
    assert "| other single words | 1 | 0 (0.0 %) | 0 (0.0 %) |" in lines


def test_outcomes_are_kept_for_the_pictures(tmp_path: Path) -> None:
    """What is saved comes back; without an evaluation there is one sentence."""
    save([YES, WORD], tmp_path / "deep" / "outcomes.json")
    assert [YES, WORD] == saved(tmp_path / "deep" / "outcomes.json")
    with pytest.raises(RecipeError, match="evaluate with the same --work first"):
        saved(tmp_path / "none.json")


def test_engines_stand_side_by_side() -> None:
    """One column an engine, with recall, false answers, swaps, time and memory."""
    faint = replace(YES, kind="noise", value=10, group="yes, at 10 dB")
    ours = Column("Ours", 735, [YES, WORD, faint], 0.02, 2_400_000, 45_000_000)
    swap, taken = replace(faint, found="no"), replace(WORD, found="no")
    other = Column("Other", 14, [YES, taken, swap], 0.5, 40_000_000, 3e8)
    rows = list(side_by_side([ours, other]))
    assert "|  | Ours | Other |" == rows[0]
    assert "|---|---|---|" == rows[1]
    assert '| "yes" heard (1) | 100.0 % | 100.0 % |' in rows
    assert "| other words answered (1) | 0.0 % | 100.0 % |" in rows
    assert "| yes and no at 10 dB heard (1) | 100.0 % | 0.0 % |" in rows
    assert "| yes and no swapped, clean and hard | 0 of 2 | 1 of 2 |" in rows
    assert "| decoding a second of sound, median | 4 ms | 4 ms |" in rows
    assert "| memory, resident | 45 MB | 300 MB |" in rows
    assert "| size on disk | 2.4 MB | 40.0 MB |" in rows
