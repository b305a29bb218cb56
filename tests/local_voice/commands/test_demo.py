"""The demonstration: built-in talks through the real engines, and what it leaves."""

import wave
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.hearing import hear

from dialogue.engine.events import Begin
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Condition
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import Reply
from dialogue.evaluation.transcript import (
    fill_references,
    list_turns,
    parse_event,
    parse_transcript,
)
from dialogue.loading import load_content
from local_voice.commands.demo_patient import BUILT_IN, Answers, read_script
from local_voice.commands.exit_codes import LocalVoiceProblem


def ending_of(script, content):
    """Return how the script's patient ends the interview, and what was asked."""
    answers = Answers(script, content)
    event, state, asked = Begin(timers=script.timers), None, []
    for _ in range(100):
        state, reply = take_turn(content.protocol, state, event)
        if not reply.expects_answer:
            break
        asked.append(reply.open_prompt)
        words = answers.find_words(reply.open_prompt, state)
        event = hear(content, words, reply.open_prompt)
    return {"Ends with": reply.disposition, "Because": reply.rule_id}, asked


@pytest.mark.parametrize("named", BUILT_IN)
def test_a_built_in_script_reaches_its_ending(named):
    """The core alone leads where the script says, through care and goodbye."""
    script = read_script(named)
    content = load_content(clinic=script.headings["Clinic"])
    assert script.endings == ending_of(script, content)[0]


def with_one_more_question(content, place, **more):
    """Return content with another question before all others or behind them.

    A yes to it is an emergency; with `opposite="none_more"` a no to it is one.
    """
    protocol = content.protocol
    question = replace(protocol.question["numb_bottom"], id="one_more", **more)
    questions = list(protocol.questions)
    questions.insert(place, question)
    name = question.opposite or question.id
    rule = replace(protocol.rules[0], id="more", when=Condition(any_yes=(name,)))
    changed = replace(
        protocol, questions=tuple(questions), rules=(rule, *protocol.rules)
    )
    return replace(content, protocol=changed)


@pytest.mark.parametrize("named", ["clinic", "ice"])
@pytest.mark.parametrize("place", [0, 3, 100])
@pytest.mark.parametrize("opposite", [None, "none_more"])
def test_another_question_does_not_change_the_ending(named, place, opposite):
    """The patient answers it as the ending needs, and the others as ever."""
    script = read_script(named)
    content = load_content(clinic=script.headings["Clinic"])
    changed = with_one_more_question(content, place, opposite=opposite)
    ending, asked = ending_of(script, changed)
    assert script.endings == ending
    assert "one_more" in asked


def check_words(script):
    """Check that every word of Back Talk in a play-script is what the core says."""
    content = load_content(clinic=script.headings["Clinic"])

    def words_of(key):
        rendered = render_reply(
            Reply((key,)), content.prompts, content.clinic, script.moment
        )
        return to_display_text(rendered.prompts)

    state, open_prompt = None, None
    for patient, speech in list_turns(script):
        event = (
            parse_event(content, open_prompt, patient, "")
            if patient
            else Begin(timers=script.timers)
        )
        state, reply = take_turn(content.protocol, state, event)
        open_prompt = reply.open_prompt
        rendered = render_reply(reply, content.prompts, content.clinic, script.moment)
        assert fill_references(speech, words_of) == to_display_text(rendered.prompts)
    assert script.endings["Because"] == reply.rule_id


@pytest.mark.parametrize("named", ["nowhere.txt", "."])
def test_a_script_that_cannot_be_read_is_refused(named):
    """The sentence names the built-in ones."""
    with pytest.raises(LocalVoiceProblem, match="clinic, emergency, ice"):
        read_script(named)


def test_a_script_with_an_odd_line_is_refused(tmp_path):
    """File and line of what cannot be read are named."""
    path = tmp_path / "odd.txt"
    path.write_text("BACK TALK: Hello.\nDOCTOR: Hm.\n")
    with pytest.raises(LocalVoiceProblem, match=r"odd\.txt:2"):
        read_script(str(path))


@pytest.mark.audio
def test_the_demonstration_of_ice_times_it(command, tmp_path):
    """The 20 minutes pass in no time, are announced, and are not recorded."""
    run = command("--demo", "ice", "--mute")
    said = " ".join(run.stdout.decode().split())
    assert 0 == run.returncode, run.stderr
    assert "[ice: 20 minutes left]" in said
    assert "[ice: 1 minute left]" in said
    assert said.index("Goodbye.") < said.index("Your 20 minutes are up.")
    with wave.open(str(tmp_path / "talk/backtalk-demo.wav")) as file:
        assert file.getnframes() / file.getframerate() < 600
    script = parse_transcript((tmp_path / "talk/backtalk-demo.txt").read_text(), "demo")
    assert script.timers
    assert "are up" not in script.speeches[-1].words


@pytest.mark.audio
def test_recorded_people_play_the_patient(command, tmp_path, clips):
    """Clips named by their words answer; what nobody said is marked as synthetic."""
    folder = tmp_path / "people"
    folder.mkdir()
    for file in clips["no"][:3]:
        (folder / Path(file).name).write_bytes(Path(file).read_bytes())
    run = command("--demo", "emergency", "--mute", "--patient", "people")
    assert 0 == run.returncode, run.stderr
    text = (tmp_path / "talk/backtalk-demo.txt").read_text()
    script = read_script("emergency")
    lines = [s.words for s in script.speeches if s.speaker == "PATIENT"]
    others = [line for line in lines if line != "No."]
    assert len(others) == text.count("# a synthetic voice")
    assert 2 == command("--demo", "--patient", "nowhere").returncode


@pytest.mark.audio
def test_the_demonstration_leaves_a_recording_and_a_play_script(command, tmp_path):
    """The clinic's number is reached; WAV and transcript lie where it says."""
    run = command("--demo", "--mute")
    said = run.stdout.decode()
    assert 0 == run.returncode, run.stderr
    wav, text = tmp_path / "talk/backtalk-demo.wav", tmp_path / "talk/backtalk-demo.txt"
    assert "talk/backtalk-demo.wav" in said
    assert "talk/backtalk-demo.txt" in said
    with wave.open(str(wav)) as file:
        assert (2, 16_000) == (file.getnchannels(), file.getframerate())
        assert 60 < file.getnframes() / 16_000 < 400
    script = parse_transcript(text.read_text("utf-8"), "backtalk-demo.txt")
    assert read_script("clinic").endings == script.endings
    check_words(script)


@pytest.mark.audio
def test_a_script_that_ends_otherwise_is_exit_code_1(command, tmp_path):
    """The expected end is part of a play-script, and missing it is told."""
    script = read_script("emergency")
    text = Path(script.path).read_text("utf-8")
    (tmp_path / "wrong.txt").write_text(text.replace("emergency_numb", "emergency_x"))
    run = command("--demo", "wrong.txt", "--mute", "--captions", "off")
    assert 1 == run.returncode
    assert b"ends in another way" in run.stdout


@pytest.mark.audio
def test_directions_of_a_script(command, tmp_path):
    """Silence passes, a tap answers, an unknown word is unclear, a hang-up ends."""
    (tmp_path / "odd.txt").write_text(
        "Clinic: none\n\nBACK TALK: [opening]\nPATIENT: (silence)\nBACK TALK: x\n"
        "PATIENT: No.\nBACK TALK: x\nPATIENT: (unintelligible)\nBACK TALK: x\n"
        "PATIENT: (taps no)\n"
        "BACK TALK: x\nPATIENT: (hangs up)\n"
    )
    run = command("--demo", "odd.txt", "--mute")
    assert 0 == run.returncode, run.stderr
    said = run.stdout.decode()
    assert "You: (silence)" in said
    assert "I did not get that" in " ".join(said.split())
    assert "You: (pressed: No)" in said
    assert "The talk ended before an outcome." in said


@pytest.mark.audio
def test_a_direction_that_is_unknown_is_refused(command, tmp_path):
    """It is told before the first word, with file and line."""
    (tmp_path / "odd.txt").write_text("BACK TALK: x\nPATIENT: (sneezes)\n")
    run = command("--demo", "odd.txt", "--mute")
    assert 2 == run.returncode
    assert b"odd.txt:2" in run.stderr


@pytest.mark.performance
@pytest.mark.audio
def test_a_reply_is_ready_soon_after_an_answer():
    """Decoding, dialogue and synthesis take at most 300 ms, in the median."""
    from local_voice.commands import bench
    from local_voice.commands.options import BenchConfig, parse_options

    config, measured = parse_options(BenchConfig, []), bench.Turns()
    for named in ("emergency", "clinic"):
        bench._run_script(named, config, measured)
    median, _, _ = bench._summarise(measured.replying)
    assert len(measured.replying) >= 14
    assert median < 300


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device of Unix")
def test_a_play_script_without_end_is_refused():
    """It is read as far as the limit, and no further."""
    with pytest.raises(LocalVoiceProblem, match="larger than 1 MB"):
        read_script("/dev/zero")
