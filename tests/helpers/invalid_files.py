"""Mistakes in how a file is written: encoding, quotes, brackets, signs."""

from helpers.invalid_data import DFW, LEXICON, PROMPTS, PROTOCOL, SOURCES, Mistake

from dialogue.content import problems as p

LATE_QUOTE = 'retry.wait: "Take your time.'

MISTAKES = (
    Mistake(p.NOT_FOUND, LEXICON, "", None, None, "'locales/en-US/lexicon.yaml'"),
    Mistake(p.TOO_LARGE, SOURCES, "", "# a" * 400_000, None, "larger than 1000 kB"),
    Mistake(p.NOT_UTF8, PROMPTS, "your time", "your t\udcefme", "retry.wait", "UTF-8"),
    Mistake(p.NOT_TEXT, PROMPTS, "your time", "your \x07", "retry.wait", "invisible"),
    Mistake(p.TAB, PROTOCOL, "    stage: care", "\tstage: care", "\tstage", "a tab"),
    Mistake(p.EMPTY_FILE, DFW, None, "# nothing yet\n", None, "is empty"),
    Mistake(p.EMPTY_FILE, DFW, None, "", None, "is empty"),
    Mistake(p.NOT_ONE_TABLE, DFW, None, "- dfw\n- 911\n", "- dfw", "one table"),
    Mistake(
        p.NOT_ONE_TABLE,
        DFW,
        'checked_on: ""',
        'checked_on: ""\n---\nclinic: two',
        "---",
        "Take out '---'",
    ),
    Mistake(
        p.TOO_DEEP,
        PROTOCOL,
        "sets: {under_18: yes",
        "sets: {under_18: [[[[[[[[yes]]]]]]]]",
        "[[[[",
        "8 levels deep",
    ),
    Mistake(p.TOO_DEEP, DFW, None, "a: " + "[" * 100_000, "a: [", "8 levels deep"),
    Mistake(
        p.SPECIAL_SIGN,
        PROMPTS,
        'retry.wait: "Take',
        'retry.wait: *take "',
        "*take",
        "in quotes",
    ),
    Mistake(
        p.SPECIAL_SIGN, PROTOCOL, "status: draft", "status: !draft", "!draft", "& * ! @"
    ),
    Mistake(
        p.SPECIAL_SIGN, PROTOCOL, "status: draft", "status: &a draft", "&a", "commands"
    ),
    Mistake(
        p.SPECIAL_SIGN,
        PROTOCOL,
        "status: draft",
        "status: @draft",
        "@draft",
        "commands",
    ),
    Mistake(
        p.KEY_NOT_TEXT, DFW, "clinic: dfw", "[dfw, irving]: dfw", "[dfw", "plain name"
    ),
    Mistake(
        p.DUPLICATE_KEY,
        PROMPTS,
        "  retry.wait:",
        "  retry.unsure:",
        'retry.unsure: "Take',
        "would replace the first",
    ),
    Mistake(
        p.EMPTY_VALUE,
        PROMPTS,
        'retry.wait: "Take your time."',
        "retry.wait:",
        "retry.wait",
        "remove the line",
    ),
    Mistake(
        p.EMPTY_VALUE,
        LEXICON,
        "    - turn it up\n",
        "    - # turn it up\n",
        "- # turn it up",
        "nothing stands behind",
    ),
    Mistake(
        p.LOST_TEXT,
        LEXICON,
        "- turn it up\n",
        "- turn it up # now\n",
        "# now",
        "everything is a comment",
    ),
    Mistake(
        p.LOST_TEXT,
        LEXICON,
        "- turn it up\n",
        "- turn\n      it up\n",
        "- turn",
        "end of the line",
    ),
    Mistake(
        p.COLON_IN_TEXT,
        PROMPTS,
        '"Take your time."',
        "Listen: take your time.",
        "Listen",
        "Put the words in quotes",
    ),
    Mistake(p.NOT_CLOSED, PROMPTS, f'{LATE_QUOTE}"', LATE_QUOTE, "retry.wait", "quote"),
    Mistake(
        p.NOT_CLOSED,
        PROMPTS,
        'use a clock."\n  timer.failed: "I could not set a timer. Please use a clock."',
        'use a clock."\n  timer.failed: "I could not set a timer.',
        "timer.failed",
        "the closing quote",
    ),
    Mistake(
        p.NOT_CLOSED,
        PROTOCOL,
        "triggers: [hard_effort, held_still, short_of_fluids]",
        "triggers: [hard_effort, held_still, short_of_fluids",
        "triggers: [",
        "the closing bracket",
    ),
    Mistake(
        p.NOT_READABLE,
        PROTOCOL,
        "    stage: care",
        "   stage: care",
        "   stage: care",
        "same column",
    ),
)
