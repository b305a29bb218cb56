"""Errors that end a session: what was lost for good."""

from typing import ClassVar


class SessionError(Exception):
    """The session cannot go on; the person was given the emergency number."""

    words: ClassVar[str]

    def __init__(self, *, in_standby: bool = False) -> None:
        """`in_standby`: it was lost while waiting for the wake phrase."""
        super().__init__(self.words)
        self.in_standby = in_standby


class MicrophoneLost(SessionError):
    """The microphone was lost, and looked for in vain."""

    words = "The microphone did not come back"


class LoudspeakerLost(SessionError):
    """The loudspeaker was lost, and looked for in vain."""

    words = "The loudspeaker did not come back"


class RecognizerLost(SessionError):
    """The recogniser failed more often than it is restarted."""

    words = "The ear keeps failing"
