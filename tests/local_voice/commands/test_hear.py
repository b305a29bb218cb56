"""The command `hear`: bad files beside good ones, states, and other rates."""

import json

import pytest
from helpers.sounds import write_wav

pytestmark = pytest.mark.audio


def lines(run):
    """Return the objects that a run printed."""
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def test_a_bad_file_is_told_and_the_others_are_done(run_main, clips, tmp_path):
    """One sentence with the name on stderr, all other lines, exit code 2."""
    (tmp_path / "text.wav").write_text("not sound " * 20)
    good = clips["yes"][0], clips["no"][0]
    run = run_main("hear", "--json", good[0], "text.wav", "missing.wav", good[1])
    assert 2 == run.returncode
    assert list(good) == [line["file"] for line in lines(run)]
    told = run.stderr.decode().splitlines()
    assert ["text.wav" in told[0], "missing.wav" in told[1]] == [True, True]
    assert 2 == len(told)


def test_without_json_a_line_is_for_people(command, clips):
    """File, text, event and time, parted by tabs."""
    run = command("hear", clips["stop"][0])
    file, text, event, ms = run.stdout.decode().strip().split("\t")
    assert (clips["stop"][0], "stop", "stop") == (file, text, event)
    assert ms.endswith(" ms")


def test_every_state_hears_stop(run_main, clips):
    """In each state of the talk "stop" stops; a yes is none while we rest."""
    files = clips["stop"][0], clips["yes"][0]
    for state in ("answer", "care", "command"):
        run = run_main("hear", "--json", "--state", state, *files)
        stop, yes = (line["event"] for line in lines(run))
        assert "stop" == stop
    assert yes in {"no_match", "no_input"}


def test_silence_of_any_rate_is_no_input(run_main, tmp_path):
    """Zero length and 8 kHz eight-bit stereo are read like anything else."""
    write_wav(tmp_path / "none.wav", 16_000, 2, 1, seconds=0)
    write_wav(tmp_path / "tone.wav", 8_000, 1, 2, seconds=1)
    run = run_main("hear", "--json", "none.wav", "tone.wav")
    assert 0 == run.returncode
    none, tone = lines(run)
    assert "no_input" == none["event"]
    assert tone["event"] in {"no_input", "no_match"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("--state", "nowhere", "a.wav"), 2),
        (("--model", "no-such-model", "a.wav"), 4),
    ],
)
def test_wrong_options(run_main, arguments, code):
    """Nothing to hear, an unknown state, no model: a sentence and a code."""
    run = run_main("hear", *arguments)
    assert code == run.returncode
    assert b"Traceback" not in run.stderr
    assert run.stderr
