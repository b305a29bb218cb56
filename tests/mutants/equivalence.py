"""Whether two protocols can be told apart by any session."""

from collections import deque

from dialogue.engine import events
from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.reply import Reply
from dialogue.verification.state_space import Node, StateSpace
from dialogue.verification.walks import PlainWalk, list_answers

PLAIN = PlainWalk()


def are_equivalent(one: TriageProtocol, other: TriageProtocol) -> bool:
    """Tell whether every session of answers asks, decides and says the same in both.

    In each session one thing may be said unasked first. Pairs of states are walked
    together; two pairs are one where both of their states are.
    """
    spaces = StateSpace(one), StateSpace(other)
    waiting: deque[tuple[Node, Node]] = deque()
    seen: set[object] = set()

    def follow(pair: tuple[Node, ...]) -> bool:
        first, second = pair
        if _show(first.reply) != _show(second.reply):
            return False
        if not first.state.ended:
            key = tuple(
                PLAIN.find_key(space, node)
                for space, node in zip(spaces, pair, strict=True)
            )
            if key not in seen:
                seen.add(key)
                waiting.append((first, second))
        return True

    def take(pair: tuple[Node, ...], event: events.Event) -> tuple[Node, ...]:
        nodes = zip(spaces, pair, strict=True)
        return tuple(space.take(node, event) for space, node in nodes)

    openings = tuple(space.open() for space in spaces)
    rows = [events.UnpromptedStatement((row.id,)) for row in one.volunteered]
    if not follow(openings) or not all(follow(take(openings, row)) for row in rows):
        return False
    while waiting:
        pair = waiting.popleft()
        if not all(follow(take(pair, event)) for event in list_answers(pair[0])):
            return False
    return True


def _show(reply: Reply) -> object:
    return reply.says, reply.open_prompt, reply.disposition, reply.rule_id, reply.card
