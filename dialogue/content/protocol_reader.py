"""Builds a protocol, and its sources, from their tables."""

from collections.abc import Iterable, Iterator
from string import ascii_uppercase

from dialogue.content import messages, problems
from dialogue.content.problems import suggest_name
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import TableValue
from dialogue.engine.protocol import (
    GIVEN,
    Answer,
    CareLine,
    Condition,
    Disposition,
    Explanation,
    KnownFrom,
    Question,
    Rule,
    Source,
    Stage,
    Statement,
    TriageProtocol,
    Urgency,
    VolunteeredRow,
)


def read_protocol(table: TableValue, log: ProblemLog) -> TriageProtocol:
    """Read the protocol that `table` holds; what is wrong goes to `log`."""
    top = TableReader(table, log, "protocol", what="the protocol")
    hours = top.mapping("thresholds", TableReader.number)
    thresholds = {name: float(number) for name, number in hours.items()}
    rules = map(_read_rule, _open_entries(top, "rules"))
    dispositions = tuple(map(_read_disposition, _open_entries(top, "dispositions")))
    timer_after, timer_minutes = _read_timer(top)
    protocol = TriageProtocol(
        id=top.id("protocol"),
        version=top.number("version"),
        status="draft",
        questions=tuple(
            _read_question(entry, thresholds)
            for entry in _open_entries(top, "questions")
        ),
        statements=tuple(
            _read_statement(entry, thresholds)
            for entry in _open_entries(top, "statements")
        ),
        volunteered=tuple(map(_read_volunteered, _open_entries(top, "volunteered"))),
        rules=_sort_by_urgency(rules, dispositions),
        otherwise=top.text("otherwise"),
        dispositions=dispositions,
        care_lines=tuple(map(_read_care_line, _open_entries(top, "care_lines"))),
        explanations=tuple(map(_read_explanation, _open_entries(top, "explanations"))),
        thresholds=thresholds,
        triggers=top.words("triggers", required=True),
        timer_after=timer_after,
        timer_minutes=timer_minutes,
    )
    status = top.text("status")
    if status and status != "draft":
        top.report(messages.TYPED_APPROVAL, "status", status=status)
    top.done()
    return protocol


def read_sources(table: TableValue, log: ProblemLog) -> dict[str, Source]:
    """Read the sources, by key; what is wrong goes to `log`."""
    top = TableReader(table, log, "sources", what="the file of sources")
    sources = top.mapping("sources", _read_source)
    top.done()
    return sources


def _read_source(part: TableReader, key: str) -> Source:
    entry = TableReader(part.entries[key], part.log, "source", key)
    source = Source(
        key=key,
        title=entry.text("title"),
        publisher=entry.text("publisher"),
        year=entry.text("year"),
        address=entry.text("address"),
        supports=entry.text("supports"),
        seen=entry.word("seen", ("text", "abstract", "copy")),
    )
    entry.done()
    return source


def _read_question(entry: TableReader, thresholds: dict[str, float]) -> Question:
    question = Question(
        id=entry.id("id"),
        stage=entry.choice("stage", Stage, Stage.SCREEN),
        unsure_means=entry.choice("unsure_means", Answer, Answer.YES),
        source=entry.words("source", required=True),
        covers=entry.text("covers", ""),
        red_flag=entry.flag("red_flag", default=False),
        gate=entry.flag("gate", default=False),
        only_if=_read_condition(entry, "only_if", required=False),
        known_from=_read_known_from(entry, thresholds),
        opposite=entry.text("opposite", "") or None,
        again_on_unsure=entry.flag("again_on_unsure", default=True),
    )
    if question.unsure_means not in (Answer.YES, Answer.NO):
        value = question.unsure_means.value
        entry.report(
            problems.NOT_ONE_OF, "unsure_means", value=value, hint="Say yes or no."
        )
    return question


def _read_statement(entry: TableReader, thresholds: dict[str, float]) -> Statement:
    stages = {stage.value: stage for stage in (Stage.SCREEN, Stage.DECIDE)}
    unheard = entry.word("unheard", stages) if "unheard" in entry.entries else ""
    return Statement(
        id=entry.id("id"),
        known_from=_read_known_from(entry, thresholds),
        unheard=stages.get(unheard),
    )


def _read_volunteered(entry: TableReader) -> VolunteeredRow:
    return VolunteeredRow(
        id=entry.id("id"),
        sets=tuple(entry.mapping("sets", _read_answer, required=False).items()),
        explains=entry.text("explains", "") or None,
    )


def _read_rule(entry: TableReader) -> Rule:
    return Rule(
        id=entry.id("id"),
        when=_read_condition(entry, "when", required=True) or Condition(),
        disposition=entry.text("disposition"),
        source=entry.words("source", required=True),
        read_back=entry.words("read_back"),
        reason=entry.text("reason", "") or None,
        reason_if_unsure=entry.text("reason_if_unsure", "") or None,
    )


def _read_disposition(entry: TableReader) -> Disposition:
    reads_if_yes = entry.mapping("reads_if_yes", TableReader.text, required=False)
    return Disposition(
        id=entry.id("id"),
        urgency=entry.choice("urgency", Urgency, Urgency.EMERGENCY),
        says=entry.words("says", required=True),
        says_if_unsure=entry.words("says_if_unsure"),
        offers=entry.text("offers", "") or None,
        reads=entry.text("reads", "") or None,
        reads_if_yes=tuple(reads_if_yes.items()),
    )


def _read_care_line(entry: TableReader) -> CareLine:
    return CareLine(
        key=entry.id("key"),
        lists=entry.words("lists", required=True),
        chunk=entry.word("chunk", ascii_uppercase),
        source=entry.words("source", required=True),
        if_yes=entry.words("if_yes"),
        if_no=entry.words("if_no"),
        unless_yes=entry.words("unless_yes"),
        unless_no=entry.words("unless_no"),
        home_only=entry.flag("home_only", default=False),
    )


def _read_explanation(entry: TableReader) -> Explanation:
    tiers = ("any", *(urgency.value for urgency in Urgency))
    return Explanation(
        key=entry.id("key"),
        offered_with=entry.word("offered_with", tiers),
        source=entry.words("source", required=True),
        topic=entry.text("topic", "") or None,
    )


def _open_entries(top: TableReader, key: str) -> Iterator[TableReader]:
    """Yield each entry of a list, filed under its own id, to be read as a whole."""
    kind = key.removesuffix("s")
    id_key = "key" if kind in ("care_line", "explanation") else "id"
    for value in top.values(key):
        named = value.entries.get(id_key) if isinstance(value, TableValue) else None
        name = getattr(named, "text", "")
        what = f"{kind.replace('_', ' ')} '{name}'" if name else f"this {kind} entry"
        first = top.log.find_place(kind, name)
        if name and first.path == value.place.path:
            words = {"first": first.line, "other": "another entry of this list"}
            at = value.place
            top.log.report(problems.DUPLICATE_ID, at, id=name, what=what, **words)
        entry = TableReader(value, top.log, kind, name, what=what)
        yield entry
        entry.done()


def _read_condition(entry: TableReader, key: str, required: bool) -> Condition | None:
    if (part := entry.table(key, required)) is None:
        return None
    some = part.table("at_least", required=False)
    condition = Condition(
        any_yes=part.words("any_yes"),
        all_yes=part.words("all_yes"),
        count=some.number("count") if some else 0,
        of=some.words("of", required=True) if some else (),
    )
    part.done()
    if some:
        some.done()
        if condition.count > len(condition.of):
            some.report(
                messages.BAD_COUNT, "count", count=condition.count, of=len(condition.of)
            )
    if not condition.names:
        entry.report(messages.EMPTY_CONDITION, key)
    return condition


def _read_known_from(entry: TableReader, thresholds: dict[str, float]) -> KnownFrom:
    if (part := entry.table("known_from", required=False)) is None:
        return KnownFrom()
    hours: dict[str, float | None] = {}
    for key in ("duration_at_most", "duration_over"):
        name = part.text(key, "")
        if name and name not in thresholds:
            kind, hint = "one of the thresholds", suggest_name(name, thresholds)
            words = {"what": entry.what, "name": name, "kind": kind, "hint": hint}
            part.report(problems.UNKNOWN_NAME, key, **words)
        hours[key] = thresholds.get(name)
    known = KnownFrom(
        duration_at_most=hours["duration_at_most"],
        duration_over=hours["duration_over"],
        trigger=part.text("trigger", "") or None,
        region=part.text("region", "") or None,
    )
    part.done()
    return known


def _read_answer(part: TableReader, id_: str) -> Answer:
    answers = {answer.value: answer for answer in GIVEN}
    return answers.get(part.word(id_, answers), Answer.YES)


def _read_timer(top: TableReader) -> tuple[str, int]:
    if (part := top.table("timer")) is None:
        return "", 1
    timer = part.text("after"), part.number("minutes")
    part.done()
    return timer


def _sort_by_urgency(
    rules: Iterable[Rule], dispositions: tuple[Disposition, ...]
) -> tuple[Rule, ...]:
    order = {d.id: list(Urgency).index(d.urgency) for d in dispositions}
    return tuple(sorted(rules, key=lambda rule: order.get(rule.disposition, 0)))
