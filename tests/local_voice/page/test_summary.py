"""What an interview came to stays on the page, whole, until the next one."""

from dataclasses import replace

import pytest
from helpers.core_turns import NO, YES

from dialogue.engine.events import Begin, CallForHelp, Next, Stop
from dialogue.engine.interview import take_turn
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import MENU, OFFER_STEPS, Reply
from dialogue.loading import load_content
from local_voice.page.view import View, update_view
from local_voice.session.events import (
    ResponseStarted,
    SessionEnded,
    StandbyStarted,
)

ICE = dict.fromkeys(("adult", "started_within_three_days", "hard_effort"), YES)
CLINIC = {**ICE, "same_spot_returns": YES}
READ = {OFFER_STEPS: YES, MENU: Next()}
ENDS = {
    "emergency": {"chest_pain": YES},
    "urgent": {"fever": YES, "adult": YES},
    "clinic": {**CLINIC, **READ},
    "home_care_ice": {**ICE, **READ},
    "home_care_heat": {"adult": YES, "hard_effort": YES, "tried_care": YES, **READ}
    | {"care_helped": YES},
}
"""By disposition, the answers that lead to it and hear all of it; no to all else."""


@pytest.fixture(scope="module")
def content():
    """Return the content with a clinic that has a number."""
    return load_content(clinic="roseville")


def hold(content, answers):
    """Return every view of an interview, the last one at rest, and its replies."""
    view, state, event, views, replies = View(), None, Begin(timers=True), [], []
    for turn in range(1, 100):
        state, reply = take_turn(content.protocol, state, event)
        prompts = render_reply(reply, content.prompts, content.clinic, None).prompts
        told = ResponseStarted(prompts, 0, 0, reply, state, turn)
        view = update_view(view, told, content, 0.0)
        views.append(view)
        replies.append(told)
        if not reply.expects_answer:
            break
        event = answers.get(reply.open_prompt, NO)
    for session_event in (SessionEnded(None, None), StandbyStarted(False)):
        view = update_view(view, session_event, content, 0.0)
    return [*views, view], replies


def text(line):
    """Return a line as it is read."""
    return "".join(span.text for span in line)


def sections(summary):
    """Return the lines of a summary as they are read, by section."""
    return {s.name: [text(line) for line in s.lines] for s in summary.sections}


@pytest.mark.parametrize("name", ENDS)
def test_a_summary_stays_once_the_interview_has_ended(content, name):
    """Not before; with what to do first, and why."""
    views, replies = hold(content, ENDS[name])
    assert name == replies[-1].reply.disposition
    assert [None] * (len(views) - 2) == [view.summary for view in views[:-2]]
    summary = views[-1].summary
    assert summary.instruction
    assert sections(summary)["why"]
    assert all(section.lines for section in summary.sections)


@pytest.mark.parametrize("name", ENDS)
def test_nothing_that_was_advised_is_lost(content, name):
    """Each sentence of the advice and of its end is on the page, and once only."""
    views, replies = hold(content, ENDS[name])
    advice = next(r for r in replies if r.reply.disposition)
    view = views[-1]
    shown = [text(view.summary.instruction), *(text(said.line) for said in view.said)]
    for lines in sections(view.summary).values():
        shown += lines
    assert len(shown) == len(set(shown))
    numbers = {span.text for span in view.summary.numbers}
    for prompt in (*advice.prompts, *replies[-1].prompts):
        told = to_display_text([prompt])
        by_number = any(number in told for number in numbers)
        asked = prompt.key == advice.reply.open_prompt
        assert told in shown or by_number or asked, prompt.key


def test_the_steps_and_the_clinics_number_and_hours_are_in_it(content):
    """What to do until then, whom to call, and when."""
    views, _ = hold(content, ENDS["clinic"])
    summary = views[-1].summary
    found = sections(summary)
    assert ["6512197292"] == [span.tel for span in summary.numbers]
    assert "Monday to Friday" in found["contact"][0]
    assert content.prompts["step.ice.apply"] in found["steps"]
    assert not any("911" in step for step in found["steps"])
    assert any("911" in line for line in found["safety"])


def test_steps_that_nobody_wanted_are_not_in_it(content):
    """A no to the offer is one."""
    views, _ = hold(content, CLINIC)
    assert "steps" not in sections(views[-1].summary)


@pytest.mark.parametrize("name", ["emergency", "urgent"])
def test_no_clinics_number_stands_beside_more_urgent_advice(content, name):
    """Nobody waits for a spine clinic."""
    views, _ = hold(content, ENDS[name])
    assert () == views[-1].summary.numbers == views[-1].numbers
    assert "contact" not in sections(views[-1].summary)


def test_a_call_for_help_leaves_nothing_else(content):
    """Whoever calls for help while steps are read sees no step, and no other why."""
    views, _ = hold(content, {**ICE, MENU: CallForHelp()})
    summary = views[-1].summary
    assert "911" in text(summary.instruction)
    assert ((), ()) == (summary.sections, summary.numbers)


def test_an_interview_that_was_stopped_has_none(content):
    """It came to nothing; after advice, a stop keeps what was advised."""
    views, _ = hold(content, {"fever": Stop()})
    assert views[-1].summary is None
    assert "stop" in text(views[-1].said[0].line)
    views, _ = hold(content, {**ICE, MENU: Stop()})
    assert content.prompts["step.ice.apply"] in sections(views[-1].summary)["steps"]


def test_what_is_said_later_leaves_it_and_a_new_interview_does_not(content):
    """Time is up, a record is offered: the advice is still there."""
    view = hold(content, ENDS["home_care_ice"])[0][-1]
    for key in ("timer.end", "record.ask"):
        prompts = render_reply(Reply((key,)), content.prompts, None, None).prompts
        told = ResponseStarted(prompts, 0, 0, Reply((key,)), None)
        later = update_view(view, told, content, 0.0)
        assert later.summary == view.summary
        assert [content.prompts[key]] == [text(said.line) for said in later.said]
    asks = Reply(("record.ask",), open_prompt="record.ask")
    asked = update_view(view, replace(told, reply=asks), content, 0.0)
    assert content.prompts["record.ask"] == text(asked.asked)
    assert ((), view.summary) == (asked.said, asked.summary)
    state, reply = take_turn(content.protocol, None, Begin())
    told = ResponseStarted((), 0, 0, reply, state, 1)
    again = update_view(view, told, content, 0.0)
    assert (None, ()) == (again.summary, again.numbers)
