"""The demonstration: runs a play-script, leaves its recording and its transcript."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.engine.events import Event, NoMatch
from dialogue.evaluation.transcript import (
    BACK_TALK,
    DIRECTIONS,
    HEADINGS,
    PATIENT,
    Transcript,
    speech_lines,
)
from dialogue.understanding.lexicon import get_meaning_name
from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.recorder import Recorder
from local_voice.audio.simulated_people import build_recorded_voice
from local_voice.audio.simulated_room import SimulatedRoom
from local_voice.commands.demo_patient import PATIENT_VOICE, Patient, read_script
from local_voice.commands.engines import (
    describe_content,
    load_content_or_refuse,
    render_protocol_line,
)
from local_voice.commands.exit_codes import SCRIPT_MISSED
from local_voice.commands.options import TalkConfig
from local_voice.commands.talk import (
    SessionContext,
    build_room_session,
    open_context,
    open_speaker,
)
from local_voice.session.events import (
    EventListener,
    ResponseStarted,
    SessionEnded,
    SessionEvent,
    UserTurnEnded,
)
from local_voice.session.session import VoiceSession

USUAL = "clinic"
FOLDER = "talk"
RECORDING, TRANSCRIPT = "backtalk-demo.wav", "backtalk-demo.txt"
NEXT_STEPS = """\
What next:
  {python} -m local_voice --demo emergency      another talk; also: clinic, ice
  {python} -m local_voice --typed               answer by keyboard
  {python} -m local_voice --input answers.wav   answer with a recording
  {python} -m local_voice --clinic roseville    talk to it, with a sound card"""


@dataclass
class DemoTranscript:
    """Writes the session down as a play-script, with the gap before each reply."""

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

    def note_event(self, session_event: SessionEvent) -> None:
        """Take one more event down; what follows the interview is no part of it."""
        if self.over:
            return
        match session_event:
            case SessionEnded():
                self.over = True
            case ResponseStarted(ready_ms=ready) as response:
                spoke = self.room.last_sound_at
                if spoke is not None:
                    gap = 1000 * (self.room.now - spoke) / SAMPLE_RATE + ready
                    self.gaps.append(gap)
                    self.lines.append(f"# {gap:.0f} ms after the patient's last sound")
                self.room.last_sound_at = None
                self.lines += speech_lines(BACK_TALK, response.text)
            case UserTurnEnded(text, event):
                self.lines += ["# a synthetic voice" for _ in self.synthetic]
                self.synthetic.clear()
                self.lines += speech_lines(PATIENT, _write_user_turn(text, event))

    def render(self, ended: SessionEnded) -> str:
        """Return the whole play-script."""
        headings = {
            "Title": "A demonstration",
            **self.script.headings,
            "Protocol": self.heading,
        }
        known = [name for name in HEADINGS if name in headings]
        head = [f"{name + ':':<11}{headings[name]}" for name in known]
        foot = [f"Ends with: {ended.disposition}", f"Because:   {ended.rule_id}"]
        lines = [*head, "", *self.lines, "", *(foot if ended.rule_id else [])]
        return "\n".join(lines) + "\n"


def run_demonstration(
    config: TalkConfig,
    named: str,
    say: Callable[[str], None],
    run: Callable[[VoiceSession], SessionEnded],
) -> int:
    """Hold the interview of a play-script; return 1 where it ends in another way."""
    script = read_script(named)
    clinic = script.headings.get("Clinic")
    content = load_content_or_refuse(
        config.clinic or (None if clinic == "none" else clinic)
    )
    folder = _make_folder()
    wav, text = folder / RECORDING, folder / TRANSCRIPT
    for last in (text,) if config.output else (wav, text):
        # Removed, not written over: a link would lead to somebody else's file.
        last.unlink(missing_ok=True)
    if config.output:
        wav = Path(config.output)
    with open_context(config, content, say) as context:
        for line in describe_content(content):
            say(line)
        synthetic: list[str] = []
        patient_voice: Callable[[str], AudioClip]
        patient_voice = context.load_synthesizer(PATIENT_VOICE).render
        if config.patient:
            patient_voice = build_recorded_voice(
                config.patient, patient_voice, synthetic.append
            )
        patient = Patient(script, content, patient_voice, context.inputs)
        recorder = Recorder(wav, context.show_warning)
        room = SimulatedRoom(patient, recorder, open_speaker(context))
        context.stack.callback(room.close)
        transcript = DemoTranscript(
            script, render_protocol_line(content), room, synthetic
        )
        listeners = (transcript.note_event, patient.note_event)
        ended = run(build_script_session(context, room, script, *listeners))
    text.write_text(transcript.render(ended), "utf-8")
    say("")
    say(_describe_outcome(ended))
    minutes, seconds = divmod((room.now - room.left_out) // SAMPLE_RATE, 60)
    say(
        f"Recording:  {wav} ({minutes} min {seconds} s; left the patient, right "
        "Back Talk)"
    )
    say(f"Transcript: {text}")
    say(NEXT_STEPS.format(python=_find_python()))
    if _ends_as_written(script, ended):
        return 0
    say(f"The play-script {script.path} ends in another way.")
    return SCRIPT_MISSED


def build_script_session(
    context: SessionContext,
    room: SimulatedRoom,
    script: Transcript,
    *listeners: EventListener,
) -> VoiceSession:
    """Return a session in `room`, at the moment and with the timers of `script`."""
    return build_room_session(
        context,
        room,
        context.load_synthesizer(),
        *listeners,
        now=lambda: script.moment,
        with_timer=script.timers,
    )


def _write_user_turn(text: str, event: Event) -> str:
    if not text:
        names = {event: name for name, event in DIRECTIONS.items()}
        named = names.get(event)
        return f"({named})" if named else f"{get_meaning_name(event).capitalize()}."
    if isinstance(event, NoMatch):
        return "(unintelligible)"
    return f"{text[:1].upper()}{text[1:]}."


def _describe_outcome(ended: SessionEnded) -> str:
    if ended.rule_id is None:
        return "The talk ended before an outcome."
    return f"Outcome: {ended.disposition} ({ended.rule_id})"


def _ends_as_written(script: Transcript, ended: SessionEnded) -> bool:
    found = {"Ends with": ended.disposition, "Because": ended.rule_id}
    return script.endings.items() <= found.items()


def _find_python() -> str:
    """Return how this Python is started from here: `make` brings one of its own."""
    try:
        return str(Path(sys.executable).relative_to(Path.cwd()))
    except ValueError:
        return "python"


def _make_folder() -> Path:
    """Return a folder to leave things in: ./talk, or a temporary one."""
    folder = Path(FOLDER)
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="backtalk-"))
    return folder
