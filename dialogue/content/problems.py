"""Problems in data, and the messages to authors on its form."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple


class Place(NamedTuple):
    """A line of a file."""

    path: str
    line: int


@dataclass(frozen=True)
class Problem:
    """One thing that an author has to change, or (a warning) may want to."""

    path: str
    line: int
    what: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        """Return the line that is shown: place, what is wrong, the rule, the remedy."""
        return f"{self.path}:{self.line}: {self.what}. {self.rule}. {self.remedy}"


@dataclass(frozen=True)
class Message:
    """The words of one kind of problem; names in braces are filled in."""

    what: str
    rule: str
    remedy: str

    def at(self, place: Place, /, **words: object) -> Problem:
        """Return the problem that stands at `place`."""
        parts = (part.format(**words) for part in (self.what, self.rule, self.remedy))
        return Problem(*place, *parts)


class DataRefused(ValueError):
    """Data cannot be used; its text has one line per problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, in the order of files and lines."""
        self.problems = sorted(set(problems), key=lambda p: (p.path, p.line))
        super().__init__("\n".join(map(str, self.problems)))


def suggest_name(word: str, known: Iterable[str]) -> str:
    """Return a closing sentence that names the likeliest of `known`, or some of it."""
    names = sorted(set(known))
    if close := get_close_matches(word, names, n=1, cutoff=0.6):
        return f"Did you mean '{close[0]}'?"
    if len(names) > 12:
        return f"Known are {', '.join(names[:8])} and {len(names) - 8} more."
    return f"Known are {', '.join(names)}." if names else "There are none yet."


# Files: what a text file may hold.
NOT_FOUND = Message(
    "the file '{name}' cannot be read",
    "Every part of the data needs its file",
    "{hint}",
)
TOO_LARGE = Message(
    "the file is larger than {most} kB",
    "A data file is one that a person writes and reads",
    "Give the right file, or split it.",
)
NOT_UTF8 = Message(
    "this line holds a letter that is not in UTF-8",
    "Data files are plain text in UTF-8",
    "Save the file again with the encoding UTF-8.",
)
NOT_TEXT = Message(
    "this line holds an invisible control character",
    "Data files are plain text",
    "Delete the line and type it again.",
)
UNPRINTABLE = Message(
    "a text holds a sign that cannot be seen or said, {code}",
    "With it a voice would say nothing of the whole sentence",
    "Type it anew instead of copying it.",
)
TAB = Message(
    "this line holds a tab",
    "Lines are indented with spaces",
    "Put two spaces in place of each tab.",
)
EMPTY_FILE = Message(
    "the file is empty", "Every data file holds a table", "Give the right file."
)
NOT_ONE_TABLE = Message(
    "something other than one table of keys and values begins here",
    "A data file holds one table",
    "Take out '---', '%' and '- ' at the start of lines.",
)
TOO_DEEP = Message(
    "tables and lists stand more than {most} levels deep in each other",
    "Our data files are flat",
    "Look for a bracket or a row of '- ' that is too much.",
)
SPECIAL_SIGN = Message(
    "a text begins with a special sign such as & * ! @",
    "Outside quotes those signs are commands, and none of them is allowed",
    "Put the whole text in quotes.",
)
KEY_NOT_TEXT = Message(
    "a list or table stands where a name belongs",
    "What stands before a colon is a plain name",
    "Look for a bracket or '?' that is too much.",
)
DUPLICATE_KEY = Message(
    "'{key}' stands here a second time, first in line {first}",
    "A key may stand only once, as the second would replace the first",
    "Remove or rename one of the two.",
)
EMPTY_VALUE = Message(
    "nothing stands behind the colon or dash",
    "An entry without words is not left open but left out",
    "Write the words, or remove the line.",
)
LOST_TEXT = Message(
    "a text without quotes goes on over a '#' or over the end of the line",
    "Behind ' #' everything is a comment, so part of the words would be lost",
    "Put the words in quotes, or on the next line after '>-'.",
)
COLON_IN_TEXT = Message(
    "a text without quotes holds a colon and a space",
    "A colon and a space divide a name from its value",
    "Put the words in quotes, or on the next line after '>-'.",
)
NOT_CLOSED = Message(
    "the {sign} that opens here is not closed",
    "Quotes come in pairs in one line, brackets anywhere",
    "Add the closing {sign}, or write longer words as a block after '>-'.",
)
NOT_READABLE = Message(
    "this line does not fit the lines above it",
    "Entries of one table begin in the same column, and each has a name and a colon",
    "Compare its indentation, quotes and brackets with a neighbour's.",
)

# Entries: names and kinds of values.
UNKNOWN_KEY = Message(
    "'{key}' is not an entry of {what}", "Only known entries are read", "{hint}"
)
MISSING_KEY = Message(
    "{what} has no '{key}'",
    "This entry is never guessed",
    "Add a line '{key}:' with its value.",
)
WRONG_SHAPE = Message(
    "'{key}' of {what} is {found}",
    "This entry is {wanted}",
    "Write it as its neighbours are written; words with ': ' in them need quotes.",
)
NOT_ONE_OF = Message(
    "'{key}' of {what} is '{value}'", "Only set words are understood here", "{hint}"
)
NOT_A_NUMBER = Message(
    "'{key}' of {what} is '{value}'",
    "This entry is a whole number above zero",
    "Write it in figures.",
)
BAD_ID = Message(
    "'{id}' cannot name {what}",
    "Ids are made of a to z, 0 to 9, '_', '.' and '-', and begin with a letter",
    "Choose such a name.",
)
DUPLICATE_ID = Message(
    "'{id}' names {what} and, in line {first}, {other}",
    "An id means one thing",
    "Rename one of the two.",
)
TWICE = Message(
    "'{word}' stands twice in '{key}' of {what}",
    "A list holds each entry once",
    "Remove one of them.",
)
LINE_BREAK = Message(
    "'{key}' of {what} holds a line break",
    "It is one line, since a voice would say nothing of the whole sentence",
    "Join the lines; a block after '>-' without empty lines does so.",
)
UNQUOTED = Message(
    "the words of '{key}' stand without quotes",
    "What is said aloud stands in quotes or in a block, so that no word is lost",
    "Put the words in quotes, or on the next line after '>-'.",
)
UNKNOWN_NAME = Message(
    "{what} names '{name}' in '{key}', which is not {kind}",
    "Names must be known",
    "{hint}",
)
