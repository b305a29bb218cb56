"""What talks share; talks by keyboard, by hand, with recordings, in a room."""

import argparse
import contextlib
import queue
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dialogue.content.content import Content
from dialogue.engine.events import Stop
from local_voice.asr.grammar import GrammarState
from local_voice.asr.listener import AudioListener
from local_voice.audio import devices
from local_voice.audio.interfaces import Microphone
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.recorder import Recorder
from local_voice.audio.simulated_people import RawAudioPerson, RecordedPerson
from local_voice.audio.simulated_room import Silence, SimulatedPerson, SimulatedRoom
from local_voice.audio.speaker import LiveSpeaker, MuteSpeaker
from local_voice.commands.engines import (
    OwnSynthesizer,
    RecognizerSetup,
    load_recognizer,
    load_synthesizer,
    render_essentials,
)
from local_voice.commands.page_address import open_page
from local_voice.problems import BAD_OPTIONS, LocalVoiceProblem
from local_voice.session.captions import captions, timings
from local_voice.session.events import Ended, Trouble, Watcher
from local_voice.session.ice_timer import IceTimer
from local_voice.session.input import Listener
from local_voice.session.input_events import Taps
from local_voice.session.manual_input import HandsListener
from local_voice.session.prefetch import Rehearsal
from local_voice.session.session import Loop
from local_voice.session.standby import wait_for_tap
from local_voice.session.typed_listener import TypedListener
from local_voice.tts.speech import Mouth

if TYPE_CHECKING:
    from local_voice.page.server import Page

NO_LOUDSPEAKER = "There is no loudspeaker here: our words are in the captions only."


@dataclass
class Setting:
    """What every kind of talk shares."""

    options: argparse.Namespace
    content: Content
    say: Callable[[str], None]
    """Prints one line."""
    taps: Taps
    stack: contextlib.ExitStack
    """Closes devices and ends children, whatever happens."""
    page: "Page | None" = None

    def ear(self) -> RecognizerSetup:
        """Return the ear, and tell which it is."""
        ear = load_recognizer(
            self.content, self.options.model, verbose=self.options.verbose
        )
        self.stack.callback(ear.recognizer.close)
        for line in ear.description:
            self.say(line)
        phrases = self.content.lexicon.offline["wake"]
        known = ear.grammars[GrammarState.COMMAND].phrases
        if self.options.wake and not known.intersection(phrases):
            raise LocalVoiceProblem(
                f"The model {ear.model.folder} cannot hear {phrases[0]!r}, so --wake "
                "does not work with it. --stay wakes by a key.",
                BAD_OPTIONS,
            )
        return ear

    def voice(self, name: str | None = None) -> OwnSynthesizer:
        """Return our voice, or the one named."""
        options = self.options
        voice = load_synthesizer(
            name or options.voice, options.rate, verbose=options.verbose
        )
        self.stack.callback(voice.close)
        if name is None:
            render_essentials(self.content, voice)
            self.say(f"Voice: {options.voice}, {options.rate} words a minute")
        return voice

    def rehearsed(self, loop: Loop, voice: OwnSynthesizer | None) -> Loop:
        """Return `loop`, with everything it may say made ahead of time."""
        if voice is not None:
            rehearsal = Rehearsal(self.content, voice, loop.now)
            rehearsal.start()
            self.stack.callback(rehearsal.stop)
            loop.watchers += (rehearsal.watch,)
        return loop

    def recorder(self) -> Recorder | None:
        """Return the recording that --output asks for."""
        if not self.options.output:
            return None
        return Recorder(self.options.output, self.trouble)

    def captions(self, *, with_keys: bool = False) -> Watcher:
        """Return a watcher that shows the talk as text."""
        size, prompts = self.options.captions, self.content.prompts
        return captions(size, sys.stdout, prompts, with_keys=with_keys)

    def trouble(self, text: str) -> None:
        """Show a caption about something that failed."""
        self.captions()(Trouble(text))

    def watchers(self, *more: Watcher) -> tuple[Watcher, ...]:
        """Return the captions and whoever else watches."""
        shown = self.captions(with_keys=sys.stdin.isatty())
        told = (timings(self.say),) if self.options.verbose else ()
        return (shown, *told, *more)

    def loop(
        self,
        listener: Listener,
        mouth: Mouth,
        *watchers: Watcher,
        timer: IceTimer | None = None,
    ) -> Loop:
        """Return a talk by the clock of this computer."""
        loop = Loop(
            content=self.content,
            listener=listener,
            mouth=mouth,
            now=lambda: datetime.now(UTC),
            watchers=self.watchers(*watchers),
            taps=self.taps,
            timer=timer,
            pass_time=lambda seconds: wait_for_tap(self.taps, seconds),
            signals=not self.options.no_tones,
        )
        if self.page:
            self.page.join(loop)
        return loop

    def listener(
        self, ear: RecognizerSetup, microphone: Microphone, tail: float
    ) -> AudioListener:
        """Return a listener at `microphone`."""
        return AudioListener(
            microphone,
            ear.recognizer,
            ear.grammars,
            ear.detector,
            pace=self.options.pace,
            tail=tail,
            answer_time=self.options.answer_time,
        )


def typed(setting: Setting) -> Loop:
    """Return a talk by keyboard; we still speak, where we can."""
    listener = TypedListener(0, at_end=lambda: setting.taps.put(Stop()))
    recorder = setting.recorder()
    if recorder:
        room = SimulatedRoom(Silence(), recorder)
        setting.stack.callback(room.close)
        return setting.loop(listener, Mouth(setting.voice(), room))
    speaker = aloud(setting)
    voice = setting.voice() if speaker else None
    mouth = Mouth(voice, speaker or MuteSpeaker())
    # Where lines come from a file nobody lies there with ice.
    timer = IceTimer() if sys.stdin.isatty() else None
    return setting.rehearsed(setting.loop(listener, mouth, timer=timer), voice)


def by_hand(setting: Setting) -> Loop:
    """Return a talk without a microphone: the page and the keys answer."""
    setting.say("Microphone: none, answers come by the page and by keys")
    speaker = aloud(setting)
    voice = setting.voice() if speaker else None
    mouth = Mouth(voice, speaker or MuteSpeaker())
    loop = setting.loop(HandsListener(), mouth, timer=IceTimer())
    return setting.rehearsed(loop, voice)


def aloud(setting: Setting) -> LiveSpeaker | None:
    """Return a loudspeaker where there is one and it is wanted."""
    options = setting.options
    if options.mute:
        return None
    found = devices.find_devices()
    if not found.loudspeakers and not options.output_device:
        setting.say(NO_LOUDSPEAKER)
        return None
    out = devices.choose_device(
        options.output_device, found.loudspeakers, "loudspeaker"
    )
    speaker = LiveSpeaker(out, lambda: 0)
    setting.stack.callback(speaker.close)
    return speaker


def recorded(setting: Setting) -> Loop:
    """Return a talk with recordings, or raw sound on standard input, as the person."""
    given = setting.options.input
    if "-" in given and len(given) > 1:
        raise LocalVoiceProblem("--input - stands alone.", BAD_OPTIONS)
    person: SimulatedPerson = (
        RawAudioPerson(0) if given == ["-"] else RecordedPerson(given)
    )
    room = SimulatedRoom(person, setting.recorder(), aloud(setting))
    setting.stack.callback(room.close)
    return in_room(setting, room, setting.voice())


def in_room(
    setting: Setting, room: SimulatedRoom, voice: OwnSynthesizer, *watchers: Watcher
) -> Loop:
    """Return a talk in the pretend room."""
    listener = setting.listener(setting.ear(), room, 0.0)
    timer = IceTimer((lambda: room.now / SAMPLE_RATE,))
    loop = setting.loop(listener, Mouth(voice, room), *watchers, timer=timer)
    loop.pass_time = room.pass_time
    return loop


@contextlib.contextmanager
def setting_for(
    options: argparse.Namespace, content: Content, say: Callable[[str], None]
) -> Iterator[Setting]:
    """Yield what a talk shares; closes everything at the end."""
    with contextlib.ExitStack() as stack:
        setting = Setting(options, content, say, queue.Queue(), stack)
        if options.page:
            setting.page = open_page(options, content, say)
            stack.callback(setting.page.close)
        yield setting


def outcome(ended: Ended) -> str:
    """Return how the talk ended, for the console."""
    if ended.rule_id is None:
        return "The talk ended before an outcome."
    return f"Outcome: {ended.disposition} ({ended.rule_id})"
