"""The microphone's clock between its blocks."""

from local_voice.audio.interfaces import BLOCK_SAMPLES
from local_voice.audio.microphone import BLOCKS_KEPT, MOST_AHEAD, SampleClock
from local_voice.audio.pcm import SAMPLE_RATE

BLOCK = BLOCK_SAMPLES / SAMPLE_RATE


class Time:
    """Seconds that a test sets."""

    now = 100.0

    def __call__(self):
        """Return the moment."""
        return self.now


def test_it_goes_on_between_two_blocks():
    """Half a block later it is half a block further."""
    time = Time()
    clock = SampleClock(time)
    assert 0 == clock.now()
    for n in range(5):
        time.now = 100 + n * BLOCK
        clock.tick(n * BLOCK_SAMPLES)
    time.now += BLOCK / 2
    assert 4.5 * BLOCK_SAMPLES == clock.now()


def test_blocks_that_come_late_and_in_bursts_do_not_move_it():
    """Three blocks at once, after nothing for as long."""
    time = Time()
    clock = SampleClock(time)
    clock.tick(0)
    for n in range(1, 60):
        time.now = 100 + n * BLOCK
        if n % 3 == 0:
            for late in (2, 1, 0):
                clock.tick((n - late) * BLOCK_SAMPLES)
        assert n * BLOCK_SAMPLES == clock.now()


def test_sound_that_the_microphone_lost_is_known_after_a_while():
    """Two seconds later the clock is the microphone's again."""
    time = Time()
    clock = SampleClock(time)
    lost = 4 * BLOCK_SAMPLES
    for n in range(200 + BLOCKS_KEPT):
        time.now = 100 + n * BLOCK
        clock.tick(n * BLOCK_SAMPLES - (lost if n >= 200 else 0))
        if n == 201:
            assert n * BLOCK_SAMPLES == clock.now()
    assert n * BLOCK_SAMPLES - lost == clock.now()


def test_it_stands_still_with_its_device():
    """Lost or closed for an hour, it is as far as its sound, not an hour ahead."""
    time = Time()
    clock = SampleClock(time)
    clock.tick(BLOCK_SAMPLES)
    time.now += 3600
    assert BLOCK_SAMPLES + MOST_AHEAD == clock.now()
    clock.restart()
    assert BLOCK_SAMPLES == clock.now()
    clock.tick(2 * BLOCK_SAMPLES)
    time.now += BLOCK
    assert 3 * BLOCK_SAMPLES == clock.now()
