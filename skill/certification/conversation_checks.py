"""Checks of signed sessions: openings, help, stop, odd intents, screens."""

import json
import re
from dataclasses import replace
from itertools import chain
from typing import Any
from xml.etree import ElementTree

from skill.certification.findings import Findings, expect, skip
from skill.certification.target import Target
from skill.intents import CANCEL, FALLBACK, HELP, NO, STOP, YES
from skill.request import APL, LAUNCH, USER_EVENT
from skill.testing.alexa_client import AlexaReply

ODD = (
    FALLBACK, YES, NO, "AMAZON.NextIntent", "AMAZON.PreviousIntent", "SomeFutureIntent",
)  # fmt: skip
MOST_SPEECH, MOST_CARD, MOST_BYTES = 8000, 8000, 24 * 1024
NO_SIGNER = "it takes signed requests, and this endpoint trusts Amazon alone"


def check_unknown_properties(target: Target) -> Findings:
    """Check a request with properties that nobody documented."""
    client = target.build_client()
    envelope = client.build_envelope({"type": LAUNCH, "certificationParam": [1]})
    envelope |= {"certificationParam": {"x": 1}}
    reply = client.send_bytes(json.dumps(envelope).encode())
    yield expect(reply.status == 200 and reply.is_open, "unknown properties are let be")


def check_launch(target: Target) -> Findings:
    """Check the opening: name, purpose, question, open."""
    reply = target.build_client().launch()
    words = reply.words
    name = target.store.invocation_name
    yield expect(words.lower().startswith(name), f"begins with its name, {name}", words)
    # What stands between the placeholders.
    parts = re.split(r"\{[^}]*\}", target.content.prompts["session.welcome"])
    fixed = [part.strip() for part in parts if part.strip(" .")]
    missing = [part for part in fixed if part not in words]
    yield expect(not missing, "says the whole welcome", " / ".join(missing))
    yield expect(words.endswith("?"), "ends with a question", words[-60:])
    yield expect(reply.is_open, "stays open")
    yield expect(bool(reply.reprompt), "has words for silence")


def check_help(target: Target) -> Findings:
    """Check help, in every state."""
    replies = _say_in_every_state(target, HELP)
    bad = [s for s, r in replies.items() if not (r.is_open and r.words.endswith("?"))]
    what = f"help ends with a question and stays open in {len(replies)} states"
    yield expect(not bad, what, ", ".join(bad))


def check_stop(target: Target) -> Findings:
    """Check stop and cancel, in every state."""
    for name in (STOP, CANCEL):
        replies = _say_in_every_state(target, name)
        ended = {s: r.status == 200 and _get_end(r) is True for s, r in replies.items()}
        bad = [state for state, has_ended in ended.items() if not has_ended]
        yield expect(not bad, f"{name} ends {len(replies)} states", ", ".join(bad))


def check_odd_intents(target: Target) -> Findings:
    """Check what comes out of place."""
    for name in ODD:
        replies = _say_in_every_state(target, name)
        bad = [s for s, r in replies.items() if r.status != 200 or not r.speech]
        yield expect(not bad, f"{name} is answered in {len(replies)} states", str(bad))


def check_reprompts(target: Target) -> Findings:
    """Check every answer so far: open exactly while it asks."""
    spoken = [reply for reply in target.replies if reply.speech]
    asks = [reply for reply in spoken if reply.words.endswith("?")]
    bad = [reply for reply in spoken if reply.is_open != reply.words.endswith("?")]
    what = f"{len(spoken)} answers are open exactly where they ask ({len(asks)})"
    yield expect(not bad, what, bad[0].words[:80] if bad else "")
    silent = [reply for reply in spoken if reply.is_open != bool(reply.reprompt)]
    yield expect(not silent, "every open answer has words for silence, no other has")
    unclear = [reply for reply in spoken if not isinstance(_get_end(reply), bool)]
    yield expect(not unclear, "every answer says whether the session ends")


def check_markup(target: Target) -> Findings:
    """Check every answer so far: SSML, cards, limits."""
    spoken = [reply for reply in target.replies if reply.speech]
    bad = [reply for reply in spoken if not all(map(_is_ssml, _get_texts(reply)))]
    yield expect(not bad, f"the SSML of {len(spoken)} answers is well-formed")
    cards = [reply.response["card"] for reply in spoken if "card" in reply.response]
    marked = [card for card in cards if set("<>") & set(str(card))]
    yield expect(not marked, f"no markup in {len(cards)} cards")
    texts = [text for reply in spoken for text in _get_texts(reply)]
    fits = all(len(text) < MOST_SPEECH for text in texts)
    fits = fits and all(len(str(card)) < MOST_CARD for card in cards)
    largest = max(len(reply.body) for reply in target.replies)
    what = f"all within the sizes; the largest has {largest} bytes"
    yield expect(fits and largest <= MOST_BYTES, what)


def check_placeholders(target: Target) -> Findings:
    """Check every answer so far: nothing left to fill in."""
    bad = [r for r in target.replies if set("{}") & set("".join(_get_texts(r)))]
    yield expect(not bad, f"no placeholder left in {len(target.replies)} answers")


def check_screens(target: Target) -> Findings:
    """Check screens: only where supported, taps handled, voice alone suffices."""
    without = [reply for reply in target.replies if _get_documents(reply)]
    yield expect(not without, "no screen is sent to a device without one")
    client = replace(target.build_client(), apl="2024.3")
    reply = client.launch()
    documents = _get_documents(reply)
    if not documents:
        yield skip("what a screen shows", "the endpoint has screens off")
        return
    data = documents[0].get("datasources", {})
    place = next((d["place"] for d in data.values() if d.get("place")), None)
    yield expect(bool(data), "a device with a screen gets a document with the words")
    after = client.tap("answer", "no", place)
    moved = after.is_open and after.speech != reply.speech
    moved = moved and target.find_open_prompt(after) != place
    yield expect(moved, "a tap answers what it shows")
    kept = client.attributes
    late = client.tap("answer", "no", place)
    again = late.is_open and client.attributes == kept
    yield expect(again, "a late tap on the same button answers nothing")
    foreign = client.send({"type": USER_EVENT, "arguments": {"x": []}})
    yield expect(foreign.is_open and client.attributes == kept, "a foreign tap neither")


def check_timers(target: Target) -> Findings:
    """Check every answer so far: no permission is asked for while timers are off."""
    directives = chain.from_iterable(reply.directives for reply in target.replies)
    kinds = [str(directive.get("type", "")) for directive in directives]
    asked = any(kind.startswith("Connections.") for kind in kinds)
    yield expect(not asked, "no leave is asked for while timers are off")


def _say_in_every_state(target: Target, name: str) -> dict[str, AlexaReply]:
    # Each from where it stands; the session itself does not move on.
    return {s: replace(client).intent(name) for s, client in target.states.items()}


def _get_documents(reply: AlexaReply) -> list[dict[str, Any]]:
    return [d for d in reply.directives if str(d.get("type", "")).startswith(APL)]


def _get_texts(reply: AlexaReply) -> list[str]:
    return [text for text in (reply.speech, reply.reprompt) if text]


def _is_ssml(text: str) -> bool:
    try:
        return ElementTree.fromstring(text).tag == "speak"  # noqa: S314 - our own endpoint's
    except ElementTree.ParseError:
        return False


def _get_end(reply: AlexaReply) -> object:
    return reply.response.get("shouldEndSession")
