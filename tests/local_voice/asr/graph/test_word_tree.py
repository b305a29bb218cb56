"""Words as a tree: what is shared, when a word is written, and when it is paid."""

import pytest

from local_voice.asr.graph.word_tree import Ending, WordTrees
from local_voice.asr.interfaces import BEGUN, ENDED, drop_begun

END = 7
WORDS = {
    "no": ("N OW", 2.7),
    "no_thanks": ("N OW TH AE NG K S", 3.7),
    "many_thanks": ("M EH N IY TH AE NG K S", 3.7),
    "more": ("M AO R", 1.7),
}


@pytest.fixture
def tree():
    """Return the steps of these words, and the ways of their hub."""
    trees = WordTrees()
    for word, (sounds, cost) in WORDS.items():
        trees.add(0, [tuple(sounds.split())], Ending(END, word, cost))
    steps, hubs = trees.build_steps()
    return steps, hubs[0]


def follow(tree, sounds):
    """Return what is written along these sounds to the end, and what each step cost."""
    steps, ways = tree
    written, costs, onward = [], [], 0.0
    for sound in sounds.split():
        (way,) = [w for w in ways if steps[w.step].sound == sound]
        written.append(way.word)
        costs.append(onward + way.cost)
        ways, onward = steps[way.step].ways, steps[way.step].onward
    (ending,) = steps[way.step].endings
    return [*written, ending.word], [*costs, ending.cost]


def test_every_word_costs_what_it_should(tree):
    """Whenever it is paid; and it is written once."""
    for word, (sounds, cost) in WORDS.items():
        written, costs = follow(tree, sounds)
        assert cost == pytest.approx(sum(costs))
        assert word == drop_begun(" ".join(filter(None, written)))


def test_what_all_ways_on_cost_is_paid_at_once(tree):
    """So that a no is over when silence follows, though it may still go on."""
    _, costs = follow(tree, WORDS["no"][0])
    assert [2.7, 0.0, 0.0] == costs
    no = next(step for step in tree[0] if step.sound == "OW")
    assert no.onward == pytest.approx(1.0)


def test_endings_are_shared(tree):
    """ "Thanks" is there once, whatever stood before it."""
    sounds = [step.sound for step in tree[0]]
    assert 1 == sounds.count("TH") == sounds.count("NG")


def test_a_word_is_written_where_no_other_can_follow(tree):
    """With a mark before it, and one where it ends."""
    written, _ = follow(tree, WORDS["no_thanks"][0])
    assert ["", "", f"{BEGUN}no_thanks", *[""] * 4, ENDED] == written
    assert [BEGUN + "more", ENDED] == list(filter(None, follow(tree, "M AO R")[0]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("_go_back _", "go_back"),
        ("_go_back", ""),
        ("no _wait", "no"),
        ("no _wait _ _yes _", "no wait yes"),
        ("[unk] no", "[unk] no"),
        ("", ""),
    ],
)
def test_a_word_that_did_not_end_was_not_said(text, expected):
    """So that nobody is cut off inside a phrase that can only be that one."""
    assert expected == drop_begun(text)
