"""Features: Kaldi's own MFCC, the network in 32 bits, pauses, and 8 bits on file."""

from pathlib import Path

import numpy as np
import pytest
from helpers.mouth_recordings import record_mouth

from local_voice.asr.model_files import SHIPPED
from local_voice.audio.audio_files import stream_audio
from local_voice.own_sounds.features import (
    PARTS,
    measure_distances,
    shorten_pauses,
    trim,
)
from local_voice.own_sounds.packing import round_features
from local_voice.own_sounds.shipped_network import compute_outputs, parse_network
from local_voice.own_sounds.spectrum import compute_kaldi_mfcc

from .conftest import SEED, to_clip

ROOT = Path(__file__).parents[3]
CLIP = ROOT / "tests" / "audio" / "en-US" / "yes_0ac15fe9.wav"
FRAMES = 20, 40, 60
"""Of that clip, as kaldi-native-fbank 1.23 computes them, in `kaldi_mfcc.csv`."""


@pytest.fixture(scope="module")
def clip():
    """Return a recorded yes."""
    return to_clip(b"".join(stream_audio(CLIP, 16_000)))


def test_mfcc_are_kaldis(clip):
    """Within 1e-3."""
    wanted = np.loadtxt(Path(__file__).with_name("kaldi_mfcc.csv"), delimiter=",")
    assert compute_kaldi_mfcc(clip)[list(FRAMES)] == pytest.approx(wanted, abs=1e-3)


def test_the_network_is_the_same_in_32_bits(clip, known):
    """Probabilities within 1e-3 of those in 64 bits."""
    layers = parse_network((SHIPPED / "am" / "final.mdl").read_bytes())
    outputs = compute_outputs(layers, compute_kaldi_mfcc(np.pad(clip, 1600)))
    likely = np.exp(outputs - outputs.max(1, keepdims=True))
    likely /= likely.sum(1, keepdims=True)
    units = known.extractor.extract(clip).units
    assert units**2 == pytest.approx(likely, abs=1e-3)


def test_a_pause_within_a_sound_does_not_part_it_from_itself(known):
    """Half a second of silence within two clicks costs little."""
    recorded = to_clip(record_mouth(SEED, "uh-uh", 1)[0])
    sound = trim(recorded)
    middle = len(sound) // 2
    room = recorded[:8000]
    paused = np.concatenate([sound[:middle], room, sound[middle:]])
    assert len(shorten_pauses(paused)) < len(sound) + 4000


def test_eight_bits_change_little(clip, known):
    """Beside what parts two people's words."""
    features = known.extractor.extract(trim(clip))
    rounded = round_features(features)
    for part in PARTS:
        (apart,) = measure_distances(part, features, (rounded,))
        strangers = measure_distances(part, features, known.strangers)
        assert apart < 0.1 * np.median(strangers)


def test_the_shortest_clip_has_features(known):
    """A tenth of a click, and exact silence."""
    for sound in (np.full(10, 0.5, np.float32), np.zeros(800, np.float32)):
        features = known.extractor.extract(sound)
        assert all(np.isfinite(getattr(features, part)).all() for part in PARTS)
