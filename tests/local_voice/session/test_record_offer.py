"""After a spoken talk: the offers by voice, their yes by ear or tap, and failures."""

import queue
from datetime import datetime
from functools import partial

import pytest
from helpers.fakes import RecordingSynthesizer, SilentSpeaker
from helpers.offline_session import list_answers

from dialogue.engine.events import Answered
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from dialogue.records.clock import Clock
from dialogue.records.consent import RetentionOptions
from dialogue.records.history import Entry, add_entry, entries
from dialogue.records.recall import add_recall, read_last_session
from dialogue.version import RELEASED
from local_voice.asr.listener import AudioListener, Utterance
from local_voice.audio.simulated_people import RecordedPerson
from local_voice.audio.simulated_room import SimulatedRoom
from local_voice.commands.talk import build_record_offer
from local_voice.page.view import View, update_view
from local_voice.session.audio import SessionAudio
from local_voice.session.events import ListeningStarted, ResponseStarted, SessionEnded
from local_voice.session.session import SessionPlan, VoiceSession
from local_voice.tts.speech import SpeechOutput

OPEN = datetime.fromisoformat("2026-03-03T16:00:00+00:00")
FEVER = list_answers(load_content().protocol, "fever", "adult")
"""Ends with an urgent reply."""


class Lines:
    """A listener to whom each line of a script is said, then the person hangs up."""

    def __init__(self, script, taps):
        """Say `script`; hang up by `taps`."""
        self.script, self.taps = list(script), taps

    def prepare(self, state):
        """Need nothing."""

    def listen(self, from_sample, patience=None, interrupted=None, by_hand=None):
        """Return the next line."""
        if self.script:
            return Utterance(self.script.pop(0))
        if self.taps.empty():
            self.taps.put(None)
        return None


def said(happened):
    """Return the prompt keys of each reply."""
    return [h.keys for h in happened if isinstance(h, ResponseStarted)]


def talk(content, keeping, *script, **more):
    """Hold a talk that may be kept; return the loop, what happened and the lines."""
    happened, shown, loops = [], [], more.pop("loops", [])
    taps = queue.Queue()
    session = VoiceSession(
        content=content,
        listener=Lines(script, taps),
        output=SpeechOutput(RecordingSynthesizer(), SilentSpeaker()),
        audio=SessionAudio(),
        now=lambda: OPEN,
        event_listeners=(happened.append, *more.pop("event_listeners", ())),
        inputs=taps,
        plan=SessionPlan(
            take_turn=more.pop("take_turn", take_turn),
            closing=build_record_offer(content, keeping, shown.append, lambda: OPEN),
        ),
        **more,
    )
    loops.append(session)
    session.run()
    return session, happened, shown


def test_a_spoken_yes_writes_the_record(content, tmp_path):
    """The offer comes after the closing reply, and the end is told after it."""
    folder = tmp_path / "records"
    _, happened, shown = talk(content, RetentionOptions(folder), *FEVER, "yes")
    assert [("record.ask",), ("record.done",)] == said(happened)[-2:]
    assert "urgent.say" in said(happened)[-3]
    assert isinstance(happened[-1], SessionEnded)
    assert "urgent" == happened[-1].disposition
    assert 4 == len(list(folder.iterdir()))
    assert sorted(map(str, folder.iterdir())) == sorted(shown)


def test_a_tapped_yes_writes_it_too(content, tmp_path):
    """A key or a button counts as the spoken word does."""
    loops = []

    def tap(session_event):
        if isinstance(session_event, ResponseStarted) and session_event.keys == (
            "record.ask",
        ):
            assert loops[0].receive(Answered(Answer.YES))

    folder = tmp_path / "records"
    _, happened, _ = talk(
        content, RetentionOptions(folder), *FEVER, event_listeners=(tap,), loops=loops
    )
    assert ("record.done",) == said(happened)[-1]
    assert folder.exists()


@pytest.mark.parametrize("answer", ["no", "not sure", "", "purple", "it began today"])
def test_anything_else_keeps_nothing(content, tmp_path, answer):
    """And it is said that nothing was done."""
    _, happened, _ = talk(
        content, RetentionOptions(tmp_path / "records"), *FEVER, answer
    )
    assert ("keeping.no",) == said(happened)[-1]
    assert [] == list(tmp_path.iterdir())


def test_an_emergency_is_the_last_word(content, tmp_path):
    """No offer follows it, and the gate does not open again."""
    keeping = RetentionOptions(tmp_path / "records", tmp_path / "history.sqlite3")
    _, happened, _ = talk(content, keeping, "yes")
    assert ("emergency.say",) == said(happened)[-1]
    assert 1 == sum(isinstance(h, ListeningStarted) for h in happened)
    assert [] == list(tmp_path.iterdir())


def test_a_danger_sign_at_the_offer_leads_to_the_emergency_reply(content, tmp_path):
    """The talk goes on with it, and nothing is kept."""
    keeping = RetentionOptions(tmp_path / "records")
    _, happened, _ = talk(content, keeping, *FEVER, "my legs are weak")
    assert ("emergency.say",) == said(happened)[-1]
    assert "emergency_leg_weakness" == happened[-1].rule_id
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("yes but my legs are weak", ("check.sign", "ask.leg_weaker")),
        ("please call nine one one", ("emergency.say",)),
    ],
)
def test_what_matters_more_than_the_offer_comes_first(content, tmp_path, words, keys):
    """A sign that is only named is asked about at once; nothing is kept."""
    keeping = RetentionOptions(tmp_path / "records")
    _, happened, _ = talk(content, keeping, *FEVER, words)
    assert keys == said(happened)[-1][-len(keys) :]
    assert [] == list(tmp_path.iterdir())


def test_by_default_nothing_is_offered_or_kept(content, tmp_path, monkeypatch):
    """Without the options a talk ends with its closing reply and leaves no file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    _, happened, shown = talk(content, RetentionOptions(), *FEVER)
    assert "urgent.say" in said(happened)[-1]
    assert [] == shown + list(tmp_path.iterdir())


def test_the_last_time_is_said_and_this_time_noted(content, tmp_path):
    """What was noted in one talk is heard in a later one."""
    file = tmp_path / "history.sqlite3"
    add_entry(file, Entry(OPEN.date().replace(month=1), "clinic", True))
    keeping = RetentionOptions(history=file)
    clock = Clock(lambda: datetime.combine(RELEASED, OPEN.timetz()))
    take = add_recall(partial(read_last_session, content, file, clock, pytest.fail))
    yes = ("adult", "started_within_three_days", "same_spot_returns")
    script = [*list_answers(content.protocol, *yes), "yes"]
    _, happened, shown = talk(content, keeping, *script, take_turn=take)
    (advice,) = (
        h for h in happened if isinstance(h, ResponseStarted) and h.keys[0] in KEYS
    )
    assert advice.text.startswith(
        "The last time you had this was in January, in the same spot."
    )
    assert ("history.done",) == said(happened)[-1]
    assert [(3, True), (1, True)] == [(e.day.month, e.same_spot) for e in entries(file)]
    assert "python -m dialogue history delete" in shown[-1]


KEYS = ("history.last", "history.last_same_spot")


def test_a_damaged_history_is_told_and_the_talk_goes_on(content, tmp_path):
    """One sentence before the talk, one after it; the interview is the usual one."""
    file = tmp_path / "history.sqlite3"
    file.write_bytes(b"garbage" * 200)
    keeping = RetentionOptions(history=file)
    told = []
    take = add_recall(lambda: read_last_session(content, file, Clock(), told.append))
    _, happened, shown = talk(content, keeping, *FEVER, "yes", take_turn=take)
    assert ("history.failed",) == said(happened)[-1]
    assert ["damaged"] * 2 == [line.split(": ")[1][-7:] for line in (*told, *shown)]


def test_the_page_offers_yes_and_no(content, tmp_path):
    """In the browser the offer has its two buttons, and the tone stays as it was."""
    _, happened, _ = talk(
        content, RetentionOptions(tmp_path / "records"), *FEVER, "yes"
    )
    view, views = View(), {}
    for session_event in happened:
        view = update_view(view, session_event, content, 0.0)
        if isinstance(session_event, ResponseStarted):
            views[session_event.keys] = view
    assert {"yes", "no"} <= set(views["record.ask",].buttons)
    assert "urgent" == views["record.ask",].tone
    assert "ended" == view.phase


def test_real_people_say_yes_to_the_record(content, ear, clips, tmp_path):
    """With the real ear: seven people answer, an eighth says yes to the offer."""
    voices = {word: iter(clips[word]) for word in ("yes", "no")}
    files = [next(voices[word]) for word in (*FEVER, "yes")]
    happened = []
    room = SimulatedRoom(RecordedPerson(files), None)
    session = VoiceSession(
        content=content,
        listener=AudioListener(room, ear.recognizer, ear.grammars, ear.detector),
        output=SpeechOutput(RecordingSynthesizer(), room),
        audio=SessionAudio(),
        now=lambda: OPEN,
        event_listeners=(happened.append,),
        plan=SessionPlan(
            closing=build_record_offer(
                content,
                RetentionOptions(tmp_path / "records"),
                lambda line: None,
                lambda: OPEN,
            )
        ),
    )
    session.run()
    room.close()
    assert ("record.done",) == said(happened)[-1]
    assert 4 == len(list((tmp_path / "records").iterdir()))


def test_the_command_offers_the_record(command, tmp_path):
    """`--record FOLDER` and `--history`, typed: two yeses, four files, one row."""
    run = command(
        *("--typed", "--mute", "--record", "records", "--history"),
        stdin="\n".join([*FEVER, "yes", "yes", ""]).encode(),
        more_environment={"XDG_DATA_HOME": str(tmp_path / "data")},
    )
    assert 0 == run.returncode
    assert b"It is written down." in run.stdout
    assert 4 == len(list((tmp_path / "records").iterdir()))
    (entry,) = entries(tmp_path / "data" / "backtalk" / "history.sqlite3")
    assert "urgent" == entry.disposition


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--demo", "--record", "records"), "synthetic"),
        (("--demo", "--history"), "synthetic"),
        (("--typed", "--record", "file"), "this is a file"),
    ],
)
def test_what_cannot_be_kept_is_refused_before_the_talk(
    command, tmp_path, arguments, word
):
    """One sentence and exit code 2."""
    (tmp_path / "file").write_text("x")
    run = command(*arguments)
    assert 2 == run.returncode
    assert word in run.stderr.decode()
    assert b"Back Talk for" not in run.stdout
