""" "Why do you ask", "what does that mean" and "tell me more" work everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest
from helpers.channels import CHANNELS
from helpers.core_turns import NO, YES, Path, say, walk
from helpers.hearing import hear

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply
from dialogue.engine.state import State
from dialogue.loading import load_content
from local_voice.asr.grammar import GrammarState, build_grammar
from local_voice.asr.model_files import find_model

MOMENT = datetime.fromisoformat("2026-03-03T10:00-06:00")
WHY = ("why do you ask", "what does that mean", "why")
MORE = "tell me more"

UPPER_BACK = "it's my upper back"
"""Said first by a patient who is to reach the second chest question."""


@dataclass(frozen=True)
class Patient:
    """What one patient answers, and whether they begin with their upper back."""

    answers: Mapping[str, Answer]
    upper_back: bool = False


def find_patients(content: Content) -> dict[str, Patient]:
    """Return a few patients who together reach every question and disposition."""
    protocol = content.protocol
    upper_back = hear(content, UPPER_BACK)
    paths = [(path, False) for path in walk(protocol)]
    paths += [(path, True) for path in walk(protocol, upper_back)]
    missing = {*protocol.question, *protocol.disposition} - {"emergency", "urgent"}
    found: dict[str, Patient] = {}

    def new(path: Path) -> set[str]:
        return missing & {*path.asked, str(path.reply.disposition)}

    while missing:
        path, is_upper = max(paths, key=lambda pair: len(new(pair[0])))
        missing -= new(path)
        name = f"{path.reply.rule_id} after {path.asked[-1]}"
        found[name] = Patient(path.state.answers, is_upper)
    return found


PATIENTS = find_patients(load_content())


def steps(content: Content, patient: str) -> list[tuple[str, Event, str]]:
    """Return what is open at each turn of a talk, what is done then, and its words.

    Every question is first answered with an unsure, so that its simpler words are open
    too; the advice is then read to its end.
    """
    protocol, found = content.protocol, []
    state, reply = say(protocol, None, events.Begin(timers=True))
    if PATIENTS[patient].upper_back:
        event: Event = hear(content, UPPER_BACK)
        found.append((str(reply.open_prompt), event, UPPER_BACK))
        state, reply = take_turn(protocol, state, event)
    while reply.open_prompt is not None:
        open_prompt = reply.open_prompt
        if open_prompt in protocol.question and open_prompt not in state.reasked:
            words = (
                "not sure" if protocol.question[open_prompt].again_on_unsure else "no"
            )
        elif open_prompt in protocol.question:
            given = PATIENTS[patient].answers.get(open_prompt, Answer.NO)
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
    """Each rule has such words, and they name a publisher of its sources."""
    short = ("NHS", "nidirect", "Macmillan", "AHCPR", "Spine", "Briggs", "named")
    own = ("Doctor Chang", "D F W Center")
    for rule in content.protocol.rules:
        words = content.prompts[f"because.{rule.id}"]
        assert words.startswith("The rule is: "), rule.id
        assert any(name in words for name in (*short, *own)), rule.id


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
        ("leg_weakness", "emergency_leg_weakness"),
        ("fever_or_shivering", "urgent_fever_or_shivering"),
    ],
)
def test_after_the_last_word_they_still_name_the_rule(
    content: Content, danger: str, rule: str
) -> None:
    """The talk stays ended, and the emergency number is said once more."""
    protocol = content.protocol
    state, reply = say(protocol, None, events.Begin())
    while reply.open_prompt is not None:
        yes = reply.open_prompt == danger
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
    model = find_model(None, {})
    heard = build_grammar(content.lexicon, model.words, model.decoys, state).phrases
    assert {*WHY, MORE} <= heard
