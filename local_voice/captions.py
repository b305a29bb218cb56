"""The talk as text in the terminal, for who cannot hear or wants to read along."""

import textwrap
from collections.abc import Callable
from typing import TextIO

from dialogue.events import Answered, NoInput, NoMatch
from dialogue.understanding import name_of
from local_voice.happenings import (
    Ended,
    Happening,
    Listens,
    Rests,
    Says,
    TimerEnded,
    TimerRuns,
    Trouble,
    Understood,
    VoiceChanged,
    Watcher,
)

SIZES = ("small", "large", "off")
NARROW = 40
"""Columns of large captions, with blank lines between."""
WIDE = 79
WAYS_TO_ANSWER = "You can say: yes, no, not sure, repeat, help, go back, stop."
ASLEEP = "[asleep: only 'back talk' is listened for; a key wakes too]"
ASLEEP_DEAF = "[asleep: microphone off; press a key]"
KEYS = "Or press: y yes, n no, u not sure, r repeat, h help, q stop."


def captions(size: str, out: TextIO, *, with_keys: bool = False) -> Watcher:
    """Return a watcher that writes to `out`; a closed terminal is no error."""
    if size == "off":
        return lambda happening: None
    misses = 0

    def watch(happening: Happening) -> None:
        nonlocal misses
        match happening:
            case Says(text=text):
                write(f"Back Talk: {text}")
            case Listens():
                write("[listening]")
            case Understood(text, event):
                write(f"You: {_told(text, event)}")
                if isinstance(event, NoMatch):
                    misses += 1
                    second = misses > 1 and with_keys
                    write(KEYS if second else WAYS_TO_ANSWER)
            case Trouble(text):
                write(f"! {text}")
            case TimerRuns(left):
                minutes = int(-(-left // 60))
                write(f"[ice: {minutes} minute{'s' * (minutes != 1)} left]")
            case TimerEnded(cancelled):
                bell = "" if cancelled else "\a"
                write(f"{bell}[ice: {'no timer any more' if cancelled else 'over'}]")
            case VoiceChanged(rate, volume):
                write(f"[voice: {rate} words a minute, volume {volume:+.0f} dB]")
            case Rests(for_phrase):
                write(ASLEEP if for_phrase else ASLEEP_DEAF)
            case Ended():
                write("[the talk has ended]")

    def write(text: str) -> None:
        width = NARROW if size == "large" else WIDE
        lines = textwrap.wrap(text, width, subsequent_indent="  ") or [""]
        end = "\n\n" if size == "large" else "\n"
        try:
            out.write("\n".join(lines) + end)
            out.flush()
        except (OSError, ValueError):
            return

    return watch


def _told(text: str, event: object) -> str:
    if isinstance(event, NoInput):
        return "(silence)"
    if not text and isinstance(event, Answered):
        return f"(pressed {event.answer.value})"
    if not text:
        return "(pressed a key)"
    return text.replace("[unk]", "...")


def timings(show: Callable[[str], None]) -> Watcher:
    """Return a watcher that shows times and states, never words."""

    def watch(happening: Happening) -> None:
        match happening:
            case Says(keys, ready_ms=ready):
                show(f"  reply of {len(keys)} prompts ready in {ready:.0f} ms")
            case Understood(_, event, heard):
                peak = f", peak {heard.peak_dbfs:.0f} dBFS" if heard else ""
                show(f"  event {name_of(event)}{peak}")

    return watch
