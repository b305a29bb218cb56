"""State <-> session attributes, the only place where a talk is kept."""

import json
from typing import Any

from dialogue.protocol import TriageProtocol
from dialogue.state import State, StateRefused, from_dict, to_dict

KEY = "backtalk"
LONGEST = 4000
"""Characters of the attributes as JSON."""


def state_from(attributes: object, protocol: TriageProtocol) -> State | None:
    """Return the talk that `attributes` hold; missing or empty ones hold none.

    Raises StateRefused where something is there that is not ours, or of another
    version of the protocol: an answer is never guessed.
    """
    if attributes is None or attributes == {}:
        return None
    if not isinstance(attributes, dict) or KEY not in attributes:
        raise StateRefused("the attributes are not ours")
    try:
        if len(json.dumps(attributes)) > LONGEST:
            raise StateRefused("the attributes are too long")
        return from_dict(attributes[KEY], protocol)
    except (RecursionError, ValueError) as error:
        raise StateRefused("the attributes cannot be read") from error


def attributes_of(state: State, protocol: TriageProtocol) -> dict[str, Any]:
    """Return what Alexa keeps for us until the next turn; nothing after the last."""
    return {} if state.ended else {KEY: to_dict(state, protocol)}
