"""A pretend room with an echo, in which a person may speak while we do."""

from array import array
from collections import deque
from collections.abc import Iterator

from local_voice.audio.interfaces import BLOCK_SAMPLES, AudioChunk, AudioClip, Playback
from local_voice.audio.pcm import SAMPLE_RATE, to_samples
from local_voice.audio.playback_reference import PlaybackReference
from local_voice.audio.simulated_room import SimulatedPerson

REFLECTIONS = ((0.060, 1.0), (0.083, 0.4), (0.127, 0.2))
"""Seconds and strength: the straight way through devices and air, and two walls."""
MOST_WAITING = 1500
"""Blocks of 20 ms, as in a real microphone."""


class EchoRoom:
    """Microphone and loudspeaker on one clock; our voice comes back into the former."""

    def __init__(
        self,
        person: SimulatedPerson,
        echo_db: float | None,
        reference: PlaybackReference | None = None,
    ) -> None:
        """`echo_db` is our voice at the microphone beside what we play; None: none."""
        self._person = person
        gain = 0.0 if echo_db is None else 10 ** (echo_db / 20)
        self._late = [round(late * SAMPLE_RATE) for late, _ in REFLECTIONS]
        self._gains = [gain * strength for _, strength in REFLECTIONS]
        self._reference = reference
        self._past = array("h", bytes(2 * self._late[-1]))
        self._waiting: deque[AudioChunk] = deque(maxlen=MOST_WAITING)
        self._playing = memoryview(b"")
        self._played: Playback | None = Playback(0, 0, cut=False)
        self._began = 0
        self.now = 0

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield what the microphone hears; time goes on with each block."""
        if self._played is not None:
            self._person.begin_turn()
        while True:
            yield self._waiting.popleft() if self._waiting else self._step()

    def start(self, audio: AudioClip) -> None:
        """Begin to speak."""
        self._began = self.now
        self._playing = memoryview(audio.pcm)
        self._played = None if audio.pcm else Playback(self.now, self.now, cut=False)

    def poll(self) -> Playback | None:
        """Return how our speech ended, None while it goes on."""
        return self._played

    def play(self, audio: AudioClip) -> Playback:
        """Speak to the end; what the microphone hears meanwhile waits."""
        self.start(audio)
        while self._played is None:
            self._waiting.append(self._step())
        return self._played

    def stop(self) -> None:
        """Be silent from here on."""
        if self._played is None:
            self._played = Playback(self._began, self.now, cut=True)
        self._playing = memoryview(b"")

    def close(self) -> None:
        """Nothing is open."""

    def _step(self) -> AudioChunk:
        """Let 20 ms pass."""
        size = 2 * BLOCK_SAMPLES
        ours = bytes(self._playing[:size]).ljust(size, b"\0")
        self._playing = self._playing[size:]
        speaks = self._played is None
        hear = self._person.read_during_playback if speaks else self._person.read
        theirs = hear(BLOCK_SAMPLES).ljust(size, b"\0")
        block = AudioChunk(self.now, self._mixed(theirs, ours))
        if self._reference is not None:
            self._reference.put(self.now, ours)
        self.now += BLOCK_SAMPLES
        if speaks and not len(self._playing):
            self._played = Playback(self._began, self.now, cut=False)
        return block

    def _mixed(self, theirs: bytes, ours: bytes) -> bytes:
        """Return the person's sound with the echo of ours on it."""
        self._past.extend(to_samples(ours))
        past, now = self._past, len(self._past) - BLOCK_SAMPLES
        if any(past):
            echoes = (
                past[now - late : now - late + BLOCK_SAMPLES] for late in self._late
            )
            a, b, c = self._gains
            mixed = array(
                "h",
                (
                    max(-32_768, min(32_767, round(m + a * x + b * y + c * z)))
                    for m, x, y, z in zip(to_samples(theirs), *echoes, strict=True)
                ),
            )
            theirs = mixed.tobytes()
        del past[:BLOCK_SAMPLES]
        return theirs
