"""Templates: the notation of hassil as a tree, its size and its shortest expansions.

`(a|b)` one of them, `[a]` optional, `<rule>`, `{n}` a number, `{n:5..17}` a number of
a range, `{length}` a length of time; `~verb` makes a statement and its denial.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from math import inf, prod

MOST_EXPANSIONS = 100_000
"""A template with more is several; it is to be split."""
MOST_DEPTH = 16
"""How deep brackets may stand in each other."""

_SIGN = re.compile(
    r"\s*(?:([()\[\]|])|<([a-z0-9_]+)>|\{([a-z]+)(?::([0-9.]+?)\.\.([0-9.]+))?\}"
    r"|~([a-z_]+)|([^\s()\[\]|<>{}~]+))"
)
_CLOSING = {"(": ")", "[": "]"}


class Fault(Enum):
    """What can be wrong with a template."""

    BRACKETS = "brackets"
    EMPTY = "empty"
    UNKNOWN_SIGN = "sign"
    UNKNOWN_RULE = "rule"
    UNKNOWN_VERB = "verb"
    TWO_VERBS = "two verbs"
    VERB_HERE = "verb here"
    CIRCLE = "circle"
    TOO_DEEP = "depth"
    TOO_MANY = "expansions"


class TemplateError(ValueError):
    """A template that cannot be used; `detail` is the part at fault."""

    def __init__(self, fault: Fault, detail: str) -> None:
        """Keep what is wrong, and where in the template."""
        self.fault = fault
        self.detail = detail
        super().__init__(f"{fault.value}: {detail}")


@dataclass(frozen=True)
class Word:
    """One word as it is written."""

    text: str


@dataclass(frozen=True)
class NumberRange:
    """Any number from `low` to `high`, both included."""

    low: float = 0
    high: float = inf


@dataclass(frozen=True)
class LengthOfTime:
    """Any length of time."""


@dataclass(frozen=True)
class Sequence:
    """One behind the other; without items it is nothing."""

    items: tuple["Node", ...] = ()

    @cached_property
    def count(self) -> int:
        """Return how many expansions there are."""
        return prod(count_expansions(item) for item in self.items)


@dataclass(frozen=True)
class Choice:
    """One of its options."""

    options: tuple["Node", ...]

    @cached_property
    def count(self) -> int:
        """Return how many expansions there are."""
        return sum(count_expansions(option) for option in self.options)


Node = Word | NumberRange | LengthOfTime | Sequence | Choice

NOTHING = Sequence()
EMPTY_FORM = "-"
"""A whole template that stands for nothing; of use in rules and verbs."""


def count_expansions(node: Node) -> int:
    """Return how many word sequences `node` stands for; a number counts as one."""
    return node.count if isinstance(node, Sequence | Choice) else 1


class Expander:
    """Lists expansions; what templates share is expanded once."""

    def __init__(self, most: int) -> None:
        """List at most `most` of each template."""
        self._most = most
        self._known: dict[int, tuple[Node, list[tuple[Node, ...]]]] = {}

    def list_shortest(self, node: Node) -> list[tuple[Node, ...]]:
        """Return the shortest expansions of `node`, the shortest first.

        Each is a row of words and placeholders. Optional parts are left out before
        they are put in; among equally long ones the order of the template is kept.
        """
        if id(node) not in self._known:
            # The node is kept beside them, so that its id stays its own.
            self._known[id(node)] = (node, self._list(node))
        return self._known[id(node)][1]

    def _list(self, node: Node) -> list[tuple[Node, ...]]:
        match node:
            case Choice(options):
                every = [e for o in options for e in self.list_shortest(o)]
                return _cut(every, self._most)
            case Sequence(items):
                found: list[tuple[Node, ...]] = [()]
                for item in items:
                    ends = self.list_shortest(item)
                    found = [(*start, *end) for start in found for end in ends]
                    if len(ends) > 1:  # else as few as before, and as different
                        found = _cut(found, self._most)
                return found
            case _:
                return [(node,)]


class RuleBook:
    """The rules and verbs that templates may name; parses templates with them."""

    def __init__(
        self,
        rules: Mapping[str, tuple[str, ...]],
        verbs: Mapping[str, Mapping[bool, tuple[str, ...]]],
    ) -> None:
        """Take the templates of each rule, and each verb's forms, affirmed or not."""
        self._rules = rules
        self._verbs = verbs
        self._parsed: dict[str, Node] = {}
        self._open: list[str] = []

    def parse(self, text: str, *, affirmed: bool = True, verbs: bool = False) -> Node:
        """Parse a template; raises TemplateError.

        `verbs` tells whether a `~verb` may stand in it; `affirmed`, which of its forms
        is taken.
        """
        if text.strip() == EMPTY_FORM:
            return NOTHING
        node = _Parser(self, text, affirmed=affirmed, verbs=verbs).parse()
        if count_expansions(node) > MOST_EXPANSIONS:
            raise TemplateError(Fault.TOO_MANY, f"{count_expansions(node):,}")
        return node

    def get_rule(self, name: str) -> Node:
        """Return the tree of a rule."""
        if name in self._open:
            circle = [*self._open[self._open.index(name) :], name]
            raise TemplateError(Fault.CIRCLE, " in ".join(f"<{n}>" for n in circle))
        if name not in self._rules:
            raise TemplateError(Fault.UNKNOWN_RULE, name)
        if name not in self._parsed:
            self._open.append(name)
            try:
                options = tuple(map(self.parse, self._rules[name]))
            finally:
                self._open.pop()
            self._parsed[name] = options[0] if len(options) == 1 else Choice(options)
        return self._parsed[name]

    def get_verb(self, name: str, *, affirmed: bool) -> Node:
        """Return the forms of a verb."""
        if name not in self._verbs:
            raise TemplateError(Fault.UNKNOWN_VERB, name)
        key = f"{name} {affirmed}"
        if key not in self._parsed:
            forms = self._verbs[name][affirmed]
            self._parsed[key] = Choice(tuple(map(self.parse, forms)))
        return self._parsed[key]


def has_verb(text: str) -> bool:
    """Tell whether a template holds a `~verb`."""
    return "~" in text


def find_verb(text: str) -> str:
    """Return the verb of a template, nothing where it has none."""
    found = re.search(r"~([a-z_]+)", text)
    return found[1] if found else ""


class _Parser:
    def __init__(
        self, book: RuleBook, text: str, *, affirmed: bool, verbs: bool
    ) -> None:
        self._book = book
        self._affirmed = affirmed
        self._verbs = verbs
        self._signs = list(_split_signs(text))
        self._place = 0
        self._seen_verb = False

    def parse(self) -> Node:
        if not self._signs:
            raise TemplateError(Fault.EMPTY, "")
        node = self._read_choice(0)
        if self._place < len(self._signs):
            raise TemplateError(
                Fault.BRACKETS, self._signs[self._place].group().strip()
            )
        return node

    def _read_choice(self, depth: int) -> Node:
        if depth > MOST_DEPTH:
            raise TemplateError(Fault.TOO_DEEP, f"{MOST_DEPTH}")
        options: list[Node] = []
        with_verb = -1
        while not options or self._peek() == "|":
            self._place += bool(options)
            before = self._seen_verb
            options.append(self._read_sequence(depth))
            if self._seen_verb and not before:
                with_verb = len(options) - 1
        if with_verb >= 0 and not self._affirmed:
            # Where the verb may be missing, nothing is left that denies.
            return options[with_verb]
        if all(option == NOTHING for option in options):
            raise TemplateError(Fault.EMPTY, "")
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _read_sequence(self, depth: int) -> Node:
        items: list[Node] = []
        while (bracket := self._peek()) not in ("|", ")", "]", None):
            sign = self._signs[self._place]
            self._place += 1
            if bracket in _CLOSING:
                before = self._seen_verb
                inner = self._read_choice(depth + 1)
                if self._peek() != _CLOSING[bracket]:
                    raise TemplateError(Fault.BRACKETS, bracket)
                self._place += 1
                denies = self._seen_verb and not before and not self._affirmed
                optional = bracket == "[" and not denies
                items.append(Choice((NOTHING, inner)) if optional else inner)
            else:
                items.append(self._read_item(sign))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _peek(self) -> str | None:
        """Return the bracket or bar that comes next, "" for anything else."""
        if self._place >= len(self._signs):
            return None
        return self._signs[self._place][1] or ""

    def _read_item(self, sign: re.Match[str]) -> Node:
        _, rule, name, low, high, verb, word = sign.groups()
        if rule:
            return self._book.get_rule(rule)
        if name:
            return _build_placeholder(name, low, high)
        if verb:
            if not self._verbs:
                raise TemplateError(Fault.VERB_HERE, verb)
            if self._seen_verb:
                raise TemplateError(Fault.TWO_VERBS, verb)
            self._seen_verb = True
            return self._book.get_verb(verb, affirmed=self._affirmed)
        return Word(word)


def _split_signs(text: str) -> Iterator[re.Match[str]]:
    place, text = 0, text.rstrip()
    while place < len(text):
        if (sign := _SIGN.match(text, place)) is None:
            raise TemplateError(Fault.UNKNOWN_SIGN, text[place : place + 12].strip())
        yield sign
        place = sign.end()


def _build_placeholder(name: str, low: str | None, high: str | None) -> Node:
    if name == "length" and low is None:
        return LengthOfTime()
    if name != "n":
        raise TemplateError(Fault.UNKNOWN_SIGN, f"{{{name}}}")
    if low is None or high is None:
        return NumberRange()
    try:
        return NumberRange(float(low), float(high))
    except ValueError as error:
        raise TemplateError(Fault.UNKNOWN_SIGN, f"{{n:{low}..{high}}}") from error


def _cut(expansions: list[tuple[Node, ...]], most: int) -> list[tuple[Node, ...]]:
    found: dict[tuple[Node, ...], None] = {}
    for expansion in sorted(expansions, key=len):
        if len(found) == most:
            break
        found[expansion] = None
    return list(found)
