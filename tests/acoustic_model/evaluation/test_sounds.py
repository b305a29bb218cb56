"""Sounds are counted as a person would; needs the acoustic extra."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av")
pytest.importorskip("kaldi_native_fbank")
pytest.importorskip("scipy")
pytest.importorskip("soundfile")

from acoustic_model.data.features import compute_likelihoods
from acoustic_model.data.pronunciation import UNITS, find_units
from acoustic_model.evaluation.channel_trials import (
    CHANNELS,
    build_channel_trials,
    limit_by_other_means,
)
from acoustic_model.evaluation.decoder import Trial
from acoustic_model.evaluation.sounds import (
    count_edits,
    hear_units,
    measure_surprise,
)
from acoustic_model.exporting.network_reader import read_network
from local_voice.own_sounds.shipped_network import Affine

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("meant", "heard", "edits"),
    [
        ("N OW", "N OW", 0),
        ("N OW", "", 2),
        ("", "N OW", 2),
        ("Y EH S", "Y AE S", 1),
        ("AY D OW N OW", "D AH N OW", 2),
        ("S T AA P", "T AA P S", 2),
    ],
)
def test_the_fewest_changes_are_counted(meant: str, heard: str, edits: int) -> None:
    """Left out, put in, or taken for another."""
    assert count_edits(meant.split(), heard.split()) == edits


def test_a_yes_of_the_tests_is_heard_as_its_sounds() -> None:
    """The network's own units of yes count as the sounds that they are."""
    import soundfile

    path = next((ROOT / "tests/audio/en-US").glob("yes_*.wav"))
    sound, _ = soundfile.read(path, dtype="float32")
    layers = read_network(ROOT / "local_voice/model/en-US/am/final.mdl")
    likely = compute_likelihoods(layers, np.pad(sound, 8000))
    assert hear_units(likely) == ["Y", "EH", "S"]
    meant = measure_surprise(likely, find_units("yes"))
    assert 0 < meant < 1
    assert measure_surprise(likely, find_units("no")) > meant + 5


def test_blanks_and_repetitions_are_no_sounds() -> None:
    """A network that says the same at every moment says it once."""
    weights, bias = np.zeros((len(UNITS), 40)), np.zeros(len(UNITS))
    bias[7] = 1.0
    silence = np.zeros(16_000, np.float32)
    one = compute_likelihoods([Affine((0,), weights, bias)], silence)
    assert hear_units(one) == [UNITS[7]]
    assert np.exp(one).sum(1) == pytest.approx(np.ones(len(one)))
    other = compute_likelihoods([Affine((0,), weights, -bias)], silence)
    assert hear_units(other) == []


def test_the_surprise_counts_every_way_to_say_it_in_time() -> None:
    """Of two moments and two units all nine ways are known."""
    likely = np.log(np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3]]))
    found = [
        measure_surprise(likely, units) for units in ([], [1], [2], [1, 2], [2, 1])
    ]
    ways = [0.05, 0.3 * 0.6 + 0.3 * 0.1 + 0.5 * 0.6, 0.06 + 0.02 + 0.15, 0.09, 0.12]
    assert np.exp(-np.array(found)) == pytest.approx(ways)
    assert sum(ways) == pytest.approx(1)


def test_every_way_has_a_row_of_its_own() -> None:
    """An answer goes all ways, another word some; each clip keeps its length."""
    rng = np.random.default_rng(0)
    sound = (0.1 * rng.normal(size=12_000)).astype(np.float32)
    said = [Trial('"yes"', "yes", sound), Trial("other single words", "cat", sound)]
    talk = (np.tile(sound, 3), np.tile(sound[::-1], 2))
    made = list(build_channel_trials(said, talk, rng))
    groups = [trial.group for trial in made]
    assert len(set(groups)) == len(groups)
    answers = [trial for trial in made if trial.said == "yes"]
    assert len(answers) == len(CHANNELS) + 3 + 3
    assert all(len(trial.sound) >= len(sound) for trial in made)
    assert {trial.kind for trial in made} == {
        "empty band",
        "codec",
        "talkers behind",
        "room",
    }
    without = list(build_channel_trials(said, (), rng))
    assert len(made) - len(without) == 3


def test_the_measured_band_is_cut_as_no_trained_one() -> None:
    """Nothing is left a tenth above its top."""
    rng = np.random.default_rng(1)
    cut = limit_by_other_means(rng.normal(size=16_000).astype(np.float32), 4000)
    power = np.abs(np.fft.rfft(cut)) ** 2
    hertz = np.fft.rfftfreq(len(cut), 1 / 16_000)
    kept, left = power[hertz < 3500].mean(), power[hertz > 4500].mean()
    assert 10 * np.log10(kept / left) > 50
