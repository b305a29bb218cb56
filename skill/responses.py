"""Builds Alexa's response to a reply: SSML, reprompt, card and screen."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from dialogue.content.content import Content
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import (
    PROMPT_PAUSE,
    EmergencyNumber,
    Phone,
    RenderedPrompt,
    Reply,
    Segment,
    Text,
)
from dialogue.engine.state import State
from skill.apl import build_screen, find_place

_BREAK = f'<break time="{PROMPT_PAUSE}ms"/>'
_ON_CARD = {"emergency.unsure": "emergency.say"}
"""What stands on a card instead: it stays in the app, so no answer is on it."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids, lone surrogates among them."""
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def build_response(
    content: Content,
    reply: Reply,
    moment: datetime | None,
    screen_state: State | None = None,
) -> dict[str, Any]:
    """Return `reply` as Alexa speaks it, as plain JSON.

    The card comes only with the last words. `screen_state` is the state behind the
    reply where the device has a screen for it, None where it has none.
    """
    card = tuple(_ON_CARD.get(key, key) for key in reply.card)
    if card != reply.card:
        reply = replace(reply, card=card)
    rendered = render_reply(reply, content.prompts, content.clinic, moment)
    response: dict[str, Any] = {
        "outputSpeech": _build_speech(rendered.prompts),
        "shouldEndSession": not reply.expects_answer,
    }
    if reply.expects_answer:
        response["reprompt"] = {"outputSpeech": _build_speech(rendered.reprompt)}
    elif rendered.card:
        response["card"] = {
            "type": "Simple",
            "title": content.prompts["card.title"],
            "content": render_card(rendered.card),
        }
    if screen_state is not None:
        place = find_place(content.protocol, screen_state)
        response["directives"] = [build_screen(content, reply, rendered, place)]
    return response


def render_ssml(prompts: Iterable[RenderedPrompt]) -> str:
    """Return `prompts` as one `speak` element, a break between two of them."""
    spoken = ("".join(map(_render_segment, prompt.segments)) for prompt in prompts)
    return f"<speak>{_BREAK.join(spoken)}</speak>"


def render_card(prompts: Iterable[RenderedPrompt]) -> str:
    """Return `prompts` for a card: one a line, numbers in figures, no markup."""
    lines = (to_display_text((prompt,)) for prompt in prompts)
    return _NOT_XML.sub("", "\n".join(lines))


def _build_speech(prompts: tuple[RenderedPrompt, ...]) -> dict[str, str]:
    return {"type": "SSML", "ssml": render_ssml(prompts)}


def _render_segment(segment: Segment) -> str:
    match segment:
        case Text(words):
            return _escape(words)
        case Phone(number, _):
            return f'<say-as interpret-as="telephone">{_escape(number)}</say-as>'
        case EmergencyNumber(number, _):
            return f'<say-as interpret-as="digits">{_escape(number)}</say-as>'


@lru_cache(maxsize=1024)
def _escape(words: str) -> str:
    return escape(_NOT_XML.sub("", words), _QUOTES)
