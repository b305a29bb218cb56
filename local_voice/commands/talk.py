"""Builds sessions: typed, by buttons, with recordings, in the simulated room."""

import contextlib
import os
import queue
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine.events import Event, Stop
from dialogue.records import consent
from dialogue.records.clock import Clock
from dialogue.records.history import get_history_file
from dialogue.records.writer import folder_refused
from local_voice.asr.grammar import GrammarState
from local_voice.asr.listener import AudioListener
from local_voice.audio import devices
from local_voice.audio.interfaces import Microphone
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.recorder import Recorder
from local_voice.audio.simulated_people import RawAudioPerson, RecordedPerson
from local_voice.audio.simulated_room import Silence, SimulatedRoom
from local_voice.audio.sound_library import SoundLibraryMissing
from local_voice.audio.speaker import LiveSpeaker, MuteSpeaker
from local_voice.commands import engines, own_sounds
from local_voice.commands.exit_codes import INSTALL, NO_PAGE, LocalVoiceProblem
from local_voice.commands.options import TalkConfig
from local_voice.own_sounds.decision import UNDO
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.own_sounds.words import REPLACED
from local_voice.page.desktop import has_desktop, open_browser
from local_voice.page.entry_file import get_entry_file, get_runtime_folder
from local_voice.page.server import Page, PageUnavailable
from local_voice.session.audio import SessionAudio
from local_voice.session.captions import build_captions, build_timing_log
from local_voice.session.events import (
    EventListener,
    InputQueue,
    OwnSoundsChanged,
    ResponseStarted,
    SessionEvent,
    SessionWarning,
)
from local_voice.session.ice_timer import IceTimer
from local_voice.session.keyboard import has_keys
from local_voice.session.listeners import Listener, ManualInput, TypedListener
from local_voice.session.prefetch import Prefetcher
from local_voice.session.session import Closing, SessionPlan, VoiceSession
from local_voice.tts.speech import SpeechOutput

NO_LOUDSPEAKER = "There is no loudspeaker here: our words are in the captions only."


@dataclass(frozen=True)
class SessionContext:
    """What the builders of one session share."""

    config: TalkConfig
    content: Content
    say: Callable[[str], None]
    """Prints one line."""
    stack: contextlib.ExitStack
    """Closes devices and ends children, whatever happens."""
    plan: SessionPlan
    clock: Clock = field(default_factory=Clock)
    page: Page | None = None
    inputs: InputQueue = field(default_factory=queue.Queue)

    def load_recognizer(self, device: str | None = None) -> engines.RecognizerSetup:
        """Return the recogniser with the own sounds, and say which they are.

        `device` is the name of the microphone, None for any other source.
        """
        config = self.config
        setup = engines.load_recognizer(
            self.content,
            config.model,
            phrases=config.phrases,
            verbose=config.verbose,
        )
        setup = own_sounds.add_sounds(setup, config.own_sounds, self.say, device)
        self.stack.callback(setup.close)
        for line in setup.description:
            self.say(line)
        phrases = self.content.lexicon.offline["wake"]
        known = setup.grammars[GrammarState.COMMAND].phrases
        if config.wake and not known.intersection(phrases):
            raise LocalVoiceProblem(
                f"The model {setup.model.folder} cannot hear {phrases[0]!r}, so --wake "
                "does not work with it. --stay wakes by a key."
            )
        return setup

    def load_synthesizer(self, name: str | None = None) -> engines.OwnSynthesizer:
        """Return our synthesizer, or the one named."""
        voice, rate = name or self.config.voice, self.config.rate
        verbose = self.config.verbose
        synthesizer = engines.load_synthesizer(
            voice, rate, self.content, verbose=verbose, report=self._note_voice
        )
        self.stack.callback(synthesizer.close)
        if name is None:
            engines.render_essentials(self.content, synthesizer)
            self.say(f"Voice: {voice}, {synthesizer.rate} words a minute")
        return synthesizer

    def _note_voice(self, line: str) -> None:
        if self.config.verbose:
            self.say(f"Voice: {line}")

    def open_recorder(self) -> Recorder | None:
        """Return the recording that --out asks for."""
        out = self.config.out
        return Recorder(out, self.show_warning) if out else None

    def build_captions(self, *, with_keys: bool = False) -> EventListener:
        """Return what shows the session as text."""
        size, prompts = self.config.captions, self.content.prompts
        return build_captions(size, sys.stdout, prompts, with_keys=with_keys)

    def show_warning(self, text: str) -> None:
        """Show a caption about something that failed."""
        self.build_captions()(SessionWarning(text))

    def build_listener(
        self, setup: engines.RecognizerSetup, microphone: Microphone, tail: float
    ) -> AudioListener:
        """Return a listener at `microphone`, `tail` seconds deaf after our words."""
        pace, answer_time = self.config.pace, self.config.answer_time
        return setup.build_listener(
            microphone, pace=pace, tail=tail, answer_time=answer_time
        )

    def build_session(
        self,
        listener: Listener,
        output: SpeechOutput,
        audio: SessionAudio | None = None,
        *event_listeners: EventListener,
        plan: SessionPlan | None = None,
        timer: IceTimer | None = None,
        now: Callable[[], datetime | None] | None = None,
        prefetch: engines.OwnSynthesizer | None = None,
        own: OwnSounds | None = None,
    ) -> VoiceSession:
        """Return a session, by the clock of this computer unless `now` is given.

        With `prefetch` everything it may say is made ahead of time.
        """
        now = now or self.clock.read
        with_keys = has_keys(typed=self.config.typed)
        every = [self.build_captions(with_keys=with_keys), *event_listeners]
        if self.config.verbose:
            every.insert(1, build_timing_log(self.say))
        if self.page:
            every.append(self.page.show_event)
        if prefetch is not None:
            prefetcher = Prefetcher(self.content, prefetch, now)
            prefetcher.start()
            self.stack.callback(prefetcher.stop)
            every.append(prefetcher.note_event)
        session = VoiceSession(
            self.content,
            listener,
            output,
            audio or SessionAudio(),
            now=now,
            plan=plan or self.plan,
            inputs=self.inputs,
            event_listeners=tuple(every),
            timer=timer,
            has_buttons=self.page.has_visitors if self.page else lambda: False,
            has_keys=with_keys,
            signals=self.config.tones,
            own_sounds=own,
        )
        if self.page:
            self.page.connect(session)
        if own is not None and own.is_taught:
            session.responder.replace_prompts(REPLACED)
            session.publish(OwnSoundsChanged(in_use=True))
            for key in own.notices:
                session.responder.warn(key)
        return session


@contextlib.contextmanager
def open_context(
    config: TalkConfig,
    content: Content,
    say: Callable[[str], None],
    plan: SessionPlan | None = None,
    clock: Clock | None = None,
) -> Iterator[SessionContext]:
    """Yield what the builders share, its page open; closes everything at the end."""
    with contextlib.ExitStack() as stack:
        page = None
        if config.page:
            folder = get_runtime_folder(os.environ, Path.home())
            page = open_page(
                config.page_address, config.page_port, content, say, folder
            )
            stack.callback(page.close)
            if page.bookmark and config.browser and _is_watched():
                open_browser(page.bookmark)
        plan, clock = plan or SessionPlan(), clock or Clock()
        yield SessionContext(config, content, say, stack, plan, clock, page)


def open_page(
    address: str,
    port: int,
    content: Content,
    say: Callable[[str], None],
    folder: Path | None = None,
) -> Page:
    """Return the page, open for browsers; raises LocalVoiceProblem.

    With `folder` a file there opens it too.
    """
    try:
        told = not is_journal(os.environ)
        return Page(content, say, address, port, folder=folder, tell_key=told)
    except ImportError as error:
        raise LocalVoiceProblem(
            f"The page cannot start: {error}. Install it with "
            f"{INSTALL.format(extra='voice')}."
        ) from error
    except PageUnavailable as error:
        file = get_entry_file(get_runtime_folder(os.environ, Path.home()), port)
        running = f"; {file.as_uri()} opens its page" if file.exists() else ""
        raise LocalVoiceProblem(
            f"The page cannot open port {port} on {address} ({error}). "
            f"Another Back Talk may be running{running}: close it, or give another "
            "port with --page-port (0 takes any free one).",
            NO_PAGE,
        ) from error


def _is_watched() -> bool:
    """Tell whether somebody at this computer's screen started us."""
    return has_desktop(os.environ, sys.platform) and not is_journal(os.environ)


def is_journal(environment: Mapping[str, str]) -> bool:
    """Tell whether what we print is kept in systemd's journal, which others may read.

    Source: systemd.exec(5), JOURNAL_STREAM: device and inode of the stream.
    """
    with contextlib.suppress(OSError, ValueError):
        seen = os.fstat(sys.stdout.fileno())
        stream = f"{seen.st_dev}:{seen.st_ino}"
        return environment.get("JOURNAL_STREAM") == stream
    return False


def find_devices_if_any() -> devices.Devices:
    """Return the devices, none where the sound library is missing: some can do so."""
    try:
        return devices.find_devices()
    except SoundLibraryMissing:
        return devices.NO_DEVICES


def open_speaker(context: SessionContext) -> LiveSpeaker | None:
    """Return a loudspeaker where there is one and it is wanted."""
    config = context.config
    if config.mute:
        return None
    found = find_devices_if_any()
    if not found.loudspeakers and not config.output_device:
        context.say(NO_LOUDSPEAKER)
        return None
    device = devices.choose_device(
        config.output_device, found.loudspeakers, "loudspeaker"
    )
    speaker = LiveSpeaker(device, lambda: 0)
    context.stack.callback(speaker.close)
    return speaker


def build_typed_session(context: SessionContext) -> VoiceSession:
    """Return a session by keyboard; we still speak, where we can."""
    listener = TypedListener(0, lambda: context.inputs.put(Stop()), context.inputs.put)
    if recorder := context.open_recorder():
        room = SimulatedRoom(Silence(), recorder)
        context.stack.callback(room.close)
        output = SpeechOutput(context.load_synthesizer(), room)
        return context.build_session(listener, output)
    # Where lines come from a file nobody lies there with ice.
    timer = IceTimer() if sys.stdin.isatty() else None
    return _build_without_microphone(context, listener, timer)


def build_manual_session(context: SessionContext) -> VoiceSession:
    """Return a session without a microphone: the page and the keys answer."""
    context.say("Microphone: none, answers come by the page and by keys")
    return _build_without_microphone(context, ManualInput(), IceTimer())


def _build_without_microphone(
    context: SessionContext, listener: Listener, timer: IceTimer | None
) -> VoiceSession:
    speaker = open_speaker(context)
    synthesizer = context.load_synthesizer() if speaker else None
    output = SpeechOutput(synthesizer, speaker or MuteSpeaker())
    return context.build_session(listener, output, timer=timer, prefetch=synthesizer)


def build_recorded_session(context: SessionContext) -> VoiceSession:
    """Return a session with recordings, or raw sound on standard input, as the person.

    Raises LocalVoiceProblem where they cannot be read.
    """
    files = context.config.input
    if "-" in files and len(files) > 1:
        raise LocalVoiceProblem("--input - stands alone.")
    person = RawAudioPerson(0) if files == ("-",) else RecordedPerson(files)
    room = SimulatedRoom(person, context.open_recorder(), open_speaker(context))
    context.stack.callback(room.close)

    def note_event(event: SessionEvent) -> None:
        """Keep the next recording for the next question."""
        is_undo = isinstance(event, ResponseStarted) and UNDO in event.reply.says
        if is_undo and isinstance(person, RecordedPerson):
            person.says_nothing_next = True

    return build_room_session(context, room, context.load_synthesizer(), note_event)


@dataclass
class RoomAudio(SessionAudio):
    """Audio of the simulated room, whose time passes at once."""

    room: SimulatedRoom

    def wait(self, seconds: float, inputs: InputQueue) -> None:
        """Let `seconds` pass in the room."""
        self.room.pass_time(seconds)


def build_room_session(
    context: SessionContext,
    room: SimulatedRoom,
    synthesizer: engines.OwnSynthesizer,
    *event_listeners: EventListener,
    now: Callable[[], datetime | None] | None = None,
    with_timer: bool = True,
) -> VoiceSession:
    """Return a session in the simulated room."""
    setup = context.load_recognizer()
    return context.build_session(
        context.build_listener(setup, room, 0.0),
        SpeechOutput(synthesizer, room),
        RoomAudio(room),
        *event_listeners,
        timer=IceTimer((lambda: room.now / SAMPLE_RATE,)) if with_timer else None,
        now=now,
        own=setup.own,
    )


def find_retention(config: TalkConfig) -> consent.RetentionOptions:
    """Return what is offered to be kept; refuses a folder that cannot be used."""
    folder = Path(config.record) if config.record is not None else None
    refused = folder_refused(folder) if folder is not None else ""
    if refused:
        raise LocalVoiceProblem(refused)
    history = get_history_file(os.environ, Path.home()) if config.history else None
    return consent.RetentionOptions(folder, history)


def build_record_offer(
    content: Content,
    retention: consent.RetentionOptions,
    say: Callable[[str], None],
    now: Callable[[], datetime | None],
) -> Closing:
    """Return what follows the closing reply: the offers of record and history."""

    def offer(
        ended: consent.EndedSession,
        ask: Callable[[str], Event | None],
        tell: Callable[[str], None],
    ) -> Event | None:
        prompter = consent.Prompter(ask, tell, say)
        return consent.offer_retention(content, retention, ended, now(), prompter)

    return offer
