"""A remembered reply is the reply that would be made anew, and never another's."""

import json
import random
import threading
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialogue.content.content import Content
from skill import dispatcher as dispatching
from skill.dispatcher import Dispatcher
from skill.http_client import Request
from skill.intents import ANSWER_INTENTS, COMMAND_INTENTS, DESCRIBE, MORE, STATEMENT
from skill.locales import Locales
from skill.reply_cache import (
    REPEATABLE_TYPES,
    OpeningState,
    ReplyCache,
    build_key,
)
from skill.request import AlexaRequest, AlexaSession, ConnectionAnswer, Slot
from skill.timers import QUESTION_ID, Timers

MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
"""Noon in Roseville: the clinic is open."""
COMMON = [*ANSWER_INTENTS.values(), "AMAZON.NoIntent", "AMAZON.NoIntent"]
RARE = [*COMMAND_INTENTS.values(), DESCRIBE, MORE, STATEMENT, "Unknown", None]
ANOTHER: dict[str, object] = {
    "type": "LaunchRequest",
    "locale": "xx-YY",
    "intent": "AMAZON.NoIntent",
    "slots": {"statement": Slot("x", "leg_weaker", True)},
    "session": AlexaSession(True, {}),
    "apl_version": "1.4",
    "arguments": ("answer", "yes", "x"),
}
"""Of each field that a reply depends on, another value."""
WITHOUT_MEANING = {
    "api_endpoint": "counts as whether a timer can be set",
    "api_token": "the same",
    "connection": "its kind of request is not remembered",
    "error_type": "the same",
}


class Clock:
    """A clock that is set by the test."""

    def __init__(self) -> None:
        self.moment = MONDAY

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment


class TimerService:
    """Answers by chance, the same for two endpoints, and counts what it set."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.asked = 0

    def __call__(self, request: Request) -> tuple[int, bytes]:
        """Set a timer, or not."""
        self.asked += 1
        return self._chance.choice((200, 200, 401, 500)), b"{}"


def build_slots(chance: random.Random) -> dict[str, Slot]:
    """Return slots that mean something, nothing, or the wrong thing."""
    values = {
        "statement": (Slot("said", "leg_weaker", True), Slot("said", None, True)),
        "howLong": (Slot("P3D", None, True), Slot("PT2H", None, True), Slot("no")),
        "answer": (Slot("yes", "yes", True), Slot("no", "no", True)),
        "topic": (Slot("ice", "ice", True), Slot(None, None, False)),
    }
    names = chance.sample(sorted(values), chance.randrange(3))
    return {name: chance.choice(values[name]) for name in names}


def build_request(chance: random.Random, session: AlexaSession | None) -> AlexaRequest:
    """Return a request that this or another person might send."""
    kinds = ["IntentRequest"] * 40 + [*REPEATABLE_TYPES, "Connections.Response"]
    names = COMMON if chance.random() < 0.9 else RARE
    return AlexaRequest(
        type=chance.choice(kinds),
        locale=chance.choice(("en-US", "en-US", "en-GB", None)),
        intent=chance.choice(names),
        slots=build_slots(chance) if chance.random() < 0.1 else {},
        session=session,
        apl_version=chance.choice((None, None, None, "1.0", "2024.3")),
        api_endpoint="https://api.amazonalexa.com",
        api_token=chance.choice(("token", "another", "third", None)),
        arguments=chance.choice([()] * 9 + [("answer", "yes", "chest_pain")]),
        connection=ConnectionAnswer("AskFor", QUESTION_ID, "200", "ACCEPTED"),
    )


def go_on(chance: random.Random, session: AlexaSession, answer: dict) -> AlexaSession:
    """Return the session after an answer, now and then with a part of it changed."""
    attributes = answer.get("sessionAttributes", session.attributes)
    if chance.random() < 0.02:
        odd = ({"backtalk": 1}, {"backtalk": True}, {"backtalk": 1.0}, {"x": []}, None)
        attributes = chance.choice(odd)
    over = answer["response"].get("shouldEndSession") is True
    return AlexaSession(over, {} if over else attributes)


def test_a_remembered_reply_is_what_would_be_said_anew(content: Content) -> None:
    """Many persons at once, at any hour: byte for byte what one that forgets says."""
    runs = [hold_random_sessions(content, seed) for seed in range(4)]
    assert all(found > 100 for found, _ in runs)
    assert sum(timers for _, timers in runs) > 0


def hold_random_sessions(content: Content, seed: int) -> tuple[int, int]:
    """Return how many replies were remembered, and how many timers were asked for."""
    chance, clock = random.Random(seed), Clock()
    services = TimerService(seed), TimerService(seed)
    remembering, forgetting = (
        Dispatcher(Locales({"en-US": content}), clock, timers=Timers(service))
        for service in services
    )
    kept = CountingCache()
    remembering._replies = kept
    persons = [AlexaSession(True, {}) for _ in range(12)]
    for _ in range(1200):
        clock.moment += timedelta(seconds=chance.choice([1] * 60 + [40, 7000]))
        person = chance.randrange(len(persons))
        session = persons[person]
        lost = chance.random() < 0.01
        request = build_request(chance, None if lost else session)
        answer = forgetting.answer(request)
        assert json.dumps(answer).encode() == remembering.write_answer(request)
        persons[person] = go_on(chance, session, answer)
    assert services[0].asked == services[1].asked
    return kept.found, services[0].asked


class CountingCache(ReplyCache):
    """Counts what was found."""

    found = 0

    def get(self, key: bytes) -> bytes | None:
        """Return what is kept, and count it."""
        reply = super().get(key)
        self.found += reply is not None
        return reply


REQUEST = AlexaRequest(
    "IntentRequest",
    locale="en-US",
    intent="AMAZON.YesIntent",
    session=AlexaSession(False, {"backtalk": {"turns": 1}}),
)


def write_key(
    request: AlexaRequest, content: Content, opening: int = 0, *, can_time: bool = False
) -> bytes:
    """Return the key of a request that has one."""
    key = build_key(request, content, opening, can_time=can_time)
    assert key is not None
    return key


def test_every_part_of_a_request_is_in_the_key_or_said_why_not(
    content: Content,
) -> None:
    """A part that is added to the request must be decided on here."""
    names = {field.name for field in fields(AlexaRequest)}
    assert names == ANOTHER.keys() | WITHOUT_MEANING.keys()
    other = replace(content, locale="xx-YY")
    for name, value in ANOTHER.items():
        changed = replace(REQUEST, **{name: value})
        of = other if name == "locale" else content
        assert write_key(REQUEST, content) != write_key(changed, of), name
    assert write_key(REQUEST, content) != write_key(REQUEST, content, 1)
    assert write_key(REQUEST, content) != write_key(REQUEST, content, can_time=True)


@pytest.mark.parametrize("value", [True, 1.0, "1", [1], {"1": 1}, None, -1])
def test_values_that_python_takes_for_equal_are_told_apart(
    content: Content, value: object
) -> None:
    """An answer is a number in the attributes; one of another type is refused."""
    one = replace(REQUEST, session=AlexaSession(False, {"x": 1}))
    other = replace(REQUEST, session=AlexaSession(False, {"x": value}))
    assert write_key(one, content) != write_key(other, content)


def test_what_no_key_can_be_made_of_is_answered_all_the_same(content: Content) -> None:
    """Attributes nested too deeply, and those that are too long."""
    deep: Any = {}
    for _ in range(5000):
        deep = {"x": deep}
    for attributes in (deep, {"x": "x" * 10_000}):
        session = AlexaSession(False, attributes)
        request = replace(REQUEST, session=session)
        assert build_key(request, content, 0, can_time=False) is None
        dispatcher = Dispatcher(Locales({"en-US": content}), lambda: MONDAY)
        assert b"we start again" in dispatcher.write_answer(request)


def test_an_opening_state_has_its_own_number(content: Content) -> None:
    """Open and closed differ; two minutes of the same state do not."""
    opening, minute = OpeningState(), timedelta(minutes=1)
    now = opening.get_number(content, MONDAY)
    assert now == opening.get_number(content, MONDAY + minute)
    night = opening.get_number(content, MONDAY + timedelta(hours=12))
    assert now != night
    assert night == opening.get_number(content, MONDAY + timedelta(hours=12) + minute)
    unknown = opening.get_number(content, None)
    assert unknown not in (now, night)
    assert unknown == opening.get_number(content, None)


def test_the_number_changes_in_the_very_minute(content: Content) -> None:
    """Two days, every half hour: the second before it, itself, and its last second."""
    clock = Clock()
    remembering = Dispatcher(Locales({"en-US": content}), clock)
    forgetting = Dispatcher(Locales({"en-US": content}), clock)
    request = AlexaRequest("IntentRequest", intent="HoursIntent")
    number = replace(request, intent="ClinicNumberIntent", session=None)
    said = set()
    for step in range(2 * 24 * 2):
        for seconds in (-1, 0, 59):
            clock.moment = MONDAY + timedelta(minutes=30 * step, seconds=seconds)
            for asked in (request, number):
                whole = remembering.write_answer(asked)
                assert json.dumps(forgetting.answer(asked)).encode() == whole
                said.add(whole)
    assert said


def test_a_bound_is_kept_and_what_is_used_stays() -> None:
    """The one that was not used for the longest time makes room."""
    cache = ReplyCache(most_bytes=3000)
    for number in range(100):
        cache.put(b"%d" % number, b"x" * 700)
        cache.get(b"0")
        assert cache.size <= 3000
    assert cache.get(b"0") == b"x" * 700
    assert cache.get(b"99") == b"x" * 700
    assert cache.get(b"50") is None
    cache.put(b"too long", b"x" * 5000)
    assert cache.size <= 3000
    assert cache.get(b"too long") is None


def test_putting_a_reply_again_counts_it_once() -> None:
    """Two requests at once may both make it."""
    cache = ReplyCache()
    cache.put(b"1", b"x")
    size = cache.size
    cache.put(b"1", b"x")
    assert size == cache.size


def test_threads_do_not_break_it() -> None:
    """Under many at once each key has its own reply, within the bound."""
    cache = ReplyCache(most_bytes=5000)
    wrong: list[bytes] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(3000):
            key = b"%d" % chance.randrange(30)
            reply = cache.get(key)
            if reply is None:
                cache.put(key, key * 9)
            elif reply != key * 9:
                wrong.append(key)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert cache.size <= 5000


def test_a_fault_is_not_remembered(
    content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one who asks is answered."""
    dispatcher = Dispatcher(Locales({"en-US": content}), lambda: MONDAY)
    request = AlexaRequest("LaunchRequest", session=AlexaSession(True, {}))
    build: Callable[..., object] = dispatching.TurnHandler.handle

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(dispatching.TurnHandler, "handle", broken)
    assert b"Sorry" in dispatcher.write_answer(request)
    monkeypatch.setattr(dispatching.TurnHandler, "handle", build)
    assert b"Back Talk for" in dispatcher.write_answer(request)
