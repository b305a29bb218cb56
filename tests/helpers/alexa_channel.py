"""A transcript's session over signed Alexa requests."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from helpers.alexa_hearing import Hearing
from helpers.channel import Said

from app import create_app
from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.loading import load_content
from skill import intents
from skill.settings import DEVELOPMENT, Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient, AlexaReply, slot, to_words
from skill.testing.authority import CertificateAuthority
from skill.timers import Timers

MODEL = Path(__file__).parents[2] / "interaction_models" / "en-US.json"


@cache
def authority() -> CertificateAuthority:
    """Return one authority for all sessions; making keys is slow."""
    return CertificateAuthority()


@cache
def build_client(clinic_id: str, now: datetime, *, timers: bool) -> AlexaClient:
    """Return a client of an endpoint with a fixed clock, where every timer is set.

    One endpoint serves every session: what it knows of each comes with its requests.
    """
    amazon = authority()
    app = create_app(
        Settings(DEVELOPMENT, SKILL_ID, clinic_id, timers=timers),
        roots=[amazon.root],
        fetch=amazon.fetch,
        now=lambda: now,
        timers=Timers(lambda _: (200, b"{}")),
    )
    return AlexaClient(amazon, lambda: now, app.test_client().post)


class AlexaTalk:
    """A talk as an Echo holds it: each turn a signed request, state in the session."""

    def __init__(self, content: Content, moment: datetime | None, *, timers: bool):
        """Open with `content`'s clinic at the fixed `moment`; every timer is set."""
        assert content.clinic is not None
        assert moment is not None
        now = moment.astimezone(UTC)
        self._client = replace(build_client(content.clinic.id, now, timers=timers))
        self._last: AlexaReply | None = None
        self._silent = False

    def open(self) -> Said:
        """Say "open back talk"."""
        return self._said(self._client.launch())

    def say(self, event: Event, words: str) -> Said:
        """Send the intent that Alexa takes `words` for.

        After silence the device repeats the last reprompt by itself and tells us
        nothing; after a second one it ends the session without another word.
        """
        if isinstance(event, events.NoInput):
            if self._silent:
                self._client.end("EXCEEDED_MAX_REPROMPTS")
                return Said("", open=False, told=False, expected_instead="")
            self._silent = True
            assert self._last is not None
            return Said(to_words(self._last.reprompt), open=True, told=False)
        self._silent = False
        name, slots = build_intent(event, words)
        return self._said(self._client.intent(name, **slots))

    def hang_up(self) -> None:
        """End the session from the device's side; nothing is answered to that."""
        reply = self._client.end()
        assert reply.response == {}

    def _said(self, reply: AlexaReply) -> Said:
        assert reply.status == 200
        self._last = reply
        return Said(reply.words, reply.is_open, told=False)


@cache
def read_hearing() -> Hearing:
    """Return what the committed model hears."""
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    return Hearing(model, load_content().words)


def build_intent(event: Event, words: str) -> tuple[str, dict[str, dict[str, object]]]:
    """Return the intent and slots that Alexa sends for `words`, which mean `event`.

    What the model has no way in for is taken in whole by the slot for a sentence. A
    direction, such as something unclear, has no words of its own.
    """
    if isinstance(event, events.NoMatch):
        return intents.FALLBACK, {}
    heard = read_hearing().hear(words)
    if heard is None:
        return intents.STATEMENT, {"statement": slot(words.lower())}
    name, slots = heard
    return name, {key: slot(s.value, *filter(None, [s.id])) for key, s in slots.items()}
