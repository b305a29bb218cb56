"""A talk in the loop with a script for a person, and what happened in it."""

from helpers.fakes import RecordingSynthesizer, SilentSpeaker

from local_voice.asr.listener import Utterance
from local_voice.session.events import Says, Understood
from local_voice.session.session import Loop
from local_voice.tts.speech import Mouth


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


def talk(content, *script, **more):
    """Hold a talk and return the loop and what happened in it."""
    happened = []
    loop = Loop(
        content=content,
        listener=Lines(*script),
        mouth=Mouth(more.pop("voice", RecordingSynthesizer()), SilentSpeaker()),
        now=lambda: None,
        watchers=(happened.append,),
        **more,
    )
    return loop, happened


def said(happened):
    """Return the prompt keys of each reply."""
    return [h.keys for h in happened if isinstance(h, Says)]


def understood(happened):
    """Return the events."""
    return [h.event for h in happened if isinstance(h, Understood)]
