"""The proof: walks every session, counts each property or finds a counterexample."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from dialogue.content.content import Content
from dialogue.engine import open_question, view
from dialogue.engine.events import Checked, CheckReason
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import TriageProtocol, Urgency
from dialogue.verification.hearing import HEARING
from dialogue.verification.once import AFTER, OnceWalk, list_once_walks
from dialogue.verification.path_lengths import (
    PathLengths,
    Spans,
    count_longest,
    find_circle,
)
from dialogue.verification.properties import ADVICE, Property, Subject
from dialogue.verification.samples import Sample, sample_sessions
from dialogue.verification.state_space import (
    Node,
    StateSpace,
    TakeTurn,
    TurnFailed,
    Walk,
)
from dialogue.verification.walks import CountWalk, PlainWalk

PROPERTIES: tuple[Property, ...] = (*ADVICE, *HEARING)
TITLES = [property_.title for property_ in PROPERTIES]
ENDS = "every talk ends, and no turn fails"
IN_TIME = "an emergency comes within its number of questions"

EMERGENCY_LIMITS: Mapping[str, int] = {"pain_is_high": 39}
"""Most questions to an emergency after this row was said. The clinical design, 2.4."""
EMERGENCY_LIMIT = 38
"""The same after anything else, or nothing."""

MOST_TURNS = 400
"""Far beyond any session; one as long as this would never end."""

SLOW = (Checked(ask=("fell",), reason=CheckReason.SIGN),)
"""Named, it leaves more open than any other sign: a sixth of all turns."""

MOST_VIEWS, MOST_POSITIONS = 8192, 65_536
"""Sets of answers whose views and positions the engine keeps, 300 megabytes in all."""


@dataclass(frozen=True)
class Counterexample:
    """A property that does not hold, and a session that shows it."""

    title: str
    path: tuple[Node, ...]
    """The session's turns, from its opening on."""
    failed: TurnFailed | None = None
    """What the turn after `path` raised, where that is what is wrong."""


@dataclass
class Proof:
    """What the walks, or one process's share of them, came to."""

    turns: int = 0
    """Turns taken, each from another state or by another event."""
    states: int = 0
    sampled: int = 0
    """Turns of sampled sessions, in which several things are said or not heard."""
    paths: int = 0
    """Paths of yes, no and unsure from the opening to a disposition."""
    spans: Spans = field(default_factory=dict)
    """Fewest and most questions of these paths, by disposition."""
    said_first_paths: int = 0
    """The same with one thing said unasked first, for each of them."""
    said_first_longest: int = 0
    """The questions of the longest of these."""
    longest_session: int = 0
    """Replies in the longest session, re-asks and care reading included."""
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((ENDS, *TITLES, IN_TIME), 0)
    )
    """How often each property was put to the test and holds."""
    counterexample: Counterexample | None = None

    @property
    def longest(self) -> int:
        """Return the questions of the longest path."""
        return max((most for _, most in self.spans.values()), default=0)


@dataclass(frozen=True)
class Share:
    """What one process walks."""

    walks: tuple[Walk, ...]
    samples: Sample | None = None


def list_shares(
    protocol: TriageProtocol, cores: int, told: bool, samples: int
) -> list[Share]:
    """Return the shares of `cores` processes, about as long as each other.

    Without `told` nothing is said unasked and no sign is named.
    """
    walks: list[Walk] = [PlainWalk(), CountWalk()]
    if told:
        walks += list_once_walks(protocol)
    shares: list[list[Walk]] = [[] for _ in range(cores)]
    for walk in sorted(walks, key=_weigh, reverse=True):
        min(shares, key=lambda share: sum(map(_weigh, share))).append(walk)
    size = samples // cores
    return [
        Share(tuple(share), Sample(seed, size) if size else None)
        for seed, share in enumerate(shares)
    ]


def _weigh(walk: Walk) -> float:
    """Return about how many seconds a walk takes, as it was measured."""
    if isinstance(walk, OnceWalk):
        slow = any(event in walk.once for event in SLOW)
        return len(walk.once) * (3.2 if walk.is_named else 1.2) + (30 if slow else 1)
    return 41 if isinstance(walk, PlainWalk) else 10


def prove(
    content: Content,
    turn: TakeTurn = take_turn,
    cores: int = 1,
    told: bool = True,
    samples: int = 2_000,
) -> Proof:
    """Walk every session and return the proof; a counterexample ends it early.

    `turn` is under proof. With `told`, one thing is said unasked or one danger sign is
    named in each session besides; `samples` sessions are taken by chance in which that
    happens several times.
    """
    shares = list_shares(content.protocol, cores, told, samples)
    prove_one = partial(prove_share, content, turn=turn)
    if cores == 1:
        return prove_one(*shares)
    with ProcessPoolExecutor(cores) as pool:
        return _merge(list(pool.map(prove_one, shares)))


def prove_share(content: Content, share: Share, turn: TakeTurn = take_turn) -> Proof:
    """Prove the sessions of `share`."""
    subject = Subject(content.protocol, content.prompts)
    space = StateSpace(content.protocol, turn)
    proof = Proof()
    try:
        with _walking():
            proof.counterexample = _walk(space, subject, share, proof)
            if proof.counterexample is None:
                _measure(space, share, proof)
    except TurnFailed as failed:
        path = failed.node.path if failed.node else ()
        proof.counterexample = Counterexample(ENDS, path, failed)
    return proof


@contextmanager
def _walking() -> Iterator[None]:
    """Do without the collection of circles of objects, and keep more of the engine's.

    There are none of the first, and looking for them takes a third of the time.
    """
    kept = view.MOST_VIEWS, open_question.MOST_POSITIONS
    collects = gc.isenabled()
    view.MOST_VIEWS, open_question.MOST_POSITIONS = MOST_VIEWS, MOST_POSITIONS
    gc.disable()
    try:
        yield
    finally:
        view.MOST_VIEWS, open_question.MOST_POSITIONS = kept
        if collects:
            gc.enable()


def _walk(
    space: StateSpace, subject: Subject, share: Share, proof: Proof
) -> Counterexample | None:
    for walk in share.walks:
        # Numbers alone may lead in a circle that no session goes: see `CountWalk`.
        apart = isinstance(walk, CountWalk)
        own = StateSpace(space.protocol, space.turn) if apart else space
        for node in own.explore(walk):
            proof.turns += 1
            if title := _find_broken(subject, node, proof):
                return Counterexample(title, own.replay(node))
    if share.samples is not None:
        for node in sample_sessions(space, share.samples):
            proof.sampled += 1
            if title := _find_broken(subject, node, proof):
                return Counterexample(title, node.path)
    return None


def _find_broken(subject: Subject, node: Node, proof: Proof) -> str | None:
    """Return the title of a property that the turn breaks; count those it keeps."""
    if node.depth > MOST_TURNS:
        return ENDS
    for property_ in PROPERTIES:
        if holds := property_.holds(subject, node):
            proof.counts[property_.title] += 1
        elif holds is not None:
            return property_.title
    return None


def _measure(space: StateSpace, share: Share, proof: Proof) -> None:
    """Add what only the whole graph shows: that sessions end, and their lengths."""
    if (circle := find_circle(space)) is not None:
        proof.counterexample = Counterexample(ENDS, circle.path)
        return
    proof.states = proof.counts[ENDS] = len(space.nodes)
    lengths = PathLengths(space)
    opening = space.open()
    for walk in share.walks:
        if isinstance(walk, PlainWalk):
            number = space.find_number(walk, opening)
            proof.paths, proof.spans = lengths.count(number, opening)
            _check_limit(proof, space, proof.spans, EMERGENCY_LIMIT, opening)
            proof.longest_session = count_longest(space, number or 0)
        if isinstance(walk, OnceWalk):
            _measure_first(space, lengths, walk, proof)


def _measure_first(
    space: StateSpace, lengths: PathLengths, walk: OnceWalk, proof: Proof
) -> None:
    """Count the paths after each thing that is said first in a session."""
    opening = space.open()
    for event in walk.once:
        if walk.is_named:
            continue  # a sign that was named is a question more
        node = space.take(opening, event)
        number = None if node.state.ended else space.find_number(AFTER, node)
        paths, spans = lengths.count(number, node)
        rows: Sequence[str] = getattr(event, "ids", ())
        limit = max((EMERGENCY_LIMITS.get(row, 0) for row in rows), default=0)
        _check_limit(proof, space, spans, limit or EMERGENCY_LIMIT, node)
        proof.said_first_paths += paths
        longest = max(most for _, most in spans.values())
        proof.said_first_longest = max(proof.said_first_longest, longest)


def _check_limit(
    proof: Proof, space: StateSpace, spans: Spans, limit: int, node: Node
) -> None:
    """Compare the longest path to an emergency with its limit."""
    dispositions = space.protocol.dispositions
    for name in (d.id for d in dispositions if d.urgency is Urgency.EMERGENCY):
        if spans.get(name, (0, 0))[1] > limit:
            proof.counterexample = Counterexample(IN_TIME, node.path)
            return
    proof.counts[IN_TIME] += 1


def _merge(shares: list[Proof]) -> Proof:
    """Return the proof that `shares` amount to, with the shortest counterexample."""
    whole = shares[0]
    for share in shares[1:]:
        whole.turns += share.turns
        whole.states += share.states
        whole.sampled += share.sampled
        whole.paths += share.paths
        whole.spans = whole.spans or share.spans
        whole.said_first_paths += share.said_first_paths
        longest = max(whole.said_first_longest, share.said_first_longest)
        whole.said_first_longest = longest
        whole.longest_session = max(whole.longest_session, share.longest_session)
        for title, count in share.counts.items():
            whole.counts[title] += count
    found = [s.counterexample for s in shares if s.counterexample is not None]
    whole.counterexample = min(found, key=lambda c: len(c.path), default=None)
    return whole
