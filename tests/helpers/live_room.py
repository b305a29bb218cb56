"""Pretended devices of a live session: a room with an echo, and somebody in it."""

from helpers.echo_room import EchoRoom

from local_voice.audio import devices
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.simulated_room import Silence
from local_voice.commands import live_talk

BEFORE = bytes(2 * SAMPLE_RATE * 6 // 10)
SET_UP = 2
"""So often somebody listens before the talk: to the room, and for our echo."""


class Says(Silence):
    """Says a line whenever it is their turn, or one line over our voice."""

    def __init__(self, lines, over_us=b"", after=3.0):
        """`over_us` begins `after` seconds of our speech."""
        self._lines = [b""] * SET_UP + [BEFORE + line for line in lines]
        self._now = b""
        self._over_us = bytes(2 * round(after * SAMPLE_RATE)) + over_us

    def begin_turn(self):
        """Begin the next line."""
        self._now = self._lines.pop(0) if self._lines else b""

    def read(self, samples):
        """Go on with what was begun over us, else with the line."""
        if self._lines or len(self._over_us) < 2 * samples:
            pcm, self._now = self._now[: 2 * samples], self._now[2 * samples :]
            return pcm.ljust(2 * samples, b"\0")
        return self.read_during_playback(samples)

    def read_during_playback(self, samples):
        """Return what is said over us."""
        if self._lines:
            return bytes(2 * samples)
        pcm, self._over_us = self._over_us[: 2 * samples], self._over_us[2 * samples :]
        return pcm.ljust(2 * samples, b"\0")


class RoomMicrophone:
    """The room's microphone, as a device."""

    room = None
    turned = ()

    def __init__(self, device):
        """Take the device's name only."""
        self.blocks = self.room.blocks

    @property
    def now(self):
        """Return the sample that comes next."""
        return self.room.now

    def turn(self, on):
        """Note it."""
        RoomMicrophone.turned += (on,)

    def close(self):
        """Nothing is open."""


class RoomSpeaker:
    """The room's loudspeaker, as a device."""

    room = None

    def __init__(self, device, now, reference=None):
        """Tell the room who wants to know what is played."""
        self.room._reference = reference
        for name in ("play", "start", "poll", "stop", "close"):
            setattr(self, name, getattr(self.room, name))


def pretend_devices(monkeypatch):
    """Put the room's devices in place of those of this computer."""
    one = (devices.Device(1, "Headset", None),)
    monkeypatch.setattr(
        devices, "find_devices", lambda: devices.Devices("ALSA", one, one)
    )
    monkeypatch.setattr(live_talk, "LiveMicrophone", RoomMicrophone)
    monkeypatch.setattr(live_talk, "LiveSpeaker", RoomSpeaker)


def enter_room(person, echo):
    """Let `person` be in a room with so much echo, in dB, None for none."""
    RoomMicrophone.room = RoomSpeaker.room = EchoRoom(person, echo)
    RoomMicrophone.turned = ()
