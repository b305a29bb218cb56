"""What a request really says, read from its bytes a second time and in another way.

It knows the rules of the channel and nothing of the code behind them: no reader, no
verifier and no handler of `skill/` is used here. What a turn makes of an event is the
core's own affair, and tested there.
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
from dialogue.engine.events import Bound, Duration, Event, Facts, Strength
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.state import State, StateRefused, from_dict

LARGEST_BODY = 128 * 1024
LARGEST_ATTRIBUTES = 4000
TALK = {
    "LaunchRequest", "IntentRequest", "Alexa.Presentation.APL.UserEvent",
    "Connections.Response", "SessionResumedRequest",
}  # fmt: skip
SIMPLE: dict[str, Event] = {
    "AMAZON.YesIntent": events.Answered(Answer.YES),
    "AMAZON.NoIntent": events.Answered(Answer.NO),
    "HedgedYesIntent": events.Answered(Answer.YES, Strength.HEDGED),
    "HedgedNoIntent": events.Answered(Answer.NO, Strength.HEDGED),
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
)
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
    has_session: bool
    event: Event


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
    state, lost = None, False
    if isinstance(session, dict) and session.get("new") is not True:
        attributes = session.get("attributes")
        if attributes not in (None, {}):
            state = _parse_state(attributes, protocol)
            lost = state is None
    said = _find_said(envelope["request"], content, protocol, state)
    if session is None:
        said = said if isinstance(said, WITHOUT_STATE) else events.Begin()
    return Session(state, lost, session is not None, said)


def get_allowed_answers(
    session: Session, protocol: TriageProtocol
) -> list[dict[str, Answer]]:
    """Return what may be noted after a request: what was before, and what it says."""
    state, event = session.state, session.event
    before: dict[str, Answer] = {}
    asked = None
    if state is not None and not state.ended:
        asked = find_open_prompt(protocol, state)
        before = dict(state.answers) if asked else {}
    asked = asked if asked in protocol.question else None
    strength = getattr(event, "strength", Strength.PLAIN)
    if asked in protocol.cautions and strength is Strength.HEDGED:
        # No medicine is named after "I guess not": it is an unsure.
        event = _to_unsure(event)
    match event:
        case events.Begin(facts):
            return [_get_known(facts)]
        case events.StartOver():
            return [{}]
        case events.Answered(answer) if asked and answer is not Answer.UNSURE:
            return [before | {asked: answer}]
        case events.Answered() | events.NoMatch() if asked:
            return [before, before | {asked: Answer.UNSURE}]
        case events.UnpromptedStatement(ids, facts, answer):
            answered = {asked: answer} if asked and answer else {}
            rows = [dict(protocol.volunteered_by_id[id_].sets) for id_ in ids]
            said = {about: value for row in rows for about, value in row.items()}
            return [before | answered | _get_known(facts) | said]
        case events.Previous() if state is not None and state.turns and before:
            last = {answer.about for answer in state.turns[-1].answers}
            return [before, {k: v for k, v in before.items() if k not in last}]
    return [before]


def _to_unsure(event: Event) -> Event:
    """Return `event`, a no in it as an unsure."""
    match event:
        case events.Answered(Answer.NO):
            return events.Answered(Answer.UNSURE)
        case events.UnpromptedStatement(answer=Answer.NO):
            return replace(event, answer=Answer.UNSURE)
    return event


def _find_said(
    request: dict[str, Any],
    content: Content,
    protocol: TriageProtocol,
    state: State | None,
) -> Event:
    kind = request["type"]
    if kind == "LaunchRequest":
        return events.Begin()
    if kind == "Alexa.Presentation.APL.UserEvent" and state is not None:
        return _build_tap(request.get("arguments"), protocol, state)
    if kind != "IntentRequest":
        return events.Repeat()
    intent = request.get("intent")
    name = intent.get("name") if isinstance(intent, dict) else None
    slots = intent.get("slots") if isinstance(intent, dict) else None
    slots = slots if isinstance(slots, dict) else {}
    if not isinstance(name, str):
        return events.NoMatch()
    if name == "DescribeSpasmIntent":
        facts = _build_facts(slots, content)
        is_open = state is not None
        return (
            events.UnpromptedStatement(facts=facts) if is_open else events.Begin(facts)
        )
    if name == "VolunteeredIntent":
        row, answer = (
            find_match(slots.get("statement")),
            find_match(slots.get("answer")),
        )
        if row not in {v.id for v in protocol.volunteered}:
            return events.NoMatch()
        meant = {"yes": Answer.YES, "no": Answer.NO}.get(answer or "")
        return events.UnpromptedStatement((str(row),), answer=meant)
    if name == "MoreIntent":
        return _build_more(slots.get("topic"), content)
    return SIMPLE.get(name, events.NoMatch())


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


def _build_facts(slots: Mapping[str, Any], content: Content) -> Facts:
    length = parse_hours(_get(slots.get("howLong"), "value"))
    bound, exact = slots.get("bound"), True
    if _get(bound, "value") is not None or _get(bound, "resolutions") is not None:
        exact = False
    limit = {"over": Bound.OVER, "under": Bound.UNDER}.get(find_match(bound) or "")
    if exact:
        limit = Bound.EXACT
    trigger, region = find_match(slots.get("trigger")), find_match(slots.get("region"))
    return Facts(
        Duration(length, limit) if length is not None and limit is not None else None,
        trigger if trigger in content.lexicon.triggers else None,
        region if region in content.lexicon.regions else None,
    )


def _get_known(facts: Facts) -> dict[str, Answer]:
    """Return what facts settle: three lengths, the causes, the upper back."""
    known: dict[str, Answer] = {}
    if facts.trigger is not None:
        known[facts.trigger] = Answer.YES
    if facts.region == "upper":
        known["upper_back"] = Answer.YES
    if facts.duration is None:
        return known
    hours, bound = facts.duration.hours, facts.duration.bound
    longest = hours if bound is not Bound.OVER else math.inf
    shortest = hours if bound is not Bound.UNDER else 0.0
    for about, limit, when_longer in (
        ("started_within_three_days", 72, Answer.NO),
        ("more_than_one_week", 168, Answer.YES),
        ("more_than_two_weeks", 336, Answer.YES),
    ):
        when_shorter = Answer.NO if when_longer is Answer.YES else Answer.YES
        if longest <= limit:
            known[about] = when_shorter
        elif shortest > limit or (bound is Bound.OVER and shortest == limit):
            known[about] = when_longer
    return known


def _build_more(topic: object, content: Content) -> Event:
    if _get(topic, "value") is None and _get(topic, "resolutions") is None:
        return events.AskForMore()
    meant = find_match(topic)
    known = meant in content.lexicon.topics
    return events.AskForMore(meant) if known else events.NoMatch()


def _build_tap(arguments: object, protocol: TriageProtocol, state: State) -> Event:
    """Return a tap's answer if it was made on what is open now, else nothing new."""
    place = None if state.ended else find_open_prompt(protocol, state)
    if place not in protocol.question and place and state.reading is not None:
        place = f"{place}/{state.reading}"
    for answer in Answer:
        if place is not None and arguments == ["answer", answer.value, place]:
            return events.Answered(answer)
    return events.Repeat()


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
