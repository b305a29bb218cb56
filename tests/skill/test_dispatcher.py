"""A turn passes by the SDK's dispatcher, and is the same turn as through it."""

from dataclasses import replace
from datetime import UTC, datetime

from dialogue.content.content import Content
from skill.dispatcher import Dispatcher
from skill.intents import ANSWER_INTENTS, COMMAND_INTENTS
from skill.locales import Locales
from skill.request import parse_request
from skill.testing.alexa_client import AlexaClient

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
NAMES = [*ANSWER_INTENTS.values(), *COMMAND_INTENTS.values(), "DescribeSpasmIntent"]


def test_both_ways_give_the_same_answer(alexa: AlexaClient, content: Content) -> None:
    """Every intent at every question of a talk, the SDK's own mark apart."""
    dispatcher = Dispatcher(Locales({"en-US": content}), lambda: NOON)
    reply = alexa.launch()
    compared = 0
    while reply.is_open:
        for name in dict.fromkeys(NAMES):
            intent = {"name": name, "slots": {}}
            envelope = alexa.build_envelope({"type": "IntentRequest", "intent": intent})
            request = parse_request(envelope)
            whole = dispatcher._answer_by_sdk(request)
            del whole["userAgent"]
            whole.setdefault("sessionAttributes", {})
            assert whole == dispatcher.answer(request), name
            compared += 1
        reply = replace(alexa).intent("AMAZON.NoIntent")
        alexa.intent("AMAZON.NoIntent")
    assert compared > 200
