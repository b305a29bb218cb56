"""The demonstration: a synthetic patient speaks a play-script into the pretend room."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.engine.events import Event, NoMatch
from dialogue.evaluation.transcript import (
    BACK_TALK,
    DIRECTIONS,
    PATIENT,
    Transcript,
    TranscriptError,
    TranscriptLine,
    parse_transcript,
    speech_lines,
)
from dialogue.understanding.lexicon import get_meaning_name
from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.simulated_room import SimulatedPerson, SimulatedRoom
from local_voice.problems import BAD_OPTIONS, LocalVoiceProblem
from local_voice.session.events import Ended, Happening, Says, Understood
from local_voice.session.input_events import Taps

FOLDER = Path(__file__).parents[1] / "demo"
BUILT_IN = ("clinic", "emergency", "ice")
PATIENT_VOICE = "en-us+m3"
"""Unlike ours, so that an ear tells them apart."""
THINKS_FOR = SAMPLE_RATE * 6 // 10
"""The patient speaks 0.6 s after the gate has opened."""
GIBBERISH = "marmalade wallpaper"
"""Said for `(unintelligible)`: words that are none of ours."""


def read_script(named: str) -> Transcript:
    """Return a built-in play-script by name, or the one in a file."""
    path = FOLDER / f"{named}.txt" if named in BUILT_IN else Path(named)
    try:
        return parse_transcript(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise LocalVoiceProblem(
            f"The play-script {named} cannot be read; name a file, or one of "
            f"{', '.join(BUILT_IN)}.",
            BAD_OPTIONS,
        ) from error
    except TranscriptError as error:
        raise LocalVoiceProblem(str(error), BAD_OPTIONS) from error


class Patient(SimulatedPerson):
    """Says the lines of a play-script, each when Back Talk has ended its own."""

    def __init__(
        self,
        script: Transcript,
        say: Callable[[str], AudioClip],
        taps: Taps,
    ) -> None:
        """`say` is the patient's own voice."""
        self._lines = [s for s in script.speeches if s.speaker == PATIENT]
        for line in self._lines:
            _check_direction(script, line)
        self._say = say
        self._taps = taps
        self._sound = b""
        self._last: TranscriptLine | None = None
        self._misheard = False

    def watch(self, happening: Happening) -> None:
        """Notice when a line was not understood: people then say it again."""
        if isinstance(happening, Understood):
            meant = self._last is not None and "(" not in self._last.words
            self._misheard = meant and isinstance(happening.event, NoMatch)

    def begin_turn(self) -> None:
        """Say the next line, or the last one again."""
        if not self._misheard:
            self._last = self._lines.pop(0) if self._lines else None
        self._misheard = False
        self._sound = b""
        if self._last is not None:
            self._speak(self._last.words)

    def _speak(self, words: str) -> None:
        direction = re.fullmatch(r"\((.+)\)", words)
        if direction is None or direction[1] == "unintelligible":
            said = self._say(GIBBERISH if direction else _plain(words))
            self._sound = bytes(2 * THINKS_FOR) + said.pcm
        elif direction[1] != "silence":
            self._taps.put(DIRECTIONS[direction[1]])

    def read(self, samples: int) -> bytes:
        """Return the patient's sound, then silence."""
        pcm, self._sound = self._sound[: samples * 2], self._sound[samples * 2 :]
        return pcm.ljust(samples * 2, b"\0")


def _plain(words: str) -> str:
    """Return a line as the voice can read it."""
    return " ".join(re.sub(r"[^\w' ]", " ", words).split())


def _check_direction(script: Transcript, line: TranscriptLine) -> None:
    direction = re.fullmatch(r"\((.+)\)", line.words)
    if direction and direction[1] not in DIRECTIONS:
        known = ", ".join(f"({name})" for name in DIRECTIONS)
        raise LocalVoiceProblem(
            f"{script.path}:{line.line}: a direction is one of: {known}.", BAD_OPTIONS
        )


@dataclass
class DemoTranscript:
    """Writes the talk down as a play-script, with the gap before each reply."""

    script: Transcript
    heading: str
    """`back_spasm 1 (draft)`."""
    room: SimulatedRoom
    synthetic: list[str] = field(default_factory=list)
    """Lines that were not recorded, as they come up; taken from here."""
    lines: list[str] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    """Milliseconds from the person's last sound to the first of our reply."""
    over: bool = False

    def watch(self, happening: Happening) -> None:
        """Take one more thing down; what follows the talk is no part of the play."""
        if self.over:
            return
        match happening:
            case Ended():
                self.over = True
            case Says(ready_ms=ready) as says:
                spoke = self.room.last_sound_at
                if spoke is not None:
                    gap = 1000 * (self.room.now - spoke) / SAMPLE_RATE + ready
                    self.gaps.append(gap)
                    self.lines.append(f"# {gap:.0f} ms after the patient's last sound")
                self.room.last_sound_at = None
                self.lines += speech_lines(BACK_TALK, says.text)
            case Understood(text, event):
                self.lines += ["# a synthetic voice" for _ in self.synthetic]
                self.synthetic.clear()
                self.lines += speech_lines(PATIENT, _patient_line(text, event))

    def text(self, disposition: str | None, rule_id: str | None) -> str:
        """Return the whole play-script."""
        headings = {
            "Title": self.script.headings.get("Title", "A demonstration"),
            "Protocol": self.heading,
            **{
                name: self.script.headings[name]
                for name in ("Clinic", "At", "Channel", "Timers")
                if name in self.script.headings
            },
        }
        head = [f"{name + ':':<11}{value}" for name, value in headings.items()]
        foot = [f"Ends with: {disposition}", f"Because:   {rule_id}"]
        lines = [*head, "", *self.lines, "", *(foot if rule_id else [])]
        return "\n".join(lines) + "\n"


def _patient_line(text: str, event: Event) -> str:
    if not text:
        names = {event: name for name, event in DIRECTIONS.items()}
        named = names.get(event)
        return f"({named})" if named else f"{get_meaning_name(event).capitalize()}."
    if isinstance(event, NoMatch):
        return "(unintelligible)"
    return f"{text[:1].upper()}{text[1:]}."


def ended_as_written(
    script: Transcript, disposition: str | None, rule_id: str | None
) -> bool:
    """Tell whether the talk ended where the play-script says."""
    wanted = (script.endings.get("Ends with"), script.endings.get("Because"))
    return all(
        w in (None, found)
        for w, found in zip(wanted, (disposition, rule_id), strict=True)
    )
