"""Prompts -> SSML and card text; the only file that makes markup."""

import re
from collections.abc import Iterable
from functools import lru_cache
from xml.sax.saxutils import escape

from dialogue.engine.rendering import to_display_text
from dialogue.engine.reply import (
    PROMPT_PAUSE,
    EmergencyNumber,
    Phone,
    RenderedPrompt,
    Segment,
    Text,
)

_BREAK = f'<break time="{PROMPT_PAUSE}ms"/>'
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids, lone surrogates among them."""
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def ssml(prompts: Iterable[RenderedPrompt]) -> str:
    """Return `prompts` as one `speak` element, a break between two of them."""
    spoken = ("".join(map(_marked, prompt.segments)) for prompt in prompts)
    return f"<speak>{_BREAK.join(spoken)}</speak>"


def card_text(prompts: Iterable[RenderedPrompt]) -> str:
    """Return `prompts` for a card: one a line, numbers in figures, no markup."""
    lines = (to_display_text((prompt,)) for prompt in prompts)
    return _NOT_XML.sub("", "\n".join(lines))


def _marked(segment: Segment) -> str:
    match segment:
        case Text(words):
            return _escaped(words)
        case Phone(number, _):
            return f'<say-as interpret-as="telephone">{_escaped(number)}</say-as>'
        case EmergencyNumber(number, _):
            return f'<say-as interpret-as="digits">{_escaped(number)}</say-as>'


@lru_cache(maxsize=1024)
def _escaped(words: str) -> str:
    return escape(_NOT_XML.sub("", words), _QUOTES)
