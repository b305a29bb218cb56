"""Exact merging: two sets of answers are one where no later answer tells them apart.

What counts of a set of answers is its residue: the rule that holds, what is left of
the conditions of the rules that can still take its place, and the answers that a reply
or a care line will look at. Decision, next question, reply, and the residue after any
further answer follow from it. Source: the clinical design, section 9.
"""

from collections.abc import Iterable

from dialogue.engine.advice import CARE_QUESTIONS
from dialogue.engine.protocol import (
    Answer,
    Condition,
    Question,
    Rule,
    Stage,
    TriageProtocol,
    Urgency,
)
from dialogue.engine.rules import (
    build_decision,
    get_urgency,
)
from dialogue.engine.view import Answers, Truth, View, get_view

Residue = tuple[object, ...]
"""Equal for two sets of answers that are one; for comparing only."""


class Merging:
    """The residues of one protocol's sets of answers."""

    def __init__(self, protocol: TriageProtocol, replies: bool = True) -> None:
        """Look up once what does not depend on answers.

        Without `replies`, sets of answers are also one that lead to the same questions
        and the same rule, whatever is read back or advised.
        """
        care = (q for q in protocol.questions if q.stage is Stage.CARE)
        self.protocol = protocol
        self._care_questions = {q.id: q for q in care}
        self._lines_yes, self._lines_no = set[str](), set[str]()
        self._own: dict[str, tuple[str, ...]] = {}
        self._read_back: dict[str, tuple[str, ...]] = {}
        self._known: dict[frozenset[tuple[str, Answer]], Residue] = {}
        if replies:
            self._look_up_replies()

    def _look_up_replies(self) -> None:
        protocol = self.protocol
        for line in protocol.care_lines:
            self._lines_yes.update(line.if_yes + line.unless_yes)
            self._lines_no.update(line.if_no + line.unless_no)
        for disposition in protocol.dispositions:
            self._lines_yes.update(id_ for id_, _ in disposition.reads_if_yes)
        for rule in protocol.rules:
            self._own[rule.id] = _list_own_answers(protocol, rule)
            self._read_back[rule.id] = _list_read_back(protocol, rule)

    def find_residue(self, answers: Answers) -> Residue:
        """Return the residue of `answers`; worked out once for each set of answers."""
        given = frozenset(answers.items())
        residue = self._known.get(given)
        if residue is None:
            residue = self._build_residue(get_view(self.protocol, answers))
            self._known[given] = residue
        return residue

    def _build_residue(self, view: View) -> Residue:
        answers = view.answers
        holding, waiting = self._sort_rules(view)
        if holding is not None and self._get_tier(holding) is Urgency.EMERGENCY:
            unsure = build_decision(self.protocol, answers, holding).unsure
            return holding.id, unsure  # said at once, and nothing comes after it
        wanted: dict[str, None] = {}
        rules = tuple(
            (
                rule.id,
                _find_rest(view, rule.when, wanted),
                tuple(
                    id_
                    for id_ in self._own.get(rule.id, ())
                    if answers.get(id_) is Answer.UNSURE
                ),
                self._find_read_back(answers, rule),
            )
            for rule in waiting
        )
        unheard = self._find_unheard(view, wanted)
        gates = _find_gates(view, wanted)
        if holding is None:
            return rules, gates, unheard, None, self._find_care(view)
        own = tuple((id_, answers.get(id_)) for id_ in self._own.get(holding.id, ()))
        decided = holding.id, own, self._find_read_back(answers, holding)
        danger = self._get_tier(holding) < Urgency.CLINIC
        return rules, gates, unheard, decided, () if danger else self._find_care(view)

    def _get_tier(self, rule: Rule) -> Urgency:
        return get_urgency(self.protocol, rule.disposition)

    def _sort_rules(self, view: View) -> tuple[Rule | None, list[Rule]]:
        """Return the first rule that holds, and the open ones that could replace it."""
        waiting: list[Rule] = []
        for rule in self.protocol.rules:
            value = view.evaluate(rule.when)
            if value is Truth.YES:
                return rule, waiting
            if value is Truth.OPEN:
                waiting.append(rule)
        return None, waiting

    def _find_read_back(self, answers: Answers, rule: Rule) -> Residue:
        """Return the answers that the rule's read-back would say."""
        triggers = self.protocol.triggers
        return tuple(
            (id_, answers[id_])
            for id_ in self._read_back.get(rule.id, ())
            if id_ in answers and (answers[id_] is Answer.YES or id_ not in triggers)
        )

    def _find_unheard(self, view: View, wanted: dict[str, None]) -> Residue:
        """Return what was set aside and may still be named, and what it waits for."""
        unheard = []
        for id_, answer in view.answers.items():
            if answer is Answer.UNHEARD:
                only_if = self.protocol.question[id_].only_if
                if only_if is None or view.evaluate(only_if) is not Truth.NO:
                    rest = _find_rest(view, only_if, wanted) if only_if else ()
                    unheard.append((id_, rest))
        return tuple(sorted(unheard))

    def _find_care(self, view: View) -> Residue:
        """Return the answers that care lines and questions look at."""
        answers = view.answers
        seen = tuple(
            sorted(
                (about, answer.value)
                for about, answer in answers.items()
                if (answer is Answer.YES and about in self._lines_yes)
                or (answer is Answer.NO and about in self._lines_no)
                or about in self._care_questions
            )
        )
        for id_, question in self._care_questions.items():
            only_if = question.only_if
            if id_ in answers or only_if is None:
                continue
            if view.evaluate(only_if) is not Truth.NO:
                return seen, (id_, _find_rest(view, only_if, {}))
        return seen, ()


def _find_rest(view: View, condition: Condition, wanted: dict[str, None]) -> Residue:
    """Return how many each part still needs, of which open names; note these."""
    rest = []
    for needed, names in condition.parts:
        values = [view.evaluate_statement(name) for name in names]
        missing = needed - values.count(Truth.YES)
        if missing > 0:
            pairs = zip(names, values, strict=True)
            open_ = tuple(name for name, value in pairs if value is Truth.OPEN)
            wanted.update(dict.fromkeys(open_))
            rest.append((missing, open_))
    return tuple(rest)


def _find_gates(view: View, names: Iterable[str]) -> Residue:
    """Return what is left of each open `only_if` that `names` wait for."""
    questions, opposite_of = view.protocol.question, view.protocol.opposite_of
    gates: list[tuple[str, Residue, Answer | None]] = []
    ahead, seen = list(names), set[str]()
    while ahead:
        name = ahead.pop()
        question: Question = questions.get(name) or opposite_of[name]
        only_if = question.only_if
        if question.id in seen or only_if is None:
            continue
        seen.add(question.id)
        if view.evaluate(only_if) is Truth.OPEN:
            more: dict[str, None] = {}
            rest = _find_rest(view, only_if, more)
            gates.append((question.id, rest, view.answers.get(question.id)))
            ahead += more
    return tuple(sorted(gates, key=lambda gate: gate[0]))


def _list_own_answers(protocol: TriageProtocol, rule: Rule) -> tuple[str, ...]:
    """Return whose answers show that only an UNSURE bears the rule, if that is said."""
    disposition = protocol.disposition[rule.disposition]
    if not (disposition.says_if_unsure or rule.reason_if_unsure):
        return ()
    opposite = protocol.opposite_of
    own = {opposite[n].id if n in opposite else n for n in rule.when.names}
    return tuple(sorted(own))


def _list_read_back(protocol: TriageProtocol, rule: Rule) -> tuple[str, ...]:
    names = {"trigger": protocol.triggers, "care": CARE_QUESTIONS}
    return tuple(id_ for word in rule.read_back for id_ in names.get(word, (word,)))
