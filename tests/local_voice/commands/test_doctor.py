"""The doctor: one line for each part, the remedy, and the first failing code."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from dialogue.engine.protocol import Answer
from dialogue.records.clock import Clock
from dialogue.records.history import Entry, add_entry
from dialogue.version import RELEASED
from local_voice.__main__ import main
from local_voice.asr.model_files import find_model
from local_voice.audio import devices
from local_voice.commands.doctor import (
    check_clock,
    check_settings,
    find_unheard_phrases,
)
from local_voice.commands.options import DoctorConfig, parse_options

pytestmark = pytest.mark.audio
ONE = (devices.Device(1, "Headset", None),)
PARTS = (
    *("microphone", "loudspeaker", "settings", "own sounds", "clock", "protocol"),
    *("clinic", "model", "voice", "recordings", "page"),
)


@pytest.fixture
def plugged_in(monkeypatch):
    """Plug in a headset."""
    found = devices.Devices("ALSA", ONE, ONE)
    monkeypatch.setattr(devices, "find_devices", lambda: found)


def examined(capsys, *options):
    """Return the exit code, and what is said of each part."""
    code = main(["doctor", "--page-port", "0", *options])
    lines = capsys.readouterr().out.splitlines()
    return code, dict(line.split(": ", 1) for line in lines)


def test_all_is_well(plugged_in, capsys):
    """One line a part, each in order."""
    code, told = examined(capsys, "--clinic", "roseville")
    assert 0 == code
    assert [f"ok       {part}" for part in PARTS] == list(told)
    assert "Headset" in told["ok       microphone"]
    assert "651-219-7292" in told["ok       clinic"]
    assert "phrases" in told["ok       model"]


def test_a_phrase_that_the_model_does_not_know_is_named(
    plugged_in, capsys, content, model_copy
):
    """A model without named units is understood when typed, and waits for the next."""
    (model_copy / "units.txt").unlink()
    known = content.lexicon.answers[Answer.NO]
    answers = {**content.lexicon.answers, Answer.NO: (*known, "not by a hair")}
    lexicon = replace(content.lexicon)
    vars(lexicon)["answers"] = answers
    model = find_model(str(model_copy))
    before = find_unheard_phrases(content.lexicon, model)
    unheard = find_unheard_phrases(lexicon, model)
    assert {"not by a hair"} == set(unheard) - set(before)
    assert [] == find_unheard_phrases(lexicon, find_model(None))
    _, told = examined(capsys, "--model", str(model_copy))
    named = [f"'{phrase}'" for phrase in before[:1]]
    assert all(name in told["ok       model"] for name in named)


def test_where_settings_come_from_is_told(capsys, monkeypatch, tmp_path):
    """And one that a session would refuse is a problem, though no part here uses it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("BACKTALK_RATE", "140")
    file = tmp_path / "backtalk" / "settings.toml"
    file.parent.mkdir()
    file.write_text('clinic = "dfw"\n')
    config = parse_options(DoctorConfig, ["--voice", "en-gb"])
    finding = check_settings(config)
    assert 0 == finding.code
    told = finding.sentence.split("; ")
    assert f"clinic: dfw, by {file}: clinic" in told
    assert "rate: 140, by BACKTALK_RATE" in told
    assert "voice: en-gb, by the option" in told

    file.write_text('pace = "slow"\n')
    finding = check_settings(config)
    assert 2 == finding.code
    assert "'slow' is none of quick, normal, patient" in finding.sentence


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_clock_that_cannot_be_right_is_looked_at(tmp_path, year):
    """A talk can be held all the same, so it is no problem with an exit code."""
    clock = Clock(lambda: datetime(year, 1, 2, 12, tzinfo=UTC))
    finding = check_clock(clock, tmp_path / "history.sqlite3")
    assert (0, True) == (finding.code, finding.is_doubtful)
    assert f"says {year}-01-0" in finding.sentence
    assert "Set the clock." in finding.sentence


def test_a_clock_before_the_newest_note_is_looked_at(tmp_path):
    """The history knows of a later day."""
    file = tmp_path / "history.sqlite3"
    add_entry(file, Entry(RELEASED + timedelta(days=9), "clinic", False))
    clock = Clock(lambda: datetime.combine(RELEASED, time(12), UTC))
    assert "newest talk" in check_clock(clock, file).sentence


def test_without_devices_the_rest_is_still_looked_at(monkeypatch, capsys):
    """Exit code 3, with buttons and captions as ways on."""
    nothing = devices.Devices("Null", (), ())
    monkeypatch.setattr(devices, "find_devices", lambda: nothing)
    code, told = examined(capsys, "--clinic", "none")
    assert 3 == code
    assert "--page" in told["problem  microphone"]
    assert "--page" in told["problem  loudspeaker"]
    assert "--clinic NAME" in told["ok       clinic"]
    assert "ok       page" in told


def test_the_first_failing_code_counts(plugged_in, capsys, tmp_path):
    """A missing model and an unknown voice: both are told, the model's code counts."""
    code, told = examined(
        capsys, "--model", str(tmp_path / "none"), "--voice", "nonsense"
    )
    assert 4 == code
    assert "no model" in told["problem  model"]
    assert "problem  voice" in told


def test_a_broken_clinic_is_told_by_the_data_check(plugged_in, capsys):
    """Nothing can be tried without the data; devices were looked at before."""
    code, told = examined(capsys, "--clinic", "nowhere")
    assert 6 == code
    assert "nowhere" in told["problem  protocol and clinic"]


def test_a_taken_port_is_told(plugged_in, capsys):
    """With the way out."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, told = examined(capsys, "--page-port", port)
    assert 9 == code
    assert "--page-port" in told["problem  page"]
