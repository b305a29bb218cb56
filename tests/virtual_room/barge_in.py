"""Measures barge-in: how soon a "stop" over our voice silences us, and is heard."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from virtual_room.patients import CLIPS, read_recording, simulate_microphone
from virtual_room.room_acoustics import find_word
from virtual_room.sound_server import DEVICES, SoundServer

from dialogue.engine.events import Stop
from dialogue.loading import load_content
from local_voice.audio.interfaces import AudioClip, Playback
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.commands import live_talk, talk
from local_voice.commands.options import TalkConfig, parse_options
from local_voice.session.events import SessionEvent, UserTurnEnded
from local_voice.session.session import VoiceSession

BEGINS, EVERY, MOST = 3.0, 2.5, 4
"""The person speaks after so many seconds of our welcome, and again each so many, until
something is understood, so often at the most."""
WORDS = sorted(CLIPS.glob("stop_*.wav"))


@dataclass
class BargeIn:
    """What came of a "stop" over our voice."""

    silenced: float | None = None
    """Seconds from the beginning of a word to our silence; None: we spoke on."""
    silenced_by: int = 0
    """How often the word had been said by then."""
    understood: bool = False
    """The first thing that was understood is the "stop"."""
    said: int = 0


@dataclass
class _Person:
    """Says the word into the first thing that Back Talk says."""

    session: VoiceSession
    server: SoundServer
    word: bytes
    came: BargeIn
    over: bool = False
    began: float = 0.0

    def over_us(self, audio: AudioClip) -> tuple[Playback, int | None]:
        """Play `audio` as the session does, and speak into it."""
        if not self.came.said:
            threading.Timer(BEGINS, self._say).start()
        played, listen_from = self._play(audio)
        if listen_from is not None and self.came.silenced is None:
            self.came.silenced = time.perf_counter() - self.began
            self.came.silenced_by = self.came.said
        return played, listen_from

    def watch(self, session_event: SessionEvent) -> None:
        """End the talk after what was understood first."""
        if isinstance(session_event, UserTurnEnded) and session_event.result:
            self.came.understood = session_event.event == Stop()
            self.over = True
            self.session.inputs.put(Stop())

    def attach(self) -> None:
        """Take part in the talk."""
        player = self.session.audio.barge_in
        assert player is not None
        self._play = player.play
        player.play = self.over_us
        self.session.add_event_listener(self.watch)

    def _say(self) -> None:
        if self.over or self.came.said == MOST:
            return
        self.came.said += 1
        self.began = time.perf_counter() + find_word(self.word)[0] / SAMPLE_RATE
        self.server.play(self.word)
        threading.Timer(EVERY, self._say).start()


def hold(number: int, extra: Sequence[str], server: SoundServer) -> BargeIn:
    """Hold one talk into which the `number`-th recorded "stop" is said."""
    content = load_content(clinic="roseville")
    config = parse_options(TalkConfig, [*DEVICES, "--captions", "off", *extra])
    word = simulate_microphone(read_recording(WORDS[number]), far=False)
    came = BargeIn()
    with talk.open_context(config, content, lambda line: None) as context:
        session = live_talk.build_live_session(context)
        _Person(session, server, word, came).attach()
        session.run()
    return came
