"""Transcripts: every session through the core and through each channel."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from helpers.channel import Said
from helpers.channels import CHANNELS

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.evaluation.transcript import (
    BACK_TALK,
    ENDINGS,
    OPENING,
    PATIENT,
    Transcript,
    TranscriptLine,
    fill_references,
    list_turns,
    parse_event,
    parse_transcript,
    render_words,
    speech_lines,
)
from dialogue.loading import load_content

FOLDER = Path(__file__).parent / "transcripts"
NO = events.Answered(Answer.NO)
HEARD = "heard_"
"""Begins the names of talks with what people say, told by an independent author."""


def find_transcripts(locale: str = "en-US") -> list[Path]:
    """Return the transcripts of a locale."""
    return sorted((FOLDER / locale).glob("*.txt"))


def read(path: Path) -> tuple[Transcript, Content]:
    """Return a transcript and the content that it plays with."""
    script = parse_transcript(path.read_text(encoding="utf-8"), path.name)
    clinic = script.headings.get("Clinic", "none")
    locale = path.parent.name
    return script, load(locale, None if clinic == "none" else clinic)


@cache
def load(locale: str, clinic: str | None) -> Content:
    """Return the content of a locale with a clinic, read once."""
    return load_content(locale=locale, clinic=clinic)


def words_in(script: Transcript, content: Content, speech: TranscriptLine) -> str:
    """Return the words that `speech` of Back Talk expects."""

    def words_of(key: str) -> str:
        if key == OPENING[1] and content.protocol.status != "draft":
            return ""
        return render_words(content, Reply((key,)), script.moment)

    return fill_references(speech, words_of)


class Core:
    """The session beside a channel's: what is open when the patient speaks."""

    def __init__(self, content: Content, script: Transcript) -> None:
        """Begin before the first turn."""
        self.content, self.script = content, script
        self.state: State | None = None
        self.reply = Reply(())

    def hear(self, patient: TranscriptLine) -> Event | None:
        """Return what the patient's speech amounts to; None where they hang up."""
        open_prompt = self.reply.open_prompt
        return parse_event(self.content, open_prompt, patient, self.script.path)

    def take_turn(self, event: Event | None) -> Reply:
        """Take the turn of `event`, None at the opening, and return the reply."""
        event = event or events.Begin(timers=self.script.timers)
        self.state, self.reply = take_turn(self.content.protocol, self.state, event)
        return self.reply


def played(
    channel: str, script: Transcript, content: Content
) -> Iterator[tuple[TranscriptLine | None, Said]]:
    """Yield each expected speech of Back Talk with what the channel really said."""
    talk = CHANNELS[channel](content, script.moment, timers=script.timers)
    core = Core(content, script)
    for patient, reply in list_turns(script):
        event = None if patient is None else core.hear(patient)
        if patient is not None and event is None:
            talk.hang_up()
            return
        core.take_turn(event)
        said = talk.open() if patient is None else talk.say(event, patient.words)
        yield reply, said
    talk.hang_up()


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("path", find_transcripts(), ids=lambda path: path.stem)
def test_transcript(path, channel, request):
    """The channel says what the transcript says, and ends where it ends."""
    script, content = read(path)
    if script.channels and channel not in script.channels:
        pytest.skip(f"plays on {', '.join(script.channels)} only")
    if channel == "core" and request.config.getoption("--update-transcripts"):
        rewrite(path, script, content)
        script, content = read(path)
    named = f"{content.protocol.id} {content.protocol.version} ".split()
    assert script.headings["Protocol"].split()[:2] in (named[:1], named)
    last = None
    for expected, said in played(channel, script, content):
        assert last is None or last.open, f"{path.name}: the talk had ended"
        last = said
        if expected is None:
            assert not last.open, f"{path.name}: Back Talk says more: {last.words}"
            continue
        words = words_in(script, content, expected)
        if last.expected_instead is not None:
            words = last.expected_instead
        assert words == last.words, f"{path.name}:{expected.line}"
    assert last is not None
    if "Ends with" in script.endings:
        assert not last.open
        if last.told:
            assert script.endings["Ends with"] == str(last.disposition).lower()
            assert script.endings["Because"] == str(last.rule_id).lower()


def test_every_disposition_has_a_transcript(content):
    """Each ends at least one transcript; at most 25, and 60 of what people say."""
    plain = [path for path in find_transcripts() if not path.name.startswith(HEARD)]
    ends = {read(path)[0].endings.get("Ends with") for path in plain}
    assert {d.id for d in content.protocol.dispositions} <= ends
    assert len(plain) <= 25
    assert len(find_transcripts()) - len(plain) <= 60


def rewrite(path: Path, script: Transcript, content: Content) -> None:
    """Write what the core really says into the transcript; notes are kept.

    A question that the transcript does not know of comes in with the answer no.
    """
    written: dict[int, list[str]] = {}
    core = Core(content, script)
    for patient, expected in list_turns(script):
        event = None if patient is None else core.hear(patient)
        if expected is None or (patient is not None and event is None):
            break
        reply = core.take_turn(event)
        new: list[str] = []
        while is_new_question(script, content, reply) and expected.words != "?":
            new += speech_lines(BACK_TALK, say_in_short(script, content, reply))
            new += speech_lines(PATIENT, "No.")
            reply = core.take_turn(NO)
        words = render_words(content, reply, script.moment)
        if words_in(script, content, expected) == words:
            words = expected.words
        written[expected.line] = [*new, *speech_lines(BACK_TALK, words)]
    out: list[str] = []
    skipping = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        skipping = skipping and line[:1].isspace()
        if skipping:
            continue
        name = line.partition(":")[0]
        if number in written:
            speech = next(s for s in script.speeches if s.line == number)
            same = speech_lines(BACK_TALK, speech.words)
            skipping = list(same) != written[number]
            out += written[number] if skipping else [line]
        elif name in ENDINGS:
            last = core.reply
            ending = last.disposition if name == ENDINGS[0] else last.rule_id
            out.append(f"{name + ':':<11}{str(ending).lower()}")
        else:
            out.append(line)
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


def is_new_question(script: Transcript, content: Content, reply: Reply) -> bool:
    """Tell whether `reply` asks a question that the transcript never asks."""
    id_ = reply.open_prompt
    if id_ not in content.protocol.question:
        return False
    asked = [content.prompts[f"{kind}.{id_}"] for kind in ("ask", "again")]
    ours = [s for s in script.speeches if s.speaker == BACK_TALK]
    words = [words_in(script, content, s) for s in ours]
    return not any(question in speech for question in asked for speech in words)


def say_in_short(script: Transcript, content: Content, reply: Reply) -> str:
    """Return what `reply` says, a question of its own as a reference."""
    words = render_words(content, reply, script.moment)
    if reply.says == (f"ask.{reply.open_prompt}",):
        return f"[ask {reply.open_prompt}]"
    return words
