"""The sound check before a session, and the question whether it may be recorded."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from dialogue.engine import events
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import Reply
from local_voice.session.input import UserInput
from local_voice.session.session import VoiceSession

TRIES = 2
MARK = "sound-checked"


def check_sound(session: VoiceSession) -> events.Event | None:
    """Ask for a yes, and say how it was heard.

    Returns what the interview should open with, where the person said something that
    cannot wait.
    """
    user = session.build_user_input()
    says: tuple[str, ...] = ("sound.check",)
    for _ in range(TRIES):
        event = _ask(session, user, says)
        if event is None:
            session.inputs.put(None)
            return None
        if _cannot_wait(event):
            return event
        advice = user.level_advice
        if isinstance(event, events.Answered | events.Checked) and advice is None:
            session.responder.respond(Reply(("sound.good",)))
            return None
        says = (advice or "sound.not_heard", "sound.check")
    session.responder.respond(Reply(says[:1]))
    return None


def ask_to_record(session: VoiceSession) -> tuple[bool, events.Event | None]:
    """Ask whether this session may be recorded; only a clear yes counts.

    Returns the consent, and what the interview should open with, as `check_sound`
    does.
    """
    event = _ask(session, session.build_user_input(), ("recording.ask",))
    if event is None:
        session.inputs.put(None)
        return False, None
    if _cannot_wait(event):
        return False, event
    return event == events.Answered(Answer.YES), None


def _cannot_wait(event: events.Event) -> bool:
    """Tell whether an event is for the interview: a danger, a call for help, a stop."""
    match event:
        case events.Checked(ask=ask, reason=reason):
            return bool(ask) or reason is events.CheckReason.HELP
        case events.CallForHelp() | events.UnpromptedStatement() | events.Stop():
            return True
    return False


def _ask(
    session: VoiceSession, user: UserInput, says: tuple[str, ...]
) -> events.Event | None:
    reply = Reply(says, open_prompt=says[-1], reprompt=says[-1:])
    spoken = session.responder.respond(reply, prepare=user.prepare)
    event, _ = user.next_event(reply, spoken)
    return event


def is_first_time(devices: Iterable[str]) -> bool:
    """Tell whether these devices were never checked here; from now on they were.

    Only a checksum of their names is kept. Where nothing can be kept, nobody is
    asked again and again.
    """
    mark = hashlib.sha256("\n".join(devices).encode()).hexdigest()
    # Where programs of this person keep small marks.
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    file = Path(state, "backtalk", MARK)
    try:
        if file.exists() and file.read_text("utf-8") == mark:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(mark, "utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return True
