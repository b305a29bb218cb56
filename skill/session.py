"""Turns a dialogue's state into session attributes and back."""

import json
from typing import Any

from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.state import FORMAT, State, StateRefused, from_dict, to_dict

KEY = "backtalk"
SURELY_SHORT = 48
"""Answers and names besides: each takes under 75 characters, and nothing else is of any
length, so a state of so many need not be written down to be measured."""
PERMISSION_ASKED = "leave_asked"
"""Set while Alexa asks for the permission to set a timer."""
LONGEST = 4000
"""Characters of the attributes as JSON."""


class StateOutdated(StateRefused):
    """A stored state is one of ours, of an older form or version of the protocol."""


def parse_state(
    attributes: dict[str, Any] | None, protocol: TriageProtocol
) -> State | None:
    """Return the state that a session's `attributes` hold; empty ones hold none.

    Raises StateRefused where something is there that is not ours, StateOutdated where
    it was ours before the questions changed: an answer is never guessed.
    """
    if attributes is None:
        raise StateRefused("the attributes are no table")
    if not attributes:
        return None
    if KEY not in attributes:
        raise StateRefused("the attributes are not ours")
    kept = attributes[KEY]
    if is_permission_asked(attributes):
        kept = {key: value for key, value in kept.items() if key != PERMISSION_ASKED}
    if _is_outdated(kept, protocol):
        raise StateOutdated("the attributes are of an older version")
    state = from_dict(kept, protocol)
    lists = (state.answers, state.attempts, state.ask_next, state.pulled)
    names = sum(map(len, (*lists, state.asked_again)))
    is_alone = len(attributes) == 1 and names <= SURELY_SHORT
    if not is_alone and not _is_short(attributes):
        raise StateRefused("the attributes are too long")
    return state


def is_permission_asked(attributes: dict[str, Any]) -> bool:
    """Tell whether the last turn had Alexa ask for the permission to set a timer."""
    kept = attributes.get(KEY)
    return isinstance(kept, dict) and kept.get(PERMISSION_ASKED) is True


def to_attributes(
    state: State, protocol: TriageProtocol, *, asks_permission: bool = False
) -> dict[str, Any]:
    """Return what Alexa keeps for us until the next turn; nothing after the last."""
    if state.ended:
        return {}
    asked = {PERMISSION_ASKED: True} if asks_permission else {}
    return {KEY: to_dict(state, protocol) | asked}


def _is_outdated(kept: object, protocol: TriageProtocol) -> bool:
    """Tell whether an older program, or one with older questions, wrote `kept`."""
    if not isinstance(kept, dict) or kept.get("protocol") != protocol.id:
        return False
    form, version = kept.get("format"), kept.get("version")
    if type(form) is not int or type(version) is not int or min(form, version) < 1:
        return False
    if form > FORMAT or version > protocol.version:
        return False
    return form < FORMAT or version < protocol.version


def _is_short(attributes: dict[str, Any]) -> bool:
    try:
        return len(json.dumps(attributes)) <= LONGEST
    except RecursionError:
        return False
