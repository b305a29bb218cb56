"""Checks that every name in the data means something, and one thing only."""

from collections.abc import Iterable, Mapping

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
        self._answerable = {*protocol.question, *protocol.statement}
        self._stated = {*self._answerable, *protocol.opposite_of}

    def check(self, sources: Mapping[str, Source]) -> None:
        """Go through the protocol from top to bottom."""
        self._check_ids()
        self._check_questions()
        self._check_rows()
        self._check_rules()
        self._check_dispositions()
        self._check_care_lines()
        self._check_sources(sources)
        self._check_each(
            "a question",
            self._protocol.question,
            self._protocol.triggers,
            "protocol",
            "triggers",
        )

    def _check_ids(self) -> None:
        seen: dict[str, tuple[str, ...]] = {}
        protocol = self._protocol
        named = [("question", q.id, ()) for q in protocol.questions]
        named += [("statement", s.id, ()) for s in protocol.statements]
        opposites = [
            ("question", q.id, ("opposite",), q.opposite)
            for q in protocol.questions
            if q.opposite
        ]
        whole = [(kind, id_, rest, id_) for kind, id_, rest in named] + opposites
        for kind, id_, rest, name in whole:
            path = (kind, id_, *rest)
            if name in seen and seen[name] != path:
                self._log.report(
                    problems.DUPLICATE_ID,
                    self._log.find_place(*path),
                    id=name,
                    what=" of ".join((*rest, f"{kind} '{id_}'")),
                    first=self._log.find_place(*seen[name]).line,
                    other="something else",
                )
            seen.setdefault(name, path)

    def _check_questions(self) -> None:
        for question in self._protocol.questions:
            if question.only_if:
                self._check_condition(
                    question.only_if, "question", question.id, "only_if"
                )

    def _check_rows(self) -> None:
        keys = [line.key for line in self._protocol.explanations]
        for row in self._protocol.volunteered:
            names = (id_ for id_, _ in row.sets)
            self._check_each(
                "a question or statement",
                self._answerable,
                names,
                "volunteered",
                row.id,
                "sets",
            )
            explains = [row.explains] if row.explains else []
            self._check_each(
                "an explanation", keys, explains, "volunteered", row.id, "explains"
            )

    def _check_rules(self) -> None:
        for rule in self._protocol.rules:
            at = ("rule", rule.id)
            self._check_condition(rule.when, *at, "when")
            known = {*self._answerable, *READ_BACK_WORDS}
            self._check_each(
                "a question, a statement, trigger, no_trigger or care",
                known,
                rule.read_back,
                *at,
                "read_back",
            )
            self._check_each(
                "a disposition",
                self._protocol.disposition,
                [rule.disposition],
                *at,
                "disposition",
            )
        self._check_each(
            "a disposition",
            self._protocol.disposition,
            [self._protocol.otherwise],
            "protocol",
            "otherwise",
        )

    def _check_dispositions(self) -> None:
        lists = {name for line in self._protocol.care_lines for name in line.lists}
        for disposition in self._protocol.dispositions:
            at = ("disposition", disposition.id)
            reads = [disposition.reads] if disposition.reads else []
            self._check_each("a care list", lists, reads, *at, "reads")
            for id_, name in disposition.reads_if_yes:
                self._check_each(
                    "a question or statement",
                    self._answerable,
                    [id_],
                    *at,
                    "reads_if_yes",
                )
                self._check_each("a care list", lists, [name], *at, "reads_if_yes", id_)

    def _check_care_lines(self) -> None:
        for line in self._protocol.care_lines:
            for key in ("if_yes", "if_no", "unless_yes", "unless_no"):
                self._check_each(
                    "a question or statement",
                    self._answerable,
                    getattr(line, key),
                    "care_line",
                    line.key,
                    key,
                )
        keys = [line.key for line in self._protocol.care_lines]
        self._check_each(
            "a care line",
            keys,
            [self._protocol.timer_after],
            "protocol",
            "timer",
            "after",
        )

    def _check_sources(self, sources: Mapping[str, Source]) -> None:
        protocol = self._protocol
        named = [("question", q.id, q.source) for q in protocol.questions]
        named += [("rule", r.id, r.source) for r in protocol.rules]
        for kind, id_, source in named:
            if not source:
                self._log.report(
                    messages.MISSING_SOURCE,
                    self._log.find_place(kind, id_, "source"),
                    what=f"{kind} '{id_}'",
                )
        named += [("care_line", line.key, line.source) for line in protocol.care_lines]
        named += [("explanation", e.key, e.source) for e in protocol.explanations]
        for kind, id_, source in named:
            self._check_each("a source", sources, source, kind, id_, "source")

    def _check_condition(self, condition: Condition, *path: str) -> None:
        kind = "a question, an opposite or a statement"
        self._check_each(kind, self._stated, condition.any_yes, *path, "any_yes")
        self._check_each(kind, self._stated, condition.all_yes, *path, "all_yes")
        self._check_each(kind, self._stated, condition.of, *path, "at_least", "of")

    def _check_each(
        self, kind: str, known: Iterable[str], names: Iterable[str], *path: str
    ) -> None:
        known = list(known)
        for name in names:
            if name not in known:
                add_unknown_name(self._log, kind, known, name, *path)


def add_unknown_name(
    log: ProblemLog, kind: str, known: Iterable[str], name: str, *path: str
) -> None:
    """Note that `name`, which stands at `path`, is not one of `known`."""
    owner = path[0] if len(path) < 3 else f"{path[0].replace('_', ' ')} '{path[1]}'"
    log.report(
        problems.UNKNOWN_NAME,
        log.find_place(*path, name),
        what=owner,
        name=name,
        key=path[-1],
        kind=kind,
        hint=suggest_name(name, known),
    )


def _check_lexicon(protocol: TriageProtocol, lexicon: Lexicon, log: ProblemLog) -> None:
    topics = {e.topic for e in protocol.explanations if e.topic}
    groups: tuple[tuple[str, Iterable[str], Iterable[str], str], ...] = (
        ("volunteered", lexicon.volunteered, protocol.volunteered_by_id, "a row"),
        ("topics", lexicon.topics, topics, "the topic of an explanation"),
        ("triggers", lexicon.triggers, protocol.triggers, "a trigger question"),
    )
    for group, names, known, kind in groups:
        for name in names:
            if name not in known:
                log.report(
                    problems.UNKNOWN_NAME,
                    log.find_place("lexicon", lexicon.locale, group, name),
                    what="the lexicon",
                    name=name,
                    key=group,
                    kind=kind,
                    hint=suggest_name(name, list(known)),
                )
