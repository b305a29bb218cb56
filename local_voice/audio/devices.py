"""Finds the sound devices of this computer, and the one that a name means."""

import contextlib
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from local_voice.audio.interfaces import AudioError, NoDevice
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.sound_library import load_sound_library

NULL_BACKEND = "Null"
"""The library's backend without any device: it plays to nobody and gives silence."""
DISCARDING_DEVICE = "Discard all samples"
"""ALSA's stand-in device, listed where there is no card."""
PERIOD = 20
"""Milliseconds of a device's buffer; with 60 every delay triples."""


@dataclass(frozen=True)
class Device:
    """One microphone or loudspeaker."""

    number: int
    name: str
    handle: Any
    """What the sound library opens it by."""


@dataclass(frozen=True)
class Devices:
    """The devices of one sound system."""

    backend: str
    microphones: tuple[Device, ...]
    loudspeakers: tuple[Device, ...]


NO_DEVICES = Devices(NULL_BACKEND, (), ())


def find_devices() -> Devices:
    """Find the devices; there are none where there is no sound system.

    Raises SoundLibraryMissing.
    """
    miniaudio = load_sound_library()
    try:
        with silence_stderr():
            system = miniaudio.Devices()
            if system.backend == NULL_BACKEND:
                return NO_DEVICES
            captures, playbacks = system.get_captures(), system.get_playbacks()
    except miniaudio.MiniaudioError:
        return NO_DEVICES
    return Devices(system.backend, _number(captures), _number(playbacks))


def _number(infos: Sequence[dict[str, Any]]) -> tuple[Device, ...]:
    real = (i for i in infos if not i["name"].startswith(DISCARDING_DEVICE))
    return tuple(Device(n, i["name"], i["id"]) for n, i in enumerate(real, start=1))


def choose_device(
    wanted: str | None, devices: Sequence[Device], kind: str
) -> Device | None:
    """Choose the device that `wanted` names, by number or by part of its name.

    None stands for the system's own choice. Raises NoDevice where there is none at all,
    AudioError where `wanted` fits none or several.
    """
    if not devices:
        raise NoDevice(f"This computer has no {kind}.")
    if not wanted:
        return None
    if wanted.isdecimal() and 1 <= int(wanted) <= len(devices):
        return devices[int(wanted) - 1]
    fitting = [d for d in devices if wanted.casefold() in d.name.casefold()]
    exact = [d for d in fitting if wanted.casefold() == d.name.casefold()]
    if len(exact or fitting) == 1:
        return (exact or fitting)[0]
    which = "fits several" if fitting else "is not known"
    names = "; ".join(f"{d.number} {d.name}" for d in fitting or devices)
    raise AudioError(
        f"The {kind} {wanted!r} {which}. Give the number of one of: {names}."
    )


def reopen_device(
    open_device: Callable[[Device | None], Any],
    wanted: Device | None,
    devices: Sequence[Device],
) -> Any:
    """Open `wanted` anew, or else the system's choice; None where neither opens.

    A device that was plugged in again keeps its name and may have another handle.
    """
    same = next((d for d in devices if wanted and d.name == wanted.name), wanted)
    for device in (same, None):
        with contextlib.suppress(NoDevice):
            return open_device(device)
    return None


def open_stream(
    kind: str,
    build: Callable[..., Any],
    device: Device | None,
    backends: list[Any] | None,
    stream: Generator[Any, Any, None],
) -> Any:
    """Return a started device, whose thread sends to `stream`; raises NoDevice.

    `build` makes it, and `backends` None are those of the system.
    """
    miniaudio = load_sound_library()
    sound = miniaudio.SampleFormat.SIGNED16, 1, SAMPLE_RATE
    handle = device.handle if device else None
    how = {"device_id": handle, "backends": backends, "app_name": "Back Talk"}
    try:
        with silence_stderr():
            opened = build(*sound, PERIOD, **how)
            if opened.backend == NULL_BACKEND and not backends:
                raise miniaudio.MiniaudioError("there is no sound system")
            next(stream)
            opened.start(stream)
    except miniaudio.MiniaudioError as error:
        raise NoDevice(f"The {kind} cannot be opened: {error.args[0]}.") from error
    return opened


@contextlib.contextmanager
def silence_stderr() -> Iterator[None]:
    """Keep the sound system's own messages off the console meanwhile."""
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
