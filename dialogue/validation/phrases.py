"""Checks the phrases: each has one meaning and is written as it is heard."""

import re
from collections.abc import Iterator

from dialogue.content import messages
from dialogue.content.schema import ProblemLog
from dialogue.understanding.durations import parse_duration
from dialogue.understanding.lexicon import Lexicon, normalise

Path = tuple[str, ...]

_WRITTEN = re.compile(r"(?:[^\W\d_]|')+(?: (?:[^\W\d_]|')+)*")
"""Letters of any alphabet and apostrophes, with single spaces."""


def check_phrases(lexicon: Lexicon, log: ProblemLog) -> None:
    """Note phrases that nobody can say so, and phrases under two meanings."""
    for path, phrase in (
        *_list_meanings(lexicon),
        *_list_openings(lexicon),
        *_list_parts(lexicon),
    ):
        if phrase != phrase.lower() or not _WRITTEN.fullmatch(phrase):
            better = re.sub(r"[^\w' ]|[\d_]", "", " ".join(phrase.lower().split()))
            words = {"what": _describe(path), "better": better.strip() or "it in words"}
            log.report(messages.BAD_PHRASE, (*path, phrase), phrase=phrase, **words)
    _check_meanings(lexicon, _list_meanings(lexicon), log)
    _check_meanings(lexicon, _list_openings(lexicon), log)


def _check_meanings(
    lexicon: Lexicon, phrases: Iterator[tuple[Path, str]], log: ProblemLog
) -> None:
    seen: dict[str, tuple[Path, str]] = {}
    for path, phrase in phrases:
        said = normalise(phrase)
        if said not in seen and parse_duration(lexicon.durations, said):
            seen[said] = (("lexicon", lexicon.locale, "durations"), phrase)
        if said not in seen:
            seen[said] = (path, phrase)
            continue
        other, spelt = seen[said]
        first = log.find_place(*other, spelt)
        here = log.find_place(*path, phrase)
        if here == first:
            continue
        words = {
            "what": _describe(path),
            "first": first.line,
            "other": _describe(other),
        }
        log.report(messages.TWO_MEANINGS, here, phrase=phrase, **words)


def _list_meanings(lexicon: Lexicon) -> Iterator[tuple[Path, str]]:
    root = ("lexicon", lexicon.locale)
    yield from (((*root, "fillers"), filler) for filler in lexicon.fillers)
    for group, named in (
        ("answers", {a.value: phrases for a, phrases in lexicon.answers.items()}),
        ("commands", lexicon.commands),
        ("topics", lexicon.topics),
        ("offline", lexicon.offline),
        ("volunteered", lexicon.volunteered),
    ):
        for name, phrases in named.items():
            for phrase in phrases:
                yield (*root, group, name), phrase


def _list_openings(lexicon: Lexicon) -> Iterator[tuple[Path, str]]:
    """Yield the words of an opening sentence, which have meanings of their own."""
    root = ("lexicon", lexicon.locale)
    for name, phrases in lexicon.triggers.items():
        said = lexicon.volunteered.get(name, ())
        for phrase in phrases:
            group = "volunteered" if phrase in said else "triggers"
            yield (*root, group, name), phrase
    for name, phrases in lexicon.regions.items():
        for phrase in phrases:
            yield (*root, "regions", name), phrase


def _list_parts(lexicon: Lexicon) -> Iterator[tuple[Path, str]]:
    root = ("lexicon", lexicon.locale)
    words = lexicon.durations
    yield from (((*root, "joiners"), joiner) for joiner in lexicon.joiners)
    for name, part in (
        ("counts", words.numbers),
        ("units", words.units),
        ("around", words.around),
        ("over", words.over),
        ("under", words.under),
        ("phrases", words.fixed),
    ):
        for phrase in part:
            yield (*root, "durations", name), phrase


def _describe(path: Path) -> str:
    """Return what stands at `path`, for people: "'wait' of the commands"."""
    group, *names = path[2:]
    if group == "durations":
        return "a length of time"
    return f"'{names[0]}' of the {group}" if names else f"one of the {group}"
