"""The rules of a wholly explained reading, in order; the first that speaks decides.

Each returns a meaning or None. Source: the design of understanding, section 5.
"""

from collections.abc import Callable, Sequence

from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import AskedKind
from dialogue.understanding.matcher import Kind, Scope, Segment
from dialogue.understanding.meaning import (
    ASK_FOR_HELP,
    CALL_FOR_HELP,
    REFUSE_HELP,
    SETTLING_NOTHING,
    Meaning,
    Result,
    Why,
)
from dialogue.understanding.reading import (
    NO,
    YES,
    GivenAnswer,
    Reading,
    Statement,
    is_asked_about,
    list_asks,
    needs_help,
)
from dialogue.understanding.settling import (
    check,
    get_final_answer,
    settle_consent,
    settle_fact,
    settle_length,
    settle_strictly,
)

Rule = Callable[[Reading], Meaning | None]


def call_for_help(reading: Reading) -> Meaning | None:
    """Accept a call for help before everything else; with a denial, check it."""
    commands = set(reading.commands)
    if CALL_FOR_HELP in commands:
        unclear = {REFUSE_HELP, ASK_FOR_HELP} & commands
        denied = any(
            given.answer is Answer.NO and not _is_core_no(reading, given)
            for given in reading.answers
        )
        if unclear or denied:
            return check(reading, None, Why.HELP, command=CALL_FOR_HELP)
        said = tuple(s.row for s in reading.affirmed if s.scope is Scope.ANYWHERE)
        said = tuple(dict.fromkeys(said))
        return Meaning(Result.ACCEPT, said=said, command=CALL_FOR_HELP)
    if ASK_FOR_HELP in commands:
        return check(reading, None, Why.HELP, command=CALL_FOR_HELP)
    return None


def follow_command(reading: Reading) -> Meaning | None:
    """Accept a command alone; beside an answer, only one that settles nothing."""
    if reading.topics:
        alone = len(reading.topics) == 1 and not reading.commands
        if alone and not (reading.answers or reading.statements or reading.lengths):
            return Meaning(Result.ACCEPT, topic=reading.topics[0])
        return check(reading, None, Why.COMMAND)
    if not reading.commands:
        return None
    name, *more = reading.commands
    alone = not (more or reading.statements or reading.lengths)
    if name == REFUSE_HELP or not alone:
        return check(reading, None, Why.COMMAND)
    # "I want to go | to sleep": with a circumstance it may be no command at all.
    sure = not (reading.answers or reading.has(Kind.CIRCUMSTANCE))
    if sure or name in SETTLING_NOTHING:
        return Meaning(Result.ACCEPT, command=name)
    return check(reading, None, Why.COMMAND)


def weigh_two_answers(reading: Reading) -> Meaning | None:
    """Check two different answers; a correction makes the last one count.

    From yes to no at a danger or caution question even a correction is checked.
    """
    final = get_final_answer(reading)
    if final.contradicted:
        return check(reading, None, Why.TWO_ANSWERS)
    strict = reading.asked.is_strict
    if final.corrected and strict and final.answer is not Answer.YES:
        return check(reading, final.answer, Why.TWO_ANSWERS)
    return None


def doubt_denied_thing(reading: Reading) -> Meaning | None:
    """Check a no with an article behind it: "no, a fever" may be a yes."""
    starts = reading.words.lists.denied_articles
    for segment in reading.segments:
        denies = segment.label.kind is Kind.STATEMENT and segment.label.detail == NO
        if denies and any(segment.tokens[: len(start)] == start for start in starts):
            return check(reading, None, Why.DENIED_SIGN)
    return None


def doubt_open_sentence(reading: Reading) -> Meaning | None:
    """Check "they are not ..." where what follows may be the rest of the sentence."""
    lists, segments = reading.words.lists, reading.segments
    for given in reading.answers:
        if given.place + 1 == len(segments):
            continue
        tokens, tail = segments[given.place].tokens, segments[given.place + 1]
        # "No, I didn't | look."
        bare = tokens[:1] in lists.bare_no and tokens[1:2] in lists.open_subjects
        if bare and tail.tokens in lists.open_tails:
            return check(reading, None, Why.OPEN_SENTENCE)
        if len(tokens) < 2 or tokens[:1] not in lists.open_subjects:
            continue
        kind, denied = tail.label.kind, tail.label.detail == NO
        same = kind is Kind.STATEMENT and denied and given.answer is Answer.NO
        limited = kind is Kind.CIRCUMSTANCE
        if kind in _NO_SAFE_TAIL or same or limited or tail.tokens in lists.open_tails:
            return check(reading, None, Why.OPEN_SENTENCE)
    return None


def doubt_denial_before(reading: Reading) -> Meaning | None:
    """Check what stands behind a no, but for whole sentences behind a bare no."""
    final = get_final_answer(reading)
    for given in reading.answers:
        behind = reading.find_behind(given.place)
        if behind is None:
            continue
        follower = reading.segments[behind]
        kind = follower.label.kind
        if given.answer is Answer.NO and not (
            final.corrected and given.answer is not final.answer
        ):
            meaning = _weigh_denial(reading, given, follower)
            if meaning is not None:
                return meaning
        hedged_yes = given.answer is Answer.YES and not given.plain
        if hedged_yes and kind is Kind.LENGTH:
            return check(reading, None, Why.LENGTH)
    return None


def doubt_double_denial(reading: Reading) -> Meaning | None:
    """Check a no behind another one: "it wasn't | nothing" is a yes.

    Only a bare no may stand before another one, or end it: "not that I know of | no".
    """
    words, segments = reading.words, reading.segments
    for place, segment in enumerate(segments):
        behind = reading.find_behind(place)
        if behind is None or not _denies(reading, segment):
            continue
        follower = segments[behind]
        ends = reading.find_behind(behind) is None
        tag = ends and follower.tokens in words.lists.bare_no
        label = follower.label
        refuses = label.kind is Kind.ANSWER and label.name == NO
        denies = refuses or follower.tokens[0] in words.negators
        if segment.label.kind is Kind.FINE:
            # "It's not that | it doesn't hurt."
            denies = denies or (label.kind is Kind.STATEMENT and label.detail == NO)
        if denies and not tag and follower.tokens != segment.tokens:
            return check(reading, None, Why.TWO_DENIALS)
    return None


def doubt_bare_denial(reading: Reading) -> Meaning | None:
    """Check "I have not" where the question itself is asked with a denying word."""
    doubtful = reading.words.doubtful.get(reading.asked.question or "", frozenset())
    tokens = {reading.segments[given.place].tokens for given in reading.answers}
    if tokens.isdisjoint(doubtful):
        return None
    return check(reading, None, Why.OPEN_SENTENCE)


def doubt_denied_statement(reading: Reading) -> Meaning | None:
    """Check a sign with a denying word right before it: "it's not that my leg ..."."""
    for statement in reading.affirmed:
        before = reading.find_before(statement.place)
        first = 0 if before is None else before
        between = reading.segments[first : statement.place]
        # "You know" holds the sound of "no" and denies nothing.
        weighty = (s for s in between if s.label.kind is not Kind.FILLER)
        tokens = {token for segment in weighty for token in segment.tokens}
        if reading.words.negators.isdisjoint(tokens):
            continue
        if any(s.label.kind is Kind.STATEMENT for s in between):
            continue
        core = before is not None and _is_core(reading, reading.segments[before])
        if not (core and _has_subject(reading, statement)):
            return check(reading, None, Why.DENIED_SIGN)
    return None


def ask_named_sign(reading: Reading) -> Meaning | None:
    """Ask about a thing that is only named, without a verb, and was not asked."""
    named = [s for s in reading.others if s.scope is Scope.NAMED]
    if not named:
        return None
    answer = get_final_answer(reading).answer
    rows = [s.row for s in reading.affirmed if is_asked_about(reading.words, s.row)]
    asks = list_asks(reading.words, reading.asked, iter(rows))
    if asks or answer or needs_help(reading.words, iter(rows)):
        return check(reading, answer, Why.SIGN if asks else Why.REST)
    return None if all(s.row in reading.asked.settles for s in named) else _NOTHING


def ask_unclear_length(reading: Reading) -> Meaning | None:
    """Ask about two lengths, and one that may be this or that side of a limit."""
    lengths = reading.lengths
    unclear = any(length.bound in ("unclear", "vague") for length in lengths)
    if len(lengths) > 1 or unclear:
        return check(reading, None, Why.LENGTH)
    return None


def ask_hedged_sign(reading: Reading) -> Meaning | None:
    """Ask about another danger sign that is hedged, old or behind a "but"."""
    answer = get_final_answer(reading).answer
    turned = reading.has_turn and answer is None
    if reading.dangers and (reading.is_hedged or turned or reading.is_old):
        return check(reading, answer, Why.SIGN)
    return None


def weigh_contradiction(reading: Reading) -> Meaning | None:
    """Check what is both said and denied, and an answer that a statement denies."""
    if not reading.denied.isdisjoint(s.row for s in reading.affirmed):
        return check(reading, None, Why.TWO_ANSWERS)
    answer = get_final_answer(reading).answer
    settled = set(reading.settled)
    if reading.own:
        settled.add(Answer.YES)
    if reading.denies_own:
        settled.add(Answer.NO)
    clear = settled - {Answer.UNSURE}
    if len(clear) > 1 or (answer and clear and clear != {answer}):
        return check(reading, None, Why.TWO_ANSWERS)
    return None


def settle(reading: Reading) -> Meaning | None:
    """Settle what was asked, by what it is."""
    match reading.asked.kind:
        case AskedKind.LENGTH:
            return settle_length(reading)
        case AskedKind.CONSENT:
            return settle_consent(reading)
        case AskedKind.DANGER | AskedKind.CAUTION:
            return settle_strictly(reading)
    return settle_fact(reading)


RULES: Sequence[Rule] = (
    call_for_help,
    follow_command,
    weigh_two_answers,
    doubt_denied_thing,
    doubt_open_sentence,
    doubt_denial_before,
    doubt_double_denial,
    doubt_bare_denial,
    doubt_denied_statement,
    ask_named_sign,
    ask_unclear_length,
    ask_hedged_sign,
    weigh_contradiction,
    settle,
)

_NO_SAFE_TAIL = (
    Kind.FINE,
    Kind.BACK,
    Kind.OLD,
    Kind.HEDGE,
    Kind.LENGTH,
    Kind.COMPARISON,
)
_NOTHING = Meaning(Result.NOT_UNDERSTOOD)


def _weigh_denial(
    reading: Reading, given: GivenAnswer, follower: Segment
) -> Meaning | None:
    """Return a check where `follower` may not stand behind this no."""
    core = _is_core_no(reading, given)
    label = follower.label
    if label.kind is Kind.STATEMENT and label.detail == YES:
        subject = follower.tokens[:1] in reading.words.lists.subjects
        if not (core and subject):
            own = label.name == reading.asked.question
            return check(reading, None if own else Answer.NO, Why.DENIED_SIGN)
    if label.kind is Kind.STATEMENT and label.detail == NO and not core:
        return check(reading, Answer.NO, Why.DENIED_SIGN)
    if label.kind is Kind.LENGTH:
        # "No, more than a week" may be "no more than a week".
        joined = follower.tokens[:1] in reading.words.lists.no_more
        if joined or not core or label.name in ("unclear", "vague"):
            return check(reading, None, Why.LENGTH)
    return None


def _denies(reading: Reading, segment: Segment) -> bool:
    """Tell whether a segment denies in more than a bare no."""
    words, kind = reading.words, segment.label.kind
    if kind is Kind.FINE:
        return not words.negators.isdisjoint(segment.tokens[1:])
    refuses = kind is Kind.ANSWER and segment.label.name == NO
    return refuses and segment.tokens not in words.lists.bare_no


def _is_core_no(reading: Reading, given: GivenAnswer) -> bool:
    return _is_core(reading, reading.segments[given.place])


def _is_core(reading: Reading, segment: Segment) -> bool:
    return segment.tokens in reading.words.lists.core_no


def _has_subject(reading: Reading, statement: Statement) -> bool:
    tokens = reading.segments[statement.place].tokens
    return tokens[:1] in reading.words.lists.subjects
