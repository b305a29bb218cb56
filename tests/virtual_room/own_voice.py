"""Measures whether our own voice in the room ever answers our own question."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from helpers.hearing import hear
from virtual_room.patients import STORIES, Patient
from virtual_room.sound_server import DEVICES

from dialogue.content.content import Content
from dialogue.engine.events import Answered, NoInput, NoMatch
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from dialogue.loading import load_content
from local_voice.asr.grammar import GrammarState
from local_voice.asr.listener import AudioListener
from local_voice.audio.interfaces import BLOCK_SAMPLES, AudioChunk
from local_voice.commands import live_talk, talk
from local_voice.commands.engines import RecognizerSetup
from local_voice.commands.hear import PADDING
from local_voice.commands.options import TalkConfig, parse_options
from local_voice.session.events import (
    ListeningStarted,
    ResponseStarted,
    SessionEvent,
    UserTurnEnded,
)
from local_voice.session.session import VoiceSession
from local_voice.tts.interfaces import Synthesizer
from local_voice.tts.speech import get_passages

KINDS = ("session.", "ask.", "again.", "help.", "retry.", "reading.", "offer_")
"""Beginnings of the keys of what is said while an answer may come."""
BARE = ("yes", "no", "stop", "repeat", "not sure", "help")
OPEN_FOR = 2.0
"""Seconds in which the gate is open and only our own echo could answer."""


@dataclass
class Silent:
    """Says nothing; presses a key when the gate has been open for a while."""

    session: VoiceSession
    patient: Patient
    prompts: int = 0
    invented: list[str] = field(default_factory=list)
    _tapped: bool = False

    def watch(self, session_event: SessionEvent) -> None:
        """Count our prompts, and whatever was heard in them."""
        self.patient.watch(session_event)
        match session_event:
            case ResponseStarted():
                self.prompts += 1
            case ListeningStarted():
                threading.Timer(OPEN_FOR, self._tap).start()
            case UserTurnEnded(text=text, result=heard) if heard is not None and text:
                self.invented.append(text)

    def _tap(self) -> None:
        answer = Answer.YES if self.patient.says_yes() else Answer.NO
        self.session.inputs.put(Answered(answer))


def hold(story: str, extra: list[str]) -> tuple[int, list[str]]:
    """Hold a talk with an echo in the room; return prompts and what they answered."""
    content = load_content(clinic="roseville")
    config = parse_options(TalkConfig, [*DEVICES, "--captions", "off", *extra])
    with talk.open_context(config, content, lambda line: None) as context:
        session = live_talk.build_live_session(context)
        silent = Silent(session, Patient(STORIES[story]))
        session.add_event_listener(silent.watch)
        session.run()
    return silent.prompts, silent.invented


class _PromptMicrophone:
    """A microphone that hears our own prompt."""

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm
        self.at = 0

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield the rest of the sentence."""
        while 2 * self.at < len(self._pcm):
            pcm = self._pcm[2 * self.at :][: 2 * BLOCK_SAMPLES]
            block = AudioChunk(self.at, pcm)
            self.at += len(pcm) // 2
            yield block

    def close(self) -> None:
        """Nothing is open."""


def count_answers_without_gate(
    content: Content,
    setup: RecognizerSetup,
    voice: Synthesizer,
    kinds: Sequence[str] = KINDS,
) -> int:
    """Count the prompts that a recogniser which always listens takes for an answer."""
    found = 0
    for key in content.prompts:
        if key.startswith(tuple(kinds)):
            worded = render_reply(
                Reply(says=(key,)), content.prompts, content.clinic, None
            )
            spoken = get_passages(worded.prompts)
            pcm = b"".join(voice.render(text).pcm for text in spoken)
            found += _is_answer(content, setup, pcm)
    return found


def find_own_answers(
    content: Content, setup: RecognizerSetup, voice: Synthesizer
) -> list[str]:
    """Find the bare answers in our own voice that such a recogniser takes."""
    return [w for w in BARE if _is_answer(content, setup, voice.render(w).pcm)]


def _is_answer(content: Content, setup: RecognizerSetup, pcm: bytes) -> bool:
    microphone = _PromptMicrophone(bytes(2 * PADDING) + pcm + bytes(4 * PADDING))
    listener = AudioListener(
        microphone, setup.recognizer, setup.grammars, setup.detector
    )
    while 2 * microphone.at < len(pcm):
        listener.prepare(GrammarState.ANSWER)
        utterance = listener.listen(microphone.at)
        text = utterance.text if utterance else ""
        event = hear(content, text, content.protocol.questions[0].id)
        if not isinstance(event, NoMatch | NoInput):
            return True
    return False
