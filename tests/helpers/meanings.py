"""What utterances mean where they are said, as tables of tests write it."""

from collections.abc import Sequence
from functools import cache

from helpers.current_protocol import read_shipped_protocol

from dialogue.content.content_store import ContentStore
from dialogue.engine.protocol import TriageProtocol
from dialogue.understanding.asked import build_asked
from dialogue.understanding.interpretation import interpret
from dialogue.understanding.meaning import Meaning, Result, Why
from dialogue.understanding.rules import RULES, Rule
from dialogue.understanding.words import Words


@cache
def read_shipped_words() -> Words:
    """Return the words of American English."""
    store = ContentStore()
    words = store.read_words("en-US")
    assert not store.log.problems, store.log.problems
    return words


def find_meaning(
    said: str,
    asked: str | None,
    rules: Sequence[Rule] = RULES,
    protocol: TriageProtocol | None = None,
) -> Meaning:
    """Return what `said` means where `asked` is open."""
    protocol = protocol or read_shipped_protocol()
    return interpret(read_shipped_words(), said, build_asked(protocol, asked), rules)


def write_meaning(meaning: Meaning) -> dict[str, str]:
    """Return a meaning as the columns of a table."""
    command = meaning.command or ""
    if meaning.topic:
        command = "more"
    if meaning.why is Why.COMPLAINT:
        command = "complaint"
    accepted = meaning.result is Result.ACCEPT and meaning.answer
    return {
        "result": meaning.result.value,
        "answer": meaning.answer.value if meaning.answer else "",
        "strength": meaning.strength.value if accepted else "",
        "said": " ".join(meaning.said),
        "ask": " ".join(meaning.ask),
        "command": command,
        "hours": " ".join(f"{hours:.17g}" for hours in meaning.length or ()),
    }
