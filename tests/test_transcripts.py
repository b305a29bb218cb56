"""Transcripts: every talk through the core and through each channel."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from helpers.channel import Said
from helpers.channels import CHANNELS

from dialogue.content.content import Content
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import Reply
from dialogue.evaluation.transcript import (
    BACK_TALK,
    OPENING,
    Transcript,
    TranscriptLine,
    fill_references,
    list_turns,
    parse_event,
    parse_transcript,
    speech_lines,
)
from dialogue.loading import load_content

FOLDER = Path(__file__).parent / "transcripts"


def scripts(locale: str = "en-US") -> list[Path]:
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
        worded = render_reply(
            Reply((key,)), content.prompts, content.clinic, script.moment
        )
        return to_display_text(worded.prompts)

    return fill_references(speech, words_of)


def played(
    channel: str, script: Transcript, content: Content
) -> Iterator[tuple[TranscriptLine | None, Said]]:
    """Yield each expected speech of Back Talk with what the channel really said."""
    talk = CHANNELS[channel](content, script.moment, timers=script.timers)
    for patient, reply in list_turns(script):
        event = (
            None
            if patient is None
            else parse_event(content.lexicon, patient, script.path)
        )
        if patient is not None and event is None:
            talk.hang_up()
            return
        said = talk.open() if patient is None else talk.say(event, patient.words)
        yield reply, said
    talk.hang_up()


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
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


def test_every_disposition_has_a_play_script(content):
    """Each disposition ends at least one transcript, and there are at most 25."""
    ends = {read(path)[0].endings.get("Ends with") for path in scripts()}
    assert {d.id for d in content.protocol.dispositions} <= ends
    assert len(scripts()) <= 25


def rewrite(path: Path, script: Transcript, content: Content) -> None:
    """Write what the core really says into the transcript; notes are kept."""
    actual = {
        expected.line: said
        for expected, said in played("core", script, content)
        if expected is not None
    }
    lines = path.read_text(encoding="utf-8").splitlines()
    out: list[str] = []
    skipping = False
    for number, line in enumerate(lines, start=1):
        if skipping and line[:1].isspace():
            continue
        skipping = False
        said = actual.get(number)
        if said is not None:
            speech = next(s for s in script.speeches if s.line == number)
            if words_in(script, content, speech) != said.words:
                out += speech_lines(BACK_TALK, said.words)
                skipping = True
                continue
        if said is None and line.startswith(("Ends with:", "Because:")) and actual:
            last = list(actual.values())[-1]
            ending = last.disposition if line.startswith("Ends") else last.rule_id
            out.append(f"{line.partition(':')[0] + ':':<11}{str(ending).lower()}")
            continue
        out.append(line)
    path.write_text("\n".join(out) + "\n", encoding="utf-8")
