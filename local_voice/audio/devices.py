"""The sound devices of this computer: which there are, and which one is meant."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import miniaudio

from local_voice.audio.interfaces import AudioError, NoDevice

PRETENCE = "Null"
"""A backend without any device: one would speak to nobody, and hear silence."""
DISCARDS = "Discard all samples"
"""ALSA's pretended device, listed where there is no card."""


@dataclass(frozen=True)
class Device:
    """One microphone or loudspeaker."""

    number: int
    name: str
    handle: Any
    """What the sound library wants to be given."""


@dataclass(frozen=True)
class Devices:
    """What this computer has."""

    backend: str
    microphones: tuple[Device, ...]
    loudspeakers: tuple[Device, ...]


def found() -> Devices:
    """Return the devices; none at all where there is no sound system."""
    try:
        with quiet():
            known = miniaudio.Devices()
            if known.backend == PRETENCE:
                return Devices(PRETENCE, (), ())
            captures, playbacks = known.get_captures(), known.get_playbacks()
    except miniaudio.MiniaudioError:
        return Devices(PRETENCE, (), ())
    return Devices(known.backend, _numbered(captures), _numbered(playbacks))


def _numbered(infos: Sequence[dict[str, Any]]) -> tuple[Device, ...]:
    return tuple(
        Device(number, info["name"], info["id"])
        for number, info in enumerate(
            (i for i in infos if not i["name"].startswith(DISCARDS)), start=1
        )
    )


def chosen(wanted: str | None, devices: Sequence[Device], kind: str) -> Device | None:
    """Return the device that `wanted` names, by number or part of its name.

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


def again(wanted: Device | None, devices: Sequence[Device]) -> Device | None:
    """Return the device of the same name, which may have another handle by now."""
    name = wanted.name if wanted else None
    return next((d for d in devices if d.name == name), wanted)


def listing(devices: Devices) -> str:
    """Return the devices for people."""
    if not devices.microphones and not devices.loudspeakers:
        return "No sound devices found."
    lines = [f"Sound system: {devices.backend}"]
    for title, group in (
        ("Microphones (--input-device)", devices.microphones),
        ("Loudspeakers (--output-device)", devices.loudspeakers),
    ):
        lines += [title, *(f"  {d.number}  {d.name}" for d in group)]
    return "\n".join(lines)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the sound system's own messages from the console for a moment."""
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
