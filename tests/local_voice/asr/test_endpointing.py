"""The endpointer: rows of frames and the verdict that each must end in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_voice.asr.endpointing import (
    FINAL,
    PACES,
    SPEECH_ON,
    Completeness,
    Endpointer,
    EndpointState,
    to_frames,
)

NORMAL = PACES["normal"]
PLAIN = to_frames(NORMAL.end_silence_plain)
END, END_OPEN = to_frames(NORMAL.end_silence), to_frames(NORMAL.end_silence_open)
NO_INPUT, MOST = to_frames(NORMAL.no_input), to_frames(NORMAL.max_utterance)


def complete(partial: str) -> Completeness:
    """Know two phrases, of which one is a plain answer."""
    known = {"yes": Completeness.PLAIN, "not sure": Completeness.WHOLE}
    return known.get(partial, Completeness.OPEN)


def verdicts(row: str, partial: str = "", pace: str = "normal") -> list[EndpointState]:
    """Return the verdict after each frame; `#` is speech, `.` is not."""
    endpointer = Endpointer(PACES[pace], complete)
    result = []
    for mark in row:
        result.append(endpointer.feed(mark == "#", partial))
        if result[-1] in FINAL:
            break
    return result


@pytest.mark.parametrize(
    ("row", "partial", "expected", "after"),
    [
        ("." * (NO_INPUT - 1), "", EndpointState.WAITING, NO_INPUT - 1),
        ("." * NO_INPUT, "", EndpointState.NO_INPUT, NO_INPUT),
        ("##", "", EndpointState.WAITING, 2),
        ("##.#", "", EndpointState.SPEAKING, 4),
        ("#..#.#", "", EndpointState.WAITING, 6),
        (".", "yes", EndpointState.SPEAKING, 1),
        ("###" + "." * (PLAIN - 1), "yes", EndpointState.SPEAKING, 2 + PLAIN),
        ("###" + "." * PLAIN, "yes", EndpointState.ENDED, 3 + PLAIN),
        ("###" + "." * (END - 1), "not sure", EndpointState.SPEAKING, 2 + END),
        ("###" + "." * END, "not sure", EndpointState.ENDED, 3 + END),
        ("###" + "." * END, "ye", EndpointState.SPEAKING, 3 + END),
        ("###" + "." * END_OPEN, "ye", EndpointState.ENDED, 3 + END_OPEN),
        ("###" + "." * (PLAIN - 1) + "#", "yes", EndpointState.SPEAKING, 3 + PLAIN),
        ("#" * (2 + MOST), "", EndpointState.SPEAKING, 2 + MOST),
        ("#" * (3 + MOST), "", EndpointState.TOO_LONG, 3 + MOST),
    ],
)
def test_rows_of_frames(row, partial, expected, after):
    """Every constant at its edge: one frame less, and exactly."""
    found = verdicts(row, partial)
    assert (expected, after) == (found[-1], len(found))


@pytest.mark.parametrize("pace", PACES)
def test_a_slower_pace_waits_longer(pace):
    """Each pace ends a whole answer after its own silence."""
    settings = PACES[pace]
    for partial, seconds in (
        ("yes", settings.end_silence_plain),
        ("not sure", settings.end_silence),
        ("", settings.end_silence_open),
    ):
        silence = to_frames(seconds)
        assert len(verdicts("###" + "." * 200, partial, pace)) == 3 + silence


@given(st.lists(st.booleans(), min_size=1, max_size=700), st.sampled_from(["", "yes"]))
def test_any_sound_comes_to_an_end(marks, partial):
    """Whatever the frames, a verdict comes within the longest wait and utterance."""
    endpointer = Endpointer(NORMAL, complete)
    for count, mark in enumerate(marks * (1 + 800 // len(marks)), start=1):
        if endpointer.feed(mark, partial) in FINAL:
            assert count <= NO_INPUT + MOST
            return
    raise AssertionError("no verdict")


def test_speech_needs_three_of_five_frames():
    """A click of two frames begins nothing."""
    assert SPEECH_ON == 3
    assert verdicts("##.......")[-1] is EndpointState.WAITING


def test_the_longest_inner_pause_is_known():
    """A pause inside the utterance is measured, the silence behind it is not."""
    endpointer = Endpointer(NORMAL, complete)
    for mark in "###.....##......":
        endpointer.feed(mark == "#", "")
    assert endpointer.longest_pause == 5
