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
from local_voice.commands import live_talk, options, talk
from local_voice.session.events import Happening, Understood

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

    loop: talk.Loop
    server: SoundServer
    word: bytes
    came: BargeIn
    over: bool = False
    began: float = 0.0

    def over_us(self, audio: AudioClip) -> tuple[Playback, int | None]:
        """Play `audio` as the loop does, and speak into it."""
        if not self.came.said:
            threading.Timer(BEGINS, self._say).start()
        played, listen_from = self._play(audio)
        if listen_from is not None and self.came.silenced is None:
            self.came.silenced = time.perf_counter() - self.began
            self.came.silenced_by = self.came.said
        return played, listen_from

    def watch(self, happening: Happening) -> None:
        """End the talk after what was understood first."""
        if isinstance(happening, Understood) and happening.heard is not None:
            self.came.understood = happening.event == Stop()
            self.over = True
            self.loop.taps.put(Stop())

    def attach(self) -> None:
        """Take part in the talk."""
        assert self.loop.interruptible is not None
        self._play = self.loop.interruptible
        self.loop.interruptible = self.over_us
        self.loop.watchers = (*self.loop.watchers, self.watch)

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
    asked = options.talk_options().parse_args([*DEVICES, "--captions", "off", *extra])
    word = simulate_microphone(read_recording(WORDS[number]), far=False)
    came = BargeIn()
    with talk.setting_for(asked, content, lambda line: None) as setting:
        loop = live_talk.live(setting)
        _Person(loop, server, word, came).attach()
        loop.run()
    return came
