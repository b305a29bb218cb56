"""What a person's words amount to where something is open."""

from dialogue.content.content import Content
from dialogue.engine.events import Event
from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand


def hear(content: Content, words: str, open_prompt: str | None = None) -> Event:
    """Return the event of `words` where `open_prompt` waits for an answer."""
    return understand(content.words, words, build_asked(content.protocol, open_prompt))
