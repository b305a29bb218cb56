"""What may be kept: offered once the talk is over, and only a clear yes counts."""

import io
from datetime import datetime

import pytest
from helpers.core_turns import NO, UNSURE, YES, say

from dialogue.__main__ import main
from dialogue.engine import events
from dialogue.engine.events import CheckReason, Strength
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.records.consent import (
    Prompter,
    RetentionOptions,
    is_offer_allowed,
    must_reopen,
    offer_retention,
)
from dialogue.records.history import entries
from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand

MOMENT = datetime.fromisoformat("2026-03-03T10:00:00-06:00")
SPOT = {"adult": YES, "started_within_three_days": YES, "same_spot_returns": YES}
FEVER = (*["no"] * 6, "yes", *["no"] * 3, "yes", "no", "yes", "yes")
"""Typed answers of an adult with a fever, whose pain began with an effort."""


class Person:
    """Answers what is asked, and notes every word and line."""

    def __init__(self, *answers):
        """Answer with `answers` in order; then hang up."""
        self.answers, self.said, self.shown = list(answers), [], []
        self.ways = Prompter(self.ask, self.said.append, self.shown.append)

    def ask(self, key):
        """Answer the next question."""
        self.said.append(key)
        return self.answers.pop(0) if self.answers else None


def ended(content, answers):
    """Return state and reply of a talk to its end; what is not given is a no."""
    state, reply = say(content.protocol, None, events.Begin())
    while reply.expects_answer:
        event = answers.get(str(reply.open_prompt), NO)
        state, reply = take_turn(content.protocol, state, event)
    return state, reply


def offered(content, tmp_path, *answers, talk=SPOT):
    """Offer record and history after `talk`; return the person and what reopens."""
    person = Person(*answers)
    keeping = RetentionOptions(
        tmp_path / "records", tmp_path / "past" / "history.sqlite3"
    )
    end = talk if isinstance(talk, tuple) else ended(content, talk)
    event = offer_retention(content, keeping, end, MOMENT, person.ways)
    return person, event


def test_two_yeses_keep_the_record_and_the_day(content, tmp_path):
    """Each of the two has a question of its own, and says that it was done."""
    person, event = offered(content, tmp_path, YES, YES)
    assert event is None
    assert ["record.ask", "record.done", "history.ask", "history.done"] == person.said
    assert 4 == len(list((tmp_path / "records").iterdir()))
    (entry,) = entries(tmp_path / "past" / "history.sqlite3")
    assert ("2026-03-03", "clinic", True) == (
        f"{entry.day}",
        entry.disposition,
        entry.same_spot,
    )
    assert "python -m dialogue history delete" in person.shown[-1]


@pytest.mark.parametrize(
    "answer",
    [
        NO,
        UNSURE,
        events.Answered(Answer.YES, Strength.HEDGED),
        events.NoInput(),
        events.NoMatch(),
        events.Next(),
        events.Stop(),
        events.UnpromptedStatement((), answer=YES.answer),
    ],
)
def test_anything_but_a_clear_yes_keeps_nothing(content, tmp_path, answer):
    """No, unsure, silence, room talk and half a yes leave no file and no folder."""
    person, event = offered(content, tmp_path, answer, answer)
    assert event is None
    assert ["record.ask", "keeping.no", "history.ask", "keeping.no"] == person.said
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words", ["probably", "sometimes", "both", "I was", "the first one", "I guess so"]
)
def test_a_hedged_yes_keeps_nothing(content, tmp_path, words):
    """What is a yes to a danger sign is no permission."""
    asked = build_asked(content.protocol, "record.ask")
    answer = understand(content.words, words, asked)
    assert answer != YES
    person, _ = offered(content, tmp_path, *[answer] * 4)
    assert {"record.ask", "history.ask", "keeping.no"} == set(person.said)
    assert [] == list(tmp_path.iterdir())


def test_hanging_up_keeps_nothing(content, tmp_path):
    """Who leaves is asked nothing more."""
    person, event = offered(content, tmp_path)
    assert (None, ["record.ask"]) == (event, person.said)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "again",
    [
        events.Repeat(),
        events.Help(),
        events.AskForMore(),
        events.Wait(),
        events.Checked(Answer.YES),
        events.Checked(Answer.NO),
        events.HarmlessComplaint(),
    ],
)
def test_the_question_is_asked_again_once(content, tmp_path, again):
    """What is no answer yet brings the same question; a second one is a no."""
    person, _ = offered(content, tmp_path, again, YES, again, again)
    assert ["record.ask"] * 2 + ["record.done"] == person.said[:3]
    assert ["history.ask"] * 2 + ["keeping.no"] == person.said[3:]


def test_nothing_is_offered_by_default(content):
    """Without the options there is no question."""
    person = Person(YES, YES)
    talk = ended(content, SPOT)
    assert (
        offer_retention(content, RetentionOptions(), talk, MOMENT, person.ways) is None
    )
    assert [] == person.said + person.shown


@pytest.mark.parametrize("event", [YES, events.CallForHelp()])
def test_nothing_is_asked_after_an_emergency(content, tmp_path, event):
    """The emergency reply stands alone: no question follows it."""
    talk = say(content.protocol, None, events.Begin(), event)
    person, _ = offered(content, tmp_path, YES, YES, talk=talk)
    assert [] == person.said
    assert not is_offer_allowed(content.protocol, talk[1])


def test_nothing_is_asked_without_an_outcome_or_a_listener(content, tmp_path):
    """A talk that was stopped early has no record, and silence needs no question."""
    stopped = say(content.protocol, None, events.Begin(), NO, events.Stop())
    silent = say(content.protocol, None, events.Begin(), *[events.NoInput()] * 2)
    unheard = say(content.protocol, None, events.Begin(), *[events.NoMatch()] * 9)
    assert "close.unheard" in unheard[1].says
    for talk in (stopped, silent, unheard):
        person, _ = offered(content, tmp_path, YES, YES, talk=talk)
        assert [] == person.said


def test_a_stop_after_the_advice_still_brings_the_offer(content, tmp_path):
    """Who has heard enough may still want it written down."""
    talk = ended(content, SPOT | {"offer_steps": events.Stop()})
    assert ("close.stop",) == talk[1].says
    person, _ = offered(content, tmp_path, YES, NO, talk=talk)
    assert "record.done" in person.said


@pytest.mark.parametrize("row", ["numb_bottom", "fever", "worst_ever"])
def test_a_danger_sign_opens_the_talk_again(content, tmp_path, row):
    """A sign said at the question goes before the record, and nothing is kept."""
    event = events.UnpromptedStatement((row,), answer=YES.answer)
    person, again = offered(content, tmp_path, event)
    assert (event, ["record.ask"]) == (again, person.said)
    assert [] == list(tmp_path.iterdir())
    later, again = offered(content, tmp_path, NO, event)
    assert (event, "history.ask") == (again, later.said[-1])


@pytest.mark.parametrize(
    "event",
    [
        events.Checked(Answer.YES, ("numb_bottom",), CheckReason.SIGN),
        events.Checked(reason=CheckReason.HELP),
    ],
)
def test_a_danger_sign_in_what_was_understood_in_part_does_too(
    content, tmp_path, event
):
    """It is asked about before anything is kept."""
    person, again = offered(content, tmp_path, event)
    assert (event, ["record.ask"]) == (again, person.said)
    assert [] == list(tmp_path.iterdir())


def test_what_is_no_danger_sign_does_not(content):
    """A cause or a length of time said too late opens nothing."""
    protocol = content.protocol
    assert not must_reopen(protocol, events.UnpromptedStatement(("under_18",)))
    assert not must_reopen(protocol, events.UnpromptedStatement(()))
    assert not must_reopen(protocol, YES)
    assert must_reopen(protocol, events.StartOver())


def test_a_record_that_cannot_be_written_is_said(content, tmp_path):
    """The person hears it, the screen says why, and the next question still comes."""
    (tmp_path / "records").write_text("in the way")
    person, _ = offered(content, tmp_path, YES, YES)
    assert ["record.ask", "record.failed", "history.ask", "history.done"] == person.said
    assert "records: the record cannot be written: File exists." in person.shown[0]


def test_a_history_that_cannot_be_written_is_said(content, tmp_path):
    """The person hears it, and the screen says why."""
    (tmp_path / "past").write_text("in the way")
    person, _ = offered(content, tmp_path, NO, YES)
    assert "history.failed" == person.said[-1]
    assert "history cannot be used" in person.shown[-1]


def typed(monkeypatch, *lines):
    """Let the console read `lines`."""
    monkeypatch.setattr(
        "sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines))
    )


def test_try_asks_before_it_writes(monkeypatch, capsys, tmp_path):
    """The console's talk ends with the questions, and two yeses keep both."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    typed(monkeypatch, *FEVER, "yes", "yes")
    records = tmp_path / "records"
    assert 0 == main(["try", "--record", str(records), "--history"])
    out = capsys.readouterr().out
    assert "I do it only if you say yes." in out
    assert list(records.glob("*_talk.html"))
    assert 0 == main(["history", "show"])
    assert "urgent" in capsys.readouterr().out
    assert 0 == main(["history", "delete"])
    assert 0 == main(["history", "show"])
    assert "There is no history.\n" == capsys.readouterr().out.splitlines(True)[-1]


def test_a_danger_sign_at_the_question_leads_to_911_in_a_talk(
    monkeypatch, capsys, tmp_path
):
    """The talk goes on with the sign, and its emergency reply is the last word."""
    typed(monkeypatch, *FEVER, "yes but my legs are weak", "yes")
    assert 0 == main(["try", "--record", str(tmp_path / "records")])
    out = capsys.readouterr().out
    assert out.rstrip().endswith("Because:   emergency_leg_weakness")
    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_is_a_file_is_refused_before_the_talk(capsys, tmp_path):
    """One sentence, exit code 2, and nobody answers in vain."""
    (tmp_path / "file").write_text("x")
    assert 2 == main(["try", "--record", str(tmp_path / "file")])
    refused = capsys.readouterr()
    assert "BACK TALK" not in refused.out
    assert "this is a file" in refused.err
