"""What the person does next: an utterance, a tap, a silence, the end of the ice."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from dialogue.engine.events import Event, Next, NoInput, NoMatch, Repeat, Stop
from dialogue.engine.reply import Reply
from dialogue.understanding.lexicon import (
    Lexicon,
    find_offline_group,
    normalise,
    understand,
)
from local_voice.asr.grammar import GrammarState, get_grammar_state
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio import tones
from local_voice.audio.interfaces import DeviceLost
from local_voice.audio.pcm import get_speech_advice, measure_level
from local_voice.problems import DEVICE_LOST, ENGINE_FAILED, LocalVoiceProblem
from local_voice.session.events import (
    Listens,
    TimerEnded,
    TimerRuns,
    Understood,
    VoiceChanged,
)
from local_voice.session.ice_timer import IceTimer
from local_voice.session.input_events import Gate, Tap, Taps
from local_voice.session.manual_input import HandsListener
from local_voice.session.output import Spoken, Voicing
from local_voice.tts.speech import Adjust

PAUSE = 60.0
"""Seconds between two signs of life in a pause that the person asked for."""
PAUSES = 30
"""After half an hour of such a pause the question is asked again."""
INTERRUPTED_PATIENCE = 4.0
"""Seconds to say again what interrupted us; then we go on ourselves."""
FALSE_INTERRUPTIONS = 2
"""After so many that came to nothing, speech interrupts us no more in this talk."""
LEVELS_JUDGED = 2
"""So many answers are judged for loudness."""
MINUTE = 60


class Listener(Protocol):
    """Turns what the person does into text: by ear or by keyboard."""

    def prepare(self, state: GrammarState) -> None:
        """Get ready for what may be said next."""

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = ...,
        ended_by_hand: Callable[[], bool] = ...,
    ) -> Utterance | None:
        """Return what is said, None when interrupted."""


@dataclass
class Attending:
    """Waits for the person through one talk."""

    listener: Listener
    lexicon: Lexicon
    voicing: Voicing
    taps: Taps
    timer: IceTimer | None
    by_hand: Callable[[], bool]
    gate_pressed: Callable[[], bool]
    """Push to talk: the person says that the utterance is over; asking resets it."""
    advice: tuple[str, ...] = ()
    """What the next reply should begin with: how to be heard better."""
    level_advice: str | None = None
    """The prompt about the loudness of the last answer, if it needed one."""
    _false_interruptions: int = 0
    _judged: int = 0
    _ill_heard: int = 0
    _forgiven: str | None = None
    _silent: bool = False
    _paused: int = 0
    _minutes: int = 0

    def aim(self, reply: Reply) -> None:
        """Get the ear ready for what may follow `reply`."""
        try:
            self.listener.prepare(get_grammar_state(reply.open_prompt))
        except RecognizerUnavailable as error:
            self._without_ear(error)

    def next_event(self, reply: Reply, spoken: Spoken) -> tuple[Event | None, float]:
        """Return what the person does next, and when it was clear."""
        self._paused = 0
        while True:
            if self.timer and self.timer.over:
                spoken = self._time_is_up(reply)
            if not self.taps.empty():
                tapped = self._tapped()
                if not isinstance(tapped, Gate):
                    return tapped, time.perf_counter()
            self._tell_minutes()
            try:
                utterance = self._listen(reply, spoken)
            except RecognizerError:
                # Our own crash must not count as somebody's unclear answer.
                return Repeat(), time.perf_counter()
            except RecognizerUnavailable as error:
                self._without_ear(error)
                return Repeat(), time.perf_counter()
            except DeviceLost:
                self._wait_for_microphone()
                return Repeat(), time.perf_counter()
            if utterance is None:
                spoken = Spoken(spoken.ended_at)
                continue
            event = self._event(reply, spoken, utterance)
            if event is None:
                spoken = self._go_on(reply, spoken, silence=not utterance.text)
                continue
            self._note(utterance, event)
            return event, utterance.ended_at

    def _listen(self, reply: Reply, spoken: Spoken) -> Utterance | None:
        patience = PAUSE if "retry.wait" in reply.says else None
        if spoken.interrupted is not None:
            patience = INTERRUPTED_PATIENCE
        ears = not isinstance(self.listener, HandsListener)
        self.voicing.tell(Listens(get_grammar_state(reply.open_prompt), ears))
        return self.listener.listen(
            spoken.ended_at, patience, self._break_off, self.gate_pressed
        )

    def _break_off(self) -> bool:
        return not self.taps.empty() or bool(self.timer and self.timer.over)

    def _event(
        self, reply: Reply, spoken: Spoken, utterance: Utterance
    ) -> Event | None:
        """Return what `utterance` amounts to; None: nothing, and we go on waiting."""
        text = utterance.text
        if find_offline_group(self.lexicon, text) in [how.value for how in Adjust]:
            return Repeat()
        event = understand(self.lexicon, text)
        if spoken.interrupted is not None:
            ours = _our_own(self.lexicon, event, text, spoken.interrupted)
            return None if ours else event
        if "retry.wait" in reply.says and self._paused < PAUSES:
            # "I'm ready" is no answer, and talk in the room is none of ours.
            if isinstance(event, Next):
                return Repeat()
            return None if isinstance(event, NoInput | NoMatch) else event
        if not text and self._silent and self.by_hand():
            return None
        early = utterance.early and isinstance(event, NoMatch)
        if early and self._forgiven != reply.open_prompt:
            self._forgiven = reply.open_prompt
            return None
        return event

    def _go_on(self, reply: Reply, spoken: Spoken, *, silence: bool) -> Spoken:
        """Get ready to listen on after something that does not count."""
        if spoken.interrupted is not None and (silence or not spoken.interrupted):
            # Whatever it was: our words are said again, and to the end.
            self._count_false_interruption()
            return self.voicing.say(reply, uninterrupted=True)
        self.aim(reply)
        if spoken.interrupted is not None:
            # People say it once more; now we are silent, and nothing can be our own.
            return Spoken(spoken.ended_at, interrupted="")
        if silence and "retry.wait" in reply.says:
            self._paused += 1
            return Spoken(self.voicing.signal(tones.LISTENING))
        if silence or "retry.wait" in reply.says:
            return Spoken(spoken.ended_at)
        return Spoken(self.voicing.signal(tones.NOT_UNDERSTOOD))

    def _count_false_interruption(self) -> None:
        """Let only keys interrupt us, where our own voice or the room does so."""
        self._false_interruptions += 1
        if self._false_interruptions == FALSE_INTERRUPTIONS:
            self.voicing.trouble("trouble.own_voice")
            self.voicing = replace(self.voicing, interruptible=None)

    def _note(self, utterance: Utterance, event: Event) -> None:
        self._silent = isinstance(event, NoInput)
        group = find_offline_group(self.lexicon, utterance.text)
        self.voicing.tell(Understood(utterance.text, event, utterance.heard))
        if group in [how.value for how in Adjust]:
            self._adjust(Adjust(group))
        self._judge_level(utterance)

    def _tapped(self) -> Event | Gate | None:
        tapped: Tap | None = self.taps.get()
        self._silent = False
        # Whoever taps twice means it once: never an answer to the next question too.
        while not self.taps.empty():
            later = self.taps.get()
            tapped = later if later in (None, Stop()) else tapped
        if isinstance(tapped, Adjust):
            self._adjust(tapped)
            tapped = Repeat()
        if tapped is not None and not isinstance(tapped, Gate):
            self.voicing.tell(Understood("", tapped))
        return tapped

    def _adjust(self, how: Adjust) -> None:
        mouth = self.voicing.mouth
        mouth.adjust(how)
        self.voicing.tell(VoiceChanged(mouth.rate, mouth.volume))

    def _judge_level(self, utterance: Utterance) -> None:
        if not utterance.pcm or self._judged >= LEVELS_JUDGED:
            return
        self._judged += 1
        key = self.level_advice = get_speech_advice(measure_level(utterance.pcm))
        if key:
            self.voicing.trouble(key)
            self._ill_heard += 1
        if self._ill_heard == LEVELS_JUDGED and key:
            self.advice = (key,)

    def _tell_minutes(self) -> None:
        """Count down the ice, a line a minute."""
        left = -(-self.timer.left // MINUTE) if self.timer else 0
        if self.timer and left and left != self._minutes:
            self.voicing.tell(TimerRuns(self.timer.left))
        self._minutes = int(left)

    def _time_is_up(self, reply: Reply) -> Spoken:
        """Say that the ice is over, then what is open, and listen on."""
        if self.timer:
            self.timer.clear()
        self.voicing.tell(TimerEnded(cancelled=False))
        for _ in range(2):
            self.voicing.signal(tones.READY)
        words = ("timer.end", *reply.reprompt)
        return self.voicing.say(replace(reply, says=words), uninterrupted=True)

    def _wait_for_microphone(self) -> None:
        self.voicing.trouble("trouble.microphone")
        self.voicing.apologise()
        if not self.voicing.recover():
            self._by_hand_alone(
                LocalVoiceProblem(
                    "The microphone did not come back. Talk by keyboard instead, with "
                    "--typed.",
                    DEVICE_LOST,
                )
            )

    def _without_ear(self, error: RecognizerUnavailable) -> None:
        self.voicing.apologise()
        problem = LocalVoiceProblem(
            "The ear keeps failing. Talk by keyboard instead, with --typed.",
            ENGINE_FAILED,
        )
        problem.__cause__ = error
        self._by_hand_alone(problem)

    def _by_hand_alone(self, problem: LocalVoiceProblem) -> None:
        """Go on with buttons where somebody has them; else raise `problem`."""
        if not self.by_hand():
            raise problem
        self.listener = HandsListener()
        self.voicing.trouble("sound.hands_only")


def _our_own(lexicon: Lexicon, event: Event, text: str, said: str) -> bool:
    """Tell whether an interruption is nothing, or may be an echo of our own words.

    Were "say yes, no, not sure" or "Back Talk" taken for words of the person, we would
    talk to ourselves; an echo's "yes" may also be heard as "yeah". Said again in our
    silence, every word counts.
    """
    ours = f" {normalise(said)} "
    return (
        isinstance(event, NoInput | NoMatch)
        or f" {normalise(text)} " in ours
        or any(
            event == meant and f" {phrase} " in ours
            for phrase, meant in lexicon.phrases.items()
        )
    )
