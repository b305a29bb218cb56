"""The command that records what our voice lacks, with a stand-in for the engine."""

import pytest

from local_voice.commands import record_voice as command
from local_voice.commands.exit_codes import LocalVoiceProblem
from local_voice.commands.options import RecordVoiceConfig, parse_options
from local_voice.tts import recording
from local_voice.tts.kokoro_voice import NaturalVoiceMissing, get_said_text
from local_voice.tts.recording_script import Form, ScriptLine
from local_voice.tts.voice_store import BUNDLED, STALE, Speed, VoiceStore, find_faults

np = pytest.importorskip("numpy")

ONE = ScriptLine("ask.one", "Is it one?")
TWO = ScriptLine("digits.two.mid", "two", Form.MID, is_piece=True)


class Engine:
    """Hums for a second."""

    rendered: list[str]

    def __init__(self, style, lexicon):
        """Note nothing yet."""
        Engine.rendered = []

    def render(self, line, speed):
        """Return a hum between silences, longer when it is slow."""
        Engine.rendered.append(line.text)
        hum = np.sin(np.arange(int(24_000 / speed)) / 20) / 4
        silence = np.zeros(6_000)
        return np.concatenate((silence, hum, silence))


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """Return a studio over an empty store; its coder is the identity."""
    monkeypatch.setattr(recording, "KokoroVoice", Engine)
    monkeypatch.setattr(recording.mastering, "encode", lambda sound: sound.tobytes())
    return recording.Studio(VoiceStore(tmp_path), BUNDLED / "en-US")


def test_only_what_is_lacking_is_recorded(studio, tmp_path):
    """A second run makes nothing, a changed sentence is made anew at both speeds."""
    assert studio.record([ONE, TWO], print) == 3
    assert studio.record([ONE, TWO], print) == 0
    changed = ScriptLine(ONE.name, "Is it one now?")
    store = VoiceStore(tmp_path)
    assert {fault.what for fault in find_faults([changed], [store])} == {STALE}
    assert studio.record([changed, TWO], print) == 2
    assert Engine.rendered == [*[ONE.text] * 1, TWO.text, ONE.text, *[changed.text] * 2]
    store = VoiceStore(tmp_path)
    assert not list(find_faults([changed, TWO], [store]))
    assert store.find(ONE.text, Form.FINAL, Speed.USUAL) is None


def test_damage_is_recorded_anew(studio, tmp_path):
    """So a harmed file needs no other command."""
    studio.record([ONE], print)
    (tmp_path / "usual" / "ask.one.mp3").write_bytes(b"")
    assert studio.record([ONE], print) == 1


def test_words_that_move_keep_their_sound(studio, tmp_path):
    """Another prompt that says the same gives its name to the file."""
    studio.record([ONE], print)
    assert studio.record([ScriptLine("again.one", ONE.text)], print) == 0
    assert (tmp_path / "usual" / "again.one.mp3").exists()
    assert not (tmp_path / "usual" / "ask.one.mp3").exists()
    assert studio.drop_unneeded([TWO]) == 2
    assert not list(tmp_path.glob("*/*.mp3"))


def test_a_recording_is_trimmed_and_levelled(studio, tmp_path):
    """Fixed margins, one loudness."""
    from local_voice.tts import mastering

    hum = Engine(None, None).render(ONE, 1.0)
    made = mastering.level(mastering.trim(hum))
    margins = mastering.MARGIN_IN_FRONT + mastering.MARGIN_BEHIND
    assert abs(len(made) - margins - 24_000) <= 2 * mastering.FRAME
    assert mastering.measure_loudness(made) == pytest.approx(-20.0, abs=0.1)
    assert np.abs(made).max() < 1
    loud = mastering.level(mastering.trim(np.sign(hum) * np.abs(hum) ** 3))
    assert np.abs(loud).max() < 1


@pytest.mark.parametrize(
    ("amplitude", "wanted"), [(1.0, -3.01), (0.1, -23.01), (0.01, -43.01)]
)
def test_loudness_is_that_of_the_standard(amplitude, wanted):
    """A full-scale sine of 997 Hz measures -3.01 LUFS. Source: ITU-R BS.1770-4."""
    from local_voice.tts.mastering import measure_loudness

    sine = amplitude * np.sin(2 * np.pi * 997 * np.arange(5 * 48_000) / 48_000)
    assert measure_loudness(sine, 48_000) == pytest.approx(wanted, abs=0.1)


def test_respelling_leaves_other_words_alone():
    """Whole words only; what goes on ends with a comma."""
    lexicon = {"US": "U S", "St": "Saint"}
    assert get_said_text(ScriptLine("a", "In the US."), lexicon) == "In the U S."
    assert get_said_text(ScriptLine("a", "USA, Stop."), lexicon) == "USA, Stop."
    assert get_said_text(TWO, {}) == "two,"


def test_without_the_engine_it_says_what_to_install(tmp_path, monkeypatch):
    """The sentence names the extra; nothing is written."""

    def miss(style, lexicon):
        raise NaturalVoiceMissing("kokoro_onnx")

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(recording, "KokoroVoice", miss)
    monkeypatch.setattr(command, "list_clinic_lines", lambda content: [ONE])
    with pytest.raises(LocalVoiceProblem, match="natural-voice"):
        command.record_voice(
            parse_options(RecordVoiceConfig, ["--clinic", "roseville"]), print
        )
    assert not list(tmp_path.iterdir())
