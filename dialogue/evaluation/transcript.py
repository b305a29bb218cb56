"""Transcripts: a session written down as two speakers' lines, for people and tests."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Duration, Event
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import Reply
from dialogue.understanding.asked import build_asked
from dialogue.understanding.export import LENGTH, list_group
from dialogue.understanding.lexicon import Lexicon
from dialogue.understanding.meaning import get_meaning_name
from dialogue.understanding.utterance import understand

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
"""Stage directions of the patient; hanging up is no event, the session just ends."""


class TranscriptError(ValueError):
    """A transcript cannot be read; the text names file and line."""


@dataclass(frozen=True)
class TranscriptLine:
    """What one speaker says in one turn."""

    line: int
    speaker: str
    words: str
    """With `[references]` to prompts, and `(directions)` of the patient."""


@dataclass(frozen=True)
class Transcript:
    """A whole session, and where it ends."""

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
        """Tell whether the session's channel can run a timer."""
        return self.headings.get("Timers") == "yes"


def parse_transcript(text: str, path: str) -> Transcript:
    """Return the transcript in `text`; `path` is for messages.

    A speaker begins a line and indented lines continue it; `#` begins a note. Raises
    TranscriptError.
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
                why = "nobody is speaking on this indented line"
                raise _build_error(path, number, why)
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
            raise _build_error(path, number, f"a line begins with one of: {known}")
    if not speeches or speeches[0].speaker != BACK_TALK:
        raise _build_error(path, 1, "a talk begins with a line of BACK TALK")
    return Transcript(path, headings, tuple(speeches), endings)


def list_turns(
    transcript: Transcript,
) -> Iterator[tuple[TranscriptLine | None, TranscriptLine | None]]:
    """Yield each patient's speech (None at the opening) with the reply to it.

    The reply is None where the patient hangs up.
    """
    patient: TranscriptLine | None = None
    for speech in transcript.speeches:
        if speech.speaker == PATIENT:
            if patient is not None:
                yield patient, None
            patient = speech
            continue
        yield patient, speech
        patient = None
    if patient is not None:
        yield patient, None


def parse_event(
    content: Content, open_prompt: str | None, speech: TranscriptLine, path: str
) -> Event | None:
    """Return what the patient's speech amounts to; None where they hang up.

    `open_prompt` is what was asked before it.
    """
    if (direction := re.fullmatch(r"\((.+)\)", speech.words)) is None:
        asked = build_asked(content.protocol, open_prompt)
        return understand(content.words, speech.words, asked)
    if direction[1] not in DIRECTIONS:
        known = ", ".join(f"({name})" for name in DIRECTIONS)
        raise _build_error(path, speech.line, f"a direction is one of: {known}")
    return DIRECTIONS[direction[1]]


def fill_references(speech: TranscriptLine, words_of: Callable[[str], str]) -> str:
    """Return the words that Back Talk must say, with its references filled in.

    `words_of` gives the words of a prompt key; `[ask id]` stands for `ask.id`.
    """

    def fill(reference: re.Match[str]) -> str:
        if reference[1] == "opening":
            return " ".join(filter(None, map(words_of, OPENING)))
        return words_of(reference[1].replace(" ", "."))

    return " ".join(re.sub(r"\[([^\]]+)\]", fill, speech.words).split())


def render_words(content: Content, reply: Reply, moment: datetime | None = None) -> str:
    """Return the words of `reply` for the eye."""
    rendered = render_reply(reply, content.prompts, content.clinic, moment)
    return to_display_text(rendered.prompts)


def render_utterance(lexicon: Lexicon, event: Event) -> str:
    """Return what a patient says that amounts to `event`, or a stage direction."""
    match event:
        case events.NoInput():
            return "(silence)"
        case events.Next() | events.Previous() | events.Stop():
            words = lexicon.commands[get_meaning_name(event)][0]
        case events.Answered(answer):
            words = lexicon.answers[answer][0]
        case events.UnpromptedStatement(ids=(row,)):
            words = lexicon.volunteered[row][0]
        case events.UnpromptedStatement(facts=facts) if facts.duration is not None:
            words = _render_duration(lexicon, facts.duration)
        case _:
            return f"({type(event).__name__})"
    return f"{words[:1].upper()}{words[1:]}."


def _render_duration(lexicon: Lexicon, duration: Duration) -> str:
    """Return words for a length of whole hours: "over 168 hours"."""
    units = lexicon.words.spelling.units
    hours = [unit for unit, length in units.items() if length == 1]
    bound, length = "exact", duration.least
    if duration.most == math.inf:
        bound = "over"
    elif duration.least < duration.most:
        bound, length = "under", duration.most
    frame = list_group(lexicon.words, f"lengths.{bound}")[0]
    return frame.replace(LENGTH, f"{length:g} {hours[-1]}")


def speech_lines(speaker: str, words: str) -> Iterator[str]:
    """Yield `words` as a transcript writes them, at most 80 columns wide."""
    lines = wrap(words, width=69, break_long_words=False) or [""]
    yield f"{speaker + ':':<11}{lines[0]}"
    for line in lines[1:]:
        yield " " * 11 + line


def _build_error(path: str, line: int, why: str) -> TranscriptError:
    return TranscriptError(f"{path}:{line}: {why}.")
