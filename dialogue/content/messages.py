"""Messages to authors on what data says; `problems.py` has those on its form."""

from dialogue.content.problems import Message

# The protocol.
TYPED_APPROVAL = Message(
    "the protocol calls itself '{status}'",
    "Here it is always a draft: a clinician's signature alone approves it",
    "Write 'status: draft', and run python -m dialogue sign.",
)
SIGNATURE_EDITED = Message(
    "this signature does not fit its own list of items",
    "A signature is written by python -m dialogue sign and never by hand",
    "Delete the file, and let the clinician sign again.",
)
UNKNOWN_CONCERN = Message(
    "open point {id} concerns '{name}', which is nothing known",
    "It names questions, rules, statements, thresholds, outcomes, care lines or words",
    "{hint}",
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
    "{what} is {what_it_is} in stage {stage}",
    "Stage screen holds danger signs (red flags) and the gates before them, no others",
    "Set 'stage: screen' together with either 'red_flag: yes' or 'gate: yes'.",
)
GATE_OPENS_NOTHING = Message(
    "no red flag waits for gate '{id}'",
    "A gate is a broad question that opens narrow danger signs",
    "Name it in the 'only_if' of a red flag, or ask it in stage decide.",
)
FLAG_AFTER_ORDINARY = Message(
    "red flag '{id}' stands after ordinary question '{before}'",
    "Danger signs come first, unless their only_if needs that question",
    "Move it up.",
)
FLAG_KNOWN_FROM = Message(
    "{kind} '{id}' has known_from",
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
FLAG_LOWERED = Message(
    "volunteered row '{id}' sets '{name}' to {answer}",
    "A phrase can raise a danger sign or a caution to yes, never settle it otherwise",
    "Set it to yes, or take it out of the row.",
)
WISH_SET = Message(
    "volunteered row '{id}' says yes to '{name}', which opens a care line",
    "Only a plain yes to the question itself is a wish for a medicine",
    "Take it out of the row.",
)
UNHEARD_NAMED = Message(
    "{what} names '{name}', which counts what was not heard",
    "Nobody says it, and no question waits for it: only rules look at it",
    "Take the name out.",
)
UNHEARD_AT_HOME = Message(
    "no rule keeps from home care who was not heard in stage {stage}",
    "What was not heard is never taken for safe",
    "Name a statement with 'unheard: {stage}' alone in 'any_yes' of a clinic rule.",
)
DEPENDS_ON_ITSELF = Message(
    "the only_if of question '{id}' leads back to itself",
    "A question cannot wait for its own answer",
    "Take out the name in 'only_if' that leads back.",
)
UNUSED_NAME = Message(
    "no rule, condition or care line uses {what}",
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
    "no rule holds after a yes to {yes} and a no to all else that is asked",
    "Every talk must end with a rule, and nobody may get to 'otherwise'",
    "Add a rule for this case.",
)
NOTHING_TO_SAY = Message(
    "volunteered row '{id}' has no phrases in {locale}",
    "What cannot be said is never understood",
    "Add the row to understanding/signs.yaml of the locale.",
)
MEDICINE_LINE = Message(
    "'{key}' names a medicine, \"{word}\"",
    "A medicine is named only by a care line with 'home_only' and an 'if_no'",
    "Take the name out, or add both to the care line.",
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
    "'{key}' holds the placeholder '{name}', which nothing fills in",
    "Placeholders are filled in from the clinic's file",
    "{hint}",
)
WRONG_COUNT = Message(
    "'{key}' lists {count} words",
    "It needs {wanted} of them, with a comma between two",
    "Write every one of them, in order.",
)
STRAY_BRACE = Message(
    "'{key}' holds a brace without a name",
    "A name in braces is filled in, as in {{hour}}",
    "Close it, or take it out.",
)
LONG_SENTENCE = Message(
    "a sentence of '{key}' has {count} words: \"{start} ...\"",
    "A sentence has at most {most} words",
    "Split it.",
)
LONG_QUESTION = Message(
    "'{key}' has {count} words",
    "A question has at most {most} words",
    "Move the rest to 'help'.",
)
LONG_QUESTIONS = Message(
    "the middle one of all questions has {middle} words",
    "Of all 'ask', sorted by length, the middle one has at most {most} words",
    "Shorten the longest of them.",
)
SEVERAL_QUESTIONS = Message(
    "'{key}' has {count} question marks",
    "A question asks one thing, with one question mark",
    "Make two questions of it, or move the rest to 'help'.",
)
TWO_PARTS = Message(
    "'{key}' joins two parts with \"{word}\"",
    "A question asks one sign, so that yes and no mean the same for all of it",
    "Make two questions of it, or say under 'one_thing' why the parts are one.",
)
NEEDLESS_REASON = Message(
    "question '{id}' gives a reason in 'one_thing', but has one part only",
    "A reason stands where two parts are asked as one",
    "Remove it.",
)
OTHER_LENGTH = Message(
    "'{key}' does not name the threshold of {hours} hours",
    "A length stands in the protocol and in the words, which change together",
    "Name it as {names}, or correct the threshold.",
)
NO_SHORT_NAME = Message(
    "question '{id}' has no short name '{key}' in {locale}",
    "A danger sign that was not heard is named in the reply, by its short name",
    "Add it under 'prompts' in at most {most} words, as in \"chest pain\".",
)
LONG_SHORT_NAME = Message(
    "the short name '{key}' has {count} words",
    "It has at most {most} words, so that three of them fit into one sentence",
    "Shorten it.",
)
NOT_A_SHORT_NAME = Message(
    "the short name '{key}' is \"{words}\"",
    "It is part of a sentence, with no full stop, comma or brace",
    'Write the name alone, as in "chest pain".',
)
LONG_WELCOME = Message(
    "'{key}' and '{draft}' have {count} words as spoken for clinic '{clinic}'",
    "Together they have at most {most} words, names and numbers included",
    "Shorten them, or the clinic's name.",
)
UNFINISHED = Message(
    "'{key}' does not end as a sentence ends",
    "What is spoken ends with a full stop or a question mark",
    "Finish the sentence.",
)
NO_EMERGENCY_NUMBER = Message(
    "'{key}' does not name the emergency number",
    "Whoever hears these words may need it at once",
    "Put {{emergency_number}} into them.",
)
CLINIC_IN_DANGER = Message(
    "'{key}' names the clinic's number by '{name}'",
    "In danger nobody is sent to the clinic's booking line",
    "Take it out.",
)
LITERAL_NUMBER = Message(
    "'{key}' holds the number {number}",
    "Numbers to call come from the clinic's file",
    "Put {{emergency_number}} or {{clinic_phone}} in its place.",
)
NOT_A_QUESTION = Message(
    "'{key}' does not end with a question mark",
    "A question that is asked ends as one",
    "End it with '?'.",
)
EITHER_OR = Message(
    "'{key}' cannot be answered with yes or no: \"{words}\"",
    "Every question takes a yes or a no; none asks either-or, what or how",
    "Ask about one side only.",
)
AVOIDED_WORD = Message(
    "'{key}' says \"{word}\"", "We use plain words", "Say {instead}."
)
DOSE = Message(
    "'{key}' seems to name a dose: \"{words}\"",
    "No amount, strength, count or interval of a medicine is ever spoken",
    "Send people to the label or a pharmacist.",
)

# Words that are understood.

# Clinics.
BAD_PHONE = Message(
    "'{key}' of {what} is '{number}'",
    'A phone number is written "NNN-NNN-NNNN", in quotes',
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
MANY_LETTERS = Message(
    "'{key}' of {what} has {count} letters",
    "It has at most {most}, spaces included, so that it can be said and shown",
    "Shorten it as people say it.",
)
UNPRINTABLE = Message(
    "'{key}' of {what} holds a sign that cannot be seen or said, {code}",
    "With it the voice would say nothing of the whole sentence",
    "Type it anew instead of copying it.",
)
BAD_HOURS = Message(
    "the hours of {day} are '{hours}'",
    'Hours are "HH:MM-HH:MM", the start before the end, or closed; with a break, up to '
    "three of them with commas between, each after the one before",
    'Write them so, as in "08:00-17:00" or "08:00-12:00, 13:00-17:00".',
)
NEVER_OPEN = Message(
    "every day is closed",
    "Hours hold at least one open day, else the next opening cannot be said",
    "Write the open days, or leave the hours out.",
)
BAD_DATE = Message(
    "'{date}' is not a day",
    "A day on which the clinic is closed is written YYYY-MM-DD",
    "Write it so, as in 2026-12-25.",
)
BAD_TIMEZONE = Message(
    "the timezone '{zone}' is not known",
    "Opening hours need an Area/City of the time zone database: shorter names, and "
    "those of Etc, know no summer time or change their meaning",
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
    "It names a question, statement, rule, prompt or profile.<clinic>.<entry>",
    "{hint}",
)
