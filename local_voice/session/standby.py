"""After a talk: waiting until the ice is over, and resting until somebody wakes us."""

import math
import time
from dataclasses import dataclass

from dialogue.engine.events import Stop
from dialogue.engine.reply import Reply
from dialogue.understanding.lexicon import find_offline_group
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio import tones
from local_voice.audio.interfaces import DeviceLost
from local_voice.problems import DEVICE_LOST, ENGINE_FAILED, LocalVoiceProblem
from local_voice.session.events import Ended, Rests, TimerEnded, TimerRuns
from local_voice.session.ice_timer import IceTimer
from local_voice.session.input_events import Taps
from local_voice.session.session import TIME_IS_UP, Loop
from local_voice.tts.speech import Adjust

WAKE_SECONDS = (0.4, 1.6)
"""A wake phrase lasts so long; a longer utterance is somebody talking about us."""
REST_PATIENCE = 30.0
"""Seconds until a fresh recogniser listens: one that runs for hours grows."""
MINUTE = 60.0
LOOK_EVERY = 0.1


def hold(loop: Loop, *, stay: bool = False, wake: bool = False) -> Ended:
    """Hold a talk; with `stay` rest after it and hold the next, until told to end.

    `wake` listens for the wake phrase while resting. Without `stay` we wait until the
    ice timer is over, if one runs.
    """
    first = loop.opening()
    while True:
        ended = loop.run(first)
        first = None
        if not stay:
            _wait_for_ice(loop)
            return ended
        if not Resting(loop, for_phrase=wake).until_woken():
            return ended


def is_wake_phrase(loop: Loop, utterance: Utterance) -> bool:
    """Tell whether somebody said the wake phrase, alone and as long as it takes."""
    short, long = WAKE_SECONDS
    group = find_offline_group(loop.content.lexicon, utterance.text)
    return group == "wake" and short <= utterance.seconds <= long


def wait_for_tap(taps: Taps, seconds: float) -> None:
    """Let `seconds` pass, or less where somebody taps."""
    until = time.monotonic() + seconds
    while taps.empty() and time.monotonic() < until:
        time.sleep(LOOK_EVERY)


@dataclass
class Resting:
    """Between two talks: nothing of the last one is left."""

    loop: Loop
    for_phrase: bool
    """False: the microphone is off."""

    def until_woken(self) -> bool:
        """Return True for the next talk, False when the person ends everything."""
        loop = self.loop
        words = "rest.by_phrase" if self.for_phrase else "rest.by_key"
        at = loop.voicing().say(Reply((words,))).ended_at
        loop.tell(Rests(self.for_phrase))
        if not self.for_phrase:
            loop.ears(False)
        woken = self._woken(at)
        if woken and not self.for_phrase:
            loop.ears(True)
        return woken

    def _woken(self, at: int) -> bool:
        loop = self.loop
        while True:
            if loop.timer and loop.timer.over:
                at = announce_time(loop, loop.timer)
            while not loop.taps.empty():
                tap = loop.taps.get()
                if tap is None or tap == Stop():
                    return False
                if not isinstance(tap, Adjust):
                    return True
            if not self.for_phrase:
                loop.pass_time(MINUTE if not loop.timer else 1.0)
                continue
            utterance = self._heard(at)
            if utterance and is_wake_phrase(loop, utterance):
                loop.voicing().signal(tones.READY)
                return True

    def _heard(self, at: int) -> Utterance | None:
        loop = self.loop
        try:
            loop.listener.prepare(GrammarState.COMMAND)
            return loop.listener.listen(at, REST_PATIENCE, self._break_off)
        except RecognizerError:
            return None
        except RecognizerUnavailable as error:
            raise LocalVoiceProblem(
                "The ear keeps failing, so Back Talk cannot be woken by voice.",
                ENGINE_FAILED,
            ) from error
        except DeviceLost as error:
            if loop.recover():
                return None
            raise LocalVoiceProblem(
                "The microphone did not come back, so Back Talk cannot be woken by "
                "voice.",
                DEVICE_LOST,
            ) from error

    def _break_off(self) -> bool:
        timer = self.loop.timer
        return not self.loop.taps.empty() or bool(timer and timer.over)


def announce_time(loop: Loop, timer: IceTimer) -> int:
    """Say that the ice is over; return the sample at which that was said."""
    timer.clear()
    loop.tell(TimerEnded(cancelled=False))
    voicing = loop.voicing()
    for _ in range(2):
        voicing.signal(tones.READY)
    return voicing.say(TIME_IS_UP).ended_at


def _wait_for_ice(loop: Loop) -> None:
    """Stay, with the microphone off, until the ice is over or the person ends it."""
    timer = loop.timer
    if timer is None or not timer.running:
        return
    loop.ears(False)
    told = 0
    while timer.running:
        if timer.over:
            announce_time(loop, timer)
            return
        left = timer.left
        minute = math.ceil(left / MINUTE)
        if minute != told:
            loop.tell(TimerRuns(left))
        told = minute
        # A rounding error of a second must not keep time from passing at all.
        loop.pass_time(max(left - (minute - 1) * MINUTE, LOOK_EVERY))
        while not loop.taps.empty():
            tap = loop.taps.get()
            if isinstance(tap, Adjust):
                loop.mouth.adjust(tap)
            elif tap is None or tap == Stop():
                timer.clear()
                loop.tell(TimerEnded(cancelled=True))
                return
