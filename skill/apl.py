"""Screens (APL): a reply in large words, and buttons that answer it."""

import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from typing import Any

from dialogue.content.content import Content
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import GIVEN, Answer, TriageProtocol
from dialogue.engine.rendering import to_display_text
from dialogue.engine.reply import EmergencyNumber, Phone, RenderedReply, Reply
from dialogue.engine.state import State
from skill.request import APL

DOCUMENT_ID = "back-talk"
"""What Alexa calls the document that is on the screen."""
ANSWER = "answer"
"""First argument of what a button sends."""
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})(?:\.[0-9]{1,4})?")
_SENTENCES = re.compile(r"(?<=[.?!]) ")
_OF_THE_PERSON = ("readback.", "check.yes", "check.no", "check.sign")
"""Prompts, by how they begin, that say what a person said."""
_OFFERED = (Answer.YES, Answer.NO)
"""An offer has no "not sure": nothing is read that nobody wanted."""


def can_show(apl_version: str | None) -> bool:
    """Tell whether a device with this APL version can show our documents.

    A device that names no version of its own, or a lower one than the documents were
    written in, is sent none. Source: Amazon's APL interface reference.
    """
    if apl_version is None:
        return False
    newest = _parse_version(apl_version)
    needed = _parse_version(_load_document("question")["version"])
    return newest is not None and needed is not None and newest >= needed


def find_place(protocol: TriageProtocol, state: State) -> str | None:
    """Return what a button's answer belongs to, None when nothing is open.

    It is the open question's id with its try, or an offer's; while steps are read, with
    the chunk. So a second tap answers nothing twice and does not skip a step.
    """
    open_prompt = None if state.ended else find_open_prompt(protocol, state)
    if open_prompt is None:
        return None
    tries = state.get_attempt(open_prompt).tries
    if open_prompt in protocol.question or state.reading is None:
        return f"{open_prompt}/{tries}" if tries else open_prompt
    return f"{open_prompt}/{state.reading}"


def parse_tap(arguments: Sequence[object], place: str | None) -> Answer | None:
    """Return the answer that a button sent, None unless it belongs to `place`."""
    if len(arguments) != 3 or place is None:
        return None
    kind, answer, sent_from = arguments
    known = {a.value: a for a in GIVEN}
    if kind != ANSWER or sent_from != place or not isinstance(answer, str):
        return None
    return known.get(answer)


def build_screen(
    content: Content, reply: Reply, rendered: RenderedReply, place: str | None
) -> dict[str, Any]:
    """Return the directive that shows `reply`, as plain JSON.

    What is spoken is on it, numbers in figures, and no other words but the buttons';
    all of them travel as data. What the person said is not: a screen is read by others
    in the room, and longer than a voice is heard.
    """
    lines = [
        to_display_text((prompt,))
        for prompt in rendered.prompts
        if not prompt.key.startswith(_OF_THE_PERSON)
    ]
    question = number = offer = ""
    answers: tuple[Answer, ...] = ()
    if reply.open_prompt in content.protocol.question:
        # What is asked comes first, also when something was explained before it.
        name, question, answers = "question", lines.pop(), tuple(GIVEN)
    else:
        name, number = "outcome", _find_number(rendered, reply)
    if reply.expects_answer and not question:
        # The last sentence is the one that the buttons answer; it stands above them.
        *more, offer = _SENTENCES.split(lines.pop())
        lines += [" ".join(more)] if more else []
        answers = _OFFERED
    data = {
        "question": _escape(question),
        "number": _escape(number),
        "lines": [_escape(line) for line in lines],
        "offer": _escape(offer),
        "buttons": [
            {
                "answer": answer.value,
                "label": _escape(content.prompts[f"screen.{answer.value}"]),
            }
            for answer in answers
        ],
        "place": place or "",
    }
    return {
        "type": f"{APL}.RenderDocument",
        "token": DOCUMENT_ID,
        "document": _load_document(name),
        "datasources": {"screen": data},
    }


@cache
def _load_document(name: str) -> dict[str, Any]:
    """Return a document: its own template with the look that all share."""
    folder = files("skill") / "screens"
    parts = (json.loads((folder / f"{p}.json").read_text()) for p in ("look", name))
    return {key: value for part in parts for key, value in part.items()}


def _find_number(rendered: RenderedReply, reply: Reply) -> str:
    """Return the one number that matters now; the emergency's wins."""
    wanted = EmergencyNumber if reply.disposition == "emergency" else Phone
    segments = (s for prompt in rendered.prompts for s in prompt.segments)
    return next((s.number for s in segments if isinstance(s, wanted)), "")


def _escape(words: str) -> str:
    """Return `words` for a Text component, which reads tags and entities."""
    return escape(words, quote=False)


@lru_cache(maxsize=16)
def _parse_version(text: str) -> tuple[int, int] | None:
    match = _VERSION.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None
