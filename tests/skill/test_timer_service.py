"""What is sent to Amazon's timer service, and where it may go."""

import json

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.services.timer_management.timer_request import TimerRequest
from helpers.timer_service import TimerService

from skill.request import AlexaRequest, parse_request
from skill.timers import Timers, build_timer, can_set


def request_with(context: object) -> AlexaRequest:
    """Return a launch with this context."""
    return parse_request({"request": {"type": "LaunchRequest"}, "context": context})


def test_the_timer_is_amazons_own_and_comes_back_whole() -> None:
    """The request loads through the SDK's model; two hours is the most."""
    serializer = DefaultSerializer()
    loaded = serializer.deserialize(json.dumps(build_timer(20)), TimerRequest)
    assert build_timer(20) == serializer.serialize(loaded)
    assert "PT120M" == build_timer(500)["duration"]


@pytest.mark.parametrize(
    ("endpoint", "token", "expected"),
    [
        ("https://api.amazonalexa.com", "x", True),
        ("https://api.eu.amazonalexa.com/", "x", True),
        ("http://api.amazonalexa.com", "x", False),
        ("https://api.amazonalexa.com.evil.com", "x", False),
        ("https://amazonalexa.com", "x", False),
        ("https://evilamazonalexa.com", "x", False),
        ("https://a@api.amazonalexa.com", "x", False),
        ("https://api.amazonalexa.com:444", "x", False),
        ("https://api.amazonalexa.com/x", "x", False),
        ("https://api.amazonalexa.com\r\nX: y", "x", False),
        ("https://api.amazonalexa.com", "x\r\nX: y", False),
        ("https://api.amazonalexa.com", "", False),
        ("https://api.amazonalexa.com", "\u00e9", False),
        ("https://api.amazonalexa.com", None, False),
        (None, "x", False),
        (5, {}, False),
    ],
)
def test_the_token_goes_to_amazon_only(
    endpoint: object, token: object, expected: bool
) -> None:
    """Over TLS, to a host under amazonalexa.com, and as one header."""
    context = {"System": {"apiEndpoint": endpoint, "apiAccessToken": token}}
    request = request_with(context)
    assert expected == can_set(request)
    service = TimerService([200])
    outcome = Timers(service.send).set(request, 20)
    assert ("set" if expected else "failed") == outcome
    assert expected == bool(service.asked)


@pytest.mark.parametrize("context", [None, [], {}, {"System": []}])
def test_a_context_of_another_shape_sets_none(context: object) -> None:
    """Nor does it raise."""
    assert not can_set(request_with(context))
