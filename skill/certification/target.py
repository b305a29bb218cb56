"""The target of a rehearsal: an endpoint, who signs for it, and all its answers."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from dialogue.content.content import Content
from skill.intents import NO, YES
from skill.publishing.interaction_model import build_model, get_samples
from skill.publishing.store_listing import Store
from skill.testing.alexa_client import AlexaClient, AlexaReply
from skill.testing.http import HttpReply, send

MOST_TURNS = 70
PATHS: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"adult", "more_than_one_week", "more_than_two_weeks"}),
    frozenset({"adult", "started_within_three_days", "hard_effort"}),
)
"""The questions answered with yes in each session: home care, the clinic, ice."""


@dataclass
class Target:
    """One endpoint in rehearsal."""

    base: str
    """Its address, without a path."""
    content: Content
    store: Store
    privacy_url: str | None = None
    client: AlexaClient | None = None
    """Signs for the endpoint; None where it trusts Amazon alone."""
    replies: list[AlexaReply] = field(default_factory=list)
    """Every answer to a post with status 200 so far."""
    times: list[float] = field(default_factory=list)
    """Milliseconds of every request so far."""

    def send(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpReply:
        """Send one request and record what comes back; raises OSError."""
        started = time.perf_counter()
        try:
            reply = send(method, self.base + path, data, headers)
        finally:
            self.times.append((time.perf_counter() - started) * 1000)
        if method == "POST" and reply.status_code == 200:
            self.replies.append(AlexaReply(reply.status_code, reply.data))
        return reply

    def post(self, body: bytes, headers: Mapping[str, str]) -> AlexaReply:
        """Send `body` to the skill as it is."""
        reply = self.send("POST", "/alexa", body, headers)
        return AlexaReply(reply.status_code, reply.data)

    def build_client(self) -> AlexaClient:
        """Return a client whose session has not begun."""
        if self.client is None:
            raise LookupError("nobody here can sign for this endpoint")
        return replace(self.client, post=partial(self.send, "POST"))

    @cached_property
    def samples(self) -> list[str]:
        """Return the sample phrases of the model; raises SkillRefused."""
        return get_samples(build_model(self.content, self.store))

    @cached_property
    def states(self) -> dict[str, AlexaClient]:
        """Return a session for each kind of state: every question, offer and step."""
        found = {"before the opening": self.build_client()}
        for yes in PATHS:
            client = self.build_client()
            reply = client.launch()
            for _ in range(MOST_TURNS):
                if not reply.is_open:
                    break
                prompt = self.find_open_prompt(reply)
                found.setdefault(prompt or f"advice {len(found)}", replace(client))
                answer = YES if prompt in yes else NO
                reply = client.intent(answer if prompt else "AMAZON.NextIntent")
        return found

    def find_open_prompt(self, reply: AlexaReply) -> str | None:
        """Return the id of the question that an answer ends with."""
        prompts = self.content.prompts
        ids = (question.id for question in self.content.protocol.questions)
        return next((i for i in ids if reply.words.endswith(prompts[f"ask.{i}"])), None)
