"""What is open when something is said, as understanding needs it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from dialogue.engine.protocol import Answer, Question, Stage, TriageProtocol, Urgency
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER

OFFERS = (MENU, OFFER_STEPS, OFFER_TIMER)
"""Open prompts of the interview that are no question of the protocol."""


class AskedKind(Enum):
    """What an answer to the open prompt does."""

    DANGER = "danger"
    """A red flag, or a gate to some."""
    CAUTION = "caution"
    """The stop-list: a clear no lets a medicine be named."""
    FACT = "fact"
    """An ordinary question, or an offer."""
    LENGTH = "length"
    CONSENT = "consent"
    """Its yes writes something down or lets something happen: plain answers only."""
    NOTHING = "nothing"


@dataclass(frozen=True)
class Asked:
    """The open prompt."""

    kind: AskedKind = AskedKind.NOTHING
    question: str | None = None
    """The question's id; None at an offer, at a consent, and when nothing is open."""
    settles: Mapping[str, Answer] = field(default_factory=dict)
    """Rows that answer the open question by being said, and how; its own is a yes."""
    denials: Mapping[str, Answer] = field(default_factory=dict)
    """Rows whose denial answers it, and how."""
    at_most: float | None = None
    over: float | None = None
    """Hours, of a question of length."""
    known: frozenset[str] = frozenset()
    """Rows that the protocol makes something of where their question is not open."""
    ranks: Mapping[str, int] = field(default_factory=dict)
    """Danger questions of the protocol by urgency, the most urgent first."""
    mild: frozenset[str] = frozenset()
    """Rows that set no red flag and no statement: they are no danger by themselves."""

    def __hash__(self) -> int:
        """Return one number for equal prompts, by what tells most of them apart."""
        return hash((self.kind, self.question, self.known))

    @property
    def is_strict(self) -> bool:
        """Tell whether only a plain no is a no."""
        return self.kind in (AskedKind.DANGER, AskedKind.CAUTION)

    def is_own(self, row: str) -> bool:
        """Tell whether a row speaks of the open question itself.

        It is named like it, or it answers it and is no danger question of its own.
        """
        answers = row in self.settles and row not in self.ranks
        return row == self.question or answers

    @property
    def may_lean(self) -> bool:
        """Tell whether there is anything to answer."""
        return self.kind is not AskedKind.NOTHING


@lru_cache(maxsize=512)
def build_asked(protocol: TriageProtocol, open_prompt: str | None) -> Asked:
    """Return what is open, of a reply's open prompt; None: nothing is."""
    ranks = {id_: rank for rank, id_ in enumerate(rank_dangers(protocol))}
    known_rows = frozenset(protocol.volunteered_by_id)
    mild = frozenset(_list_mild(protocol))
    if open_prompt is None:
        return Asked(known=known_rows, ranks=ranks, mild=mild)
    if (question := protocol.question.get(open_prompt)) is None:
        kind = AskedKind.FACT if open_prompt in OFFERS else AskedKind.CONSENT
        return Asked(kind, known=known_rows, ranks=ranks, mild=mild)
    kind = _find_kind(question)
    settles = dict(_list_settling(protocol, question.id))
    denials = {question.id: Answer.NO}
    if kind in (AskedKind.FACT, AskedKind.LENGTH):
        denials |= dict(_list_denials(protocol, question.id))
    known = question.known_from
    return Asked(
        kind,
        question.id,
        settles,
        denials,
        at_most=known.duration_at_most,
        over=known.duration_over,
        known=known_rows,
        ranks=ranks,
        mild=mild,
    )


@lru_cache(maxsize=16)
def rank_dangers(protocol: TriageProtocol) -> tuple[str, ...]:
    """Return the danger questions, the most urgent first, then as they are asked.

    A gate is as urgent as the most urgent red flag that it opens.
    """
    urgency: dict[str, Urgency] = {}
    for rule in protocol.rules:
        tier = protocol.disposition[rule.disposition].urgency
        for name in rule.when.names:
            urgency[name] = min(tier, urgency.get(name, tier))
    dangers = [q for q in protocol.questions if q.stage is Stage.SCREEN]
    # What opens others stands before them, so one walk backwards is enough.
    for question in reversed(dangers):
        tier = urgency.get(question.id, Urgency.HOME)
        for name in question.only_if.names if question.only_if else ():
            gate = protocol.opposite_of.get(name)
            opened = gate.id if gate else name
            urgency[opened] = min(tier, urgency.get(opened, tier))
    found = sorted(dangers, key=lambda q: urgency.get(q.id, Urgency.HOME))
    return tuple(question.id for question in found)


def _find_kind(question: Question) -> AskedKind:
    known = question.known_from
    if known.duration_at_most is not None or known.duration_over is not None:
        return AskedKind.LENGTH
    if question.stage is Stage.SCREEN:
        return AskedKind.DANGER
    care = question.stage is Stage.CARE
    strict = care and question.unsure_means is Answer.YES
    return AskedKind.CAUTION if strict else AskedKind.FACT


def _list_settling(
    protocol: TriageProtocol, question: str
) -> Iterator[tuple[str, Answer]]:
    for row in protocol.volunteered:
        for name, answer in row.sets:
            if name == question:
                yield row.id, answer
    yield question, Answer.YES


def _list_mild(protocol: TriageProtocol) -> Iterator[str]:
    """Yield the rows that say nothing but answers to questions without a red flag."""
    for row in protocol.volunteered:
        questions = [protocol.question.get(name) for name, _ in row.sets]
        if row.id not in protocol.question and all(
            question is not None and not question.red_flag for question in questions
        ):
            yield row.id


def _list_denials(
    protocol: TriageProtocol, question: str
) -> Iterator[tuple[str, Answer]]:
    """Yield rows that say nothing but a yes or no to this question."""
    turned = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}
    for row in protocol.volunteered:
        names = [name for name, _ in row.sets]
        if names == [question] and row.id not in protocol.question:
            answer = row.sets[0][1]
            if answer in turned:
                yield row.id, turned[answer]
