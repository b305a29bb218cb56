"""What a rehearsal plays on: an endpoint, who signs for it, and all that it said."""

import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from dialogue.content.content import Content
from skill.publishing.store_listing import Store
from skill.testing.alexa_client import AlexaClient, Heard, Post
from skill.testing.http import OverHttp, posting_to

MOST_TURNS = 40
PATHS: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"more_than_one_week", "more_than_two_weeks"}),
    frozenset({"started_within_three_days", "hard_effort"}),
)
"""What is answered with yes in each talk: home care, the clinic, ice."""


@dataclass
class Stage:
    """One endpoint in rehearsal."""

    base: str
    """Its address, without a path."""
    content: Content
    store: Store
    privacy_url: str | None = None
    client: AlexaClient | None = None
    """Signs for the endpoint; None where it trusts Amazon alone."""
    answers: list[Heard] = field(default_factory=list)
    """Every answer with status 200 so far."""
    times: list[float] = field(default_factory=list)
    """Milliseconds of every request so far."""

    def post(self, body: bytes, headers: Mapping[str, str]) -> Heard:
        """Send `body` as it is."""
        answer = self.noting(posting_to(self.base))(
            "/alexa", data=body, headers=headers
        )
        return Heard(answer.status_code, answer.data)

    def noting(self, post: Post) -> Post:
        """Return `post`, with every answer and its time noted."""

        def noted(path: str, *, data: bytes, headers: Mapping[str, str]) -> Any:
            started = time.perf_counter()
            answer = post(path, data=data, headers=headers)
            self.times.append((time.perf_counter() - started) * 1000)
            if answer.status_code == 200:
                self.answers.append(Heard(answer.status_code, answer.data))
            return answer

        return noted

    def get(self, path: str, method: str = "GET") -> OverHttp:
        """Return the answer to another request than a post to `/alexa`."""
        asked = urllib.request.Request(self.base + path, method=method)  # noqa: S310 - the operator's own address
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
                return OverHttp(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return OverHttp(error.code, error.read())
        finally:
            self.times.append((time.perf_counter() - started) * 1000)

    def talk(self) -> AlexaClient:
        """Return a talk that has not begun."""
        if self.client is None:
            raise LookupError("nobody here can sign for this endpoint")
        return replace(self.client, post=self.noting(posting_to(self.base)))

    @cached_property
    def states(self) -> dict[str, AlexaClient]:
        """Return a talk for each kind of state: every question, offer and step."""
        found: dict[str, AlexaClient] = {"before the opening": self.talk()}
        for yes in PATHS:
            talk = self.talk()
            heard = talk.launch()
            for _ in range(MOST_TURNS):
                if not heard.is_open:
                    break
                open_prompt = self.open_prompt(heard)
                found.setdefault(open_prompt or f"advice {len(found)}", replace(talk))
                said = "AMAZON.YesIntent" if open_prompt in yes else "AMAZON.NoIntent"
                heard = talk.intent(said if open_prompt else "AMAZON.NextIntent")
        return found

    def open_prompt(self, heard: Heard) -> str | None:
        """Return the id of the question that an answer ends with."""
        words = plain(heard.speech)
        asked = (q.id for q in self.content.protocol.questions)
        ask = self.content.prompts
        return next((i for i in asked if words.endswith(ask[f"ask.{i}"])), None)


def plain(ssml: str) -> str:
    """Return the words of an SSML text."""
    parts, inside = [], False
    for piece in ssml.replace("<break", " <break").replace("<", "\0<").split("\0"):
        inside = piece.startswith("<")
        parts.append(piece.partition(">")[2] if inside else piece)
    words = " ".join("".join(parts).split())
    return words.replace("&apos;", "'").replace("&quot;", '"').replace("&amp;", "&")
