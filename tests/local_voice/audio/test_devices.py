"""Sound devices: chosen by number or name, lost, found, or none at all."""

import time

import miniaudio
import pytest

from local_voice.audio import devices
from local_voice.audio.devices import Device, Devices, choose_device
from local_voice.audio.interfaces import AudioClip, AudioError, DeviceLost, NoDevice
from local_voice.audio.microphone import KEPT_BLOCKS, LiveMicrophone
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.speaker import LiveSpeaker, MuteSpeaker
from local_voice.commands.engines import render_device_list
from local_voice.commands.exit_codes import BAD_OPTIONS, NO_DEVICE, explain

NULL = [miniaudio.Backend.NULL]
"""Carries no sound, but keeps real time: enough for the machinery."""

THREE = (
    Device(1, "Headset", None),
    Device(2, "Room microphone", None),
    Device(3, "Room microphone left", None),
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, None),
        ("1", 1),
        ("head", 1),
        ("ROOM MICROPHONE", 2),
        ("left", 3),
    ],
)
def test_a_device_by_number_or_name(wanted, expected):
    """A part of the name is enough where it fits one device only."""
    found = choose_device(wanted, THREE, "microphone")
    assert expected == (found.number if found else None)


@pytest.mark.parametrize(
    ("wanted", "word"),
    [("room", "fits several"), ("9", "not known"), ("x", "not known")],
)
def test_an_unclear_device_is_refused_with_the_list(wanted, word):
    """The sentence says which there are."""
    with pytest.raises(AudioError, match=word) as problem:
        choose_device(wanted, THREE, "microphone")
    assert BAD_OPTIONS == explain(problem.value)[1]
    assert "2 Room microphone" in str(problem.value)


def test_no_device_names_the_ways_on():
    """One sentence with four ways on, and its own exit code."""
    with pytest.raises(NoDevice) as problem:
        choose_device(None, (), "microphone")
    sentence, code = explain(problem.value)
    assert NO_DEVICE == code
    assert sentence.startswith("This computer has no microphone. Choose another")
    for option in ("--list-devices", "--typed", "--input", "--demo"):
        assert option in sentence


def test_the_list_of_devices():
    """Number and name of each, or that there are none."""
    text = render_device_list(Devices("ALSA", THREE, ()))
    assert "1  Headset" in text
    assert "No sound devices" in render_device_list(Devices("Null", (), ()))


def test_a_backend_without_devices_is_no_sound_card(monkeypatch):
    """The library's pretended backend and its discarding device do not count."""

    class Pretended:
        backend = "Null"

    monkeypatch.setattr(miniaudio, "Devices", Pretended)
    assert Devices("Null", (), ()) == devices.find_devices()

    class Discarding:
        backend = "ALSA"

        def get_captures(self):
            return [{"name": f"{devices.DISCARDING_DEVICE} (playback)", "id": None}]

        get_playbacks = get_captures

    monkeypatch.setattr(miniaudio, "Devices", Discarding)
    assert Devices("ALSA", (), ()) == devices.find_devices()


def test_a_sound_system_that_fails_is_no_sound_card(monkeypatch):
    """An error while looking is told as no device, not as a traceback."""

    def fail():
        raise miniaudio.MiniaudioError("no")

    monkeypatch.setattr(miniaudio, "Devices", fail)
    assert () == devices.find_devices().microphones


def test_the_pretended_backend_is_refused():
    """We would speak to nobody, and hear silence for ever."""
    with pytest.raises(NoDevice) as problem:
        LiveMicrophone(Device(1, "gone", miniaudio.ffi.new("ma_device_id *")))
    assert NO_DEVICE == explain(problem.value)[1]


def test_blocks_come_in_real_time():
    """The microphone gives 20 ms blocks on one clock."""
    microphone = LiveMicrophone(None, NULL)
    blocks = microphone.blocks()
    first = next(blocks)
    after = next(blocks)
    assert first.at + len(first.pcm) // 2 == after.at
    microphone.close()


def test_a_microphone_that_stops_is_lost():
    """No error comes from a device that is unplugged: only no more blocks."""
    microphone = LiveMicrophone(None, NULL)
    next(microphone.blocks())
    microphone._capture.close()
    microphone._grace = 0.0
    with pytest.raises(DeviceLost):
        for _ in microphone.blocks():
            pass


def test_a_microphone_can_be_opened_again():
    """After a loss the same device, or the usual one, gives blocks again."""
    microphone = LiveMicrophone(None, NULL)
    microphone._capture.close()
    assert microphone.reopen()
    next(microphone.blocks())
    microphone.close()


def test_a_microphone_that_was_off_for_an_hour_is_not_an_hour_ahead():
    """Else nobody would be listened to: each answer would lie in the past."""
    microphone = LiveMicrophone(None, NULL)
    next(microphone.blocks())
    microphone.turn(on=False)
    microphone._clock._time = lambda: time.monotonic() + 3600
    microphone.turn(on=True)
    *_, last = (block for block, _ in zip(microphone.blocks(), range(20), strict=False))
    assert abs(microphone.now - last.at) < SAMPLE_RATE
    microphone.close()


def test_unfetched_sound_is_bounded():
    """Beyond 30 s the oldest blocks are dropped and counted."""
    microphone = LiveMicrophone(None, NULL)
    microphone._capture.close()
    taking = microphone._take()
    next(taking)
    for _ in range(KEPT_BLOCKS + 20):
        taking.send(bytes(640))
    assert microphone.dropped >= 20
    assert KEPT_BLOCKS == microphone._blocks.qsize()


def test_the_end_of_a_playback_is_measured():
    """Half a second of sound takes half a second, and is not cut."""
    speaker = LiveSpeaker(None, lambda: 0, NULL)
    began = time.monotonic()
    played = speaker.play(AudioClip(bytes(16_000)))
    assert 0.4 < time.monotonic() - began < 1.5
    assert not played.cut
    assert 0 == speaker.play(AudioClip(b"")).ended_at
    speaker.close()


def test_a_playback_can_be_stopped():
    """A key silences us at once."""
    import threading

    speaker = LiveSpeaker(None, lambda: 0, NULL)
    threading.Timer(0.1, speaker.stop).start()
    began = time.monotonic()
    assert speaker.play(AudioClip(bytes(320_000))).cut
    assert time.monotonic() - began < 1
    speaker.close()


def test_a_loudspeaker_that_takes_nothing_is_lost(monkeypatch):
    """A playback that does not end is given up after its length and a little."""
    monkeypatch.setattr("local_voice.audio.speaker.LOST_AFTER", 0.2)
    speaker = LiveSpeaker(None, lambda: 0, NULL)
    speaker._playback.close()
    with pytest.raises(DeviceLost):
        speaker.play(AudioClip(bytes(320)))
    assert speaker.reopen()
    speaker.close()


def test_a_muted_talk_takes_no_time():
    """Without sound the gate opens at the microphone's own time."""
    speaker = MuteSpeaker(lambda: 77)
    assert 77 == speaker.play(AudioClip(bytes(640))).ended_at
    speaker.stop()
    speaker.close()
