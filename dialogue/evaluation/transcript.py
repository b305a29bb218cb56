"""Play-scripts: a talk written down as two speakers' lines, for people and tests."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.protocol import Answer
from dialogue.understanding.lexicon import Lexicon, understand

BACK_TALK = "BACK TALK"
PATIENT = "PATIENT"
HEADINGS = ("Title", "Protocol", "Clinic", "At", "Channel", "Timers")
ENDINGS = ("Ends with", "Because")

OPENING = ("session.welcome", "session.draft")
"""What `[opening]` stands for; the second only while the protocol is a draft."""

DIRECTIONS: Mapping[str, Event | None] = {
    "silence": events.NoInput(),
    "unintelligible": events.NoMatch(),
    "taps yes": events.Answered(Answer.YES),
    "taps no": events.Answered(Answer.NO),
    "taps not sure": events.Answered(Answer.UNSURE),
    "hangs up": None,
}
"""Stage directions of the patient; hanging up is no event, the talk just ends."""


class TranscriptError(ValueError):
    """A play-script cannot be read; the text names file and line."""


@dataclass(frozen=True)
class TranscriptLine:
    """What one speaker says in one turn."""

    line: int
    speaker: str
    words: str
    """With `[references]` to prompts, and `(directions)` of the patient."""


@dataclass(frozen=True)
class Transcript:
    """A whole talk, and where it ends."""

    path: str
    headings: Mapping[str, str]
    speeches: tuple[TranscriptLine, ...]
    endings: Mapping[str, str]

    @property
    def moment(self) -> datetime | None:
        """Return the time at which it plays; None when the clock is not known."""
        at = self.headings.get("At")
        return datetime.fromisoformat(at) if at else None

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the channels that it belongs to; none named means all of them."""
        return tuple(self.headings.get("Channel", "").replace(",", " ").split())

    @property
    def timers(self) -> bool:
        """Tell whether the talk's channel can run a timer."""
        return self.headings.get("Timers") == "yes"


def parse_transcript(text: str, path: str) -> Transcript:
    """Return the play-script in `text`; `path` is for messages.

    A speaker begins a line and indented lines continue it; `#` begins a note. Raises
    PlayScriptRefused.
    """
    headings: dict[str, str] = {}
    endings: dict[str, str] = {}
    speeches: list[TranscriptLine] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.split("#", 1)[0].rstrip()
        if not line:
            continue
        if line[0].isspace():
            if not speeches or endings:
                raise _refused(path, number, "nobody is speaking on this indented line")
            last = speeches[-1]
            words = f"{last.words} {line.strip()}".strip()
            speeches[-1] = TranscriptLine(last.line, last.speaker, words)
            continue
        name, colon, rest = line.partition(":")
        rest = rest.strip()
        if colon and name in (BACK_TALK, PATIENT):
            speeches.append(TranscriptLine(number, name, rest))
        elif colon and name in HEADINGS and not speeches:
            headings[name] = rest
        elif colon and name in ENDINGS and speeches:
            endings[name] = rest
        else:
            known = ", ".join((*HEADINGS, BACK_TALK, PATIENT, *ENDINGS))
            raise _refused(path, number, f"a line begins with one of: {known}")
    if not speeches or speeches[0].speaker != BACK_TALK:
        raise _refused(path, 1, "a talk begins with a line of BACK TALK")
    return Transcript(path, headings, tuple(speeches), endings)


def turns(
    script: Transcript,
) -> Iterator[tuple[TranscriptLine | None, TranscriptLine | None]]:
    """Yield each patient's speech (None at the opening) with the reply to it.

    The reply is None where the patient hangs up.
    """
    patient: TranscriptLine | None = None
    for speech in script.speeches:
        if speech.speaker == PATIENT:
            if patient is not None:
                yield patient, None
            patient = speech
            continue
        yield patient, speech
        patient = None
    if patient is not None:
        yield patient, None


def event_of(lexicon: Lexicon, speech: TranscriptLine, path: str) -> Event | None:
    """Return what the patient's speech amounts to; None where they hang up."""
    direction = re.fullmatch(r"\((.+)\)", speech.words)
    if direction is None:
        return understand(lexicon, speech.words)
    if direction[1] not in DIRECTIONS:
        known = ", ".join(f"({name})" for name in DIRECTIONS)
        raise _refused(path, speech.line, f"a direction is one of: {known}")
    return DIRECTIONS[direction[1]]


def expected_words(speech: TranscriptLine, words_of: Callable[[str], str]) -> str:
    """Return the words that Back Talk must say, references filled in.

    `words_of` gives the words of a prompt key; `[ask id]` stands for `ask.id`.
    """

    def filled(reference: re.Match[str]) -> str:
        if reference[1] == "opening":
            return " ".join(filter(None, map(words_of, OPENING)))
        return words_of(reference[1].replace(" ", "."))

    return " ".join(re.sub(r"\[([^\]]+)\]", filled, speech.words).split())


def speech_lines(speaker: str, words: str) -> Iterator[str]:
    """Yield `words` as a play-script writes them, at most 80 columns wide."""
    lines = wrap(words, width=69, break_long_words=False) or [""]
    yield f"{speaker + ':':<11}{lines[0]}"
    for line in lines[1:]:
        yield " " * 11 + line


def _refused(path: str, line: int, why: str) -> TranscriptError:
    return TranscriptError(f"{path}:{line}: {why}.")
