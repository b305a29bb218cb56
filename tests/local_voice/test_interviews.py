"""Whole interviews on recordings of real people, with the real ear and voice."""

import statistics
import wave
from array import array
from datetime import datetime
from itertools import pairwise

import pytest
from helpers.offline_session import list_answers

from dialogue.engine.events import NoMatch
from dialogue.engine.reply import MENU
from local_voice.asr.listener import AudioListener
from local_voice.audio.pcm import SAMPLE_RATE, to_dbfs
from local_voice.audio.recorder import Recorder
from local_voice.audio.simulated_people import RecordedPerson
from local_voice.audio.simulated_room import SimulatedRoom
from local_voice.session.audio import SessionAudio
from local_voice.session.events import ResponseStarted, UserTurnEnded
from local_voice.session.session import VoiceSession
from local_voice.tts.speech import SpeechOutput

pytestmark = pytest.mark.audio

OPEN = datetime.fromisoformat("2026-03-03T10:00-06:00")
FRESH = ("adult", "started_within_three_days", "hard_effort")
WINDOW = SAMPLE_RATE // 50
AUDIBLE = -45.0


def interview(content, ear, voice, files, wav):
    """Hold a talk with people from `files`; return its end and what happened."""
    happened = []
    room = SimulatedRoom(RecordedPerson(files), Recorder(wav, pytest.fail))
    session = VoiceSession(
        content=content,
        listener=AudioListener(room, ear.recognizer, ear.grammars, ear.detector),
        output=SpeechOutput(voice, room),
        audio=SessionAudio(),
        now=lambda: OPEN,
        event_listeners=(happened.append,),
    )
    ended = session.run()
    room.close()
    return ended, happened, room


def people(clips, answers):
    """Return another person's recording for each answer."""
    lists = {said: iter(clips[said]) for said in ("yes", "no")}
    return [next(lists[answer]) for answer in answers]


def keys(happened):
    """Return every prompt key that was said, in order."""
    return [key for h in happened if isinstance(h, ResponseStarted) for key in h.keys]


def heard(happened):
    """Return the texts that were heard."""
    return [h.text for h in happened if isinstance(h, UserTurnEnded)]


def levels(samples):
    """Return the peak of each 20 ms, in dBFS."""
    starts = range(0, len(samples) - WINDOW, WINDOW)
    return [to_dbfs(max(map(abs, samples[s : s + WINDOW]))) for s in starts]


def turns_between(ours):
    """Return the stretches, in windows, in which we are silent for half a second."""
    spoken = [n for n, level in enumerate(ours) if level > AUDIBLE]
    return [(end, begin) for end, begin in pairwise(spoken) if begin - end > 25]


def check_recording(wav, room, answers):
    """Nobody speaks over the other, and a reply follows every answer soon."""
    with wave.open(str(wav)) as file:
        samples = array("h", file.readframes(file.getnframes()))
    theirs, ours = levels(samples[0::2]), levels(samples[1::2])
    assert room.now == len(samples) // 2
    # Sample by sample: a window may hold the end of an answer and our first sound.
    loud = 32768 * 10 ** (AUDIBLE / 20)
    both = zip(samples[0::2], samples[1::2], strict=True)
    assert not any(abs(one) > loud and abs(other) > loud for one, other in both)
    turns = [
        (end, begin)
        for end, begin in turns_between(ours)
        if max(theirs[end:begin]) > AUDIBLE
    ]
    assert answers == len(turns)
    gaps = []
    for end, begin in turns:
        # Recorded rooms hum: the answer ends where it is well below its peak.
        core = max(theirs[end:begin]) - 12
        last = max(n for n in range(end, begin) if theirs[n] > core)
        gaps.append((begin - last) * WINDOW / SAMPLE_RATE)
    assert 0.4 < statistics.median(gaps) < 1.2


def test_people_are_led_to_the_number_of_the_clinic(
    content, ear, voice, clips, tmp_path
):
    """No danger, within three days, the same spot again: the clinic's number."""
    answers = list_answers(content.protocol, *FRESH, "same_spot_returns")
    wav = tmp_path / "clinic.wav"
    ended, happened, room = interview(content, ear, voice, people(clips, answers), wav)
    assert ("clinic", "clinic_001_same_spot") == (ended.disposition, ended.rule_id)
    assert answers == heard(happened)
    said = " ".join(h.text for h in happened if isinstance(h, ResponseStarted))
    assert 2 == said.count("651-219-7292")
    assert "clinic.open" in keys(happened)
    check_recording(wav, room, len(answers))


def test_people_are_led_to_the_ice_steps(content, ear, voice, clips, tmp_path):
    """A fresh strain and no caution: every ice step is read to the goodbye."""
    answers = list_answers(content.protocol, *FRESH, MENU, timers=False)
    wav = tmp_path / "ice.wav"
    ended, happened, room = interview(content, ear, voice, people(clips, answers), wav)
    assert "home_care_ice" == ended.disposition
    assert answers == heard(happened)
    assert keys(happened)[-1] == "reading.bye"
    assert not any(
        isinstance(h, UserTurnEnded) and h.event == NoMatch() for h in happened
    )
    check_recording(wav, room, len(answers))


def test_a_yes_to_the_third_question_is_an_emergency(
    content, ear, voice, clips, tmp_path
):
    """The emergency sentence is said, and nothing at all after it."""
    wav = tmp_path / "emergency.wav"
    files = people(clips, ["no", "no", "yes", "no", "no"])
    ended, happened, room = interview(content, ear, voice, files, wav)
    assert "emergency" == ended.disposition
    assert ["no", "no", "yes"] == heard(happened)
    assert "emergency.say" == keys(happened)[-1]
    assert "emergency.say" not in keys(happened)[:-1]
    check_recording(wav, room, 3)
