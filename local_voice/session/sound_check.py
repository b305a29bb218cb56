"""Asked before a talk: do we hear each other, and may it be recorded."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from dialogue.engine.events import (
    Answered,
    CallForHelp,
    Event,
    Stop,
    UnpromptedStatement,
)
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import Reply
from local_voice.session.input import Attending
from local_voice.session.session import Loop

TRIES = 2
MARK = "sound-checked"


def check_sound(loop: Loop) -> Event | None:
    """Ask for a yes, and tell how it was heard.

    Returns what the talk should open with, where the person said something that
    cannot wait.
    """
    attending = loop.attending()
    says: tuple[str, ...] = ("sound.check",)
    for _ in range(TRIES):
        event = _asked(attending, says)
        if isinstance(event, CallForHelp | UnpromptedStatement | Stop):
            return event
        if event is None:
            loop.taps.put(None)
            return None
        advice = attending.level_advice
        if isinstance(event, Answered) and advice is None:
            attending.voicing.say(Reply(("sound.good",)))
            return None
        says = (advice or "sound.not_heard", "sound.check")
    attending.voicing.say(Reply(says[:1]))
    return None


def may_record(loop: Loop) -> bool:
    """Ask whether this talk may be recorded; only a clear yes counts."""
    return _asked(loop.attending(), ("recording.ask",)) == Answered(Answer.YES)


def _asked(attending: Attending, says: tuple[str, ...]) -> Event | None:
    reply = Reply(says, open_prompt=says[-1], reprompt=says[-1:])
    spoken = attending.voicing.say(reply, uninterrupted=True)
    event, _ = attending.next_event(reply, spoken)
    return event


def is_first_time(devices: Iterable[str]) -> bool:
    """Tell whether these devices were never checked here; from now on they were.

    Only a checksum of their names is kept. Where nothing can be kept, nobody is
    asked again and again.
    """
    mark = hashlib.sha256("\n".join(devices).encode()).hexdigest()
    file = _folder() / MARK
    try:
        if file.exists() and file.read_text("utf-8") == mark:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(mark, "utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return True


def _folder() -> Path:
    """Return where programs of this person keep small marks."""
    state = os.environ.get("XDG_STATE_HOME")
    return Path(state or Path.home() / ".local" / "state") / "backtalk"
