"""What a user would pick instead: the same turns in Flask by ask-sdk-core's own way.

Amazon's web adapter does the same (deserialise the envelope, dispatch, serialise), but
cannot be imported on today's OpenSSL: its certificate library fails.
"""

from datetime import UTC, datetime
from typing import Any

from ask_sdk_core.dispatch_components.request_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import RequestEnvelope, Response
from ask_sdk_model.slu.entityresolution import StatusCode
from ask_sdk_model.ui import Reprompt, SimpleCard, SsmlOutputSpeech
from flask import Flask, jsonify, request

from skill.errors import RequestRefused
from skill.handlers import TURN_TYPES, TurnHandler
from skill.locales import Locales, load_locales
from skill.request import AlexaRequest, AlexaSession, Slot
from skill.security.verifier import RequestVerifier
from skill.settings import Settings


class TurnRequestHandler(AbstractRequestHandler):
    """Takes the turn that the endpoint takes, from and to the SDK's own objects."""

    def __init__(self, turns: TurnHandler) -> None:
        """Take turns by `turns`."""
        self._turns = turns

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Handle whatever is a turn."""
        return handler_input.request_envelope.request.object_type in TURN_TYPES

    def handle(self, handler_input: HandlerInput) -> Response:
        """Take it."""
        handled = self._turns.handle(to_request(handler_input), datetime.now(UTC))
        if handled.attributes is not None:
            handler_input.attributes_manager.session_attributes = handled.attributes
        return to_response(handled.response)


def to_request(handler_input: HandlerInput) -> AlexaRequest:
    """Return what the SDK read as the turn's own request."""
    envelope = handler_input.request_envelope
    intent = getattr(envelope.request, "intent", None)
    system = envelope.context.system
    interface = system.device.supported_interfaces.alexa_presentation_apl
    session = envelope.session and AlexaSession(
        envelope.session.new, handler_input.attributes_manager.session_attributes
    )
    return AlexaRequest(
        type=envelope.request.object_type,
        locale=envelope.request.locale,
        intent=intent and intent.name,
        slots={
            name: _to_slot(s) for name, s in ((intent and intent.slots) or {}).items()
        },
        session=session,
        apl_version=interface and interface.runtime.max_version,
        api_endpoint=system.api_endpoint,
        api_token=system.api_access_token,
    )


def _to_slot(slot: Any) -> Slot:
    ids = {
        match.value.id
        for authority in (
            (slot.resolutions and slot.resolutions.resolutions_per_authority) or ()
        )
        if authority.status.code == StatusCode.ER_SUCCESS_MATCH
        for match in authority.values
    }
    return Slot(
        slot.value, ids.pop() if len(ids) == 1 else None, slot.value is not None
    )


def to_response(response: dict[str, Any]) -> Response:
    """Return a response of speech and card as the SDK's own object."""
    reprompt, card = response.get("reprompt"), response.get("card")
    return Response(
        output_speech=SsmlOutputSpeech(ssml=response["outputSpeech"]["ssml"]),
        reprompt=reprompt
        and Reprompt(SsmlOutputSpeech(ssml=reprompt["outputSpeech"]["ssml"])),
        card=card and SimpleCard(title=card["title"], content=card["content"]),
        should_end_session=response["shouldEndSession"],
    )


def build_app(settings: Settings, verifier: RequestVerifier | None) -> Flask:
    """Return a Flask application that answers by the SDK, verified or not."""
    locales = Locales(load_locales(settings.protocol, settings.clinic))
    builder = SkillBuilder()
    builder.add_request_handler(
        TurnRequestHandler(TurnHandler(locales, screens=True, timers=None))
    )
    skill, serializer, app = builder.create(), DefaultSerializer(), Flask(__name__)

    @app.post("/alexa")
    def alexa() -> Any:
        body = request.get_data()
        try:
            if verifier is not None:
                verifier.verify(request.headers, body)
        except RequestRefused:
            return "", 400
        envelope = serializer.deserialize(body.decode(), RequestEnvelope)
        return jsonify(serializer.serialize(skill.invoke(envelope, None)))

    @app.get("/health")
    def health() -> str:
        return "ok"

    return app
