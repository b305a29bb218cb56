"""Standby between interviews: the ice runs out, and a phrase or a key wakes us."""

import math
from dataclasses import dataclass

from dialogue.engine.events import CallForHelp, Event, Stop
from dialogue.engine.reply import Reply
from dialogue.understanding.asked import build_asked
from dialogue.understanding.lexicon import Lexicon
from dialogue.understanding.utterance import understand
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio import tones
from local_voice.audio.interfaces import DeviceLost
from local_voice.session import events
from local_voice.session.audio import LOOK_EVERY
from local_voice.session.errors import MicrophoneLost, RecognizerLost
from local_voice.session.ice_timer import IceTimer
from local_voice.session.output import TIME_IS_UP
from local_voice.session.session import VoiceSession
from local_voice.tts.speech import VoiceAdjustment

WAKE_SECONDS = (0.4, 1.6)
"""A wake phrase lasts so long; a longer utterance is somebody talking about us."""
STANDBY_PATIENCE = 30.0
"""Seconds until a fresh recogniser listens: one that runs for hours grows."""
MINUTE = 60.0


def run_session(
    session: VoiceSession, *, stay: bool = False, wake: bool = False
) -> events.SessionEnded:
    """Hold an interview; with `stay` stand by after it and hold the next, until ended.

    `wake` listens for the wake phrase in standby. Without `stay` we wait until the ice
    timer is over, if one runs. Raises SessionError.
    """
    first = session.plan.opening(session)
    while True:
        ended = session.run(first)
        if not stay:
            _wait_for_ice(session)
            return ended
        first = Standby(session, for_phrase=wake).wait_until_woken()
        if first is None:
            return ended


def is_wake_phrase(lexicon: Lexicon, utterance: Utterance) -> bool:
    """Tell whether somebody said the wake phrase, alone and as long as it takes."""
    short, long = WAKE_SECONDS
    said = lexicon.words.normalise(utterance.text)
    return (
        lexicon.offline_phrases.get(said) == "wake"
        and short <= utterance.seconds <= long
    )


@dataclass
class Standby:
    """The time between two interviews: nothing of the last one is left."""

    session: VoiceSession
    for_phrase: bool
    """False: the microphone is off."""

    def wait_until_woken(self) -> Event | None:
        """Return what opens the next interview, None when the person ends everything.

        A call for help wakes us too, and is answered at once. Raises SessionError.
        """
        session = self.session
        words = "rest.by_phrase" if self.for_phrase else "rest.by_key"
        ended_at = session.responder.respond(Reply((words,))).ended_at
        session.publish(events.StandbyStarted(self.for_phrase))
        if not self.for_phrase:
            session.audio.mute()
        woken = self._find_waking(ended_at)
        if woken is not None and not self.for_phrase:
            session.audio.unmute()
        return woken

    def _find_waking(self, ended_at: int) -> Event | None:
        session = self.session
        content = session.content
        nothing_asked = build_asked(content.protocol, None)
        while True:
            if session.timer and session.timer.over:
                ended_at = announce_time(session, session.timer)
            while not session.inputs.empty():
                event = session.inputs.get()
                if event is None or event == Stop():
                    return None
                if not isinstance(event, VoiceAdjustment):
                    return session.build_begin()
            if not self.for_phrase:
                seconds = MINUTE if not session.timer else 1.0
                session.audio.wait(seconds, session.inputs)
                continue
            utterance = self._listen(ended_at)
            if utterance and is_wake_phrase(content.lexicon, utterance):
                session.responder.signal(tones.READY)
                return session.build_begin()
            said = utterance.text if utterance else ""
            if understand(content.words, said, nothing_asked) == CallForHelp():
                return CallForHelp()

    def _listen(self, from_sample: int) -> Utterance | None:
        session = self.session
        try:
            session.listener.prepare(GrammarState.COMMAND)
            return session.listener.listen(
                from_sample, STANDBY_PATIENCE, self._has_input
            )
        except RecognizerError:
            return None
        except RecognizerUnavailable as error:
            raise RecognizerLost(in_standby=True) from error
        except DeviceLost as error:
            if session.audio.reopen():
                return None
            raise MicrophoneLost(in_standby=True) from error

    def _has_input(self) -> bool:
        timer = self.session.timer
        return not self.session.inputs.empty() or bool(timer and timer.over)


def announce_time(session: VoiceSession, timer: IceTimer) -> int:
    """Say that the ice is over; return the sample at which that was said."""
    session.responder.ring(timer)
    ended_at = session.responder.respond(TIME_IS_UP).ended_at
    session.enter(events.SessionState.IDLE)
    return ended_at


def _wait_for_ice(session: VoiceSession) -> None:
    """Stay, with the microphone off, until the ice is over or the person ends it."""
    timer = session.timer
    if timer is None or not timer.running:
        return
    session.audio.mute()
    published = 0
    while timer.running:
        if timer.over:
            announce_time(session, timer)
            return
        left = timer.left
        minute = math.ceil(left / MINUTE)
        if minute != published:
            session.publish(events.TimerUpdated(left))
        published = minute
        # A rounding error of a second must not keep time from passing at all.
        seconds = max(left - (minute - 1) * MINUTE, LOOK_EVERY)
        session.audio.wait(seconds, session.inputs)
        while not session.inputs.empty():
            event = session.inputs.get()
            if isinstance(event, VoiceAdjustment):
                session.output.adjust(event)
            elif event is None or event == Stop():
                timer.clear()
                session.publish(events.TimerEnded(cancelled=True))
                return
