"""A session with a script for a person, and what happened in it."""

from types import SimpleNamespace

from helpers.fakes import RecordingSynthesizer, SilentSpeaker

from dialogue.engine.events import Answered, Begin, NoMatch
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from local_voice.asr.listener import Utterance
from local_voice.session.audio import SessionAudio
from local_voice.session.events import ResponseStarted, UserTurnEnded
from local_voice.session.session import VoiceSession
from local_voice.tts.speech import SpeechOutput


class Lines:
    """A listener with a script: texts, utterances, or exceptions to raise."""

    def __init__(self, *script, make=lambda listener, line: Utterance(line)):
        """Give `script` in order; `make` turns a line into an utterance."""
        self._script = list(script)
        self._make = make
        self.states = []
        self.patience = []

    def prepare(self, state):
        """Note what is listened for."""
        self.states.append(state)

    def listen(self, from_sample, patience=None, interrupted=lambda: False, *_):
        """Give the next line."""
        self.patience.append(patience)
        if interrupted():
            return None
        line = self._script.pop(0)
        if isinstance(line, Exception):
            raise line
        if isinstance(line, Utterance | None):
            return line
        return self._make(self, line)


class FakeAudio(SessionAudio):
    """Devices that a test moves; notes when the microphone is turned off and on."""

    def __init__(self, *, comes_back=False, play=None):
        """`play` takes the place of a loudspeaker that speech interrupts."""
        self.turned = []
        self.on_wait = lambda seconds: None
        self._comes_back = comes_back
        if play:
            self.barge_in = SimpleNamespace(play=play)

    def mute(self):
        """Note it."""
        self.turned.append(False)

    def unmute(self):
        """Note it."""
        self.turned.append(True)

    def reopen(self):
        """Come back or not, at once."""
        return self._comes_back

    def wait(self, seconds, inputs):
        """Let the test say what happens meanwhile."""
        self.on_wait(seconds)


def make_session(content, *script, **more):
    """Return a session and what happens in it."""
    happened = []
    session = VoiceSession(
        content=content,
        listener=more.pop("listener", None) or Lines(*script),
        output=SpeechOutput(more.pop("voice", RecordingSynthesizer()), SilentSpeaker()),
        audio=more.pop("audio", None) or FakeAudio(),
        now=lambda: None,
        event_listeners=(happened.append,),
        **more,
    )
    return session, happened


def list_prompt_keys(happened):
    """Return the prompt keys of each reply."""
    return [h.keys for h in happened if isinstance(h, ResponseStarted)]


def list_user_events(happened):
    """Return the events."""
    return [h.event for h in happened if isinstance(h, UserTurnEnded)]


UNCLEAR = "marmalade"


def list_answers(protocol, *yes, unclear=(), until=None, timers=True):
    """Return what is said to each prompt: yes to those named, no to all others.

    What nobody understands is said to those `unclear`. It ends before the prompt
    `until`, or where the session does.
    """
    said, state = [], None
    event = Begin(timers=timers)
    while True:
        state, reply = take_turn(protocol, state, event)
        if reply.open_prompt in (None, until):
            return said
        given = Answer.YES if reply.open_prompt in yes else Answer.NO
        heard = reply.open_prompt not in unclear
        said.append(given.value if heard else UNCLEAR)
        event = Answered(given) if heard else NoMatch()
