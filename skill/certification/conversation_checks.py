"""What is heard in signed talks: openings, help, stop, odd intents, screens."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from skill.certification.findings import Finding, check, not_judged
from skill.certification.target import Stage, plain
from skill.testing.alexa_client import AlexaClient, Heard

CLOSE = ("AMAZON.StopIntent", "AMAZON.CancelIntent")
ODD = (
    "AMAZON.FallbackIntent", "AMAZON.YesIntent", "AMAZON.NoIntent",
    "AMAZON.NextIntent", "AMAZON.PreviousIntent", "SomeFutureIntent",
)  # fmt: skip
APL = "Alexa.Presentation.APL"
MOST_SPEECH, MOST_CARD, MOST_BYTES = 8000, 8000, 24 * 1024
NO_SIGNER = "it takes signed requests, and this endpoint trusts Amazon alone"


def unknown_properties(stage: Stage) -> Iterator[Finding]:
    """Judge a request with properties that nobody documented."""
    talk = stage.talk()
    envelope = talk.envelope({"type": "LaunchRequest", "certificationParam": [1]})
    heard = _sent(talk, envelope | {"certificationParam": {"x": 1}})
    yield check(heard.status == 200 and heard.is_open, "unknown properties are let be")


def launch(stage: Stage) -> Iterator[Finding]:
    """Judge the opening: name, purpose, question, open."""
    heard = stage.talk().launch()
    words = plain(heard.speech)
    name = stage.store.invocation_name
    yield check(words.lower().startswith(name), f"begins with its name, {name}", words)
    missing = [
        part
        for part in _fixed_words(stage.content.prompts["session.welcome"])
        if part not in words
    ]
    yield check(not missing, "says the whole welcome", " / ".join(missing))
    yield check(words.endswith("?"), "ends with a question", words[-60:])
    yield check(heard.is_open, "stays open")
    yield check(bool(heard.reprompt), "has words for silence")


def help_everywhere(stage: Stage) -> Iterator[Finding]:
    """Judge help, in every state."""
    heard = _said_in_every_state(stage, "AMAZON.HelpIntent")
    bad = [
        state
        for state, answer in heard.items()
        if not (answer.is_open and plain(answer.speech).endswith("?"))
    ]
    what = f"help ends with a question and stays open in {len(heard)} states"
    yield check(not bad, what, ", ".join(bad))


def stops_everywhere(stage: Stage) -> Iterator[Finding]:
    """Judge stop and cancel, in every state."""
    for name in CLOSE:
        heard = _said_in_every_state(stage, name)
        bad = [state for state, answer in heard.items() if not _is_closed(answer)]
        yield check(not bad, f"{name} ends {len(heard)} states", ", ".join(bad))


def odd_intents(stage: Stage) -> Iterator[Finding]:
    """Judge what comes out of place."""
    for name in ODD:
        heard = _said_in_every_state(stage, name)
        bad = [s for s, a in heard.items() if a.status != 200 or not a.speech]
        yield check(not bad, f"{name} is answered in {len(heard)} states", str(bad))


def open_and_reprompt(stage: Stage) -> Iterator[Finding]:
    """Judge every answer so far: open exactly while it asks."""
    spoken = [heard for heard in stage.answers if heard.speech]
    asks = [heard for heard in spoken if plain(heard.speech).endswith("?")]
    bad = [h for h in spoken if h.is_open != plain(h.speech).endswith("?")]
    what = f"{len(spoken)} answers are open exactly where they ask ({len(asks)})"
    yield check(not bad, what, plain(bad[0].speech)[:80] if bad else "")
    silent = [h for h in spoken if h.is_open != bool(h.reprompt)]
    yield check(not silent, "every open answer has words for silence, no other has")
    unsaid = [h for h in spoken if not isinstance(_ends(h), bool)]
    yield check(not unsaid, "every answer says whether the session ends")


def markup_and_sizes(stage: Stage) -> Iterator[Finding]:
    """Judge every answer so far: SSML, cards, limits."""
    spoken = [heard for heard in stage.answers if heard.speech]
    bad = [h for h in spoken if not all(map(_is_ssml, _texts(h)))]
    yield check(not bad, f"the SSML of {len(spoken)} answers is well-formed")
    cards = [h.response["card"] for h in spoken if "card" in h.response]
    marked = [c for c in cards if set("<>") & set(str(c))]
    yield check(not marked, f"no markup in {len(cards)} cards")
    long = [h for h in spoken if any(len(t) >= MOST_SPEECH for t in _texts(h))]
    long += [h for h in spoken if len(str(h.response.get("card", ""))) >= MOST_CARD]
    long += [h for h in stage.answers if len(h.body) > MOST_BYTES]
    largest = max(len(h.body) for h in stage.answers)
    yield check(not long, f"all within the sizes; the largest has {largest} bytes")


def placeholders(stage: Stage) -> Iterator[Finding]:
    """Judge every answer so far: nothing left to fill in."""
    bad = [h for h in stage.answers if set("{}") & set("".join(_texts(h)))]
    yield check(not bad, f"no placeholder left in {len(stage.answers)} answers")


def screens(stage: Stage) -> Iterator[Finding]:
    """Judge screens: only where supported, taps handled, voice alone suffices."""
    without = [h for h in stage.answers if _documents(h)]
    yield check(not without, "no screen is sent to a device without one")
    talk = stage.talk()
    heard = _sent(talk, _with_screen(talk, {"type": "LaunchRequest"}))
    if not _documents(heard):
        yield not_judged("what a screen shows", "the endpoint has screens off")
        return
    data = _documents(heard)[0].get("datasources", {})
    place = next((d["place"] for d in data.values() if d.get("place")), None)
    yield check(bool(data), "a device with a screen gets a document with the words")
    talk.attributes, talk.is_new = heard.envelope["sessionAttributes"], False
    tap = {"type": f"{APL}.UserEvent", "arguments": ["answer", "no", place]}
    after = talk.send(tap)
    moved = after.is_open and after.speech != heard.speech
    yield check(
        moved and stage.open_prompt(after) != place, "a tap answers what it shows"
    )
    kept = talk.attributes
    late = talk.send(tap)
    again = late.is_open and talk.attributes == kept
    yield check(again, "a late tap on the same button answers nothing")
    foreign = talk.send({"type": f"{APL}.UserEvent", "arguments": {"x": []}})
    yield check(foreign.is_open and talk.attributes == kept, "a foreign tap neither")


def timers(stage: Stage) -> Iterator[Finding]:
    """Judge every answer so far: no leave is asked for while timers are off."""
    asked = [
        heard
        for heard in stage.answers
        for directive in heard.response.get("directives", [])
        if str(directive.get("type", "")).startswith("Connections.")
    ]
    yield check(not asked, "no leave is asked for while timers are off")


def _said_in_every_state(stage: Stage, name: str) -> dict[str, Heard]:
    # Each from where it stands; the talk itself does not move on.
    return {state: replace(talk).intent(name) for state, talk in stage.states.items()}


def _sent(talk: AlexaClient, envelope: dict[str, Any]) -> Heard:
    return talk.send_bytes(json.dumps(envelope).encode())


def _with_screen(talk: AlexaClient, request: dict[str, Any]) -> dict[str, Any]:
    envelope = talk.envelope(request)
    device = envelope["context"]["System"]["device"]
    device["supportedInterfaces"] = {APL: {"runtime": {"maxVersion": "2024.3"}}}
    return envelope


def _documents(heard: Heard) -> list[dict[str, Any]]:
    found = heard.response.get("directives", [])
    return [d for d in found if str(d.get("type", "")).startswith(APL)]


def _texts(heard: Heard) -> list[str]:
    return [text for text in (heard.speech, heard.reprompt) if text]


def _is_ssml(text: str) -> bool:
    try:
        return ElementTree.fromstring(text).tag == "speak"  # noqa: S314 - our own endpoint's
    except ElementTree.ParseError:
        return False


def _ends(heard: Heard) -> object:
    return heard.response.get("shouldEndSession")


def _is_closed(heard: Heard) -> bool:
    return heard.status == 200 and _ends(heard) is True


def _fixed_words(prompt: str) -> list[str]:
    """Return the words of a prompt between its placeholders."""
    parts = prompt.replace("{", "\0{").replace("}", "}\0").split("\0")
    return [p.strip() for p in parts if p.strip(" .") and not p.startswith("{")]
