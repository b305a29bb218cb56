"""Every intent in every state: the talk stays open exactly while it asks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from helpers.alexa_replies import CLINIC, ICE, MOST_TURNS, find_question, get_dangers

from dialogue.content.content import Content
from dialogue.understanding.meaning import COMMANDS
from skill.intents import ANSWER_INTENTS, COMMAND_INTENTS
from skill.testing.alexa_client import AlexaClient
from skill.testing.authority import CertificateAuthority

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)

NAMES = [
    *ANSWER_INTENTS.values(), *dict.fromkeys(COMMAND_INTENTS.values()),
    "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent",
    "DescribeSpasmIntent", "VolunteeredIntent", "SomeFutureIntent",
]  # fmt: skip
CLOSES = {
    "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent",
    "EmergencyIntent",
}  # fmt: skip


@pytest.fixture(scope="module")
def states(
    authority: CertificateAuthority, endpoint: FlaskClient, content: Content
) -> dict[str, AlexaClient]:
    """Return a session for every kind of state: each question, offer, step."""
    fresh = AlexaClient(authority, lambda: NOON, endpoint.post)
    found: dict[str, AlexaClient] = {}
    paths = (
        set(),
        CLINIC,
        ICE,
        {*ICE, "wants_medicine"},
        {*ICE, "leg_trouble", "feels_ill", "fell", "daily_medicine"},
        {"adult", "pregnant"},
    )
    for yes in paths:
        alexa = replace(fresh)
        reply = alexa.launch()
        for _ in range(MOST_TURNS):
            if not reply.is_open:
                break
            open_prompt = find_question(reply, content)
            name = open_prompt or f"{reply.words[-30:]} {len(found)}"
            found.setdefault(name, replace(alexa))
            again = replace(alexa)
            if again.intent("AMAZON.FallbackIntent").is_open:
                found.setdefault(f"{name} again", again)
            if open_prompt is None:
                reply = alexa.intent("AMAZON.NextIntent")
            else:
                answer = "AMAZON.YesIntent" if open_prompt in yes else "AMAZON.NoIntent"
                reply = alexa.intent(answer)
    return found


def test_every_intent_makes_sense_in_every_state(
    states: dict[str, AlexaClient],
) -> None:
    """Open exactly when it ends with a question; stop and emergencies always end."""
    assert len(states) > 40
    for state, talk in states.items():
        for name in NAMES:
            reply = replace(talk).intent(name)
            where = f"{name} at {state}: {reply.speech}"
            assert 200 == reply.status, where
            assert reply.is_open == reply.words.endswith("?"), where
            assert bool(reply.reprompt) == reply.is_open, where
            assert "Sorry, that did" not in reply.speech, where
            if name in CLOSES:
                assert not reply.is_open, where
            if name == "AMAZON.HelpIntent":
                assert reply.is_open, where
                assert "911" in reply.words, where
            if name in ("WaitIntent", "AMAZON.RepeatIntent"):
                assert reply.is_open, where


def test_repeating_says_the_same_words_and_keeps_the_place(
    states: dict[str, AlexaClient],
) -> None:
    """Twice "repeat" is the same reply twice."""
    for talk in map(replace, states.values()):
        first = talk.intent("AMAZON.RepeatIntent")
        kept = talk.attributes["backtalk"]
        assert first.speech == talk.intent("AMAZON.RepeatIntent").speech
        # How often it was repeated is all that changes.
        again = talk.attributes["backtalk"]
        assert {**kept, "attempts": []} == {**again, "attempts": []}


def test_our_deafness_is_nobodys_doubt(alexa: AlexaClient, content: Content) -> None:
    """Unclear three times is set aside; unsure twice is the person's own doubt."""
    first, second, *_ = get_dangers(content)
    alexa.launch()
    reply = alexa.intent("AMAZON.FallbackIntent")
    assert reply.words.startswith(content.prompts["retry.no_match"])
    assert reply.words.endswith(content.prompts[f"again.{first}"])
    alexa.intent("AMAZON.FallbackIntent")
    reply = alexa.intent("AMAZON.FallbackIntent")
    assert second == find_question(reply, content)
    alexa.intent("UnsureIntent")
    assert not alexa.intent("UnsureIntent").is_open


def test_next_is_no_answer_in_the_interview(alexa: AlexaClient) -> None:
    """However often, it uses up nothing."""
    alexa.launch()
    before = alexa.attributes
    for _ in range(3):
        assert alexa.intent("AMAZON.NextIntent").is_open
    assert before == alexa.attributes


def test_no_command_of_the_core_is_forgotten() -> None:
    """Each has an intent on this channel."""
    assert set(COMMANDS) == set(COMMAND_INTENTS)
