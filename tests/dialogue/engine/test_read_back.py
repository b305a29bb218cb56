"""What is read back is always in words, also when a question was left behind."""

from helpers.core_turns import NO, YES, until

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import MENU


def test_a_cause_told_in_place_of_an_answer_leaves_no_words_missing(
    content: Content,
) -> None:
    """Care was tried; asked whether it helped, the person names the cause instead."""
    yes = {"adult", "started_within_three_days", "tried_care"}
    state, _ = until(
        content.protocol, "care_helped", lambda asked: YES if asked in yes else NO
    )
    state, reply = take_turn(
        content.protocol, state, events.UnpromptedStatement(("hard_effort",))
    )
    while reply.open_prompt in content.protocol.question:
        state, reply = take_turn(content.protocol, state, NO)
    assert MENU == reply.open_prompt
    assert "readback.hard_effort.yes" in reply.says
    assert not [key for key in reply.says if key.startswith("readback.tried_care")]
    render_reply(reply, content.prompts, content.clinic, None)
