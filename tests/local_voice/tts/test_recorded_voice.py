"""The recorded voice: what is played, what is joined, and what another voice says."""

import dataclasses
import shutil
from contextlib import closing
from datetime import UTC, datetime

import pytest
from helpers.fakes import RecordingSynthesizer

from dialogue.engine.clinic import Address, Line, Site
from dialogue.engine.rendering import render_reply, to_spoken_text
from dialogue.engine.reply import Reply
from local_voice.audio.interfaces import AudioClip
from local_voice.commands.engines import load_synthesizer
from local_voice.commands.exit_codes import LocalVoiceProblem
from local_voice.tts.interfaces import SynthesisError
from local_voice.tts.pyttsx3_voice import Pyttsx3Synthesizer
from local_voice.tts.recorded_voice import RATES, RecordedSynthesizer
from local_voice.tts.recording_script import (
    Form,
    ScriptLine,
    build_script,
    list_clinic_lines,
    split_sentences,
)
from local_voice.tts.voice_store import (
    BUNDLED,
    Recording,
    Speed,
    UnusableRecording,
    VoiceStore,
    find_faults,
    get_checksum,
    get_speeds,
)
from local_voice.worker_process import EngineRefusal

SUNDAY = datetime(2026, 1, 4, 12, tzinfo=UTC)


class MemoryStore(VoiceStore):
    """A store whose sounds are as long as their texts, and in no file."""

    def __init__(self, folder, lines):
        """Hold `lines` at their speeds."""
        super().__init__(folder)
        self.broken: set[str] = set()
        for line in lines:
            for speed in get_speeds(line):
                made = build_recording(line, speed)
                self.recordings[line.text, line.form, speed] = made

    def check(self, recording):
        """Fail on what was named broken."""
        if recording.name in self.broken:
            raise UnusableRecording(f"{recording.file}: is damaged")
        return b""

    def read(self, recording):
        """Return silence, ten samples a letter."""
        self.check(recording)
        return AudioClip(bytes(20 * len(recording.text)))


def build_recording(line, speed, data=b""):
    """Return a row of the manifest for `line`."""
    return Recording(
        name=line.name,
        form=line.form,
        text=line.text,
        text_checksum=get_checksum(line.text.encode()),
        said=line.text,
        speed=speed,
        sound_checksum=get_checksum(data),
        samples=1,
        voice="nobody",
        engine="none",
    )


@pytest.fixture(scope="module")
def script(content):
    """Return the lines for a talk without a clinic, and with the shared one."""
    return build_script([dataclasses.replace(content, clinic=None), content])


@pytest.fixture
def store(tmp_path, script):
    """Return a store that holds all of the script."""
    return MemoryStore(tmp_path, script)


@pytest.fixture
def fallback():
    """Return a stand-in for the other voice."""
    return RecordingSynthesizer()


@pytest.fixture
def voice(store, content, fallback):
    """Return the recorded voice with the stand-in behind it."""
    return build_voice(store, content, fallback)


def build_voice(store, content, fallback, report=lambda line: None):
    """Return a recorded voice; `fallback` is started at its rate."""

    def start(rate):
        fallback.set_rate(rate)
        return fallback

    return RecordedSynthesizer([store], content.prompts, 150, start, report)


def render(content, key, *, clinic=None, moment=SUNDAY, reply=None):
    """Return the words of a prompt as they are spoken."""
    reply = reply or Reply((key,))
    return to_spoken_text(
        render_reply(reply, content.prompts, clinic, moment).prompts[:1]
    )


def test_all_that_a_clinic_says_is_recorded(voice, content, fallback):
    """No prompt of a session without or with the clinic needs another voice."""
    for clinic in (None, content.clinic):
        for key in content.prompts:
            if key.startswith(("caption.", "spoken.", "sign.", "page.", "browser.")):
                continue
            if key.startswith(("one_thing.", "screen.", "card.")):
                continue
            try:
                text = render(content, key, clinic=clinic)
            except ValueError:
                continue
            assert not text or not voice.list_unrecorded(text), key
    assert not fallback.texts


def test_any_number_is_said_in_pieces(voice, content, fallback):
    """Digits are joined, with the words around them, for a number never recorded."""
    line = Line("phone", "480-555-0136", "appointments", spoken=True)
    clinic = dataclasses.replace(content.clinic, lines=(line,))
    for key in ("number.say", "clinic.closed", "errors.something_wrong"):
        text = render(content, key, clinic=clinic)
        assert "four eight zero, five five five" in text
        assert not voice.list_unrecorded(text)
        assert voice.render(text).samples
    assert not fallback.texts


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("saturday", "seven in the evening to a quarter past nine in the evening"),
        ("sunday", "half past eight in the morning to noon"),
        (
            "monday",
            "eight oh five in the morning to five fifty nine in the evening",
        ),
    ],
)
def test_any_hours_are_said_in_pieces(voice, content, fallback, day, hours):
    """So are opening hours, several spans of them too."""
    name = content.clinic.name
    text = f"{name} is open {day.title()}, {hours}. It is also open Friday, {hours}."
    assert not voice.list_unrecorded(text)
    assert not fallback.texts


def test_signs_are_named_in_pieces(voice, content, fallback):
    """Short names of signs stand in the middle and at the end of a sentence."""
    ids = ("chest_pain", "fever", "fell", "cancer")
    for key, signs in (("retry.later", ids[:1]), ("unheard.now", ids)):
        text = render(content, key, reply=Reply((key,), signs=((key, signs),)))
        assert not voice.list_unrecorded(text)
    recalled = Reply(("history.last",), month="March 2025")
    assert not voice.list_unrecorded(render(content, "history.last", reply=recalled))
    assert not fallback.texts


@pytest.mark.parametrize("name", ["Doctor Fern's office", "Dr. Fern Spine. Back"])
def test_an_unrecorded_name_alone_is_said_by_another_voice(
    voice, content, fallback, name
):
    """The words around it are ours, and it stands between pauses."""
    clinic = dataclasses.replace(content.clinic, name=name)
    text = render(content, "session.welcome", clinic=clinic)
    voice.render(text)
    assert fallback.texts == [name]
    assert voice.list_unrecorded(text) == [name]


def test_a_clinics_own_recordings_complete_it(store, content, fallback, script):
    """What `record-voice --clinic` adds is all that was lacking."""
    site = Site("east", "The Fern office", Address("One Main Street", "1 Main St"))
    clinic = dataclasses.replace(content.clinic, name="Fern Spine", sites=(site,))
    theirs = dataclasses.replace(content, clinic=clinic)
    for line in list_clinic_lines(theirs):
        store.recordings[line.text, line.form, Speed.USUAL] = build_recording(
            line, Speed.USUAL
        )
    voice = build_voice(store, theirs, fallback)
    for key in ("session.welcome", "clinic.open", "hours.say", "address.sites"):
        assert not voice.list_unrecorded(render(theirs, key, clinic=clinic)), key


def test_a_changed_sentence_is_said_whole_by_another_voice(voice, content, fallback):
    """The sentence before it is still ours; nothing of the old one is spoken."""
    text = "This could be an emergency. Call five one one at once."
    voice.render(text)
    assert fallback.texts == ["Call five one one at once."]


def test_a_damaged_sound_is_said_by_another_voice(store, content, fallback):
    """It is reported, once."""
    lines = []
    voice = build_voice(store, content, fallback, lines.append)
    store.broken.add("emergency.say.1")
    text = render(content, "emergency.say")
    voice.render(text)
    voice.render(text)
    assert fallback.texts[:1] == ["This could be an emergency."]
    assert [line for line in lines if "is damaged" in line] == [
        "usual/emergency.say.1.mp3: is damaged"
    ]


def test_without_another_voice_the_rest_still_sounds(store, content):
    """Where no other voice starts, a damaged sentence is had at the other speed."""

    def refuse(rate):
        raise EngineRefusal("no voice", unfit=False)

    voice = RecordedSynthesizer([store], content.prompts, 150, refuse)
    text = render(content, "emergency.say")
    whole = voice.render(text)

    class HalfBroken(MemoryStore):
        def check(self, recording):
            if recording.speed is Speed.USUAL:
                raise UnusableRecording(recording.file)
            return b""

    half = HalfBroken(store.folder, [])
    half.recordings = store.recordings
    again = RecordedSynthesizer([half], content.prompts, 150, refuse)
    assert again.render(text).samples == whole.samples
    with pytest.raises(SynthesisError):
        again.render("Something else.")


def test_two_speeds(voice, content, fallback):
    """Slower and faster go from one to the other, and no further."""
    text = render(content, "emergency.say")
    usual = voice.render(text)
    voice.set_rate(voice.rate - 20)
    assert voice.rate == RATES[Speed.SLOW]
    assert voice.render(text).samples > usual.samples  # longer pauses
    voice.set_rate(voice.rate - 20)
    assert voice.rate == RATES[Speed.SLOW]
    voice.render("Not recorded.")
    voice.set_rate(voice.rate + 20)
    assert voice.rate == fallback.rate == RATES[Speed.USUAL]
    voice.set_rate(voice.rate + 20)
    assert voice.rate == RATES[Speed.USUAL]


def test_only_what_is_not_recorded_is_made_ahead(voice, content, fallback):
    """Recordings need no rendering; the other voice is not even started."""
    voice.prefetch(render(content, "emergency.say"))
    assert voice.pid is None
    assert not fallback.texts
    voice.prefetch("Not recorded.")
    assert fallback.texts == ["Not recorded."]


def test_the_script_names_each_line_once(script):
    """No two lines share a file or words, and no sentence holds a placeholder."""
    assert len({line.name for line in script}) == len(script)
    assert len({(line.text, line.form) for line in script}) == len(script)
    assert not [line for line in script if "{" in line.text]
    assert all(len(split_sentences(line.text)) == 1 for line in script)


def test_faults_are_told_apart(store, script):
    """Missing, stale and damaged lines each have their word."""
    assert not list(find_faults(script, [store]))
    line, damaged = script[0], script[1]
    changed = ScriptLine(line.name, "Other words.")
    store.broken.add(damaged.name)
    new = ScriptLine("new.line", "New words.", Form.MID, is_piece=True)
    faults = list(find_faults([changed, damaged, new], [store]))
    assert [fault.what for fault in faults] == [
        *["stale"] * 2,
        *["damaged"] * 2,
        "missing",
    ]


@pytest.mark.audio
def test_voices_by_name():
    """A fallback may be named, and is refused at once; a fast rate is another's."""
    with pytest.raises(LocalVoiceProblem, match="nonsense"):
        load_synthesizer("recorded+nonsense", 150)
    for name, rate, kind in (
        ("recorded", 150, RecordedSynthesizer),
        ("recorded", 200, Pyttsx3Synthesizer),
        ("espeak", 150, Pyttsx3Synthesizer),
    ):
        with closing(load_synthesizer(name, rate)) as made:
            assert isinstance(made, kind)
            assert made.rate == rate


class TestFiles:
    """A store on a disk."""

    def test_a_manifest_is_read_as_it_was_written(self, tmp_path):
        """Odd signs in words are no trouble."""
        store = VoiceStore(tmp_path)
        line = ScriptLine("a.line", 'Say "yes", or\u2019 no.')
        store.add(build_recording(line, Speed.SLOW, b"sound"), b"sound")
        store.save()
        again = VoiceStore(tmp_path)
        assert again.recordings == store.recordings
        found = again.find(line.text, Form.FINAL, Speed.SLOW)
        assert again.check(found) == b"sound"

    def test_other_bytes_or_none_are_refused(self, tmp_path):
        """They are not even decoded."""
        store = VoiceStore(tmp_path)
        recording = build_recording(ScriptLine("a", "A."), Speed.USUAL, b"sound")
        store.add(recording, b"sound")
        (tmp_path / recording.file).write_bytes(b"round")
        with pytest.raises(UnusableRecording, match="damaged"):
            store.read(recording)
        (tmp_path / recording.file).unlink()
        with pytest.raises(UnusableRecording, match="missing"):
            store.read(recording)

    def test_a_damaged_row_is_no_recording(self, tmp_path):
        """Its words are another voice's; the other rows are kept."""
        store = VoiceStore(tmp_path)
        for name in ("a", "b"):
            line = ScriptLine(name, f"Word {name}.")
            store.add(build_recording(line, Speed.USUAL), b"")
        store.save()
        manifest = tmp_path / "manifest.csv"
        manifest.write_text(manifest.read_text().replace("Word a.", "Word c."))
        again = VoiceStore(tmp_path)
        assert [one.name for one in again.recordings.values()] == ["b"]
        assert len(again.damage) == 1

    def test_a_bundled_sound_is_played_as_long_as_it_is(self, tmp_path):
        """Decoding takes away what MP3 adds."""
        bundled = VoiceStore(BUNDLED / "en-US")
        recording = next(iter(bundled.recordings.values()))
        copied = tmp_path / recording.file
        copied.parent.mkdir()
        shutil.copy(bundled.folder / recording.file, copied)
        clip = VoiceStore(tmp_path).read(recording)
        assert clip.samples == recording.samples * 2 // 3
