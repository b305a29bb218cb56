"""Judges an answer to a malformed request against what that request really says."""

import base64
import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from fuzz.mutations import AMAZON, URLS, Case
from fuzz.notes import find_invented
from fuzz.oracle import (
    TALK,
    Session,
    build_session,
    is_for,
    is_timely,
    parse_body,
)

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import build_prompt_reply, find_position
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from dialogue.engine.state import State, to_dict
from skill.responses import render_ssml
from skill.testing.alexa_client import SKILL_ID, AlexaReply
from skill.testing.authority import CertificateAuthority

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END", re.S)


class Judge:
    """Knows the content and the genuine certificate."""

    def __init__(self, content: Content, authority: CertificateAuthority) -> None:
        """Judge answers that `content` gives."""
        self._content = content
        self._authority = authority
        self._accepted: set[bytes] = set()

    def find_wrong(
        self, case: Case, heard: AlexaReply, now: datetime, faults: list[str]
    ) -> str | None:
        """Return what is wrong with an answer, None when nothing is."""
        if faults:
            return f"a fault was logged: {faults[0]}"
        if heard.status not in (200, 400):
            return f"status {heard.status}"
        if heard.status == 400 and heard.body:
            return "a refusal with a body"
        must = self._is_good(case, now)
        if must is not None and must != (heard.status == 200):
            return f"status {heard.status}, but {'good' if must else 'not good'}"
        if heard.status == 400:
            return None
        envelope = parse_body(case.body)
        if envelope is None:
            return "answered, but no request"
        return self._answer(envelope, heard, now)

    def _is_good(self, case: Case, now: datetime) -> bool | None:
        """Tell whether a request is Alexa's and for us; None: either is right."""
        if case.signature != "good":
            return False
        is_amazons: bool | None = URLS.get(case.url)
        if is_amazons is None and case.pem is None:
            is_amazons = None if case.url.lower().startswith(AMAZON) else False
        if case.pem is not None:
            is_amazons = None if self._is_our_leaf(case.pem) else False
        if is_amazons is False:
            return False
        envelope = parse_body(case.body)
        if envelope is None or not is_for(envelope, SKILL_ID):
            return False
        timely = is_timely(envelope, now)
        if timely is False:
            return False
        return None if timely is None or is_amazons is None else True

    def _is_our_leaf(self, pem: bytes) -> bool:
        """Tell whether a file's first certificate holds the key that signs."""
        first = _PEM.search(pem)
        if first is None:
            return False
        try:
            der = base64.b64decode(re.sub(rb"\s", b"", first[1]), validate=True)
        except ValueError:
            return False
        numbers = self._authority.key.public_key().public_numbers()
        return numbers.n.to_bytes(256, "big") in der

    def _answer(
        self, envelope: dict[str, Any], heard: AlexaReply, now: datetime
    ) -> str | None:
        answer, kind = heard.envelope, envelope["request"]["type"]
        if kind == "CanFulfillIntentRequest":
            only = set(answer["response"]) == {"canFulfillIntent"}
            return None if only else "more than what it could do"
        if kind not in TALK:
            own = envelope.get("session") or {}
            kept = answer.get("sessionAttributes", {}) in (
                {},
                own.get("attributes"),
            )
            ok = answer["response"] == {} and kept
            return None if ok else "words to a request without words"
        session = build_session(envelope, self._content)
        state, reply = self._turn(session)
        noted = answer.get("sessionAttributes") or {}
        if noted:
            answers = _parse_turns(noted["backtalk"]["turns"])
            wrong = find_invented(session, self._content.protocol, answers)
            if wrong is not None:
                return f"{wrong}: {answers} after {session.event}"
        return self._words(answer, session, state, reply, now)

    def _turn(self, session: Session) -> tuple[State, Reply]:
        """Return what the core makes of what a request says."""
        protocol, event = self._content.protocol, session.event
        if session.state is not None and event is None:
            state, reply = self._ask_again(session.state)
        else:
            event = events.Repeat() if event is None else event
            state, reply = take_turn(protocol, session.state, event)
        if session.lost and reply.expects_answer:
            why = "session.renewed" if session.outdated else "session.start_over"
            reply = replace(reply, says=(why, *reply.says))
        if reply.starts_timer:
            state, reply = take_turn(protocol, state, events.TimerNotSet())
        return replace(state, timers=False), reply

    def _ask_again(self, state: State) -> tuple[State, Reply]:
        """Return what is open once more; a question loses no try by it."""
        position = find_position(self._content.protocol, state)
        if state.ended or position.question is None:
            return take_turn(self._content.protocol, state, events.Repeat())
        return state, build_prompt_reply(state, position)

    def _words(
        self,
        answer: dict[str, Any],
        session: Session,
        state: State,
        reply: Reply,
        now: datetime,
    ) -> str | None:
        content, response = self._content, answer["response"]
        rendered = render_reply(reply, content.prompts, content.clinic, now)
        expected: dict[str, Any] = {
            "said": render_ssml(rendered.prompts),
            "closed": not reply.expects_answer,
            "kept": {},
        }
        if session.has_session and not state.ended:
            expected["kept"] = {"backtalk": to_dict(state, content.protocol)}
        got = {
            "said": response["outputSpeech"]["ssml"],
            "closed": response.get("shouldEndSession"),
            "kept": answer.get("sessionAttributes") or {},
        }
        if got == expected:
            return None
        return (
            f"{session.event}: expected {json.dumps(expected)}, got {json.dumps(got)}"
        )


def _parse_turns(turns: list[str]) -> dict[str, str]:
    """Return the answers in turns such as `fever=yes` and `fell>adult=yes,fell=no`."""
    found: dict[str, str] = {}
    for turn in turns:
        for answer in turn.split(">")[-1].split(","):
            about, _, value = answer.partition("=")
            if about in found:
                raise ValueError(f"{about} is answered twice")
            found[about] = value
    return found
