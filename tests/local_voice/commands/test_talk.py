"""The command from outside: options, exit codes, recordings, closed input."""

import wave

import pytest
from helpers.sounds import write_wav

from dialogue.records.new_file import NewFile
from dialogue.version import get_program_version
from local_voice.__main__ import main
from local_voice.audio import devices
from local_voice.commands import live_talk

pytestmark = pytest.mark.audio

TYPED = ("--typed", "--mute")


def one_sentence(run) -> str:
    """Return what was told on stderr; it is short, and no traceback."""
    told = run.stderr.decode()
    assert "Traceback" not in told
    assert told.strip()
    return told


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--rate", "9999"), 2, "100 to 260"),
        (("--pace", "fast"), 2, "patient"),
        (("--answer-time", "0"), 2, "4 to 80"),
        (("--switch-gap", "nothing"), 2, "0.3 to 5"),
        (("--barge-in", "shouting"), 2, "headset"),
        (("--captions", "huge"), 2, "large"),
        (("--typed", "--demo"), 2, "not allowed"),
        (("--typed", "--out", "no/such.wav"), 2, "--out"),
        (("--voice", "nonsense", "--typed", "--out", "a.wav"), 2, "en-us"),
        (("--input", "missing.wav"), 2, "missing.wav"),
        (("--input", "."), 2, "folder"),
        (("--input", "-", "--input", "x.wav"), 2, "alone"),
        (("--demo", "nowhere.txt"), 2, "emergency"),
        (("--typed", "--clinic", "nowhere"), 6, "nowhere"),
        (("--demo", "--mute", "--model", "nowhere"), 4, "nowhere"),
    ],
)
def test_wrong_options_are_told_in_a_sentence(run_main, arguments, code, word):
    """The name or the range of what is wrong, and the exit code that says so."""
    run = run_main(*arguments)
    assert code == run.returncode
    assert word in one_sentence(run)


def test_a_broken_clinic_file_is_told_with_its_line(command, tmp_path):
    """The data check's own sentence reaches the console."""
    (tmp_path / "clinic.yaml").write_text('name: "Somewhere"\nphone: 12\n')
    run = command(*TYPED, "--clinic", "clinic.yaml")
    assert 6 == run.returncode
    assert "clinic.yaml" in one_sentence(run)


def test_a_typed_talk(command):
    """Lines are answers; the emergency sentence is the last word."""
    run = command(*TYPED, stdin=b"no\nno\nyes\n")
    assert 0 == run.returncode
    said = " ".join(run.stdout.decode().split())
    assert said.endswith("someone to call for you. [the talk has ended]")
    assert "Protocol: back_spasm" in said


@pytest.mark.parametrize("stdin", [b"", b"no\n", b"no\nno", b"\xff\xfe\n" * 3])
def test_input_that_ends_in_mid_talk_is_a_stop(command, stdin):
    """A closed standard input ends the talk, with the emergency number said."""
    run = command(*TYPED, stdin=stdin)
    assert 0 == run.returncode
    assert "911" in run.stdout.decode().split("Back Talk:")[-1]
    assert not run.stderr


def test_a_typed_talk_can_be_recorded(command, tmp_path):
    """Our words go into the right side of the file."""
    run = command("--typed", "--out", "talk.wav", stdin=b"yes\n")
    assert 0 == run.returncode, run.stderr
    with wave.open(str(tmp_path / "talk.wav")) as file:
        assert 10 < file.getnframes() / file.getframerate() < 60


def test_a_full_disk_does_not_end_a_talk(run_main, clips, tmp_path, monkeypatch):
    """What was recorded until then is kept, and the talk goes on to its end."""
    writing = NewFile.write

    def fill_up(file, data, at):
        if at > 44:  # after the header and the first stretch of sound
            raise OSError(28, "No space left on device")
        writing(file, data, at)

    monkeypatch.setattr(NewFile, "write", fill_up)
    run = run_main("--mute", "--input", clips["yes"][0], "--out", "talk.wav")
    assert 0 == run.returncode, run.stderr
    assert b"recording stopped" in run.stdout
    assert b"911" in run.stdout
    with wave.open(str(tmp_path / "talk.wav")) as file:
        assert file.getnframes() > 0


def test_people_on_file_reach_an_emergency(run_main, clips, tmp_path):
    """Three recordings as three turns: 911, captions and recording."""
    files = (clips["no"][0], clips["no"][1], clips["yes"][0])
    given = [option for file in files for option in ("--input", file)]
    run = run_main(*given, "--mute", "--out", "talk.wav", "--captions", "large")
    assert 0 == run.returncode, run.stderr
    said = " ".join(run.stdout.decode().split())
    assert said.endswith("[the talk has ended]")
    assert "could be an emergency. Call 911" in said
    assert max(map(len, run.stdout.decode().split("\n\n")[5].splitlines())) <= 40
    assert (tmp_path / "talk.wav").stat().st_size > 100_000


def test_silence_on_file_ends_with_the_number(run_main, tmp_path):
    """No samples at all: asked again, then the closing that names 911."""
    write_wav(tmp_path / "none.wav", 16_000, 2, 1, seconds=0)
    run = run_main("--input", "none.wav", "--mute")
    assert 0 == run.returncode
    assert "I cannot hear you" in " ".join(run.stdout.decode().split())


def test_an_hour_on_file_does_not_hold_the_talk(run_main, tmp_path):
    """An hour of hum is streamed: the talk ends within its own time."""
    with wave.open(str(tmp_path / "hour.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        for _ in range(60):
            file.writeframes(b"\x80\x82" * 240_000)
    run = run_main("--input", "hour.wav", "--mute")
    assert 0 == run.returncode
    assert "911" in run.stdout.decode()


def test_text_as_a_recording_is_refused(run_main, tmp_path):
    """What is no sound is named before the talk begins."""
    (tmp_path / "notes.wav").write_text("yes no " * 100)
    run = run_main("--input", "notes.wav", "--mute")
    assert 2 == run.returncode
    assert "WAV, FLAC and MP3" in one_sentence(run)


def test_raw_sound_on_standard_input(command, clips):
    """A stream that is over is a silent room; a WAV in it is refused."""
    assert 0 == command("--input", "-", "--mute", stdin=b"\0" * 32_001).returncode
    with open(clips["yes"][0], "rb") as file:
        run = command("--input", "-", "--mute", stdin=file.read())
    assert 2 == run.returncode
    assert "give its name" in one_sentence(run)


@pytest.fixture
def no_sound_card(monkeypatch, tmp_path):
    """Take every sound device away."""
    monkeypatch.setattr(
        devices, "find_devices", lambda: devices.Devices("Null", (), ())
    )
    monkeypatch.chdir(tmp_path)


def test_no_microphone_is_exit_code_3(no_sound_card, capsys):
    """One sentence with four ways on."""
    assert 3 == main([])
    told = capsys.readouterr().err
    assert "has no microphone" in told
    assert 1 == len(told.strip().splitlines())


def test_without_a_sound_card_the_demonstration_plays(no_sound_card, capsys, tmp_path):
    """One sentence says why; then the talk, the files and the next steps."""
    assert 0 == main(["--or-demo"])
    said = capsys.readouterr().out
    assert 1 == said.count("no sound card")
    assert "651-219-7292" in said
    assert "talk/backtalk-demo.wav" in said
    assert "What next" in said
    assert (tmp_path / "talk" / "backtalk-demo.txt").exists()


def test_recording_a_live_talk_is_refused(capsys):
    """Nobody's voice is kept."""
    assert 2 == main(["--out", "talk.wav"])
    assert "keeps no sound of a person" in capsys.readouterr().err


def test_the_list_of_devices_needs_none(run_main):
    """Asking for it works on any computer."""
    run = run_main("--list-devices")
    assert 0 == run.returncode
    assert run.stdout


def test_a_live_talk_hears_a_microphone(monkeypatch, capsys):
    """With devices the talk is live: level check, ready signal, then the welcome."""
    from helpers.fakes import SilentMicrophone, SilentSpeaker

    one = (devices.Device(1, "Headset", None),)
    monkeypatch.setattr(
        devices, "find_devices", lambda: devices.Devices("ALSA", one, one)
    )
    monkeypatch.setattr(live_talk, "LiveMicrophone", lambda device: SilentMicrophone())
    monkeypatch.setattr(live_talk, "LiveSpeaker", lambda *_, **__: SilentSpeaker())
    assert 0 == main(["--input-device", "head", "--clinic", "roseville"])
    said = " ".join(capsys.readouterr().out.split())
    assert "Microphone: Headset" in said
    assert "gives no sound at all" in said
    assert "I cannot hear you" in said


def test_the_version_is_told(capsys):
    """The number that records and /health give too."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert 0 == ended.value.code
    assert f"Back Talk {get_program_version()}\n" == capsys.readouterr().out
