"""Pieces -> SSML and card text; the only file that makes markup."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from xml.sax.saxutils import escape

from dialogue.engine.rendering import written
from dialogue.engine.reply import EmergencyNumber, Pause, Phone, Piece, Text

LONGEST_PAUSE = 2000
"""Milliseconds."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids, lone surrogates among them."""
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def ssml(pieces: Iterable[Piece]) -> str:
    """Return `pieces` as one `speak` element."""
    return "<speak>" + "".join(map(_marked, pieces)) + "</speak>"


def card_text(pieces: Iterable[Piece]) -> str:
    """Return `pieces` for a card: one prompt a line, numbers in figures, no markup."""
    lines = (
        written(line)
        for is_pause, line in groupby(pieces, lambda p: isinstance(p, Pause))
        if not is_pause
    )
    return _NOT_XML.sub("", "\n".join(lines))


def _marked(piece: Piece) -> str:
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
