"""Every reply that the data can produce keeps Alexa's rules, with every clinic."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.response import Response
from helpers.core_turns import NO, OFFERS, UNSURE, YES, walk

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import CheckReason
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.reply import MENU, OFFER_TIMER, Reply
from dialogue.engine.state import State
from dialogue.loading import load_content
from skill.dispatcher import LARGEST
from skill.responses import build_response
from skill.session import to_attributes

OPEN = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
CLOSED = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)
"""A Saturday."""
COMMANDS = (
    events.Repeat(), events.Help(), events.Next(), events.Previous(),
    events.StartOver(), events.Stop(), events.Wait(), events.CallForHelp(),
    events.AskForNumber(), events.AskForHours(), events.AskForAddress(),
    events.AskForMore(), events.AskForMore("spasm"), events.NoMatch(),
    events.HarmlessComplaint(), events.Checked(lean=Answer.NO),
    events.Checked(lean=Answer.YES), events.Checked(reason=CheckReason.LENGTH),
    events.Checked(reason=CheckReason.HELP),
    events.Checked(ask=("fever", "leg_trouble"), reason=CheckReason.SIGN),
    YES, NO, UNSURE,
)  # fmt: skip
SECOND = (events.Repeat(), events.Next(), events.Previous(), UNSURE, NO)
MOST_IN_A_QUESTION = 400
MOST_IN_A_REPLY = 1200
"""Characters as spoken."""


def walk_turns(
    protocol: TriageProtocol, volunteered: tuple[str, ...]
) -> Iterator[tuple[State, Reply]]:
    """Yield turns of all kinds: every path, and every event where something is open."""
    yield from (take_turn(protocol, None, event) for event in COMMANDS)
    seen: set[tuple[object, ...]] = set()
    starts = ((), ("pain_is_high",), ("skin_or_heat_caution", "under_18"))
    for start in starts:
        for path in walk(protocol, events.UnpromptedStatement(start)):
            yield path.state, path.reply
            if path.reply.expects_answer:
                yield from _after(protocol, path.state, volunteered, seen)
    for path in walk(protocol, timers=True):
        if path.reply.open_prompt == OFFER_TIMER:
            yield from _after(protocol, path.state, volunteered, seen)
    state, reply = take_turn(protocol, None, events.Begin())
    while reply.open_prompt not in OFFERS and reply.expects_answer:
        yield from _after(protocol, state, volunteered, seen)
        state, reply = take_turn(protocol, state, NO)


def _after(
    protocol: TriageProtocol,
    state: State,
    volunteered: tuple[str, ...],
    seen: set[tuple[object, ...]],
) -> Iterator[tuple[State, Reply]]:
    """Yield what follows `state` by each event, and again by each, and the reading."""
    key = (state.rule_id, len(state.turns), state.reading, state.timer)
    if key in seen:
        return
    seen.add(key)
    statements = [events.UnpromptedStatement((row,)) for row in volunteered]
    for event in (*COMMANDS, *statements):
        later, reply = take_turn(protocol, state, event)
        yield later, reply
        if reply.expects_answer:
            for second in SECOND:
                yield take_turn(protocol, later, second)
    reply = None
    while not state.ended and state.disposition is not None:
        asks = find_open_prompt(protocol, state) in protocol.question
        state, reply = take_turn(protocol, state, NO if asks else events.Next())
        yield state, reply
        if reply.open_prompt == MENU:
            for event in COMMANDS:
                yield take_turn(protocol, state, event)


@pytest.fixture(scope="module")
def replies(content: Content) -> dict[Reply, State]:
    """Return every distinct reply, with a state in which it is said."""
    rows = tuple(content.protocol.volunteered_by_id)
    return {reply: state for state, reply in walk_turns(content.protocol, rows)}


CLINICS = [
    ("roseville", OPEN), ("roseville", CLOSED), ("roseville", None),
    ("dfw", OPEN), (None, OPEN),
]  # fmt: skip


@pytest.mark.parametrize(("clinic", "moment"), CLINICS)
def test_every_reply_keeps_the_rules(
    replies: dict[Reply, State], clinic: str | None, moment: datetime | None
) -> None:
    """Open if and only if it ends with a question; sizes, SSML, cards, placeholders."""
    content = load_content(clinic=clinic)
    serializer = DefaultSerializer()
    assert len(replies) > 300
    assert {"timer.start", "timer.offer"} <= {key for r in replies for key in r.says}
    for reply, state in replies.items():
        said = build_response(content, reply, moment)
        # The SDK's own classes know every part of it.
        read = serializer.deserialize(json.dumps(said), Response)
        assert said == serializer.serialize(read)
        try:
            check_speech(said, reply)
            check_card(said, reply, content)
            whole = {
                "response": said,
                "sessionAttributes": to_attributes(state, content.protocol),
            }
            assert len(json.dumps(whole)) < LARGEST
        except AssertionError as error:
            raise AssertionError(f"{reply}\n{said}\n{error}") from error


def test_every_reply_fits_every_screen(
    replies: dict[Reply, State], content: Content
) -> None:
    """All words stand on it; with screen, card and attributes it keeps the limit."""
    assert len(replies) > 300
    for reply, state in replies.items():
        said = build_response(content, reply, OPEN, state)
        (screen,) = said["directives"]
        whole = {
            "response": said,
            "sessionAttributes": to_attributes(state, content.protocol),
        }
        assert len(json.dumps(whole)) < LARGEST
        data = screen["datasources"]["screen"]
        words = " ".join((*data["lines"], data["question"], data["offer"]))
        assert not re.search(r"[{}_]|None", words)
        assert bool(data["place"]) == reply.expects_answer
        assert words.count("?") >= reply.expects_answer
        page = screen["document"]["mainTemplate"]["item"]["main"]
        assert page.endswith(".question}") == bool(data["question"])


def parse_words(ssml: str) -> str:
    """Return the words of one `speak` element, which must be well-formed and ours."""
    assert len(ssml) < 8000
    root = ET.fromstring(ssml)
    assert "speak" == root.tag
    assert {e.tag for e in root} <= {"break", "say-as"}
    for pause in root.iter("break"):
        assert int(pause.attrib["time"].removesuffix("ms")) <= 2000
        pause.tail = " " + (pause.tail or "")
    words = "".join(root.itertext())
    assert not re.search(r"[{}<>_]|None", words)
    return words


def check_speech(said: dict[str, object], reply: Reply) -> None:
    """Check what is said, and what is said after silence."""
    words = parse_words(said["outputSpeech"]["ssml"])
    assert said["shouldEndSession"] is (not reply.expects_answer)
    assert words.rstrip().endswith("?") == reply.expects_answer
    assert len(words) <= MOST_IN_A_REPLY
    assert ("reprompt" in said) == reply.expects_answer
    if reply.expects_answer:
        question = parse_words(said["reprompt"]["outputSpeech"]["ssml"])
        assert question.endswith("?")
        assert len(question) <= MOST_IN_A_QUESTION
    else:
        assert "?" not in words


def check_card(said: dict[str, object], reply: Reply, content: Content) -> None:
    """Check the card: only at the end, no markup, no answers, no wrong number."""
    card = said.get("card")
    if card is None:
        return
    assert not reply.expects_answer
    assert ("Simple", "Back Talk") == (card["type"], card["title"])
    assert not re.search(r"[{}<>]", card["content"])
    assert len(card["content"]) + len(card["title"]) < 8000
    for key, words in content.prompts.items():
        if key.startswith("readback."):
            assert words not in card["content"], key
    if reply.disposition in ("emergency", "urgent"):
        numbers = set(re.findall(r"\d{3}-\d{3}-\d{4}", card["content"]))
        assert not numbers
    if any("emergency.say" in key for key in reply.says):
        assert "911" in card["content"]


def test_the_last_card_of_a_reading_holds_all_steps(content: Content) -> None:
    """Whoever could not keep up reads them later, with the disclaimer."""
    first = {p.reply: p for p in walk(content.protocol) if p.reply.open_prompt == MENU}
    for path in first.values():
        state, heard = path.state, list(path.reply.says)
        reply = path.reply
        while reply.expects_answer:
            asks = reply.open_prompt in content.protocol.question
            event = NO if asks else events.Next()
            state, reply = take_turn(content.protocol, state, event)
            heard += reply.says
        steps = {k for k in heard if k.startswith(("step.", "trigger.", "medicine."))}
        assert steps <= set(reply.card)
        assert "disclaimer.end" in reply.card


def test_a_clinic_talk_ends_with_the_number_in_figures(content: Content) -> None:
    """And with its purpose, whether the steps are wanted or not."""
    path = next(p for p in walk(content.protocol) if p.reply.disposition == "clinic")
    _, reply = take_turn(content.protocol, path.state, NO)
    card = build_response(content, reply, OPEN)["card"]
    assert "For an appointment, call 651-219-7292." in card["content"]
