""" "Why do you ask", "what does that mean" and "tell me more" work everywhere."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from helpers.channels import CHANNELS
from helpers.core_turns import NO, YES, Path, say, walk
from helpers.hearing import hear

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, Stage
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply
from dialogue.engine.state import State
from dialogue.loading import load_content
from local_voice.asr.grammar import GrammarState, build_grammars
from local_voice.asr.model_files import find_model

MOMENT = datetime.fromisoformat("2026-03-03T10:00-06:00")
WHY = ("why do you ask", "what does that mean", "why")
MORE = "tell me more"

MAY_HEAR = {
    "adult": Answer.YES,
    "daily_medicine": Answer.NO,
    "pregnant": Answer.NO,
}
"""Whoever answers so is asked whether to hear of a medicine."""
Patient = Mapping[str, Answer]
"""What one patient answers, by question."""


def find_patients(content: Content) -> dict[str, Patient]:
    """Return a few patients who together reach every question and disposition.

    The stop-list is asked of whoever may be told of a medicine, and wants to be.
    """
    protocol = content.protocol
    care = {q.id for q in protocol.questions if q.stage is Stage.CARE}
    paths = list(walk(protocol))
    ends = {*protocol.disposition} - {"emergency", "urgent"}
    missing = {*protocol.question, *ends} - care | protocol.wishes
    found: dict[str, Patient] = {}

    def new(path: Path) -> set[str]:
        asked = {*path.asked, str(path.reply.disposition)}
        if path.reply.disposition == "home_care_ice" and find_wish(path):
            asked |= protocol.wishes
        return missing & asked

    def find_wish(path: Path) -> bool:
        given = path.state.answers
        return all(given.get(id_) is answer for id_, answer in MAY_HEAR.items())

    while missing:
        path = max(paths, key=lambda path: len(new(path)))
        assert new(path), f"nobody is asked {missing}"
        missing -= new(path)
        found[f"{path.reply.rule_id} after {path.asked[-1]}"] = path.state.answers
    return found


PATIENTS = find_patients(load_content())


def steps(content: Content, patient: str) -> list[tuple[str, Event, str]]:
    """Return what is open at each turn of a talk, what is done then, and its words.

    Every question is first answered with an unsure, so that its simpler words are open
    too; the advice is then read to its end.
    """
    protocol, found = content.protocol, []
    state, reply = say(protocol, None, events.Begin(timers=True))
    while reply.open_prompt is not None:
        open_prompt = reply.open_prompt
        question = protocol.question.get(open_prompt)
        doubted = state.get_attempt(open_prompt).doubted
        if question and question.again_on_unsure and not doubted:
            words = "not sure"
        elif open_prompt in protocol.wishes:
            words = "yes"
        elif question:
            given = PATIENTS[patient].get(open_prompt, Answer.NO)
            words = "not sure" if given is Answer.UNSURE else given.value
        else:
            words = "no" if open_prompt == OFFER_TIMER else "yes"
        event = hear(content, words, open_prompt)
        found.append((open_prompt, event, words))
        state, reply = take_turn(protocol, state, event)
    return found


def expected(content: Content, state: State, reply: Reply, phrase: str) -> str:
    """Return what must be said to `phrase` where `reply` is the last one."""
    protocol = content.protocol
    if phrase == MORE:
        tier = "any"
        if state.disposition is not None:
            tier = protocol.disposition[state.disposition].urgency.value
        keys = [e.key for e in protocol.explanations if e.offered_with in ("any", tier)]
    elif reply.open_prompt in protocol.question:
        keys = ["session.help", f"help.{reply.open_prompt}"]
    else:
        keys = ["session.help", f"because.{state.rule_id}"]
    asked = Reply((*keys, reply.says[-1]))
    return to_display_text(
        render_reply(asked, content.prompts, content.clinic, MOMENT).prompts
    )


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("patient", PATIENTS)
def test_every_state_explains_itself_and_asks_again(
    content: Content, channel: str, patient: str
) -> None:
    """At every question, offer and step: the answer to it, then the same question."""
    talk = CHANNELS[channel](content, MOMENT, timers=True)
    talk.open()
    state, reply = say(content.protocol, None, events.Begin(timers=True))
    for open_prompt, event, words in steps(content, patient):
        assert open_prompt == reply.open_prompt
        for phrase in (*WHY, MORE):
            said = talk.say(hear(content, phrase, open_prompt), phrase)
            where = f"{phrase} at {open_prompt} ({channel})"
            assert said.words == expected(content, state, reply, phrase), where
            assert said.open, where
            assert said.words.endswith("?"), where
        talk.say(event, words)
        state, reply = take_turn(content.protocol, state, event)
    talk.hang_up()


def test_the_patients_above_reach_every_question_and_offer(content: Content) -> None:
    """So that no state is left out."""
    reached = {p for name in PATIENTS for p, _, _ in steps(content, name)}
    assert {*content.protocol.question, OFFER_STEPS, OFFER_TIMER, MENU} == reached


def test_after_advice_why_names_the_rule_and_its_publisher(content: Content) -> None:
    """Each rule has such words, and they name a publisher of its sources.

    What no guideline says is told to be a careful choice.
    """
    short = ("NHS", "nidirect", "Macmillan", "AHCPR", "Spine", "Briggs", "named")
    own = ("Doctor Chang", "D F W Center")
    for rule in content.protocol.rules:
        words = content.prompts[f"because.{rule.id}"]
        assert words.startswith("The rule is: "), rule.id
        chosen = "careful choice" in words
        assert chosen != any(name in words for name in (*short, *own)), rule.id


@pytest.mark.parametrize("phrase", [*WHY, MORE])
def test_before_anything_they_open_or_explain(content: Content, phrase: str) -> None:
    """Why brings help and the first question; more is told, and that is all."""
    event = hear(content, phrase)
    _, reply = take_turn(content.protocol, None, event)
    said = to_display_text(
        render_reply(reply, content.prompts, content.clinic, MOMENT).prompts
    )
    if phrase == MORE:
        assert content.prompts["explain.spasm"] in said
        assert not reply.expects_answer
    else:
        assert "session.help" == reply.says[0]
        assert content.protocol.questions[0].id == reply.open_prompt
    heard = CHANNELS["alexa"](content, MOMENT, timers=False).say(event, phrase)
    assert (said, reply.expects_answer) == (heard.words, heard.open)


@pytest.mark.parametrize(
    ("danger", "rule"),
    [
        ("leg_trouble leg_weaker", "emergency_leg_weakness"),
        ("fever adult", "urgent_fever"),
    ],
)
def test_after_the_last_word_they_still_name_the_rule(
    content: Content, danger: str, rule: str
) -> None:
    """The talk stays ended, and the emergency number is said once more."""
    protocol = content.protocol
    state, reply = say(protocol, None, events.Begin())
    while reply.open_prompt is not None:
        yes = reply.open_prompt in danger.split()
        state, reply = take_turn(protocol, state, YES if yes else NO)
    assert rule == state.rule_id
    for phrase in (*WHY, MORE):
        after, told = take_turn(protocol, state, hear(content, phrase))
        said = to_display_text(
            render_reply(told, content.prompts, content.clinic, MOMENT).prompts
        )
        assert after.ended
        assert not told.expects_answer
        assert "911" in said
        if phrase != MORE:
            assert f"because.{rule}" == told.says[0]
        if "emergency" in rule:
            assert "emergency.say" == told.says[-1]
            assert not any(key.startswith("explain.") for key in told.says)


@pytest.mark.parametrize("state", GrammarState)
def test_the_ear_listens_for_them_in_every_state(
    content: Content, state: GrammarState
) -> None:
    """The shipped model can hear each of them, whatever is open."""
    model = find_model(None)
    grammars = build_grammars(content.lexicon, model.words, model.decoys)
    assert {*WHY, MORE} <= grammars[state].phrases
