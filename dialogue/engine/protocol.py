"""A triage protocol as a clinician writes it: questions, rules and care lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import groupby


class Answer(Enum):
    """What a person answered. Unsure is a clinical fact and never a no."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    UNHEARD = "unheard"
    """Ours, not the person's: the question was set aside, nothing was understood."""

    # Each is itself only; the hash of its name, as usual, takes ten times as long.
    __hash__ = object.__hash__


GIVEN = (Answer.YES, Answer.NO, Answer.UNSURE)
"""What a person can answer."""


class Stage(Enum):
    """When a question is asked."""

    SCREEN = "screen"
    """A danger sign, or a gate that opens some; they come before anything else."""
    DECIDE = "decide"
    """An ordinary question that the rules need."""
    CARE = "care"
    """Asked after a home disposition; changes care lines, never the disposition."""


class Urgency(Enum):
    """The tiers that the rules are sorted by, most urgent first."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    CLINIC = "clinic"
    HOME = "home"

    def __lt__(self, other: "Urgency") -> bool:
        """Tell whether this tier is more urgent than `other`."""
        return _BY_URGENCY.index(self) < _BY_URGENCY.index(other)


_BY_URGENCY = tuple(Urgency)


@dataclass(frozen=True)
class Condition:
    """A statement about answers; the parts that are given must all hold."""

    any_yes: tuple[str, ...] = ()
    all_yes: tuple[str, ...] = ()
    count: int = 0
    """How many of `of` must be YES (`at_least`); 0 when not used."""
    of: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every statement that the condition names."""
        return self.any_yes + self.all_yes + self.of

    @cached_property
    def parts(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """Return how many of which names must be YES, for each part that is given."""
        parts = (
            (1, self.any_yes),
            (len(self.all_yes), self.all_yes),
            (self.count, self.of),
        )
        return tuple((count, names) for count, names in parts if names)


@dataclass(frozen=True)
class KnownFrom:
    """The fact of an opening answer that settles an ordinary question in advance."""

    duration_at_most: float | None = None
    """Hours, inclusive."""
    duration_over: float | None = None
    """Hours, exclusive."""
    trigger: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Question:
    """One yes/no question. Its words are the prompts `ask.`, `again.`, `help.<id>`."""

    id: str
    stage: Stage
    unsure_means: Answer
    source: tuple[str, ...]
    covers: str = ""
    red_flag: bool = False
    """A danger sign."""
    gate: bool = False
    """A broad question that narrow danger signs wait for."""
    only_if: Condition | None = None
    known_from: KnownFrom = KnownFrom()
    opposite: str | None = None
    """A name for this question's NO; the only negation there is."""
    again_on_unsure: bool = True
    """False: a first UNSURE counts at once, with no simpler wording in between."""

    @property
    def is_about_length(self) -> bool:
        """Tell whether a length of time can answer it."""
        known = self.known_from
        return known.duration_at_most is not None or known.duration_over is not None


@dataclass(frozen=True)
class Statement:
    """Something a person may volunteer and is never asked; NO until it is said."""

    id: str
    known_from: KnownFrom = KnownFrom()
    unheard: Stage | None = None
    """Nobody says it: it is YES while a question of this stage was not heard."""


@dataclass(frozen=True)
class VolunteeredRow:
    """A row of things people say unasked. A row's id may be a question's."""

    id: str
    sets: tuple[tuple[str, Answer], ...]
    """Question or statement, and the answer that saying it amounts to.

    Where the question of the same id is open it is a yes to that instead.
    """
    explains: str | None = None
    """An explanation to play instead, such as what a twitch is."""


@dataclass(frozen=True)
class Rule:
    """When its condition is YES, the interview leads to its disposition."""

    id: str
    when: Condition
    disposition: str
    source: tuple[str, ...]
    read_back: tuple[str, ...] = ()
    """Questions or statements, or the words `trigger`, `no_trigger` and `care`."""
    reason: str | None = None
    """The prompt that gives the reason, where the disposition's reply has one."""
    reason_if_unsure: str | None = None
    """The same when the rule holds only because an UNSURE counts as a yes."""


@dataclass(frozen=True)
class Disposition:
    """Where the interview sends the person, and the reply that says so, in order."""

    id: str
    urgency: Urgency
    says: tuple[str, ...]
    """Prompt keys, and the words `read_back`, `reason` and `contact`."""
    says_if_unsure: tuple[str, ...] = ()
    """The reply when the rule holds only because an UNSURE counts as yes."""
    offers: str | None = None
    """An offer that keeps the session open, such as `offer_steps`."""
    reads: str | None = None
    """The care list that is read, at once or after a yes to the offer."""
    reads_if_yes: tuple[tuple[str, str], ...] = ()
    """Statements and the list that is read instead when one of them is YES."""


@dataclass(frozen=True)
class CareLine:
    """One line of care advice and the answers (as given) that it depends on."""

    key: str
    lists: tuple[str, ...]
    chunk: str
    """Lines of one chunk are read in one turn."""
    source: tuple[str, ...]
    if_yes: tuple[str, ...] = ()
    if_no: tuple[str, ...] = ()
    """Said only when each of these was answered with a clear no."""
    unless_yes: tuple[str, ...] = ()
    unless_no: tuple[str, ...] = ()
    home_only: bool = False
    """True: never read after a clinic disposition."""


@dataclass(frozen=True)
class Explanation:
    """Background on request; never part of a decision."""

    key: str
    offered_with: str
    """`any`, or the urgency after whose disposition it is read."""
    source: tuple[str, ...]
    topic: str | None = None
    """The word a person may ask about, such as `spasm`."""


@dataclass(frozen=True)
class Source:
    """A publication or seed text that content rests on."""

    key: str
    title: str
    publisher: str
    year: str
    address: str
    supports: str
    seen: str
    """`text`, `abstract` or `copy`: how much of it was read."""


@dataclass(frozen=True, eq=False)
class TriageProtocol:
    """One reviewed set of questions, rules and care lines; equal to itself only."""

    id: str
    version: int
    status: str
    """`draft` or `approved`."""
    questions: tuple[Question, ...]
    statements: tuple[Statement, ...]
    volunteered: tuple[VolunteeredRow, ...]
    rules: tuple[Rule, ...]
    """Sorted by urgency; within one tier as written."""
    otherwise: str
    """The disposition when no rule holds; must be unreachable."""
    dispositions: tuple[Disposition, ...]
    care_lines: tuple[CareLine, ...]
    explanations: tuple[Explanation, ...]
    thresholds: Mapping[str, float]
    """Hours by name."""
    triggers: tuple[str, ...]
    """The questions that look for a cause, for `trigger` and `no_trigger`."""
    timer_after: str
    """The care line after whose chunk a timer may be offered, once."""
    timer_minutes: int
    reviewed_by: str = ""
    reviewed_on: str = ""

    @cached_property
    def question(self) -> Mapping[str, Question]:
        """Return the questions by id."""
        return {q.id: q for q in self.questions}

    @cached_property
    def opposite_of(self) -> Mapping[str, Question]:
        """Return the questions by the name of their NO."""
        return {q.opposite: q for q in self.questions if q.opposite}

    @cached_property
    def statement(self) -> Mapping[str, Statement]:
        """Return the never-asked statements by id."""
        return {s.id: s for s in self.statements}

    @cached_property
    def unheard_statements(self) -> Mapping[Stage, str]:
        """Return the statement that is YES while a question of a stage is unheard."""
        return {s.unheard: s.id for s in self.statements if s.unheard}

    @cached_property
    def dangers(self) -> frozenset[str]:
        """Return the danger questions: the red flags and the gates before them."""
        return frozenset(q.id for q in self.questions if q.stage is Stage.SCREEN)

    @cached_property
    def rule_ids(self) -> frozenset[str]:
        """Return the ids of all rules."""
        return frozenset(rule.id for rule in self.rules)

    @cached_property
    def chunks(self) -> frozenset[str]:
        """Return the names of the chunks that the care lines are read in."""
        return frozenset(line.chunk for line in self.care_lines)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Return each question's place in the order of asking."""
        return {q.id: n for n, q in enumerate(self.questions)}

    @cached_property
    def tiers(self) -> tuple[tuple[Urgency, tuple[Rule, ...]], ...]:
        """Return the rules by tier, the most urgent first."""
        of = self.disposition
        rules = ((of[rule.disposition].urgency, rule) for rule in self.rules)
        grouped = groupby(rules, key=lambda pair: pair[0])
        return tuple(
            (tier, tuple(rule for _, rule in group)) for tier, group in grouped
        )

    @cached_property
    def disposition(self) -> Mapping[str, Disposition]:
        """Return the dispositions by id."""
        return {d.id: d for d in self.dispositions}

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """Return the questions whose clear no opens or closes a care line."""
        names = (n for line in self.care_lines for n in line.if_no + line.unless_no)
        return tuple(dict.fromkeys(names))

    @cached_property
    def wishes(self) -> frozenset[str]:
        """Return the care questions whose clear yes opens a care line."""
        names = {n for line in self.care_lines for n in line.if_yes}
        return frozenset(
            q.id for q in self.questions if q.stage is Stage.CARE and q.id in names
        )

    @cached_property
    def care_questions(self) -> Mapping[str, frozenset[str]]:
        """Return the care questions that the lines of each chunk depend on."""
        care = {q.id for q in self.questions if q.stage is Stage.CARE}
        named: dict[str, set[str]] = {}
        for line in self.care_lines:
            names = line.if_yes + line.if_no + line.unless_yes + line.unless_no
            named.setdefault(line.chunk, set()).update(care.intersection(names))
        return {chunk: frozenset(ids) for chunk, ids in named.items()}

    @cached_property
    def danger_rules(self) -> tuple[Rule, ...]:
        """Return the rules that lead to help today or at once."""
        of = self.disposition
        return tuple(
            r for r in self.rules if of[r.disposition].urgency < Urgency.CLINIC
        )

    @cached_property
    def volunteered_by_id(self) -> Mapping[str, VolunteeredRow]:
        """Return the volunteered rows by id."""
        return {v.id: v for v in self.volunteered}
