"""Which prompt of a reply a screen shows first, and what it is."""

import pytest
from helpers.core_turns import NO, YES, walk

from dialogue.engine import events
from dialogue.engine.display import LEADING, Part, arrange_reply
from dialogue.engine.interview import take_turn
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply


def arrange(content, reply):
    """Return the parts and keys of `reply` as a screen shows it."""
    prompts = render_reply(reply, content.prompts, content.clinic, None).prompts
    arranged = arrange_reply(content.protocol, reply, prompts)
    assert {p.key for p in prompts} == {prompt.key for _, prompt in arranged}
    return [(part, prompt.key) for part, prompt in arranged]


def test_every_disposition_begins_with_one_instruction(content):
    """The one that tells what to do; no reason, no net, no disclaimer, no offer."""
    found = {}
    for path in walk(content.protocol):
        if path.reply.disposition and path.reply.disposition not in found:
            found[path.reply.disposition] = arrange(content, path.reply)
        if len(found) == len(content.protocol.dispositions):
            break
    assert set(found) == set(content.protocol.disposition)
    expected = {
        "emergency": "emergency.say",
        "urgent": "urgent.say",
        "clinic": "clinic.say",
        "home_care_ice": "home.ice.intro",
        "home_care_heat": "home.heat.intro",
    }
    for disposition, arranged in found.items():
        parts = [part for part, _ in arranged]
        assert (Part.INSTRUCTION, expected[disposition]) == arranged[0]
        assert 1 == parts.count(Part.INSTRUCTION)
        assert parts == sorted(parts, key=list(Part).index)


def test_a_question_stands_before_what_leads_to_it(content):
    """The rest stays as it is said, so a warning stands before a number."""
    state, reply = take_turn(content.protocol, None, events.Begin())
    parts = [part for part, _ in arrange(content, reply)]
    assert Part.QUESTION is parts[0]
    assert not set(parts[1:]).intersection(LEADING)
    _, reply = take_turn(content.protocol, state, events.AskForNumber())
    keys = [key for _, key in arrange(content, reply)]
    assert ["ask.chest_pain", "number.check_first", "number.say"] == keys


def test_steps_stand_first_and_the_offer_last(content):
    """Also behind the instruction, where both are said at once."""
    state, reply = take_turn(content.protocol, None, events.Begin(timers=True))
    yes = ("adult", "started_within_three_days", "hard_effort")
    while reply.open_prompt != "timer.offer":
        event = YES if reply.open_prompt in yes else NO
        state, reply = take_turn(content.protocol, state, event)
    arranged = arrange(content, reply)
    assert [Part.INSTRUCTION, Part.STEP] == [part for part, _ in arranged[:2]]
    assert (Part.OFFER, "timer.offer") == arranged[-1]
    state, _ = take_turn(content.protocol, state, NO)
    _, reply = take_turn(content.protocol, state, events.Next())
    parts = {part for part, _ in arrange(content, reply)}
    assert {Part.STEP, Part.OFFER} == parts


@pytest.mark.parametrize("event", [events.Help(), events.AskForMore()])
def test_what_is_explained_after_an_emergency_keeps_the_instruction_first(
    content, event
):
    """Why comes behind it."""
    state, _ = take_turn(content.protocol, None, events.Begin())
    state, _ = take_turn(content.protocol, state, YES)
    _, reply = take_turn(content.protocol, state, event)
    assert [(Part.INSTRUCTION, "emergency.say")] == arrange(content, reply)[:1]
    assert Part.REASON is arrange(content, reply)[-1][0]


def test_words_beside_the_interview_stay_as_they_are(content):
    """An apology has no instruction, whatever it says."""
    reply = Reply(("errors.something_wrong", "close.stop"))
    parts = [part for part, _ in arrange(content, reply)]
    assert [Part.DETAIL, Part.DETAIL] == parts
