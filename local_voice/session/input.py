"""User input: an utterance, a key or button, a silence, or the end of the ice."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from dialogue.engine.events import (
    Checked,
    CheckReason,
    Event,
    HarmlessComplaint,
    Next,
    NoInput,
    NoMatch,
    Repeat,
    Stop,
)
from dialogue.engine.reply import Reply
from dialogue.understanding.asked import OFFERS, build_asked
from dialogue.understanding.lexicon import Lexicon, find_offline_group
from dialogue.understanding.utterance import understand
from local_voice.asr.grammar import GrammarState, get_grammar_state
from local_voice.asr.interfaces import (
    UNKNOWN,
    RecognizerError,
    RecognizerUnavailable,
)
from local_voice.asr.listener import Utterance
from local_voice.audio import tones
from local_voice.audio.interfaces import DeviceLost
from local_voice.audio.pcm import get_speech_advice, measure_level
from local_voice.own_sounds.decision import UNDO, Decision
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.session import events
from local_voice.session.correction import (
    GivenAnswer,
    find_correction,
    find_given_answer,
)
from local_voice.session.errors import MicrophoneLost, RecognizerLost
from local_voice.session.ice_timer import IceTimer
from local_voice.session.listeners import Listener, ManualInput
from local_voice.session.output import Responder, SpokenReply
from local_voice.tts.speech import VoiceAdjustment

WAIT = "retry.wait"
"""The prompt that grants a pause which the person asked for."""
PAUSE = 60.0
"""Seconds between two signs of life in such a pause."""
PAUSES = 30
"""After half an hour of it the question is asked again."""
INTERRUPTED_PATIENCE = 4.0
"""Seconds to say again what interrupted us; then we go on ourselves."""
FALSE_INTERRUPTIONS = 2
"""After so many that came to nothing, speech interrupts no more in this interview."""
UNDO_PATIENCE = 2.0
"""Seconds in which a no that was said back may be undone."""
CHECKED_LEVELS = 2
"""So many answers are checked for loudness."""
MINUTE = 60
ADJUSTMENTS = tuple(adjustment.value for adjustment in VoiceAdjustment)


@dataclass
class UserInput:
    """Waits for the person through one interview."""

    listener: Listener
    responder: Responder
    inputs: events.InputQueue
    timer: IceTimer | None
    take_push: Callable[[], bool]
    """Push to talk: tells whether the utterance was ended by hand, once a press."""
    own_sounds: OwnSounds | None = None
    advice: tuple[str, ...] = ()
    """What the next reply should begin with: how to be heard better."""
    level_advice: str | None = None
    """The prompt about the loudness of the last answer, if it needed one."""
    interruptible: bool = True
    """Speech may interrupt a reply, where the audio can notice it."""
    takes_back: bool = False
    """The last event takes the place of the answer before it."""
    _given: GivenAnswer | None = None
    _false_interruptions: int = 0
    _checked_levels: int = 0
    _bad_levels: int = 0
    _forgiven: str | None = None
    _silent: bool = False
    _pauses: int = 0
    _minutes: int = 0
    _decision: Decision = field(default_factory=lambda: Decision(NoInput()))

    def prepare(self, reply: Reply) -> None:
        """Get the recogniser ready for what may follow `reply`."""
        try:
            self.listener.prepare(self._get_grammar_state(reply))
        except RecognizerUnavailable as error:
            self._recover(error)

    def next_event(
        self, reply: Reply, spoken: SpokenReply
    ) -> tuple[Event | None, float]:
        """Return what the person does next, and when it was clear.

        None is a person who hung up. Raises SessionError where the microphone or the
        recogniser is lost and nobody has buttons.
        """
        self._pauses, self.takes_back = 0, False
        while True:
            if self.timer and self.timer.over:
                spoken = self._announce_time(self.timer, reply)
            if not self.inputs.empty():
                event = self._take_input()
                if isinstance(event, VoiceAdjustment):
                    event = Repeat()
                    if _is_repeated_here(reply):
                        spoken = self._say_again(reply)
                        continue
                if not isinstance(event, events.PushToTalk):
                    if self.own_sounds is not None:
                        self.own_sounds.note_press(reply.open_prompt, event)
                    return event, time.perf_counter()
            self._publish_minutes()
            try:
                utterance = self._listen(reply, spoken)
            except (RecognizerError, RecognizerUnavailable, DeviceLost) as error:
                self._recover(error)
                # Our own crash must not count as somebody's unclear answer.
                if not _is_repeated_here(reply):
                    return Repeat(), time.perf_counter()
                spoken = self._say_again(reply)
                continue
            if utterance is None:
                spoken = SpokenReply(spoken.ended_at)
                continue
            found = self._find_event(reply, spoken, utterance)
            if found is None:
                spoken = self._listen_on(reply, spoken, silence=not utterance.text)
                continue
            content = self.responder.content
            self._given = find_given_answer(content, reply, utterance, found)
            adjusted = self._end_turn(utterance, found)
            if adjusted and _is_repeated_here(reply):
                spoken = self._say_again(reply)
                continue
            if self.own_sounds is not None:
                return self._settle_own(self.own_sounds, reply, found, utterance)
            return found, utterance.ended_at

    def _listen(
        self, reply: Reply, spoken: SpokenReply, *, undo: bool = False
    ) -> Utterance | None:
        patience = PAUSE if WAIT in reply.says else None
        if spoken.interrupted is not None:
            patience = INTERRUPTED_PATIENCE
        if undo:
            patience = UNDO_PATIENCE
        by_microphone = not isinstance(self.listener, ManualInput)
        state = self._get_grammar_state(reply)
        self.responder.publish(events.ListeningStarted(state, by_microphone))
        with self._attend(takes_any=undo):
            return self.listener.listen(
                spoken.ended_at, patience, self._has_input, self.take_push
            )

    def _attend(self, *, takes_any: bool) -> AbstractContextManager[None]:
        if self.own_sounds is None:
            return nullcontext()
        return self.own_sounds.attend(takes_any=takes_any)

    def _get_grammar_state(self, reply: Reply) -> GrammarState:
        protocol = self.responder.content.protocol
        return get_grammar_state(protocol, reply.open_prompt)

    def _has_input(self) -> bool:
        return not self.inputs.empty() or bool(self.timer and self.timer.over)

    def _find_event(
        self, reply: Reply, spoken: SpokenReply, utterance: Utterance
    ) -> Event | None:
        """Return what `utterance` amounts to; None: nothing, and we go on waiting."""
        text, self._decision = utterance.text, Decision(NoInput())
        lexicon = self.responder.content.lexicon
        adjusts = find_offline_group(lexicon, text) in ADJUSTMENTS
        asked = build_asked(self.responder.content.protocol, reply.open_prompt)
        event = Repeat() if adjusts else understand(lexicon.words, text, asked)
        if self.own_sounds is not None:
            open_prompt = reply.open_prompt
            self._decision = self.own_sounds.decide(
                open_prompt, asked, utterance, event
            )
            event = self._decision.event
        if adjusts and event == Repeat():
            return event
        if spoken.interrupted is not None:
            if _is_echo(lexicon, event, text, spoken.interrupted):
                return None
            return self._correct(spoken, text) or event
        if WAIT in reply.says and self._pauses < PAUSES:
            # "I'm ready" is no answer, and talk in the room is none of ours.
            if isinstance(event, Next):
                return Repeat()
            return None if _settles_nothing(event) else event
        if not text and self._silent and self.responder.has_buttons():
            return None
        early = utterance.early and isinstance(event, NoMatch)
        if early and self._forgiven != reply.open_prompt:
            self._forgiven = reply.open_prompt
            return None
        return event

    def _settle_own(
        self, own: OwnSounds, reply: Reply, event: Event, utterance: Utterance
    ) -> tuple[Event | None, float]:
        """Say what there is to say of an own sound; a no to a danger may be undone."""
        if own.is_lost and not own.was_told:
            own.was_told = True
            self.responder.publish(events.OwnSoundsChanged(in_use=False))
            self.responder.warn("own.lost")
        self.advice += self._decision.says
        if self._decision.offers_undo:
            return self._offer_undo(reply, event), time.perf_counter()
        return event, utterance.ended_at

    def _offer_undo(self, reply: Reply, event: Event) -> Event | None:
        """Say the no back; any sound, a key or a button in the next seconds counts."""
        undo = Reply((UNDO,), open_prompt=reply.open_prompt)
        spoken = self.responder.respond(undo, prepare=self.prepare)
        try:
            utterance = self._listen(undo, spoken, undo=True)
        except (RecognizerError, RecognizerUnavailable, DeviceLost) as error:
            self._recover(error)
            return NoMatch()
        if utterance is None:
            pressed = self._take_input() if not self.inputs.empty() else event
            if isinstance(pressed, VoiceAdjustment | events.PushToTalk):
                return event
            return pressed
        if not utterance.text:
            return event
        self.advice += ("own.reopened",)
        return NoMatch()

    def _correct(self, spoken: SpokenReply, text: str) -> Event | None:
        """Return what an interruption makes of the answer right before it.

        Where a person has sounds of their own, words heard alone correct nothing.
        """
        if self._given is None or self.own_sounds is not None:
            return None
        content, since = self.responder.content, spoken.ended_at
        correction = find_correction(content, self._given, text, since)
        if correction is None:
            return None
        event, self.takes_back = correction
        return event

    def _listen_on(
        self, reply: Reply, spoken: SpokenReply, *, silence: bool
    ) -> SpokenReply:
        """Get ready to listen on after something that does not count."""
        if spoken.interrupted is not None and (silence or not spoken.interrupted):
            self._false_interruptions += 1
            if self._false_interruptions == FALSE_INTERRUPTIONS:
                # Our own voice does it, or the room: from here on only keys may.
                self.responder.warn("trouble.own_voice")
                self.interruptible = False
            # Whatever it was: our words are said again, and to the end.
            return self.responder.respond(reply, prepare=self.prepare)
        self.prepare(reply)
        if spoken.interrupted is not None:
            # People say it once more; now we are silent, and nothing can be our own.
            return SpokenReply(spoken.ended_at, interrupted="")
        if silence and WAIT in reply.says:
            self._pauses += 1
            return SpokenReply(self.responder.signal(tones.LISTENING))
        if silence or WAIT in reply.says:
            return SpokenReply(spoken.ended_at)
        return SpokenReply(self.responder.signal(tones.NOT_UNDERSTOOD))

    def _say_again(self, reply: Reply) -> SpokenReply:
        """Say what is open once more; it is no turn of the person."""
        reply = replace(reply, says=reply.says[-1:])
        return self.responder.respond(
            reply, prepare=self.prepare, interruptible=self.interruptible
        )

    def _end_turn(self, utterance: Utterance, event: Event) -> bool:
        """Publish the turn; tell whether it changed our voice."""
        self._silent = isinstance(event, NoInput)
        lexicon = self.responder.content.lexicon
        group = find_offline_group(lexicon, utterance.text)
        self.responder.publish(
            events.UserTurnEnded(
                utterance.text, event, utterance.result, self._decision.by
            )
        )
        # Where an own sound speaks against the word, nothing is adjusted.
        adjusts = group in ADJUSTMENTS and event == Repeat()
        if adjusts:
            self._adjust_voice(VoiceAdjustment(group))
        self._check_level(utterance)
        return adjusts

    def _take_input(self) -> events.InputEvent | None:
        event = self.inputs.get()
        self._silent = False
        # Whoever taps twice means it once: never an answer to the next question too.
        while not self.inputs.empty():
            later = self.inputs.get()
            event = later if later in (None, Stop()) else event
        if isinstance(event, VoiceAdjustment):
            self._adjust_voice(event)
            self.responder.publish(events.UserTurnEnded("", Repeat()))
        elif event is not None and not isinstance(event, events.PushToTalk):
            self.responder.publish(events.UserTurnEnded("", event))
        return event

    def _adjust_voice(self, adjustment: VoiceAdjustment) -> None:
        output = self.responder.output
        output.adjust(adjustment)
        self.responder.publish(events.VoiceChanged(output.rate, output.volume))

    def _check_level(self, utterance: Utterance) -> None:
        if not utterance.pcm or self._checked_levels >= CHECKED_LEVELS:
            return
        self._checked_levels += 1
        key = self.level_advice = get_speech_advice(measure_level(utterance.pcm))
        if key:
            self.responder.warn(key)
            self._bad_levels += 1
        if self._bad_levels == CHECKED_LEVELS and key:
            self.advice = (key,)

    def _publish_minutes(self) -> None:
        """Count down the ice, an event a minute."""
        left = -(-self.timer.left // MINUTE) if self.timer else 0
        if self.timer and left and left != self._minutes:
            self.responder.publish(events.TimerUpdated(self.timer.left))
        self._minutes = int(left)

    def _announce_time(self, timer: IceTimer, reply: Reply) -> SpokenReply:
        """Say that the ice is over, then what is open, and listen on."""
        self.responder.ring(timer)
        reply = replace(reply, says=("timer.end", *reply.reprompt))
        return self.responder.respond(reply, prepare=self.prepare)

    def _recover(self, error: Exception) -> None:
        """Go on by buttons where a device or an engine is lost for good."""
        if isinstance(error, RecognizerError):
            return
        is_device = isinstance(error, DeviceLost)
        if is_device:
            self.responder.warn("trouble.microphone")
        self.responder.apologise()
        if is_device and self.responder.audio.reopen():
            return
        if not self.responder.has_buttons():
            raise (MicrophoneLost() if is_device else RecognizerLost()) from error
        self.listener = ManualInput()
        self.responder.warn("sound.hands_only")


def _is_repeated_here(reply: Reply) -> bool:
    """Tell whether what is open is said again without a turn of the interview.

    There a repeat may use up a try; at an offer or a step it reads the advice again.
    """
    return reply.open_prompt not in OFFERS


def _settles_nothing(event: Event) -> bool:
    """Tell whether an event neither answers, commands, nor names a danger."""
    if isinstance(event, Checked):
        return not event.ask and event.reason is not CheckReason.HELP
    return isinstance(event, NoInput | NoMatch | HarmlessComplaint)


def _is_echo(lexicon: Lexicon, event: Event, text: str, just_spoken: str) -> bool:
    """Tell whether an interruption is nothing, or may be an echo of our own words.

    Were "say yes, no, not sure" or "Back Talk" taken for words of the person, we would
    talk to ourselves; an echo's "yes" may also be heard as "yeah". Said again in our
    silence, every word counts.
    """
    ours = f" {lexicon.normalise(just_spoken)} "
    heard = " ".join(word for word in text.split() if word != UNKNOWN)
    return (
        isinstance(event, NoInput | NoMatch)
        or f" {lexicon.normalise(heard)} " in ours
        or any(
            event == meant and f" {phrase} " in ours
            for phrase, meant in lexicon.phrases.items()
        )
    )
