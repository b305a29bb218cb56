"""How long an ear and a voice take to load, and the memory of all their processes."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dialogue.content.content import Content
from local_voice.commands.engines import load_ear, load_voice, render_first
from local_voice.tts.pyttsx3_voice import DEFAULT_RATE, DEFAULT_VOICE

MOST_MEGABYTES = 200
"""Resident, all processes of a talk together."""
MOST_LOADING = 0.5
"""Seconds for the model."""


@dataclass(frozen=True)
class Footprint:
    """What a talk that is ready to begin takes."""

    model_seconds: float
    """Loading the model, in the ear's process."""
    ear_seconds: float
    """All of it: starting that process, loading, and a second of silence decoded."""
    voice_seconds: float
    megabytes: dict[str, float]
    """Resident memory by process; empty where this system does not tell."""


def footprint(content: Content, model: str | None) -> Footprint:
    """Load an ear and a voice as a talk does, measure, and end them."""
    began = time.perf_counter()
    ear = load_ear(content, model)
    ear.detector()
    ear_ready = time.perf_counter()
    try:
        voice = load_voice(DEFAULT_VOICE, DEFAULT_RATE)
        try:
            render_first(content, voice)
            voice_ready = time.perf_counter()
            pids = {
                "the loop": os.getpid(),
                "the ear": ear.recognizer.pid,
                "the voice": voice.pid,
            }
            memory = {name: resident(pid) for name, pid in pids.items() if pid}
        finally:
            voice.close()
    finally:
        ear.recognizer.close()
    return Footprint(
        ear.recognizer.load_seconds,
        ear_ready - began,
        voice_ready - ear_ready,
        {name: found for name, found in memory.items() if found},
    )


def lines(found: Footprint) -> Iterator[str]:
    """Yield the figures for the console."""
    yield f"{'loading the model, in seconds':<58}{found.model_seconds:>8.2f}"
    yield f"{'the ear until it is ready, in seconds':<58}{found.ear_seconds:>8.2f}"
    yield f"{'the voice until it is ready, in seconds':<58}{found.voice_seconds:>8.2f}"
    for name, megabytes in found.megabytes.items():
        yield f"{f'memory of {name}, resident, in MB':<58}{megabytes:>8.0f}"
    if found.megabytes:
        whole = sum(found.megabytes.values())
        yield f"{'memory of all processes, resident, in MB':<58}{whole:>8.0f}"
    else:
        yield "This system does not tell how much memory a process has."


def resident(pid: int) -> float:
    """Return the resident memory of a process in megabytes; 0 when it is not told."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        told = status.read_text().partition("VmRSS:")[2].split()
        return int(told[0]) * 1024 / 1e6 if told else 0.0
    try:
        asked = subprocess.run(  # noqa: S603 (a program of the system, no words of others)
            ["ps", "-o", "rss=", "-p", str(pid)],  # noqa: S607 (its place differs)
            capture_output=True,
            text=True,
            check=False,
        )
        return int(asked.stdout) * 1024 / 1e6
    except (OSError, ValueError):
        return 0.0
