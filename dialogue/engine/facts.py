"""The answers that an unprompted statement or an opening sentence amounts to."""

from collections.abc import Iterator

from dialogue.engine.events import NO_FACTS, Duration, Facts, UnpromptedStatement
from dialogue.engine.protocol import Answer, KnownFrom, TriageProtocol
from dialogue.engine.state import RecordedAnswer
from dialogue.engine.view import Answers


def find_statement_answers(
    protocol: TriageProtocol, event: UnpromptedStatement, own: str | None = None
) -> Iterator[RecordedAnswer]:
    """Yield the answers that `event` amounts to, its own yes or no apart.

    The row `own` is left out: it is named like the open question and answers that.
    """
    yield from find_fact_answers(protocol, event.facts)
    for id_ in event.ids:
        if id_ == own:
            continue
        for about, answer in protocol.volunteered_by_id[id_].sets:
            yield RecordedAnswer(about, answer)


def find_fact_answers(
    protocol: TriageProtocol, facts: Facts
) -> Iterator[RecordedAnswer]:
    """Yield the answers to ordinary questions that `facts` settle in advance."""
    known = [(q.id, q.known_from) for q in protocol.questions]
    known += [(s.id, s.known_from) for s in protocol.statements]
    for id_, known_from in known:
        if (answer := _find_answer(known_from, facts)) is not None:
            yield RecordedAnswer(id_, answer)


def _find_answer(known_from: KnownFrom, facts: Facts) -> Answer | None:
    if facts.duration is not None:
        answer = find_duration_answer(known_from, facts.duration)
        if answer is not None:
            return answer
    for known, fact in (
        (known_from.trigger, facts.trigger),
        (known_from.region, facts.region),
    ):
        if known is not None and known == fact:
            return Answer.YES
    return None


def find_duration_answer(known_from: KnownFrom, duration: Duration) -> Answer | None:
    """Return what `duration` says to a question, None when it leaves it open.

    A length answers where the whole of it lies on one side of the limit. Source: the
    clinical design, 6.3.
    """
    if (limit := known_from.duration_at_most) is not None:
        within, beyond = Answer.YES, Answer.NO
    elif (limit := known_from.duration_over) is not None:
        within, beyond = Answer.NO, Answer.YES
    else:
        return None
    if duration.most <= limit:
        return within
    return beyond if duration.least > limit else None


def build_read_back(
    protocol: TriageProtocol, answers: Answers, facts: Facts
) -> tuple[str, ...]:
    """Return what to read back of an opening: the length that says most, the cause."""
    if facts == NO_FACTS:
        return ()
    lengths = [q.id for q in protocol.questions if q.is_about_length]
    # The longest limit that was passed says most; else that it is within a week.
    passed = [id_ for id_ in reversed(lengths) if answers.get(id_) is Answer.YES]
    within = [id_ for id_ in lengths[1:2] if answers.get(id_) is Answer.NO]
    says = ["session.understood"]
    says += [f"readback.{id_}.{answers[id_].value}" for id_ in (passed + within)[:1]]
    if facts.trigger in protocol.triggers:
        says.append(f"readback.{facts.trigger}.yes")
    return tuple(says)
