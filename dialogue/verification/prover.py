"""The proof: every talk is walked, every property counted, or broken by an example."""

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.verification.path_lengths import Lengths, circle
from dialogue.verification.properties import PROMISES, Subject
from dialogue.verification.state_space import Node, Turn, TurnFailed, Walk

ENDS = "every talk ends, and no turn fails"
IN_TIME = "an emergency comes within its number of questions"

EMERGENCY_QUESTIONS: Mapping[str, int] = {"upper_back": 7, "walks_unsteadily": 8}
"""Most questions to an emergency after this was told. The clinical design, 2.4."""
EMERGENCY_LIMIT = 6
"""The same after anything else, or nothing."""

MOST_TURNS = 200
"""Far beyond any talk; one as long as this would never end."""


@dataclass(frozen=True)
class Broken:
    """A property that does not hold, and the shortest talk that shows it."""

    title: str
    way: tuple[Node, ...]
    """The talk's turns, from its opening on."""
    failed: TurnFailed | None = None
    """What the turn after `way` raised, where that is what is wrong."""


@dataclass
class Proof:
    """What the walk, or one process's share of it, came to."""

    turns: int = 0
    """Turns taken, each from another state or by another event."""
    states: int = 0
    paths: int = 0
    """Ways of yes, no and unsure from the opening to a disposition."""
    told_paths: int = 0
    """The same with one thing said unasked first, for each of them."""
    talks: int = 0
    """Talks of yes, no, unsure and silence from the opening to their very end."""
    longest: int = 0
    """Questions on the longest path, nothing said unasked."""
    longest_told: int = 0
    """The same with one thing said unasked first."""
    longest_talk: int = 0
    """Replies in the longest talk, re-asks and care reading included."""
    kept: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            (ENDS, *(promise.title for promise in PROMISES), IN_TIME), 0
        )
    )
    """How often each property was put to the test and held."""
    broken: Broken | None = None


def prove(
    content: Content, most_told: int = 1, turn: Turn = take_turn, cores: int = 1
) -> Proof:
    """Walk every talk and return the proof; a broken property ends it early.

    At most `most_told` things are said unasked in one talk; `turn` is under proof.

    With more than one of `cores`, each process walks the talks that begin with another
    part of the things that people say unasked.
    """
    if cores == 1:
        return prove_share(content, most_told, turn, slice(None))
    share = partial(prove_share, content, most_told, turn)
    with ProcessPoolExecutor(cores) as pool:
        shares = list(pool.map(share, (slice(i, None, cores) for i in range(cores))))
    return _together(shares)


def prove_share(content: Content, most_told: int, turn: Turn, share: slice) -> Proof:
    """Return the proof of the talks that begin with `share` of what is said unasked.

    Talks in which nothing is said unasked are walked by all and counted by the first.
    """
    walk = Walk(content.protocol, most_told, turn, share)
    subject = Subject(content.protocol, content.prompts)
    proof = Proof()
    try:
        for node in walk.walked():
            if node.told or not share.start:
                proof.broken = _checked(subject, node, proof)
            if proof.broken is not None:
                return proof
    except TurnFailed as failed:
        way = failed.node.way if failed.node else ()
        proof.broken = Broken(ENDS, way, failed)
        return proof
    return _whole(walk, proof, first=not share.start)


def _checked(subject: Subject, node: Node, proof: Proof) -> Broken | None:
    proof.turns += 1
    if node.depth > MOST_TURNS:
        return Broken(ENDS, node.way)
    for promise in PROMISES:
        held = promise.kept(subject, node)
        if held:
            proof.kept[promise.title] += 1
        elif held is not None:
            return Broken(promise.title, node.way)
    return None


def _whole(walk: Walk, proof: Proof, *, first: bool) -> Proof:
    """Add what only the whole graph shows: that talks end, and how long they are."""
    round_again = circle(walk)
    if round_again is not None:
        proof.broken = Broken(ENDS, round_again.way)
        return proof
    lengths = Lengths(walk)
    opening = walk.talk()
    if first:
        _in_time(walk, lengths, proof)
        proof.paths, proof.longest, _ = lengths.paths(opening)
        proof.talks, proof.longest_talk = lengths.talks(opening)
    counted = [key for key in walk.steps if first or walk.at(key).told]
    proof.states = proof.kept[ENDS] = len(counted)
    for event in walk.told_first:
        _in_time(walk, lengths, proof, event)
        paths, questions, _ = lengths.paths(walk.talk(event))
        proof.told_paths += paths
        proof.longest_told = max(proof.longest_told, questions)
    return proof


def _in_time(
    walk: Walk, lengths: Lengths, proof: Proof, *told: events.UnpromptedStatement
) -> None:
    """Compare the longest way to an emergency after `told` with its limit."""
    node = walk.talk(*told)
    rows = [id_ for event in told for id_ in event.ids]
    limit = max(
        (EMERGENCY_QUESTIONS.get(row, EMERGENCY_LIMIT) for row in rows),
        default=EMERGENCY_LIMIT,
    )
    questions, way = lengths.to_emergency(node)
    if questions > limit and proof.broken is None:
        proof.broken = Broken(IN_TIME, walk.talk(*told, *way).way)
    else:
        proof.kept[IN_TIME] += lengths.paths(node)[2]


def _together(shares: list[Proof]) -> Proof:
    """Return the proof that the `shares` amount to; the shortest broken talk stays."""
    whole = shares[0]
    for share in shares[1:]:
        whole.turns += share.turns
        whole.states += share.states
        whole.told_paths += share.told_paths
        whole.longest_told = max(whole.longest_told, share.longest_told)
        for title, count in share.kept.items():
            whole.kept[title] += count
    broken = [share.broken for share in shares if share.broken is not None]
    whole.broken = min(broken, key=lambda b: len(b.way), default=None)
    return whole
