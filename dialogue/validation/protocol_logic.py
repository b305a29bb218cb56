"""Checks a protocol's logic: danger signs first, nothing idle, every path ends."""

from dialogue.content import messages
from dialogue.content.schema import ProblemLog
from dialogue.engine.protocol import (
    Answer,
    KnownFrom,
    Question,
    Stage,
    TriageProtocol,
    Urgency,
)
from dialogue.engine.rules import get_urgency
from dialogue.understanding.lexicon import Lexicon
from dialogue.validation.decision_walk import walk_decisions
from dialogue.validation.references import add_unknown_name


def check_protocol(
    protocol: TriageProtocol, lexicon: Lexicon, log: ProblemLog, walk: bool = True
) -> None:
    """Note what is wrong with the logic of `protocol`.

    Its paths are left out where `walk` is false: they take a second of processor time.
    """
    _check_stages(protocol, log)
    _check_red_flags(protocol, log)
    _check_unheard(protocol, log)
    _check_lowered(protocol, log)
    _check_known_from(protocol, lexicon, log)
    _check_idle(protocol, log)
    _check_statements(protocol, lexicon, log)
    circles = [q for q in protocol.questions if q.id in _find_needed(protocol, q)]
    for question in circles:
        at = ("question", question.id, "only_if")
        log.report(messages.DEPENDS_ON_ITSELF, at, id=question.id)
    if walk and not circles:
        _check_paths(protocol, log)


def _check_red_flags(protocol: TriageProtocol, log: ProblemLog) -> None:
    ordinary: list[str] = []
    for question in protocol.questions:
        at = ("question", question.id)
        if question.stage is not Stage.SCREEN:
            ordinary.append(question.id)
        if not question.red_flag:
            continue
        needed = _find_needed(protocol, question)
        for before in [id_ for id_ in ordinary if id_ not in needed][:1]:
            words = {"id": question.id, "before": before}
            log.report(messages.FLAG_AFTER_ORDINARY, at, **words)
        if question.unsure_means is Answer.NO:
            log.report(messages.FLAG_UNSURE, (*at, "unsure_means"), id=question.id)
        if not any(
            question.id in rule.when.any_yes
            and not rule.when.all_yes
            and get_urgency(protocol, rule.disposition) < Urgency.CLINIC
            for rule in protocol.rules
        ):
            log.report(messages.FLAG_WITHOUT_RULE, at, id=question.id)


def _check_stages(protocol: TriageProtocol, log: ProblemLog) -> None:
    """Note a question of the screen that is no danger question, or one outside it."""
    opens = {
        id_
        for question in protocol.questions
        if question.red_flag
        for id_ in _find_needed(protocol, question)
    }
    for question in protocol.questions:
        flag, gate = question.red_flag, question.gate
        at = ("question", question.id)
        if (flag is gate) if question.stage is Stage.SCREEN else (flag or gate):
            names = ["a red flag"] * flag + ["a gate"] * gate
            words = {
                "what": f"question '{question.id}'",
                "what_it_is": " and ".join(names) or "no red flag and no gate",
                "stage": question.stage.value,
            }
            log.report(messages.FLAG_STAGE, (*at, "stage"), **words)
        if gate and question.id not in opens:
            log.report(messages.GATE_OPENS_NOTHING, (*at, "gate"), id=question.id)


def _check_unheard(protocol: TriageProtocol, log: ProblemLog) -> None:
    """Note where what was not heard could be said, asked for, or end in home care."""
    counted = {s.id: s.unheard for s in protocol.statements if s.unheard}
    named: list[tuple[tuple[str, ...], str, tuple[str, ...]]] = [
        (("question", q.id, "only_if"), f"question '{q.id}'", q.only_if.names)
        for q in protocol.questions
        if q.only_if is not None
    ]
    named += [
        (("volunteered", r.id, "sets"), f"volunteered row '{r.id}'", (*dict(r.sets),))
        for r in protocol.volunteered
    ]
    for at, what, names in named:
        for name in counted.keys() & names:
            log.report(messages.UNHEARD_NAMED, at, what=what, name=name)
    kept = {
        counted[name]
        for rule in protocol.rules
        if get_urgency(protocol, rule.disposition) < Urgency.HOME
        and not (rule.when.all_yes or rule.when.of)
        for name in counted.keys() & rule.when.any_yes
    }
    for stage in (Stage.SCREEN, Stage.DECIDE):
        if stage not in kept:
            at = ("protocol", "statements")
            log.report(messages.UNHEARD_AT_HOME, at, stage=stage.value)


def _check_lowered(protocol: TriageProtocol, log: ProblemLog) -> None:
    """Note phrases that would answer no to a danger sign, or open a care line."""
    guarded = {question.id for question in protocol.questions if question.red_flag}
    guarded.update(name for line in protocol.care_lines for name in line.if_no)
    for row in protocol.volunteered:
        for name, answer in row.sets:
            if name in guarded and answer is not Answer.YES:
                at = ("volunteered", row.id, "sets", name)
                words = {"id": row.id, "name": name, "answer": answer.value}
                log.report(messages.FLAG_LOWERED, at, **words)
            elif name in protocol.wishes and answer is Answer.YES:
                at = ("volunteered", row.id, "sets", name)
                log.report(messages.WISH_SET, at, id=row.id, name=name)


def _check_known_from(
    protocol: TriageProtocol, lexicon: Lexicon, log: ProblemLog
) -> None:
    both = [("question", q.id, q.known_from) for q in protocol.questions]
    both += [("statement", s.id, s.known_from) for s in protocol.statements]
    for kind, id_, known in both:
        at = (kind, id_, "known_from")
        if known.trigger and known.trigger not in protocol.triggers:
            add_unknown_name(log, "a trigger", protocol.triggers, known.trigger, *at)
        if known.region and known.region not in lexicon.regions:
            add_unknown_name(log, "a region", lexicon.regions, known.region, *at)
    for question in protocol.questions:
        known = question.known_from
        if question.stage is Stage.SCREEN and known != KnownFrom():
            at = ("question", question.id, "known_from")
            words = {"kind": "gate" if question.gate else "red flag", "id": question.id}
            log.report(messages.FLAG_KNOWN_FROM, at, **words)


def _check_idle(protocol: TriageProtocol, log: ProblemLog) -> None:
    used = {name for rule in protocol.rules for name in rule.when.names}
    for question in protocol.questions:
        used.update(question.only_if.names if question.only_if else ())
    for line in protocol.care_lines:
        used.update(line.if_yes + line.if_no + line.unless_yes + line.unless_no)
    for question in protocol.questions:
        at = ("question", question.id)
        if used.isdisjoint((question.id, question.opposite)):
            log.report(messages.UNUSED_NAME, at, what=f"question '{question.id}'")
        elif question.opposite and question.opposite not in used:
            what = f"'{question.opposite}', the no of '{question.id}'"
            log.report(messages.UNUSED_NAME, (*at, "opposite"), what=what)
    for statement in protocol.statements:
        if statement.id not in used:
            at, what = ("statement", statement.id), f"statement '{statement.id}'"
            log.report(messages.UNUSED_NAME, at, what=what)


def _check_statements(
    protocol: TriageProtocol, lexicon: Lexicon, log: ProblemLog
) -> None:
    said = {id_ for row in protocol.volunteered for id_, _ in row.sets}
    for statement in protocol.statements:
        if statement.id not in said and statement.unheard is None:
            at = ("statement", statement.id)
            log.report(messages.STATEMENT_NEVER_SET, at, id=statement.id)
    for row in protocol.volunteered:
        if not lexicon.volunteered.get(row.id):
            words = {"id": row.id, "locale": lexicon.locale}
            log.report(messages.NOTHING_TO_SAY, ("volunteered", row.id), **words)
    topics = {explanation.topic for explanation in protocol.explanations}
    for name in topics - {None, *lexicon.topics}:
        place = ("explanation", f"explain.{name}", "topic")
        kind, what = "a topic of the lexicon", "an explanation"
        add_unknown_name(log, kind, lexicon.topics, f"{name}", *place, what=what)


def _find_needed(protocol: TriageProtocol, question: Question) -> set[str]:
    """Return every question that this one's only_if leads back to."""
    found: set[str] = set()
    ahead = [question]
    while ahead:
        condition = ahead.pop().only_if
        for name in condition.names if condition else ():
            needed = protocol.opposite_of.get(name) or protocol.question.get(name)
            if needed and needed.id not in found:
                found.add(needed.id)
                ahead.append(needed)
    return found


def _check_paths(protocol: TriageProtocol, log: ProblemLog) -> None:
    """Walk every path: each must end, each rule decide one, each question be asked."""
    walk = walk_decisions(protocol)
    for answers in walk.stuck[:1]:
        yes = [id_ for id_, answer in answers.items() if answer is Answer.YES]
        at, case = ("protocol", "otherwise"), ", ".join(yes) or "nothing"
        log.report(messages.NO_DECISION, at, yes=case)
    for rule in protocol.rules:
        if rule.id not in walk.decided:
            log.report(messages.RULE_NEVER_DECIDES, ("rule", rule.id), id=rule.id)
    for question in protocol.questions:
        if question.id not in walk.asked:
            at = ("question", question.id)
            log.report(messages.UNREACHABLE_QUESTION, at, id=question.id)
