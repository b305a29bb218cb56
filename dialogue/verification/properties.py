"""The properties that every turn of every session must have: what is advised, when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dialogue.engine import events
from dialogue.engine.protocol import Answer, Stage, TriageProtocol, Urgency
from dialogue.engine.state import State
from dialogue.validation.prompts import has_medicine_name
from dialogue.validation.truth_masks import Masks
from dialogue.verification.danger import Danger
from dialogue.verification.state_space import Node

OVER_A_WEEK = "more_than_one_week"
"""After a week no medicine is named. Source: the clinical design, 2.2."""

NET = "net.emergency"
DISCLAIMER = "disclaimer.end"
EMERGENCY_NUMBER = "{emergency_number}"


@dataclass(frozen=True)
class Subject:
    """What is under proof."""

    protocol: TriageProtocol
    prompts: Mapping[str, str]
    _standings: dict[object, "Standing"] = field(default_factory=dict, repr=False)

    @cached_property
    def medicine_lines(self) -> frozenset[str]:
        """Return the prompts that name a medicine."""
        return frozenset(
            key for key, words in self.prompts.items() if has_medicine_name(words)
        )

    @cached_property
    def advice(self) -> frozenset[str]:
        """Return the prompts of care lines, those of the safety net left out."""
        lines = {line.key for line in self.protocol.care_lines}
        return frozenset(lines - {NET, DISCLAIMER, "net.urgent", "net.not_better"})

    @cached_property
    def danger(self) -> Danger:
        """Return what danger signs demand."""
        return Danger(self.protocol)

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """Return the care questions whose clear no lets a medicine be named."""
        named = (
            name
            for line in self.protocol.care_lines
            if line.key in self.medicine_lines
            for name in line.if_no
        )
        return tuple(dict.fromkeys(named))

    @cached_property
    def wishes(self) -> tuple[str, ...]:
        """Return the care questions whose clear yes lets a medicine be named."""
        named = (
            name
            for line in self.protocol.care_lines
            if line.key in self.medicine_lines
            for name in line.if_yes
        )
        return tuple(dict.fromkeys(named))

    def get_tier(self, disposition: str | None) -> Urgency | None:
        """Return the tier of a disposition, None without one."""
        if disposition is None:
            return None
        return self.protocol.disposition[disposition].urgency

    def find_standing(self, state: State) -> "Standing":
        """Return what the answers of `state` demand and leave open."""
        key = state.disposition is not None, state.answered
        standing = self._standings.get(key)
        if standing is None:
            if len(self._standings) > _MOST_KEPT:
                self._standings.clear()
            standing = self._standings[key] = self._find_standing(state)
        return standing

    def _find_standing(self, state: State) -> "Standing":
        masks = self.danger.find_masks(state.answers, state.answered)
        spoken = state.disposition is not None
        return Standing(
            masks,
            self.danger.find_demanded_tier(masks),
            self.danger.list_relevant(masks, danger_only=spoken),
        )


@dataclass(frozen=True)
class Standing:
    """What one set of answers demands and leaves open."""

    masks: Masks
    demanded: Urgency | None
    """The most urgent tier that is asked for, None without a danger sign."""
    relevant: frozenset[str]
    """The questions that can still matter."""


_MOST_KEPT = 4096


@dataclass(frozen=True)
class Property:
    """One property of a turn, and the check of it."""

    title: str
    holds: Callable[[Subject, Node], bool | None]
    """None where the turn is none of its business."""


def keeps_danger_first(subject: Subject, node: Node) -> bool | None:
    """Let no red flag be outranked, also when it is said late.

    An emergency rule that holds speaks at once. A red flag that counts as a yes, or an
    urgent rule that holds, gives at least `urgent`; before that only questions in the
    chain of an emergency rule are asked, and signs that were named.
    """
    state = node.state
    demanded = subject.find_standing(state).demanded
    if demanded is None or node.reply.says[0].startswith("close."):
        return None
    tier = subject.get_tier(node.reply.disposition)
    if tier is not None and not demanded < tier:
        return True
    asked = node.reply.open_prompt
    waits = asked in subject.danger.chain or asked in state.ask_next
    return waits and demanded is Urgency.URGENT


def advises_emergency_at_once(subject: Subject, node: Node) -> bool | None:
    """Expect an emergency in the very reply to an emergency sign said unasked."""
    if not isinstance(node.event, events.UnpromptedStatement):
        return None
    open_prompt = get_before(node).reply.open_prompt if node.before else None
    for id_ in node.event.ids:
        row = subject.protocol.volunteered_by_id[id_]
        told = {about for about, answer in row.sets if answer is Answer.YES}
        signs = {id_} if id_ == open_prompt else told & subject.danger.alone
        if any(
            sign in subject.danger.alone
            and told.issuperset(subject.danger.list_gates(sign))
            for sign in signs
        ):
            return subject.get_tier(node.reply.disposition) is Urgency.EMERGENCY
    return None


def screens_first(subject: Subject, node: Node) -> bool | None:
    """Give no care, medicine or clinic before every danger sign had a clear no.

    One that was not heard had a second chance, and leads to no home care.
    """
    protocol, answers = subject.protocol, node.state.answers
    tier = subject.get_tier(node.reply.disposition)
    said = (
        not subject.advice.isdisjoint(node.reply.says) or "contact" in node.reply.says
    )
    if not said and tier not in (Urgency.CLINIC, Urgency.HOME):
        return None
    if node.before is None or node.before.state.disposition is not None:
        return None  # it was checked when the advice began
    masks = subject.find_standing(node.state).masks
    asked = (
        sign
        for sign in subject.danger.red_flags.values()
        if subject.danger.applies(masks, sign)
    )
    missing = [q.id for q in asked if answers.get(q.id) is not Answer.NO]
    gates = (q.id for q in protocol.questions if q.gate)
    missing += (id_ for id_ in gates if answers.get(id_) is Answer.UNHEARD)
    return (
        tier is not Urgency.HOME
        and all(
            answers.get(id_) is Answer.UNHEARD and id_ in node.state.asked_again
            for id_ in missing
        )
        if missing
        else True
    )


def names_medicine_after_no(subject: Subject, node: Node) -> bool | None:
    """Name a medicine only at home, in the first week, after a clear yes and noes."""
    if subject.medicine_lines.isdisjoint((*node.reply.says, *node.reply.card)):
        return None
    answers = node.state.answers
    return (
        bool(subject.cautions and subject.wishes)
        and all(answers.get(id_) is Answer.NO for id_ in subject.cautions)
        and all(answers.get(id_) is Answer.YES for id_ in subject.wishes)
        and subject.get_tier(node.reply.disposition) is Urgency.HOME
        and answers.get(OVER_A_WEEK, Answer.NO) is Answer.NO
    )


def takes_plain_answers_for_medicine(subject: Subject, node: Node) -> bool | None:
    """Take no hedged answer for the yes or the noes that let a medicine be named."""
    event, before = node.event, node.before
    if before is None or getattr(event, "strength", None) is not events.Strength.HEDGED:
        return None
    asked, answers = before.reply.open_prompt, node.state.answers
    if asked in subject.cautions:
        return answers.get(asked) is not Answer.NO
    if asked in subject.wishes:
        return answers.get(asked) is not Answer.YES
    return None


def only_escalates(subject: Subject, node: Node) -> bool | None:
    """Let nothing replace given advice but something more urgent."""
    spoken = node.before.state.disposition if node.before else None
    if spoken is None or isinstance(node.event, events.Previous):
        return None
    if node.reply.disposition == spoken:
        return True
    tier = subject.get_tier(node.reply.disposition)
    was = subject.get_tier(spoken)
    return tier is not None and was is not None and tier < was


def gives_safety_net(subject: Subject, node: Node) -> bool | None:
    """Say when to call, and whom, in each reply that advises or ends."""
    says, tier = node.reply.says, subject.get_tier(node.reply.disposition)
    before = node.before.state if node.before else State()
    if tier is Urgency.EMERGENCY:
        return None
    if tier is not None and before.disposition != node.reply.disposition:
        to_come = node.state.reading is not None  # the disclaimer ends the reading
        return NET in says and (to_come or DISCLAIMER in says)
    if not node.state.ended:
        return None
    if before.reading is not None and "reading.bye" in says:
        return NET in says and DISCLAIMER in says
    if says == ("reading.bye",):
        return tier is not None  # the steps were declined; the net was said before
    return any(EMERGENCY_NUMBER in subject.prompts.get(key, "") for key in says)


def gives_one_instruction(subject: Subject, node: Node) -> bool | None:
    """Give one instruction in an emergency, then end the session."""
    if subject.get_tier(node.reply.disposition) is not Urgency.EMERGENCY:
        return None
    says = node.reply.says
    return (
        len(says) == 1
        and node.state.ended
        and not node.reply.expects_answer
        and says == node.reply.card
        and EMERGENCY_NUMBER in subject.prompts.get(says[0], "")
    )


def asks_what_matters(subject: Subject, node: Node) -> bool | None:
    """Ask nothing that cannot change the outcome any more.

    A sign that was named is asked about all the same, one that was not heard once more
    while a yes to it could matter, and a care question before the lines it changes.
    """
    state, asked = node.state, node.reply.open_prompt
    question = subject.protocol.question.get(str(asked))
    if question is None or asked in state.ask_next:
        return None
    if node.before is not None and node.before.reply.open_prompt == asked:
        return None  # it was checked when it was put first
    if question.stage is Stage.CARE:
        return state.ahead is not None and question.id not in state.answers
    if question.id in state.pulled:
        return None  # named once, it waits for its second chance
    if question.id in state.answers:
        waits = state.answers[question.id] is Answer.UNHEARD
        return waits and question.id not in state.asked_again
    return question.id in subject.find_standing(state).relevant


def get_before(node: Node) -> Node:
    """Return the node before; there is one."""
    assert node.before is not None  # noqa: S101 - for the type alone
    return node.before


ADVICE = (
    Property("a red flag is never outranked, also when told late", keeps_danger_first),
    Property(
        "an emergency sign told unasked is one at once", advises_emergency_at_once
    ),
    Property("no care, medicine or clinic before screening", screens_first),
    Property("a medicine only after a clear yes and noes", names_medicine_after_no),
    Property("no hedge lets a medicine be named", takes_plain_answers_for_medicine),
    Property("nothing but escalation after advice", only_escalates),
    Property("each reply has its safety net", gives_safety_net),
    Property("an emergency says one thing and ends", gives_one_instruction),
    Property("nothing is asked that cannot matter", asks_what_matters),
)
