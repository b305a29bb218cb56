"""Reply -> response: speech, what is said after silence, card and screen."""

from datetime import datetime
from typing import Any

from dialogue.content.content import Content
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import RenderedPrompt, Reply
from dialogue.engine.state import State
from skill.apl import place_of, screen
from skill.ssml import card_text, ssml


def response(
    content: Content,
    reply: Reply,
    moment: datetime | None,
    shown: State | None = None,
) -> dict[str, Any]:
    """Return `reply` as Alexa speaks it, as plain JSON; tests read it by the SDK.

    The card comes only with the last words. `shown` is the state behind the reply where
    the device has a screen for it, None where it has none.
    """
    worded = render_reply(reply, content.prompts, content.clinic, moment)
    said: dict[str, Any] = {
        "outputSpeech": _speech(worded.prompts),
        "shouldEndSession": not reply.expects_answer,
    }
    if reply.expects_answer:
        said["reprompt"] = {"outputSpeech": _speech(worded.reprompt)}
    elif worded.card:
        said["card"] = {
            "type": "Simple",
            "title": content.prompts["card.title"],
            "content": card_text(worded.card),
        }
    if shown is not None:
        place = place_of(content.protocol, shown)
        said["directives"] = [screen(content, reply, worded, place)]
    return said


def _speech(prompts: tuple[RenderedPrompt, ...]) -> dict[str, str]:
    return {"type": "SSML", "ssml": ssml(prompts)}
