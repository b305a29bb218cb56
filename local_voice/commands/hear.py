"""The command `hear`: prints what recordings are understood as, as a session does."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine.events import Repeat
from dialogue.understanding.asked import build_asked
from dialogue.understanding.meaning import get_meaning_name
from dialogue.understanding.utterance import understand
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio.audio_files import stream_audio
from local_voice.audio.interfaces import BLOCK_SAMPLES, AudioChunk, AudioError
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.commands import engines, own_sounds
from local_voice.commands.exit_codes import BAD_OPTIONS
from local_voice.commands.options import HearConfig

PADDING = SAMPLE_RATE // 2
"""Samples of silence on both sides: a live microphone has it around a word."""


class FileMicrophone:
    """A recording as a microphone."""

    def __init__(self, path: str) -> None:
        """Open the file; raises AudioError when it is no recording."""
        self._pieces = stream_audio(path, BLOCK_SAMPLES)

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield the recording with half a second of silence around it."""
        yield AudioChunk(0, bytes(2 * PADDING))
        at = PADDING
        for pcm in self._pieces:
            yield AudioChunk(at, pcm)
            at += len(pcm) // 2
        yield AudioChunk(at, bytes(2 * PADDING))

    def close(self) -> None:
        """Do nothing: no file is open between two pieces."""


def hear(config: HearConfig, say: Callable[[str], None]) -> int:
    """Say one line a file; return 0, or 2 where a file could not be used.

    Raises LocalVoiceProblem and ModelError where the recogniser cannot be loaded.
    """
    content = engines.load_content_or_refuse(None, config.locale)
    setup = _load(config, content)
    code = 0
    try:
        for file in config.files:
            try:
                utterance = _recognise(setup, file, GrammarState(config.state))
            except AudioError as error:
                sys.stderr.write(f"{error}\n")
                code = BAD_OPTIONS
                continue
            except RecognizerUnavailable:
                setup.close()
                setup = _load(config, content)
                utterance = None
            say(_render_line(content, setup, file, utterance, config.json))
    finally:
        setup.close()
    return code


def _load(config: HearConfig, content: Content) -> engines.RecognizerSetup:
    setup = engines.load_recognizer(content, config.model, phrases=config.phrases)

    def warn(line: str) -> None:
        sys.stderr.write(f"{line}\n")

    return own_sounds.add_sounds(setup, config.own_sounds, warn)


def _recognise(
    setup: engines.RecognizerSetup, file: str, state: GrammarState
) -> Utterance | None:
    """Return the utterance in one file; None when its audio ended the recogniser."""
    listener = setup.build_listener(FileMicrophone(file))
    listener.prepare(state)
    try:
        with setup.own.attend() if setup.own else nullcontext():
            return listener.listen(0)
    except RecognizerError:
        return None


def _render_line(
    content: Content,
    setup: engines.RecognizerSetup,
    file: str,
    utterance: Utterance | None,
    as_json: bool,
) -> str:
    text = utterance.text if utterance else ""
    asked = build_asked(content.protocol, content.protocol.questions[0].id)
    meaning = understand(content.words, text, asked) if utterance else Repeat()
    if setup.own is not None and utterance is not None:
        setup.own.begin()
        decision = setup.own.decide(None, asked, utterance, meaning)
        meaning, own = decision.event, utterance.result and utterance.result.own
        text = f"own {own.name}" if own and own.name else text
    event = get_meaning_name(meaning)
    ms = utterance.result.ms if utterance and utterance.result else 0.0
    if as_json:
        found = {"file": file, "heard": text, "event": event, "ms": round(ms, 1)}
        return json.dumps(found, ensure_ascii=False)
    return f"{Path(file)}\t{text or '-'}\t{event}\t{ms:.1f} ms"
