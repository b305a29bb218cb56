"""The properties of hearing: what was not understood, doubted, named or set aside."""

from dialogue.engine import events
from dialogue.engine.events import CheckReason
from dialogue.engine.protocol import Answer, Question, Stage, Urgency
from dialogue.engine.state import State
from dialogue.verification.properties import Property, Subject
from dialogue.verification.state_space import Node

SETTLES_NOTHING = (
    events.NoMatch,
    events.NoInput,
    events.Checked,
    events.HarmlessComplaint,
)
COMMANDS = (events.Next, events.Wait, events.Help)
"""What is no miss: it uses up no try."""

UNHEARD_NOW, UNHEARD_TODAY = "unheard.now", "unheard.today"


def answers_nothing_unheard(subject: Subject, node: Node) -> bool | None:
    """Let what was not understood answer nothing.

    The open question may become unheard, or unsure where a yes was heard in it; a sign
    that was named may lose its no.
    """
    before = _get_state_before(node)
    if before is None or not isinstance(node.event, SETTLES_NOTHING):
        return None
    if node.state.turns is before.turns:
        return True
    asked = node.before.reply.open_prompt if node.before else None
    named = node.event.ask if isinstance(node.event, events.Checked) else ()
    new = node.state.answers
    gone = before.answers.keys() - new.keys()
    if any(_may_stay(before, id_) and id_ not in named for id_ in gone):
        return False
    leaned = asked is not None and _leaned_yes(before, node)
    for about, answer in _list_changes(before, node.state):
        if not leaned:
            allowed = about == asked and answer is Answer.UNHEARD
        elif about == asked:
            allowed = answer in (Answer.UNSURE, Answer.UNHEARD)  # see `keeps_a_yes`
        else:
            allowed = answer in (Answer.YES, Answer.UNSURE)  # and its gates with it
        if not allowed:
            return False
    return True


def concludes_nothing_unheard(subject: Subject, node: Node) -> bool | None:
    """Let what was not understood lead to no emergency and to no home care."""
    before = _get_state_before(node)
    if before is None or not isinstance(node.event, SETTLES_NOTHING):
        return None
    tier = subject.get_tier(node.reply.disposition)
    if node.reply.disposition == before.disposition:
        return True
    if tier is Urgency.EMERGENCY:
        help_ = isinstance(node.event, events.Checked) and (
            node.event.reason is CheckReason.HELP and before.help_checked
        )
        return help_ or _leaned_yes(before, node)
    return tier is not Urgency.HOME


def names_what_was_unheard(subject: Subject, node: Node) -> bool | None:
    """Name each danger sign that was not heard in the advice, and give no home care.

    Each was asked once more before, unless something urgent had come up.
    """
    before = _get_state_before(node)
    spoken = before.disposition if before else None
    tier = subject.get_tier(node.reply.disposition)
    unheard = _list_unheard(subject, node.state)
    if not unheard or tier in (None, Urgency.EMERGENCY):
        return None
    named = {id_ for _, ids in node.reply.signs for id_ in ids}
    if before is not None and spoken == node.reply.disposition:
        missed = set(node.state.asked_again) - set(before.asked_again)
        return named >= missed if missed and not node.state.ended else None
    if node.state.disposition is None:
        return None
    dangers = [id_ for id_ in unheard if id_ in subject.protocol.dangers]
    said = [key for key, _ in node.reply.signs]
    first = list(node.reply.says[: len(said)]) == said
    again = tier is Urgency.URGENT or all(
        id_ in node.state.asked_again for id_ in dangers
    )
    return tier is not Urgency.HOME and first and named.issuperset(dangers) and again


def keeps_a_yes(subject: Subject, node: Node) -> bool | None:
    """Let a yes that was heard never end as a no.

    Heard in part it may end as a doubt where that counts as a yes, else as not heard; a
    doubt that was said counts as it does.
    """
    before = _get_state_before(node)
    if before is None:
        return None
    leaned = [attempt.about for attempt in before.attempts if attempt.leaned_yes]
    asked = node.before.reply.open_prompt if node.before else None
    heard = isinstance(node.event, events.Answered) and node.event.answer is Answer.YES
    if heard and asked in subject.protocol.question:
        leaned.append(str(asked))
    if not leaned:
        return None
    answers, questions = node.state.answers, subject.protocol.question
    return not any(
        _is_lost(questions[id_], answers.get(id_), node.event)
        for id_ in leaned
        if id_ in questions and id_ not in before.answers
    )


def _is_lost(
    question: Question, given: Answer | None, event: events.Event | None
) -> bool:
    if question.stage is Stage.CARE or event == events.Answered(Answer.UNSURE):
        return given is Answer.NO
    lost = Answer.UNHEARD if question.unsure_means is Answer.YES else Answer.UNSURE
    return given in (Answer.NO, lost)


def counts_doubt_said_twice(subject: Subject, node: Node) -> bool | None:
    """Count a doubt about a danger sign only when it was said twice, or a yes heard."""
    before = _get_state_before(node)
    if before is None or isinstance(node.event, events.UnpromptedStatement):
        return None
    if node.state.turns is before.turns:
        return None
    asked = node.before.reply.open_prompt if node.before else None
    doubts = [
        about
        for about, answer in _list_changes(before, node.state)
        if answer is Answer.UNSURE and about in subject.protocol.dangers
    ]
    if not doubts:
        return None
    attempt = before.get_attempt(str(asked))
    unsure = isinstance(node.event, events.Answered) and (
        node.event.answer is Answer.UNSURE
    )
    return doubts == [asked] and (
        (unsure and attempt.doubted) or _leaned_yes(before, node)
    )


def rules_out_by_plain_no(subject: Subject, node: Node) -> bool | None:
    """Rule a danger sign out by a plain no to its own question only.

    A fact such as an age may be told by something said unasked.
    """
    before = _get_state_before(node)
    if before is None:
        return None
    denied = [
        about
        for about, answer in _list_changes(before, node.state)
        if answer is Answer.NO and about in subject.protocol.dangers
    ]
    if not denied:
        return None
    asked = node.before.reply.open_prompt if node.before else None
    event = node.event
    if isinstance(event, events.UnpromptedStatement):
        rows = (subject.protocol.volunteered_by_id[id_] for id_ in event.ids)
        told = {
            about for row in rows for about, given in row.sets if given is Answer.NO
        }
        denied = [about for about in denied if about not in told]
        if not denied:
            return None
    answer = getattr(event, "answer", None)
    plain = getattr(event, "strength", None) is events.Strength.PLAIN
    return denied == [asked] and answer is Answer.NO and plain


def asks_what_was_named(subject: Subject, node: Node) -> bool | None:
    """Ask next about a danger sign that was named, unless it counts as a yes."""
    before = _get_state_before(node)
    if before is None or not isinstance(node.event, events.Checked):
        return None
    asked = node.before.reply.open_prompt if node.before else None
    named = [
        id_
        for id_ in node.event.ask
        if id_ not in before.pulled
        and id_ != asked
        and not _counts_as_yes(subject, before, id_)
    ]
    if not named or node.state.ended:
        return None
    return node.reply.open_prompt == named[0]


def counts_a_named_yes(subject: Subject, node: Node) -> bool | None:
    """Let a yes to a danger sign that was brought forward count in any place."""
    before = _get_state_before(node)
    if before is None or not before.ask_next:
        return None
    asked = before.ask_next[0]
    if asked not in subject.danger.red_flags:
        return None
    if node.state.answers.get(asked) not in (Answer.YES, Answer.UNSURE):
        return None
    return subject.find_standing(node.state).demanded is not None


def answers_a_call_for_help(subject: Subject, node: Node) -> bool | None:
    """Answer a call for help with the emergency number at once; a second one ends."""
    event = node.event
    if isinstance(event, events.CallForHelp):
        return node.state.ended and node.reply.says == ("emergency.say",)
    if not isinstance(event, events.Checked) or event.reason is not CheckReason.HELP:
        return None
    before = _get_state_before(node)
    if before is not None and before.help_checked:
        return node.state.ended and node.reply.says == ("emergency.say",)
    return node.state.ended or any(
        "{emergency_number}" in subject.prompts.get(key, "") for key in node.reply.says
    )


def counts_no_command(subject: Subject, node: Node) -> bool | None:
    """Let a command use up no try."""
    before = _get_state_before(node)
    if before is None or not isinstance(node.event, COMMANDS):
        return None
    if node.before is None or node.before.reply.open_prompt not in (
        subject.protocol.question
    ):
        return None
    return node.state.attempts == before.attempts and (node.state.turns == before.turns)


def ends_where_nothing_is_heard(subject: Subject, node: Node) -> bool | None:
    """Set at most three questions aside, two of them in a row, and then end."""
    unheard = _list_unheard(subject, node.state)
    if not unheard:
        return None
    asked = [turn.asked for turn in node.state.turns[-3:]]
    in_a_row = len(asked) == 3 and all(id_ in unheard for id_ in asked)
    return node.state.ended or (len(unheard) < 4 and not in_a_row)


def _get_state_before(node: Node) -> State | None:
    return node.before.state if node.before else None


def _leaned_yes(before: State, node: Node) -> bool:
    """Tell whether a yes was heard at the open question, in this turn or before."""
    asked = node.before.reply.open_prompt if node.before else None
    heard = isinstance(node.event, events.Checked) and node.event.lean is Answer.YES
    return heard or before.get_attempt(str(asked)).leaned_yes


def _counts_as_yes(subject: Subject, state: State, about: str) -> bool:
    given = state.answers.get(about)
    unsure_means = subject.protocol.question[about].unsure_means
    return (unsure_means if given is Answer.UNSURE else given) is Answer.YES


def _may_stay(before: State, about: str) -> bool:
    return before.answers[about] is not Answer.UNHEARD


def _list_changes(before: State, after: State) -> list[tuple[str, Answer]]:
    if after.turns is before.turns:
        return []
    return [
        (about, answer)
        for about, answer in after.answers.items()
        if before.answers.get(about) is not answer
    ]


def _list_unheard(subject: Subject, state: State) -> list[str]:
    """Return the questions that were set aside, those of care left out."""
    questions = subject.protocol.question
    return [i for i in state.unheard if questions[i].stage is not Stage.CARE]


HEARING = (
    Property("what was not understood answers nothing", answers_nothing_unheard),
    Property(
        "what was not understood leads to no emergency and no home care",
        concludes_nothing_unheard,
    ),
    Property("what was not heard is asked again and named", names_what_was_unheard),
    Property("a yes that was heard never ends as a no", keeps_a_yes),
    Property("a doubt about a danger sign counts said twice", counts_doubt_said_twice),
    Property("a plain no alone rules a danger sign out", rules_out_by_plain_no),
    Property("a danger sign that was named is asked next", asks_what_was_named),
    Property("a yes to a danger sign that was named counts", counts_a_named_yes),
    Property("a call for help brings the emergency number", answers_a_call_for_help),
    Property("a command uses up no try", counts_no_command),
    Property("unheard three times in a row, it ends", ends_where_nothing_is_heard),
)
