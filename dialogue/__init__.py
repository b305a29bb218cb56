"""The dialogue core: one interview for every channel."""

from dialogue.events import Begin, Event
from dialogue.interview import take_turn
from dialogue.loading import Content, load_content
from dialogue.problems import DataRefused
from dialogue.prompts import word, written
from dialogue.reply import Reply, Worded
from dialogue.state import State
from dialogue.understanding import understand

__all__ = [
    "Begin",
    "Content",
    "DataRefused",
    "Event",
    "Reply",
    "State",
    "Worded",
    "load_content",
    "take_turn",
    "understand",
    "word",
    "written",
]
