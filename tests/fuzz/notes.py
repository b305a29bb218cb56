"""What may be noted after a request: only what it says, and nothing less.

A second opinion on the engine's answers, from the event alone; it takes no turn.
"""

from fuzz.oracle import Session

from dialogue.engine import events
from dialogue.engine.events import Event, Facts, Strength
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.state import State


def find_invented(
    session: Session, protocol: TriageProtocol, noted: dict[str, str]
) -> str | None:
    """Return what is wrong with the answers after a request, None when nothing is.

    What is new must be said in it, what is missing taken back by it, and what it
    answers plainly must be there.
    """
    state, event = session.state, session.event
    asked = find_asked(state, protocol)
    before: dict[str, Answer] = {}
    if state is not None and not state.ended and find_open_prompt(protocol, state):
        before = dict(state.answers)
    if isinstance(event, events.Begin | events.StartOver):
        before, asked = {}, None
    may = _list_allowed(session, protocol, asked)
    for about, value in noted.items():
        known = before.get(about)
        if (known is None or known.value != value) and (about, value) not in may:
            return f"{about}={value} was invented"
    back = _list_taken_back(event, state)
    for about, answer in before.items():
        if about not in noted and about not in back and answer is not Answer.UNHEARD:
            return f"{about}={answer.value} was dropped"
    must = _find_plain_answer(session, protocol, asked)
    if asked and must and noted.get(asked) != must.value:
        return f"{asked}={must.value} was not noted"
    return None


def find_asked(state: State | None, protocol: TriageProtocol) -> str | None:
    """Return the question that is open."""
    if state is None or state.ended:
        return None
    place = find_open_prompt(protocol, state)
    return place if place in protocol.question else None


def _list_allowed(
    session: Session, protocol: TriageProtocol, asked: str | None
) -> set[tuple[str, str]]:
    """Return every answer that may be noted anew."""
    event, state = session.event, session.state
    allowed: set[tuple[str, str]] = set()
    answer: Answer | None = None
    match event:
        case events.Begin(facts):
            return {(k, v.value) for k, v in _get_known(facts).items()}
        case events.Answered(answer=given, strength=strength):
            answer = _weigh(protocol, asked, given, strength)
        case events.UnpromptedStatement(ids, facts, given, strength):
            answer = given and _weigh(protocol, asked, given, strength)
            allowed |= {(k, v.value) for k, v in _get_known(facts).items()}
            for id_ in ids:
                sets = protocol.volunteered_by_id[id_].sets
                allowed |= {(about, value.value) for about, value in sets}
            if asked in ids:
                answer = Answer.YES
    if asked is None or state is None:
        return allowed
    doubt = _may_end(event)
    # A yes that was heard never ends as a no.
    turned = answer is Answer.NO and state.get_attempt(asked).leaned_yes
    doubt = doubt or turned
    if answer is not None and not turned:
        allowed.add((asked, answer.value))
    if doubt:
        allowed |= {(asked, "unheard"), (asked, "unsure")}
    if answer is Answer.UNSURE:
        allowed |= {(asked, "unheard")}
    # One that was set aside is asked again as it was, brought forward or not.
    forward = asked in state.pulled or asked in state.unheard
    if forward and (answer in (Answer.YES, Answer.UNSURE) or doubt):
        allowed |= _list_before(protocol, asked)
    return allowed


def _may_end(event: Event | None) -> bool:
    """Tell whether what was said may use up the last try of a question."""
    match event:
        case events.Answered(Answer.NO, Strength.HEDGED):
            return True
        case events.UnpromptedStatement(answer=None):
            return True
        case events.UnpromptedStatement(answer=Answer.NO, strength=Strength.HEDGED):
            return True
    kinds = events.NoMatch | events.Checked | events.HarmlessComplaint | events.Repeat
    return isinstance(event, kinds)


def _weigh(
    protocol: TriageProtocol, asked: str | None, given: Answer, strength: Strength
) -> Answer | None:
    """Return what an answer is worth at `asked`; None: a hedged no to a danger sign."""
    if strength is Strength.PLAIN:
        return given
    if given is Answer.NO and asked in protocol.dangers:
        return None
    rules_out = given is Answer.NO and asked in protocol.cautions
    wishes = given is Answer.YES and asked in protocol.wishes
    return Answer.UNSURE if rules_out or wishes else given


def _list_before(protocol: TriageProtocol, sign: str) -> set[tuple[str, str]]:
    """Return what a yes to a sign that was brought forward says with it."""
    found: set[tuple[str, str]] = set()
    row = protocol.volunteered_by_id.get(sign)
    for about, value in row.sets if row else ():
        found |= {(about, value.value), (about, "unsure")}
    names, seen = [sign], {sign}
    while names:
        question = protocol.question.get(names.pop())
        if question is None or question.only_if is None:
            continue
        opened = {*question.only_if.all_yes, *question.only_if.any_yes} - seen
        found |= {(name, "yes") for name in opened}
        names += opened
        seen |= opened
    return found


def _list_taken_back(event: Event | None, state: State | None) -> set[str]:
    match event:
        case events.Checked(ask=ask):
            return set(ask)
        case events.Previous() if state is not None and state.turns:
            return {answer.about for answer in state.turns[-1].answers}
    return set()


def _find_plain_answer(
    session: Session, protocol: TriageProtocol, asked: str | None
) -> Answer | None:
    """Return the yes or no that a request settles the open question with."""
    state, event = session.state, session.event
    if state is None or asked is None:
        return None
    match event:
        case events.Answered(answer, strength):
            answer = _weigh(protocol, asked, answer, strength)
        case events.UnpromptedStatement(ids, _, answer, strength):
            answer = answer and _weigh(protocol, asked, answer, strength)
            answer = Answer.YES if asked in ids else answer
            # A row beside it may say otherwise of the same thing.
            rows = [protocol.volunteered_by_id[id_] for id_ in ids]
            if any(about == asked for row in rows for about, _ in row.sets):
                return None
            if asked in _get_known(event.facts):
                return None
        case _:
            return None
    if answer is Answer.NO and state.get_attempt(asked).leaned_yes:
        return None
    return answer if answer in (Answer.YES, Answer.NO) else None


def _get_known(facts: Facts) -> dict[str, Answer]:
    """Return what facts settle: three lengths, the causes, the upper back."""
    known: dict[str, Answer] = {}
    if facts.trigger is not None:
        known[facts.trigger] = Answer.YES
    if facts.region == "upper":
        known["upper_back"] = Answer.YES
    if facts.duration is None:
        return known
    for about, limit, when_longer in (
        ("started_within_three_days", 72, Answer.NO),
        ("more_than_one_week", 168, Answer.YES),
        ("more_than_two_weeks", 336, Answer.YES),
    ):
        when_shorter = Answer.NO if when_longer is Answer.YES else Answer.YES
        if facts.duration.most <= limit:
            known[about] = when_shorter
        elif facts.duration.least > limit:
            known[about] = when_longer
    return known
