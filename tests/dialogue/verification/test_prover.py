"""The proof: it holds for what is shipped, and each property is able to fail."""

from dataclasses import replace
from functools import cache

import pytest
from helpers.core_turns import walk
from helpers.faulty_protocols import BROKEN, replayed
from helpers.invalid_data import PROTOCOL, bundled_copy
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.__main__ import main
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from dialogue.verification.properties import PROPERTIES
from dialogue.verification.prover import (
    ENDS,
    IN_TIME,
    prove,
    prove_share,
    render_counterexample,
    render_report,
)
from dialogue.verification.state_space import ANSWERS, StateSpace

CONTENT = load_content()
SOME = StateSpace(CONTENT.protocol, share=slice(6, None, 14))
"""Of the things said unasked: a fever, getting better, over a week. The command `prove`
explores all of them."""


@cache
def plain_proof():
    """Return the proof of all talks in which nothing is said unasked."""
    return prove(CONTENT, most_unprompted=0)


def test_nothing_is_broken_when_nothing_is_said_unasked():
    """Every talk of yes, no, unsure, silence, go back and stop keeps the promises."""
    proof = plain_proof()
    assert proof.counterexample is None
    paths = list(walk(CONTENT.protocol))
    assert len(paths) == proof.paths
    assert max(len(path.asked) for path in paths) == proof.longest
    unused = {title for title, count in proof.counts.items() if not count}
    assert {"an emergency sign told unasked is one at once"} == unused


def test_nothing_is_broken_by_some_of_what_people_say_unasked():
    """The same with each of a few things said at every point of every talk."""
    proof = prove_share(CONTENT, SOME)
    assert proof.counterexample is None
    assert 0 < proof.longest_unprompted <= len(CONTENT.protocol.questions)
    assert proof.turns > 10_000


@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.what)
def test_each_property_is_able_to_fail(fault):
    """What breaks a property is found, with a transcript that shows it."""
    content = replace(CONTENT, protocol=fault.protocol(CONTENT.protocol))
    first = slice(
        fault.only,
        None if fault.only is None else fault.only + 1,
    )
    most = int(fault.only is not None)
    space = StateSpace(content.protocol, most, fault.turn, first)
    proof = prove_share(content, space)
    assert proof.counterexample is not None
    assert fault.title == proof.counterexample.title
    script = "\n".join(render_counterexample(content, proof.counterexample))
    assert replayed(content, fault.turn, script) == len(proof.counterexample.path)
    assert f"Broken: {fault.title}" in script


def test_every_property_was_seen_to_fail():
    """No property of the report is without something that breaks it."""
    every = {ENDS, IN_TIME, *(property_.title for property_ in PROPERTIES)}
    assert every == {fault.title for fault in BROKEN}


def test_a_failing_turn_is_a_broken_property():
    """An error in a turn is shown with the talk that led to it, and not raised."""

    def fails(protocol, state, event):
        if event == events.Answered(Answer.UNSURE):
            raise KeyError("lost")
        return take_turn(protocol, state, event)

    proof = prove(CONTENT, most_unprompted=0, turn=fails)
    assert ENDS == proof.counterexample.title
    script = list(render_counterexample(CONTENT, proof.counterexample))
    assert ["PATIENT:   I don't know."] == script[-2:-1]
    assert "# The turn then fails with KeyError: 'lost'." == script[-1]


moves = st.sampled_from((*ANSWERS, *ANSWERS, events.Previous()))
no = st.just(events.Answered(Answer.NO))


@settings(max_examples=150)
@given(
    before=st.lists(no | moves, max_size=25),
    statement=st.sampled_from(SOME.first_statements),
    after=st.lists(no | moves, max_size=25),
    timers=st.booleans(),
)
def test_no_session_is_left_out(before, statement, after, timers):
    """Random sessions, none of their states merged, are found among those explored."""
    if not SOME.steps:
        assert all(SOME.explore())
    state, _ = take_turn(CONTENT.protocol, None, events.Begin(timers=timers))
    count = 0
    # A session without timers is one with timers whose offer was answered: see
    # `StateSpace`.
    for event in (*before, *[statement] * timers, *after):
        count += event is statement
        state, _ = take_turn(CONTENT.protocol, state, event)
        if state.ended:
            return
        assert SOME.knows(state, count)


def test_the_command_prints_the_figures(capsys):
    """`prove` counts each property, the same in two processes, and exits 0."""
    assert 0 == main(["prove", "--told", "0"])
    figures = "\n".join(render_report(plain_proof()))
    assert f"{figures}\n\nEvery property holds.\n" == capsys.readouterr().out


def test_the_command_shows_the_talk_that_breaks_a_property(capsys, tmp_path):
    """A protocol without its safety net: exit 1, and a play-script that replays."""
    data = bundled_copy(tmp_path)
    path = data / PROTOCOL
    net = "urgent.not_clinic, net.emergency, disclaimer.end"
    text = path.read_text("utf-8")
    assert net in text
    path.write_text(text.replace(net, "urgent.not_clinic, disclaimer.end"), "utf-8")
    arguments = ["prove", "--told", "0", "--cores", "1", "--data", str(data)]
    assert 1 == main(arguments)
    out = capsys.readouterr().out
    assert "each reply has its safety net   <-- BROKEN" in out
    script = out.partition("as a play-script:\n\n")[2]
    content = load_content(data=data)
    assert replayed(content, take_turn, script) > 5


def test_the_command_refuses_spoilt_data(capsys, tmp_path):
    """Data that cannot be read is one sentence and exit 2."""
    assert 2 == main(["prove", "--data", str(tmp_path)])
    assert "cannot be read" in capsys.readouterr().err
