"""Every intent in every state: the talk stays open exactly while it asks."""

from dataclasses import replace

from helpers.alexa_endpoint import AlexaClient
from helpers.alexa_replies import MOST_TURNS, plain, question_in

from dialogue.content.content import Content
from dialogue.understanding.lexicon import COMMANDS
from skill.intents import ANSWER_INTENTS, COMMAND_INTENTS

NAMES = [
    *ANSWER_INTENTS.values(), *dict.fromkeys(COMMAND_INTENTS.values()),
    "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent",
    "DescribeSpasmIntent", "VolunteeredIntent", "SomeFutureIntent",
]  # fmt: skip
CLOSES = {
    "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent",
    "EmergencyIntent",
}  # fmt: skip


def reached(fresh: AlexaClient, content: Content) -> dict[str, AlexaClient]:
    """Return a talk for every kind of state: each question, offer, step."""
    found: dict[str, AlexaClient] = {}
    paths = (
        set(),
        {"more_than_one_week", "more_than_two_weeks"},
        {"started_within_three_days", "hard_effort"},
        {"tried_care"},
    )
    for yes in paths:
        alexa = replace(fresh)
        heard = alexa.launch()
        for _ in range(MOST_TURNS):
            if not heard.is_open:
                break
            open_prompt = question_in(heard, content)
            name = open_prompt or f"{plain(heard.speech)[-30:]} {len(found)}"
            found.setdefault(name, replace(alexa))
            again = replace(alexa)
            again.intent("UnsureIntent")
            if open_prompt != "medicine_caution":
                found.setdefault(f"{name} again", again)
            if open_prompt is None:
                heard = alexa.intent("AMAZON.NextIntent")
            else:
                answer = "AMAZON.YesIntent" if open_prompt in yes else "AMAZON.NoIntent"
                heard = alexa.intent(answer)
    return found


def test_every_intent_makes_sense_in_every_state(
    alexa: AlexaClient, content: Content
) -> None:
    """Open exactly when it ends with a question; stop and emergencies always end."""
    states = reached(alexa, content)
    assert len(states) > 40
    for state, talk in states.items():
        for name in NAMES:
            heard = replace(talk).intent(name)
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
    alexa: AlexaClient, content: Content
) -> None:
    """Twice "repeat" is the same reply twice."""
    for talk in reached(alexa, content).values():
        first = talk.intent("AMAZON.RepeatIntent")
        kept = talk.attributes
        assert first.speech == talk.intent("AMAZON.RepeatIntent").speech
        assert kept == talk.attributes


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


def test_no_command_of_the_core_is_forgotten() -> None:
    """Each has an intent on this channel."""
    assert set(COMMANDS) == set(COMMAND_INTENTS)
