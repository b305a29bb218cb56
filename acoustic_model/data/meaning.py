"""What a session takes a text for, with the questions and words that are shipped."""

from functools import cache

from dialogue.content.content import Content
from dialogue.loading import load_content
from dialogue.understanding.asked import build_asked
from dialogue.understanding.lexicon import find_offline_group
from dialogue.understanding.meaning import get_meaning_name
from dialogue.understanding.utterance import understand

NO_MEANING = {"no_match", "no_input"}
CHECKED = "checked"
"""The name of what was understood in part: it only asks."""


@cache
def find_meaning(text: str) -> str:
    """Return what a session takes `text` for (yes, previous, ...), empty for nothing.

    The names are those of `python -m local_voice hear` and of the lexicon's groups.
    """
    content = load_shipped_content()
    group = find_offline_group(content.lexicon, text)
    asked = build_asked(content.protocol, content.protocol.questions[0].id)
    name = group or get_meaning_name(understand(content.words, text, asked))
    return "" if name in NO_MEANING else name


def is_meant(text: str) -> bool:
    """Tell whether all of `text` is understood, and not only a part of it."""
    return find_meaning(text) not in ("", CHECKED)


@cache
def load_shipped_content() -> Content:
    """Return the content of the shipped language, read once."""
    return load_content()
