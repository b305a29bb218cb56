"""Which press counts: for the question that it names, once, and not too soon."""

import threading

from dialogue.engine.events import Answered, Begin, Stop
from dialogue.engine.protocol import Answer
from local_voice.page.buttons import SETTLING, Buttons, Press
from local_voice.page.view import OFFER, QUESTION, READING, STANDBY, VOICE
from local_voice.session.events import NAMED_INPUTS

SOON = SETTLING / 2


class Clock:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self):
        """Return the time."""
        return self.now


def buttons(offered=QUESTION, *, settled=True):
    """Return buttons in turn 1, the taps that they made, and their clock."""
    clock, taps = Clock(), []
    made = Buttons(clock)
    made.connect(lambda event, turn: not taps.append((event, turn)))
    made.offer(1, offered)
    clock.now += SETTLING if settled else SOON
    return made, taps, clock


def test_a_press_is_an_answer():
    """It reaches the loop with the turn that it answers."""
    made, taps, _ = buttons()
    assert Press.TAKEN is made.press("yes", 1)
    assert [(Answered(Answer.YES), 1)] == taps


def test_a_press_for_another_turn_is_late():
    """Earlier or not yet there: it counts for nothing."""
    made, taps, _ = buttons()
    assert Press.LATE is made.press("yes", 0)
    assert Press.LATE is made.press("yes", 2)
    assert [] == taps


def test_only_what_is_offered_can_be_pressed():
    """No answer where none is open, and no button of somebody's own making."""
    made, taps, _ = buttons(READING)
    assert Press.LATE is made.press("yes", 1)
    assert Press.LATE is made.press("dance", 1)
    assert [] == taps


def test_a_turn_takes_one_press_from_all_pages_together():
    """The page opened twice: the first press counts."""
    made, taps, _ = buttons()
    assert Press.TAKEN is made.press("no", 1)
    assert Press.LATE is made.press("yes", 1)
    assert 1 == len(taps)


def test_a_second_press_does_not_count_while_the_first_is_being_taken():
    """What the loop tells meanwhile opens no question a second time."""
    made, taps, _ = buttons()
    made.press("no", 1)
    made.offer(1, QUESTION)
    assert Press.LATE is made.press("yes", 1)
    assert 1 == len(taps)


def test_presses_at_the_same_moment_count_once():
    """Twenty threads press; one answer comes out."""
    made, taps, _ = buttons()
    start = threading.Barrier(20)

    def press():
        start.wait()
        made.press("yes", 1)

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 == len(taps)


def test_a_double_press_does_not_answer_the_next_question():
    """What comes before a question could be read is no answer to it; stop always is."""
    made, taps, clock = buttons(settled=False)
    assert Press.SOON is made.press("no", 1)
    assert [] == taps
    clock.now += SOON
    assert Press.TAKEN is made.press("no", 1)
    made, taps, _ = buttons(settled=False)
    assert Press.TAKEN is made.press("stop", 1)
    assert [(Stop(), 1)] == taps


def test_offering_the_same_turn_again_does_not_delay():
    """Going from speaking to listening leaves a question as old as it is."""
    made, _, _ = buttons()
    made.offer(1, QUESTION)
    assert Press.TAKEN is made.press("no", 1)


def test_the_loop_has_the_last_word():
    """Where a spoken answer was quicker, the press is late."""
    made, _, _ = buttons()
    made.connect(lambda event, turn: False)
    assert Press.LATE is made.press("no", 1)


def test_another_talk_can_be_started_in_the_turn_that_ended_the_last():
    """The press that ended it does not keep the next one shut."""
    made, taps, clock = buttons()
    made.press("stop", 1)
    made.offer(1, STANDBY)
    assert Press.SOON is made.press("start", 1)
    clock.now += SETTLING
    assert Press.TAKEN is made.press("start", 1)
    assert [(Stop(), 1), (Begin(), 1)] == taps


def test_every_button_amounts_to_something():
    """No button is shown that would do nothing."""
    assert {*QUESTION, *OFFER, *READING, *STANDBY, *VOICE} == set(NAMED_INPUTS)
