"""A turn passes by the SDK's dispatcher, and is the same turn as through it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ask_sdk_core.serialize import DefaultSerializer
from helpers.alexa_endpoint import AlexaClient

from dialogue.content.content import Content
from skill import builder, dispatcher
from skill.dispatcher import Answering
from skill.handlers import TalkHandler
from skill.intents import ANSWER_INTENTS, COMMAND_INTENTS
from skill.locales import Locales

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
NAMES = [*ANSWER_INTENTS.values(), *COMMAND_INTENTS.values(), "DescribeSpasmIntent"]


def test_both_ways_give_the_same_answer(alexa: AlexaClient, content: Content) -> None:
    """Every intent at every question of a talk, the SDK's own mark apart."""
    locales = Locales({"en-US": content})
    direct = Answering(locales, lambda: NOON)
    skill = builder.build_skill(
        TalkHandler(locales, lambda: NOON, shows=True, timers=None)
    )
    heard = alexa.launch()
    compared = 0
    while heard.is_open:
        for name in dict.fromkeys(NAMES):
            intent = {"name": name, "slots": {}}
            envelope = alexa.envelope({"type": "IntentRequest", "intent": intent})
            whole: dict[str, Any] = DefaultSerializer().serialize(
                skill.invoke(dispatcher._read(json.loads(json.dumps(envelope))), None)
            )
            del whole["userAgent"]
            whole.setdefault("sessionAttributes", {})
            assert whole == direct.answer(envelope), name
            compared += 1
        heard = replace(alexa).intent("AMAZON.NoIntent")
        alexa.intent("AMAZON.NoIntent")
    assert compared > 200
