"""Understanding of version 1: an utterance is a listed phrase, or a join of some.

Kept as it was, but for events, which are told here as texts.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("lexicon.yaml")
MOST_WORDS = 30
MOST_PARTS = 4
MOST_NUMBER = 31


class Lexicon:
    """The phrases of version 1, by what they mean."""

    def __init__(self, data: dict[str, Any]) -> None:
        """Take what stands in the file."""
        self.fillers = tuple(map(normalise, data["fillers"]))
        self.joiners = tuple(data["joiners"])
        self.phrases: dict[str, str] = {}
        for group in ("answers", "commands", "topics", "volunteered"):
            kind = "answer" if group == "answers" else "said"
            for name, phrases in data[group].items():
                meaning = f"{kind if group != 'commands' else 'command'} {name}"
                said = (f"{phrase}" for phrase in phrases if "{" not in f"{phrase}")
                self.phrases |= dict.fromkeys(map(normalise, said), meaning)
        durations = data["durations"]
        self.around = tuple(durations["around"])
        self.leads = (*durations["over"], *durations["under"])
        self.units = durations["units"]
        self.fixed = durations["phrases"]
        self.numbers = set(data["numbers"]) | set(durations["counts"])
        self.numbers |= {" ".join(p) for p in product(data["numbers"], repeat=2)}


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon of version 1."""
    text = FILE.read_text("utf-8")
    # "yes" and "no" as names are texts, as our own reader takes them.
    return Lexicon(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - texts only


def understand(lexicon: Lexicon, utterance: str) -> str | None:
    """Return what an utterance means; None: nothing."""
    said = normalise(utterance)
    if not said or said.count(" ") >= MOST_WORDS:
        return None
    return _find_phrase(lexicon, said) or _find_join(lexicon, said)


def normalise(utterance: str) -> str:
    """Return an utterance in lower case, without punctuation, with single spaces."""
    text = utterance.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    words = re.sub(r"[^\w']|_", " ", text).split()
    return " ".join("no" if word == "know" else word for word in words)


def _find_phrase(lexicon: Lexicon, said: str) -> str | None:
    for phrase in _strip_fillers(lexicon.fillers, said):
        if phrase in lexicon.phrases:
            return lexicon.phrases[phrase]
        if _is_duration(lexicon, phrase):
            return "said length"
    return None


def _strip_fillers(fillers: tuple[str, ...], said: str) -> Iterator[str]:
    for tail in _strip_ends(said, [(f" {f}", str.removesuffix) for f in fillers]):
        yield from _strip_ends(tail, [(f"{f} ", str.removeprefix) for f in fillers])


def _strip_ends(
    said: str, ends: list[tuple[str, Callable[[str, str], str]]]
) -> Iterator[str]:
    yield said
    for end, remove in ends:
        shorter = remove(said, end)
        if shorter != said:
            yield from _strip_ends(shorter, ends)


def _is_duration(lexicon: Lexicon, said: str) -> bool:
    said = _trim(lexicon, said)
    if said in lexicon.fixed:
        return True
    for lead in lexicon.leads:
        if said.startswith(f"{lead} "):
            return _has_hours(lexicon, _trim(lexicon, said.removeprefix(f"{lead} ")))
    return _has_hours(lexicon, said)


def _trim(lexicon: Lexicon, said: str) -> str:
    before = None
    while said != before:
        before = said
        for word in lexicon.around:
            said = said.removeprefix(f"{word} ").removesuffix(f" {word}")
    return said


def _has_hours(lexicon: Lexicon, said: str) -> bool:
    number, _, unit = said.rpartition(" ")
    return unit in lexicon.units and (number.isdecimal() or number in lexicon.numbers)


def _find_join(lexicon: Lexicon, said: str) -> str | None:
    joined = set(map(_merge, _split_phrases(lexicon, said.split(), MOST_PARTS)))
    return joined.pop() if len(joined) == 1 else None


def _split_phrases(
    lexicon: Lexicon, words: list[str], most: int
) -> Iterator[tuple[str, ...]]:
    if not words:
        yield ()
    if not words or most == 0:
        return
    for end in range(1, len(words) + 1):
        if (event := _find_phrase(lexicon, " ".join(words[:end]))) is None:
            continue
        rest = words[end:]
        if rest and rest[0] in lexicon.joiners:
            rest = rest[1:]
            if not rest:
                continue
        for more in _split_phrases(lexicon, rest, most - 1):
            yield (event, *more)


def _merge(parts: tuple[str, ...]) -> str | None:
    known = all(part.startswith(("answer", "said")) for part in parts)
    answers = {part for part in parts if part.startswith("answer")}
    return " and ".join(parts) if known and len(answers) < 2 else None
