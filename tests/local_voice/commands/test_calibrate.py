"""The command `calibrate`: six words, a table, advice; nothing kept unless asked."""

import contextlib
import wave

import pytest

from local_voice.audio import devices
from local_voice.audio.interfaces import BLOCK_SAMPLES, AudioChunk, DeviceLost, NoDevice
from local_voice.audio.pcm import scale
from local_voice.commands import calibrate
from local_voice.commands.exit_codes import explain
from local_voice.commands.options import CalibrateConfig, parse_options

pytestmark = pytest.mark.audio


def words(clips) -> list[str]:
    """Return six recordings in the order in which the words are asked for."""
    return [clips[said][n] for n in (0, 1, 2) for said in ("yes", "no")]


def told(run) -> str:
    """Return what was printed."""
    assert b"Traceback" not in run.stderr
    return run.stdout.decode()


def test_six_words_that_are_heard(command, clips, tmp_path):
    """Every word asked for, shown with its levels, counted; exit 0; nothing kept."""
    run = command("calibrate", "--input", *words(clips))
    assert 0 == run.returncode, told(run)
    assert "yes: 3 of 3 heard right" in told(run)
    assert "no: 3 of 3 heard right" in told(run)
    assert "Nothing was kept." in told(run)
    assert [] == list(tmp_path.iterdir())


def test_a_word_that_is_another_one_is_told(run_main, clips):
    """A no where a yes was asked for is wrong, with exit 1 and a way on."""
    run = run_main("calibrate", "--input", *[clips["no"][0]] * 6)
    assert 1 == run.returncode
    assert "yes: 0 of 3 heard right" in told(run)
    assert "no: 3 of 3 heard right" in told(run)
    assert "keys y and n" in told(run)


def test_a_faint_voice_is_told_to_come_closer(run_main, clips, tmp_path):
    """The same words 55 decibels softer: heard or not, the advice is to come closer."""
    faint = []
    for number, clip in enumerate(words(clips)):
        with wave.open(clip) as file:
            pcm = file.readframes(file.getnframes())
        path = tmp_path / f"{number}.wav"
        write(path, scale(pcm, -55))
        faint.append(path)
    run = run_main("calibrate", "--input", *faint)
    assert "Move closer" in told(run)


def write(path, pcm):
    """Write 16 kHz mono sound."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(pcm)


def test_kept_only_where_asked(run_main, clips, tmp_path):
    """--keep writes one WAV a word; a folder with something in it is refused."""
    run = run_main("calibrate", "--keep", "mine", "--input", *words(clips)[:2])
    assert "kept in mine" in told(run)
    assert ["1_yes.wav", "2_no.wav"] == sorted(
        p.name for p in (tmp_path / "mine").iterdir()
    )
    assert {0o600} == {p.stat().st_mode & 0o777 for p in (tmp_path / "mine").iterdir()}
    run = run_main("calibrate", "--keep", "mine", "--input", *words(clips)[:2])
    assert 2 == run.returncode
    assert b"not empty" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--input", "missing.wav"), 2, b"missing.wav"),
        (("--input", "."), 2, b"folder"),
        (("--model", "nowhere", "--input", "x.wav"), 4, b"nowhere"),
        (("--keep", "/dev/null/x", "--input", "x.wav"), 2, b"--keep"),
        (("--input", "a", "--input-device", "b"), 2, b"not allowed"),
    ],
)
def test_wrong_options(run_main, arguments, code, word):
    """One sentence that names what is wrong, and the exit code."""
    run = run_main("calibrate", *arguments)
    assert code == run.returncode
    assert word in run.stderr
    assert b"Traceback" not in run.stderr


def test_without_a_microphone_there_are_ways_on(monkeypatch):
    """No device: a sentence with exit code 3."""
    monkeypatch.setattr(
        devices, "find_devices", lambda: devices.Devices("Null", (), ())
    )
    with pytest.raises(NoDevice, match="no microphone") as problem:
        calibrate.open_microphone(None, print).__enter__()
    assert 3 == explain(problem.value)[1]


class Unplugged:
    """A microphone that stops after the first word, as an unplugged one does."""

    def blocks(self):
        """Yield half a second, then fail."""
        for number in range(25):
            yield AudioChunk(number * BLOCK_SAMPLES, bytes(2 * BLOCK_SAMPLES))
        raise DeviceLost("no sound from the microphone")

    def close(self):
        """Nothing to give back."""


def test_a_microphone_that_goes_away(monkeypatch):
    """One sentence and exit code 7."""
    source = contextlib.nullcontext(iter([(Unplugged(), 0)]))
    monkeypatch.setattr(calibrate, "open_microphone", lambda *_: source)
    with pytest.raises(calibrate.LocalVoiceProblem, match="Plug it in") as problem:
        calibrate.calibrate(parse_options(CalibrateConfig, ()), print)
    assert 7 == problem.value.code
