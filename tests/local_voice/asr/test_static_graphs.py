"""The real engine with the shipped model's graphs, said by voices of eSpeak.

They show that a phrase can be heard, not how well people are heard.
"""

import os
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from dialogue.engine.events import (
    Answered,
    Checked,
    NoMatch,
    UnpromptedStatement,
)
from dialogue.engine.facts import find_duration_answer
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from dialogue.understanding.asked import Asked, build_asked
from dialogue.understanding.utterance import understand
from local_voice.asr.grammar import INVITED, GrammarState
from local_voice.commands.bench import get_resident_megabytes
from local_voice.commands.engines import load_recognizer
from local_voice.tts.pyttsx3_voice import Pyttsx3Synthesizer
from local_voice.worker_process import EngineRefusal

pytestmark = [pytest.mark.audio, pytest.mark.timeout(240)]

DATA = Path(__file__).parents[3] / "dialogue" / "data"
PLACE, ADDED = "correct, affirmative, ", "on the dot"
"""Where a phrase is added to the templates of a plain yes."""
UNSETTLED = (Checked, NoMatch)
VOICES = (("en-us+m3", 150), ("en-us+f2", 150))
NEW = {
    "you betcha": "yes",
    "right on the money": "yes",
    "not by a long shot": "no",
    "that's a negatory": "no",
    "search me": "i do not know",
    "haven't the foggiest": "i do not know",
    "knock it off": "stop",
    "wrap it up": "stop",
    "give it to me once more": "repeat",
    "sit tight for a bit": "wait",
    "let's move along": "next",
    "take me back a step": "go back",
}
"""A clinic's own phrases, of words that the lexicon mostly has not."""
LENGTHS = (
    *("three days", "for two weeks", "forty days", "fourteen weeks", "nineteen days"),
    *("an hour ago", "about ten days", "over a month", "since eleven days"),
    *("thirty one hours", "for sixty days", "less than five weeks", "seven months"),
    *("twenty six weeks ago", "a couple of days", "almost eighty days", "one year"),
    *("ninety days", "more than three weeks", "forty eight hours"),
)
WITH_MORE = {
    "no it's just my back": "no",
    "yes and it goes down to my knee": "yes",
    "no I took something for it this morning": "no",
    "yes I mean no": "yes",
    "no nothing out of the ordinary really": "no",
    "yes since I was young": "yes",
}
CORRECTIONS = ("no wait yes", "no sorry yes", "no i mean yes", "no actually yes")
OPPOSITES = (
    *("i can breathe", "i can pee", "i can start to pee", "i can move my legs"),
    *("i have peed all day", "i can feel it when i wipe", "i can feel when i go"),
)
POLITE = {
    "yes please": "yes",
    "um no": "no",
    "no sir": "no",
    "yes ma'am": "yes",
    "no thank you": "no",
    "yes sir": "yes",
    "stop please": "stop",
    "please stop": "stop",
    "oh yes": "yes",
}


@pytest.fixture(scope="module")
def own_phrases(tmp_path_factory):
    """Return a clinic's file of phrases."""
    file = tmp_path_factory.mktemp("clinic") / "own.txt"
    file.write_text("".join(f"{said} = {meant}\n" for said, meant in NEW.items()))
    return file


@pytest.fixture(scope="module")
def setup(content, own_phrases):
    """Return a recogniser that knows the clinic's phrases too."""
    made = load_recognizer(content, None, phrases=str(own_phrases))
    yield made
    made.recognizer.close()


@pytest.fixture(scope="module", params=VOICES, ids=[name for name, _ in VOICES])
def hear(request, setup):
    """Return a function that says words and returns the text that is heard."""
    synthesizer = Pyttsx3Synthesizer(*request.param)

    def say(words: str, state: GrammarState = GrammarState.ANSWER) -> str:
        grammar = setup.grammars[state]
        pcm = bytes(16_000) + synthesizer.render(words).pcm + bytes(16_000)
        setup.recognizer.begin(grammar.spellings, grammar.decoys, grammar.graph)
        for start in range(0, len(pcm), 1024):
            setup.recognizer.feed(pcm[start : start + 1024])
        return grammar.settle(setup.recognizer.finish())

    yield say
    synthesizer.close()


def get_event(content, text):
    """Return what a session would take `text` for at the first question."""
    asked = build_asked(content.protocol, content.protocol.questions[0].id)
    return understand(content.words, text, asked)


def test_new_phrases_are_heard_without_training(hear):
    """Ten of twelve by each voice, each as the phrase that it stands for."""
    right = sum(hear(said) == meant for said, meant in NEW.items())
    assert right >= 10


def test_lengths_are_heard_as_numbers(hear, content, setup):
    """Four of five; and none is taken for one that answers a question otherwise."""
    limits = setup.grammars[GrammarState.LENGTH].limits

    def get_sides(text):
        event = understand(content.words, text, Asked())
        if not isinstance(event, UnpromptedStatement) or not event.facts.duration:
            return None
        return [find_duration_answer(limit, event.facts.duration) for limit in limits]

    found = Counter()
    for said in LENGTHS:
        text = hear(said, GrammarState.LENGTH)
        sides = get_sides(text)
        found["right"] += text == said
        found["otherwise"] += sides is not None and sides != get_sides(said)
    assert found["right"] >= 0.8 * len(LENGTHS)
    assert 0 == found["otherwise"]


def test_a_lone_length_is_none_where_none_is_asked_for(hear, content):
    """Nothing about time is learnt from it."""
    for said in LENGTHS:
        event = get_event(content, hear(said))
        assert not isinstance(event, UnpromptedStatement) or not event.facts.duration


def test_a_no_is_taken_back_in_one_breath(hear, content):
    """All but one, and none stays a no."""
    events = [get_event(content, hear(said)) for said in CORRECTIONS]
    assert sum(event == Answered(Answer.YES) for event in events) >= len(events) - 1
    assert Answered(Answer.NO) not in events


def test_an_answer_with_talk_beside_it_is_reported(hear, content):
    """Never a bare answer, and the answer is not lost."""
    reported = 0
    for said, answer in WITH_MORE.items():
        text = hear(said)
        assert isinstance(get_event(content, text), UNSETTLED), (said, text)
        reported += {answer, "[unk]"} <= set(text.split())
    assert reported >= 0.8 * len(WITH_MORE)


def test_no_opposite_is_taken_for_its_phrase(hear, content):
    """That I can pee is not that I can't."""
    for said in OPPOSITES:
        assert isinstance(get_event(content, hear(said)), UNSETTLED), said


def test_politeness_does_not_hide_an_answer(hear, content):
    """All but one."""
    right = 0
    for said, meant in POLITE.items():
        event = get_event(content, hear(said))
        answer = event.answer.value if isinstance(event, Answered) else ""
        right += (answer or type(event).__name__.lower()) == meant
    assert right >= len(POLITE) - 1


def test_a_text_has_a_meaning_as_a_whole_or_none(setup):
    """A clinic's own phrases and lengths included."""
    get_meaning = setup.grammars[GrammarState.LENGTH].get_meaning
    assert get_meaning("yes") == get_meaning("you betcha")
    assert get_meaning("yes") != get_meaning("probably")
    for said, known in {
        "um for two weeks": "for two weeks",
        "uh no sir": "no",
        "no thank you please": "no thank you",
    }.items():
        assert get_meaning(said) == get_meaning(known) != "", said
    assert get_meaning("for two weeks") != get_meaning("for two days")
    for part in ("", "[unk]", "um", "yes [unk]", "no for two weeks", "right", "no yes"):
        assert "" == get_meaning(part), part


def test_calls_for_help_and_danger_signs_count_at_once(setup, content):
    """So does what we asked for, and nothing else that only answers, or goes on."""
    for state in (GrammarState.ANSWER, GrammarState.CARE):
        grammar = setup.grammars[state]
        assert all(map(grammar.counts_at_once, (*INVITED, "help please", "call help")))
        assert not any(map(grammar.counts_at_once, ("", "[unk]", "um no", "probably")))
        urgent = grammar.urgent
        calm = {said: m for said, m in NEW.items() if m != "stop"}
        assert urgent.isdisjoint({*calm, "yes", "no", "probably", "repeat", "next"})
        assert urgent >= {"stop", "knock it off", "help", "call an ambulance"}
        events = {phrase: get_event(content, phrase) for phrase in urgent}
        assert {p for p, e in events.items() if e == NoMatch()} <= set(NEW)
        assert any(isinstance(e, UnpromptedStatement) for e in events.values())


def test_three_graphs_stay_small(setup):
    """Resident memory of the recogniser's process."""
    assert get_resident_megabytes(setup.recognizer.pid) <= 65


def test_a_phrase_of_the_lexicon_is_heard_at_once(tmp_path):
    """One line more in a file of words, and nothing else: no model, no training."""
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    file = data / "locales" / "en-US" / "understanding" / "words.yaml"
    before = file.read_text("utf-8")
    assert before.count(PLACE) == 1
    file.write_text(before.replace(PLACE, f"{PLACE}{ADDED}, "), "utf-8")
    longer = load_content(data=data)
    setup = load_recognizer(longer, None)
    synthesizer = Pyttsx3Synthesizer(*VOICES[0])
    grammar = setup.grammars[GrammarState.ANSWER]
    try:
        pcm = bytes(16_000) + synthesizer.render(ADDED).pcm + bytes(16_000)
        setup.recognizer.begin(grammar.spellings, grammar.decoys, grammar.graph)
        for start in range(0, len(pcm), 1024):
            setup.recognizer.feed(pcm[start : start + 1024])
        assert ADDED == setup.recognizer.finish().text
        assert any("phrases build" in line for line in setup.description)
    finally:
        setup.recognizer.close()
        synthesizer.close()


def test_a_damaged_graph_is_told_at_the_start(content, tmp_path, monkeypatch):
    """It is made anew, and the line on the console says why."""
    monkeypatch.setenv("BACKTALK_GRAPHS", str(tmp_path))
    load_recognizer(content, None).recognizer.close()
    (graph,) = tmp_path.glob("*/answer/graph/HCLG.fst")
    graph.write_bytes(graph.read_bytes()[:-1])
    setup = load_recognizer(content, None)
    setup.recognizer.close()
    (line,) = [line for line in setup.description if line.startswith("Graphs:")]
    assert "answer/graph/HCLG.fst" in line
    again = load_recognizer(content, None)
    again.recognizer.close()
    assert not any(line.startswith("Graphs:") for line in again.description)


def test_where_nothing_can_be_kept_it_is_said(content, tmp_path, monkeypatch):
    """A cache folder that cannot be written to costs seconds, and no start."""
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("BACKTALK_GRAPHS", str(blocked))
    setup = load_recognizer(content, None)
    setup.recognizer.close()
    (line,) = [line for line in setup.description if line.startswith("Graphs:")]
    assert f"{blocked} cannot be written to" in line
    assert "set BACKTALK_GRAPHS" in line


def test_without_a_home_it_is_said(content, monkeypatch):
    """As for a user whom no list of users has."""

    def refuse():
        raise RuntimeError("Could not determine home directory.")

    for variable in ("BACKTALK_GRAPHS", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("pathlib.Path.home", refuse)
    setup = load_recognizer(content, None)
    setup.recognizer.close()
    (line,) = [line for line in setup.description if line.startswith("Graphs:")]
    assert "there is no home folder" in line


def test_a_killed_recogniser_goes_on_with_its_graph(setup):
    """The utterance so far is fed to the next one."""
    grammar = setup.grammars[GrammarState.ANSWER]
    synthesizer = Pyttsx3Synthesizer(*VOICES[0])
    pcm = bytes(16_000) + synthesizer.render("not sure").pcm + bytes(16_000)
    synthesizer.close()
    half = len(pcm) // 2048 * 1024
    setup.recognizer.begin(grammar.spellings, grammar.decoys, grammar.graph)
    for start in range(0, half, 1024):
        setup.recognizer.feed(pcm[start : start + 1024])
    os.kill(setup.recognizer.pid, signal.SIGKILL)
    for start in range(half, len(pcm), 1024):
        setup.recognizer.feed(pcm[start : start + 1024])
    assert "not sure" == setup.recognizer.finish().text


def test_a_graph_that_was_not_loaded_is_refused(setup):
    """No utterance begins on it."""
    with pytest.raises(EngineRefusal, match="was not loaded"):
        setup.recognizer.begin(("yes",), (), "/nowhere")
