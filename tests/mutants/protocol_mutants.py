"""Small faults in the protocol's data, one at a time: a threshold, a rule, an order.

Sources are left out: they change nothing that is asked, decided or said.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from dialogue.engine.protocol import (
    GIVEN,
    Answer,
    CareLine,
    Condition,
    Question,
    Stage,
    Urgency,
)
from dialogue.engine.protocol import TriageProtocol as Protocol


@dataclass(frozen=True)
class Mutant:
    """A protocol with one fault."""

    name: str
    protocol: Protocol


def mutants(protocol: Protocol) -> Iterator[Mutant]:
    """Yield every protocol that differs from `protocol` by one fault of our kinds."""
    yield from _top(protocol)
    for group, changes in (
        ("questions", _question),
        ("statements", _statement),
        ("volunteered", _row),
        ("rules", _rule),
        ("dispositions", _disposition),
        ("care_lines", _care_line),
        ("explanations", _explanation),
    ):
        yield from _entries(protocol, group, changes)


def _top(protocol: Protocol) -> Iterator[Mutant]:
    for name in protocol.triggers:
        rest = tuple(t for t in protocol.triggers if t != name)
        yield Mutant(f"triggers: without {name}", replace(protocol, triggers=rest))
    for minutes in (protocol.timer_minutes - 1, protocol.timer_minutes + 1):
        changed = replace(protocol, timer_minutes=minutes)
        yield Mutant(f"timer: {minutes} minutes", changed)
    for line in protocol.care_lines:
        if line.key != protocol.timer_after and "ice" in line.key:
            changed = replace(protocol, timer_after=line.key)
            yield Mutant(f"timer: after {line.key}", changed)
    for told in protocol.dispositions:
        if told.id != protocol.otherwise:
            changed = replace(protocol, otherwise=told.id)
            yield Mutant(f"otherwise: {told.id}", changed)


def _entries(
    protocol: Protocol, group: str, changes: Callable[..., Iterator[tuple[str, object]]]
) -> Iterator[Mutant]:
    """Yield mutants of one list: an entry dropped, changed, or after its neighbour."""
    entries = getattr(protocol, group)

    def mutant(name: str, new: tuple[object, ...]) -> Mutant:
        whole = replace(protocol, **{group: new})
        if group == "rules":  # as the loader does
            tier = {told.id: told.urgency for told in protocol.dispositions}
            by_tier = sorted(whole.rules, key=lambda rule: tier[rule.disposition])
            whole = replace(whole, rules=tuple(by_tier))
        return Mutant(f"{group}: {name}", whole)

    for at, entry in enumerate(entries):
        name = getattr(entry, "id", None) or entry.key
        yield mutant(f"{name} dropped", (*entries[:at], *entries[at + 1 :]))
        for what, changed in changes(protocol, entry):
            whole = (*entries[:at], changed, *entries[at + 1 :])
            yield mutant(f"{name}: {what}", whole)
    if group in ("questions", "rules", "care_lines"):
        for at, (one, two) in enumerate(pairwise(entries)):
            whole = (*entries[:at], two, one, *entries[at + 2 :])
            names = [getattr(e, "id", None) or e.key for e in (two, one)]
            moved = mutant(f"{names[0]} before {names[1]}", whole)
            if getattr(moved.protocol, group) != entries:
                yield moved


def _swapped(answer: Answer) -> Answer:
    return Answer.NO if answer is Answer.YES else Answer.YES


def _without(names: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(name for name in names if name != gone)


def _condition(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Yield a condition with a name less, with `any` for `all`, with another count."""
    for part in ("any_yes", "all_yes", "of"):
        names = getattr(condition, part)
        for name in names if len(condition.names) > 1 else ():
            fewer = _without(names, name)
            yield f"{part} without {name}", replace(condition, **{part: fewer})
    if len(condition.any_yes) > 1:
        all_ = replace(condition, any_yes=(), all_yes=condition.any_yes)
        yield "all_yes for any_yes", all_
    if len(condition.all_yes) > 1:
        any_ = replace(condition, all_yes=(), any_yes=condition.all_yes)
        yield "any_yes for all_yes", any_
    if condition.count:
        yield "a count more", replace(condition, count=condition.count + 1)


def _question(_: Protocol, question: Question) -> Iterator[tuple[str, Question]]:
    swapped = _swapped(question.unsure_means)
    yield (
        f"unsure means {swapped.value}",
        replace(question, unsure_means=swapped),
    )
    again = not question.again_on_unsure
    yield f"again_on_unsure {again}", replace(question, again_on_unsure=again)
    for stage in (s for s in Stage if s is not question.stage):
        yield f"stage {stage.value}", replace(question, stage=stage)
    yield "red_flag swapped", replace(question, red_flag=not question.red_flag)
    yield "gate swapped", replace(question, gate=not question.gate)
    if question.opposite:
        yield "without its opposite", replace(question, opposite=None)
    if question.only_if is not None:
        yield "without its only_if", replace(question, only_if=None)
        for what, changed in _condition(question.only_if):
            yield f"only_if {what}", replace(question, only_if=changed)
    yield from _known_from(question)


def _known_from(entry):
    known = entry.known_from
    for name in ("duration_at_most", "duration_over"):
        hours = getattr(known, name)
        for by in (-1, 1) if hours is not None else ():
            changed = replace(known, **{name: hours + by})
            yield f"{name} {hours + by:g} hours", replace(entry, known_from=changed)
    for name, value in vars(known).items():
        if value is not None:
            changed = replace(known, **{name: None})
            yield f"without {name}", replace(entry, known_from=changed)


def _statement(_: Protocol, statement):
    if statement.unheard is not None:
        yield "is never unheard", replace(statement, unheard=None)
    yield from _known_from(statement)


def _row(_: Protocol, row):
    for at, (about, answer) in enumerate(row.sets):
        fewer = (*row.sets[:at], *row.sets[at + 1 :])
        yield f"does not set {about}", replace(row, sets=fewer)
        for other in (a for a in GIVEN if a is not answer):
            sets = (*row.sets[:at], (about, other), *row.sets[at + 1 :])
            yield f"sets {about} to {other.value}", replace(row, sets=sets)
    if row.explains:
        yield "explains nothing", replace(row, explains=None)


def _rule(protocol: Protocol, rule):
    for what, changed in _condition(rule.when):
        yield what, replace(rule, when=changed)
    for told in protocol.dispositions:
        if told.id != rule.disposition:
            yield f"leads to {told.id}", replace(rule, disposition=told.id)
    for word in rule.read_back:
        fewer = _without(rule.read_back, word)
        yield f"reads {word} not back", replace(rule, read_back=fewer)
    for name in ("reason", "reason_if_unsure"):
        if getattr(rule, name):
            yield f"without {name}", replace(rule, **{name: None})


def _disposition(protocol: Protocol, told):
    for word in told.says:
        yield f"does not say {word}", replace(told, says=_without(told.says, word))
    for at, (one, two) in enumerate(pairwise(told.says)):
        says = (*told.says[:at], two, one, *told.says[at + 2 :])
        yield f"says {two} before {one}", replace(told, says=says)
    for other in (tier for tier in Urgency if tier is not told.urgency):
        yield f"is of tier {other.value}", replace(told, urgency=other)
    if told.says_if_unsure:
        yield "without says_if_unsure", replace(told, says_if_unsure=())
    if told.offers:
        yield "offers nothing", replace(told, offers=None)
    if told.reads:
        other_list = "heat" if told.reads == "ice" else "ice"
        yield f"reads {other_list}", replace(told, reads=other_list)
    if told.reads_if_yes:
        yield "without reads_if_yes", replace(told, reads_if_yes=())


def _care_line(protocol: Protocol, line: CareLine):
    for name in ("if_yes", "if_no", "unless_yes", "unless_no"):
        if getattr(line, name):
            yield f"without {name}", replace(line, **{name: ()})
    for one, other in (("if_yes", "unless_yes"), ("if_no", "unless_no")):
        for was, becomes in ((one, other), (other, one)):
            if getattr(line, was):
                swapped = {was: (), becomes: getattr(line, was)}
                yield f"{becomes} for {was}", replace(line, **swapped)
    yield "home_only swapped", replace(line, home_only=not line.home_only)
    for name in line.lists:
        yield f"not in the list {name}", replace(line, lists=_without(line.lists, name))
    for name in (n for n in ("ice", "heat") if n not in line.lists):
        yield f"in the list {name} too", replace(line, lists=(*line.lists, name))
    chunks = sorted({each.chunk for each in protocol.care_lines})
    for chunk in chunks:
        if abs(chunks.index(chunk) - chunks.index(line.chunk)) == 1:
            yield f"in chunk {chunk}", replace(line, chunk=chunk)


def _explanation(_: Protocol, explanation):
    for when in (w for w in ("any", "clinic", "home") if w != explanation.offered_with):
        yield f"offered with {when}", replace(explanation, offered_with=when)
    if explanation.topic:
        yield "without its topic", replace(explanation, topic=None)
