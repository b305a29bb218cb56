"""Tells Alexa which requests of people who named no skill we could serve."""

from typing import Any

from ask_sdk_core.dispatch_components.request_components import (
    AbstractRequestHandler,
)
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.canfulfill.can_fulfill_intent import CanFulfillIntent
from ask_sdk_model.canfulfill.can_fulfill_intent_values import CanFulfillIntentValues
from ask_sdk_model.canfulfill.can_fulfill_slot import CanFulfillSlot
from ask_sdk_model.canfulfill.can_fulfill_slot_values import CanFulfillSlotValues
from ask_sdk_model.canfulfill.can_understand_slot_values import (
    CanUnderstandSlotValues,
)
from ask_sdk_model.response import Response

from skill import intents
from skill.slots import duration_in, matched_id

CAN_FULFILL = "CanFulfillIntentRequest"
_Sdk = Any
"""A class of the SDK, which publishes no types."""


class CanFulfillHandler(AbstractRequestHandler):
    """Tells Alexa which requests of people who named no skill we could serve."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Tell whether Alexa asks what we could do."""
        request: _Sdk = handler_input.request_envelope.request
        return bool(request.object_type == CAN_FULFILL)

    def handle(self, handler_input: HandlerInput) -> Response:
        """Say what we could do; nothing is spoken and nothing changes."""
        request: _Sdk = handler_input.request_envelope.request
        name, slots = (
            (request.intent.name, request.intent.slots)
            if request.intent
            else (None, {})
        )
        serves = name in (intents.DESCRIBE, intents.NUMBER)
        return Response(
            can_fulfill_intent=CanFulfillIntent(
                can_fulfill=_yes_if(CanFulfillIntentValues, serves),
                slots={
                    key: _can_fulfill(key, slot, serves) for key, slot in slots.items()
                },
            )
        )


def _can_fulfill(name: str, slot: object, serves: bool) -> CanFulfillSlot:
    found = duration_in(slot) if name == "howLong" else matched_id(slot)
    yes = serves and found is not None
    return CanFulfillSlot(
        can_understand=_yes_if(CanUnderstandSlotValues, yes),
        can_fulfill=_yes_if(CanFulfillSlotValues, yes),
    )


def _yes_if(values: _Sdk, yes: bool) -> _Sdk:
    return values.YES if yes else values.NO
