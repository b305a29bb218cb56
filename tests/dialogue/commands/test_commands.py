"""The console commands, as a person runs them."""

import io
import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from dialogue.__main__ import main

ALL_NO = {
    "chest_pain": "no",
    "hard_to_breathe": "no",
    "numb_bottom": "no",
    "hard_to_pee": "no",
    "lost_control": "no",
    "leg_trouble": "no",
    "fever": "no",
    "feels_ill": "no",
    "fell": "no",
    "cancer": "no",
    "adult": "yes",
    "daily_medicine": "no",
    "pregnant": "no",
}


def replayed(capsys, tmp_path, *lines):
    """Return exit code, results and errors of `replay` over `lines`."""
    file = tmp_path / "patients.jsonl"
    texts = (x if isinstance(x, str) else json.dumps(x) for x in lines)
    file.write_text("\n".join(texts), encoding="utf-8")
    code = main(["replay", str(file)])
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


def test_replay_prints_one_object_a_line(capsys, tmp_path):
    """Home care with ice, read to its end, an accepted clinic offer, an emergency."""
    home = ALL_NO | {
        "started_within_three_days": "yes",
        "same_spot_returns": "no",
        "hard_effort": "yes",
        "wants_medicine": "yes",
        "reliever_harm": "no",
        "ulcer": "no",
        "asthma": "no",
        "long_illness": "no",
        "sick_now": "no",
        "nursing": "no",
        "daily_alcohol": "no",
        "reliever_today": "no",
    }
    spot = home | {"same_spot_returns": "yes"}
    code, results, err = replayed(
        capsys,
        tmp_path,
        {"id": "home", "answers": home},
        {"id": 7, "answers": spot, "said": ["I lifted something", "two days ago"]},
        "",
        {"id": "unsure"},
    )
    assert (0, "") == (code, err)
    assert ["home_care_ice", "clinic", "emergency"] == [
        r["disposition"] for r in results
    ]
    assert ["home", 7, "unsure"] == [r["id"] for r in results]
    ice, clinic, emergency = results
    assert "medicine.names" in ice["prompts"]
    assert "reading.bye" == ice["prompts"][-1]
    assert "timer.offer" in ice["prompts"]
    assert "started_within_three_days" not in clinic["asked"]
    assert "hard_effort" not in clinic["asked"]
    assert "offer_steps" in clinic["prompts"]
    assert "step.ice.apply" in clinic["prompts"]
    assert "651-219-7292" in clinic["text"]
    assert ["chest_pain"] == emergency["asked"]
    assert "emergency_chest_or_breathing" == emergency["because"]
    assert "emergency.unsure" == emergency["prompts"][-1]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[" * 100000, "not JSON"),
        ([], "no id"),
        ({"answers": {}}, "no id"),
        ({"id": "x", "answer": {}}, "'answer' is not known"),
        ({"id": [], "answers": {}}, "id is neither"),
        ({"id": "x", "answers": []}, "answers is not an object"),
        ({"id": "x", "answers": {"blader": "yes"}}, "'blader' is not a question"),
        ({"id": "x", "answers": {"numb_bottom": "perhaps"}}, '"perhaps"'),
        ({"id": "x", "answers": {"numb_bottom": True}}, "true"),
        ({"id": "x", "said": "no"}, "said is not a list"),
        ({"id": "x", "said": ["purple elephants"]}, "'elephants'"),
    ],
)
def test_replay_names_the_line_and_goes_on(capsys, tmp_path, line, why):
    """A bad line is one sentence on stderr, exit 2, and the others are still done."""
    code, results, err = replayed(capsys, tmp_path, {"id": "a"}, line, {"id": "b"})
    assert 2 == code
    assert ["a", "b"] == [r["id"] for r in results]
    assert "patients.jsonl:2: " in err
    assert why in err
    assert 1 == len(err.splitlines())


def test_replay_hears_phrases_that_are_no_match(capsys, tmp_path):
    """Known words in an unknown order are not understood and use up the re-ask."""
    code, (result,), _ = replayed(
        capsys, tmp_path, {"id": "x", "said": ["yeah no"], "answers": ALL_NO}
    )
    assert 0 == code
    assert "retry.no_match" in result["prompts"]


def test_replay_of_a_missing_file(capsys, tmp_path):
    """A file that is not there is one sentence and exit 2."""
    assert 2 == main(["replay", str(tmp_path / "none.jsonl")])
    assert "none.jsonl: cannot be read" in capsys.readouterr().err


def test_cases_compare_expected_and_actual(capsys, tmp_path):
    """A table shows both, marks what differs, and exits 1 when something does."""
    table = tmp_path / "t.csv"
    table.write_text(
        "case,chest_pain,hard_to_pee,disposition,because\n"
        "chest pain,yes,,emergency,emergency_chest_or_breathing\n"
        "cannot pee,no,yes,emergency,emergency_bladder_or_bowel\n",
        encoding="utf-8",
    )
    assert 0 == main(["cases", str(table)])
    assert "2 of 2 cases agree." in capsys.readouterr().out
    table.write_text(
        "case,chest_pain,hard_to_pee,disposition,because\nwrong,yes,no,urgent,\n",
        encoding="utf-8",
    )
    assert 1 == main(["cases", str(table)])
    out = capsys.readouterr().out
    assert "expected urgent, actual emergency" in out
    assert "hard_to_pee was not asked" in out


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("case,disposition\n", "no column 'because'"),
        ("case,nose,disposition,because\n", "column 'nose'"),
        ("case,disposition,because\nx,fine,\n", "line 2: 'fine'"),
        ("case,disposition,because\nx\n", "line 2: the row"),
        ("case,numb_bottom,disposition,because\nx,si,urgent,\n", "line 2"),
    ],
)
def test_a_broken_table_is_refused(capsys, tmp_path, text, why):
    """File, line and what is wrong, in one sentence, exit 2."""
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    assert 2 == main(["cases", str(table)])
    err = capsys.readouterr().err
    assert why in err
    assert "Traceback" not in err


def test_try_holds_a_talk_and_ends_with_the_input(capsys, monkeypatch):
    """When typing ends in mid-talk, the last words name the emergency number."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n\n"))
    assert 0 == main(["try", "--clinic", "dfw"])
    out = capsys.readouterr().out
    assert "D F W Center" in out
    assert "Okay, I will stop." in out
    assert "911" in out.splitlines()[-1]


def test_try_with_closed_input():
    """A closed standard input ends the talk as well, with exit 0."""
    run = subprocess.run(
        [sys.executable, "-m", "dialogue", "try"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (0, "") == (run.returncode, run.stderr)
    assert "call 911 from a phone" in run.stdout


@pytest.mark.parametrize(
    ("phrase", "shown"),
    [
        ("not really", "accepted, no, hedged"),
        ("nope", "accepted, no"),
        ("no but my legs are weak", "accepted, row leg_weaker"),
        ("over two weeks", "accepted, length 336 to any hours"),
        ("what is a twitch", "accepted, topic twitch"),
        ("banana", "not understood"),
    ],
)
def test_try_say_shows_how_a_phrase_is_understood(capsys, phrase, shown):
    """One phrase in, what it means on the last line."""
    assert 0 == main(["try", "--say", phrase])
    last = capsys.readouterr().out.splitlines()[-1]
    assert f"Result:   {shown}" == last


def test_try_refuses_an_unknown_clinic(capsys):
    """A profile that is not there is one sentence and exit 2."""
    assert 2 == main(["try", "--clinic", "rosevile"])
    err = capsys.readouterr().err
    assert "rosevile" in err
    assert "Traceback" not in err


def test_a_reader_that_has_enough_is_no_bad_input():
    """`python -m dialogue check | head -1` ends in order, without a complaint."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "dialogue", "check"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    os.close(writing)
    assert (0, b"") == (done.returncode, done.stderr)


def test_draw_names_everything(capsys, content, tmp_path):
    """Text and SVG hold every question and rule; the SVG is well-formed."""
    assert 0 == main(["draw"])
    text = capsys.readouterr().out
    svg = tmp_path / "protocol.svg"
    assert 0 == main(["draw", "--svg", str(svg)])
    drawn = " ".join(ElementTree.parse(svg).getroot().itertext())
    for id_ in (*content.protocol.question, *(r.id for r in content.protocol.rules)):
        assert id_ in text
        assert id_ in drawn


def test_draw_without_rights_is_one_sentence(capsys, tmp_path):
    """A folder that is not there: a sentence and exit 2."""
    assert 2 == main(["draw", "--svg", str(tmp_path / "no" / "x.svg")])
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("unclear", [0, 1, 2])
@pytest.mark.parametrize("key", ["n", "2", "N"])
def test_a_typed_key_counts_after_any_number_of_unclear_lines(
    capsys, monkeypatch, unclear, key
):
    """It is a no: the next danger sign is asked, and nobody is sent to 911."""
    monkeypatch.setattr("sys.stdin", io.StringIO("mumble\n" * unclear + f"{key}\n"))
    assert 0 == main(["try", "--clinic", "none"])
    asked = capsys.readouterr().out
    assert "harder to breathe" in asked
    assert "Ends with: emergency" not in asked
