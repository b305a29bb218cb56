"""Decodes clips with the recogniser that ships, in a session's every state.

Grammar, voice activity detection, endpointing, the second looks at faint clips and at
other speeds, and the engine's child process are those of `local_voice.asr`; what a text
means is decided by `dialogue.understanding`. Samples are 16 kHz mono, from -1 to 1.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from acoustic_model.data.meaning import find_meaning, load_shipped_content
from acoustic_model.data.recordings import RATE, Sound
from acoustic_model.errors import RecipeError
from acoustic_model.evaluation.metrics import Outcome
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import AudioListener, Utterance
from local_voice.asr.model_files import ModelError, find_model
from local_voice.asr.state_grammars import load_state_grammars
from local_voice.asr.vad import build_detector
from local_voice.asr.vosk_recognizer import VoskRecognizer
from local_voice.audio.interfaces import AudioChunk
from local_voice.worker_process import EngineError, EngineRefusal

PADDING = RATE // 2
"""Samples of silence on both sides of a clip: a live microphone has it around a word,
and the command `hear` adds as much."""
CHUNK = RATE // 50
USER_TICKS, SYSTEM_TICKS = 11, 12
"""Places in /proc/PID/stat behind the name; source: proc(5)."""


@dataclass(frozen=True)
class Trial:
    """A clip to decode, with what is said in it."""

    group: str
    said: str
    sound: Sound
    voice: str = ""
    """Of a synthetic clip: counted by voice as well as by group."""
    kind: str = ""
    """Of a degraded clip: what degrades it, and by how much."""
    value: float = 0.0
    talk: bool = False
    """Not meant for us, whatever a word in it may say: "r o b e r t" ends as an E R."""

    @property
    def meaning(self) -> str:
        """Return what the words mean; empty when they are not meant for us."""
        return "" if self.talk else find_meaning(self.said)


class ClipMicrophone:
    """One clip as a microphone, with silence around it."""

    def __init__(self, sound: Sound) -> None:
        self._samples = np.pad(to_samples(sound), PADDING)
        self.seconds = 0.0
        """How much of it was asked for."""

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield the clip in chunks of 20 ms."""
        for start in range(0, len(self._samples), CHUNK):
            piece = self._samples[start : start + CHUNK]
            self.seconds += len(piece) / RATE
            yield AudioChunk(start, piece.tobytes())

    def close(self) -> None:
        """Release nothing: the clip is in memory."""


class Decoder:
    """One model in the product's recogniser; `close` ends the engine's process."""

    def __init__(self, model: Path, *, without_graphs: bool = False) -> None:
        """Load a Vosk model of any kind; raises RecipeError with the remedy.

        `without_graphs` gives the engine lists of phrases, for comparison.
        """
        try:
            found = find_model(str(model))
            if without_graphs:
                found = replace(found, buildable=False)
            heard = load_state_grammars(load_shipped_content(), found)
            self._recognizer = VoskRecognizer(
                str(found.folder), static=found.static, graphs=heard.graphs
            )
            self.grammars = heard.grammars
            """The phrases of each state that the model can hear."""
            silence = ClipMicrophone(np.zeros(RATE, np.float32))
            self.listen(silence)
        except ModelError as problem:
            raise RecipeError(str(problem)) from problem
        except (EngineError, EngineRefusal, RecognizerUnavailable) as why:
            raise RecipeError(
                f"{model}: cannot be loaded by Vosk ({why}). Its files are damaged or "
                "of another kind. Export or unpack it again."
            ) from why
        self.load_seconds = self._recognizer.load_seconds
        self.resident_bytes = _resident_bytes(self._recognizer.pid)
        """Memory of the engine's process with the model, after a second of silence."""

    @property
    def processor_seconds(self) -> float:
        """Return the processor time of the engine's process; 0 without Linux /proc.

        Other work on the computer does not count, as it does in seconds of the clock.
        """
        status = Path(f"/proc/{self._recognizer.pid}/stat")
        if not status.is_file():
            return 0.0
        # The name may hold spaces: what counts stands behind its bracket.
        fields = status.read_text().rpartition(")")[2].split()
        ticks = int(fields[USER_TICKS]) + int(fields[SYSTEM_TICKS])
        return ticks / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the engine's process."""
        self._recognizer.close()

    def decode(
        self, trial: Trial, state: GrammarState = GrammarState.ANSWER
    ) -> Outcome:
        """Return what the session would take the clip for in `state`."""
        microphone = ClipMicrophone(trial.sound)
        utterance = self.listen(microphone, state)
        text, milliseconds, seconds = "", 0.0, microphone.seconds
        if utterance is not None:
            text = utterance.text
            # The engine's time is that of its last start, after which so much came,
            # and of the looks at other speeds.
            milliseconds = utterance.result.ms if utterance.result else 0.0
            seconds = len(utterance.pcm) / 2 / RATE or seconds
        return _build_outcome(trial, text, milliseconds, seconds)

    def decode_whole(
        self, trial: Trial, state: GrammarState = GrammarState.ANSWER
    ) -> Outcome:
        """Return what the recogniser alone takes the clip for, given in one piece."""
        grammar = self.grammars[state]
        pcm = np.pad(to_samples(trial.sound), PADDING).tobytes()
        text, milliseconds = "", 0.0
        with suppress(RecognizerError):
            self._recognizer.begin(grammar.spellings, grammar.decoys, grammar.graph)
            self._recognizer.feed(pcm)
            result = self._recognizer.finish()
            text, milliseconds = grammar.settle(result), result.ms
        return _build_outcome(trial, text, milliseconds, len(pcm) / 2 / RATE)

    def decode_all(
        self, trials: Iterable[Trial], state: GrammarState = GrammarState.ANSWER
    ) -> list[Outcome]:
        """Decode every trial and print the progress to stderr."""
        outcomes: list[Outcome] = []
        for trial in trials:
            outcomes.append(self.decode(trial, state))
            if len(outcomes) % 1000 == 0:
                print(f"{state.value}: {len(outcomes)} clips decoded", file=sys.stderr)
        return outcomes

    def listen(
        self, microphone: ClipMicrophone, state: GrammarState = GrammarState.ANSWER
    ) -> Utterance | None:
        """Return the utterance of one fresh listening, None where it ended the engine.

        A session says then that it did not understand.
        """
        listener = AudioListener(
            microphone, self._recognizer, self.grammars, lambda: build_detector()[0]
        )
        listener.prepare(state)
        try:
            return listener.listen(0)
        except RecognizerError:
            return None


def _build_outcome(
    trial: Trial, text: str, milliseconds: float, seconds: float
) -> Outcome:
    return Outcome(
        trial.group,
        trial.meaning,
        find_meaning(text),
        trial.said,
        text,
        trial.voice,
        trial.kind,
        trial.value,
        round(milliseconds, 2),
        round(seconds, 2),
    )


def to_samples(sound: Sound) -> npt.NDArray[np.int16]:
    """Return signed 16-bit samples, as the recording's file has them."""
    return np.clip(np.round(sound * 32_768), -32_768, 32_767).astype("<i2")


def _resident_bytes(pid: int | None) -> int:
    """Return the memory that a process has now; 0 where there is no Linux /proc."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    found = (line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(next(found, "0")) * 1024
