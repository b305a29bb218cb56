"""Whole interviews over signed requests, every intent in every state, and the log."""

import json
import logging
import re
from collections.abc import Callable

import pytest
from amazon_stand_in import AlexaClient, Heard, slot

from dialogue.loading import Content
from dialogue.understanding import COMMANDS
from skill import answering, handlers
from skill.intents import ANSWER_INTENTS, COMMAND_INTENTS

MOST_TURNS = 30
NAMES = [
    *ANSWER_INTENTS.values(), *dict.fromkeys(COMMAND_INTENTS.values()),
    "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent",
    "DescribeSpasmIntent", "VolunteeredIntent", "SomeFutureIntent",
]  # fmt: skip
CLOSES = {
    "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent",
    "EmergencyIntent",
}  # fmt: skip


def answered(alexa: AlexaClient, content: Content, yes: set[str]) -> Heard:
    """Answer yes to the questions in `yes` and no to others, up to the first advice."""
    heard = alexa.launch()
    for _ in range(MOST_TURNS):
        pending = question_in(heard, content)
        if pending is None:
            return heard
        name = "AMAZON.YesIntent" if pending in yes else "AMAZON.NoIntent"
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


def test_an_emergency_is_one_instruction_and_the_end(
    alexa: AlexaClient, content: Content
) -> None:
    """Yes to a danger sign: call, and nothing else."""
    heard = answered(alexa, content, {"bladder_or_bowel"})
    assert (
        "This could be an emergency. Call 911 from a phone now, "
        "or ask someone to call for you."
    ) == plain(heard.speech)
    assert heard.response["shouldEndSession"] is True
    assert heard.envelope.get("sessionAttributes") in (None, {})


def test_an_urgent_sign_leads_to_a_doctor_today(
    alexa: AlexaClient, content: Content
) -> None:
    """No clinic number, the disclaimer, closed."""
    heard = answered(alexa, content, {"fever_or_shivering"})
    words = plain(heard.speech)
    assert "You need medical help today." in words
    assert "651" not in words
    assert not heard.is_open


def test_over_two_weeks_leads_to_the_clinic(
    alexa: AlexaClient, content: Content
) -> None:
    """The number twice, the offer, and the card at the end."""
    heard = answered(alexa, content, {"more_than_one_week", "more_than_two_weeks"})
    assert 2 == plain(heard.speech).count("651-219-7292")
    assert plain(heard.reprompt) == content.prompts["offer_steps"]
    bye = alexa.intent("AMAZON.NoIntent")
    assert "651-219-7292" in bye.response["card"]["content"]
    assert not bye.is_open


def test_care_steps_are_read_to_the_end(alexa: AlexaClient, content: Content) -> None:
    """Ice, chunk by chunk; then the card with everything."""
    heard = answered(alexa, content, {"started_within_three_days", "hard_effort"})
    chunks = 1
    while heard.is_open:
        assert plain(heard.speech).endswith(content.prompts["reading.menu"])
        heard = alexa.intent("AMAZON.NextIntent")
        chunks += 1
        assert chunks < MOST_TURNS
    assert chunks > 4
    assert plain(heard.speech).endswith(content.prompts["reading.bye"])
    assert "Wrap ice in a thin damp cloth" in heard.response["card"]["content"]


def test_a_one_shot_opening_notes_its_facts_and_asks_danger_signs_first(
    alexa: AlexaClient, content: Content
) -> None:
    """Two weeks and lifting are read back and not asked; the red flags all are."""
    heard = alexa.intent(
        "DescribeSpasmIntent",
        howLong=slot("P1D"),
        trigger=slot("lifting", "hard_effort"),
        region=slot("lower back", "lower"),
    )
    words = plain(heard.speech)
    assert words.startswith("Back Talk for Doctor Chang's office.")
    assert "I noted what you told me." in words
    assert content.prompts["readback.started_within_three_days.yes"] in words
    asked = []
    while (pending := question_in(heard, content)) is not None:
        asked.append(pending)
        heard = alexa.intent("AMAZON.NoIntent")
    flags = [q.id for q in content.protocol.questions if q.red_flag and not q.only_if]
    assert flags == asked[: len(flags)]
    assert {"started_within_three_days", "hard_effort"}.isdisjoint(asked)


def test_a_description_in_mid_talk_drops_no_answer(
    alexa: AlexaClient, content: Content
) -> None:
    """A length told late adds to what was told; the question is asked again."""
    alexa.launch()
    alexa.intent("AMAZON.NoIntent")
    heard = alexa.intent("DescribeSpasmIntent", howLong=slot("P1D"))
    assert "bladder_or_bowel" == question_in(heard, content)
    about = [t[0] for turn in alexa.attributes["backtalk"]["turns"] for t in turn[1:]]
    assert {"chest_or_breathing", "started_within_three_days"} <= set(about)


def test_an_upper_back_is_checked_twice(alexa: AlexaClient, content: Content) -> None:
    """The region of an opening asks for the chest once more."""
    alexa.intent("DescribeSpasmIntent", region=slot("upper back", "upper"))
    heard = alexa.intent("AMAZON.NoIntent")
    assert "chest_again" == question_in(heard, content)


def test_an_answer_and_a_statement_are_both_taken(
    alexa: AlexaClient, content: Content
) -> None:
    """ "No but I have a fever": no here, and the fever is kept for its turn."""
    alexa.launch()
    heard = alexa.intent(
        "VolunteeredIntent",
        answer=slot("no", "no"),
        statement=slot("i have a fever", "fever_or_shivering"),
    )
    assert "bladder_or_bowel" == question_in(heard, content)
    for _ in range(MOST_TURNS):
        if not heard.is_open:
            break
        heard = alexa.intent("AMAZON.NoIntent")
    assert "You need medical help today." in heard.speech


@pytest.mark.parametrize(
    ("name", "slots", "expected", "is_open"),
    [
        ("AMAZON.YesIntent", {}, "Back Talk for", True),
        ("AMAZON.HelpIntent", {}, "In an emergency, call 911", True),
        ("AMAZON.NextIntent", {}, "Back Talk for", True),
        ("AMAZON.PreviousIntent", {}, "Back Talk for", True),
        ("AMAZON.RepeatIntent", {}, "Back Talk for", True),
        ("WaitIntent", {}, "Back Talk for", True),
        ("AMAZON.StartOverIntent", {}, "All right, we start again.", True),
        ("ClinicNumberIntent", {}, "For chest pain", False),
        ("HoursIntent", {}, "For chest pain", False),
        ("AddressIntent", {}, "For chest pain", False),
        ("MoreIntent", {}, "A spasm, or cramp", False),
        ("MoreIntent", {"topic": slot("twitch", "twitch")}, "A twitch", False),
        ("MoreIntent", {"topic": slot("x")}, "Back Talk for", True),
        ("EmergencyIntent", {}, "This could be an emergency.", False),
        ("AMAZON.StopIntent", {}, "Okay, I will stop.", False),
        (
            "VolunteeredIntent",
            {"statement": slot("x", "numb_bottom")},
            "This could be an emergency.",
            False,
        ),
        (
            "VolunteeredIntent",
            {"statement": slot("x", "fever_or_shivering")},
            "Back Talk for",
            True,
        ),
    ],
)
def test_one_shot_requests(
    alexa: AlexaClient, name: str, slots: dict, expected: str, is_open: bool
) -> None:
    """ "Ask back talk ...": each as the first request of a session."""
    heard = alexa.intent(name, **slots)
    assert plain(heard.speech).startswith(expected)
    assert is_open == heard.is_open


def test_the_number_is_said_twice_with_its_purpose(alexa: AlexaClient) -> None:
    """Danger first; then the number, and the line for other questions."""
    words = plain(alexa.intent("ClinicNumberIntent").speech)
    assert 2 == words.count("651-219-7292")
    assert "For other questions, call 651-430-3800." in words
    assert "3827" not in words


def test_hours_and_address_are_told(alexa: AlexaClient) -> None:
    """As the clinic's profile has them."""
    assert "Monday to Friday" in plain(alexa.intent("HoursIntent").speech)
    assert "County Road C West" in plain(alexa.intent("AddressIntent").speech)


def reached(
    talks: Callable[[], AlexaClient], content: Content
) -> dict[str, AlexaClient]:
    """Return a talk for every kind of state: each question, offer, step."""
    found: dict[str, AlexaClient] = {}
    paths = (
        set(),
        {"more_than_one_week", "more_than_two_weeks"},
        {"started_within_three_days", "hard_effort"},
        {"tried_care"},
    )
    for yes in paths:
        alexa = talks()
        heard = alexa.launch()
        for _ in range(MOST_TURNS):
            if not heard.is_open:
                break
            pending = question_in(heard, content)
            name = pending or f"{plain(heard.speech)[-30:]} {len(found)}"
            found.setdefault(name, copy_of(alexa, talks))
            again = copy_of(alexa, talks)
            again.intent("UnsureIntent")
            if pending != "medicine_caution":
                found.setdefault(f"{name} again", again)
            if pending is None:
                heard = alexa.intent("AMAZON.NextIntent")
            else:
                answer = "AMAZON.YesIntent" if pending in yes else "AMAZON.NoIntent"
                heard = alexa.intent(answer)
    return found


def copy_of(alexa: AlexaClient, talks: Callable[[], AlexaClient]) -> AlexaClient:
    """Return a second talk at the same point."""
    other = talks()
    other.attributes, other.is_new = alexa.attributes, alexa.is_new
    return other


def test_every_intent_makes_sense_in_every_state(
    talks: Callable[[], AlexaClient], content: Content
) -> None:
    """Open exactly when it ends with a question; stop and emergencies always end."""
    states = reached(talks, content)
    assert len(states) > 40
    for state, alexa in states.items():
        for name in NAMES:
            heard = copy_of(alexa, talks).intent(name)
            where = f"{name} at {state}: {heard.speech}"
            assert 200 == heard.status, where
            assert heard.is_open == plain(heard.speech).endswith("?"), where
            assert bool(heard.reprompt) == heard.is_open, where
            assert "Sorry, that did" not in heard.speech, where
            if name in CLOSES:
                assert not heard.is_open, where
            if name == "AMAZON.HelpIntent":
                assert heard.is_open, where
                assert "911" in plain(heard.speech), where
            if name in ("WaitIntent", "AMAZON.RepeatIntent"):
                assert heard.is_open, where


def test_repeating_says_the_same_words_and_keeps_the_place(
    talks: Callable[[], AlexaClient], content: Content
) -> None:
    """Twice "repeat" is the same reply twice."""
    for alexa in reached(talks, content).values():
        first, second = alexa.intent("AMAZON.RepeatIntent"), None
        kept = alexa.attributes
        second = alexa.intent("AMAZON.RepeatIntent")
        assert first.speech == second.speech
        assert kept == alexa.attributes


def test_unclear_twice_counts_as_unsure(alexa: AlexaClient, content: Content) -> None:
    """One re-ask in simpler words, shared by unsure and fallback."""
    alexa.launch()
    heard = alexa.intent("AMAZON.FallbackIntent")
    assert plain(heard.speech).startswith("Sorry, I did not get that.")
    assert plain(heard.speech).endswith(content.prompts["again.chest_or_breathing"])
    heard = alexa.intent("UnsureIntent")
    assert "I cannot rule out an emergency." in heard.speech
    assert not heard.is_open


def test_next_is_no_answer_in_the_interview(alexa: AlexaClient) -> None:
    """However often, it uses up nothing."""
    alexa.launch()
    before = alexa.attributes
    for _ in range(3):
        assert alexa.intent("AMAZON.NextIntent").is_open
    assert before == alexa.attributes


@pytest.mark.parametrize(
    ("name", "slots", "expected"),
    [
        ("ClinicNumberIntent", {}, {"canFulfill": "YES", "slots": {}}),
        ("AMAZON.YesIntent", {}, {"canFulfill": "NO", "slots": {}}),
        (
            "DescribeSpasmIntent",
            {
                "howLong": slot("P3D"),
                "region": slot("upper back", "upper"),
                "trigger": slot("x"),
            },
            {
                "canFulfill": "YES",
                "slots": {
                    "howLong": {"canUnderstand": "YES", "canFulfill": "YES"},
                    "region": {"canUnderstand": "YES", "canFulfill": "YES"},
                    "trigger": {"canUnderstand": "NO", "canFulfill": "NO"},
                },
            },
        ),
    ],
)
def test_what_could_be_fulfilled_is_told_without_words(
    alexa: AlexaClient, name: str, slots: dict, expected: dict
) -> None:
    """Only `canFulfillIntent`: no speech and no change of state."""
    alexa.launch()
    before = alexa.attributes
    request = {
        "type": "CanFulfillIntentRequest",
        "intent": {"name": name, "slots": slots},
    }
    heard = alexa.send(request)
    assert {"canFulfillIntent": expected} == heard.response
    assert before == alexa.attributes


def test_unknown_properties_survive(alexa: AlexaClient) -> None:
    """The certification robot adds some, and signs them."""
    envelope = alexa.envelope({"type": "LaunchRequest", "certificationParam": [1]})
    envelope["certificationParam"] = {"x": 1}
    heard = alexa.send_bytes(json.dumps(envelope).encode())
    assert (200, True) == (heard.status, heard.is_open)


def test_the_log_tells_nothing_of_the_person(
    alexa: AlexaClient, content: Content, caplog: pytest.LogCaptureFixture
) -> None:
    """Marked values in every private place of a whole interview: none is logged."""
    original = alexa.envelope

    def marked(request: dict) -> dict:
        envelope = original(request)
        envelope["session"]["sessionId"] = "MARK-session"
        envelope["session"]["user"] = {"userId": "MARK-user", "accessToken": "MARK-t"}
        system = envelope["context"]["System"]
        system["device"]["deviceId"] = "MARK-device"
        system["apiAccessToken"] = "MARK-api"
        envelope["request"]["requestId"] = "MARK-request"
        return envelope

    alexa.envelope = marked
    with caplog.at_level(logging.DEBUG):
        answered(alexa, content, {"started_within_three_days", "hard_effort"})
        alexa.intent("VolunteeredIntent", statement=slot("MARK-said", "MARK-id"))
        alexa.intent("DescribeSpasmIntent", howLong=slot("MARK-long"))
        alexa.intent("MARK-intent")
        alexa.send({"type": "MARK-type", "locale": "MARK-locale"})
        alexa.send({"type": "LaunchRequest", "locale": "MARK-locale"})
        alexa.send(
            {
                "type": "System.ExceptionEncountered",
                "error": {"type": "MARK-error", "message": "MARK-message"},
            }
        )
        alexa.send_bytes(b'{"MARK": 1}')
        alexa.post("/alexa?MARK=query", data=b"MARK", headers={"X": "MARK"})
        alexa.intent("AMAZON.StopIntent")
    text = caplog.text
    assert "status=400" in text
    assert "type=IntentRequest" in text
    for private in ("MARK", alexa.skill_id, "127.0.0.1", "Yes", "backtalk", "turns"):
        assert private not in text, private
    for question in content.protocol.questions:
        assert question.id not in text
    for intent in NAMES:
        assert intent not in text


def test_a_fault_of_ours_is_an_apology_with_both_numbers(
    alexa: AlexaClient, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    """It says where help is, ends the talk, and logs type and place only."""

    def broken(*_: object) -> None:
        raise RuntimeError("MARK of a secret")

    monkeypatch.setattr(handlers, "take_turn", broken)
    with caplog.at_level(logging.INFO):
        heard = alexa.launch()
    assert 200 == heard.status
    assert "Sorry, that did not work." in heard.speech
    assert "651-219-7292" in heard.speech
    assert ">911<" in heard.speech
    assert heard.response["shouldEndSession"] is True
    assert "fault RuntimeError at test_whole_talks.py" in caplog.text
    assert "MARK" not in caplog.text


def test_a_reply_over_the_limit_drops_its_card_and_then_itself(
    alexa: AlexaClient, monkeypatch
) -> None:
    """First without the card; if that is not enough, the apology."""
    whole = alexa.intent("EmergencyIntent")
    without = len(json.dumps(whole.envelope)) - 50
    assert "card" in whole.response
    monkeypatch.setattr(answering, "LARGEST", without)
    smaller = alexa.intent("EmergencyIntent")
    assert "card" not in smaller.response
    assert whole.speech == smaller.speech
    monkeypatch.setattr(answering, "LARGEST", 100)
    assert "Sorry, that did not work." in alexa.intent("EmergencyIntent").speech


def test_no_command_of_the_core_is_forgotten() -> None:
    """Each has an intent on this channel."""
    assert set(COMMANDS) == set(COMMAND_INTENTS)
