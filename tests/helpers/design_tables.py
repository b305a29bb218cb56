"""The clinical design's tables, and the protocol written the way they are written.

What the design settled is kept twice, in the protocol and in `tests/design/`: whoever
changes an entry has to change the other, and to say so in both. An entry that came into
the protocol later stands there alone, with its source.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from dialogue.engine.events import UnpromptedStatement
from dialogue.engine.facts import find_statement_answers
from dialogue.engine.protocol import (
    CareLine,
    Condition,
    Question,
    Stage,
    TriageProtocol,
)
from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand
from dialogue.understanding.words import Words

FOLDER = Path(__file__).parents[1] / "design"
SKIN = ("skin_or_heat_caution",)
INSTEAD = "skin_or_heat_caution YES: instead of all other step.ice.* and step.heat.*"

Rows = list[tuple[str, ...]]


@cache
def table(name: str) -> Rows:
    """Return the rows of one of the design's tables, its headings left out."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def differing(protocol: TriageProtocol, words: Words) -> list[str]:
    """Return the names of the tables that `protocol` differs from."""
    written: Mapping[str, Iterator[tuple[str, ...]]] = {
        "questions": questions(protocol),
        "rules": rules(protocol),
        "care_lines": care_lines(protocol),
        "explanations": ((e.key, e.offered_with) for e in protocol.explanations),
        "volunteered": volunteered(protocol, words),
        "settings": settings(protocol),
    }
    return [
        name for name, rows in written.items() if table(name) != designed(name, rows)
    ]


def designed(name: str, rows: Iterable[tuple[str, ...]]) -> Rows:
    """Return those of `rows` that the design's table `name` has an entry for."""
    entries = {row[0] for row in table(name)}
    return [row for row in rows if row[0] in entries]


def questions(protocol: TriageProtocol) -> Iterator[tuple[str, ...]]:
    """Yield each question as the design's 2.2 writes it, in order."""
    for question in protocol.questions:
        kind = ", red" if question.red_flag else ", gate" if question.gate else ""
        stage = question.stage.value + kind
        assert bool(kind) is (question.stage is Stage.SCREEN)
        # Only the stop-list counts a first unsure at once: 2.1, point 8.
        assert question.again_on_unsure is (question.id not in protocol.cautions)
        yield (
            question.id,
            stage,
            _condition(question.only_if) if question.only_if else "",
            question.unsure_means.value,
            _known_from(protocol, question),
            question.opposite or "",
        )


def rules(protocol: TriageProtocol) -> Iterator[tuple[str, ...]]:
    """Yield each rule as the design's 3.2 writes it, in order."""
    for rule in protocol.rules:
        read_back = ", ".join(rule.read_back)
        yield rule.id, _condition(rule.when), rule.disposition, read_back


def care_lines(protocol: TriageProtocol) -> Iterator[tuple[str, ...]]:
    """Yield each care line as the design's 3.6 writes it, in order."""
    for line in protocol.care_lines:
        name = "both" if set(line.lists) == {"ice", "heat"} else ", ".join(line.lists)
        yield line.key, name, line.chunk, _said_when(protocol, line)


# A protocol that is changed a little changes no phrase where nothing is open.
_understand = cache(understand)


def volunteered(protocol: TriageProtocol, words: Words) -> Iterator[tuple[str, ...]]:
    """Yield what each phrase of the design's 6.2 amounts to, with nothing open."""
    asked = build_asked(protocol, None)
    for phrase, _ in table("volunteered"):
        event = _understand(words, phrase, asked)
        assert isinstance(event, UnpromptedStatement), phrase
        answers = {
            t.about: t.answer.value.upper()
            for t in find_statement_answers(protocol, event)
        }
        effects = [f"{about} {answer}" for about, answer in answers.items()]
        rows = (protocol.volunteered_by_id[id_] for id_ in event.ids)
        effects += [f"plays {row.explains}" for row in rows if row.explains]
        yield phrase, "; ".join(effects)


def list_said_rows(protocol: TriageProtocol, words: Words) -> set[str]:
    """Return the rows that the phrases of the design's 6.2 are about."""
    asked = build_asked(protocol, None)
    said = (understand(words, phrase, asked) for phrase, _ in table("volunteered"))
    return {id_ for event in said for id_ in getattr(event, "ids", ())}


def settings(protocol: TriageProtocol) -> Iterator[tuple[str, ...]]:
    """Yield what stands in the design outside its tables: 2.1, 3.1, 3.4 and 4."""
    for name, hours in protocol.thresholds.items():
        yield name, f"{hours:g}"
    yield "triggers", ", ".join(protocol.triggers)
    yield "otherwise", protocol.otherwise
    yield "timer", f"{protocol.timer_minutes} minutes after {protocol.timer_after}"
    for statement in protocol.statements:
        if statement.unheard is not None:
            yield statement.id, f"unheard: {statement.unheard.value}"
        else:
            yield statement.id, f"region: {statement.known_from.region}"
    for disposition in protocol.dispositions:
        instead = "; ".join(
            f"{list_} if {id_} YES" for id_, list_ in disposition.reads_if_yes
        )
        yield f"{disposition.id} reads", f"{disposition.reads}; {instead}".strip("; ")


def _condition(condition: Condition) -> str:
    parts = [
        f"{name}: [{', '.join(names)}]"
        for name in ("any_yes", "all_yes")
        if (names := getattr(condition, name))
    ]
    if condition.of:
        count, of = condition.count, ", ".join(condition.of)
        parts.append(f"at_least: {{count: {count}, of: [{of}]}}")
    return ", ".join(parts)


def _known_from(protocol: TriageProtocol, question: Question) -> str:
    hours = {value: name for name, value in protocol.thresholds.items()}
    parts = []
    for name, value in vars(question.known_from).items():
        if value is not None:
            parts.append(f"{name}: {hours.get(value, value)}")
    return ", ".join(parts)


def _said_when(protocol: TriageProtocol, line: CareLine) -> str:
    """Return the design's words for when a line is said."""
    ice_or_heat = line.key.startswith(("step.ice.", "step.heat."))
    medicine = line.key.startswith("medicine.")
    parts = [f"{name} YES" for name in line.if_yes]
    if line.if_no == protocol.cautions:
        parts.append("every question of the stop-list NO")
    else:
        parts += [f"{name} NO" for name in line.if_no]
    parts += ["any other home-care case"] * (line.unless_no == protocol.cautions)
    if line.unless_yes and not (ice_or_heat and line.unless_yes == SKIN):
        parts += [f"{name} not YES" for name in line.unless_yes]
    if ice_or_heat and line.unless_yes != SKIN:
        parts.append("also with a skin caution")
    if line.home_only is not medicine:
        parts.append("at home only" if line.home_only else "at the clinic too")
    said = ", ".join(parts) or "always"
    return INSTEAD if said == f"{SKIN[0]} YES" else said
