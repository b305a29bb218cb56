"""Builds a live session: the microphone and the loudspeaker of this computer."""

import time
from dataclasses import dataclass, replace

from dialogue.engine.events import Event
from local_voice.asr.barge_in import BargeInDetector, CleanMicrophone, EchoCanceller
from local_voice.audio import devices
from local_voice.audio.echo_delay import get_tail, measure_echo_delay
from local_voice.audio.microphone import LiveMicrophone
from local_voice.audio.pcm import SAMPLE_RATE, get_room_advice, measure_level
from local_voice.audio.playback_reference import PlaybackReference
from local_voice.audio.recorder import (
    RecordedMicrophone,
    Recorder,
    RecordingError,
    check_recording,
)
from local_voice.audio.speaker import LiveSpeaker, MuteSpeaker
from local_voice.commands.exit_codes import INSTALL, LocalVoiceProblem
from local_voice.commands.options import TalkConfig
from local_voice.commands.talk import SessionContext
from local_voice.session.audio import InterruptiblePlayer, SessionAudio
from local_voice.session.ice_timer import IceTimer
from local_voice.session.session import VoiceSession
from local_voice.session.sound_check import ask_to_record, check_sound, is_first_time
from local_voice.tts.speech import SpeechOutput

TAIL = 0.25
"""Seconds that the microphone stays deaf after our last sample, unless measured."""
REOPEN_SECONDS = 15
"""Seconds in which a lost device may come back."""
ECHO_AHEAD = 0.04
"""Seconds by which the canceller knows what we play before its echo comes."""
_HELP = {"session.help": "session.help.recorded"}
RECORDED = {
    True: {"session.welcome": "session.welcome.recorded", **_HELP},
    False: {"session.welcome": "session.welcome.recorded.no_clinic", **_HELP},
}
"""By whether a clinic is set: who is recorded must not hear that nothing is kept."""


@dataclass
class LiveAudio(SessionAudio):
    """The devices that are open for the whole session."""

    microphone: LiveMicrophone
    speaker: LiveSpeaker | MuteSpeaker
    reference: PlaybackReference
    names: tuple[str, ...]
    """Of the microphone and the loudspeaker."""
    barge_in: InterruptiblePlayer | None = None

    def mute(self) -> None:
        """Give the microphone back for a while."""
        self.microphone.turn(False)

    def unmute(self) -> None:
        """Take the microphone again; raises LocalVoiceProblem."""
        self.microphone.turn(True)

    def reopen(self) -> bool:
        """Try to open both devices again, once a second."""
        for _ in range(REOPEN_SECONDS):
            time.sleep(1)
            if self.microphone.reopen() and (
                not isinstance(self.speaker, LiveSpeaker) or self.speaker.reopen()
            ):
                return True
        return False


def build_live_session(context: SessionContext) -> VoiceSession:
    """Return a session by microphone; raises LocalVoiceProblem where there is none."""
    config = context.config
    _refuse_recording(config)
    # Before a device is opened: it may not be installed.
    canceller = _build_canceller() if config.barge_in == "aec" else None
    audio = _open_devices(context)
    synthesizer = None if config.mute else context.load_synthesizer()
    setup = context.load_recognizer(audio.names[0])
    advice = _listen_to_room(audio.microphone)
    delay, tail = None, TAIL
    if config.tones:
        # How late our sound comes back, None if not at all.
        delay = measure_echo_delay(audio.microphone, audio.speaker)
        tail = get_tail(delay)
    audio.reference.lead = max(0, round(((delay or 0.0) - ECHO_AHEAD) * SAMPLE_RATE))
    recorded = RecordedMicrophone(audio.microphone, audio.reference)
    context.stack.callback(recorded.close)
    clean = CleanMicrophone(recorded, audio.reference, canceller)
    speaker, hears_itself = audio.speaker, False
    if config.barge_in and isinstance(speaker, LiveSpeaker):
        hears_itself = canceller is None and delay is not None
        if not hears_itself:
            barge_in = BargeInDetector(clean, speaker, setup.detector, tail=tail)
            audio.barge_in = barge_in

    def open_session(session: VoiceSession) -> Event | None:
        """Check the sound where it is new, and ask before anything is recorded."""
        event = None
        check = config.sound_check
        if check or (check is None and is_first_time(audio.names)):
            event = check_sound(session)
        may_record = False
        if config.record_me and event is None:
            may_record, event = ask_to_record(session)
        if may_record:
            try:
                recorder = Recorder(str(config.out), context.show_warning)
            except RecordingError as error:
                # It could be written when we looked; the talk matters more.
                context.show_warning(f"{error} The talk goes on without it.")
                return event
            recorded.recorder = recorder
            replacements = RECORDED[context.content.clinic is not None]
            session.responder.replace_prompts(replacements)
        return event

    session = context.build_session(
        context.build_listener(setup, clean, tail),
        SpeechOutput(synthesizer, audio.speaker),
        audio,
        plan=replace(context.plan, opening=open_session),
        timer=IceTimer(),
        prefetch=synthesizer,
        own=setup.own,
    )
    if advice:
        session.responder.warn(advice)
    if hears_itself:
        session.responder.warn("trouble.own_voice")
    return session


def _build_canceller() -> EchoCanceller:
    """Return a fresh one; raises LocalVoiceProblem where it is not installed."""
    try:
        from local_voice.audio.echo_cancellation import WebrtcCanceller
    except ImportError as error:
        raise LocalVoiceProblem(
            "--barge-in aec needs the echo canceller: "
            f"{INSTALL.format(extra='barge-in')}. With a headset use "
            "--barge-in headset."
        ) from error
    return WebrtcCanceller(ECHO_AHEAD)


def _refuse_recording(config: TalkConfig) -> None:
    if config.out and not config.record_me:
        raise LocalVoiceProblem(
            "Back Talk keeps no sound of a person, so --out does not go with a "
            "microphone unless --record-me is given too. It goes with --demo, --input "
            "and --typed."
        )
    if config.record_me and (not config.out or config.stay or config.wake):
        raise LocalVoiceProblem(
            "--record-me needs --out FILE.wav and goes with one talk, not with "
            "--stay or --wake."
        )
    if config.out:
        check_recording(config.out)


def _open_devices(context: SessionContext) -> LiveAudio:
    config, found = context.config, devices.find_devices()
    wanted = devices.choose_device(config.input_device, found.microphones, "microphone")
    out, named = None, config.output_device
    if not config.mute:
        out = devices.choose_device(named, found.loudspeakers, "loudspeaker")
    microphone, reference = LiveMicrophone(wanted), PlaybackReference()
    context.stack.callback(microphone.close)
    names = tuple(
        device.name if device else "the usual one" for device in (wanted, out)
    )
    context.say(f"Microphone: {names[0]}")
    speaker: LiveSpeaker | MuteSpeaker = MuteSpeaker(lambda: microphone.now)
    if not config.mute:
        speaker = LiveSpeaker(out, lambda: microphone.now, reference=reference)
        context.stack.callback(speaker.close)
        context.say(f"Loudspeaker: {names[1]}")
    return LiveAudio(microphone, speaker, reference, names)


def _listen_to_room(microphone: LiveMicrophone) -> str | None:
    """Return the prompt about a second of the room, if it needs one."""
    pcm = bytearray()
    for block in microphone.blocks():
        pcm += block.pcm
        if len(pcm) >= 2 * SAMPLE_RATE:
            break
    return get_room_advice(measure_level(pcm))
