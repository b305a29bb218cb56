"""Exact merging: two sets of answers are one where no later answer tells them apart.

What counts of a set of answers is its residue: the rule that holds, what is left of
the conditions of the rules that can still take its place, and the answers that a reply
or a care line will look at. Decision, next question, reply, and the residue after any
further answer follow from it. Source: the clinical design, section 9.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogue.engine.advice import CARE_QUESTIONS
from dialogue.engine.protocol import Answer, Rule, Stage, TriageProtocol, Urgency
from dialogue.engine.view import Answered, Answers
from dialogue.validation.truth_masks import Masks, Part, TruthMasks

Residue = tuple[object, ...]
"""Equal for two sets of answers that are one; for comparing only."""


@dataclass(frozen=True, eq=False)
class _RuleEntry:
    """What is looked at of a rule."""

    id: str
    tier: Urgency
    parts: tuple[Part, ...]
    doubts: tuple[str, ...] = ()
    """Whose UNSUREs tell whether only a doubt bears the rule."""
    read_back: tuple[tuple[str, bool], ...] = ()
    """Whose answers its reply reads back, and whether only a yes is."""


@dataclass(frozen=True, eq=False)
class _Left:
    """What is left of the rules under one set of truths."""

    holding: _RuleEntry | None
    """The first rule that holds."""
    waiting: tuple[tuple[str, tuple[Part, ...]], ...]
    """The open rules that could take its place, and what each still needs."""
    gates: tuple[tuple[str, tuple[Part, ...]], ...]
    """The questions that these wait for, and what their open `only_if` still needs."""
    doubts: tuple[str, ...]
    """Whose UNSUREs may show in the replies of those rules."""
    read_back: tuple[tuple[str, bool], ...]
    """Whose answers these replies may read back."""


class Merging:
    """The residues of one protocol's sets of answers."""

    def __init__(self, protocol: TriageProtocol, replies: bool = True) -> None:
        """Look up once what does not depend on answers.

        Without `replies`, sets of answers are also one that lead to the same questions
        and the same rule, whatever is read back or advised.
        """
        self.protocol = protocol
        self.truth = TruthMasks(protocol)
        self._rules = [self._build_entry(rule, replies) for rule in protocol.rules]
        self._danger = [rule for rule in self._rules if rule.tier < Urgency.CLINIC]
        self._only_if = {
            q.id: self.truth.compile(q.only_if) for q in protocol.questions
        }
        care = (q.id for q in protocol.questions if q.stage is Stage.CARE)
        self._care_questions = dict.fromkeys(care)
        self._lines_yes, self._lines_no = set[str](), set[str]()
        if replies:
            self._look_up_lines()
        self._known: dict[object, Residue] = {}
        self._left: dict[tuple[int, int, bool], _Left] = {}

    def find_residue(
        self,
        answers: Answers,
        reading: bool = False,
        answered: Answered | None = None,
    ) -> Residue:
        """Return the residue of `answers`; worked out once for each set of answers.

        `reading`: care steps are being read. Then only a danger rule can still decide.
        `answered`: the same answers as pairs, where they are at hand.
        """
        given = reading, answered or frozenset(answers.items())
        residue = self._known.get(given)
        if residue is None:
            residue = self._known[given] = self.build_residue(answers, reading)
        return residue

    def build_residue(self, answers: Answers, reading: bool = False) -> Residue:
        """Return the same for answers that will hardly be looked at again."""
        masks = self.truth.find(answers)
        key = masks.yes, masks.open_, reading
        left = self._left.get(key)
        if left is None:
            left = self._left[key] = self._find_left(masks, reading)
        holding, gates = left.holding, left.gates
        if holding is not None and holding.tier is Urgency.EMERGENCY:
            # It is said at once, and nothing comes after it.
            return holding.id, bool(self._find_doubt(answers, holding))
        doubts = tuple(i for i in left.doubts if answers.get(i) is Answer.UNSURE)
        backs = _find_read_back(answers, left.read_back)
        ahead = tuple(answers.get(id_) for id_, _ in gates)
        unheard: Residue = ()
        if Answer.UNHEARD in answers.values():
            unheard = self._find_unheard(masks, answers)
        open_ = left.waiting, gates, ahead, doubts, backs, unheard
        if holding is None:
            return open_, None, self._find_care(masks, answers)
        decided = (
            holding.id,
            self._find_doubt(answers, holding),
            _find_read_back(answers, holding.read_back),
        )
        danger = holding.tier < Urgency.CLINIC
        return open_, decided, () if danger else self._find_care(masks, answers)

    def _find_left(self, masks: Masks, reading: bool) -> "_Left":
        """Return the first rule that holds, and what is left of those before it."""
        waiting: list[tuple[str, tuple[Part, ...]]] = []
        doubts, back = dict[str, None](), dict[tuple[str, bool], None]()
        holding, wanted = None, 0
        for rule in self._danger if reading else self._rules:
            rest = masks.find_rest(rule.parts)
            if not rest:
                holding = rule
                break
            if all(open_.bit_count() >= needed for needed, open_ in rest):
                waiting.append((rule.id, rest))
                wanted |= _join_open([rest])
                doubts.update(dict.fromkeys(rule.doubts))
                back.update(dict.fromkeys(rule.read_back))
        gates = tuple(sorted(self._list_gates(masks, wanted)))
        return _Left(holding, tuple(waiting), gates, tuple(doubts), tuple(back))

    def _find_doubt(self, answers: Answers, rule: _RuleEntry) -> Residue:
        """Return what is left of the rule that holds without its UNSUREs."""
        unsure = [id_ for id_ in rule.doubts if answers.get(id_) is Answer.UNSURE]
        if not unsure:
            return ()
        clear = {**answers, **dict.fromkeys(unsure, Answer.NO)}
        return self.truth.find(clear).find_rest(rule.parts)

    def _find_unheard(self, masks: Masks, answers: Answers) -> Residue:
        """Return what was set aside and may still be named, and what it waits for."""
        return tuple(
            (id_, rest, tuple(sorted(self._list_gates(masks, _join_open([rest])))))
            for id_ in sorted(answers)
            if answers[id_] is Answer.UNHEARD
            for rest in [masks.find_rest(self._only_if[id_])]
        )

    def _list_gates(
        self, masks: Masks, wanted: int
    ) -> Iterator[tuple[str, tuple[Part, ...]]]:
        seen: set[str] = set()
        while wanted:
            opened = []
            for question in self.truth.list_questions(wanted):
                if question.id not in seen and question.only_if is not None:
                    seen.add(question.id)
                    if rest := masks.find_rest(self._only_if[question.id]):
                        yield question.id, rest
                        opened.append(rest)
            wanted = _join_open(opened)

    def _find_care(self, masks: Masks, answers: Answers) -> Residue:
        """Return the answers that care lines and questions look at."""
        seen = tuple(
            sorted(
                (about, answer.value)
                for about, answer in answers.items()
                if (answer is Answer.YES and about in self._lines_yes)
                or (answer is Answer.NO and about in self._lines_no)
                or about in self._care_questions
            )
        )
        for id_ in self._care_questions:
            parts = self._only_if[id_]
            if id_ not in answers and parts and masks.can_hold(parts):
                return seen, (id_, masks.find_rest(parts))
        return seen, ()

    def _build_entry(self, rule: Rule, replies: bool) -> _RuleEntry:
        tier = self.protocol.disposition[rule.disposition].urgency
        parts = self.truth.compile(rule.when)
        if not replies:
            return _RuleEntry(rule.id, tier, parts)
        doubts = tuple(sorted(set(self._list_doubts(rule))))
        triggers = self.protocol.triggers
        names = {"trigger": triggers, "care": CARE_QUESTIONS}
        back = [id_ for word in rule.read_back for id_ in names.get(word, (word,))]
        read_back = tuple((id_, id_ in triggers) for id_ in back)
        return _RuleEntry(rule.id, tier, parts, doubts, read_back)

    def _list_doubts(self, rule: Rule) -> Iterable[str]:
        for name in rule.when.names:
            question = self.protocol.question.get(name)
            question = question or self.protocol.opposite_of.get(name)
            if question is None:
                yield name
            elif question.unsure_means is not Answer.NO:  # else it is a no anyway
                yield question.id

    def _look_up_lines(self) -> None:
        for line in self.protocol.care_lines:
            self._lines_yes.update(line.if_yes + line.unless_yes)
            self._lines_no.update(line.if_no + line.unless_no)
        for disposition in self.protocol.dispositions:
            self._lines_yes.update(id_ for id_, _ in disposition.reads_if_yes)


def _join_open(rests: Iterable[tuple[Part, ...]]) -> int:
    wanted = 0
    for rest in rests:
        for _, mask in rest:
            wanted |= mask
    return wanted


def _find_read_back(answers: Answers, read_back: Iterable[tuple[str, bool]]) -> Residue:
    """Return the answers that a read-back would say."""
    return tuple(
        (id_, answers[id_])
        for id_, only_yes in read_back
        if id_ in answers and (answers[id_] is Answer.YES or not only_yes)
    )
