"""The recordings that come with us: unharmed, as loud as one another, nothing cut."""

import random

import pytest

from local_voice.commands.record_voice import build_bundled_script
from local_voice.tts import mastering
from local_voice.tts.voice_store import (
    BUNDLED,
    VoiceStore,
    find_faults,
    find_unneeded,
)
from voice_recording import levels

pytest.importorskip("numpy")

CHOSEN = 24
MOST_BYTES = 12_000_000


@pytest.fixture(scope="module")
def store():
    """Return the voice of US English."""
    made = VoiceStore(BUNDLED / "en-US")
    assert made.recordings
    return made


def test_every_file_is_as_the_manifest_says(store):
    """No sound is harmed, none lies there without a row, and all fit the size."""
    assert not store.damage
    sizes = [len(store.check(one)) for one in store.recordings.values()]
    assert sum(sizes) <= MOST_BYTES
    files = {str(p.relative_to(store.folder)) for p in store.folder.glob("*/*.mp3")}
    assert files == {one.file for one in store.recordings.values()}


def test_all_that_is_said_is_recorded(store, content):
    """Every sentence and piece for the bundled clinics, and nothing besides."""
    script = build_bundled_script(content)
    assert not list(find_faults(script, [store], sounds=False))
    assert not find_unneeded(script, store)


def test_a_sample_is_level_and_whole(store):
    """One loudness, no clipping, silence at both ends and speech right behind it."""
    recordings = sorted(store.recordings.values(), key=lambda one: one.file)
    for one in random.Random(7).sample(recordings, min(CHOSEN, len(recordings))):
        sound = mastering.decode(store.check(one), one.samples)
        assert len(sound) == one.samples, one.file
        assert not list(levels.find_faults(levels.measure_levels(sound))), one.file
