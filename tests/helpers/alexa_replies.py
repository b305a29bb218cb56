"""What the tests of the Alexa channel look for in what was heard."""

import json
import re
from typing import Any

from helpers.alexa_endpoint import AlexaClient, Heard

from dialogue.content.content import Content

FIRST = "Right now, do you have chest pain"
WELCOME = "Back Talk for Doctor Chang"
MOST_TURNS = 30


def is_opening(heard: Heard) -> bool:
    """Tell whether a reply is the welcome with the first question, and open."""
    return (
        heard.status == 200
        and heard.is_open
        and heard.speech.startswith(f"<speak>{WELCOME}")
        and FIRST in heard.speech
    )


def sent(alexa: AlexaClient, envelope: dict[str, Any]) -> Heard:
    """Send a whole envelope, signed."""
    return alexa.send_bytes(json.dumps(envelope).encode())


def answered(alexa: AlexaClient, content: Content, yes: set[str]) -> Heard:
    """Answer yes to the questions in `yes` and no to others, up to the first advice."""
    heard = alexa.launch()
    for _ in range(MOST_TURNS):
        open_prompt = question_in(heard, content)
        if open_prompt is None:
            return heard
        name = "AMAZON.YesIntent" if open_prompt in yes else "AMAZON.NoIntent"
        heard = alexa.intent(name)
    raise AssertionError("the interview does not end")


def question_in(heard: Heard, content: Content) -> str | None:
    """Return the id of the question that a reply ends with."""
    words = plain(heard.speech)
    asked = (q.id for q in content.protocol.questions)
    asks = {i: content.prompts[f"ask.{i}"] for i in asked}
    return next((i for i, ask in asks.items() if words.endswith(ask)), None)


def plain(ssml: str) -> str:
    """Return the words of an SSML text."""
    words = re.sub(r"<break[^>]*>", " ", ssml)
    return re.sub(r"<[^>]+>", "", words).replace("&apos;", "'")
