"""What people say, as the lexicon understands it."""

import pytest

from dialogue.engine import events
from dialogue.engine.events import Bound, Duration, Facts, Strength
from dialogue.engine.protocol import Answer
from dialogue.understanding.lexicon import (
    COMMANDS,
    get_meaning_name,
    normalise,
    understand,
)

TRAPS = [
    ("no, not really", "no"),
    ("not that I know of", "no"),
    ("of course not", "no"),
    ("absolutely not", "no"),
    ("know", "no"),
    ("I guess so", "yes"),
    ("a little", "yes"),
    ("Yeah, I think so.", "yes"),
    ("so, yeah, I guess so", "yes"),
    ("well I don't think so", "no"),
    ("yes and no", "unsure"),
    ("not sure", "unsure"),
    ("I don't know", "unsure"),
    ("i don't no", "unsure"),
    ("no idea", "unsure"),
    ("not anymore", "unsure"),
    ("no problem, go on", "next"),
    ("okay", "next"),
    ("hang on", "wait"),
    ("let me think", "wait"),
    ("right", "no_match"),
    ("yeah no", "no_match"),
    ("no wait yes", "no_match"),
    ("I don't have chest pain", "no_match"),
    ("no i don't know", "no_match"),
    ("never mind", "stop"),
    ("help me", "help"),
    ("why do you ask", "help"),
    ("", "no_input"),
    ("   ", "no_input"),
    ("uh", "no_match"),
    ("no no no", "no"),
    ("um, yes please", "yes"),
    ("well, you know, not really", "no"),
    ("don\N{RIGHT SINGLE QUOTATION MARK}t know", "unsure"),
    ("i_don't_know", "unsure"),
    ("back", "previous"),
    ("call nine one one", "emergency"),
    ("what number do I call", "number"),
    ("tell me more", "more"),
    ("what is a spasm", "more"),
]


@pytest.mark.parametrize(("utterance", "name"), TRAPS)
def test_traps(content, utterance, name):
    """Every trap of the clinical design, 6.5, and more, is understood as it must be."""
    assert name == get_meaning_name(understand(content.lexicon, utterance))


def test_every_phrase_means_what_its_list_says(content):
    """Each answer and command phrase, said alone, amounts to its own list's event."""
    lexicon = content.lexicon
    for answer, phrases in lexicon.answers.items():
        for phrase in phrases:
            plain = answer is Answer.UNSURE or phrase in lexicon.plain[answer]
            strength = Strength.PLAIN if plain else Strength.HEDGED
            given = events.Answered(answer, strength)
            assert given == understand(lexicon, phrase), phrase
    for name, phrases in lexicon.commands.items():
        for phrase in phrases:
            assert COMMANDS[name] == understand(lexicon, phrase), phrase


@pytest.mark.parametrize(
    ("utterance", "strength"),
    [
        ("yes", Strength.PLAIN),
        ("um yes please", Strength.PLAIN),
        ("yes yes I do", Strength.PLAIN),
        ("no no not at all", Strength.PLAIN),
        ("probably", Strength.HEDGED),
        ("sometimes", Strength.HEDGED),
        ("both", Strength.HEDGED),
        ("I was", Strength.HEDGED),
        ("the first one", Strength.HEDGED),
        ("I guess so", Strength.HEDGED),
        ("yes I think so", Strength.HEDGED),
        ("yes probably", Strength.HEDGED),
        ("yes yes a little", Strength.HEDGED),
        ("I guess not", Strength.HEDGED),
        ("no I guess not", Strength.HEDGED),
        ("no probably not", Strength.HEDGED),
        ("not that I know of", Strength.HEDGED),
        ("no but my legs are weak", Strength.PLAIN),
        ("I guess not but my legs are weak", Strength.HEDGED),
    ],
)
def test_how_plainly_an_answer_is_given(content, utterance, strength):
    """One hedged part hedges the whole; a statement behind it keeps the strength."""
    assert strength is understand(content.lexicon, utterance).strength


def test_every_volunteered_phrase_is_heard_as_its_row(content):
    """Each volunteered phrase, said alone, amounts to its own row."""
    for row, phrases in content.lexicon.volunteered.items():
        for phrase in phrases:
            event = understand(content.lexicon, phrase)
            assert events.UnpromptedStatement((row,)) == event, phrase


def test_an_answer_may_be_joined_with_a_volunteered_phrase(content):
    """ "No but my legs are weak" answers no and volunteers weak legs."""
    event = understand(content.lexicon, "No, but my legs are weak.")
    assert events.UnpromptedStatement(("leg_weakness",), answer=Answer.NO) == event


def test_two_volunteered_phrases_may_be_joined(content):
    """A cause and a length in one sentence are both taken."""
    event = understand(content.lexicon, "I lifted something two days ago")
    assert events.UnpromptedStatement(("hard_effort",), Facts(Duration(48))) == event


@pytest.mark.parametrize(
    ("utterance", "hours", "bound"),
    [
        ("two days ago", 48, Bound.EXACT),
        ("since yesterday", 48, Bound.EXACT),
        ("for three days", 72, Bound.EXACT),
        ("almost a week", 168, Bound.EXACT),
        ("a couple of weeks", 336, Bound.EXACT),
        ("about twenty one days", 504, Bound.EXACT),
        ("a fortnight", 336, Bound.EXACT),
        ("over a week", 168, Bound.OVER),
        ("more than ten days", 240, Bound.OVER),
        ("no more than a week", 168, Bound.UNDER),
        ("less than two days", 48, Bound.UNDER),
        ("for about 3 days", 72, Bound.EXACT),
    ],
)
def test_lengths(content, utterance, hours, bound):
    """A length of time becomes hours, with its over or under."""
    event = understand(content.lexicon, utterance)
    assert events.UnpromptedStatement(facts=Facts(Duration(hours, bound))) == event


@pytest.mark.parametrize("word", ["um", "no", "and", "yes"])
def test_endless_talk_is_no_answer(content, word):
    """Talk without end is not understood, and is quickly done with."""
    assert events.NoMatch() == understand(content.lexicon, f"{word} " * 20000)


def test_vague_lengths_settle_nothing(content):
    """ "Last week" and "a while" are understood and hold no value."""
    for phrase in ("last week", "a while", "some time", "monday"):
        event = understand(content.lexicon, phrase)
        assert events.UnpromptedStatement(("no_length",)) == event, phrase


def test_the_lists_do_not_shrink(content):
    """The starter lexicon of the clinical design is whole: counts may only grow."""
    answers = {a.value: len(p) for a, p in content.lexicon.answers.items()}
    assert answers["yes"] >= 46
    assert answers["no"] >= 45
    assert answers["unsure"] >= 25
    assert 12 <= len(content.lexicon.commands)


def test_normal_writes_one_sound_one_way():
    """Case, punctuation, underscores and know/no do not matter."""
    assert "i don't no" == normalise("I don't_KNOW!")
