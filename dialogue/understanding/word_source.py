"""The words of one locale as they are written, and how the tables are built of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields, replace
from hashlib import sha256
from itertools import pairwise
from math import inf

from dialogue.understanding.automaton_builder import AutomatonBuilder
from dialogue.understanding.matcher import ASIDE, Automaton, Kind, Label, Scope
from dialogue.understanding.meaning import CALL_FOR_HELP
from dialogue.understanding.normalisation import Spelling, Tokens, normalise
from dialogue.understanding.template import (
    Expander,
    LengthOfTime,
    Node,
    NumberRange,
    RuleBook,
    TemplateError,
    Word,
    find_verb,
    has_verb,
)
from dialogue.understanding.words import PHRASES_A_TEMPLATE, Lists, RowTraits, Words

Path = tuple[str, ...]

YES, NO = "yes", "no"
NAMED, TOLD, WIDE = "named", "told", "wide"
FINE, HERE, DENIED_HERE = "fine", "here", "here_no"
WIDE_HERE, WIDE_DENIED_HERE = "wide_here", "wide_here_no"
WIDE_GROUPS = (WIDE, WIDE_HERE, WIDE_DENIED_HERE)
HERE_GROUPS = (HERE, DENIED_HERE, WIDE_HERE, WIDE_DENIED_HERE)
AFFIRMED_GROUPS = (TOLD, WIDE, HERE, WIDE_HERE)
STATEMENT_GROUPS = (NAMED, TOLD, WIDE, FINE, HERE, DENIED_HERE, *WIDE_GROUPS[1:])
FRAME_END = "<X>"
TRIED_A_TEMPLATE = 40
"""Of so many shortest expansions the phrases of a template are chosen."""
IN_MANY_FORMS = (("commands", CALL_FOR_HELP), ("lengths", "fixed"))
"""Groups that are heard in more of their forms than others."""
FORMS_TRIED, FORMS_A_TEMPLATE = 600, 40
MOST_CORRECTIONS = 64
"""Phrases of one template of corrections."""

_SURROUNDINGS = {
    "filler": Kind.FILLER,
    "circumstance": Kind.CIRCUMSTANCE,
    "hedge": Kind.HEDGE,
    "fine": Kind.FINE,
    "back": Kind.BACK,
    "old": Kind.OLD,
    "turn": Kind.TURN,
    "fix": Kind.FIX,
}


@dataclass(frozen=True)
class WordSource:
    """What the four files of a locale hold."""

    locale: str
    spelling: Spelling
    rules: Mapping[str, tuple[str, ...]]
    verbs: Mapping[str, Mapping[bool, tuple[str, ...]]]
    templates: Mapping[Path, tuple[str, ...]]
    """By group: `answers no plain`, `rows chest_pain told`, `lengths over`."""
    fixed: Mapping[str, tuple[float, float]]
    """Hours, least and most, of the templates of `lengths fixed`."""
    rows: Mapping[str, RowTraits]
    mentions: Mapping[str, tuple[str, ...]]
    """By row, the words that make us ask."""
    lists: Mapping[str, tuple[str, ...]]

    def list_tokens(self, name: str) -> frozenset[Tokens]:
        """Return the phrases of one of `lists`, as tokens."""
        return frozenset(normalise(self.spelling, p) for p in self.lists[name])


@dataclass(frozen=True)
class Entry:
    """One template with one meaning, as it goes into the automaton."""

    path: Path
    text: str
    """As it is written; what the entry is made of may be shorter."""
    template: str
    label: Label
    affirmed: bool = True
    frame: str = ""
    """The frame that it stands in: `yes`, `no`, or none."""


class SourceRefused(ValueError):
    """Templates that cannot be used: where each stands, and why."""

    def __init__(self, faults: list[tuple[Path, str, TemplateError]]) -> None:
        """Keep group, template and fault of each."""
        self.faults = faults
        super().__init__("; ".join(f"{p} {t!r}: {e}" for p, t, e in faults))


def build_words(source: WordSource) -> Words:
    """Build the tables; raises SourceRefused with every template at fault."""
    book = RuleBook(source.rules, source.verbs)
    builder = AutomatonBuilder(source.spelling)
    faults: dict[tuple[Path, str], TemplateError] = {}
    for path, text, error in find_rule_faults(source, book):
        faults.setdefault((path, text), error)
    for frame, text, affirmed, polarity in _list_frames(source):
        path = ("frames", polarity)
        try:
            node = book.parse(frame, affirmed=affirmed, verbs=True)
            builder.add_frame(node, YES if affirmed and polarity == YES else NO)
        except TemplateError as error:
            faults.setdefault((path, text), error)
    parsed: list[tuple[Entry, Node]] = []
    for entry in list_entries(source):
        try:
            parsed.append((entry, parse_entry(book, entry)))
        except TemplateError as error:
            faults.setdefault((entry.path, entry.text), error)
    if faults:
        raise SourceRefused([(*key, error) for key, error in faults.items()])
    for entry, node in parsed:
        builder.add(node, entry.label, entry.frame)
    automaton = builder.build()
    return Words(
        locale=source.locale,
        spelling=source.spelling,
        automaton=automaton,
        rows=source.rows,
        mentions=_build_mentions(source),
        lists=Lists(**{name: source.list_tokens(name) for name in _list_names()}),
        corrections=_list_corrections(source, book),
        phrases=_list_phrases(source, book, parsed, automaton),
        digests=compute_digests(source),
    )


def compute_digests(source: WordSource) -> dict[str, str]:
    """Return a checksum of every group, so that a signature can cover it."""
    groups: dict[str, object] = {
        ".".join(path): sorted(found) for path, found in source.templates.items()
    }
    groups |= {f"rules.{name}": sorted(found) for name, found in source.rules.items()}
    groups |= {
        f"verbs.{name}": sorted((affirmed, *found) for affirmed, found in forms.items())
        for name, forms in source.verbs.items()
    }
    groups["lengths.fixed"] = sorted(source.fixed.items())
    groups |= {f"lists.{name}": sorted(found) for name, found in source.lists.items()}
    groups |= {f"words.{row}": sorted(found) for row, found in source.mentions.items()}
    groups |= {f"traits.{row}": astuple(found) for row, found in source.rows.items()}
    for field in fields(source.spelling):
        value = getattr(source.spelling, field.name)
        items = value.items() if isinstance(value, Mapping) else value
        groups[f"spelling.{field.name}"] = sorted(items)
    return {name: _digest(value) for name, value in groups.items()}


def _digest(value: object) -> str:
    return sha256(repr(value).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def find_rule_faults(
    source: WordSource, book: RuleBook
) -> Iterator[tuple[Path, str, TemplateError]]:
    """Yield what is wrong with rules and verbs, named by a template or not."""
    for name, templates in source.rules.items():
        try:
            book.get_rule(name)
        except TemplateError as error:
            yield ("rules", name), templates[0] if templates else "", error
    for name, forms in source.verbs.items():
        for affirmed, templates in forms.items():
            path = ("verbs", name, YES if affirmed else NO)
            for text in templates:
                try:
                    book.parse(text)
                except TemplateError as error:
                    yield path, text, error


def parse_entry(book: RuleBook, entry: Entry) -> Node:
    """Parse the template of an entry; raises TemplateError."""
    verbs = entry.path[0] == "rows" or entry.label.kind is Kind.BACK
    return book.parse(entry.template, affirmed=entry.affirmed, verbs=verbs)


def list_entries(source: WordSource) -> Iterator[Entry]:
    """Yield every template with its meaning; one with a verb yields two."""
    for path, templates in source.templates.items():
        for text in templates:
            match path:
                case ("answers", answer, strength):
                    yield Entry(path, text, text, Label(Kind.ANSWER, answer, strength))
                case ("commands", name):
                    yield Entry(path, text, text, Label(Kind.COMMAND, name))
                case ("topics", name):
                    yield Entry(path, text, text, Label(Kind.TOPIC, name))
                case ("rows", row, group):
                    yield from _list_statements(source, path, row, group, text)
                case ("lengths", "fixed"):
                    least, most = source.fixed[text]
                    label = Label(Kind.LENGTH, "fixed", least=least, most=most)
                    yield Entry(path, text, text, label)
                case ("lengths", bound):
                    yield Entry(path, text, text, Label(Kind.LENGTH, bound))
                case ("than_that", polarity):
                    yield Entry(path, text, text, Label(Kind.COMPARISON, polarity))
                case ("surroundings", name):
                    yield Entry(path, text, text, Label(_SURROUNDINGS[name]))


def _list_statements(
    source: WordSource, path: Path, row: str, group: str, text: str
) -> Iterator[Entry]:
    if group == NAMED:
        yield from _list_named(source, path, row, text)
        return
    scope = Scope.HERE if group in HERE_GROUPS else Scope.ANYWHERE
    affirmed_means = YES if group in AFFIRMED_GROUPS else NO
    denied_means = NO if affirmed_means == YES else YES
    template = _drop_subject(source, text)
    yield Entry(path, text, template, Label(Kind.STATEMENT, row, affirmed_means, scope))
    if has_verb(text):
        label = Label(Kind.STATEMENT, row, denied_means, scope)
        yield Entry(path, text, template, label, affirmed=False)


def _list_named(source: WordSource, path: Path, row: str, text: str) -> Iterator[Entry]:
    """Yield a thing alone, and behind the frames; its article may be left out."""
    article, _, rest = text.partition(" ")
    things = [text, rest] if rest and article in source.lists["articles"] else [text]
    words = set(re.findall(r"[^\s()\[\]|<>]+", text))
    denying = not words.isdisjoint(source.lists["negators"])
    for thing in things:
        alone = Label(Kind.STATEMENT, row, YES, Scope.NAMED)
        yield Entry(path, text, thing, alone)
        yield Entry(path, text, thing, Label(Kind.STATEMENT, row, YES), frame=YES)
        if not denying:
            # "No no feeling" is no denial of "no feeling".
            yield Entry(path, text, thing, Label(Kind.STATEMENT, row, NO), frame=NO)


def _drop_subject(source: WordSource, text: str) -> str:
    """Return the template with its first word optional where people leave it out."""
    subject, _, rest = text.partition(" ")
    parts = _count_parts(rest)
    if subject in source.lists["dropped"] and parts > 1:
        return f"[{subject}] {rest}"
    return text


def _count_parts(text: str) -> int:
    """Return how many words and brackets stand in a template in a row."""
    depth = count = 0
    for part in text.replace("(", " ( ").replace("[", " [ ").split():
        count += depth == 0 and part not in ("[",)
        depth += part.count("(") + part.count("[") - part.count(")") - part.count("]")
    return count


def _list_frames(source: WordSource) -> Iterator[tuple[str, str, bool, str]]:
    for polarity in (YES, NO):
        for text in source.templates.get(("frames", polarity), ()):
            head = text.removesuffix(FRAME_END).strip()
            yield head, text, True, polarity
            if find_verb(text):
                yield head, text, False, polarity


def _build_mentions(source: WordSource) -> dict[Tokens, tuple[str, ...]]:
    found: dict[Tokens, tuple[str, ...]] = {}
    for row, phrases in source.mentions.items():
        for phrase in phrases:
            tokens = normalise(source.spelling, phrase)
            if tokens and row not in found.get(tokens, ()):
                found[tokens] = (*found.get(tokens, ()), row)
    return found


def _list_corrections(source: WordSource, book: RuleBook) -> frozenset[Tokens]:
    templates = source.templates.get(("surroundings", "fix"), ())
    return frozenset(
        normalise(source.spelling, phrase)
        for text in templates
        for phrase in _list_written(Expander(MOST_CORRECTIONS), book.parse(text))
    )


def _list_phrases(
    source: WordSource,
    book: RuleBook,
    parsed: Iterable[tuple[Entry, Node]],
    automaton: Automaton,
) -> dict[str, str]:
    """Return by group a line for each template: its shortest phrases as written.

    Left out is what means something else as well, and wide wordings.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    usual, many = Expander(TRIED_A_TEMPLATE), Expander(FORMS_TRIED)
    for entry, node in parsed:
        if entry.frame or entry.label.kind in ASIDE or entry.path[-1] in WIDE_GROUPS:
            continue
        label = entry.label
        group = ".".join(entry.path)
        if label.kind is Kind.STATEMENT:
            group = f"rows.{label.name}.{label.detail}.{label.scope.value}"
        if entry.template != entry.text:
            # People are shown whole sentences, with their subject.
            whole = replace(entry, template=entry.text)
            node = parse_entry(book, whole)
        if entry.path in IN_MANY_FORMS:
            written = _choose_varied(_list_written(many, node), FORMS_A_TEMPLATE)
        else:
            written = _choose_varied(_list_written(usual, node), PHRASES_A_TEMPLATE)
        phrases = tuple(
            phrase
            for phrase in written
            if phrase and _is_sole_meaning(source, automaton, phrase, label)
        )
        templates = found.setdefault(group, {})
        templates.setdefault(entry.text, phrases)
    return {
        group: "\n".join("|".join(phrases) for phrases in templates.values())
        for group, templates in found.items()
    }


def _choose_varied(phrases: list[str], most: int) -> list[str]:
    """Return the shortest phrases that put words together as none before them does.

    `(call|phone) (an ambulance|911)` is shown by phrases of both, not by the shortest
    of one alone.
    """
    chosen: list[str] = []
    seen: set[tuple[str, str]] = set()
    for phrase in phrases:
        words = ["", *phrase.split()]
        pairs = set(pairwise(words))
        if not pairs <= seen:
            chosen.append(phrase)
            seen |= pairs
    chosen += [phrase for phrase in phrases if phrase not in chosen]
    return sorted(chosen[:most], key=phrases.index)


def _is_sole_meaning(
    source: WordSource, automaton: Automaton, phrase: str, label: Label
) -> bool:
    """Tell whether a whole phrase has the meaning of its template alone."""
    if "{" in phrase:
        return True
    tokens = normalise(source.spelling, phrase)
    labels = set(automaton.find_whole(tokens))
    here = {other for other in labels if other.scope is Scope.HERE}
    alike = {other for other in labels if _is_alike(other, label)}
    aside = {other for other in labels if other.kind in ASIDE}
    return label in labels and labels == alike | here | aside


def _is_alike(label: Label, other: Label) -> bool:
    same = label.kind is other.kind and label.name == other.name
    return same and label.detail == other.detail


def _list_written(expander: Expander, node: Node) -> list[str]:
    """Return the shortest expansions as text; a range of numbers as `{n:5..17}`."""
    return [" ".join(map(_write, parts)) for parts in expander.list_shortest(node)]


def _write(part: Node) -> str:
    match part:
        case Word(text):
            return text
        case LengthOfTime():
            return "{length}"
        case NumberRange(low, high):
            return "{n}" if high == inf else f"{{n:{low:g}..{high:g}}}"
    return ""


def _list_names() -> tuple[str, ...]:
    return tuple(Lists.__dataclass_fields__)
