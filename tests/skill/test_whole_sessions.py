"""Whole interviews and one-shot openings over signed requests."""

import pytest
from helpers.alexa_replies import (
    CLINIC,
    ICE,
    MOST_TURNS,
    answer_all,
    find_question,
    get_dangers,
    read_on,
)

from dialogue.content.content import Content
from skill.testing.alexa_client import AlexaClient, slot, to_words


def test_an_emergency_is_one_instruction_and_the_end(
    alexa: AlexaClient, content: Content
) -> None:
    """Yes to a danger sign: call, and nothing else."""
    reply = answer_all(alexa, content, {"lost_control"})
    assert (
        "This could be an emergency. Call 911 from a phone now, "
        "or ask someone to call for you."
    ) == reply.words
    assert reply.response["shouldEndSession"] is True
    assert reply.envelope.get("sessionAttributes") in (None, {})


def test_an_urgent_sign_leads_to_a_doctor_today(
    alexa: AlexaClient, content: Content
) -> None:
    """No clinic number, the disclaimer, closed."""
    reply = answer_all(alexa, content, {"fever"})
    words = reply.words
    assert "You need medical help today." in words
    assert "651" not in words
    assert not reply.is_open


def test_over_two_weeks_leads_to_the_clinic(
    alexa: AlexaClient, content: Content
) -> None:
    """The number twice, the offer, and the card at the end."""
    reply = answer_all(alexa, content, CLINIC)
    assert 2 == reply.words.count("651-219-7292")
    assert to_words(reply.reprompt) == content.prompts["offer_steps"]
    bye = alexa.intent("AMAZON.NoIntent")
    assert "651-219-7292" in bye.response["card"]["content"]
    assert not bye.is_open


def test_care_steps_are_read_to_the_end(alexa: AlexaClient, content: Content) -> None:
    """Ice, chunk by chunk; then the card with everything."""
    reply = answer_all(alexa, content, ICE)
    chunks = 1
    while reply.is_open:
        menu = reply.words.endswith(content.prompts["reading.menu"])
        assert menu or find_question(reply, content)
        reply = read_on(alexa, content, reply)
        chunks += 1
        assert chunks < MOST_TURNS
    assert chunks > 4
    assert reply.words.endswith(content.prompts["reading.bye"])
    assert "Wrap ice in a damp cloth" in reply.response["card"]["content"]


def test_a_one_shot_opening_notes_its_facts_and_asks_danger_signs_first(
    alexa: AlexaClient, content: Content
) -> None:
    """Two weeks and lifting are read back and not asked; the red flags all are."""
    reply = alexa.intent(
        "DescribeSpasmIntent",
        howLong=slot("P1D"),
        trigger=slot("lifting", "hard_effort"),
        region=slot("lower back", "lower"),
    )
    words = reply.words
    assert words.startswith("Back Talk for Doctor Chang's office.")
    assert "I noted what you told me." in words
    assert content.prompts["readback.started_within_three_days.yes"] in words
    asked = []
    while (open_prompt := find_question(reply, content)) is not None:
        asked.append(open_prompt)
        is_adult = open_prompt == "adult"
        reply = alexa.intent("AMAZON.YesIntent" if is_adult else "AMAZON.NoIntent")
    flags = get_dangers(content)
    assert flags == asked[: len(flags)]
    assert ICE.isdisjoint(asked)


def test_a_description_in_mid_talk_drops_no_answer(
    alexa: AlexaClient, content: Content
) -> None:
    """A length that comes late adds to what is known; the question is asked again."""
    alexa.launch()
    alexa.intent("AMAZON.NoIntent")
    reply = alexa.intent("DescribeSpasmIntent", howLong=slot("P1D"))
    first, second, *_ = get_dangers(content)
    assert second == find_question(reply, content)
    first_turn, told = alexa.attributes["backtalk"]["turns"]
    assert f"{first}=no" == first_turn
    assert "started_within_three_days=yes" in told


def test_an_upper_back_has_its_own_questions(
    alexa: AlexaClient, content: Content
) -> None:
    """The region of an opening asks for jaw and arm."""
    reply = alexa.intent("DescribeSpasmIntent", region=slot("upper back", "upper"))
    asked = set()
    while (question := find_question(reply, content)) is not None:
        asked.add(question)
        yes = question in ("adult", "hard_effort", "started_within_three_days")
        reply = alexa.intent("AMAZON.YesIntent" if yes else "AMAZON.NoIntent")
    assert {"jaw_hurts", "arm_heavy"} <= asked


def test_an_answer_and_a_statement_are_both_taken(
    alexa: AlexaClient, content: Content
) -> None:
    """ "No but I have a fever": no here, and the fever is kept for its turn."""
    alexa.launch()
    reply = alexa.intent("SayNo", rest=slot("but i have a fever"))
    assert get_dangers(content)[1] == find_question(reply, content)
    for _ in range(MOST_TURNS):
        if not reply.is_open:
            break
        reply = alexa.intent("AMAZON.NoIntent")
    assert "You need medical help today." in reply.speech


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
            {"statement": slot("my bottom is numb", "numb_bottom")},
            "This could be an emergency.",
            False,
        ),
        (
            "VolunteeredIntent",
            {"statement": slot("x", "numb_bottom")},
            "Back Talk for",
            True,
        ),
        (
            "VolunteeredIntent",
            {"statement": slot("i have a fever", "fever")},
            "Back Talk for",
            True,
        ),
    ],
)
def test_one_shot_requests(
    alexa: AlexaClient, name: str, slots: dict, expected: str, is_open: bool
) -> None:
    """ "Ask back talk ...": each as the first request of a session."""
    reply = alexa.intent(name, **slots)
    assert reply.words.startswith(expected)
    assert is_open == reply.is_open


def test_the_number_is_said_twice_with_its_purpose(alexa: AlexaClient) -> None:
    """Danger first; then the number, and the line for other questions."""
    words = alexa.intent("ClinicNumberIntent").words
    assert 2 == words.count("651-219-7292")
    assert "For other questions, call 651-430-3800." in words
    assert "3827" not in words


def test_hours_and_address_are_told(alexa: AlexaClient) -> None:
    """As the clinic's profile has them."""
    assert "Monday to Friday" in alexa.intent("HoursIntent").words
    assert "County Road C West" in alexa.intent("AddressIntent").words
