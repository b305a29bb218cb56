"""The catalogue of messages to authors."""

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
        """Return `path:line: what is wrong. The rule. What to do.`"""
        return f"{self.path}:{self.line}: {self.what}. {self.rule}. {self.remedy}"


@dataclass(frozen=True)
class Message:
    """The words of one kind of problem; names in braces are filled in."""

    what: str
    rule: str
    remedy: str

    def at(self, place: Place, **words: object) -> Problem:
        """Return the problem that stands at `place`."""
        parts = (part.format(**words) for part in (self.what, self.rule, self.remedy))
        return Problem(*place, *parts)


class DataRefused(ValueError):
    """Data cannot be used; its text has one line per problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, in the order of files and lines."""
        self.problems = sorted(set(problems), key=lambda p: (p.path, p.line))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a closing sentence that names the likeliest of `known`, or some of it."""
    names = sorted(set(known))
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
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
    "Quotes and brackets come in pairs",
    "Add the closing {sign}.",
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

# The protocol.
NOT_REVIEWED = Message(
    "the protocol is approved, but has no '{key}'",
    "An approved protocol names its reviewer and the date, as in 2026-05-31",
    "Add them, or set the status to draft.",
)
MISSING_SOURCE = Message(
    "{what} has no source",
    "Every question and rule rests on a source",
    "Name one or more keys of sources.yaml in 'source'.",
)
EMPTY_CONDITION = Message(
    "the condition '{key}' of {what} is empty",
    "A condition has any_yes, all_yes or at_least, with names in it",
    "Add the names of questions or statements.",
)
BAD_COUNT = Message(
    "at_least of {what} asks for {count} of {of}",
    "The count lies between one and the number of names",
    "Correct the count or the list.",
)
FLAG_STAGE = Message(
    "{what} is a red flag outside the stage screen, or no red flag inside it",
    "All danger signs are settled first, in the stage screen",
    "Set 'stage: screen' and 'red_flag: yes' together.",
)
FLAG_AFTER_ORDINARY = Message(
    "red flag '{id}' stands after ordinary question '{before}'",
    "Danger signs come first, unless their only_if needs that question",
    "Move it up.",
)
FLAG_KNOWN_FROM = Message(
    "red flag '{id}' has known_from",
    "Only a clear answer to the question itself settles a danger sign",
    "Remove 'known_from'.",
)
FLAG_UNSURE = Message(
    "red flag '{id}' counts unsure as no",
    "Unsure about a danger sign counts as yes",
    "Set 'unsure_means: yes'.",
)
FLAG_WITHOUT_RULE = Message(
    "a yes to red flag '{id}' alone leads to no emergency or urgent rule",
    "A danger sign outranks everything else",
    "Add a rule with 'any_yes: [{id}]' and such a disposition.",
)
DEPENDS_ON_ITSELF = Message(
    "the only_if of question '{id}' leads back to itself",
    "A question cannot wait for its own answer",
    "Take '{name}' out of its 'only_if'.",
)
UNUSED_QUESTION = Message(
    "no rule, condition or care line uses question '{id}'",
    "Nobody is asked what changes nothing",
    "Use it, or remove it.",
)
UNREACHABLE_QUESTION = Message(
    "question '{id}' is never asked, whatever is answered before it",
    "Every question can be reached",
    "Correct its 'only_if', or remove it.",
)
STATEMENT_NEVER_SET = Message(
    "nothing that people say sets statement '{id}'",
    "A statement is never asked, so it must be possible to say it",
    "Add it to the 'sets' of a volunteered row, or remove it.",
)
RULE_NEVER_DECIDES = Message(
    "rule '{id}' never decides, whatever is answered",
    "Each rule decides at least one talk",
    "Look at the rules above it and at its 'when'.",
)
NO_DECISION = Message(
    "no rule holds when the answer is yes to {yes} and no to all else",
    "'otherwise' must be unreachable",
    "Add a rule for this case.",
)
NOTHING_TO_SAY = Message(
    "volunteered row '{id}' has no phrases in {locale}",
    "What cannot be said is never understood",
    "Add it under 'volunteered' of the lexicon.",
)
MEDICINE_LINE = Message(
    "care line '{key}' names a medicine without 'home_only' and 'if_no'",
    "A medicine is named only at home and after a clear no to the stop-list",
    "Add 'home_only: yes' and 'if_no: [medicine_caution]'.",
)

# Words that are said.
PROMPT_MISSING = Message(
    "{what} needs the words '{key}', which {locale} does not have",
    "Whatever can be said has its words",
    "{hint}",
)
PROMPT_UNUSED = Message(
    "nothing says '{key}'",
    "Words that nobody hears need no upkeep",
    "Remove them, or name them in the protocol.",
)
UNKNOWN_PLACEHOLDER = Message(
    "'{key}' holds '{{{name}}}', which nothing fills in",
    "Placeholders are filled in from the clinic's file",
    "{hint}",
)
LONG_SENTENCE = Message(
    "a sentence of '{key}' has {count} words: \"{start} ...\"",
    "A sentence has at most {most} words",
    "Split it.",
)
LONG_QUESTION = Message(
    "'{key}' has {count} words in all",
    "A question has at most {most} words in all",
    "Move the rest to 'help'.",
)
LONG_WELCOME = Message(
    "'{key}' has {count} words as spoken for clinic '{clinic}'",
    "The welcome has at most {most} words, names and numbers included",
    "Shorten it, or the clinic's name.",
)
NOT_A_QUESTION = Message(
    "'{key}' does not end with a question mark",
    "A question that is asked ends as one",
    "End it with '?'.",
)
EITHER_OR = Message(
    "'{key}' asks either-or with \"{words}\"",
    "A question can be answered with yes or no",
    "Ask about one side only.",
)
AVOIDED_WORD = Message(
    "'{key}' says \"{word}\"",
    "We use plain words",
    "Say {instead}.",
)
DOSE = Message(
    "'{key}' seems to name a dose: \"{words}\"",
    "No amount, strength, count or interval of a medicine is ever spoken",
    "Send people to the label or a pharmacist.",
)

# Words that are understood.
BAD_PHRASE = Message(
    "'{phrase}' of {what} is not written as it is heard",
    "Phrases are lower case, with numbers in words and no punctuation but '",
    "Write '{better}'.",
)
TWO_MEANINGS = Message(
    "'{phrase}' means {what} and, in {place}, {other}",
    "A phrase has one meaning",
    "Take it out of one of the two.",
)

# Clinics.
BAD_PHONE = Message(
    "'{key}' of {what} is '{number}'",
    "A phone number is written \"NNN-NNN-NNNN\", in quotes",
    "Write it so.",
)
BAD_EMERGENCY_NUMBER = Message(
    "the emergency number is '{number}'",
    "It has two to four figures, in quotes, and is no line of the clinic",
    'Write it so, as in "911".',
)
SAME_NUMBER = Message(
    "line '{id}' has the number of line '{other}'",
    "No two lines share a number, so that none is said by mistake",
    "Correct one of them.",
)
SAME_PURPOSE = Message(
    "lines '{id}' and '{other}' are both spoken for {purpose}",
    "One number is said for one purpose",
    "Set 'spoken: no' for one of them.",
)
NEVER_SPOKEN = Message(
    "line '{id}' is for {purpose}, and is spoken",
    "A fax and a number whose use nobody stated are never spoken",
    "Set 'spoken: no', or state its purpose.",
)
LONG_NAME = Message(
    "the clinic's name has {count} words",
    "It has at most {most} words, so that the welcome stays short",
    "Shorten it as people say it.",
)
BAD_HOURS = Message(
    "the hours of {day} are '{hours}'",
    'Hours are "HH:MM-HH:MM", the start before the end, or closed',
    'Write them so, as in "08:00-17:00".',
)
BAD_TIMEZONE = Message(
    "the timezone '{zone}' is not known",
    "Opening hours need a zone of the time zone database",
    "Write it as in America/Chicago.",
)
FOREIGN_NUMBER = Message(
    "the number {number} stands in no seed fact",
    "A bundled clinic has only numbers that stand in seed_facts.csv",
    "Correct it, or keep the file outside the program and give its path.",
)

# Seed facts.
BAD_FACTS = Message(
    "this row is not a seed fact",
    "A row has id, seed, kind, fact and used_in, and ids run from S001 on",
    "Compare it with the rows above.",
)
FACT_UNUSED = Message(
    "seed fact {id} has no 'used_in'",
    "Every fact is used, or says 'not used:' and the reason",
    "Fill in the last column.",
)
FACT_ASTRAY = Message(
    "seed fact {id} is used in '{name}', which is nothing known",
    "used_in names a question, statement, rule, prompt or profile.<clinic>.<entry>",
    "{hint}",
)
