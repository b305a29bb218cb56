"""One switch: presses are counted, and the count is an answer."""

import os
import queue

import pytest

from dialogue.engine.events import Answered, Repeat, Stop
from dialogue.engine.protocol import Answer
from local_voice.audio import devices
from local_voice.session.keyboard import SWITCH_GAP, Switch, read_keys


@pytest.mark.parametrize(
    ("count", "tap"),
    [
        (1, Answered(Answer.YES)),
        (2, Answered(Answer.NO)),
        (3, Repeat()),
        (4, Stop()),
        (7, Stop()),
    ],
)
def test_a_count_is_an_answer(count, tap):
    """Once yes, twice no, three times repeat, four times or more stop."""
    shown = []
    switch = Switch(SWITCH_GAP, shown.append)
    for n in range(count):
        switch.press(10 + n * 0.5)
        assert switch.take_event(10 + n * 0.5 + 0.7) is None
    assert tap == switch.take_event(10 + (count - 1) * 0.5 + SWITCH_GAP)
    assert switch.take_event(1000) is None
    assert count == len(shown)


def test_the_count_is_shown_while_it_grows():
    """Whoever presses sees what the count would mean now."""
    shown = []
    switch = Switch(SWITCH_GAP, shown.append)
    switch.press(0)
    switch.press(0.5)
    assert ["[switch: 1, yes]", "[switch: 2, no]"] == shown


@pytest.mark.skipif(os.name == "nt", reason="terminals of Unix")
def test_a_switch_that_sends_space_answers(monkeypatch):
    """Two presses in a terminal arrive as one no; letters still work beside it."""
    import pty

    ours, theirs = pty.openpty()
    taps = queue.Queue()
    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        with read_keys(taps.put, Switch(0.3, lambda line: None)) as reads:
            assert reads
            os.write(ours, b" ")
            os.write(ours, b"\n")
            assert Answered(Answer.NO) == taps.get(timeout=5)
            os.write(ours, b"q")
            assert Stop() == taps.get(timeout=5)
    os.close(ours)


@pytest.mark.parametrize(("options", "gap"), [((), None), (("--switch-gap", "2"), 2.0)])
def test_the_option_gives_the_session_a_switch(options, gap, monkeypatch):
    """`--switch` counts Space and Enter; the gap alone does nothing."""
    from local_voice import __main__ as commands

    switches = []
    monkeypatch.setattr(
        devices, "find_devices", lambda: devices.Devices("Null", (), ())
    )
    monkeypatch.setattr(
        commands, "_run_session", lambda session, **how: switches.append(how["switch"])
    )
    page = ("--page", "--page-port", "0")
    assert 0 == commands.main([*page, *options])
    assert 0 == commands.main([*page, "--switch", *options])
    assert switches[0] is None
    assert (gap or SWITCH_GAP) == switches[1].gap
