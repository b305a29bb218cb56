"""Captions: the session as text in the terminal, and its timings."""

import textwrap
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TextIO

from dialogue.engine.events import Answered, NoInput, NoMatch
from dialogue.understanding.meaning import get_meaning_name
from local_voice.asr.interfaces import UNKNOWN
from local_voice.session import events

SIZES = ("small", "large", "off")
NARROW = 40
"""Columns of large captions, with blank lines between."""
WIDE = 79


def build_captions(
    size: str, out: TextIO, prompts: Mapping[str, str], *, with_keys: bool = False
) -> events.EventListener:
    """Return a listener that writes to `out`; a closed terminal is no error.

    What it writes beside the words of both are the words `caption.*` of the locale.
    """
    if size == "off":
        return lambda event: None
    misses = 0

    def write_event(session_event: events.SessionEvent) -> None:
        nonlocal misses
        match session_event:
            case events.ResponseStarted() as response:
                write(f"{prompts['card.title']}: {response.text}")
            case events.ListeningStarted():
                write(prompts["caption.listening"])
            case events.UserTurnEnded(text, event, by=by):
                own = prompts.get(f"own.by.{by}")
                words = own or _describe_turn(prompts, text, event)
                write(prompts["caption.you"].format(words=words))
                if isinstance(event, NoMatch):
                    misses += 1
                    second = misses > 1 and with_keys
                    write(prompts[f"caption.{'keys' if second else 'answers'}"])
            case events.SessionWarning(text):
                write(f"! {text}")
            case events.OwnSoundsChanged(in_use=True):
                write(prompts["own.used"])
            case events.TimerUpdated(left):
                minutes = int(-(-left // 60))
                key = "caption.ice_last" if minutes == 1 else "caption.ice_left"
                write(prompts[key].format(minutes=minutes))
            case events.TimerEnded(cancelled):
                bell = "" if cancelled else "\a"
                key = "no_timer" if cancelled else "ice_over"
                write(f"{bell}{prompts[f'caption.{key}']}")
            case events.VoiceChanged(rate, volume):
                changed = prompts["caption.voice"]
                write(changed.format(rate=rate, volume=f"{volume:+.0f}"))
            case events.StandbyStarted(for_phrase):
                write(prompts[f"caption.{'asleep' if for_phrase else 'asleep_deaf'}"])
            case events.SessionEnded():
                write(prompts["caption.ended"])

    def write(text: str) -> None:
        width = NARROW if size == "large" else WIDE
        lines = textwrap.wrap(text, width, subsequent_indent="  ") or [""]
        end = "\n\n" if size == "large" else "\n"
        with suppress(OSError, ValueError):
            out.write("\n".join(lines) + end)
            out.flush()

    return write_event


def _describe_turn(prompts: Mapping[str, str], text: str, event: object) -> str:
    if isinstance(event, NoInput):
        return prompts["caption.silence"]
    if not text and isinstance(event, Answered):
        answer = prompts[f"screen.{event.answer.value}"]
        return prompts["caption.pressed"].format(answer=answer)
    return show_heard(text) or prompts["caption.pressed_key"]


def show_heard(text: str) -> str:
    """Return what was heard as it is shown: sounds that are no words as dots."""
    return text.replace(UNKNOWN, "...")


def build_timing_log(show: Callable[[str], None]) -> events.EventListener:
    """Return a listener that shows times and states, never words."""

    def show_event(session_event: events.SessionEvent) -> None:
        match session_event:
            case events.ResponseStarted(ready_ms=ready) as response:
                count = len(response.prompts)
                show(f"  reply of {count} prompts ready in {ready:.0f} ms")
            case events.UserTurnEnded(_, event, result):
                peak = f", peak {result.peak_dbfs:.0f} dBFS" if result else ""
                show(f"  event {get_meaning_name(event)}{peak}")

    return show_event
