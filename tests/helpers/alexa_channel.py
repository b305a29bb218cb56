"""A transcript's session over signed Alexa requests."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from helpers.channel import Said

from app import create_app
from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.understanding.meaning import get_meaning_name
from skill import intents
from skill.settings import DEVELOPMENT, Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient, AlexaReply, slot, to_words
from skill.testing.authority import CertificateAuthority
from skill.timers import Timers


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
        name, slots = build_intent(event)
        return self._said(self._client.intent(name, **slots))

    def hang_up(self) -> None:
        """End the session from the device's side; nothing is answered to that."""
        reply = self._client.end()
        assert reply.response == {}

    def _said(self, reply: AlexaReply) -> Said:
        assert reply.status == 200
        self._last = reply
        return Said(reply.words, reply.is_open, told=False)


def build_intent(event: Event) -> tuple[str, dict[str, dict[str, object]]]:
    """Return the intent and slots that Alexa sends for `event`."""
    match event:
        case events.Answered(answer, events.Strength.HEDGED):
            return intents.HEDGED_INTENTS[answer], {}
        case events.Answered(answer):
            return intents.ANSWER_INTENTS[answer], {}
        case events.NoMatch():
            return intents.FALLBACK, {}
        case events.UnpromptedStatement(ids=(), facts=facts) if facts.duration:
            iso = f"PT{facts.duration.hours:g}H"
            return intents.DESCRIBE, {"howLong": slot(iso)}
        case events.UnpromptedStatement(ids=(row,), answer=answer, strength=strength):
            slots = {"statement": slot("said", row)}
            if answer is not None:
                hedged = strength is events.Strength.HEDGED
                prefix = intents.HEDGED if hedged else ""
                slots["answer"] = slot(answer.value, f"{prefix}{answer.value}")
            return intents.STATEMENT, slots
        case events.AskForMore(topic) if topic is not None:
            return intents.MORE, {"topic": slot(topic, topic)}
    return intents.COMMAND_INTENTS[get_meaning_name(event)], {}
