"""What is measured of recordings; needs the acoustic extra."""

import numpy as np
import pytest

pytest.importorskip("av")

from pathlib import Path

from acoustic_model.data.recordings import Clip
from acoustic_model.evaluation import trials


def test_of_what_is_cut_out_only_phrases_are_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Other words in the middle of a sentence are no answer that anybody gave."""
    monkeypatch.setattr(trials, "read_sound", lambda path: np.zeros(8000))
    said = "i do not know", "the old river", "back"
    clips = [Clip(Path(text), text, "somebody", "excerpts") for text in said]
    found = [(t.group, t.said) for t in trials.build_clean_trials(clips)]
    assert found == [(trials.CUT_OUT, "i do not know"), (trials.CUT_OUT, "back")]
