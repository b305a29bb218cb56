"""The pretend room and its recording: one clock, two sides, a full disk."""

import os
import wave
from array import array
from pathlib import Path

import pytest
from helpers.fakes import SilentSpeaker

from local_voice.audio.interfaces import BLOCK_SAMPLES, AudioClip
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.recorder import (
    FLUSH_BYTES,
    Recorder,
    RecordingError,
    check_recording,
)
from local_voice.audio.simulated_room import Silence, SimulatedRoom
from local_voice.commands.exit_codes import BAD_OPTIONS, explain


class Speaks(Silence):
    """Speaks all the time that we listen."""

    def read(self, samples):
        """Return a loud tone."""
        return b"\x00\x20" * samples


def sides(path):
    """Return the left and the right samples of a recording."""
    with wave.open(str(path)) as file:
        assert (2, 2, SAMPLE_RATE) == file.getparams()[:3]
        samples = array("h", file.readframes(file.getnframes()))
    return samples[0::2], samples[1::2]


def test_both_sides_are_on_one_clock(tmp_path):
    """Our reply, then their sound: each on its side, at its time."""
    recorder = Recorder(tmp_path / "talk.wav", pytest.fail)
    room = SimulatedRoom(Speaks(), recorder)
    played = room.play(AudioClip(b"\x00\x10" * 1000))
    blocks = room.blocks()
    first, second = next(blocks), next(blocks)
    room.close()
    left, right = sides(tmp_path / "talk.wav")
    assert (0, 1000) == (played.began_at, played.ended_at)
    assert (1000, 1000 + BLOCK_SAMPLES) == (first.at, second.at)
    assert len(left) == len(right) == room.now == 1000 + 2 * BLOCK_SAMPLES
    assert not any(left[:1000])
    assert not any(right[1000:])
    assert all(right[:1000])
    assert all(left[1000:])


def test_a_talk_can_be_heard_meanwhile(tmp_path):
    """With a loudspeaker both sides are played aloud."""
    aloud = SilentSpeaker()
    room = SimulatedRoom(Speaks(), aloud=aloud)
    room.play(AudioClip(b"\x00\x10" * 10))
    next(room.blocks())
    room.stop()
    room.close()
    assert [10, BLOCK_SAMPLES] == [audio.samples for audio in aloud.played]
    assert 1 == aloud.stopped


def test_the_recording_is_readable_up_to_the_last_seconds(tmp_path):
    """A program that dies leaves a part with a right header; the end names it."""
    recorder = Recorder(tmp_path / "talk.wav", pytest.fail)
    recorder.write(bytes(FLUSH_BYTES), bytes(FLUSH_BYTES))
    left, _ = sides(tmp_path / "talk.wav.part")
    assert FLUSH_BYTES // 2 == len(left)
    recorder.close()
    left, _ = sides(tmp_path / "talk.wav")
    assert FLUSH_BYTES // 2 == len(left)
    assert 0o600 == (tmp_path / "talk.wav").stat().st_mode & 0o777


def test_a_recording_is_written_over_nothing(tmp_path):
    """A file, and a link to somebody else's: one sentence, and both stay."""
    other, link = tmp_path / "other", tmp_path / "link.wav"
    other.write_bytes(b"mine")
    link.symlink_to(other)
    for path in (other, link):
        for refused in (check_recording, lambda path: Recorder(path, pytest.fail)):
            with pytest.raises(RecordingError, match="something of this name"):
                refused(path)
    assert b"mine" == other.read_bytes()
    assert {other, link} == set(tmp_path.iterdir())


@pytest.mark.parametrize("where", ["no/such/folder.wav", "n" * 300])
def test_a_recording_that_cannot_be_opened_is_refused(tmp_path, where):
    """No folder, or no name: one sentence before the talk begins."""
    with pytest.raises(RecordingError, match="cannot be written") as problem:
        Recorder(tmp_path / where, pytest.fail)
    sentence, code = explain(problem.value)
    assert BAD_OPTIONS == code
    assert sentence.endswith("Name another file with --out.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_ends_the_recording_not_the_talk(monkeypatch, tmp_path):
    """One caption, and everything goes on without the file."""
    told = []
    recorder = Recorder(tmp_path / "talk.wav", told.append)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, recorder._file._handle)
    room = SimulatedRoom(Speaks(), recorder)
    for _ in range(3):
        room.play(AudioClip(bytes(FLUSH_BYTES)))
    room.close()
    os.close(full)
    assert "recording stopped" in told[0]
    assert 1 == sum("recording stopped" in line for line in told)
    assert 3 * FLUSH_BYTES // 2 == room.now
