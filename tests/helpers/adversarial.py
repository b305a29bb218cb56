"""The judge of the adversarial utterances, which were written without the words.

`means` is what a careful clinician would hear: yes, no, unsure; `ambiguous`, where a
human asks again; `nothing`, where nobody answered; help; person; `command:NAME`, any
other one; `length:LEAST-MOST` hours; `danger:IDS`, the signs that are there, divided by
semicolons.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from math import inf
from pathlib import Path
from typing import Any

from dialogue.commands.understand import interpret_lines
from dialogue.content.content import Content

FOLDER = Path(__file__).parents[1] / "dialogue" / "understanding"
ANSWERS = ("yes", "no", "unsure")
CALLS = ("help", "person", "command")
KINDS = (*ANSWERS, *CALLS, "ambiguous", "nothing", "length", "danger")
GROUPS = ("answer", "opening", "length", "help", "command", "trap")
"""What `why` says of a line, in the sets where it is its kind."""
NEXT = "next"
"""At a question it settles nothing: the interview says so and asks it again."""
EMERGENCY = "emergency"
THRESHOLDS = {
    "started_within_three_days": 72.0,
    "more_than_one_week": 168.0,
    "more_than_two_weeks": 336.0,
}
LEADS_TO = {
    "leg_trouble": "leg_weaker both_legs both_legs_new leg_cold foot_drags unsteady",
    "feels_ill": "faint cold_sweat belly_pain face_droops speech_slurred sees_double",
    "fell": "major_injury",
    "pregnant": "pain_in_waves bleeding",
    "worst_ever": "all_at_once",
    "pain_is_high": "jaw_hurts arm_heavy hands_clumsy",
}
"""Gates, with the signs that make them a yes too."""
OTHER_NAMES = {
    "sudden_pain": "worst_ever all_at_once",
    "walks_unsteadily": "unsteady leg_weaker foot_drags",
    "upper_back": "pain_is_high",
    "groin_pain": "",
    "self_harm": "",
    "leg_weaker": "both_legs",
    "danger_now": "belly_throbs",
    "danger_today": (
        "weak_bones weak_immunity weight_loss hands_clumsy skin_changed pee_hurts "
        "pee_bloody"
    ),
}
"""Statements, with the signs that they stand for."""


class Verdict(Enum):
    """How an utterance fared."""

    DANGER_NO = "danger NO"
    WRONG = "wrong"
    ACCEPTED = "accepted"
    ASKED = "asked"
    NOT_UNDERSTOOD = "not understood"


@dataclass(frozen=True)
class Row:
    """One utterance: what is said to which question, and what it means."""

    id: str
    say: str
    asked: str
    means: str
    why: str

    @property
    def kind(self) -> str:
        """Return `means` without what stands behind its colon."""
        return self.means.partition(":")[0]

    @property
    def command(self) -> str:
        """Return the name of the command that is meant, of a row of that kind."""
        return self.means.partition(":")[2]

    @property
    def signs(self) -> frozenset[str]:
        """Return the signs that are there."""
        if self.kind == "danger":
            return frozenset(self.means.partition(":")[2].split(";"))
        return frozenset({self.asked} if self.kind == "yes" else ())

    @property
    def hours(self) -> tuple[float, float]:
        """Return the least and the most hours that are told."""
        least, _, most = self.means.partition(":")[2].partition("-")
        return float(least), float(most)


def list_rows(name: str) -> list[Row]:
    """Return the utterances of a file beside the tests."""
    with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
        return [Row(**row) for row in csv.DictReader(file)]


def judge_all(content: Content, rows: list[Row]) -> Iterator[tuple[Row, Verdict, dict]]:
    """Yield each utterance with its verdict and with what `understand` printed."""
    lines = [
        json.dumps({"id": row.id, "say": row.say, "asked": row.asked or None})
        for row in rows
    ]
    for row, (_, found) in zip(rows, interpret_lines(content, lines), strict=True):
        printed = json.loads(str(found))
        yield row, judge(content, row, printed), printed


def list_danger_questions(content: Content) -> frozenset[str]:
    """Return the questions where a no closes the way to a danger sign."""
    signs = {
        question.id for question in content.protocol.questions if question.red_flag
    }
    return frozenset({*signs, *LEADS_TO})


def write_figures(name: str, judged: list[tuple[Row, Verdict, dict]]) -> str:
    """Return how many lines of a set fared how: all of them, and by what they are."""
    lines = []
    for group in (None, *GROUPS):
        fared = [found for row, found, _ in judged if group in (None, row.why)]
        counts = ", ".join(
            f"{verdict.value} {count} ({count / len(fared):.0%})"
            for verdict in Verdict
            if (count := fared.count(verdict))
        )
        if fared:
            lines.append(f"{name}: {group or 'all'} {len(fared)}: {counts}")
    calls = [f for row, _, f in judged if row.kind == "help"]
    if calls:
        heard = sum(found["command"] == EMERGENCY for found in calls)
        lines.append(f"{name}: 911 sentence at {heard} of {len(calls)} calls for help")
    return "\n".join(lines)


def judge(content: Content, row: Row, found: Mapping[str, Any]) -> Verdict:
    """Return how an utterance fared; a plain no where a sign may be is the worst."""
    dangers = list_danger_questions(content)
    present = {
        *row.signs,
        *(g for g, s in LEADS_TO.items() if row.signs & {*s.split()}),
    }
    accepted = found["result"] == "accept"
    answer = found["answer"] if accepted else None
    if row.asked in found["said"]:
        answer = "yes"
    may_be = row.asked in present or row.kind not in ("no", "danger")
    if answer == "no" and row.asked in dangers and may_be:
        return Verdict.DANGER_NO
    if _is_wrong(row, found, answer, present, dangers):
        return Verdict.WRONG
    if _is_accepted(row, found, answer, present):
        return Verdict.ACCEPTED
    if found["result"] == "check" or found["ask"] or answer == "unsure":
        return Verdict.ASKED
    return Verdict.ASKED if row.kind == "nothing" else Verdict.NOT_UNDERSTOOD


def _is_wrong(
    row: Row,
    found: Mapping[str, Any],
    answer: str | None,
    present: set[str],
    dangers: frozenset[str],
) -> bool:
    """Tell whether something is settled that was not meant."""
    known = {
        *present,
        *(name for name, of in OTHER_NAMES.items() if present & {*of.split()}),
    }
    if row.kind == "help" and found["command"] == EMERGENCY:
        # Of a call for help the interview takes the call alone, not what is beside it.
        return answer == "no"
    if row.kind == "ambiguous":
        known.add(row.asked)
    if {*found["said"]} & {*dangers, *OTHER_NAMES} - known:
        return True
    commanded = found["command"] is not None and found["result"] == "accept"
    if commanded and found["command"] == NEXT and row.asked in dangers:
        commanded = row.kind == "command"
    safe = present and found["command"] == EMERGENCY
    if commanded and not safe and row.kind not in (*CALLS, "ambiguous"):
        return True
    match row.kind:
        case "command":
            return answer is not None or (commanded and found["command"] != row.command)
        case "yes" | "no":
            return answer not in (None, row.kind, "unsure")
        case "unsure":
            return answer in ("yes", "no")
        case "ambiguous":
            return answer == "no"
        case "nothing":
            return answer is not None
        case "help" | "person":
            return answer is not None and not found["command"] and not found["said"]
        case "danger":
            caught = present & {*found["said"], *found["ask"]}
            foreign = answer == "yes" and row.asked not in present
            return foreign or (answer is not None and not caught)
        case "length":
            return _is_other_length(row, found, answer)
    raise ValueError(row.means)


def _is_other_length(row: Row, found: Mapping[str, Any], answer: str | None) -> bool:
    """Tell whether a threshold is settled that is not, or on its other side."""
    least, most = row.hours
    sides = {}
    for question, limit in THRESHOLDS.items():
        over = True if least > limit else False if most <= limit else None
        within = question == "started_within_three_days"
        sides[question] = None if over is None else "yes" if over != within else "no"
    if answer in ("yes", "no") and answer != sides[row.asked]:
        return True
    if found["hours"] is None or found["result"] != "accept":
        return False
    found_least, found_most = found["hours"]
    if found_most < least or found_least > most:
        return True
    return any(
        (found_least > limit or found_most <= limit) and least <= limit < most
        for limit in THRESHOLDS.values()
    )


def _is_accepted(
    row: Row, found: Mapping[str, Any], answer: str | None, present: set[str]
) -> bool:
    """Tell whether what was meant is settled."""
    match row.kind:
        case kind if kind in ANSWERS:
            return answer == kind
        case "ambiguous":
            return answer in ("yes", "unsure")
        case "help":
            return found["command"] == EMERGENCY and found["result"] == "accept"
        case "person":
            return bool(found["command"]) or "wants_clinic" in found["said"]
        case "command":
            return found["command"] == row.command
        case "danger":
            return bool(present & {*found["said"]})
        case "length":
            return found["result"] == "accept" and (found["hours"] or [inf])[0] < inf
    return False
