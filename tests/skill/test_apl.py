"""Screens: who gets one, what stands on it, and what a tap on it does."""

import json
from dataclasses import replace
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.interfaces.alexa.presentation.apl.render_document_directive import (
    RenderDocumentDirective,
)
from helpers.alexa_replies import (
    CLINIC,
    FIRST,
    ICE,
    answer_all,
    find_question,
    get_dangers,
    read_on,
)

from app import create_app
from dialogue.content.content import Content
from skill import dispatcher
from skill.apl import can_show
from skill.request import parse_request
from skill.settings import Settings
from skill.testing.alexa_client import AlexaClient, slot

EARLIER, OPEN = "the question before", "the open question"


@pytest.fixture
def show(alexa: AlexaClient) -> AlexaClient:
    """Return a talk on a device with a screen."""
    return replace(alexa, apl="2024.3")


def get_data(reply: Any) -> dict[str, Any]:
    """Return the words that a screen was sent."""
    assert reply.screen is not None
    return dict(reply.screen["datasources"]["screen"])


def with_apl(value: object) -> dict[str, Any]:
    """Return a request's context with `value` as the device's APL interface."""
    interfaces = {"Alexa.Presentation.APL": value}
    return {"System": {"device": {"supportedInterfaces": interfaces}}}


def apl_version_in(context: object) -> str | None:
    """Return what the skill reads of a request's context."""
    envelope = {"request": {"type": "LaunchRequest"}, "context": context}
    return parse_request(envelope).apl_version


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.0", False),
        ("1.1", True),
        ("1.10", True),
        ("2024.3", True),
        ("2023.1.0", True),
        *((v, False) for v in ("0.9", None, 1.4, "new", "", "1", "1.1 ", "9" * 9999)),
    ],
)
def test_only_a_version_that_suffices_is_sent_a_document(
    version: object, expected: bool
) -> None:
    """A device that names no version, or one we cannot read, gets none."""
    context = with_apl({"runtime": {"maxVersion": version}})
    assert expected == can_show(apl_version_in(context))


@pytest.mark.parametrize(
    "context",
    [None, [], "x", {}, {"System": None}, {"System": {"device": None}},
     {"System": {"device": {}}}, {"System": {"device": {"supportedInterfaces": None}}},
     {"System": {"device": {"supportedInterfaces": {"Display": {}}}}},
     with_apl(None), with_apl([]), with_apl({}), with_apl({"runtime": []})],
)  # fmt: skip
def test_a_device_without_a_screen_is_sent_none(context: object) -> None:
    """A document would end the session with an error there."""
    assert not can_show(apl_version_in(context))


def test_a_whole_talk_without_a_screen_has_no_directive(
    alexa: AlexaClient, content: Content
) -> None:
    """Voice alone does everything."""
    reply = answer_all(alexa, content, ICE)
    while reply.is_open:
        assert "directives" not in reply.response
        reply = read_on(alexa, content, reply)


def test_speech_is_the_same_with_and_without_a_screen(
    alexa: AlexaClient, show: AlexaClient
) -> None:
    """The screen takes nothing away from whoever cannot see it."""
    for name in ("AMAZON.NoIntent", "AMAZON.HelpIntent", "UnsureIntent"):
        assert alexa.launch().speech == show.launch().speech
        assert alexa.intent(name).response == {
            key: value
            for key, value in show.intent(name).response.items()
            if key != "directives"
        }


def test_screens_can_be_switched_off(authority, show: AlexaClient) -> None:
    """Then no device is sent one."""
    settings = Settings("development", show.skill_id, "roseville", screens=False)
    app = create_app(
        settings, roots=[authority.root], fetch=authority.fetch, now=show.now
    )
    client = app.test_client()
    assert client.get("/health").get_json()["screens"] is False
    assert replace(show, post=client.post).launch().screen is None


def test_a_question_stands_first_with_its_three_buttons(
    show: AlexaClient, content: Content
) -> None:
    """Then the rest of what is spoken; buttons carry the question's id."""
    reply = show.launch()
    data = get_data(reply)
    assert FIRST == data["question"]
    assert data["lines"][0].startswith("Back Talk for Doctor Chang's office.")
    assert ["Yes", "No", "Not sure"] == [b["label"] for b in data["buttons"]]
    assert ["yes", "no", "unsure"] == [b["answer"] for b in data["buttons"]]
    assert get_dangers(content)[0] == data["place"]


def test_an_emergency_stands_alone_with_its_number(show: AlexaClient) -> None:
    """No button, no clinic number."""
    show.launch()
    data = get_data(show.intent("AMAZON.YesIntent"))
    assert ("911", []) == (data["number"], data["buttons"])
    assert ["This could be an emergency. Call 911 from a phone now, or ask someone to "
            "call for you."] == data["lines"]  # fmt: skip
    assert "651" not in json.dumps(data)


def test_the_clinics_number_is_large_and_the_offer_has_two_buttons(
    show: AlexaClient, content: Content
) -> None:
    """With the words that the buttons answer above them."""
    data = get_data(answer_all(show, content, CLINIC))
    assert ("651-219-7292", content.prompts["offer_steps"]) == (
        data["number"],
        data["offer"],
    )
    assert ["yes", "no"] == [button["answer"] for button in data["buttons"]]
    assert "offer_steps" == data["place"]


def test_answers_of_the_person_are_not_on_the_screen(
    show: AlexaClient, content: Content
) -> None:
    """They are spoken; a screen is read by others in the room."""
    reply = answer_all(show, content, {"fever"})
    read_back = content.prompts["readback.fever.yes"]
    assert read_back in reply.words
    assert read_back not in json.dumps(get_data(reply))


def test_the_step_being_read_is_shown(show: AlexaClient, content: Content) -> None:
    """Chunk after chunk, with the way on as a button."""
    reply = answer_all(show, content, ICE)
    assert content.prompts["step.ice.apply"] in get_data(reply)["lines"]
    reply = show.intent("AMAZON.NextIntent")
    data = get_data(reply)
    assert content.prompts["step.ice.safe"] in data["lines"]
    assert "Shall I go on?" == data["offer"]


def test_taps_are_the_answers_of_an_interview(
    show: AlexaClient, content: Content
) -> None:
    """A talk by touch alone ends as the same talk by voice."""
    yes = ICE
    reply = show.launch()
    for _ in range(70):
        if not reply.is_open:
            break
        data = get_data(reply)
        asked = find_question(reply, content)
        answer = "no" if asked and asked not in yes else "yes"
        reply = show.tap("answer", answer, data["place"])
    assert not reply.is_open
    assert "Wrap ice in a damp cloth" in reply.response["card"]["content"]


def test_a_tap_on_not_sure_asks_in_simpler_words(
    show: AlexaClient, content: Content
) -> None:
    """As the words do."""
    first = get_dangers(content)[0]
    show.launch()
    reply = show.tap("answer", "unsure", first)
    assert reply.words.endswith(content.prompts[f"again.{first}"])
    assert f"{first}/1" == get_data(reply)["place"]


def test_a_second_tap_on_not_sure_is_one(show: AlexaClient, content: Content) -> None:
    """Two doubts in one push must not count as an emergency."""
    first = get_dangers(content)[0]
    show.launch()
    show.tap("answer", "unsure", first)
    kept = show.attributes
    reply = show.tap("answer", "unsure", first)
    assert reply.words == content.prompts[f"again.{first}"]
    assert kept == show.attributes


def test_late_taps_use_up_nothing(show: AlexaClient, content: Content) -> None:
    """However many: nobody asked for a repeat."""
    show.launch()
    show.intent("AMAZON.NoIntent")
    kept = show.attributes
    for _ in range(5):
        assert show.tap("answer", "yes", get_dangers(content)[0]).is_open
    assert kept == show.attributes


def test_a_question_asked_again_has_its_buttons(
    show: AlexaClient, content: Content
) -> None:
    """After each try, and the third form names them; a tap is a plain answer."""
    first, second, *_ = get_dangers(content)
    show.launch()
    for tries in (1, 2):
        reply = show.intent("AMAZON.FallbackIntent")
        data = get_data(reply)
        assert ["yes", "no", "unsure"] == [b["answer"] for b in data["buttons"]]
        assert f"{first}/{tries}" == data["place"]
    assert content.prompts["retry.buttons"] in reply.words
    reply = show.tap("answer", "no", f"{first}/2")
    assert second == find_question(reply, content)


def test_the_buttons_are_named_only_where_there_are_some(
    alexa: AlexaClient, content: Content
) -> None:
    """A device without a screen is told of its voice alone."""
    alexa.launch()
    alexa.intent("AMAZON.FallbackIntent")
    words = alexa.intent("AMAZON.FallbackIntent").words
    assert content.prompts["retry.third"] in words
    assert content.prompts["retry.buttons"] not in words


def test_what_was_heard_is_not_on_the_screen(
    show: AlexaClient, content: Content
) -> None:
    """It is spoken; others in the room read along."""
    show.launch()
    reply = show.intent("SayNo", rest=slot("but it feels funny"))
    assert content.prompts["check.no"] in reply.words
    data = get_data(reply)
    assert "I heard" not in json.dumps(data)
    assert data["question"] == content.prompts[f"again.{get_dangers(content)[0]}"]
    assert len(data["buttons"]) == 3


def test_a_sign_that_is_asked_next_has_its_buttons(
    show: AlexaClient, content: Content
) -> None:
    """A tap answers the sign that was named, not the question before it."""
    show.launch()
    reply = show.intent("SayI", rest=slot("might have had a temperature maybe"))
    data = get_data(reply)
    assert "fever" == data["place"]
    reply = show.tap("answer", "no", "fever")
    assert get_dangers(content)[0] == find_question(reply, content)


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("answer",), ("answer", "no"), ("answer", "no", EARLIER),
        ("answer", "maybe", OPEN), ("answer", "yes", "knee"),
        ("answer", "yes", OPEN, "more"), ("go", "yes", OPEN),
        ("answer", True, OPEN), ("answer", ["yes"], OPEN),
        ("answer", "yes", None), ("answer", {}, {}), (None, None, None),
        ("answer", "YES", OPEN), ("answer", "yes" * 9999, "x"),
        ("answer", "\ud800", OPEN),
    ],
)  # fmt: skip
def test_a_late_or_foreign_tap_has_the_question_asked_again(
    show: AlexaClient, content: Content, arguments: tuple[object, ...]
) -> None:
    """It is no answer, and costs no re-ask."""
    earlier, open_prompt, *_ = get_dangers(content)
    show.launch()
    show.intent("AMAZON.NoIntent")
    before = show.attributes
    names = {EARLIER: earlier, OPEN: open_prompt}
    reply = show.tap(*(names.get(str(part), part) for part in arguments))
    assert reply.is_open
    assert open_prompt == find_question(reply, content)
    assert before == show.attributes


@pytest.mark.parametrize("arguments", ["yes", None, 5, {"answer": "yes"}])
def test_arguments_of_another_shape_are_no_answer(
    show: AlexaClient, arguments: object
) -> None:
    """Nor a fault."""
    show.launch()
    kind = "Alexa.Presentation.APL.UserEvent"
    reply = show.send({"type": kind, "arguments": arguments})
    assert reply.is_open
    assert reply.words.endswith(FIRST)


def test_a_second_tap_while_steps_are_read_skips_none(
    show: AlexaClient, content: Content
) -> None:
    """It belongs to the step before, so this one is read again."""
    reply = answer_all(show, content, ICE)
    place = get_data(reply)["place"]
    second = show.tap("answer", "yes", place)
    again = show.tap("answer", "yes", place)
    assert second.is_open
    assert second.speech == again.speech


@pytest.mark.parametrize("lost", ["new", "gone", "absent", "foreign"])
def test_a_tap_on_an_old_screen_opens_the_talk(show: AlexaClient, lost: str) -> None:
    """After the session ended, no tap is an answer."""
    envelope = show.build_envelope(
        {
            "type": "Alexa.Presentation.APL.UserEvent",
            "arguments": ["answer", "yes", "chest_pain"],
        }
    )
    envelope["session"] |= {"new": lost == "new", "attributes": {}}
    if lost == "absent":
        del envelope["session"]
    if lost == "foreign":
        envelope["session"]["attributes"] = {"other": 1}
    reply = show.send_bytes(json.dumps(envelope).encode())
    assert reply.is_open
    assert reply.words.endswith(FIRST)


def test_an_error_of_the_screen_is_not_answered(show: AlexaClient) -> None:
    """Whatever its kind; the talk goes on from its attributes."""
    show.launch()
    kept = show.attributes
    reply = show.send(
        {"type": "Alexa.Presentation.APL.RuntimeError", "errors": [{"type": "NEW"}]}
    )
    assert {} == reply.response
    assert kept == reply.envelope["sessionAttributes"]


def test_the_directive_is_amazons_own(show: AlexaClient) -> None:
    """It loads through the SDK's model and comes back whole."""
    show.launch()
    directive = show.intent("AMAZON.NoIntent").screen
    serializer = DefaultSerializer()
    loaded = serializer.deserialize(json.dumps(directive), RenderDocumentDirective)
    assert directive == serializer.serialize(loaded)


def test_too_large_a_reply_loses_its_screen_first_then_its_card(
    show: AlexaClient, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only then is it an apology."""
    answer_all(show, content, CLINIC)
    no = {"type": "IntentRequest", "intent": {"name": "AMAZON.NoIntent"}}
    body = json.dumps(show.build_envelope(no)).encode()

    def parts(limit: int) -> set[str]:
        monkeypatch.setattr(dispatcher, "LARGEST", limit)
        response = show.send_bytes(body).response
        assert response["shouldEndSession"] is True
        found = {"directives", "card"} & set(response)
        return found | ({"apology"} if "Sorry" in str(response) else set())

    whole = parts(24 * 1024)
    assert {"directives", "card"} == whole
    assert {"card"} == parts(2500)
    assert set() == parts(600)
    assert {"apology"} == parts(100)
