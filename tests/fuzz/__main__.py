r"""Fuzzes the request path: malformed, signed requests, judged by what they really say.

    python -m fuzz --requests 100000 --seed 1
    python -m fuzz --replay build/fuzz/0.json

A request is changed from one of a growing set: whatever reaches a new line of ours, or
makes Back Talk say something new, joins it. Each answer must be a 200 or an empty 400,
without a fault in the log; it may note only what the request says, and say only what
the core says to that.
"""

import argparse
import json
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from fuzz.coverage import Arcs
from fuzz.judge import Judge
from fuzz.mutations import Case, Mutator, parse_case

from app import create_app
from dialogue.content.content import Content
from dialogue.loading import load_content
from skill.settings import DEVELOPMENT, DEVELOPMENT_SKILL_ID, Settings
from skill.testing.alexa_client import AlexaClient, AlexaReply, slot
from skill.testing.authority import CertificateAuthority

TESTS = Path(__file__).parents[1]
START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
PATHS = (
    set(),
    {"more_than_one_week", "more_than_two_weeks"},
    {"started_within_three_days", "hard_effort"},
    {"tried_care"},
)
MOST_KEPT = 4000
LONGEST_DAY = timedelta(hours=20)
LONGEST_SEED = 12_000
TRACED = 12
"""One request in so many is traced, once the first few hundred are through."""


class Faults(logging.Handler):
    """Collects what is logged as an error: no request may cause one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, Alexa's own reports of errors apart."""
        if not record.getMessage().startswith("Alexa could not use"):
            self.lines.append(record.getMessage())


class Endpoint:
    """The whole endpoint in process, with a clock that moves 3 s a request."""

    def __init__(self, content: Content) -> None:
        """Start it, under an authority of its own."""
        self.authority = CertificateAuthority(START)
        self.now = START
        self.files: dict[str, bytes] = {}
        settings = Settings(DEVELOPMENT, DEVELOPMENT_SKILL_ID, "roseville")
        self.app = create_app(
            settings,
            roots=[self.authority.root],
            fetch=self._fetch,
            now=lambda: self.now,
        )
        self.http: FlaskClient = self.app.test_client()
        self.client = AlexaClient(self.authority, lambda: self.now, self.http.post)

    def tick(self) -> None:
        """Let 3 s pass; after most of a day the clock is set back.

        So downloads stay few a minute, and what is not valid yet never becomes so.
        """
        self.now += timedelta(seconds=3)
        if self.now - START > LONGEST_DAY:
            self.now = START

    def _fetch(self, url: str) -> bytes:
        return self.files[url] if url in self.files else self.authority.fetch(url)

    def send(self, case: Case) -> AlexaReply:
        """Send a case as it is, signed as it says."""
        self.files.clear()
        if case.pem is not None:
            self.files[case.url] = case.pem
        answer = self.http.post("/alexa", data=case.body, headers=self._headers(case))
        return AlexaReply(answer.status_code, answer.data)

    def _headers(self, case: Case) -> dict[str, str]:
        over = case.body + b" " if case.signature == "other body" else case.body
        good = self.authority.sign(over)
        texts = {
            "good": good,
            "no url": good,
            "empty": "",
            "doubled": f"{good},{good}",
            # Its first byte is another one.
            "flipped": ("A" if good[0] != "A" else "B") + good[1:],
            "cut": good[:-8],
            "spaced": f"{good[:9]} {good[9:]}",
            "garbage": "garbage!",
            "other body": good,
        }
        headers = {"Content-Type": "application/json"}
        if case.signature in texts:
            headers["Signature-256"] = texts[case.signature]
        if case.signature != "no url":
            headers["SignatureCertChainUrl"] = case.url
        return headers

    def seeds(self, content: Content) -> Iterator[dict[str, Any]]:
        """Yield whole requests from every kind of state."""
        for yes in PATHS:
            client = replace(self.client)
            yield client.build_envelope({"type": "LaunchRequest"})
            reply = client.launch()
            while reply.is_open:
                for name in ("AMAZON.RepeatIntent", "VolunteeredIntent"):
                    slots = {"statement": slot("x", "numb_bottom")}
                    intent = {"name": name, "slots": slots}
                    yield client.build_envelope(
                        {"type": "IntentRequest", "intent": intent}
                    )
                state = client.attributes["backtalk"]["turns"]
                open_prompt = _find_open_prompt(reply, content)
                said = "AMAZON.YesIntent" if open_prompt in yes else "AMAZON.NoIntent"
                if open_prompt is None:
                    said = "AMAZON.NextIntent"
                reply = client.intent(said)
                assert len(state) < 60


def _find_open_prompt(reply: AlexaReply, content: Content) -> str | None:
    words = reply.speech.replace("&apos;", "'")
    asked = (q.id for q in content.protocol.questions)
    return next((i for i in asked if content.prompts[f"ask.{i}"] in words), None)


@dataclass
class Result:
    """What a run came to."""

    sent: int
    seconds: float
    statuses: Counter[int]
    kept: int
    arcs: int
    said: int
    failures: list[tuple[str, Case]]

    def __str__(self) -> str:
        counts = ", ".join(f"{n} with {s}" for s, n in sorted(self.statuses.items()))
        return (
            f"{self.sent} mutated requests in {self.seconds:.0f} s: {counts}; "
            f"{self.kept} kept as seeds, {self.arcs} steps of ours reached, "
            f"{self.said} different things said; {len(self.failures)} failures"
        )


def run(requests: int, seed: int, *, most_failures: int = 20) -> Result:
    """Send `requests` mutated requests and return what came of them."""
    content = load_content(clinic="roseville")
    chance = random.Random(seed)
    endpoint, arcs, faults = Endpoint(content), Arcs(), Faults()
    mutator = Mutator(chance, content, endpoint.authority)
    judge = Judge(content, endpoint.authority)
    kept: list[dict[str, Any]] = [*endpoint.seeds(content)]
    said: set[str] = set()
    result = Result(0, 0, Counter(), 0, 0, 0, [])
    log = logging.getLogger("skill")
    level = log.level
    log.setLevel(logging.ERROR)
    log.addHandler(faults)
    started = time.monotonic()
    try:
        while result.sent < requests and len(result.failures) < most_failures:
            result.sent += 1
            endpoint.tick()
            # Late finds are looked at more often than early ones.
            at = int(len(kept) * chance.random() ** 0.7)
            envelope = mutator.envelope(kept[at], chance.choice(kept))
            _stamp(envelope, endpoint.now, chance)
            case = mutator.case(envelope)
            faults.lines.clear()
            new = 0
            if result.sent <= 400 or result.sent % TRACED == 0:
                reply, new = arcs.count_new(lambda case=case: endpoint.send(case))
            else:
                reply = endpoint.send(case)
            result.statuses[reply.status] += 1
            wrong = judge.find_wrong(case, reply, endpoint.now, faults.lines)
            if wrong is not None:
                result.failures.append((wrong, case))
            words = reply.speech if reply.status == 200 else ""
            if (new or (words and words not in said)) and _may_stay(kept, case):
                kept.append(envelope)
            said.add(words)
    finally:
        log.removeHandler(faults)
        log.setLevel(level)
    result.seconds = time.monotonic() - started
    result.kept, result.arcs, result.said = len(kept), len(arcs.seen), len(said)
    return result


def _may_stay(kept: list[dict[str, Any]], case: Case) -> bool:
    """Tell whether a find may join the seeds; floods and deep nests may not."""
    return len(kept) < MOST_KEPT and len(case.body) < LONGEST_SEED


def _stamp(envelope: dict[str, Any], now: datetime, chance: random.Random) -> None:
    """Give an old request the time of today, mostly."""
    request = envelope.get("request")
    if isinstance(request, dict) and chance.random() < 0.98:
        away = chance.choice([0] * 30 + [-149, 150, 151, -151, 3599, -3601])
        moment = now + timedelta(seconds=away)
        request["timestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def replay(path: Path) -> int:
    """Send one saved case again and tell what is wrong with its answer."""
    content = load_content(clinic="roseville")
    endpoint, faults = Endpoint(content), Faults()
    logging.getLogger("skill").addHandler(faults)
    wrong, now, text = json.loads(path.read_text(encoding="utf-8"))
    endpoint.now, case = datetime.fromisoformat(now), parse_case(text)
    reply = endpoint.send(case)
    judge = Judge(content, endpoint.authority)
    print(case.body[:3000].decode("utf-8", "replace"))
    print(reply.status, reply.body.decode())
    print("then:", wrong)
    print("now: ", judge.find_wrong(case, reply, endpoint.now, faults.lines))
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run, print the figures, and write what failed under `build/fuzz/`."""
    parser = argparse.ArgumentParser(description="Fuzzes the request path.")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="another seed, other cases")
    parser.add_argument("--replay", type=Path, help="a file that a run wrote")
    options = parser.parse_args(arguments)
    if options.replay:
        return replay(options.replay)
    result = run(options.requests, options.seed)
    folder = TESTS.parent / "build" / "fuzz"
    for number, (wrong, case) in enumerate(result.failures):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number}.json"
        path.write_text(json.dumps([wrong, _get_moment(case), case.to_text()]))
        print(f"{path}: {wrong}")
    print(result)
    return 1 if result.failures else 0


def _get_moment(case: Case) -> str:
    """Return the moment that a case was stamped with, or the first one."""
    try:
        stamp = json.loads(case.body)["request"]["timestamp"]
        return datetime.fromisoformat(stamp).isoformat()
    except (ValueError, KeyError, TypeError):
        return START.isoformat()


if __name__ == "__main__":
    sys.exit(main())
