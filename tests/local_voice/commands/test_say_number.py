"""The clinic's numbers in a WAV: as a patient hears them, and never over a file."""

import wave

import pytest

pytestmark = pytest.mark.audio


def test_the_number_is_written_as_sound(command, tmp_path):
    """A profile's number becomes speech of a fitting length, in a new file."""
    run = command("say-number", "--clinic", "roseville", "--out", "number.wav")
    assert 0 == run.returncode
    assert b"651-219-7292" in run.stdout
    with wave.open(str(tmp_path / "number.wav")) as sound:
        assert (1, 2, 16000) == sound.getparams()[:3]
        assert 5 < sound.getnframes() / 16000 < 40
        assert any(sound.readframes(sound.getnframes()))


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--clinic", "roseville", "--out", "there.wav"), 2, "there already"),
        (("--clinic", "roseville", "--out", "no/such.wav"), 2, "cannot be written"),
        (("--clinic", "without.yaml"), 2, "no number to say"),
        (("--clinic", "nowhere"), 6, "nowhere"),
        (("--clinic", "none"), 2, "--clinic"),
    ],
)
def test_what_cannot_be_said_is_one_sentence(run_main, tmp_path, arguments, code, word):
    """An existing file, a missing folder, a clinic without a number."""
    (tmp_path / "there.wav").write_text("mine")
    (tmp_path / "without.yaml").write_text(
        'clinic: w\nname: "W"\nemergency_number: "911"\nsource: "w"\n'
    )
    run = run_main("say-number", *arguments)
    assert code == run.returncode
    assert word in run.stderr.decode()
    assert "Traceback" not in run.stderr.decode()
    assert "mine" == (tmp_path / "there.wav").read_text()
