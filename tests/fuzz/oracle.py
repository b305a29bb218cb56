"""What a request really says, read from its bytes a second time and in another way.

It knows the rules of the channel and nothing of the code behind them: no reader, no
verifier and no handler of `skill/` is used here. What a turn makes of an event is the
core's own affair, and tested there.

There is no second understanding of words: what they mean is taken from
`dialogue.understanding`, tested by itself. Which words a request holds, what was open
when they came, and what their meaning may note, is found out here. So is the length in
a slot without a bound, out of Alexa's own form of it.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import CheckReason, Duration, Event, Facts
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.state import FORMAT, State, StateRefused, from_dict
from dialogue.understanding.asked import build_asked
from dialogue.understanding.normalisation import UNKNOWN_MARK
from dialogue.understanding.utterance import understand

LARGEST_BODY = 128 * 1024
LARGEST_ATTRIBUTES = 4000
TALK = {
    "LaunchRequest", "IntentRequest", "Alexa.Presentation.APL.UserEvent",
    "Connections.Response", "SessionResumedRequest",
}  # fmt: skip
SIMPLE: dict[str, Event] = {
    "AMAZON.YesIntent": events.Answered(Answer.YES),
    "AMAZON.NoIntent": events.Answered(Answer.NO),
    "UnsureIntent": events.Answered(Answer.UNSURE),
    "AMAZON.RepeatIntent": events.Repeat(),
    "AMAZON.HelpIntent": events.Help(),
    "AMAZON.StopIntent": events.Stop(),
    "AMAZON.CancelIntent": events.Stop(),
    "AMAZON.NavigateHomeIntent": events.Stop(),
    "AMAZON.PreviousIntent": events.Previous(),
    "AMAZON.NextIntent": events.Next(),
    "AMAZON.StartOverIntent": events.StartOver(),
    "ClinicNumberIntent": events.AskForNumber(),
    "HoursIntent": events.AskForHours(),
    "AddressIntent": events.AskForAddress(),
    "WaitIntent": events.Wait(),
    "EmergencyIntent": events.CallForHelp(),
}
"""Every intent without slots, and what it says."""
WITHOUT_STATE = (
    events.Begin,
    events.Stop,
    events.CallForHelp,
    events.UnpromptedStatement,
    events.Checked,
)
"""What keeps its meaning where nothing is kept."""
GIVEN = (Answer.YES, Answer.NO, Answer.UNSURE)
"""What people can answer."""
LARGEST_NUMBER = 999
STAMP = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-](?:0\d|1\d|2[0-3]):[0-5]\d)"
)


@dataclass(frozen=True)
class Session:
    """What a request holds of a session."""

    state: State | None
    """The session so far; None: there is none."""
    lost: bool
    """Attributes are there and are not ours."""
    outdated: bool
    """They are lost because they are of an older form or version."""
    has_session: bool
    event: Event | None
    """None: nothing was said, what is open is only asked again."""


def parse_body(body: bytes) -> dict[str, Any] | None:
    """Return the request that `body` holds, None if it is none."""
    if len(body) > LARGEST_BODY:
        return None
    try:
        whole = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict) or not isinstance(whole.get("request"), dict):
        return None
    if not isinstance(whole["request"].get("type"), str) or _has_infinity(whole):
        return None
    return whole


def is_for(envelope: dict[str, Any], skill_id: str) -> bool:
    """Tell whether both places that name a skill name this one."""
    places = [("context", "System", "application", "applicationId")]
    if envelope.get("session") is not None:
        places.append(("session", "application", "applicationId"))
    return all(_get(envelope, *place) == skill_id for place in places)


def is_timely(envelope: dict[str, Any], now: datetime) -> bool | None:
    """Tell whether the time stamp is near; None where its form is an odd one."""
    stamp = envelope["request"].get("timestamp")
    if not isinstance(stamp, str):
        return False
    if not STAMP.fullmatch(stamp):
        return None if re.search(r"\d.*(Z|z|[+-]\d)", stamp) else False
    try:
        away = abs(now - datetime.fromisoformat(stamp))
    except ValueError:
        return False
    is_event = envelope["request"]["type"].startswith("AlexaSkillEvent.")
    return away <= timedelta(seconds=3600 if is_event else 150)


def build_session(envelope: dict[str, Any], content: Content) -> Session:
    """Return what a request of the session holds and says."""
    protocol = content.protocol
    session = envelope.get("session")
    state, lost, outdated = None, False, False
    if isinstance(session, dict) and session.get("new") is not True:
        attributes = session.get("attributes")
        if attributes not in (None, {}):
            state = _parse_state(attributes, protocol)
            lost = state is None
            outdated = _is_outdated(_get(attributes, "backtalk"), protocol)
    said = _find_said(envelope["request"], content, protocol, state)
    if (session is None or lost) and not isinstance(said, WITHOUT_STATE):
        said = events.Begin()
    return Session(state, lost, outdated, session is not None, said)


def _find_said(
    request: dict[str, Any],
    content: Content,
    protocol: TriageProtocol,
    state: State | None,
) -> Event | None:
    kind = request["type"]
    if kind == "LaunchRequest":
        return events.Begin()
    if kind == "Alexa.Presentation.APL.UserEvent" and state is not None:
        return _build_tap(request.get("arguments"), protocol, state)
    if kind != "IntentRequest":
        return None
    intent = request.get("intent")
    name = intent.get("name") if isinstance(intent, dict) else None
    slots = intent.get("slots") if isinstance(intent, dict) else None
    slots = slots if isinstance(slots, dict) else {}
    if not isinstance(name, str):
        return events.NoMatch()
    open_prompt = None
    if state is not None and not state.ended:
        open_prompt = find_open_prompt(protocol, state)
    said = _find_slots_said(name, slots, content, open_prompt)
    match said:
        case events.UnpromptedStatement(ids=(), facts=facts) if state is None:
            return events.Begin(facts)
    return said


def _find_slots_said(
    name: str, slots: dict[str, Any], content: Content, open_prompt: str | None
) -> Event:
    """Return what an intent says whose slots count."""
    if name in SIMPLE:
        return SIMPLE[name]
    if name in content.lexicon.carriers:
        lead = content.lexicon.carriers[name]
        return _hear(content, open_prompt, lead, _get(slots.get("rest"), "value"))
    if name == "DescribeSpasmIntent":
        return _build_description(slots, content, open_prompt)
    if name == "VolunteeredIntent":
        statement = slots.get("statement")
        heard = _hear(content, open_prompt, "", _get(statement, "value"))
        if heard == events.NoMatch():
            return _find_matched(find_match(statement), content)
        return heard
    if name == "MoreIntent":
        return _build_more(slots.get("topic"), content, open_prompt)
    return events.NoMatch()


def _hear(content: Content, open_prompt: str | None, lead: str, words: object) -> Event:
    """Return what words mean; something was said even where no word of it came."""
    known = isinstance(words, str) and content.words.normalise(words)
    asked = build_asked(content.protocol, open_prompt)
    whole = f"{lead} {words if known else UNKNOWN_MARK}"
    event = understand(content.words, whole, asked)
    return events.NoMatch() if event == events.NoInput() else event


def _find_matched(id_: str | None, content: Content) -> Event:
    """Return what Alexa's guess is worth: it may ask, and settles nothing."""
    leans = {"leans_yes": Answer.YES, "leans_no": Answer.NO}
    if id_ in leans:
        return events.Checked(leans[id_])
    row = content.words.rows.get(id_ or "")
    if row is None:
        return events.NoMatch()
    if row.asks == "help":
        return events.Checked(reason=CheckReason.HELP)
    sign = row.asks or id_
    if sign not in content.protocol.dangers:
        return events.NoMatch()
    return events.Checked(ask=(str(sign),), reason=CheckReason.SIGN)


def find_match(slot: object) -> str | None:
    """Return the one id that all matching authorities of a slot agree on."""
    found: list[object] = []
    for authority in _get_list(_get(slot, "resolutions", "resolutionsPerAuthority")):
        if _get(authority, "status", "code") == "ER_SUCCESS_MATCH":
            found += [
                _get(v, "value", "id") for v in _get_list(_get(authority, "values"))
            ]
    texts = [id_ if isinstance(id_, str) else None for id_ in found]
    return texts[0] if texts and all(t == texts[0] for t in texts) else None


def parse_hours(value: object) -> float | None:
    """Return the hours of an ISO duration, read sign by sign."""
    if not isinstance(value, str) or not value.startswith("P") or len(value) > 100:
        return None
    days = {"Y": 365 * 24.0, "M": 720.0, "W": 168.0, "D": 24.0}
    clock = {"H": 1.0, "M": 1 / 60, "S": 1 / 3600}
    total, figures, units, left, in_clock, seen = 0.0, "", days, "YMWD", False, False
    for sign in value[1:]:
        if sign == "T" and not in_clock and not figures:
            units, left, in_clock, seen = clock, "HMS", True, False
        elif sign in "0123456789.":
            figures += sign
        elif sign in left and re.fullmatch(r"\d{1,9}(\.\d{1,9})?", figures, re.A):
            total += float(figures) * units[sign]
            left, figures, seen = left[left.index(sign) + 1 :], "", True
        else:
            return None
    return total if seen and not figures and 0 < total <= 100 * 8760 else None


def _build_description(
    slots: Mapping[str, Any], content: Content, open_prompt: str | None
) -> Event:
    length, exact = _name_length(slots, content)
    filled = {
        name
        for name, slot in slots.items()
        if _get(slot, "value") is not None or _get(slot, "resolutions") is not None
    }
    if length is not None and filled <= {"howLong", "bound"}:
        return _correct(_hear(content, open_prompt, "", length), exact)
    duration, rows = None, []
    if length is not None:
        match _correct(_hear(content, None, "", length), exact):
            case events.UnpromptedStatement(facts=Facts(duration=duration)):
                pass
    found = {}
    for name in ("trigger", "region"):
        value = _get(slots.get(name), "value")
        found[name] = _find_phrase(value, name, content)
        if not isinstance(value, str) or found[name] is not None:
            continue
        match understand(content.words, value, build_asked(content.protocol, None)):
            case events.Checked(ask=ask, reason=reason) as check:
                if ask or reason is CheckReason.HELP:
                    return check
            case events.CallForHelp() as call:
                return call
            case events.UnpromptedStatement(ids=ids):
                rows += [id_ for id_ in ids if id_ not in rows]
    facts = Facts(duration, found["trigger"], found["region"])
    if not rows and facts == Facts():
        return events.HarmlessComplaint()
    return events.UnpromptedStatement(tuple(rows), facts)


def _find_phrase(value: object, name: str, content: Content) -> str | None:
    lexicon = content.lexicon
    groups = lexicon.triggers if name == "trigger" else lexicon.regions
    if not isinstance(value, str):
        return None
    said = lexicon.normalise(value)
    known = {lexicon.normalise(p): id_ for id_, ps in groups.items() for p in ps}
    return known.get(said)


def _name_length(
    slots: Mapping[str, Any], content: Content
) -> tuple[str | None, float | None]:
    """Return a length in words with its bound, and its hours where it has none."""
    hours = parse_hours(_get(slots.get("howLong"), "value"))
    if hours is None:
        return None, None
    slot = slots.get("bound")
    bound = _get(slot, "value")
    lead = bound if isinstance(bound, str) else ""
    is_filled = bound is not None or _get(slot, "resolutions") is not None
    if is_filled and not content.words.normalise(lead):
        lead = UNKNOWN_MARK
    count, name = hours, ""
    units = content.words.spelling.units.items()
    for unit, size in sorted(units, key=lambda u: (u[1], u[0])):
        if size >= 1 and hours / size <= LARGEST_NUMBER:
            count, name = hours / size, unit
            break
    return f"{lead} {count:f} {name}".strip(), None if is_filled else hours


def _correct(event: Event, hours: float | None) -> Event:
    """Return `event` with the length that Alexa wrote where it has no bound."""
    match event:
        case events.UnpromptedStatement(facts=facts) if hours and facts.duration:
            exact = replace(facts, duration=Duration.exact(hours))
            return replace(event, facts=exact)
    return event


def _build_more(topic: object, content: Content, open_prompt: str | None) -> Event:
    if _get(topic, "value") is None and _get(topic, "resolutions") is None:
        return events.AskForMore()
    meant = find_match(topic)
    if meant in content.lexicon.topics:
        return events.AskForMore(meant)
    return _hear(content, open_prompt, "", _get(topic, "value"))


def _build_tap(
    arguments: object, protocol: TriageProtocol, state: State
) -> Event | None:
    """Return a tap's answer if it was made on what is open now, else nothing."""
    place = None if state.ended else find_open_prompt(protocol, state)
    if place is None:
        return None
    if place not in protocol.question and state.reading is not None:
        place = f"{place}/{state.reading}"
    elif tries := state.get_attempt(place).tries:
        place = f"{place}/{tries}"
    for answer in GIVEN:
        if arguments == ["answer", answer.value, place]:
            return events.Answered(answer)
    return None


def _is_outdated(kept: object, protocol: TriageProtocol) -> bool:
    """Tell whether a state is of an older form or version than today's."""
    if _get(kept, "protocol") != protocol.id:
        return False
    form, version = _get(kept, "format"), _get(kept, "version")
    if type(form) is not int or type(version) is not int:
        return False
    known = 1 <= form <= FORMAT and 1 <= version <= protocol.version
    return known and (form, version) != (FORMAT, protocol.version)


def _parse_state(attributes: object, protocol: TriageProtocol) -> State | None:
    """Return the session in `attributes` if it is ours to the letter."""
    kept = _get(attributes, "backtalk")
    try:
        if len(json.dumps(attributes)) > LARGEST_ATTRIBUTES:
            return None
        asks = isinstance(kept, dict) and kept.get("leave_asked") is True
        if asks and isinstance(kept, dict):
            kept = {k: v for k, v in kept.items() if k != "leave_asked"}
        # No timers are set in this run, whatever the state says of them.
        return replace(from_dict(kept, protocol), timers=False)
    except (StateRefused, RecursionError):
        return None


def _get(value: object, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _get_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _refuse(name: str) -> float:
    raise ValueError(name)


def _has_infinity(value: object) -> bool:
    """Tell whether a number within is too large; without recursion."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, float) and math.isinf(one):
            return True
        left += one.values() if isinstance(one, dict) else _get_list(one)
    return False
