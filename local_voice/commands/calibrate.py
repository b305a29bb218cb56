"""The command `calibrate`: how well a person's yes and no are heard, and what helps."""

import contextlib
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dialogue.content.content import Content
from dialogue.engine.events import Answered
from dialogue.engine.protocol import Answer
from dialogue.understanding.lexicon import understand
from local_voice.asr.grammar import Listening
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import AudioListener
from local_voice.audio import devices
from local_voice.audio.input_quality import Reached, advice, reached
from local_voice.audio.interfaces import AudioChunk, DeviceLost, Microphone
from local_voice.audio.microphone import LiveMicrophone
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.commands.engines import Ear, load_ear
from local_voice.commands.exit_codes import (
    DEVICE_LOST,
    ENGINE_FAILED,
    LocalVoiceProblem,
)
from local_voice.commands.hear import Recording

ASKED = (Answer.YES, Answer.NO) * 3
"""Yes and no in turn, three times each."""
NOT_ALL_HEARD = 1
"""The exit code when a word was missed; nothing failed."""


@dataclass(frozen=True)
class Said:
    """One of the words, and what was heard."""

    wanted: Answer
    text: str
    right: bool
    reached: Reached
    pcm: bytes


class Source(Protocol):
    """Where the words come from: the microphone, or a file a word."""

    def next_word(self) -> tuple[Microphone, int] | None:
        """Return where to listen and from which sample; None when there is no more."""

    def close(self) -> None:
        """Give the device back."""


class Files:
    """One recording a word, in the order in which the words are asked for."""

    def __init__(self, files: Sequence[str]) -> None:
        """Open the first ones; raises AudioError for what is no recording."""
        self._words = [Recording(file) for file in files[: len(ASKED)]]

    def next_word(self) -> tuple[Microphone, int] | None:
        """Return the next file."""
        return (self._words.pop(0), 0) if self._words else None

    def close(self) -> None:
        """Nothing is open between two files."""


class Live:
    """The microphone of this computer."""

    def __init__(self, named: str | None, say: Callable[[str], None]) -> None:
        """Open it; raises NoDevice where there is none."""
        known = devices.found().microphones
        wanted = devices.chosen(named, known, "microphone")
        self._microphone = LiveMicrophone(wanted)
        say(f"Microphone: {wanted.name if wanted else 'the usual one'}")

    def next_word(self) -> tuple[Microphone, int] | None:
        """Return the microphone from now on."""
        return self._microphone, self._microphone.now

    def close(self) -> None:
        """Give it back."""
        self._microphone.close()


class _Remembering:
    """A microphone whose sound is at hand until the word is judged."""

    def __init__(self, microphone: Microphone, start: int) -> None:
        self._microphone, self._start = microphone, start
        self.pcm = bytearray()

    def blocks(self) -> Iterator[AudioChunk]:
        for block in self._microphone.blocks():
            if block.at >= self._start:
                self.pcm += block.pcm
            yield block

    def close(self) -> None:
        self._microphone.close()


def calibrate(
    content: Content,
    source: Callable[[], Source],
    *,
    model: str | None,
    keep: str | None,
    say: Callable[[str], None],
) -> int:
    """Ask for the words, tell how they were heard; 0 when all were, else 1."""
    folder = _empty_folder(keep) if keep else None
    ear = load_ear(content, model)
    try:
        with contextlib.closing(source()) as words:
            said = _asked(content, ear, words, say)
    except DeviceLost as error:
        raise LocalVoiceProblem(
            "The microphone stopped giving sound. Plug it in again and start anew.",
            DEVICE_LOST,
        ) from error
    except (RecognizerUnavailable, RecognizerError) as error:
        raise LocalVoiceProblem(
            f"The ear failed: {error}. Start the command again.", ENGINE_FAILED
        ) from error
    finally:
        ear.recognizer.close()
    _tell(said, say)
    if folder:
        _keep(said, folder)
        say(f"As you asked, the {len(said)} recordings are kept in {folder}.")
    else:
        say("Nothing was kept.")
    return 0 if all(one.right for one in said) else NOT_ALL_HEARD


def _asked(
    content: Content, ear: Ear, source: Source, say: Callable[[str], None]
) -> list[Said]:
    said: list[Said] = []
    for number, wanted in enumerate(ASKED, start=1):
        say(f"{number} of {len(ASKED)}. Please say: {wanted.value}")
        word = source.next_word()
        if word is None:
            break
        microphone, start = _Remembering(*word), word[1]
        listener = AudioListener(microphone, ear.recognizer, ear.grammars, ear.detector)
        listener.prepare(Listening.ANSWER)
        heard = listener.listen(start)
        text = heard.text if heard else ""
        event = understand(content.lexicon, text)
        right = isinstance(event, Answered) and event.answer is wanted
        pcm = bytes(microphone.pcm)
        said.append(Said(wanted, text, right, reached(pcm), pcm))
        say(f"   heard: {said[-1].text or 'nothing'}")
    if not said:
        raise LocalVoiceProblem("There is no recording to listen to (--input FILE).")
    return said


def _tell(said: list[Said], say: Callable[[str], None]) -> None:
    say("")
    say(f"{'asked':<7}{'heard':<16}{'':<7}{'loudest':>12}{'over the room':>16}")
    for one in said:
        right = "right" if one.right else "WRONG"
        voice = one.reached
        say(
            f"{one.wanted.value:<7}{one.text or '(nothing)':<16}{right:<7}"
            f"{voice.peak_dbfs:>7.0f} dBFS{voice.above_room:>13.0f} dB"
        )
    for answer in (Answer.YES, Answer.NO):
        these = [one.right for one in said if one.wanted is answer]
        say(f"{answer.value}: {sum(these)} of {len(these)} heard right")
    missed = sum(not one.right for one in said)
    told = advice([one.reached for one in said], missed)
    for line in told or ["You are heard well. Nothing needs to change."]:
        say(line)


def _empty_folder(named: str) -> Path:
    folder = Path(named)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise LocalVoiceProblem(
            f"--keep {named}: cannot be made a folder ({error.strerror or error}). "
            "Name another one."
        ) from error
    if taken:
        raise LocalVoiceProblem(
            f"--keep {named}: is not empty, and nothing there is written over. "
            "Name a new folder."
        )
    return folder


def _keep(said: list[Said], folder: Path) -> None:
    for number, one in enumerate(said, start=1):
        with wave.open(str(folder / f"{number}_{one.wanted.value}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(one.pcm)
