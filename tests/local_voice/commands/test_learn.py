"""The command `learn` from recordings, and what a session does with its profile."""

import errno
import itertools
import os
import re
import shutil
import stat
import zipfile
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from helpers.fakes import RecordingSynthesizer, SilentSpeaker
from helpers.live_room import BEFORE, Says, enter_room, pretend_devices
from helpers.mouth_recordings import record_mouth, write_mouth

from dialogue.engine.events import Repeat
from local_voice.__main__ import main
from local_voice.asr.interfaces import SoundMatch
from local_voice.commands import engines, learn, own_sounds, talk
from local_voice.commands.options import TalkConfig, parse_options
from local_voice.own_sounds import matcher_process, profile_folder
from local_voice.own_sounds.decision import SoundDecider
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.own_sounds.matcher_process import MatcherProcess
from local_voice.own_sounds.profile_folder import ProfileAbout
from local_voice.own_sounds.words import add_own_words
from local_voice.session.listeners import ManualInput
from local_voice.tts.speech import SpeechOutput
from local_voice.worker_process import EngineRefusal

pytestmark = pytest.mark.audio
KINDS = {"yes": "click", "no": "low hum"}
SCRIPT = """\
Title:     By two sounds that are no words
Clinic:    roseville
At:        2026-03-03T10:00-06:00

BACK TALK: [ask hard_to_pee]
PATIENT:   Yes.

Ends with: emergency
Because:   emergency_bladder_or_bowel
"""


@pytest.fixture(scope="module")
def mouth(tmp_path_factory):
    """Return a folder with recordings of a mouth that clicks and hums."""
    folder = tmp_path_factory.mktemp("mouth")
    write_mouth(folder, 5, KINDS, 8)
    return folder


@pytest.fixture
def home(ear, monkeypatch, tmp_path):
    """Keep profiles out of the home of whoever runs the tests.

    Every command gets the one recogniser of this run, which none of them ends.
    """
    monkeypatch.setattr(ear.recognizer, "close", lambda: None)
    monkeypatch.setattr(engines, "load_recognizer", lambda *_, **__: ear)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "backtalk" / "voices"


@pytest.fixture
def fast(monkeypatch):
    """Leave out what the usual recogniser hears in recordings."""
    monkeypatch.setattr(learn, "_decode", lambda config, paths: {})


@pytest.fixture(scope="module")
def taught(mouth, tmp_path_factory):
    """Return the file of a profile that the mouth has taught, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", f"{tmp_path_factory.mktemp('taught')}")
        patch.setattr(learn, "_decode", lambda config, paths: {})
        assert teach(mouth, "yes", "no") == 0
        return own_sounds.get_file("anna")


@pytest.fixture
def profile(taught, home):
    """Return a copy of it in the home of this test."""
    file = home / "anna.npz"
    home.mkdir(parents=True)
    shutil.copy2(taught, file)
    return file


def teach(mouth, *names, more=()):
    """Run the command on three takes of each; return its exit code."""
    given = [f"{name}={mouth}/{name}_{n}.wav" for name in names for n in range(3)]
    return main(["learn", "anna", *more, "--input", *given])


def test_a_mouth_holds_a_whole_interview_by_two_sounds(mouth, home, capsys):
    """Clicks are yes, hums are no; each no to a danger sign is said back."""
    assert teach(mouth, "yes", "no") == 0
    assert stat.S_IMODE((home / "anna.npz").stat().st_mode) == 0o600
    assert main(["hear", "--own-sounds", "anna", f"{mouth}/no_4.wav"]) == 0
    assert capsys.readouterr().out.split("\t")[1] == "own no"
    Path("script.txt").write_text(SCRIPT)
    options = "--demo", "script.txt", "--patient", str(mouth), "--mute"
    assert main([*options, "--own-sounds", "anna"]) == 0
    shown = capsys.readouterr().out
    assert "Outcome: emergency (emergency_bladder_or_bowel)" in shown
    assert "Your own yes and no are in use." in shown
    assert shown.count("No. If that is wrong, make any sound now.") >= 3
    assert "You: your own yes" in shown
    assert "PATIENT:   Yes." in Path("talk/backtalk-demo.txt").read_text()


class Reader(Says):
    """Reads the captions, and makes the sound that they ask for."""

    def __init__(self, capsys):
        """Have every sound ready, some more often than it is asked for."""
        super().__init__([])
        self._capsys, self.read_so_far = capsys, ""
        kinds = {**KINDS, "nothing": "groan"}
        self._takes = {
            name: itertools.cycle(record_mouth(5, kind, 8))
            for name, kind in kinds.items()
        }

    def begin_turn(self):
        """Make the sound that was asked for last; the own yes keeps the profile."""
        self.read_so_far += " ".join(self._capsys.readouterr().out.split()) + " "
        asked = re.findall(
            r"your sound for (yes|no)|Please answer (yes|no)|means (nothing)|"
            r"Shall I (keep)",
            self.read_so_far,
        )
        name = "".join(asked[-1]) if asked else ""
        name = {"keep": "yes"}.get(name, name)
        self._now = BEFORE + next(self._takes[name]) if name else b""

    def read(self, samples):
        """Go on with the sound."""
        pcm, self._now = self._now[: 2 * samples], self._now[2 * samples :]
        return pcm.ljust(2 * samples, b"\0")


def test_a_lesson_by_voice_ends_with_a_profile(home, monkeypatch, capsys):
    """Everything by sounds, in a room with pretended devices, the page open too."""
    pretend_devices(monkeypatch)
    reader = Reader(capsys)
    enter_room(reader, None)
    assert main(["learn", "anna", "--page", "--page-port", "0"]) == 0
    assert "All five were right." in reader.read_so_far
    assert [file.name for file in home.iterdir()] == ["anna.npz"]


def refuse(*_):
    """Stand for a folder without rights, also where root runs the tests."""
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def put_a_file_in_place_of_the_folder(file, _):
    """No folder of anybody."""
    shutil.rmtree(file.parent)
    file.parent.write_bytes(b"")


def cut_off(file, _):
    """Whole at its head, damaged behind it, as only the child can tell."""
    with zipfile.ZipFile(file) as parts:
        kept = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(file, "w") as parts:
        for name, data in kept.items():
            parts.writestr(name, data[:-1] if name == "yes.cepstra.npy" else data)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda file, _: file.unlink(), "There is no profile"),
        (lambda file, _: file.write_bytes(b"PK"), "is damaged"),
        (cut_off, "is damaged"),
        (lambda file, _: file.chmod(0o644), "can be read by others"),
        (
            lambda file, patch: patch.setattr(profile_folder, "find_versions", str),
            "another version",
        ),
        (
            lambda file, patch: patch.setattr(profile_folder.os, "getuid", lambda: -1),
            "belongs to somebody else",
        ),
        (
            lambda file, patch: patch.setattr(Path, "lstat", refuse),
            "cannot be used (Permission denied)",
        ),
        (put_a_file_in_place_of_the_folder, "cannot be used (Not a directory)"),
    ],
)
def test_a_profile_that_cannot_be_used_is_named_and_the_rest_goes_on(
    profile, monkeypatch, spoil, sentence
):
    """The usual recogniser stays as it was."""
    told, setup = [], object()
    spoil(profile, monkeypatch)
    assert own_sounds.add_sounds(setup, "anna", told.append) is setup
    assert sentence in told[0]
    assert f"{profile}" in told[0]
    assert told[0].endswith("The talk goes on without own sounds.")


def test_a_command_goes_on_without_a_profile_that_is_damaged(mouth, profile, capsys):
    """It names it, and that is no failure."""
    profile.write_bytes(b"PK")
    assert main(["hear", "--own-sounds", "anna", f"{mouth}/no_4.wav"]) == 0
    told = capsys.readouterr()
    assert "is damaged" in told.err
    assert "own no" not in told.out


def test_a_folder_that_cannot_be_written_is_told_before_a_lesson(home, capsys):
    """Nobody makes nine sounds for nothing."""
    home.parent.parent.mkdir()
    home.parent.write_bytes(b"")
    assert main(["learn", "anna"]) == 2
    assert f"{home}" in capsys.readouterr().err


def test_a_lesson_goes_on_with_what_is_known_of_it(home, mouth):
    """Also which answers the usual recogniser heard wrongly; else it begins anew."""
    file, told = home / "anna.npz", []
    waiting = profile_folder.get_lesson_file(file)
    with closing(MatcherProcess()) as matcher:
        matcher.take("yes", learn._read(f"{mouth}/yes_0.wav"))
        matcher.save_lesson(f"{waiting}", ["no"])
    start, about = learn._find_start(file, None, told.append)
    assert (start, about.unheeded, told) == (f"{waiting}", ("no",), [])
    waiting.write_bytes(b"PK")
    assert learn._find_start(file, None, told.append) == ("", None)
    assert "begins anew" in told[0]
    waiting.unlink()
    assert learn._find_start(file, None, told.append) == ("", None)
    assert learn._find_start(file, about, told.append) == (f"{file}", about)


def test_each_recording_is_judged_by_itself(mouth, profile, capsys, monkeypatch):
    """A sound that is not sure is not counted because the last file had it too."""
    unsure = SoundMatch(1, "yes", is_sure=False, above_room=30.0)
    monkeypatch.setattr(MatcherProcess, "judge", lambda self, pcm: unsure)
    assert main(["hear", "--own-sounds", "anna", *[f"{mouth}/yes_4.wav"] * 2]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split("\t")[2] == second.split("\t")[2] != "yes"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["yes"], "three examples of each are needed"),
        (["maybe=x.wav"], "is no NAME=FILE"),
        (["yes=missing.wav"], "missing.wav"),
    ],
)
def test_what_cannot_be_taught_is_told(mouth, home, fast, capsys, given, sentence):
    """One sentence, and nothing is kept."""
    if given == ["yes"]:
        code = teach(mouth, "yes")
    else:
        code = main(["learn", "anna", "--input", *given])
    assert code == 2
    assert sentence in capsys.readouterr().err
    assert not home.exists()


def test_the_same_sound_under_two_names_is_refused(mouth, home, fast, capsys):
    """Unless a helper insists; then every answer is asked for twice."""
    given = [f"yes={mouth}/yes_{n}.wav" for n in range(3)]
    given += [f"no={mouth}/yes_{n}.wav" for n in range(3, 6)]
    assert main(["learn", "anna", "--input", *given]) == 2
    assert "hard to tell apart" in capsys.readouterr().err
    assert main(["learn", "anna", "--use-alike", "--input", *given]) == 0


def test_forgetting_is_told(profile, home, capsys):
    """Once there was a profile, then there is none."""
    assert main(["learn", "anna", "--forget"]) == 0
    assert main(["learn", "anna", "--forget"]) == 0
    told = capsys.readouterr().out
    assert "Forgotten" in told
    assert "There was no profile" in told
    assert list(home.iterdir()) == []


def test_another_microphone_and_old_examples_are_noticed():
    """Each as a prompt when a session begins."""
    today = datetime.now().astimezone().date()
    mine = profile_folder.hash_device("mine")
    about = ProfileAbout(today - timedelta(20), {"yes": 3, "no": 3}, "", mine)
    notices = own_sounds.find_notices
    assert list(notices(about, "other")) == ["own.device", "own.old"]
    assert list(notices(replace(about, day=today), "mine")) == []
    assert list(notices(replace(about, day=today), None)) == []


@dataclass
class Setup:
    """Stands for the recogniser that ships."""

    recognizer: object = None
    own: OwnSounds | None = None


def test_an_example_of_a_talk_goes_into_the_profile(mouth, profile, monkeypatch):
    """By the microphone that it was taught with; what cannot be written is told."""
    told = []
    own = own_sounds.add_sounds(Setup(), "anna", told.append).own
    pcm = learn._read(f"{mouth}/no_4.wav")
    with monkeypatch.context() as patch:
        patch.setattr(own_sounds.MatcherProcess, "add_example", refuse_example)
        assert not own.further.keep("no", pcm)
    assert told[-1] == "The disk is full. The profile is as it was."
    assert own.further.keep("no", pcm)
    own.recognizer._matcher.close()
    about = profile_folder.read_about(profile)
    assert about.sounds == {"yes": 3, "no": 4}
    about = replace(about, device=profile_folder.hash_device("mine"))
    monkeypatch.setattr(own_sounds, "read_about", lambda file: about)
    monkeypatch.setattr(own_sounds, "load_matcher", lambda file: None)
    for device, wanted in (("mine", True), ("another", False)):
        own = own_sounds.add_sounds(Setup(), "anna", told.append, device).own
        assert (own.further is not None) is wanted


def refuse_example(self, name, pcm, file):
    """Stand for a child that cannot write."""
    raise EngineRefusal("The disk is full.", unfit=True)


def test_what_is_known_of_a_profile_is_told_once_a_session(content, capsys):
    """With the first captions; the interview itself does not repeat it."""
    own = OwnSounds("anna", None, SoundDecider(), notices=("own.device",))
    config = parse_options(TalkConfig, ())
    with talk.open_context(config, add_own_words(content), print) as context:
        output = SpeechOutput(RecordingSynthesizer(), SilentSpeaker())
        session = context.build_session(ManualInput(), output, own=own)
    session.own_sounds = None
    session.receive(Repeat())
    session.receive(None)
    session.run()
    assert capsys.readouterr().out.count("! This is another microphone") == 1


def test_a_missing_library_is_named_with_its_extra(mouth, home, capsys, monkeypatch):
    """The session needs no numpy, own sounds do."""
    monkeypatch.setattr(matcher_process, "find_spec", lambda name: None)
    assert teach(mouth, "yes", "no") == 2
    assert '".[personal]"' in capsys.readouterr().err


def test_a_bad_name_is_refused(home, capsys):
    """A name is no path."""
    assert main(["learn", "../anna", "--forget"]) == 2
    assert "cannot be that of a profile" in capsys.readouterr().err
