"""What the tests of the Alexa channel look for in replies."""

import json
from typing import Any

from dialogue.content.content import Content
from dialogue.engine.protocol import Stage
from dialogue.loading import load_content
from skill.testing.alexa_client import AlexaClient, AlexaReply

WELCOME = "Back Talk for Doctor Chang"
MOST_TURNS = 70
ICE = {"adult", "started_within_three_days", "hard_effort"}
"""Questions answered with yes that lead to home care with ice."""
CLINIC = {"adult", "more_than_one_week", "more_than_two_weeks"}
"""And to the clinic's number."""


def get_dangers(content: Content) -> list[str]:
    """Return the ids of the danger questions that everybody is asked, in order."""
    questions = content.protocol.questions
    return [q.id for q in questions if q.stage is Stage.SCREEN and not q.only_if]


_CONTENT = load_content()
FIRST = _CONTENT.prompts[f"ask.{get_dangers(_CONTENT)[0]}"]
"""The words of the first question."""


def is_opening(reply: AlexaReply) -> bool:
    """Tell whether a reply is the welcome with the first question, and open."""
    return (
        reply.status == 200
        and reply.is_open
        and reply.words.startswith(WELCOME)
        and reply.words.endswith(FIRST)
    )


def send_envelope(alexa: AlexaClient, envelope: dict[str, Any]) -> AlexaReply:
    """Send a whole envelope, signed."""
    return alexa.send_bytes(json.dumps(envelope).encode())


def answer_all(alexa: AlexaClient, content: Content, yes: set[str]) -> AlexaReply:
    """Answer yes to the questions in `yes` and no to others, up to the first advice."""
    reply = alexa.launch()
    for _ in range(MOST_TURNS):
        question = find_question(reply, content)
        if question is None:
            return reply
        name = "AMAZON.YesIntent" if question in yes else "AMAZON.NoIntent"
        reply = alexa.intent(name)
    raise AssertionError("the interview does not end")


def find_question(reply: AlexaReply, content: Content) -> str | None:
    """Return the id of the question that a reply ends with, in either of its words."""
    for question in content.protocol.questions:
        for form in ("ask", "again"):
            if reply.words.endswith(content.prompts[f"{form}.{question.id}"]):
                return question.id
    return None


def read_on(alexa: AlexaClient, content: Content, reply: AlexaReply) -> AlexaReply:
    """Hear the next steps; a question before them is answered with no."""
    asks = find_question(reply, content) is not None
    return alexa.intent("AMAZON.NoIntent" if asks else "AMAZON.NextIntent")


def answer_until(
    alexa: AlexaClient, content: Content, question: str, yes: set[str]
) -> AlexaReply:
    """Answer as `answer_all` does until `question` is open."""
    reply = alexa.launch()
    for _ in range(MOST_TURNS):
        asked = find_question(reply, content)
        assert asked is not None, f"{question} was never asked: {reply.words}"
        if asked == question:
            return reply
        name = "AMAZON.YesIntent" if asked in yes else "AMAZON.NoIntent"
        reply = alexa.intent(name)
    raise AssertionError("the interview does not end")
