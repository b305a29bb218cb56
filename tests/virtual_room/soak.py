"""Measures standby over hours of talk meant for others: false wakes and memory."""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from virtual_room.patients import CLIPS, read_recording
from virtual_room.room_acoustics import build_pink_noise, scale_speech

from dialogue.engine.events import Stop
from dialogue.loading import load_content
from local_voice.audio.pcm import SAMPLE_RATE, scale
from local_voice.audio.simulated_room import SimulatedPerson, SimulatedRoom
from local_voice.commands import talk
from local_voice.commands.bench import get_resident_megabytes
from local_voice.commands.options import TalkConfig, parse_options
from local_voice.session.events import InputQueue
from local_voice.session.standby import Standby
from local_voice.tts.pyttsx3_voice import Pyttsx3Synthesizer

TALK = Path(__file__).with_name("talk.txt")
"""Sentences of everyday talk, none of them meant for us."""
TALKERS = ("en-gb-scotland", "en-us+f3", "en-us+m7", "en-gb-x-rp+f2")
PAUSES = (0.2, 4.0)
"""Seconds of noise between two utterances of the room."""
LEVELS = (-25.0, 0.0)
"""Decibels beside the usual level of speech: next door, or at the table."""
SETTLED = 1800
"""Seconds after which memory is looked at for the first time."""


Watch = Callable[[float], None]
"""Told before every block how many seconds have passed."""


@dataclass
class SoakOutcome:
    """What hours of a room came to."""

    seconds: float
    wakes: list[float] = field(default_factory=list)
    """When it was woken, in seconds."""
    settled: float = 0.0
    after: float = 0.0
    """Resident memory of all processes in megabytes: settled, and at the end."""


class Talkers(SimulatedPerson):
    """People, a television, the washing-up; they never stop and never mean us."""

    def __init__(
        self, utterances: Sequence[bytes], noises: Sequence[bytes], seed: int
    ) -> None:
        """Everything is 16 kHz, mono, 16-bit; `seed` chooses the order."""
        self.watch: Watch = lambda seconds: None
        self._chance = random.Random(seed)
        self._utterances, self._noises = utterances, noises
        self._waiting = bytearray()
        self._given = 0

    def read(self, samples: int) -> bytes:
        """Return what sounds next."""
        self.watch(self._given / SAMPLE_RATE)
        self._given += samples
        while len(self._waiting) < 2 * samples:
            self._waiting += self._pause()
            said = self._chance.choice(self._utterances)
            self._waiting += scale(said, self._chance.uniform(*LEVELS))
        pcm = bytes(self._waiting[: 2 * samples])
        del self._waiting[: 2 * samples]
        return pcm

    def read_during_playback(self, samples: int) -> bytes:
        """Talk on."""
        return self.read(samples)

    def _pause(self) -> bytes:
        noise = self._chance.choice(self._noises)
        length = 2 * round(self._chance.uniform(*PAUSES) * SAMPLE_RATE)
        return (noise * (length // len(noise) + 1))[:length]


def soak(hours: float, recordings: Path | None, seed: int = 1) -> SoakOutcome:
    """Rest for `hours` of audio, woken only by mistake; memory is taken on the way.

    `recordings` is a folder of people talking; without it voices read everyday talk.
    """
    content = load_content(clinic="roseville")
    config = parse_options(TalkConfig, ["--captions", "off"])
    soaked = SoakOutcome(hours * 3600)
    with talk.open_context(config, content, lambda line: None) as context:
        talkers = _talkers(recordings, seed)
        room, voice = SimulatedRoom(talkers), context.load_synthesizer()
        session = talk.build_room_session(context, room, voice)
        # Only the session knows its recogniser.
        pids = (os.getpid(), session.listener.recognizer.pid, voice.pid)
        talkers.watch = _watch_memory(context.inputs, soaked, pids)
        while Standby(session, for_phrase=True).wait_until_woken():
            soaked.wakes.append(room.now / SAMPLE_RATE)
    return soaked


def _watch_memory(
    inputs: InputQueue, soaked: SoakOutcome, pids: Sequence[int | None]
) -> Watch:
    """Return what looks at memory on the way, and ends the rest after its hours."""
    settled = min(SETTLED, soaked.seconds / 2)

    def memory() -> float:
        return sum(get_resident_megabytes(pid) for pid in pids if pid)

    def watch(seconds: float) -> None:
        if not soaked.settled and seconds > settled:
            soaked.settled = memory()
        if not soaked.after and seconds > soaked.seconds:
            soaked.after = memory()
            inputs.put(Stop())

    return watch


def _talkers(recordings: Path | None, seed: int) -> Talkers:
    noises = [read_recording(file) for file in sorted(CLIPS.glob("silence_*.wav"))]
    utterances = [
        scale_speech(read_recording(file)) for file in sorted(CLIPS.glob("oov_*.wav"))
    ]
    if recordings is not None:
        files = sorted(f for f in recordings.iterdir() if f.suffix in (".flac", ".wav"))
        utterances += [scale_speech(read_recording(file)) for file in files]
    else:
        utterances += list(_spoken())
    return Talkers(utterances, [*noises, build_pink_noise(4, seed)], seed)


def _spoken() -> Iterator[bytes]:
    sentences = TALK.read_text("utf-8").splitlines()
    for number, name in enumerate(TALKERS):
        voice = Pyttsx3Synthesizer(name)
        for sentence in sentences[number :: len(TALKERS)]:
            yield scale_speech(voice.render(sentence).pcm)
        voice.close()
