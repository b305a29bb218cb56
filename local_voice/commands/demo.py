"""Runs the demonstration and leaves its recording and its transcript."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.recorder import Recorder
from local_voice.audio.simulated_people import build_recorded_voice
from local_voice.audio.simulated_room import SimulatedRoom
from local_voice.commands.demo_patient import (
    PATIENT_VOICE,
    DemoTranscript,
    Patient,
    ended_as_written,
    read_script,
)
from local_voice.commands.engines import (
    describe_content,
    load_content_or_refuse,
    render_protocol_line,
)
from local_voice.commands.talk import aloud, in_room, outcome, setting_for
from local_voice.problems import SCRIPT_MISSED
from local_voice.session.events import Ended
from local_voice.session.session import Loop

USUAL = "clinic"
FOLDER = "talk"
RECORDING, TRANSCRIPT = "backtalk-demo.wav", "backtalk-demo.txt"
NEXT_STEPS = """\
What next:
  {python} -m local_voice --demo emergency      another talk; also: clinic, ice
  {python} -m local_voice --typed               answer by keyboard
  {python} -m local_voice --input answers.wav   answer with a recording
  {python} -m local_voice --clinic roseville    talk to it, with a sound card"""


def demonstrate(
    options: argparse.Namespace,
    named: str,
    say: Callable[[str], None],
    run: Callable[[Loop], Ended],
) -> int:
    """Hold the talk of a play-script; return 1 where it ends in another way."""
    script = read_script(named)
    clinic = script.headings.get("Clinic")
    content = load_content_or_refuse(
        options.clinic or (None if clinic == "none" else clinic)
    )
    folder = _folder()
    wav = Path(options.output) if options.output else folder / RECORDING
    with setting_for(options, content, say) as setting:
        for line in describe_content(content):
            say(line)
        synthetic: list[str] = []
        says: Callable[[str], AudioClip] = setting.voice(PATIENT_VOICE).render
        if options.patient:
            says = build_recorded_voice(options.patient, says, synthetic.append)
        patient = Patient(script, says, setting.taps)
        room = SimulatedRoom(patient, Recorder(wav, setting.trouble), aloud(setting))
        setting.stack.callback(room.close)
        transcript = DemoTranscript(
            script, render_protocol_line(content), room, synthetic
        )
        loop = in_room(setting, room, setting.voice(), transcript.watch, patient.watch)
        loop.now = lambda: script.moment
        if not script.timers:
            loop.timer = None
        ended = run(loop)
    text = folder / TRANSCRIPT
    text.write_text(transcript.text(ended.disposition, ended.rule_id), "utf-8")
    say("")
    say(outcome(ended))
    minutes, seconds = divmod((room.now - room.left_out) // SAMPLE_RATE, 60)
    say(
        f"Recording:  {wav} ({minutes} min {seconds} s; left the patient, right "
        "Back Talk)"
    )
    say(f"Transcript: {text}")
    say(NEXT_STEPS.format(python=_python()))
    if ended_as_written(script, ended.disposition, ended.rule_id):
        return 0
    say(f"The play-script {script.path} ends in another way.")
    return SCRIPT_MISSED


def _python() -> str:
    """Return how this Python is started from here: `make` brings one of its own."""
    try:
        return str(Path(sys.executable).relative_to(Path.cwd()))
    except ValueError:
        return "python"


def _folder() -> Path:
    """Return a folder to leave things in: ./talk, or a temporary one."""
    folder = Path(FOLDER)
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="backtalk-"))
    return folder
