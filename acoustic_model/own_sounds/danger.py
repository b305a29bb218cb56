"""Simulates a danger question: the product's own rules, turn by turn, to the end.

What counts is decided by `SoundDecider` and by the interview itself; a person answers
each time with another rendition of the same sound.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from acoustic_model.own_sounds.fitting import find_separation, judge
from acoustic_model.own_sounds.lessons import Lesson
from acoustic_model.own_sounds.speakers import make_chance
from dialogue.engine.events import Begin, NoMatch
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.state import State
from dialogue.loading import load_content
from dialogue.understanding.asked import build_asked
from local_voice.asr.interfaces import SoundMatch
from local_voice.audio.input_quality import LEAST_ABOVE_ROOM
from local_voice.own_sounds.decision import SoundDecider
from local_voice.own_sounds.scoring import DecisionModel

MOST_TURNS = 4
"""The third turn that comes to nothing ends a question."""
ANSWERS = ("yes", "no")


@dataclass(frozen=True)
class Danger:
    """What became of answers to a danger question."""

    meant_yes: int
    meant_no: int
    missed: int
    """Yes was meant, and no was taken in the end."""
    alarms: int
    """No was meant, and something else was taken."""
    first: int
    """Counted at the first turn."""


def measure_danger(
    model: DecisionModel, lessons: Sequence[Lesson], kind: str
) -> Danger:
    """Answer a danger question by every clip of one kind, either sound meaning yes.

    Pairs that the check warns of ask twice, as a helper's "use them all the same" does.
    """
    question = _Question()
    counts: Counter[str] = Counter()
    for lesson in lessons:
        rng = make_chance("danger", lesson.person, *lesson.taught.sounds)
        best, score, lead = judge(model, lesson)
        alike = find_separation(model, lesson) < model.alike
        matches = [
            _match(model, *row)
            for row in zip(best, score, lead, lesson.above_room, strict=True)
        ]
        for yes in (0, 1):
            for sound in (0, 1):
                meant = ANSWERS[0] if sound == yes else ANSWERS[1]
                rows = np.flatnonzero((lesson.truth == sound) & (lesson.kinds == kind))
                for row in rows:
                    others = (
                        rng.permutation(rows[rows != row]) if len(rows) > 1 else rows
                    )
                    takes = [row, *np.resize(others, MOST_TURNS)]
                    turns = tuple(_name(matches[take], yes) for take in takes)
                    answer, count = question.ask(turns, asks_twice=alike)
                    counts[f"meant {meant}"] += 1
                    counts["first"] += count == 1
                    counts["missed"] += meant == "yes" and answer is Answer.NO
                    counts["alarms"] += meant == "no" and answer is not Answer.NO
    return Danger(
        counts["meant yes"],
        counts["meant no"],
        counts["missed"],
        counts["alarms"],
        counts["first"],
    )


def _match(
    model: DecisionModel, best: int, score: float, lead: float, above: float
) -> tuple[int, SoundMatch]:
    """Return the sound, and the match as the matcher's child gives it, unnamed."""
    usual = score >= model.usual.score and lead >= model.usual.lead
    sure = score >= model.sure.score and lead >= model.sure.lead
    # One of two levels, so that few different answers have to be played.
    level = 99.0 if above >= LEAST_ABOVE_ROOM else 0.0
    return int(best), SoundMatch(1, "?" if usual else "", bool(sure), level)


def _name(found: tuple[int, SoundMatch], yes: int) -> SoundMatch:
    best, match = found
    name = (ANSWERS[0] if best == yes else ANSWERS[1]) if match.name else ""
    return SoundMatch(1, name, match.is_sure, match.above_room)


class _Question:
    """The first danger question of the protocol, asked anew each time."""

    def __init__(self) -> None:
        self._protocol: TriageProtocol = load_content().protocol
        self._start, reply = take_turn(self._protocol, None, Begin())
        self._id = str(reply.open_prompt)
        self._asked = build_asked(self._protocol, self._id)
        self.ask = cache(self._ask)

    def _ask(
        self, turns: tuple[SoundMatch, ...], *, asks_twice: bool
    ) -> tuple[Answer | None, int]:
        """Return what is recorded, and after how many turns; None: still nothing."""
        decider = SoundDecider(asks_twice)
        state: State = self._start
        for count, match in enumerate(turns, start=1):
            decision = decider.decide(self._id, self._asked, match, NoMatch())
            state, reply = take_turn(self._protocol, state, decision.event)
            if self._id in state.answers:
                return state.answers[self._id], count
            if reply.open_prompt != self._id:
                return None, count
        return None, len(turns)
