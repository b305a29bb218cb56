"""How a reading without doubt settles what was asked: a danger, a fact, a length."""

from dataclasses import dataclass

from dialogue.engine.events import Strength
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import Asked, AskedKind
from dialogue.understanding.matcher import Kind
from dialogue.understanding.meaning import (
    CALL_FOR_HELP,
    NOT_UNDERSTOOD,
    Meaning,
    Result,
    Why,
)
from dialogue.understanding.reading import (
    LESS,
    Interval,
    Reading,
    is_asked_about,
    list_asks,
    loosen,
    needs_help,
)


@dataclass(frozen=True)
class FinalAnswer:
    """The one answer of a reading, where there is one."""

    answer: Answer | None = None
    plain: bool = False
    corrected: bool = False
    """It follows another one and a correction."""
    contradicted: bool = False
    """Two different ones, and no correction between them."""

    @property
    def strength(self) -> Strength:
        """Return how plainly it was given."""
        return Strength.PLAIN if self.plain else Strength.HEDGED


def get_final_answer(reading: Reading) -> FinalAnswer:
    """Return the answer of a reading; the last one where it corrects another."""
    given = reading.answers
    if not given:
        return FinalAnswer()
    last = given[-1].answer
    plain = any(g.plain for g in given)
    if last is Answer.NO:
        plain = all(g.plain for g in given)  # "not exactly no", "no, not always"
    if len({g.answer for g in given}) == 1:
        return FinalAnswer(last, plain)
    old = max(g.place for g in given if g.answer is not last)
    new = min(g.place for g in given if g.answer is last and g.place > old)
    between = reading.segments[old + 1 : new]
    corrected = any(
        s.label.kind is Kind.FIX or s.tokens in reading.words.corrections
        for s in between
    )
    again = any(g.answer is last and g.place < old for g in given)
    if not corrected or again or len({g.answer for g in given}) > 2:
        return FinalAnswer(last, plain, contradicted=True)
    plain = any(g.plain for g in given if g.place >= new)
    return FinalAnswer(last, plain, corrected=True)


def check(
    reading: Reading,
    lean: Answer | None,
    why: Why,
    *,
    length: Interval | None = None,
    command: str | None = None,
) -> Meaning:
    """Return a check that asks about every danger sign that was stated in it."""
    rows = [s.row for s in reading.affirmed if is_asked_about(reading.words, s.row)]
    if needs_help(reading.words, iter(rows)):
        why, command = Why.HELP, CALL_FOR_HELP
    ask = list_asks(reading.words, reading.asked, iter(rows))
    return Meaning(
        Result.CHECK,
        lean if reading.asked.may_lean and lean is not Answer.UNSURE else None,
        Strength.HEDGED,
        length=length,
        command=command,
        ask=ask,
        why=why,
    )


def accept(
    reading: Reading,
    answer: Answer | None = None,
    strength: Strength = Strength.PLAIN,
    *,
    length: Interval | None = None,
) -> Meaning:
    """Return an accepted meaning with every other thing that was said."""
    return Meaning(
        Result.ACCEPT, answer, strength, reading.said, bool(reading.own), length
    )


def settle_strictly(reading: Reading) -> Meaning:
    """Settle a danger sign or a caution: yes of any strength, no only a plain one."""
    final, length = get_final_answer(reading), _get_length(reading)
    hedged = Strength.HEDGED if reading.is_hedged else Strength.PLAIN
    doubtful = reading.has_turn or reading.is_old
    if reading.own:
        if reading.is_old or reading.has_turn or reading.comparisons:
            return check(reading, Answer.YES, Why.REST)
        return accept(reading, Answer.YES, hedged, length=length)
    match final.answer:
        case Answer.YES:
            if doubtful:
                return check(reading, Answer.YES, Why.REST)
            return accept(reading, Answer.YES, final.strength, length=length)
        case Answer.UNSURE:
            if doubtful or reading.statements or reading.has(Kind.FINE):
                return check(reading, Answer.UNSURE, Why.REST)
            return accept(reading, Answer.UNSURE, length=length)
        case Answer.NO:
            return _weigh_no(reading, final)
    if reading.denied:
        return _weigh_denial(reading)
    if reading.said and not (reading.has_turn and not reading.dangers):
        return accept(reading, length=length)
    return _settle_rest(reading)


def settle_fact(reading: Reading) -> Meaning:
    """Settle an ordinary question, an offer, or what is said with nothing open."""
    final, length = get_final_answer(reading), _get_length(reading)
    strength = Strength.HEDGED if reading.is_hedged else Strength.PLAIN
    stated = _get_stated(reading)
    if stated is not None:
        if reading.has_turn:
            return check(reading, stated, Why.REST)
        if reading.is_hedged and not reading.own and stated is not Answer.UNSURE:
            return Meaning(Result.ACCEPT, stated, strength, length=length)
        return accept(reading, stated, strength, length=length)
    if final.answer is not None:
        doubtful = reading.has_turn and not reading.said
        if doubtful or (reading.is_old and final.answer is not Answer.YES):
            return check(reading, final.answer, Why.REST)
        if reading.said and reading.asked.kind is AskedKind.NOTHING:
            # "Yeah, hi, my chest hurts": nothing was asked, so nothing is answered.
            return accept(reading, length=length)
        return accept(reading, final.answer, final.strength, length=length)
    if reading.said or length is not None:
        if reading.is_old or (reading.has_turn and reading.dangers):
            return check(reading, None, Why.SIGN)
        return accept(reading, length=length)
    return _settle_rest(reading)


def settle_length(reading: Reading) -> Meaning:
    """Settle a question of length: the whole interval lies on one side of its limit."""
    final, asked = get_final_answer(reading), reading.asked
    if reading.comparisons:
        return _settle_comparison(reading, final)
    if reading.lengths and (length := reading.lengths[0].hours) is not None:
        return _weigh_length(reading, final, length)
    if final.answer is not None:
        if reading.has_turn or reading.statements:
            if set(reading.said) <= asked.settles.keys() and not reading.has_turn:
                return accept(reading, final.answer, final.strength)
            return check(reading, final.answer, Why.REST)
        return accept(reading, final.answer, final.strength)
    if reading.said:
        return accept(reading)
    return _settle_rest(reading)


def settle_consent(reading: Reading) -> Meaning:
    """Settle a consent: a plain answer and nothing else."""
    final = get_final_answer(reading)
    beside = (Kind.FILLER, Kind.ANSWER)
    alone = all(segment.label.kind in beside for segment in reading.segments)
    if final.answer is not None and final.plain and alone and not final.corrected:
        return Meaning(Result.ACCEPT, final.answer)
    if final.answer is not None:
        return check(reading, final.answer, Why.REST)
    if reading.said:
        return accept(reading) if reading.dangers else check(reading, None, Why.REST)
    return NOT_UNDERSTOOD


def compare(asked: Asked, length: Interval) -> Answer | None:
    """Return what a length answers to the open question; None: it tells neither."""
    least, most = length
    if asked.at_most is not None:
        if most <= asked.at_most:
            return Answer.YES
        return Answer.NO if least > asked.at_most else None
    if asked.over is not None:
        if least > asked.over:
            return Answer.YES
        return Answer.NO if most <= asked.over else None
    return None


def _weigh_no(reading: Reading, final: FinalAnswer) -> Meaning:
    """Return a no to a danger sign, or a check where anything is in its way."""
    if reading.is_limited:
        return check(reading, Answer.NO, Why.ONLY_NOW)
    weak = not final.plain or reading.is_hedged or reading.is_old
    if weak or reading.lengths or reading.comparisons:
        return check(reading, Answer.NO, Why.HEDGED)
    if reading.has_turn and not (reading.dangers and not reading.denies_own):
        return check(reading, Answer.NO, Why.REST)
    return accept(reading, Answer.NO)


def _weigh_denial(reading: Reading) -> Meaning:
    """Return a no where the very thing was denied in words, without any doubt."""
    if not reading.denies_own:
        if reading.said and not reading.has_turn:
            return accept(reading)
        return check(reading, None, Why.PART_DENIED)
    if reading.is_limited:
        return check(reading, Answer.NO, Why.ONLY_NOW)
    doubtful = reading.is_hedged or reading.has_turn or reading.is_old
    if doubtful or reading.lengths or reading.comparisons:
        return check(reading, Answer.NO, Why.HEDGED)
    return accept(reading, Answer.NO)


def _settle_rest(reading: Reading) -> Meaning:
    """Return what is made of something that answers nothing."""
    length = _get_length(reading)
    strict = reading.asked.question is not None
    if reading.has(Kind.FINE) and reading.asked.may_lean:
        return check(reading, Answer.NO if strict else None, Why.FINE)
    if length is not None and not reading.is_old:
        return accept(reading, length=length)
    stated = reading.is_old or reading.statements or length
    if reading.asked.may_lean and stated:
        return check(reading, None, Why.REST)
    if reading.has(Kind.BACK):
        return Meaning(Result.ACCEPT, why=Why.COMPLAINT)
    return NOT_UNDERSTOOD


def _settle_comparison(reading: Reading, final: FinalAnswer) -> Meaning:
    more = reading.comparisons[0]
    over = reading.asked.over is not None
    answer = Answer.YES if more == over else Answer.NO
    if len(set(reading.comparisons)) > 1 or reading.lengths or reading.is_hedged:
        return check(reading, None, Why.LENGTH)
    # "No, longer than that" is said to a limit that was passed.
    fits = final.answer in (None, answer) or (final.answer is Answer.NO and more)
    return accept(reading, answer) if fits else check(reading, None, Why.LENGTH)


def _weigh_length(reading: Reading, final: FinalAnswer, length: Interval) -> Meaning:
    asked, bound = reading.asked, reading.lengths[0].bound
    answer = compare(asked, length)
    if answer is None and bound in ("loose", "range"):
        # "No, about a week" is a no; "about a week" alone may be either.
        middle = round(length[0] * 10 / LESS, 3)
        fits = bound == "loose" and compare(asked, (middle, middle)) is final.answer
        if final.answer is None or not (final.plain and fits) or reading.has_turn:
            return check(reading, None, Why.LENGTH)
        return accept(reading, final.answer, length=length)
    if final.answer is not None and final.answer is not answer:
        return check(reading, None, Why.LENGTH, length=length)
    rough = reading.is_hedged and answer is not None and bound == "exact"
    if rough and compare(asked, loosen(length)) is not answer:
        return check(reading, None, Why.LENGTH)
    if reading.has_turn or reading.is_old:
        return check(reading, None, Why.LENGTH)
    return accept(reading, answer, length=length)


def _get_stated(reading: Reading) -> Answer | None:
    """Return what statements answer to an ordinary question."""
    if reading.own:
        return Answer.YES
    if reading.denies_own:
        return Answer.NO
    return next(iter(reading.settled), None) if len(reading.settled) == 1 else None


def _get_length(reading: Reading) -> Interval | None:
    return reading.lengths[0].hours if len(reading.lengths) == 1 else None
