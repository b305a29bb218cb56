"""Danger signs that were named or not heard: brought forward, counted, and said."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from dialogue.engine.protocol import (
    Answer,
    Condition,
    Question,
    Stage,
    TriageProtocol,
    Urgency,
)
from dialogue.engine.reply import Signs
from dialogue.engine.rules import get_urgency
from dialogue.engine.state import RecordedAnswer, State
from dialogue.engine.view import Answers, Truth, count_answer, get_view

CHECK_SIGN, CHECK_HELP = "check.sign", "check.help"

UNHEARD_KEYS: Mapping[Urgency | None, str] = {
    Urgency.EMERGENCY: "unheard.now",
    Urgency.URGENT: "unheard.today",
    None: "unheard.fact",
}
"""The prompt that names what was not heard, by what a yes to it would lead to."""

IN_A_ROW, IN_ALL = 3, 4
"""Questions set aside, in a row and in all, that end a session. Source: the clinical
design, 2.6."""


def bring_forward(
    protocol: TriageProtocol,
    state: State,
    ask: Iterable[str],
    open_question: Question | None,
) -> State:
    """Return the state in which the danger questions `ask` are asked next.

    Each at most once a session, an earlier no to it is taken back; the open question
    and what counts as a yes already stay as they are. Source: the clinical design, 2.1,
    point 9.
    """
    pulled = tuple(
        id_
        for id_ in dict.fromkeys(ask)
        if id_ in protocol.dangers
        and (open_question is None or id_ != open_question.id)
        and id_ not in state.pulled
        and not _counts_as_yes(protocol, state.answers, id_)
    )
    if not pulled:
        return state
    state = state.without_answers(pulled).without_attempts(pulled)
    return replace(
        state,
        ask_next=(*pulled, *state.ask_next),
        pulled=(*state.pulled, *pulled),
        asked_again=tuple(id_ for id_ in state.asked_again if id_ not in pulled),
    )


def _counts_as_yes(protocol: TriageProtocol, answers: Answers, id_: str) -> bool:
    given = answers.get(id_)
    if given is None:
        return False
    return count_answer(protocol.question[id_], given) is Answer.YES


def find_sign_answers(
    protocol: TriageProtocol, answers: Answers, question: Question, answer: Answer
) -> tuple[RecordedAnswer, ...]:
    """Return what `answer` to `question` amounts to, brought forward or not.

    A yes to a danger sign counts even where its only_if does not hold: the gates before
    it count as yes with it, else what its volunteered row sets.
    """
    own = RecordedAnswer(question.id, answer)
    counts = count_answer(question, answer) is Answer.YES
    if question.id not in protocol.dangers or not counts:
        return (own,)
    view = get_view(protocol, answers)
    if view.applies(question):
        return (own,)
    gates = _find_gates(protocol, question.only_if, statements=False)
    row = protocol.volunteered_by_id.get(question.id)
    sets = dict(row.sets) if row else {}
    if gates is None and question.id not in sets and sets:
        # What is never asked takes the doubt over; a fact beside it is one.
        doubt = answer is Answer.UNSURE
        return (
            own,
            *(
                RecordedAnswer(name, answer if doubt and name in said else value)
                for said in [protocol.statement]
                for name, value in sets.items()
            ),
        )
    gates = gates or _find_gates(protocol, question.only_if, statements=True) or ()
    return (own, *(RecordedAnswer(id_, Answer.YES) for id_ in gates))


def _find_gates(
    protocol: TriageProtocol, only_if: Condition | None, statements: bool
) -> tuple[str, ...] | None:
    """Return the danger questions that must be yes for `only_if` to hold.

    None where it needs something else: a length, an age, a no. With `statements` one
    that nobody is asked about may stand for the rest of an any_yes.
    """
    if only_if is None:
        return ()
    found: list[str] = []
    for name in only_if.all_yes:
        if name not in protocol.dangers:
            return None
        before = _find_gates(protocol, protocol.question[name].only_if, statements)
        if before is None:
            return None
        found += (*before, name)
    if only_if.any_yes:
        said = [name for name in only_if.any_yes if name in protocol.statement]
        if not (statements and said):
            return None
        found.append(said[0])
    return None if only_if.of else tuple(found)


def drop_needless(protocol: TriageProtocol, state: State) -> State:
    """Return the state without set-aside questions that are out of place by now.

    A sign that was brought forward stays: it was named, whatever its only_if.
    """
    if not state.unheard:
        return state
    view = get_view(protocol, state.answers)
    needless = [
        id_
        for id_ in state.unheard
        if id_ not in state.pulled
        and (only_if := protocol.question[id_].only_if) is not None
        and view.evaluate(only_if) is Truth.NO
    ]
    return state.without_answers(needless) if needless else state


def find_waiting(protocol: TriageProtocol, state: State) -> tuple[str, ...]:
    """Return the set-aside danger questions that were not asked once more yet."""
    return tuple(
        id_
        for id_ in state.unheard
        if id_ in protocol.dangers and id_ not in state.asked_again
    )


def is_past_hearing(protocol: TriageProtocol, state: State) -> bool:
    """Tell whether so much was set aside that the session ends."""
    if sum(_decides(protocol, id_) for id_ in state.unheard) >= IN_ALL:
        return True
    latest = state.turns[-IN_A_ROW:]
    return len(latest) == IN_A_ROW and all(
        turn.asked is not None
        and state.answers.get(turn.asked) is Answer.UNHEARD
        and _decides(protocol, turn.asked)
        for turn in latest
    )


def _decides(protocol: TriageProtocol, id_: str) -> bool:
    return protocol.question[id_].stage is not Stage.CARE


def find_unheard_signs(
    protocol: TriageProtocol, state: State, among: Collection[str] | None = None
) -> Signs:
    """Return the prompts that name what was not heard, and the questions each names.

    The most urgent first; with `among` of these questions only. Source: the clinical
    design, 2.6.
    """
    if not state.unheard:
        return ()
    unheard = [
        question
        for question in get_view(protocol, state.answers).find_unheard(Stage.SCREEN)
        if among is None or question.id in among
    ]
    tiers = _find_tiers(protocol)
    named = (
        (key, tuple(q.id for q in unheard if tiers[q.id] is tier))
        for tier, key in UNHEARD_KEYS.items()
    )
    return tuple((key, ids) for key, ids in named if ids)


@lru_cache(maxsize=8)
def _find_tiers(protocol: TriageProtocol) -> Mapping[str, Urgency | None]:
    """Return what a yes to each danger question leads to, today or at once.

    For a gate it is the most urgent of the signs that its yes opens. None: it is a
    fact, such as an age, and no sign.
    """
    own = {
        question.id: min(_find_own_tiers(protocol, question), default=None)
        for question in protocol.questions
        if question.red_flag
    }
    tiers: dict[str, Urgency | None] = dict(own)
    for gate in protocol.questions:
        if gate.id in protocol.dangers and not gate.red_flag:
            opened = (
                tier
                for id_, tier in own.items()
                if tier is not None and _waits_for(protocol.question[id_], gate)
            )
            tiers[gate.id] = min(opened, default=None)
    return tiers


def _find_own_tiers(protocol: TriageProtocol, sign: Question) -> Iterator[Urgency]:
    for rule in protocol.danger_rules:
        if sign.id in rule.when.names and all(
            count == 1 and sign.id in names for count, names in rule.when.parts
        ):
            yield get_urgency(protocol, rule.disposition)


def _waits_for(sign: Question, gate: Question) -> bool:
    return sign.only_if is not None and gate.id in sign.only_if.names
