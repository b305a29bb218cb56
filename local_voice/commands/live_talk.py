"""A talk with the microphone and the loudspeaker of this computer."""

import time
from dataclasses import dataclass

from dialogue.engine.events import Event
from local_voice.asr.barge_in import BargeInDetector, CleanMicrophone, EchoCanceller
from local_voice.audio import devices
from local_voice.audio.echo_delay import get_tail, measure_echo_delay
from local_voice.audio.interfaces import Speaker
from local_voice.audio.microphone import LiveMicrophone
from local_voice.audio.pcm import SAMPLE_RATE, get_room_advice, measure_level
from local_voice.audio.playback_reference import PlaybackReference
from local_voice.audio.recorder import RecordedMicrophone, Recorder
from local_voice.audio.speaker import LiveSpeaker, MuteSpeaker
from local_voice.commands.exit_codes import INSTALL
from local_voice.commands.talk import Setting
from local_voice.problems import BAD_OPTIONS, LocalVoiceProblem
from local_voice.session.ice_timer import IceTimer
from local_voice.session.session import Loop
from local_voice.session.sound_check import check_sound, is_first_time, may_record
from local_voice.tts.speech import Mouth

TAIL = 0.25
"""Seconds that the gate stays shut after our last sample, unless measured."""
LOOK_FOR_DEVICE = 15
"""Seconds in which a lost device may come back."""
ECHO_AHEAD = 0.04
"""Seconds by which the canceller knows what we play before its echo comes."""
RECORDED = {
    True: {"session.welcome": "session.welcome.recorded"},
    False: {"session.welcome": "session.welcome.recorded.no_clinic"},
}
"""By whether a clinic is set: who is recorded must not hear that nothing is kept."""


@dataclass
class _Devices:
    """What is open for the whole talk."""

    microphone: LiveMicrophone
    speaker: LiveSpeaker | MuteSpeaker
    reference: PlaybackReference
    names: tuple[str, str]


def live(setting: Setting) -> Loop:
    """Return a talk by microphone; raises LocalVoiceProblem where there is none."""
    options = setting.options
    _refuse_recording(setting)
    # Before a device is opened: it may not be installed.
    canceller = _canceller() if options.barge_in == "aec" else None
    open_ = _opened(setting)
    voice = None if options.mute else setting.voice()
    ear = setting.ear()
    advice = _listen_to_room(open_.microphone)
    delay, tail = _echo(open_) if not options.no_tones else (None, TAIL)
    open_.reference.lead = max(0, round(((delay or 0.0) - ECHO_AHEAD) * SAMPLE_RATE))
    recorded = RecordedMicrophone(open_.microphone, open_.reference)
    setting.stack.callback(recorded.close)
    clean = CleanMicrophone(recorded, open_.reference, canceller)
    listener = setting.listener(ear, clean, tail)
    loop = setting.loop(listener, Mouth(voice, open_.speaker), timer=IceTimer())
    loop.ears = open_.microphone.turn
    loop.recover = lambda: _found_again(open_.microphone, open_.speaker)
    if advice:
        loop.voicing().trouble(advice)
    if options.barge_in and isinstance(open_.speaker, LiveSpeaker):
        if canceller is None and delay is not None:
            loop.voicing().trouble("trouble.own_voice")
        else:
            watched = BargeInDetector(clean, open_.speaker, ear.detector, tail=tail)
            loop.interruptible = watched.play
    loop.opening = lambda: _opening(setting, loop, recorded, open_.names)
    return setting.rehearsed(loop, voice)


def _canceller() -> EchoCanceller:
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


def _refuse_recording(setting: Setting) -> None:
    options = setting.options
    if options.output and not options.record_me:
        raise LocalVoiceProblem(
            "Back Talk keeps no sound of a person, so --output does not go with a "
            "microphone unless --record-me is given too. It goes with --demo, --input "
            "and --typed.",
            BAD_OPTIONS,
        )
    if options.record_me and (not options.output or options.stay or options.wake):
        raise LocalVoiceProblem(
            "--record-me needs --output FILE.wav and goes with one talk, not with "
            "--stay or --wake.",
            BAD_OPTIONS,
        )


def _opened(setting: Setting) -> _Devices:
    options, found = setting.options, devices.find_devices()
    wanted = devices.choose_device(
        options.input_device, found.microphones, "microphone"
    )
    out = None
    if not options.mute:
        out = devices.choose_device(
            options.output_device, found.loudspeakers, "loudspeaker"
        )
    microphone, reference = LiveMicrophone(wanted), PlaybackReference()
    setting.stack.callback(microphone.close)
    names = tuple(d.name if d else "the usual one" for d in (wanted, out))
    setting.say(f"Microphone: {names[0]}")
    speaker: LiveSpeaker | MuteSpeaker = MuteSpeaker(lambda: microphone.now)
    if not options.mute:
        speaker = LiveSpeaker(out, lambda: microphone.now, reference=reference)
        setting.stack.callback(speaker.close)
        setting.say(f"Loudspeaker: {names[1]}")
    return _Devices(microphone, speaker, reference, (names[0], names[1]))


def _listen_to_room(microphone: LiveMicrophone) -> str | None:
    """Return the prompt about a second of the room, if it needs one."""
    pcm = bytearray()
    for block in microphone.blocks():
        pcm += block.pcm
        if len(pcm) >= 2 * SAMPLE_RATE:
            break
    return get_room_advice(measure_level(pcm))


def _echo(open_: _Devices) -> tuple[float | None, float]:
    """Return how late our sound comes back, None if not at all, and the tail."""
    delay = measure_echo_delay(open_.microphone, open_.speaker)
    return delay, get_tail(delay)


def _opening(
    setting: Setting, loop: Loop, recorded: RecordedMicrophone, names: tuple[str, str]
) -> Event | None:
    """Check the sound where it is new, and ask before anything is recorded."""
    options = setting.options
    event = None
    if options.sound_check or (options.sound_check is None and is_first_time(names)):
        event = check_sound(loop)
    if options.record_me and event is None and may_record(loop):
        recorded.recorder = Recorder(options.output, setting.trouble)
        loop.instead = RECORDED[loop.content.clinic is not None]
    return event


def _found_again(microphone: LiveMicrophone, speaker: Speaker) -> bool:
    for _ in range(LOOK_FOR_DEVICE):
        time.sleep(1)
        heard = microphone.reopen()
        if heard and (not isinstance(speaker, LiveSpeaker) or speaker.reopen()):
            return True
    return False
