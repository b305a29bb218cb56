"""The proof: explores every session, counts each property or finds a counterexample."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.evaluation.transcript import (
    BACK_TALK,
    PATIENT,
    render_utterance,
    render_words,
    speech_lines,
)
from dialogue.verification.properties import PROPERTIES, Subject
from dialogue.verification.state_space import (
    Node,
    PathLengths,
    StateSpace,
    TakeTurn,
    TurnFailed,
    find_cycle,
)

ENDS = "every talk ends, and no turn fails"
TITLES = [property_.title for property_ in PROPERTIES]
IN_TIME = "an emergency comes within its number of questions"

EMERGENCY_QUESTIONS: Mapping[str, int] = {"upper_back": 7, "walks_unsteadily": 8}
"""Most questions to an emergency after this was said. The clinical design, 2.4."""
EMERGENCY_LIMIT = 6
"""The same after anything else, or nothing."""

MOST_TURNS = 200
"""Far beyond any session; one as long as this would never end."""


@dataclass(frozen=True)
class Counterexample:
    """A property that does not hold, and the shortest session that shows it."""

    title: str
    path: tuple[Node, ...]
    """The session's turns, from its opening on."""
    failed: TurnFailed | None = None
    """What the turn after `way` raised, where that is what is wrong."""


@dataclass
class Proof:
    """What the exploration, or one process's share of it, came to."""

    turns: int = 0
    """Turns taken, each from another state or by another event."""
    states: int = 0
    paths: int = 0
    """Paths of yes, no and unsure from the opening to a disposition."""
    unprompted_paths: int = 0
    """The same with one thing said unasked first, for each of them."""
    sessions: int = 0
    """Sessions of yes, no, unsure and silence from the opening to their very end."""
    longest: int = 0
    """Questions on the longest path, nothing said unasked."""
    longest_unprompted: int = 0
    """The same with one thing said unasked first."""
    longest_session: int = 0
    """Replies in the longest session, re-asks and care reading included."""
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((ENDS, *TITLES, IN_TIME), 0)
    )
    """How often each property was put to the test and holds."""
    counterexample: Counterexample | None = None


def prove(
    content: Content,
    most_unprompted: int = 1,
    turn: TakeTurn = take_turn,
    cores: int = 1,
) -> Proof:
    """Explore every session and return the proof; a counterexample ends it early.

    At most `most_unprompted` things are said unasked in one session; `turn` is under
    proof. With more than one of `cores`, each process explores the sessions that begin
    with another part of the things that people say unasked.
    """
    spaces = [
        StateSpace(content.protocol, most_unprompted, turn, slice(i, None, cores))
        for i in range(cores)
    ]
    share = partial(prove_share, content)
    if cores == 1:
        return share(*spaces)
    with ProcessPoolExecutor(cores) as pool:
        return _merge(list(pool.map(share, spaces)))


def prove_share(content: Content, space: StateSpace) -> Proof:
    """Prove the sessions that begin with the share of statements of `space`.

    Those in which nothing is said unasked are explored by all, counted by the first.
    """
    subject = Subject(content.protocol, content.prompts)
    proof = Proof()
    if not (space.is_first or space.first_statements):
        return proof
    try:
        for node in space.explore():
            if node.unprompted or space.is_first:
                proof.counterexample = _check_node(subject, node, proof)
            if proof.counterexample is not None:
                return proof
    except TurnFailed as failed:
        path = failed.node.path if failed.node else ()
        proof.counterexample = Counterexample(ENDS, path, failed)
        return proof
    return _measure(space, proof)


def _check_node(subject: Subject, node: Node, proof: Proof) -> Counterexample | None:
    proof.turns += 1
    if node.depth > MOST_TURNS:
        return Counterexample(ENDS, node.path)
    for property_ in PROPERTIES:
        if holds := property_.holds(subject, node):
            proof.counts[property_.title] += 1
        elif holds is not None:
            return Counterexample(property_.title, node.path)
    return None


def _measure(space: StateSpace, proof: Proof) -> Proof:
    """Add what only the whole graph shows: that sessions end, and their lengths."""
    if (cycle := find_cycle(space)) is not None:
        proof.counterexample = Counterexample(ENDS, cycle.path)
        return proof
    lengths = PathLengths(space)
    opening = space.find_node()
    if space.is_first:
        _check_emergency_limit(space, lengths, proof)
        proof.paths, proof.longest, _ = lengths.count_paths(opening)
        proof.sessions, proof.longest_session = lengths.count_sessions(opening)
    counted = [key for key in space.steps if space.is_first or space.at(key).unprompted]
    proof.states = proof.counts[ENDS] = len(counted)
    for event in space.first_statements:
        _check_emergency_limit(space, lengths, proof, event)
        paths, questions, _ = lengths.count_paths(space.find_node(event))
        proof.unprompted_paths += paths
        proof.longest_unprompted = max(proof.longest_unprompted, questions)
    return proof


def _check_emergency_limit(
    space: StateSpace,
    lengths: PathLengths,
    proof: Proof,
    *said: events.UnpromptedStatement,
) -> None:
    """Compare the longest path to an emergency after `said` with its limit."""
    node = space.find_node(*said)
    rows = [id_ for event in said for id_ in event.ids]
    limits = [EMERGENCY_QUESTIONS.get(row, EMERGENCY_LIMIT) for row in rows]
    questions, path = lengths.find_latest_emergency(node)
    if questions > max(limits, default=EMERGENCY_LIMIT) and not proof.counterexample:
        late = space.find_node(*said, *path)
        proof.counterexample = Counterexample(IN_TIME, late.path)
    else:
        proof.counts[IN_TIME] += lengths.count_paths(node)[2]


def _merge(shares: list[Proof]) -> Proof:
    """Return the proof that `shares` amount to, with the shortest counterexample."""
    whole = shares[0]
    for share in shares[1:]:
        whole.turns += share.turns
        whole.states += share.states
        whole.unprompted_paths += share.unprompted_paths
        longest = max(whole.longest_unprompted, share.longest_unprompted)
        whole.longest_unprompted = longest
        for title, count in share.counts.items():
            whole.counts[title] += count
    found = [s.counterexample for s in shares if s.counterexample is not None]
    whole.counterexample = min(found, key=lambda c: len(c.path), default=None)
    return whole


def render_report(proof: Proof) -> Iterator[str]:
    """Yield the figures of `proof` and each property with its count."""
    yield f"{proof.turns:,} turns were taken, from {proof.states:,} states of a talk."
    if proof.paths:
        yield (
            f"Paths of yes, no and unsure to an outcome: {proof.paths:,}; the longest "
            f"has {proof.longest} questions."
        )
        yield (
            f"After one thing said unasked: {proof.unprompted_paths:,}; the longest "
            f"has {proof.longest_unprompted} questions."
        )
        yield (
            f"Talks with silences and unsures to their very end: {proof.sessions:.2g}; "
            f"the longest has {proof.longest_session} replies."
        )
    failing = proof.counterexample.title if proof.counterexample else None
    yield ""
    yield "   checked  property"
    for title, count in proof.counts.items():
        mark = "   <-- BROKEN" if title == failing else ""
        yield f"{count:>10,}  {title}{mark}"


def render_counterexample(
    content: Content, counterexample: Counterexample
) -> Iterator[str]:
    """Yield the lines of the transcript that breaks a property."""
    protocol, no_clinic = content.protocol, replace(content, clinic=None)
    timers = events.Begin(timers=True) in [n.event for n in counterexample.path[:1]]
    yield f"Title:     Broken: {counterexample.title}"
    yield f"Protocol:  {protocol.id} {protocol.version} ({protocol.status})"
    yield "Clinic:    none"
    yield "Channel:   core"
    yield from ["Timers:    yes"] * timers
    yield ""
    for node in counterexample.path:
        if node.before is not None and node.event is not None:
            said = render_utterance(content.lexicon, node.event)
            yield from speech_lines(PATIENT, said)
        yield from speech_lines(BACK_TALK, render_words(no_clinic, node.reply))
    if counterexample.failed is not None:
        said = render_utterance(content.lexicon, counterexample.failed.event)
        yield from speech_lines(PATIENT, said)
        yield f"# The turn then fails with {counterexample.failed}."
    elif counterexample.path[-1].state.ended:
        reply = counterexample.path[-1].reply
        yield ""
        yield f"Ends with: {reply.disposition or 'none'}"
        yield f"Because:   {reply.rule_id or 'none'}"
