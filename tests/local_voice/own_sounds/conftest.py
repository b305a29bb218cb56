"""What the tests of own sounds share: one mouth that has taught a hum and a click."""

import pytest
from helpers.mouth_recordings import record_mouth

from local_voice.own_sounds.known_numbers import KnownNumbers, load_known_numbers
from local_voice.own_sounds.lesson import Lesson

SEED = 5
KINDS = {"yes": "click", "no": "low hum"}


def to_clip(pcm):
    """Return 16-bit audio as the matcher takes it."""
    import numpy as np

    return np.frombuffer(pcm, "<i2").astype(np.float32) / 32_768


@pytest.fixture(scope="session")
def known() -> KnownNumbers:
    """Return what ships for all people."""
    return load_known_numbers()


@pytest.fixture(scope="session")
def takes():
    """Return six renditions of each sound, as audio."""
    return {name: record_mouth(SEED, kind, 6) for name, kind in KINDS.items()}


@pytest.fixture(scope="session")
def lesson(known, takes):
    """Return a lesson in which the mouth has taught both sounds."""
    lesson = Lesson(known)
    for name, recorded in takes.items():
        for pcm in recorded[:3]:
            assert lesson.take(name, to_clip(pcm)) is None
    return lesson


@pytest.fixture(scope="session")
def matcher(lesson):
    """Return what the mouth has taught."""
    return lesson.build_matcher()
