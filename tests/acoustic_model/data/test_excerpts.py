"""Excerpts of sentences are cut where the words stand."""

from itertools import groupby, product
from pathlib import Path

import numpy as np
import pytest

from acoustic_model.data import excerpts
from acoustic_model.data.excerpts import AROUND, HOP, Excerpt
from acoustic_model.data.meaning import is_meant
from acoustic_model.data.pronunciation import UNIT_NUMBER, UNITS
from acoustic_model.errors import RecipeError

K, EY = UNIT_NUMBER["K"], UNIT_NUMBER["EY"]


@pytest.mark.parametrize("units", [(K, EY), (K, K), (EY,)])
def test_the_best_path_is_found(units: tuple[int, ...]) -> None:
    """The greatest of all rows of sounds and blanks that say the units."""
    for seed in range(5):
        values = np.random.default_rng(seed).normal(size=(5, len(UNITS)))
        rows = {
            row: sum(values[n, unit] for n, unit in enumerate(row))
            for row in product((0, K, EY), repeat=5)
            if tuple(u for u, _ in groupby(row) if u) == units
        }
        best = max(rows, key=lambda row: rows[row])
        spans, score = excerpts.align(values, units)
        assert score == pytest.approx(rows[best])
        spoken = [n for n, unit in enumerate(best) if unit]
        assert spans[0][0] == spoken[0]
        assert spans[-1][1] == spoken[-1]


def hear(*said: tuple[str, int]) -> np.ndarray:
    """Return log probabilities of a network sure of sounds, each at one output."""
    likely = np.full((100, len(UNITS)), -12.0)
    likely[:, 0] = -0.01
    for unit, at in said:
        likely[at] = -12.0
        likely[at, UNIT_NUMBER[unit]] = -0.01
    return likely


def test_words_part_between_their_sounds_and_at_a_pause() -> None:
    """In the middle, and no more than a little silence is kept."""
    heard = [("B", 10), ("AE", 14), ("K", 18), ("AH", 22), ("G", 60), ("EH", 64)]
    words = excerpts.find_words(hear(*heard, ("N", 70)), ["back", "again"])
    assert [w.words for w in words] == ["back", "again"]
    middle = (19 + 22) / 2 * HOP
    assert words[0].start == pytest.approx(10 * HOP - AROUND)
    assert words[0].end == words[1].start == pytest.approx(middle)
    assert words[1].end == pytest.approx(71 * HOP + AROUND)


def test_other_words_than_were_written_down_are_left_out() -> None:
    """Nobody knows where they stand; nor those without a pronunciation."""
    heard = hear(("B", 10), ("AE", 14), ("K", 18))
    assert excerpts.find_words(heard, ["back"])
    assert excerpts.find_words(heard, ["probably", "not", "me"]) == []
    assert excerpts.find_words(heard, ["xqzt"]) == []


def test_every_phrase_is_taken_and_some_other_words() -> None:
    """The same ones each time; a whole sentence is no excerpt of itself."""
    sentence = ["well", "i", "do", "not", "know", "the", "old", "river"]
    words = [Excerpt(w, 0.3 * n, 0.3 * n + 0.3) for n, w in enumerate(sentence)]
    chosen = excerpts.choose_excerpts(words, np.random.default_rng(1))
    assert chosen == excerpts.choose_excerpts(words, np.random.default_rng(1))
    said = {excerpt.words for excerpt in chosen}
    assert {"i do", "i do not", "i do not know"} <= said
    assert "well i do not know the old river" not in said
    assert sum(not is_meant(text) for text in said) == excerpts.BY_CHANCE
    short = [Excerpt(w.words, w.start, w.start + 0.05) for w in words[:1]]
    assert excerpts.choose_excerpts([*short, words[1]], np.random.default_rng(1)) == [
        words[1]
    ]


def test_without_pieces_there_are_none(tmp_path: Path) -> None:
    """Preparing goes on without them; those of a listing are found, of one part."""
    assert list(excerpts.find_excerpts(tmp_path, "train")) == []
    folder = tmp_path / excerpts.FOLDER / "train"
    folder.mkdir(parents=True)
    (folder / excerpts.LISTING).write_text("00000.flac,i do,somebody\n")
    (clip,) = excerpts.find_excerpts(tmp_path, "train")
    assert (clip.path, clip.said) == (folder / "00000.flac", "i do")
    assert list(excerpts.find_excerpts(tmp_path, "tune")) == []


def test_a_folder_without_sentences_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is written then, and nothing seems done."""
    monkeypatch.setattr(excerpts, "find_clips", lambda data: [])
    with pytest.raises(RecipeError, match="transcribed: holds no sentence of the part"):
        excerpts.cut_excerpts(tmp_path, tmp_path / "work", [], "tune")
    assert not (tmp_path / "work").exists()
