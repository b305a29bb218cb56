"""The patient of the demonstration: speaks a play-script into the simulated room."""

import re
from collections.abc import Callable
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine.events import Answered, Checked, Event, NoMatch
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.state import State
from dialogue.evaluation import transcript
from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand
from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.simulated_room import SimulatedPerson
from local_voice.commands.exit_codes import LocalVoiceProblem
from local_voice.own_sounds.decision import UNDO
from local_voice.session import events

FOLDER = Path(__file__).parents[1] / "demo"
BUILT_IN = ("clinic", "emergency", "ice")
PATIENT_VOICE = "en-us+m3"
"""Unlike ours, so that listeners tell them apart."""
THINKS_FOR = SAMPLE_RATE * 6 // 10
"""The patient speaks 0.6 s after listening has begun."""
GIBBERISH = "marmalade wallpaper"
"""Said for `(unintelligible)`: words that are none of ours."""
OTHER_ANSWERS = {"No.": Answered(Answer.NO), "Yes.": Answered(Answer.YES)}
"""What is said to a question that the play-script does not name: what fits first."""
MOST_TURNS = 2000
"""So many turns are tried to find the answer to one question that leads to the end."""
MOST_BYTES = 1 << 20
"""Of a play-script; one has some kilobytes."""
DIRECTION = re.compile(r"\((.+)\)")
REFERENCE = re.compile(r"\[(?:ask )?([^\]]+)\]$")


def read_script(named: str) -> transcript.Transcript:
    """Return a built-in play-script by name, or the one in a file."""
    path = FOLDER / f"{named}.txt" if named in BUILT_IN else Path(named)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise LocalVoiceProblem(
                f"The play-script {named} is larger than {MOST_BYTES >> 20} MB, and so "
                "is none; name another file."
            )
        text = raw.decode("utf-8").replace("\r\n", "\n")
        script = transcript.parse_transcript(text, str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise LocalVoiceProblem(
            f"The play-script {named} cannot be read; name a file, or one of "
            f"{', '.join(BUILT_IN)}."
        ) from error
    except transcript.TranscriptError as error:
        raise LocalVoiceProblem(str(error)) from error
    for speech in script.speeches:
        direction = DIRECTION.fullmatch(speech.words)
        if (
            speech.speaker == transcript.PATIENT
            and direction
            and direction[1] not in transcript.DIRECTIONS
        ):
            known = ", ".join(f"({name})" for name in transcript.DIRECTIONS)
            where = f"{script.path}:{speech.line}"
            raise LocalVoiceProblem(f"{where}: a direction is one of: {known}.")
    return script


class Answers:
    """What the patient of a play-script says to each prompt.

    Where every line of the patient follows a `[reference]`, a line answers that prompt
    whenever it is open, and other questions are answered so that the script's ending
    is reached. Else the lines follow each other as they are written.
    """

    def __init__(self, script: transcript.Transcript, content: Content) -> None:
        """`content` knows what the lines mean, and where they lead."""
        self._protocol = content.protocol
        self._rule_id = script.endings.get("Because")
        self._lines: list[tuple[str | None, str]] = []
        prompt: str | None = None
        for speech in script.speeches:
            if speech.speaker == transcript.PATIENT:
                self._lines.append((prompt, speech.words))
                prompt = None
            else:
                reference = REFERENCE.search(speech.words)
                prompt = reference[1] if reference else None
        self._by_prompt = all(prompt for prompt, _ in self._lines)
        self._events = {
            prompt: understand(
                content.words, words, build_asked(content.protocol, prompt)
            )
            for prompt, words in self._lines
            if prompt in self._protocol.question
        }
        self._last: dict[str, str] = {}
        self._turns = MOST_TURNS

    def find_words(self, open_prompt: str, state: State | None) -> str | None:
        """Return what is said to `open_prompt`; None when the lines are over."""
        if not self._by_prompt:
            return self._lines.pop(0)[1] if self._lines else None
        line = next((line for line in self._lines if line[0] == open_prompt), None)
        if line is not None:
            self._lines.remove(line)
            self._last[open_prompt] = line[1]
        return self._last.get(open_prompt) or self._find_other_answer(state)

    def _find_other_answer(self, state: State | None) -> str:
        self._turns = MOST_TURNS
        for words, event in OTHER_ANSWERS.items():
            if state and self._reaches_ending(state, event):
                return words
        return "No."

    def _reaches_ending(self, state: State, event: Event) -> bool:
        if not self._turns:
            return False
        self._turns -= 1
        state, reply = take_turn(self._protocol, state, event)
        if reply.rule_id is not None or not reply.expects_answer:
            return reply.rule_id == self._rule_id
        known = self._events.get(reply.open_prompt)
        answers = OTHER_ANSWERS.values() if known is None else (known,)
        return any(self._reaches_ending(state, event) for event in answers)


class Patient(SimulatedPerson):
    """Answers whenever Back Talk has ended its own turn."""

    def __init__(
        self,
        script: transcript.Transcript,
        content: Content,
        say: Callable[[str], AudioClip],
        inputs: events.InputQueue,
    ) -> None:
        """`say` is the patient's own voice."""
        self._answers, self._say, self._inputs = Answers(script, content), say, inputs
        self._content = content
        self._sound, self._open_prompt = b"", ""
        self._state: State | None = None
        self._words: str | None = None
        self._misheard = self._is_silent = False

    def note_event(self, event: events.SessionEvent) -> None:
        """Notice what is open, and a line that was not understood: it is said again."""
        match event:
            case events.ResponseStarted(reply=reply) if UNDO in reply.says:
                # Now any sound would take the answer back.
                self._is_silent = True
            case events.ResponseStarted(reply=reply, state=state):
                if reply.open_prompt not in (None, self._open_prompt):
                    self._open_prompt, self._misheard = str(reply.open_prompt), False
                self._state = state or self._state
            case events.UserTurnEnded(event=answer):
                self._misheard = isinstance(answer, NoMatch | Checked) and (
                    self._find_meaning() not in (None, answer)
                )

    def _find_meaning(self) -> Event | None:
        """Return what the last line means, None for a direction."""
        if self._words is None or "(" in self._words:
            return None
        asked = build_asked(self._content.protocol, self._open_prompt)
        return understand(self._content.words, self._words, asked)

    def begin_turn(self) -> None:
        """Say the next line, or the last one again."""
        if self._is_silent:
            self._is_silent, self._sound = False, b""
            return
        if not self._misheard:
            self._words = self._answers.find_words(self._open_prompt, self._state)
        self._misheard = False
        self._sound = b""
        if self._words is None:
            return
        direction = DIRECTION.fullmatch(self._words)
        if direction is None or direction[1] == "unintelligible":
            # Only what a synthesizer can read aloud.
            plain = " ".join(re.sub(r"[^\w' ]", " ", self._words).split())
            clip = self._say(GIBBERISH if direction else plain)
            self._sound = bytes(2 * THINKS_FOR) + clip.pcm
        elif direction[1] != "silence":
            self._inputs.put(transcript.DIRECTIONS[direction[1]])

    def read(self, samples: int) -> bytes:
        """Return the patient's sound, then silence."""
        pcm, self._sound = self._sound[: samples * 2], self._sound[samples * 2 :]
        return pcm.ljust(samples * 2, b"\0")
