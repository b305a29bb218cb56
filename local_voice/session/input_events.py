"""What comes without speech: events, changes of our voice, push to talk."""

import queue
from enum import Enum

from dialogue.engine.events import Event
from local_voice.tts.speech import Adjust


class Gate(Enum):
    """Push to talk: silences us and opens the gate; again: the answer is over."""

    PRESSED = "pressed"


Tap = Event | Adjust | Gate
Taps = queue.Queue[Tap | None]
"""From keys, switches, buttons, a page and signals; None where the person hangs up."""
