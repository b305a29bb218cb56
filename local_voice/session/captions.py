"""The talk as text in the terminal, for who cannot hear or wants to read along."""

import textwrap
from collections.abc import Callable, Mapping
from typing import TextIO

from dialogue.engine.events import Answered, NoInput, NoMatch
from dialogue.understanding.lexicon import get_meaning_name
from local_voice.session.events import (
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


def captions(
    size: str, out: TextIO, prompts: Mapping[str, str], *, with_keys: bool = False
) -> Watcher:
    """Return a watcher that writes to `out`; a closed terminal is no error.

    What it writes beside the talk itself are the words `caption.*` of the locale.
    """
    if size == "off":
        return lambda happening: None
    misses = 0

    def watch(happening: Happening) -> None:
        nonlocal misses
        match happening:
            case Says() as says:
                write(f"{prompts['card.title']}: {says.text}")
            case Listens():
                write(prompts["caption.listening"])
            case Understood(text, event):
                write(prompts["caption.you"].format(words=_told(prompts, text, event)))
                if isinstance(event, NoMatch):
                    misses += 1
                    second = misses > 1 and with_keys
                    write(prompts[f"caption.{'keys' if second else 'answers'}"])
            case Trouble(text):
                write(f"! {text}")
            case TimerRuns(left):
                minutes = int(-(-left // 60))
                key = "caption.ice_last" if minutes == 1 else "caption.ice_left"
                write(prompts[key].format(minutes=minutes))
            case TimerEnded(cancelled):
                bell = "" if cancelled else "\a"
                key = "no_timer" if cancelled else "ice_over"
                write(f"{bell}{prompts[f'caption.{key}']}")
            case VoiceChanged(rate, volume):
                changed = prompts["caption.voice"]
                write(changed.format(rate=rate, volume=f"{volume:+.0f}"))
            case Rests(for_phrase):
                write(prompts[f"caption.{'asleep' if for_phrase else 'asleep_deaf'}"])
            case Ended():
                write(prompts["caption.ended"])

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


def _told(prompts: Mapping[str, str], text: str, event: object) -> str:
    if isinstance(event, NoInput):
        return prompts["caption.silence"]
    if not text and isinstance(event, Answered):
        answer = prompts[f"screen.{event.answer.value}"]
        return prompts["caption.pressed"].format(answer=answer)
    return text.replace("[unk]", "...") or prompts["caption.pressed_key"]


def timings(show: Callable[[str], None]) -> Watcher:
    """Return a watcher that shows times and states, never words."""

    def watch(happening: Happening) -> None:
        match happening:
            case Says(ready_ms=ready) as says:
                show(f"  reply of {len(says.prompts)} prompts ready in {ready:.0f} ms")
            case Understood(_, event, heard):
                peak = f", peak {heard.peak_dbfs:.0f} dBFS" if heard else ""
                show(f"  event {get_meaning_name(event)}{peak}")

    return watch
