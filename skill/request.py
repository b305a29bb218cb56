"""Parses a request's JSON, once, into an AlexaRequest of what the skill uses.

Every part may be missing or of another shape than Amazon documents; it is then None or
empty, and never an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LAUNCH, INTENT = "LaunchRequest", "IntentRequest"
SESSION_ENDED, SESSION_RESUMED = "SessionEndedRequest", "SessionResumedRequest"
CAN_FULFILL = "CanFulfillIntentRequest"
CONNECTION = "Connections.Response"
EXCEPTION = "System.ExceptionEncountered"
APL = "Alexa.Presentation.APL"
USER_EVENT = f"{APL}.UserEvent"

_MATCHED = "ER_SUCCESS_MATCH"


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of an intent."""

    value: str | None = None
    """The words, or Alexa's own form of them, such as `P8W` for a length."""
    id: str | None = None
    """The one id that Alexa matched; none or several are no match."""
    is_filled: bool = False
    """Whether something was said for it, understood or not."""


EMPTY_SLOT = Slot()


@dataclass(frozen=True, slots=True)
class AlexaSession:
    """The session that a request belongs to."""

    is_new: bool
    attributes: dict[str, Any] | None = field(repr=False)
    """What was kept since the last turn; None where it is no table."""


@dataclass(frozen=True, slots=True)
class ConnectionAnswer:
    """The parts of a `Connections.Response`, as they came."""

    name: object
    token: object
    code: object
    """Of its `status`."""
    status: object
    """Of its `payload`."""


@dataclass(frozen=True, slots=True)
class AlexaRequest:
    """One request, of any type."""

    type: str
    locale: str | None = None
    intent: str | None = None
    slots: Mapping[str, Slot] = field(default_factory=dict)
    session: AlexaSession | None = None
    apl_version: str | None = None
    """The newest that the device can show; None without a screen."""
    api_endpoint: str | None = None
    api_token: str | None = field(default=None, repr=False)
    arguments: tuple[object, ...] = ()
    """What a button on the screen sends."""
    connection: ConnectionAnswer | None = None
    """Only of a `Connections.Response`."""
    error_type: str | None = None
    """Only of a `System.ExceptionEncountered`."""


def parse_request(envelope: Mapping[str, Any]) -> AlexaRequest:
    """Return the request of an envelope whose `request` has a `type`."""
    request = envelope["request"]
    system = _get(envelope.get("context"), "System")
    interfaces = _get(_get(system, "device"), "supportedInterfaces")
    intent, arguments = request.get("intent"), request.get("arguments")
    name = _get_text(intent, "name")
    return AlexaRequest(
        type=request["type"],
        locale=_get_text(request, "locale"),
        intent=name,
        slots={} if name is None else _parse_slots(intent.get("slots")),
        session=_parse_session(envelope.get("session")),
        apl_version=_get_text(_get(_get(interfaces, APL), "runtime"), "maxVersion"),
        api_endpoint=_get_text(system, "apiEndpoint"),
        api_token=_get_text(system, "apiAccessToken"),
        arguments=tuple(arguments) if isinstance(arguments, list) else (),
        connection=_parse_connection(request),
        error_type=_get_text(request.get("error"), "type"),
    )


def _parse_session(session: object) -> AlexaSession | None:
    if not isinstance(session, dict):
        return None
    attributes = session.get("attributes")
    if attributes is None:
        attributes = {}
    return AlexaSession(
        session.get("new") is True, attributes if isinstance(attributes, dict) else None
    )


def _parse_connection(request: dict[str, Any]) -> ConnectionAnswer | None:
    if request["type"] != CONNECTION:
        return None
    return ConnectionAnswer(
        request.get("name"),
        request.get("token"),
        _get(request.get("status"), "code"),
        _get(request.get("payload"), "status"),
    )


def _parse_slots(slots: object) -> dict[str, Slot]:
    if not isinstance(slots, dict):
        return {}
    return {name: _parse_slot(slot) for name, slot in slots.items()}


def _parse_slot(slot: object) -> Slot:
    if not isinstance(slot, dict):
        return EMPTY_SLOT
    value, resolutions = slot.get("value"), slot.get("resolutions")
    if value is None and resolutions is None:
        return EMPTY_SLOT
    return Slot(
        value if isinstance(value, str) else None, _find_match(resolutions), True
    )


def _find_match(resolutions: object) -> str | None:
    ids = set()
    for authority in _get_list(resolutions, "resolutionsPerAuthority"):
        if _get(_get(authority, "status"), "code") == _MATCHED:
            for match in _get_list(authority, "values"):
                # One that cannot be read is still one of several.
                ids.add(_get_text(_get(match, "value"), "id"))
    return ids.pop() if len(ids) == 1 else None


def _get(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _get_text(value: object, name: str) -> str | None:
    text = _get(value, name)
    return text if isinstance(text, str) else None


def _get_list(value: object, name: str) -> list[object]:
    found = _get(value, name)
    return found if isinstance(found, list) else []
