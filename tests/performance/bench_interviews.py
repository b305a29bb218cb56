"""Thousands of interviews at once through two workers, which are killed meanwhile.

Each interview is an Alexa session of its own: what it knows travels with it, and the
core says what it must hear at each turn. So one that was lost, or took in another's
answers, is found at its next turn.
"""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from performance.bench_load import Server, exchange, post_bytes

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from skill.intents import ANSWER_INTENTS
from skill.responses import render_ssml
from skill.testing.alexa_client import AlexaClient

CLIENTS = 8
YOUNG = 1.5
"""Seconds; a worker is killed when it serves, not while it starts."""
MOST_TRIES = 400
ANSWERS = (Answer.NO,) * 4 + (Answer.YES, Answer.UNSURE)
"""Mostly no, so that most interviews last a few turns, and some to the advice."""


@dataclass
class Interview:
    """One session: what it keeps, and where the core says it stands."""

    number: int
    client: AlexaClient
    chance: random.Random
    state: State | None = None
    reply: Reply | None = None
    turns: int = 0
    resent: int = 0
    wrong: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether it goes on."""
        return not self.wrong and (self.reply is None or self.reply.expects_answer)


@dataclass(frozen=True)
class Held:
    """What came of all interviews."""

    interviews: int
    most_at_once: int
    requests: int
    resent: int
    killed: int
    seconds: float
    outcomes: Counter[str]
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        ends = ", ".join(f"{n} {name}" for name, n in self.outcomes.most_common())
        return (
            f"{self.interviews} interviews, {self.most_at_once} open at once, "
            f"{self.requests} requests in {self.seconds:.0f} s; {self.killed} workers "
            f"killed in the middle of their work, {self.resent} requests sent again "
            f"for it; lost or mixed up: {len(self.wrong)}\n  ended: {ends}"
        )


class Killer(threading.Thread):
    """Kills one worker after the other while it answers, until enough was hit."""

    def __init__(
        self, server: Server, talks: Sequence[Interview], least_hit: int
    ) -> None:
        """Kill at least once, and until `least_hit` requests were sent again."""
        super().__init__(daemon=True)
        self._killed: set[int] = set()
        self._server = server
        self._talks = talks
        self._least_hit = least_hit
        self._stopped = threading.Event()
        # Those that run already are not young.
        self._born = dict.fromkeys(server.workers(), 0.0)
        self._idle: dict[int, int] = {}

    def run(self) -> None:
        """Look every millisecond for a worker that has a connection open."""
        while not self._stopped.wait(0.001) and not self._has_hit():
            for pid in self._server.workers():
                if self._is_serving(pid):
                    os.kill(pid, signal.SIGKILL)
                    self._killed.add(pid)
                    break

    @property
    def killed(self) -> int:
        """Return how many workers were killed."""
        return len(self._killed)

    def stop(self) -> None:
        """Kill nobody any more."""
        self._stopped.set()
        self.join()

    def _has_hit(self) -> bool:
        hit = sum(talk.resent for talk in self._talks)
        return self.killed > 0 and hit >= self._least_hit

    def _is_serving(self, pid: int) -> bool:
        if pid in self._killed:
            return False  # gunicorn has not seen it yet
        now = time.monotonic()
        if now - self._born.setdefault(pid, now) < YOUNG:
            return False
        try:
            files = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - a count
        except OSError:
            return False
        self._idle[pid] = min(files, self._idle.get(pid, files))
        return files > self._idle[pid]


def hold(
    server: Server,
    content: Content,
    client: AlexaClient,
    count: int,
    least_hit: int = 0,
) -> Held:
    """Hold `count` interviews, a turn of each before the next of any.

    Workers are killed until `least_hit` requests had no answer for it.
    """
    talks = [
        Interview(n, replace(client, attributes={}), random.Random(n))
        for n in range(count)
    ]
    started, most = time.monotonic(), 0
    killer = Killer(server, talks, least_hit)
    with ThreadPoolExecutor(CLIENTS) as pool:
        turn = 0
        while open_now := [talk for talk in talks if talk.is_open]:
            if turn == 1:
                most = len(open_now)
                killer.start()
            list(pool.map(lambda t: _turn(t, server, content), open_now))
            turn += 1
    killer.stop()
    return Held(
        count, most, sum(t.turns for t in talks), sum(t.resent for t in talks),
        killer.killed, time.monotonic() - started, Counter(_end(t) for t in talks),
        tuple(t.wrong for t in talks if t.wrong),
    )  # fmt: skip


def _turn(talk: Interview, server: Server, content: Content) -> None:
    """Say the next thing, and compare what comes back with what the core says."""
    event, request = _next(talk)
    body = json.dumps(talk.client.build_envelope(request)).encode()
    answer = _sent(talk, server, post_bytes(body, talk.client.sign(body)))
    talk.turns += 1
    state = None if talk.reply is None else talk.state
    talk.state, talk.reply = take_turn(content.protocol, state, event)
    expected = render_ssml(_words(talk.reply, content))
    got = answer.get("response", {}).get("outputSpeech", {}).get("ssml")
    if got != expected:
        talk.wrong = f"interview {talk.number}: expected {expected}, heard {got}"
    talk.client.attributes = answer.get("sessionAttributes", {})
    talk.client.is_new = False


def _next(talk: Interview) -> tuple[Event, dict[str, Any]]:
    if talk.reply is None:
        return events.Begin(), {"type": "LaunchRequest"}
    answer = talk.chance.choice(ANSWERS)
    intent = {"name": ANSWER_INTENTS[answer], "slots": {}}
    return events.Answered(answer), {"type": "IntentRequest", "intent": intent}


def _sent(talk: Interview, server: Server, wire: bytes) -> dict[str, Any]:
    """Return the answer; what had none is said again, as a person would."""
    for _ in range(MOST_TRIES):
        try:
            answer = exchange(server.port, wire)
        except OSError:
            answer = b""
        head, _, body = answer.partition(b"\r\n\r\n")
        # A killed worker may leave half an answer.
        whole = f"Content-Length: {len(body)}\r\n".encode() in head + b"\r\n"
        if whole and head.startswith(b"HTTP/1.1 200"):
            return dict(json.loads(body))
        if whole:
            break
        talk.resent += 1
        time.sleep(0.05)
    return {"refused": answer[:60].decode("ascii", "replace")}


def _words(reply: Reply, content: Content) -> Sequence[Any]:
    now = datetime.now(UTC)
    return render_reply(reply, content.prompts, content.clinic, now).prompts


def _end(talk: Interview) -> str:
    return str(talk.reply.disposition if talk.reply else None)
