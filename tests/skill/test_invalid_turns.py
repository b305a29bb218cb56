"""Taps and answers to our question for permission, of any shape: no timer unasked."""

from datetime import UTC, datetime
from typing import Any

import pytest
from helpers.alexa_replies import ICE, answer_all
from helpers.timer_service import TimerService
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import create_app
from dialogue.content.content import Content
from skill.settings import Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient
from skill.timers import QUESTION_ID, Timers

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=8,
)
TAPS = st.lists(
    st.sampled_from(["answer", "yes", "no", "unsure", "timer.offer/b", "offer_steps"])
    | JSON,
    max_size=4,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.just("AskFor") | JSON,
        "token": st.just(QUESTION_ID) | JSON,
        "status": st.just({"code": "200"}) | st.just({"code": 200}) | JSON,
        "payload": st.sampled_from([{"status": "ACCEPTED"}, {"status": "DENIED"}])
        | JSON,
    },
)
NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)

MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def offered(
    authority, content: Content
) -> tuple[AlexaClient, TimerService, dict[str, Any]]:
    """Return a talk with a screen at the offer of a timer that nobody permitted."""
    service = TimerService([401, *[500] * 9999])
    app = create_app(
        Settings("development", SKILL_ID, "roseville", timers=True),
        roots=[authority.root],
        fetch=authority.fetch,
        now=lambda: NOON,
        timers=Timers(service.send),
    )
    alexa = AlexaClient(authority, lambda: NOON, app.test_client().post, apl="2024.3")
    answer_all(alexa, content, ICE)
    return alexa, service, alexa.attributes


def spoken(alexa: AlexaClient, request: dict[str, Any]) -> dict[str, Any]:
    """Return the response to a request, which must speak and be no apology."""
    reply = alexa.send(request)
    assert 200 == reply.status
    assert "that did not work" not in reply.speech
    assert reply.is_open == reply.speech.removesuffix("</speak>").endswith("?")
    return reply.response


@MANY
@given(arguments=TAPS | JSON)
def test_a_tap_of_any_shape_is_an_answer_only_in_its_place(
    offered: tuple[AlexaClient, TimerService, dict[str, Any]], arguments: Any
) -> None:
    """Nothing but the right three words asks for a timer."""
    alexa, service, attributes = offered
    alexa.attributes, alexa.is_new, asked = attributes, False, len(service.asked)
    kind = "Alexa.Presentation.APL.UserEvent"
    place = f"timer.offer/{attributes['backtalk']['reading']}"
    if arguments == ["answer", "yes", place]:
        return
    spoken(alexa, {"type": kind, "arguments": arguments})
    assert asked == len(service.asked)


@MANY
@given(answer=ANSWERS, waits=st.booleans(), survived=st.booleans())
def test_only_a_plain_yes_to_our_question_sets_a_timer(
    offered: tuple[AlexaClient, TimerService, dict[str, Any]],
    answer: dict[str, Any],
    waits: bool,
    survived: bool,
) -> None:
    """Whatever else comes is spoken to, and the service is not asked."""
    alexa, service, attributes = offered
    own = {**attributes["backtalk"], "timer": "done"}
    if waits:
        own["leave_asked"] = True
    alexa.attributes = {"backtalk": own} if survived else {}
    alexa.is_new, asked = False, len(service.asked)
    spoken(alexa, {"type": "Connections.Response", **answer})
    status = answer.get("status")
    is_plain_yes = (
        answer.get("name") == "AskFor"
        and answer.get("token") == QUESTION_ID
        and isinstance(status, dict)
        and status.get("code") in ("200", 200)
        and isinstance(answer.get("payload"), dict)
        and answer["payload"].get("status") == "ACCEPTED"
    )
    may = is_plain_yes and (waits or not survived)
    assert may == (len(service.asked) > asked)
