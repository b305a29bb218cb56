"""Who decides between own sounds and the usual recogniser: every row of the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.engine import events
from dialogue.engine.events import Answered, Checked, NoInput, NoMatch, Stop
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import Asked, AskedKind
from local_voice.asr.interfaces import SoundMatch
from local_voice.own_sounds.decision import LOUD, SWITCH, WHICH, SoundDecider

DANGER, FACT = Asked(AskedKind.DANGER, "chest"), Asked(AskedKind.FACT, "trigger")
YES, NO = Answered(Answer.YES), Answered(Answer.NO)
NONE = SoundMatch(1, "", is_sure=False, above_room=30.0)


def heard(name, *, sure=False, above=30.0):
    """Return a match of one taught sound."""
    return SoundMatch(1, name, sure, above)


@pytest.mark.parametrize(
    ("match", "usual", "asked", "wanted"),
    [
        (heard("yes", sure=True), NoMatch(), DANGER, YES),
        (heard("no", sure=True), NoInput(), DANGER, NO),
        (heard("no", sure=True), NO, DANGER, NO),
        (heard("no", sure=True), YES, DANGER, NoMatch()),
        (heard("no", sure=True), Stop(), FACT, NoMatch()),
        (heard("yes"), YES, DANGER, YES),
        (heard("yes"), NoMatch(), FACT, YES),
        (heard("yes"), NO, FACT, YES),
        (heard("yes"), NoMatch(), DANGER, Checked(lean=Answer.YES)),
        (heard("no"), YES, DANGER, Checked(lean=Answer.NO)),
        (NONE, YES, FACT, NoMatch()),
        (NONE, NO, DANGER, NoMatch()),
        (NONE, Checked(lean=Answer.NO), DANGER, NoMatch()),
        (NONE, Stop(), DANGER, Stop()),
        (NONE, events.Help(), FACT, events.Help()),
        (NONE, events.Repeat(), DANGER, events.Repeat()),
        (NONE, events.CallForHelp(), FACT, events.CallForHelp()),
        (heard("no", sure=True), events.CallForHelp(), FACT, events.CallForHelp()),
        (NONE, NoInput(), DANGER, NoInput()),
        (NONE, NoMatch(), DANGER, NoMatch()),
    ],
)
def test_each_row_of_the_table(match, usual, asked, wanted):
    """The first turn at a question."""
    assert SoundDecider().decide("here", asked, match, usual).event == wanted


def test_a_named_danger_keeps_no_answer_of_the_usual_recogniser():
    """ "No, but my legs are numb" names the numbness; its no does not count."""
    said = events.UnpromptedStatement(("numb",), answer=Answer.NO)
    event = SoundDecider().decide("here", DANGER, NONE, said).event
    assert event == events.UnpromptedStatement(("numb",))


def test_the_same_unsure_sound_twice_counts():
    """At one open prompt, not across two."""
    decider = SoundDecider()
    decider.decide("a", DANGER, heard("no"), NoMatch())
    other = decider.decide("b", DANGER, heard("no"), NoMatch())
    assert other.event == Checked(lean=Answer.NO)
    assert decider.decide("b", DANGER, heard("no"), NoMatch()).event == NO


def test_a_sound_that_is_not_sure_is_said_back():
    """A harmless question takes it, and says what it was taken for."""
    decision = SoundDecider().decide("a", FACT, heard("no"), NoMatch())
    assert decision.says == ("own.heard.no",)


def test_in_noise_no_own_sound_is_believed_at_a_danger_sign():
    """Below 15 dB over the room; a harmless question takes it."""
    noisy = heard("no", sure=True, above=14.0)
    decision = SoundDecider().decide("a", DANGER, noisy, NoMatch())
    assert (decision.event, decision.says) == (NoMatch(), (LOUD,))
    assert SoundDecider().decide("a", FACT, noisy, NoMatch()).event == NO


def test_only_a_no_to_a_danger_sign_may_be_undone():
    """A yes is the safe side, and a harmless question can be taken back."""
    for asked, name, wanted in ((DANGER, "no", True), (DANGER, "yes", False)):
        decision = SoundDecider().decide("a", asked, heard(name, sure=True), NoInput())
        assert decision.offers_undo is wanted
    for asked, match in ((FACT, heard("no", sure=True)), (DANGER, heard("no"))):
        decision = SoundDecider().decide("a", asked, match, NoInput())
        assert not decision.offers_undo


def test_what_the_usual_recogniser_hears_wrongly_is_not_heeded():
    """It was heard in the taught sounds: "nie" as yes."""
    decider = SoundDecider(unheeded=("yes",))
    decision = decider.decide("a", DANGER, heard("no", sure=True), YES)
    assert decision.event == NO
    plain = SoundDecider().decide("a", DANGER, heard("no", sure=True), YES)
    assert plain.says == (WHICH,)


def test_sounds_that_are_alike_are_asked_for_twice():
    """Sure or not, at any question."""
    decider = SoundDecider(asks_twice=True)
    first = decider.decide("a", FACT, heard("no", sure=True), NO)
    assert first.event == Checked(lean=Answer.NO)
    assert decider.decide("a", FACT, heard("no", sure=True), NO).event == NO


def test_other_ways_are_offered_after_two_turns_that_came_to_nothing():
    """Once for each two."""
    decider = SoundDecider()
    said = [decider.decide("a", DANGER, NONE, YES).says for _ in range(4)]
    assert said == [(), (SWITCH,), (), (SWITCH,)]


def test_a_doubt_is_one_that_a_press_could_settle():
    """At a danger sign, of one sound, where the usual recogniser says nothing else."""
    for asked, match, usual, wanted in (
        (DANGER, heard("no"), NoMatch(), "no"),
        (DANGER, heard("yes"), NoInput(), "yes"),
        (DANGER, heard("no"), YES, ""),
        (DANGER, heard("no", sure=True), NoMatch(), ""),
        (DANGER, heard("no", above=10.0), NoMatch(), ""),
        (DANGER, NONE, NO, ""),
        (FACT, heard("no"), NoMatch(), ""),
    ):
        assert SoundDecider().decide("a", asked, match, usual).doubt == wanted


def test_another_interview_begins_anew():
    """What was heard in the last one is no second time."""
    decider = SoundDecider()
    for _ in range(2):
        decider.begin()
        decision = decider.decide("a", DANGER, heard("no"), NoMatch())
        assert decision.event == Checked(lean=Answer.NO)


MATCHES = st.builds(
    SoundMatch,
    pieces=st.just(1),
    name=st.sampled_from(["", "yes", "no", "unsure"]),
    is_sure=st.just(False),
    above_room=st.sampled_from([10.0, 30.0]),
)
USUAL = st.sampled_from([NoMatch(), NoInput(), YES, Stop(), Checked(lean=Answer.YES)])


@given(st.lists(st.tuples(MATCHES, USUAL), max_size=6))
def test_no_row_of_unsure_sounds_is_a_no_unless_the_same_twice(turns):
    """At a danger sign, whatever else is heard; the usual no is no witness here."""
    decider, before = SoundDecider(), ""
    for match, usual in turns:
        event = decider.decide("chest", DANGER, match, usual).event
        believed = match.name if match.above_room >= 15 else ""
        if event == NO:
            assert (before, believed) == ("no", "no")
        before = believed


def test_practice_is_offered_once_where_much_is_asked_again():
    """Four of ten answers; said once a session."""
    decider, said = SoundDecider(), []
    for number in range(20):
        sure = number % 2 == 0
        match = heard("yes", sure=True) if sure else NONE
        usual = NoMatch() if sure else YES
        said += decider.decide(str(number), FACT, match, usual).says
    assert said.count("own.practise") == 1
