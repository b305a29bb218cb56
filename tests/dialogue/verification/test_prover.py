"""The proof: it holds for what is shipped, and each property is able to fail."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from helpers.design_tables import table
from helpers.faulty_protocols import BROKEN
from helpers.invalid_data import PROTOCOL, bundled_copy
from helpers.proof_walks import AnswersWalk, ShortWalk, at

from dialogue.__main__ import main
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from dialogue.verification.prover import (
    ENDS,
    IN_TIME,
    PROPERTIES,
    Share,
    list_shares,
    prove_share,
)
from dialogue.verification.report import render_counterexample, render_report
from dialogue.verification.samples import Sample
from dialogue.verification.walks import (
    MOVES,
    NO,
    YES,
    OnceWalk,
    list_checks,
    list_once_walks,
    list_statements,
)

CONTENT = load_content()
DOCS = Path(__file__).parents[3] / "docs"
HOME = {"adult": YES, "started_within_three_days": YES, "hard_effort": YES}


@cache
def answers_proof():
    """Return the proof of all talks of yes, no and unsure."""
    return prove_share(CONTENT, Share((AnswersWalk(),)))


def test_the_paths_are_those_of_the_design():
    """Every path of yes, no and unsure through whole turns: as many, as long."""
    proof = answers_proof()
    assert proof.counterexample is None
    [paths] = [int(row[1]) for row in table("paths") if not row[0]]
    assert paths == proof.paths
    spans = {name: (int(few), int(most)) for name, few, most in table("turns")}
    assert spans == proof.spans


@pytest.mark.parametrize("page", ["measured.md", "trust.md"])
def test_the_docs_name_the_paths_of_the_design(page):
    """The number of paths and the longest stand in the docs as in the design."""
    words = (DOCS / page).read_text(encoding="utf-8")
    [paths] = [int(row[1]) for row in table("paths") if not row[0]]
    longest = max(int(most) for _, _, most in table("turns"))
    assert f"{paths:,}" in words
    assert re.search(rf"\b{longest} questions", words)


def test_nothing_is_broken_on_the_way_to_home_care():
    """Whatever is done at each turn of a plain strain, to the end of the reading."""
    proof = prove_share(CONTENT, Share((Narrow(),)))
    assert proof.counterexample is None
    assert proof.turns > 5_000


class Narrow(ShortWalk):
    """Everything in each state of the talks that answer as a plain strain does."""

    def __init__(self):
        """Try every move, and follow those that answer as in home care."""
        super().__init__(lambda prompt: (*MOVES, events.Previous(), events.Stop()))

    def choose_next(self, before, node):
        """Go on behind an answer of home care, and behind what leaves it open."""
        asked = str(before.reply.open_prompt)
        answer = node.state.answers.get(asked)
        wanted = HOME.get(asked, NO).answer
        settled = asked in before.state.answers or answer in (None, wanted)
        return self if settled and not node.state.unheard else None


@pytest.mark.parametrize("row", ["fever", "pain_is_high", "wants_clinic"])
def test_nothing_is_broken_by_something_said_unasked(row):
    """Said at each turn of a plain strain, and then to every end."""
    said = events.UnpromptedStatement((row,))
    proof = prove_share(CONTENT, Share((ShortWalk(at(**HOME), said),)))
    assert proof.counterexample is None
    assert proof.turns > 300


def test_nothing_is_broken_in_talks_taken_by_chance():
    """Several things said, not heard and taken back in one talk."""
    proof = prove_share(CONTENT, Share((), Sample(seed=7, size=150)))
    assert proof.counterexample is None
    assert proof.sampled > 2_000


def test_each_thing_is_said_in_one_walk():
    """Every row, length and danger question is in just one walk of the proof."""
    once = [event for walk in list_once_walks(CONTENT.protocol) for event in walk.once]
    every = [*list_statements(CONTENT.protocol), *list_checks(CONTENT.protocol)]
    assert sorted(map(str, every)) == sorted(map(str, once))
    shares = list_shares(CONTENT.protocol, cores=2, told=True, samples=0)
    walked = [walk for share in shares for walk in share.walks]
    assert sum(isinstance(walk, OnceWalk) for walk in walked) == len(
        list(list_once_walks(CONTENT.protocol))
    )


@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.what)
def test_each_property_is_able_to_fail(fault):
    """What breaks a property is found, with a talk that shows it."""
    content = replace(CONTENT, protocol=fault.protocol(CONTENT.protocol))
    proof = prove_share(content, Share((fault.walk,)), fault.turn)
    assert proof.counterexample is not None
    assert fault.title == proof.counterexample.title
    state = None
    for node in proof.counterexample.path:
        state, reply = fault.turn(content.protocol, state, node.event)
        assert node.reply == reply
    script = "\n".join(render_counterexample(content, proof.counterexample))
    assert f"Broken: {fault.title}" in script


def test_the_shipped_protocol_passes_where_the_broken_ones_fail():
    """The same walks find nothing in what is shipped."""
    for fault in BROKEN:
        proof = prove_share(CONTENT, Share((fault.walk,)))
        assert proof.counterexample is None, fault.what


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

    proof = prove_share(CONTENT, Share((AnswersWalk(),)), fails)
    assert ENDS == proof.counterexample.title
    script = list(render_counterexample(CONTENT, proof.counterexample))
    assert "# The turn then fails with KeyError: 'lost'." == script[-1]


def test_the_report_has_the_figures():
    """The report names the paths, their spans and each property with its count."""
    words = "\n".join(render_report(answers_proof()))
    assert f"{answers_proof().paths:,}" in words
    for property_ in PROPERTIES:
        assert property_.title in words


def test_the_command_shows_the_talk_that_breaks_a_property(capsys, tmp_path):
    """A protocol without its safety net: exit 1, and the talk in words."""
    data = bundled_copy(tmp_path)
    path = data / PROTOCOL
    net = "urgent.not_clinic, net.emergency, disclaimer.end"
    text = path.read_text("utf-8")
    assert net in text
    path.write_text(text.replace(net, "urgent.not_clinic, disclaimer.end"), "utf-8")
    arguments = ["prove", "--told", "0", "--samples", "0", "--cores", "1"]
    assert 1 == main([*arguments, "--data", str(data)])
    out = capsys.readouterr().out
    assert "each reply has its safety net   <-- BROKEN" in out
    script = out.partition("as a play-script:\n\n")[2]
    assert script.count("BACK TALK:") > 5


def test_the_command_refuses_spoilt_data(capsys, tmp_path):
    """Data that cannot be read is one sentence and exit 2."""
    assert 2 == main(["prove", "--data", str(tmp_path)])
    assert "cannot be read" in capsys.readouterr().err
