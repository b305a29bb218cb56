"""Alexa's timer for the ice: offered once, set only with permission, never promised."""

import json
import logging
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.interfaces.connections.send_request_directive import (
    SendRequestDirective,
)
from helpers.alexa_replies import FIRST, ICE, answer_all
from helpers.timer_service import TimerService

from app import create_app
from dialogue.content.content import Content
from skill.settings import Settings
from skill.testing.alexa_client import AlexaClient
from skill.timers import LABEL, PERMISSION, QUESTION_ID, Timers


def connect(
    alexa: AlexaClient, service: TimerService, *, timers: bool = True
) -> AlexaClient:
    """Return a talk with an endpoint that sets timers at `service`."""
    settings = Settings("development", alexa.skill_id, "roseville", timers=timers)
    app = create_app(
        settings,
        roots=[alexa.authority.root],
        fetch=alexa.authority.fetch,
        now=alexa.now,
        timers=Timers(service.send),
    )
    alexa.post = app.test_client().post
    return alexa


def reach_offer(alexa: AlexaClient, content: Content) -> AlexaClient:
    """Take the talk to the offer of a timer."""
    reply = answer_all(alexa, content, ICE)
    assert reply.words.endswith(content.prompts["timer.offer"])
    return alexa


def says_and_goes_on(words: str, content: Content, key: str | None) -> bool:
    """Tell whether a reply is the words of `key` and the way on through the steps."""
    said = [content.prompts[k] for k in (key, "reading.menu") if k]
    return words == " ".join(said)


def test_timers_are_off_unless_switched_on(
    alexa: AlexaClient, content: Content
) -> None:
    """Then none is offered, and the service is never asked."""
    service = TimerService([])
    connect(alexa, service, timers=False)
    reply = answer_all(alexa, content, ICE)
    while reply.is_open:
        assert "time 20 minutes" not in reply.speech
        reply = alexa.intent("AMAZON.NextIntent")
    assert [] == service.asked


def test_a_yes_sets_a_timer_of_twenty_minutes(
    alexa: AlexaClient, content: Content
) -> None:
    """With a label that tells nobody of a back, and a chime only."""
    service = TimerService([200])
    reply = reach_offer(connect(alexa, service), content).intent("AMAZON.YesIntent")
    assert says_and_goes_on(reply.words, content, "timer.start")
    assert reply.is_open
    (request,) = service.asked
    assert ("POST", "https://api.amazonalexa.com/v1/alerts/timers") == (
        request.method,
        request.url,
    )
    assert "Bearer stand-in" == request.headers["Authorization"]
    assert "PT20M" == json.loads(request.body)["duration"]
    assert not {"back pain", "spasm", "ice", "health"} & set(LABEL.lower().split())


@pytest.mark.parametrize("name", ["AMAZON.NoIntent", "UnsureIntent"])
def test_no_clear_yes_sets_none(
    alexa: AlexaClient, content: Content, name: str
) -> None:
    """And the steps go on."""
    service = TimerService([])
    reach_offer(connect(alexa, service), content).intent(name)
    reply = alexa.intent("AMAZON.FallbackIntent") if name != "AMAZON.NoIntent" else None
    assert reply is None or reply.is_open
    assert [] == service.asked


def test_it_is_never_offered_twice(alexa: AlexaClient, content: Content) -> None:
    """Not after a yes, not after going back."""
    reach_offer(connect(alexa, TimerService([200])), content).intent("AMAZON.YesIntent")
    for name in ("AMAZON.NextIntent", "AMAZON.PreviousIntent", "AMAZON.RepeatIntent"):
        assert "time 20 minutes" not in alexa.intent(name).speech


@pytest.mark.parametrize("failure", [500, 429, 404, 302, 400, OSError("slow")])
def test_a_failure_is_said_and_the_steps_go_on(
    alexa: AlexaClient,
    content: Content,
    failure: int | OSError,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No timer is promised that does not run."""
    connect(alexa, TimerService([failure]))
    with caplog.at_level(logging.INFO):
        reply = reach_offer(alexa, content).intent("AMAZON.YesIntent")
    assert says_and_goes_on(reply.words, content, "timer.failed")
    assert reply.is_open
    assert "stand-in" not in caplog.text


@pytest.mark.parametrize("status", [401, 403])
def test_without_permission_alexa_asks_for_it(
    alexa: AlexaClient, content: Content, status: int
) -> None:
    """In her own words: our answer has none, and a session that stays as it is."""
    connect(alexa, TimerService([status]))
    reply = reach_offer(alexa, content).intent("AMAZON.YesIntent")
    assert {"directives"} == set(reply.response)
    (directive,) = reply.response["directives"]
    assert ("AskFor", PERMISSION) == (
        directive["name"],
        directive["payload"]["permissionScope"],
    )
    serializer = DefaultSerializer()
    loaded = serializer.deserialize(json.dumps(directive), SendRequestDirective)
    assert directive == serializer.serialize(loaded)


def test_leave_given_sets_the_timer(alexa: AlexaClient, content: Content) -> None:
    """Then the talk goes on where it was."""
    service = TimerService([401, 201])
    reach_offer(connect(alexa, service), content).intent("AMAZON.YesIntent")
    reply = alexa.answer_permission("ACCEPTED", token=QUESTION_ID)
    assert says_and_goes_on(reply.words, content, "timer.start")
    assert 2 == len(service.asked)
    reply = alexa.intent("AMAZON.NextIntent")
    assert content.prompts["step.ice.safe"] in reply.words


@pytest.mark.parametrize(
    ("status", "code"),
    [("DENIED", "200"), ("NOT_ANSWERED", "200"), ("ACCEPTED", "500"), ("NEW", "200"),
     (None, "200"), (["ACCEPTED"], "200"), ("ACCEPTED", None), ("ACCEPTED", True)],
)  # fmt: skip
def test_leave_not_given_sets_none(
    alexa: AlexaClient, content: Content, status: Any, code: object
) -> None:
    """Denied, not answered, gone wrong, or of a form we do not know."""
    service = TimerService([401])
    reach_offer(connect(alexa, service), content).intent("AMAZON.YesIntent")
    reply = alexa.answer_permission(status, token=QUESTION_ID, code=code)
    assert says_and_goes_on(reply.words, content, "timer.none")
    assert 1 == len(service.asked)


def test_leave_is_asked_for_once(alexa: AlexaClient, content: Content) -> None:
    """A service that wants it again is a failure, and no second question."""
    connect(alexa, TimerService([401, 401]))
    reach_offer(alexa, content).intent("AMAZON.YesIntent")
    reply = alexa.answer_permission("ACCEPTED", token=QUESTION_ID)
    assert says_and_goes_on(reply.words, content, "timer.failed")


def test_the_same_answer_twice_sets_one_timer(
    alexa: AlexaClient, content: Content
) -> None:
    """The second has the open question asked again."""
    service = TimerService([401, 200])
    reach_offer(connect(alexa, service), content).intent("AMAZON.YesIntent")
    alexa.answer_permission("ACCEPTED", token=QUESTION_ID)
    reply = alexa.answer_permission("ACCEPTED", token=QUESTION_ID)
    assert reply.is_open
    assert 2 == len(service.asked)


@pytest.mark.parametrize("token", ["", "other", None, 5])
def test_an_answer_to_a_question_of_others_sets_none(
    alexa: AlexaClient, content: Content, token: Any
) -> None:
    """Nor does an answer while the timer is offered and nobody said yes."""
    service = TimerService([])
    reach_offer(connect(alexa, service), content)
    for sent in (token, QUESTION_ID):
        reply = alexa.answer_permission("ACCEPTED", token=sent)
        assert reply.words.endswith(content.prompts["timer.offer"])
    assert [] == service.asked


@pytest.mark.parametrize(
    ("given", "statuses", "expected"),
    [("ACCEPTED", [200], "timer.start"), ("ACCEPTED", [500], "timer.failed"),
     ("DENIED", [], "timer.none")],
)  # fmt: skip
def test_where_attributes_did_not_survive_the_timer_is_all_that_is_left(
    alexa: AlexaClient,
    content: Content,
    given: str,
    statuses: list[int],
    expected: str,
) -> None:
    """It is set, said, and the talk is closed."""
    service = TimerService([401, *statuses])
    reach_offer(connect(alexa, service), content).intent("AMAZON.YesIntent")
    alexa.attributes = {}
    reply = alexa.answer_permission(given, token=QUESTION_ID)
    assert content.prompts[expected] == reply.words
    assert reply.response["shouldEndSession"] is True


@pytest.mark.parametrize("kind", ["Connections.Response", "SessionResumedRequest"])
def test_a_resumed_session_has_the_question_asked_again(
    alexa: AlexaClient, content: Content, kind: str
) -> None:
    """Where no timer is waited for, with timers or without."""
    for timers in (True, False):
        connect(alexa, TimerService([]), timers=timers)
        alexa.attributes, alexa.is_new = {}, True
        alexa.launch()
        reply = alexa.send({"type": kind, "cause": {"type": "ConnectionCompleted"}})
        assert reply.is_open
        assert FIRST in reply.words


def test_an_emergency_does_not_wait_for_the_timer(
    alexa: AlexaClient, content: Content
) -> None:
    """The words come at once; the timer may chime later."""
    service = TimerService([200])
    reach_offer(connect(alexa, service), content).intent("AMAZON.YesIntent")
    reply = alexa.intent("EmergencyIntent")
    assert "911" in reply.speech
    assert 1 == len(service.asked)


def test_an_offer_is_made_only_where_a_timer_can_be_set(
    alexa: AlexaClient, content: Content
) -> None:
    """Without the service's address or token in the request there is none."""
    connect(alexa, TimerService([]))
    plain_envelope = alexa.build_envelope

    def without_token(request: Any) -> dict[str, Any]:
        envelope = plain_envelope(request)
        del envelope["context"]["System"]["apiAccessToken"]
        return envelope

    alexa.build_envelope = without_token  # type: ignore[method-assign]
    assert "time 20 minutes" not in answer_all(alexa, content, ICE).speech
