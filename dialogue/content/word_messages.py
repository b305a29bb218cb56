"""Messages to authors on the words that are understood: templates, pairs, lists."""

from dialogue.content.problems import Message
from dialogue.understanding.template import Fault

NOT_A_BLOCK = Message(
    "'{key}' of {what} is {found}",
    "Templates stand in block text, with a comma or a new line between them",
    "Write '{key}: |' and the templates below it, without dashes and brackets.",
)
TEMPLATE_TWICE = Message(
    "the template '{template}' stands twice in '{key}' of {what}",
    "A block holds each template once",
    "Remove one of them.",
)
NO_SURROUNDINGS = Message(
    "there are signs, and no surroundings.yaml beside them",
    "Its lists keep a denial from being taken for a sign, and a sign for a denial",
    "Write surroundings.yaml first.",
)
BAD_PAIR = Message(
    "'{line}' in '{key}' of {what} is no pair",
    "Each line of this block is 'left, left = right'",
    "Write what stands for what, with one equals sign between them.",
)
PAIR_TWICE = Message(
    "'{left}' stands twice on the left in '{key}' of {what}",
    "It would be turned to two things",
    "Remove one of them.",
)
BAD_HOURS = Message(
    "'{value}' in '{key}' of {what} is no length of time",
    "It is hours at most (24), at least (504+) or between (48..72)",
    "Write it in one of these ways.",
)
BAD_VALUE = Message(
    "'{value}' in '{key}' of {what} is no number",
    "The right side is a number above or equal to zero",
    "Write it in figures.",
)
FRAME_END = Message(
    "the frame '{template}' does not end with <X>",
    "A frame is what may stand before a thing, and <X> is the thing",
    "End it with <X>, and use <X> nowhere else.",
)
LONG_TEMPLATE = Message(
    "the template '{template}' has {detail} expansions",
    "A template has at most 100,000 expansions",
    "Split it into several, or take out optional words.",
)

_REMEDIES = {
    Fault.BRACKETS: (
        "has a bracket too many or too few, at '{detail}'",
        "Brackets come in pairs: (a|b) and [a]",
        "Close or remove the bracket.",
    ),
    Fault.EMPTY: (
        "has an empty part",
        "Each part between brackets and bars holds words",
        "Write '[...]' around what may be missing, or '-' for nothing in a verb.",
    ),
    Fault.UNKNOWN_SIGN: (
        "holds '{detail}', which is none of our signs",
        "Known are (a|b), [a], <rule>, {{n}}, {{n:5..17}}, {{length}} and ~verb",
        "Use one of these, or write the words.",
    ),
    Fault.UNKNOWN_RULE: (
        "names the rule '<{detail}>', which there is not",
        "Rules stand under 'rules' of words.yaml",
        "Add the rule, or correct its name.",
    ),
    Fault.UNKNOWN_VERB: (
        "names the verb '~{detail}', which there is not",
        "Verbs stand under 'verbs' of words.yaml",
        "Add the verb with its forms under yes and no, or correct its name.",
    ),
    Fault.TWO_VERBS: (
        "has a second verb, '~{detail}'",
        "A template has one ~verb, so that its denial is one thing",
        "Write the forms of the other verb out.",
    ),
    Fault.VERB_HERE: (
        "has the verb '~{detail}'",
        "Only frames, statements and complaints have a denial",
        "Write the forms of the verb out.",
    ),
    Fault.CIRCLE: (
        "leads in a circle: {detail}",
        "A rule cannot hold itself",
        "Take the inner rule out.",
    ),
    Fault.TOO_DEEP: (
        "has brackets more than {detail} deep in each other",
        "A template is one that a person reads",
        "Split it into several.",
    ),
}
TEMPLATE_FAULTS = {
    fault: Message(f"the template '{{template}}' {what}", rule, remedy)
    for fault, (what, rule, remedy) in _REMEDIES.items()
} | {Fault.TOO_MANY: LONG_TEMPLATE}

CONTRADICTION = Message(
    "'{phrase}' is both {first} and {second}",
    "A phrase is never a yes and a no to one thing",
    "Take it out of one of: {templates}.",
)
THIEF = Message(
    "'{phrase}' of {what} is taken by another meaning: {found}",
    "Each template means what it stands under, where its own question is open",
    "Word it in another way, or take the other meaning out.",
)
ANSWER_AS_FILLER = Message(
    "'{phrase}' is a filler and an answer",
    "A filler changes nothing, so an answer cannot be one",
    "Take it out of 'filler'.",
)
NO_SENTENCE = Message(
    "row '{row}' has nothing under 'named' or 'told'",
    "Each row is something that people say",
    "Add a sentence under 'told', or remove the row.",
)
NO_OWN_ROW = Message(
    "danger question '{question}' has no row in signs.yaml of {locale}",
    "What people say of a danger sign is understood by the row of its own name",
    "Add the row '{question}'.",
)
UNKNOWN_ASKS = Message(
    "row '{row}' asks '{asks}', which is no danger question",
    "'asks' is a danger question of the protocol, 'help' or 'nothing'",
    "{hint}",
)
