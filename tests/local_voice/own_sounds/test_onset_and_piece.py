"""Any sound well over the room begins an utterance; one piece is found in it."""

import numpy as np
import pytest
from helpers.mouth_recordings import record_mouth

from local_voice.asr.endpointing import FRAME_SAMPLES, SPEECH_ON
from local_voice.own_sounds.onset import SoundDetector
from local_voice.own_sounds.piece import find_pieces

RATE = 16_000


def make_room(seconds, dbfs=-60.0, seed=1):
    """Return a room's hiss."""
    noise = np.random.default_rng(seed).normal(size=int(seconds * RATE))
    return (noise * 10 ** (dbfs / 20)).astype(np.float32)


def make_tone(seconds, dbfs=-20.0):
    """Return a hum."""
    time = np.arange(int(seconds * RATE)) / RATE
    loudness = np.sqrt(2) * 10 ** (dbfs / 20)
    return (np.sin(2 * np.pi * 220 * time) * loudness).astype(np.float32)


def place(sound, room, at):
    """Return `room` with a sound `at` seconds in it."""
    placed = room.copy()
    placed[int(at * RATE) : int(at * RATE) + len(sound)] += sound
    return placed


def find_frames(audio, is_speech=lambda frame: False):
    """Return which frames of 32 ms a detector takes for a sound."""
    detector = SoundDetector(is_speech)
    pcm = (audio * 32_767).astype("<i2").tobytes()
    size = 2 * FRAME_SAMPLES
    whole = range(0, len(pcm) - size + 1, size)
    return [detector(pcm[at : at + size]) for at in whole]


@pytest.mark.parametrize("seconds", [0.01, 0.04, 0.06, 0.5])
def test_a_click_and_a_hum_begin_an_utterance(seconds):
    """A click is shorter than what counts as speech, and is held as long as that."""
    frames = find_frames(place(make_tone(seconds), make_room(2), 1.0))
    assert SPEECH_ON <= sum(frames) <= seconds * 31.25 + 2 * SPEECH_ON
    assert not any(frames[:30])


def test_a_steady_room_begins_nothing():
    """Neither hiss nor speech that is less than 9 dB over it."""
    assert not any(find_frames(make_room(4)))
    assert not any(find_frames(place(make_tone(0.5, -55), make_room(3), 1.0)))
    assert not any(find_frames(place(make_tone(0.01, -47), make_room(3), 1.0)))


@pytest.mark.parametrize("kind", ["click", "two clicks", "cluck", "tap"])
def test_what_a_lesson_would_take_begins_an_utterance(kind):
    """Short sounds of many mouths: what is found as a piece is noticed live."""
    for seed in range(4):
        (pcm,) = record_mouth(seed, kind, 1)
        audio = np.frombuffer(pcm, "<i2").astype(np.float32) / 32_768
        if find_pieces(audio):
            assert any(find_frames(audio)), seed


def test_speech_is_speech_as_before():
    """What the VAD says stays."""
    assert all(find_frames(make_room(1), lambda frame: True))


def test_one_piece_is_found_with_its_level():
    """Its loud frames beside the room."""
    (piece,) = find_pieces(place(make_tone(0.5), make_room(3), 1.0))
    assert piece.seconds == pytest.approx(0.5, abs=0.05)
    assert piece.above_room == pytest.approx(40, abs=1)
    assert not piece.is_clipped


def test_a_pause_parts_two_pieces():
    """Half a second and more; two clicks near each other are one sound."""
    room = make_room(4)
    near = place(make_tone(0.06), place(make_tone(0.06), room, 1.0), 1.3)
    apart = place(make_tone(0.06), place(make_tone(0.06), room, 1.0), 2.0)
    assert len(find_pieces(near)) == 1
    assert len(find_pieces(apart)) == 2


def test_silence_and_a_muted_microphone_have_no_piece():
    """Also with nothing in it at all."""
    assert find_pieces(make_room(2)) == []
    assert find_pieces(np.zeros(RATE, np.float32)) == []
    assert find_pieces(np.zeros(0, np.float32)) == []


def test_padding_of_zeros_is_no_room():
    """A recording between zeros is as loud over its own room as without."""
    sound = place(make_tone(0.5), make_room(2), 0.7)
    (piece,) = find_pieces(np.pad(sound, RATE))
    assert piece.above_room == pytest.approx(40, abs=2)


def test_full_scale_is_noticed():
    """A sound that is cut off."""
    loud = np.clip(3 * make_tone(0.3, -1), -1, 1)
    (piece,) = find_pieces(place(loud, make_room(2), 1.0))
    assert piece.is_clipped
