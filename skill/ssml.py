"""Pieces -> SSML and card text; the only file that makes markup."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from xml.sax.saxutils import escape

from dialogue.engine.rendering import to_display_text
from dialogue.engine.reply import EmergencyNumber, Pause, Phone, Segment, Text

LONGEST_PAUSE = 2000
"""Milliseconds."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids, lone surrogates among them."""
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def ssml(segments: Iterable[Segment]) -> str:
    """Return `pieces` as one `speak` element."""
    return "<speak>" + "".join(map(_marked, segments)) + "</speak>"


def card_text(segments: Iterable[Segment]) -> str:
    """Return `pieces` for a card: one prompt a line, numbers in figures, no markup."""
    lines = (
        to_display_text(line)
        for is_pause, line in groupby(segments, lambda p: isinstance(p, Pause))
        if not is_pause
    )
    return _NOT_XML.sub("", "\n".join(lines))


def _marked(piece: Segment) -> str:
    match piece:
        case Text(words):
            return _escaped(words)
        case Phone(number, _):
            return f'<say-as interpret-as="telephone">{_escaped(number)}</say-as>'
        case EmergencyNumber(number, _):
            return f'<say-as interpret-as="digits">{_escaped(number)}</say-as>'
        case Pause(milliseconds):
            return f'<break time="{min(milliseconds, LONGEST_PAUSE)}ms"/>'


@lru_cache(maxsize=1024)
def _escaped(words: str) -> str:
    return escape(_NOT_XML.sub("", words), _QUOTES)
