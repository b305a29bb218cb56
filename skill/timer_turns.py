"""The turns that start the ice timer, or take the answer to our question for leave."""

from typing import Any

from dialogue.engine.events import TimerNotSet
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import build_prompt_reply, find_position
from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from skill.timers import Context, Timers, leave_given

Turned = tuple[State, Reply | None]
"""The state, and what is said; None: Alexa asks for leave in her own words."""
RESPONSE = "Connections.Response"


def started(
    protocol: TriageProtocol,
    turned: tuple[State, Reply],
    context: Context,
    timers: Timers | None,
) -> Turned:
    """Set the timer that a turn wants, and say so only when it runs.

    Leave is asked for here alone, behind the one yes of a talk to the one offer, so it
    is never asked for twice. Source: Amazon's guidelines for timers.
    """
    state, reply = turned
    if not reply.starts_timer:
        return turned
    if timers is None:
        return take_turn(protocol, state, TimerNotSet())
    outcome = timers.set(context, protocol.timer_minutes)
    if outcome == "not_permitted":
        return state, None
    if outcome == "failed":
        return take_turn(protocol, state, TimerNotSet(failed=True))
    return turned


def after_leave(
    protocol: TriageProtocol,
    state: State | None,
    request: Any,
    context: Context,
    timers: Timers,
) -> tuple[State, Reply] | None:
    """Return the turn of the answer to our question for leave.

    `state` is None where the session's attributes did not come back; then the timer is
    all that is left of the talk. None where `request`, a `Connections.Response`, is no
    such answer.
    """
    given = leave_given(request)
    if given is None:
        return None
    runs = given and timers.set(context, protocol.timer_minutes) == "set"
    if state is None:
        missing = "timer.failed" if given else "timer.none"
        return State(ended=True), Reply(("timer.start" if runs else missing,))
    if runs:
        position = find_position(protocol, state)
        return state, build_prompt_reply(state, position, ("timer.start",))
    return take_turn(protocol, state, TimerNotSet(failed=given))
