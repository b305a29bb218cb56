"""Builds prompts and lexicon of one locale from their tables."""

import re
from collections.abc import Iterator, Mapping

from dialogue.content import messages, problems
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import TableValue, TextValue
from dialogue.engine.protocol import GIVEN, Answer
from dialogue.understanding.durations import DurationWords
from dialogue.understanding.lexicon import COMMANDS, OFFLINE_GROUPS, Lexicon

SPOKEN = (Answer.YES, Answer.NO)
QUESTION_WORDS = ("ask", "again", "help")
ONE_THING = "one_thing"
"""The entry of a question that says why the two parts of its words are one thing."""
_SPAN = re.compile(r"\{(\d{1,3})\.\.(\d{1,3})\}")


def read_prompts(table: TableValue, log: ProblemLog, locale: str) -> dict[str, str]:
    """Read the words by key: `ask.<id>`, `again.<id>`, `help.<id>` and the rest."""
    top = TableReader(table, log, "prompt", locale, what="the prompts")
    prompts: dict[str, str] = {}
    for id_, part in top.named_tables("questions"):
        for name in QUESTION_WORDS:
            prompts[f"{name}.{id_}"] = _read_prompt(part, name, f"{name}.{id_}", locale)
        if ONE_THING in part.entries:
            key = f"{ONE_THING}.{id_}"
            prompts[key] = _read_prompt(part, ONE_THING, key, locale)
        part.done()
    others = top.table("prompts")
    for key in others.names() if others else ():
        if others is None:
            continue
        if key in prompts:
            others.report(
                problems.DUPLICATE_ID,
                key,
                id=key,
                what="these words",
                first=log.find_place("prompt", locale, key).line,
                other="the words of a question",
            )
        prompts[key] = _read_prompt(others, key, key, locale)
    top.done()
    return prompts


def read_lexicon(table: TableValue, log: ProblemLog, locale: str) -> Lexicon:
    """Read the phrases of one locale; `{60..99}` is every number in words."""
    top = TableReader(table, log, "lexicon", locale, what="the lexicon")
    numbers = build_number_words(top.mapping("numbers", TableReader.number))
    volunteered = _read_groups(top, "volunteered", numbers)
    triggers = _read_groups(top, "triggers", numbers)
    answers = _read_answers(top, numbers)
    lexicon = Lexicon(
        locale=locale,
        fillers=top.words("fillers"),
        joiners=top.words("joiners"),
        answers=answers,
        plain=_read_plain(top, numbers, answers),
        commands=_read_groups(top, "commands", numbers, list(COMMANDS)),
        topics=_read_groups(top, "topics", numbers),
        offline=_read_groups(top, "offline", numbers, list(OFFLINE_GROUPS)),
        volunteered=volunteered,
        durations=_read_durations(top, numbers),
        triggers={
            name: (*volunteered.get(name, ()), *phrases)
            for name, phrases in triggers.items()
        },
        regions=_read_groups(top, "regions", numbers),
    )
    top.done()
    return lexicon


def build_number_words(named: Mapping[str, int]) -> dict[str, int]:
    """Return `named` and the numbers put together from it, up to ninety nine."""
    tens = {word: n for word, n in named.items() if n >= 20 and n % 10 == 0}
    ones = {word: n for word, n in named.items() if 0 < n < 10}
    joined = {f"{ten} {one}": tens[ten] + ones[one] for ten in tens for one in ones}
    return dict(sorted({**named, **joined}.items(), key=lambda pair: pair[1]))


def _read_prompt(part: TableReader, name: str, key: str, locale: str) -> str:
    value = part.get(name)
    part.log.put(part.find_place(name), "prompt", locale, key)
    if isinstance(value, TextValue) and not value.prose:
        part.log.report(problems.UNQUOTED, value.place, key=key)
    return part.text(name)


def _read_answers(
    top: TableReader, numbers: Mapping[str, int]
) -> dict[Answer, tuple[str, ...]]:
    groups = _read_groups(top, "answers", numbers, [answer.value for answer in GIVEN])
    return {answer: groups.get(answer.value, ()) for answer in GIVEN}


def _read_plain(
    top: TableReader,
    numbers: Mapping[str, int],
    answers: Mapping[Answer, tuple[str, ...]],
) -> dict[Answer, tuple[str, ...]]:
    """Read which phrases of yes and no are plain ones."""
    groups = _read_groups(top, "plain", numbers, [answer.value for answer in SPOKEN])
    plain = {answer: groups.get(answer.value, ()) for answer in SPOKEN}
    for answer, phrases in plain.items():
        for phrase in phrases:
            if phrase not in answers[answer]:
                path = (*top.path, "plain", answer.value, phrase)
                top.log.report(
                    messages.PLAIN_UNKNOWN, path, phrase=phrase, answer=answer.value
                )
    return plain


def _read_groups(
    top: TableReader,
    key: str,
    numbers: Mapping[str, int],
    known: list[str] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Return lists of phrases by name; with `known`, of exactly those names."""
    if (part := top.table(key)) is None:
        return {}
    names = part.names() if known is None else known
    groups = {
        name: tuple(
            expanded
            for phrase in part.words(name, required=True)
            for expanded in _expand(phrase, part, name, numbers)
        )
        for name in names
    }
    part.done()
    return groups


def _expand(
    phrase: str, part: TableReader, name: str, numbers: Mapping[str, int]
) -> Iterator[str]:
    place = part.log.find_place(*part.path, name, phrase)
    if (span := _SPAN.search(phrase)) is None:
        yield phrase
        return
    low, high = int(span[1]), int(span[2])
    wanted = [word for word, number in numbers.items() if low <= number <= high]
    if not wanted:
        words = {"key": name, "what": part.what, "value": span[0]}
        part.log.report(problems.NOT_A_NUMBER, place, **words)
    for word in wanted:
        whole = phrase.replace(span[0], word)
        part.log.put(place, *part.path, name, whole)
        yield whole


def _read_durations(top: TableReader, numbers: Mapping[str, int]) -> DurationWords:
    if (part := top.table("durations")) is None:
        return DurationWords({}, {}, (), (), (), (), {})
    most = part.number("most")
    counted = {word: number for word, number in numbers.items() if number <= most}
    words = DurationWords(
        numbers=counted | part.mapping("counts", TableReader.number),
        units=part.mapping("units", _read_hours),
        around=part.words("around"),
        behind=part.words("behind"),
        over=part.words("over"),
        under=part.words("under"),
        fixed=part.mapping("phrases", _read_hours),
    )
    part.done()
    return words


def _read_hours(part: TableReader, name: str) -> float:
    return float(part.number(name))
