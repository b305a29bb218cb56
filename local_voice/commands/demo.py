"""The demonstration: runs a play-script, leaves its recording and its transcript."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.engine.events import Event, NoMatch
from dialogue.engine.rendering import to_display_text
from dialogue.evaluation.transcript import (
    BACK_TALK,
    DIRECTIONS,
    HEADINGS,
    PATIENT,
    Transcript,
    speech_lines,
)
from dialogue.understanding.meaning import get_meaning_name
from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.recorder import Recorder
from local_voice.audio.simulated_people import build_recorded_voice
from local_voice.audio.simulated_room import SimulatedRoom
from local_voice.commands import engines, own_sounds, talk
from local_voice.commands.demo_patient import PATIENT_VOICE, Patient, read_script
from local_voice.commands.exit_codes import SCRIPT_MISSED
from local_voice.commands.options import TalkConfig
from local_voice.own_sounds.words import OWN
from local_voice.session import events
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

    def note_event(self, session_event: events.SessionEvent) -> None:
        """Take one more event down; what follows the interview is no part of it."""
        if self.over:
            return
        match session_event:
            case events.SessionEnded():
                self.over = True
            case events.ResponseStarted(ready_ms=ready) as response:
                spoke = self.room.last_sound_at
                if spoke is not None:
                    gap = 1000 * (self.room.now - spoke) / SAMPLE_RATE + ready
                    self.gaps.append(gap)
                    self.lines.append(f"# {gap:.0f} ms after the patient's last sound")
                self.room.last_sound_at = None
                # What is said of own sounds is no part of an interview.
                own = [p for p in response.prompts if not p.key.startswith(OWN)]
                if own:
                    self.lines += speech_lines(BACK_TALK, to_display_text(own))
            case events.UserTurnEnded(text, event, by=by):
                text = by or text
                self.lines += ["# a synthetic voice" for _ in self.synthetic]
                self.synthetic.clear()
                self.lines += speech_lines(PATIENT, _write_user_turn(text, event))

    def render(self, ended: events.SessionEnded) -> str:
        """Return the whole play-script."""
        headings = {"Title": "A demonstration", **self.script.headings}
        headings["Protocol"] = self.heading
        known = [name for name in HEADINGS if name in headings]
        head = [f"{name + ':':<11}{headings[name]}" for name in known]
        foot = [f"Ends with: {ended.disposition}", f"Because:   {ended.rule_id}"]
        lines = [*head, "", *self.lines, "", *(foot if ended.rule_id else [])]
        return "\n".join(lines) + "\n"


def run_demonstration(
    config: TalkConfig,
    named: str,
    say: Callable[[str], None],
    run: Callable[[VoiceSession], events.SessionEnded],
) -> int:
    """Hold the interview of a play-script; return 1 where it ends in another way."""
    script = read_script(named)
    written = script.headings.get("Clinic")
    clinic = None if written == "none" else written
    if "clinic" in config.origins:
        clinic = config.clinic
    content = engines.load_content_or_refuse(clinic)
    content = own_sounds.add_words(content, config.own_sounds)
    folder = _make_folder()
    wav, text = folder / RECORDING, folder / TRANSCRIPT
    for last in (text,) if config.out else (wav, text):
        # Removed, not written over: a link would lead to somebody else's file.
        last.unlink(missing_ok=True)
    if config.out:
        wav = Path(config.out)
    with talk.open_context(config, content, say) as context:
        for line in engines.describe_content(content):
            say(line)
        synthetic: list[str] = []
        say_line: Callable[[str], AudioClip]
        say_line = context.load_synthesizer(PATIENT_VOICE).render
        if config.patient:
            say_line = build_recorded_voice(config.patient, say_line, synthetic.append)
        patient = Patient(script, content, say_line, context.inputs)
        recorder = Recorder(wav, context.show_warning)
        room = SimulatedRoom(patient, recorder, talk.open_speaker(context))
        context.stack.callback(room.close)
        heading = engines.render_protocol_line(content)
        transcript = DemoTranscript(script, heading, room, synthetic)
        listeners = (transcript.note_event, patient.note_event)
        ended = run(build_script_session(context, room, script, *listeners))
    text.write_text(transcript.render(ended), "utf-8")
    outcome = f"Outcome: {ended.disposition} ({ended.rule_id})"
    if ended.rule_id is None:
        outcome = "The talk ended before an outcome."
    say(f"\n{outcome}")
    minutes, seconds = divmod((room.now - room.left_out) // SAMPLE_RATE, 60)
    sides = "left the patient, right Back Talk"
    say(f"Recording:  {wav} ({minutes} min {seconds} s; {sides})")
    say(f"Transcript: {text}")
    say(NEXT_STEPS.format(python=_find_python()))
    found = {"Ends with": ended.disposition, "Because": ended.rule_id}
    if script.endings.items() <= found.items():
        return 0
    say(f"The play-script {script.path} ends in another way.")
    return SCRIPT_MISSED


def build_script_session(
    context: talk.SessionContext,
    room: SimulatedRoom,
    script: Transcript,
    *listeners: events.EventListener,
) -> VoiceSession:
    """Return a session in `room`, at the moment and with the timers of `script`."""
    return talk.build_room_session(
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
