"""The usual synthesizer: pyttsx3 (eSpeak NG) renders text in a child process.

The only file that imports pyttsx3, which renders into memory only: its own playback
cannot be stopped and tells no end. Run as a module it is the child.
"""

import contextlib
import ctypes
import os
import sys
import tempfile
import threading
import time
import wave
from array import array
from pathlib import Path
from typing import Any

from local_voice.audio.audio_files import resample
from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import (
    SAMPLE_RATE,
    measure_peak,
    measure_rms,
    scale,
    to_dbfs,
    to_samples,
)
from local_voice.tts.interfaces import SynthesisError
from local_voice.worker_process import (
    EngineError,
    EngineProcess,
    EngineRefusal,
    Handler,
    Message,
    parse_fields,
    serve,
)

DEFAULT_VOICE = "en-us"
DEFAULT_RATE = 150
LIST = "--list"
"""In place of a voice: the child lists those there are."""
MOST_CHARACTERS = 1000
RATES = range(8_000, 192_001)
"""Samples a second that a synthesizer may render with."""
LEAST_SECONDS_A_WORD = 0.04
"""Less audio than this is a failure, whatever the engine says."""
NOTICED_WITHIN = (1.0, 0.004)
PATIENT_WITHIN = (3.0, 0.01)
"""Seconds at the least, and for each character. A hung engine is noticed within two
seconds; a slow computer gets more time once the child was started again."""
LEVEL_DBFS = -20.0
PEAK_DBFS = -1.0
LEVEL_WITHIN = 2.5
"""Decibels; so near to the level nobody hears a difference, and scaling takes time."""
SAMPLED = 7
"""Every seventh sample tells the level of speech well enough."""
SILENCE_IN_FRONT = SAMPLE_RATE // 100
SILENCE_BEHIND = SAMPLE_RATE * 8 // 100
QUIET = 66
"""Samples up to -54 dBFS are taken for silence at the ends."""


class Pyttsx3Synthesizer:
    """The parent's side: deadlines, one restart, a cache of all that was rendered."""

    def __init__(
        self,
        voice: str = DEFAULT_VOICE,
        rate: int = DEFAULT_RATE,
        *,
        verbose: bool = False,
    ) -> None:
        """Start the child; raises EngineRefusal where a voice or rate cannot be had."""
        # A killed child cannot tidy up, so the folder is the parent's.
        self._folder = tempfile.TemporaryDirectory(
            prefix="backtalk-", dir=_find_memory_folder(), ignore_cleanup_errors=True
        )
        self._voice, self._verbose = voice, verbose
        self.rate = rate
        self._cache: dict[tuple[int, str], AudioClip] = {}
        # Two threads ask: the session, and whoever renders ahead of it.
        self._one_at_a_time = threading.Lock()
        self._engine = self._build_process(rate)
        self._engine.start()

    @property
    def pid(self) -> int | None:
        """Return the child's process id, None when there is none."""
        return self._engine.pid

    def set_rate(self, rate: int) -> None:
        """Set the words a minute; a new rate is a new child."""
        with self._one_at_a_time:
            self._engine.stop()
            self.rate, self._engine = rate, self._build_process(rate)
            with contextlib.suppress(EngineError, EngineRefusal):
                self._engine.start()  # a failure here is tried again by `render`

    def render(self, text: str) -> AudioClip:
        """Render `text`, ready to play; raises SynthesisError."""
        with self._one_at_a_time:
            clip = self._cache.get((self.rate, text))
            if clip is None:
                clip = self._cache[self.rate, text] = self._render_anew(text)
            return clip

    def prefetch(self, text: str) -> None:
        """Render `text` ahead; raises SynthesisError."""
        self.render(text)

    def close(self) -> None:
        """End the child."""
        self._engine.stop()
        self._folder.cleanup()

    def _build_process(self, rate: int) -> EngineProcess:
        return EngineProcess(
            "local_voice.tts.pyttsx3_voice",
            [self._voice, str(rate), self._folder.name],
            verbose=self._verbose,
        )

    def _render_anew(self, text: str) -> AudioClip:
        if not text.strip() or len(text) > MOST_CHARACTERS or not text.isprintable():
            raise SynthesisError("the text is empty, too long or not plain words")
        try:
            return self._ask(text, NOTICED_WITHIN)
        except (EngineError, EngineRefusal):
            pass
        try:
            self._engine.start()
            return self._ask(text, PATIENT_WITHIN)
        except (EngineError, EngineRefusal) as error:
            # At another rate is better than not at all.
            clip = next((c for (_, t), c in self._cache.items() if t == text), None)
            if clip is None:
                raise SynthesisError(f"the voice failed twice: {error}") from error
            return clip

    def _ask(self, text: str, within: tuple[float, float]) -> AudioClip:
        least, for_each = within
        request = ("render", text)
        answer = self._engine.ask(request, least + for_each * len(text))
        pcm, rate = get_speech(answer)
        if len(pcm) < LEAST_SECONDS_A_WORD * len(text.split()) * rate * 2:
            raise EngineError("the voice gave too little sound")
        return trim_and_level(resample(pcm, rate))


def get_voices() -> list[tuple[str, str]]:
    """Return name and language of each voice, English ones first.

    Raises EngineError or EngineRefusal.
    """
    engine = EngineProcess("local_voice.tts.pyttsx3_voice", [LIST])
    try:
        listed = engine.start().value
        if not isinstance(listed, list):
            raise EngineError("the voice gave no list")
        names = [
            (name, what) for name, what in (parse_fields(v, str, str) for v in listed)
        ]
    finally:
        engine.stop()
    return sorted(names, key=lambda v: (not v[0].startswith("en"), v))


def get_speech(answer: Message) -> tuple[bytes, int]:
    """Return the samples in an engine's answer and their rate; raises EngineError."""
    (rate,) = parse_fields([answer.value], int)
    if rate not in RATES or len(answer.raw) % 2:
        raise EngineError("the voice gave no speech")
    return answer.raw, rate


def trim_and_level(pcm: bytes) -> AudioClip:
    """Cut the silence at both ends of raw speech, and bring it to one loudness."""
    samples = to_samples(pcm)
    ends = (samples, samples[::-1])
    front, behind = (
        next((i for i, s in enumerate(end) if abs(s) > QUIET), len(end)) for end in ends
    )
    if front == len(samples):
        return AudioClip(pcm)
    spoken = samples[front : len(samples) - behind]
    level = to_dbfs(measure_rms(spoken[::SAMPLED].tobytes()))
    louder = min(LEVEL_DBFS - level, PEAK_DBFS - measure_peak(spoken.tobytes()))
    near = abs(LEVEL_DBFS - level) <= LEVEL_WITHIN and louder >= 0
    said = spoken.tobytes() if near else scale(spoken.tobytes(), louder)
    return AudioClip(bytes(2 * SILENCE_IN_FRONT) + said + bytes(2 * SILENCE_BEHIND))


class _Engine:
    """The child's side: the one engine that a process can bear."""

    def __init__(self, voice: str, rate: str, folder: str) -> None:
        """Set voice and rate; raises ValueError for an unknown voice."""
        self._file = Path(folder, "sentence.wav")
        self._engine = _start_pyttsx3()
        self._finished = False
        self._engine.connect("finished-utterance", self._note_finished)
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", int(rate))
        # One empty run, and only one: settings wait in a queue until it, and a
        # second would never return.
        self._engine.runAndWait()
        self._await_settings(voice, int(rate))

    def _note_finished(self, name: str, completed: bool) -> None:
        self._finished = True

    def _await_settings(self, voice: str, rate: int) -> None:
        for _ in range(25):
            now = str(self._engine.getProperty("voice")).split("/")[-1]
            if now == voice.lower() and self._engine.getProperty("rate") == rate:
                return
            # The library applies a setting later, and now and then loses it.
            time.sleep(0.02)
            self._engine.setProperty("rate", rate)
        names = {v.id.split("/")[-1] for v in self._engine.getProperty("voices")}
        raise ValueError(
            f"the voice {voice!r} is not known; these speak English: "
            + ", ".join(sorted(n for n in names if n.startswith("en")))
        )

    def render(self, text: str) -> tuple[bytes, int]:
        """Return the samples of `text` and their rate."""
        self._file.unlink(missing_ok=True)
        self._finished = False
        self._engine.save_to_file(text, str(self._file))
        self._engine.runAndWait()
        while not (self._finished and self._file.exists()):
            time.sleep(0.002)  # the parent's deadline ends this
        with wave.open(str(self._file)) as file:
            pcm, rate = file.readframes(file.getnframes()), file.getframerate()
        self._file.unlink()
        if sys.byteorder == "big":
            swapped = array("h", pcm)
            swapped.byteswap()
            pcm = swapped.tobytes()
        return pcm, rate


def _start_pyttsx3() -> Any:
    """Start pyttsx3 on the library and data that espeakng-loader brings.

    So no system package is needed, and every platform sounds the same.
    """
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    # Without its data the library would end the process.
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    usual = ctypes.cdll.LoadLibrary

    def load(name: str) -> ctypes.CDLL:
        return library if "espeak" in name.lower() else usual(name)

    ctypes.cdll.LoadLibrary = load  # type: ignore[method-assign]
    try:
        import pyttsx3

        return pyttsx3.init("espeak")
    finally:
        ctypes.cdll.LoadLibrary = usual  # type: ignore[method-assign]


def _find_memory_folder() -> str | None:
    """Return a folder on a memory file system, where there is one."""
    folder = "/dev/shm"  # noqa: S108 (a private folder is made inside it)
    return folder if os.access(folder, os.W_OK) else None


if __name__ == "__main__":

    def _prepare() -> tuple[Message, Handler]:
        if sys.argv[1] == LIST:
            voices = _start_pyttsx3().getProperty("voices")
            names = [(v.id.split("/")[-1], v.name) for v in voices]
            return Message(names), lambda _: Message()
        engine = _Engine(*sys.argv[1:])

        def render(request: Message) -> Message:
            _, text = request.value
            pcm, rate = engine.render(text)
            return Message(rate, pcm)

        return Message(), render

    serve(_prepare)
