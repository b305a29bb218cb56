"""Checks that every name in the data means something, and one thing only."""

from collections.abc import Collection, Iterable, Mapping

from dialogue.content import messages, problems
from dialogue.content.problems import suggest_name
from dialogue.content.schema import ProblemLog
from dialogue.engine.protocol import Condition, Source, TriageProtocol
from dialogue.understanding.lexicon import Lexicon

READ_BACK_WORDS = ("trigger", "no_trigger", "care")
REPLY_WORDS = ("read_back", "reason", "contact")


def check_names(
    protocol: TriageProtocol,
    lexicon: Lexicon,
    sources: Mapping[str, Source],
    log: ProblemLog,
) -> None:
    """Note every name that is not known, doubled, or taken by something else."""
    _Names(protocol, log).check(sources)
    _check_lexicon(protocol, lexicon, log)


class _Names:
    def __init__(self, protocol: TriageProtocol, log: ProblemLog) -> None:
        self._protocol = protocol
        self._log = log
        answerable = {*protocol.question, *protocol.statement}
        opposites = protocol.opposite_of
        self._known: dict[str, Collection[str]] = {
            "a question": protocol.question,
            "a question or statement": answerable,
            "a question, an opposite or a statement": answerable | {*opposites},
            "a question, a statement, trigger, no_trigger or care": (
                answerable | {*READ_BACK_WORDS}
            ),
            "a disposition": protocol.disposition,
            "an explanation": {entry.key for entry in protocol.explanations},
            "a care line": {line.key for line in protocol.care_lines},
            "a care list": {n for line in protocol.care_lines for n in line.lists},
        }
        """By kind, in the words of the message."""

    def check(self, sources: Mapping[str, Source]) -> None:
        """Go through the protocol from top to bottom."""
        protocol = self._protocol
        self._check_ids()
        for question in protocol.questions:
            self._check_condition(question.only_if, "question", question.id, "only_if")
        for row in protocol.volunteered:
            at = ("volunteered", row.id)
            names = [name for name, _ in row.sets]
            self._check("a question or statement", names, *at, "sets")
            self._check("an explanation", [row.explains], *at, "explains")
        self._check_rules()
        self._check_dispositions()
        for line in protocol.care_lines:
            at = ("care_line", line.key)
            for key in ("if_yes", "if_no", "unless_yes", "unless_no"):
                self._check("a question or statement", getattr(line, key), *at, key)
        self._check("a care line", [protocol.timer_after], "protocol", "timer", "after")
        self._known["a source"] = sources
        self._check_sources()
        self._check("a question", protocol.triggers, "protocol", "triggers")

    def _check_ids(self) -> None:
        seen: dict[str, tuple[str, ...]] = {}
        questions = self._protocol.questions
        named: list[tuple[str | None, tuple[str, ...]]] = [
            *((q.id, ("question", q.id)) for q in questions),
            *((s.id, ("statement", s.id)) for s in self._protocol.statements),
            *((q.opposite, ("question", q.id, "opposite")) for q in questions),
        ]
        for name, path in named:
            if name and seen.setdefault(name, path) != path:
                kind, id_, *rest = path
                self._log.report(
                    problems.DUPLICATE_ID,
                    path,
                    id=name,
                    what=" of ".join((*rest, f"{kind} '{id_}'")),
                    first=self._log.find_place(*seen[name]).line,
                    other="something else",
                )

    def _check_rules(self) -> None:
        words = "a question, a statement, trigger, no_trigger or care"
        for rule in self._protocol.rules:
            at = ("rule", rule.id)
            self._check_condition(rule.when, *at, "when")
            self._check(words, rule.read_back, *at, "read_back")
            self._check("a disposition", [rule.disposition], *at, "disposition")
        otherwise = [self._protocol.otherwise]
        self._check("a disposition", otherwise, "protocol", "otherwise")

    def _check_dispositions(self) -> None:
        for disposition in self._protocol.dispositions:
            at = ("disposition", disposition.id)
            self._check("a care list", [disposition.reads], *at, "reads")
            for id_, name in disposition.reads_if_yes:
                self._check("a question or statement", [id_], *at, "reads_if_yes")
                self._check("a care list", [name], *at, "reads_if_yes", id_)

    def _check_sources(self) -> None:
        protocol = self._protocol
        named = [("question", q.id, q.source) for q in protocol.questions]
        named += [("rule", r.id, r.source) for r in protocol.rules]
        for kind, id_, source in named:
            if not source:
                at, what = (kind, id_, "source"), f"{kind} '{id_}'"
                self._log.report(messages.MISSING_SOURCE, at, what=what)
        named += [("care_line", line.key, line.source) for line in protocol.care_lines]
        named += [("explanation", e.key, e.source) for e in protocol.explanations]
        for kind, id_, source in named:
            self._check("a source", source, kind, id_, "source")

    def _check_condition(self, condition: Condition | None, *path: str) -> None:
        kind = "a question, an opposite or a statement"
        if condition:
            self._check(kind, condition.any_yes, *path, "any_yes")
            self._check(kind, condition.all_yes, *path, "all_yes")
            self._check(kind, condition.of, *path, "at_least", "of")

    def _check(self, kind: str, names: Iterable[str | None], *path: str) -> None:
        """Report each of `names`, which stand at `path`, that is none of `kind`."""
        known = self._known[kind]
        for name in names:
            if name is not None and name not in known:
                add_unknown_name(self._log, kind, known, name, *path)


def add_unknown_name(
    log: ProblemLog,
    kind: str,
    known: Iterable[str],
    name: str,
    *path: str,
    what: str = "",
) -> None:
    """Note that `name`, which stands at `path`, is not one of `known`.

    `what` names its owner for people, where that is not the first part of `path`.
    """
    owner = path[0] if len(path) < 3 else f"{path[0].replace('_', ' ')} '{path[1]}'"
    log.report(
        problems.UNKNOWN_NAME,
        (*path, name),
        what=what or owner,
        name=name,
        key=path[-1],
        kind=kind,
        hint=suggest_name(name, known),
    )


def _check_lexicon(protocol: TriageProtocol, lexicon: Lexicon, log: ProblemLog) -> None:
    topics = {e.topic for e in protocol.explanations if e.topic}
    rows = (*protocol.volunteered_by_id, *protocol.question)
    groups: tuple[tuple[str, Iterable[str], Iterable[str], str], ...] = (
        ("volunteered", lexicon.volunteered, rows, "a row or a question"),
        ("topics", lexicon.topics, topics, "the topic of an explanation"),
        ("triggers", lexicon.triggers, protocol.triggers, "a trigger question"),
    )
    for group, names, known, kind in groups:
        for name in names:
            if name not in known:
                at = ("lexicon", lexicon.locale, group)
                add_unknown_name(log, kind, known, name, *at, what="the lexicon")
