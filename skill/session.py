"""State <-> session attributes, the only place where a talk is kept."""

import json
from typing import Any

from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.state import State, StateRefused, from_dict, to_dict

KEY = "backtalk"
SURELY_SHORT = 24
"""Answers: with their questions they take under 100 characters each, nothing else is
of any length, so a state of so many need not be written down to be measured."""
LEAVE_ASKED = "leave_asked"
"""Set while Alexa asks for leave to set a timer."""
LONGEST = 4000
"""Characters of the attributes as JSON."""
_FOREIGN: dict[str, Any] = {"foreign": True}


def readable_attributes(attributes: object) -> dict[str, Any]:
    """Return `attributes` as a table.

    What cannot be ours by its kind comes back as a table that is surely not ours, so
    that it is refused below and not taken for nothing.
    """
    if attributes is None:
        return {}
    return attributes if isinstance(attributes, dict) else _FOREIGN


def state_from(attributes: dict[str, Any], protocol: TriageProtocol) -> State | None:
    """Return the talk that `attributes` hold; empty ones hold none.

    Raises StateRefused where something is there that is not ours, or of another
    version of the protocol: an answer is never guessed.
    """
    if not attributes:
        return None
    if KEY not in attributes:
        raise StateRefused("the attributes are not ours")
    kept = attributes[KEY]
    if leave_asked(attributes):
        kept = {key: value for key, value in kept.items() if key != LEAVE_ASKED}
    state = from_dict(kept, protocol)
    is_alone = len(attributes) == 1 and len(state.answers) <= SURELY_SHORT
    if not is_alone and not _is_short(attributes):
        raise StateRefused("the attributes are too long")
    return state


def leave_asked(attributes: dict[str, Any]) -> bool:
    """Tell whether the last turn had Alexa ask for leave to set a timer."""
    kept = attributes.get(KEY)
    return isinstance(kept, dict) and kept.get(LEAVE_ASKED) is True


def attributes_of(
    state: State, protocol: TriageProtocol, *, asks_leave: bool = False
) -> dict[str, Any]:
    """Return what Alexa keeps for us until the next turn; nothing after the last."""
    if state.ended:
        return {}
    asked = {LEAVE_ASKED: True} if asks_leave else {}
    return {KEY: to_dict(state, protocol) | asked}


def _is_short(attributes: dict[str, Any]) -> bool:
    try:
        return len(json.dumps(attributes)) <= LONGEST
    except RecursionError:
        return False
