"""The command `calibrate`: measures how well a yes and a no are heard, and advises."""

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine.events import Answered
from dialogue.engine.protocol import Answer
from dialogue.records.new_file import check_new_file, write_new_files
from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.audio import devices
from local_voice.audio.audio_files import write_wav
from local_voice.audio.input_quality import (
    InputFault,
    InputQuality,
    find_input_faults,
    measure_input_quality,
)
from local_voice.audio.interfaces import AudioChunk, DeviceLost, Microphone
from local_voice.audio.microphone import LiveMicrophone
from local_voice.commands import engines, exit_codes, own_sounds
from local_voice.commands.exit_codes import LocalVoiceProblem
from local_voice.commands.hear import FileMicrophone
from local_voice.commands.options import CalibrateConfig

ASKED = (Answer.YES, Answer.NO) * 3
"""Yes and no in turn, three times each."""
NOT_ALL_HEARD = 1
"""The exit code when a word was missed; nothing failed."""
ADVICE = {
    InputFault.MUTED: "The microphone gives no sound at all: it is muted, or this "
    "program is not allowed to use it. Check the sound settings, or choose another "
    "microphone with --input-device.",
    InputFault.CLIPPED: "Your voice is too loud for this microphone and is cut off. "
    "Move further away from it, or lower its volume in the sound settings.",
    InputFault.FAINT: "Your voice arrives faintly. Move closer to the microphone, "
    "speak louder, or raise its volume in the sound settings.",
    InputFault.NOISY_ROOM: "The room is nearly as loud as you are. Move closer, turn "
    "off what makes the noise, or use a headset or another microphone "
    "(--input-device).",
    InputFault.UNKNOWN: "You are loud enough, and still not every word was heard. "
    "Leave a short pause before you speak, say only yes or no, or try another "
    "microphone (--input-device). The keys y and n always work.",
}


@dataclass(frozen=True)
class SpokenWord:
    """One of the words, and what was heard."""

    wanted: Answer
    text: str
    right: bool
    quality: InputQuality
    pcm: bytes


Words = Iterator[tuple[Microphone, int]]
"""Where to listen for each word, and from which sample."""


@contextlib.contextmanager
def open_recordings(files: Sequence[str]) -> Iterator[Words]:
    """Open one recording a word, in their order; raises AudioError."""
    yield iter([(FileMicrophone(file), 0) for file in files[: len(ASKED)]])


@contextlib.contextmanager
def open_microphone(named: str | None, say: Callable[[str], None]) -> Iterator[Words]:
    """Open the microphone `named`, None for the system's choice; raises NoDevice."""
    known = devices.find_devices().microphones
    wanted = devices.choose_device(named, known, "microphone")
    with contextlib.closing(LiveMicrophone(wanted)) as microphone:
        say(f"Microphone: {wanted.name if wanted else 'the usual one'}")
        yield ((microphone, microphone.now) for _ in ASKED)


@dataclass
class _KeepingMicrophone:
    """A microphone that keeps its audio from sample `start` on."""

    microphone: Microphone
    start: int
    pcm: bytearray = field(default_factory=bytearray)

    def blocks(self) -> Iterator[AudioChunk]:
        for block in self.microphone.blocks():
            if block.at >= self.start:
                self.pcm += block.pcm
            yield block

    def close(self) -> None:
        self.microphone.close()


def calibrate(config: CalibrateConfig, say: Callable[[str], None]) -> int:
    """Ask for the words and show how they were heard.

    Returns 0 when all were, else 1. Raises LocalVoiceProblem, AudioError, ModelError.
    """
    content = engines.load_content_or_refuse(None, config.locale)
    folder = _make_empty_folder(config.keep) if config.keep else None
    setup = engines.load_recognizer(content, config.model)
    setup = own_sounds.add_sounds(setup, config.own_sounds, say)
    source = open_microphone(config.input_device, say)
    if config.input:
        source = open_recordings(config.input)
    try:
        with source as places:
            words = _ask(content, setup, places, say)
    except DeviceLost as error:
        raise LocalVoiceProblem(
            "The microphone stopped giving sound. Plug it in again and start anew.",
            exit_codes.DEVICE_LOST,
        ) from error
    except (RecognizerUnavailable, RecognizerError) as error:
        failed = f"The ear failed: {error}. Start the command again."
        raise LocalVoiceProblem(failed, exit_codes.ENGINE_FAILED) from error
    finally:
        setup.close()
    _show(words, say)
    if folder:
        _keep(words, folder)
        say(f"As you asked, the {len(words)} recordings are kept in {folder}.")
    else:
        say("Nothing was kept.")
    return 0 if all(word.right for word in words) else NOT_ALL_HEARD


def _ask(
    content: Content,
    setup: engines.RecognizerSetup,
    places: Words,
    say: Callable[[str], None],
) -> list[SpokenWord]:
    words: list[SpokenWord] = []
    for number, wanted in enumerate(ASKED, start=1):
        say(f"{number} of {len(ASKED)}. Please say: {wanted.value}")
        place = next(places, None)
        if place is None:
            break
        microphone, start = _KeepingMicrophone(*place), place[1]
        listener = setup.build_listener(microphone)
        listener.prepare(GrammarState.ANSWER)
        with setup.own.attend() if setup.own else contextlib.nullcontext():
            utterance = listener.listen(start)
        text = utterance.text if utterance else ""
        asked = build_asked(content.protocol, content.protocol.questions[0].id)
        event = understand(content.words, text, asked)
        if setup.own is not None and utterance is not None:
            setup.own.begin()
            decision = setup.own.decide(None, asked, utterance, event)
            event, text = decision.event, decision.by or text
        right = isinstance(event, Answered) and event.answer is wanted
        pcm = bytes(microphone.pcm)
        words.append(SpokenWord(wanted, text, right, measure_input_quality(pcm), pcm))
        say(f"   heard: {text or 'nothing'}")
    if not words:
        raise LocalVoiceProblem("There is no recording to listen to (--input FILE).")
    return words


def _show(words: list[SpokenWord], say: Callable[[str], None]) -> None:
    say("")
    say(f"{'asked':<7}{'heard':<16}{'':<7}{'loudest':>12}{'over the room':>16}")
    for word in words:
        right = "right" if word.right else "WRONG"
        say(
            f"{word.wanted.value:<7}{word.text or '(nothing)':<16}{right:<7}"
            f"{word.quality.peak_dbfs:>7.0f} dBFS{word.quality.above_room:>13.0f} dB"
        )
    for answer in (Answer.YES, Answer.NO):
        right_ones = [word.right for word in words if word.wanted is answer]
        say(f"{answer.value}: {sum(right_ones)} of {len(right_ones)} heard right")
    missed = sum(not word.right for word in words)
    faults = find_input_faults([word.quality for word in words], missed)
    for fault in faults:
        say(ADVICE[fault])
    if not faults:
        say("You are heard well. Nothing needs to change.")


def _make_empty_folder(named: str) -> Path:
    folder = Path(named)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = any(folder.iterdir())
        check_new_file(folder / "1.wav")
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


def _keep(words: list[SpokenWord], folder: Path) -> None:
    """Write each word as a new file that only its owner can read."""
    try:
        for number, word in enumerate(words, start=1):
            with io.BytesIO() as sound:
                write_wav(sound, word.pcm)
                parts = {f"{word.wanted.value}.wav": sound.getvalue()}
            write_new_files(folder, f"{number}", parts)
    except OSError as error:
        raise LocalVoiceProblem(
            f"--keep {folder}: a recording cannot be written "
            f"({error.strerror or error}). Those before it are kept."
        ) from error
