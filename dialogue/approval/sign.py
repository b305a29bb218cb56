"""Signs content, by the rules of what must be true before a name stands under it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dialogue.approval.fingerprint import build_fingerprint, compute_checksum
from dialogue.approval.sign_points import SignPoint
from dialogue.approval.signature import AS_WRITTEN, Signature
from dialogue.content.content import Content
from dialogue.content.problems import Problem

FEWEST_CHARACTERS = 12
"""Of the checksum that is printed on every page of a booklet."""


class SigningRefused(ValueError):
    """Nothing is signed; the text says why and what to do."""


@dataclass(frozen=True)
class SigningRequest:
    """What a signer gives, as it was typed."""

    name: str
    role: str
    signed_on: str
    checksum: str
    """Of the booklet that was read; its first characters are enough."""
    decisions: Mapping[str, str]
    """By open point: `as written`, or what has to change."""


def sign(
    request: SigningRequest,
    content: Content,
    points: Sequence[SignPoint],
    problems: Sequence[Problem],
    today: date,
) -> Signature:
    """Sign `content` and its open `points`; raises SigningRefused where it must not be.

    `problems` is what `check` finds wrong with the content.
    """
    if problems:
        raise SigningRefused(
            f"The content does not pass its check: {problems[0]} Only content that "
            "passes is signed. Mend it, and print a new booklet."
        )
    items = build_fingerprint(content, points)
    checksum = compute_checksum(items)
    _check_checksum(request.checksum, checksum)
    _check_decisions(request.decisions, points)
    if len(request.name.split()) < 2:
        raise SigningRefused(
            f"The name is '{request.name}'. A signature needs first and last name. "
            "Give both with --name."
        )
    if not request.role.strip():
        raise SigningRefused(
            "The role is empty. A signature names profession and credentials. "
            "Give them with --role."
        )
    return Signature(
        name=" ".join(request.name.split()),
        role=" ".join(request.role.split()),
        signed_on=_parse_day(request.signed_on, today).isoformat(),
        checksum=checksum,
        decisions={point.id: request.decisions[point.id] for point in points},
        items=items,
    )


def format_checksum(whole: str) -> str:
    """Return the beginning of a checksum as a booklet prints it: in fours."""
    return " ".join(whole[at : at + 4] for at in range(0, 16, 4))


def _check_checksum(typed: str, whole: str) -> None:
    plain = re.sub(r"\s", "", typed).lower()
    if len(plain) < FEWEST_CHARACTERS:
        raise SigningRefused(
            f"The booklet's checksum is '{typed}'. At least {FEWEST_CHARACTERS} of its "
            "characters are needed. They stand at the foot of every page."
        )
    if not whole.startswith(plain):
        raise SigningRefused(
            f"The booklet's checksum is '{typed}', but the present content has "
            f"'{format_checksum(whole)}'. Only what was read can be signed. Print "
            "the booklet anew and read what changed."
        )


def _check_decisions(decisions: Mapping[str, str], points: Sequence[SignPoint]) -> None:
    known = [point.id for point in points]
    strange = [id_ for id_ in decisions if id_ not in known]
    if strange:
        raise SigningRefused(
            f"There is no open point {strange[0]}. The points are numbered "
            f"{known[0]} to {known[-1]}. Give --decision NUMBER='{AS_WRITTEN}'."
        )
    undecided = [id_ for id_ in known if not decisions.get(id_, "").strip()]
    if undecided:
        raise SigningRefused(
            f"Open without a decision: {', '.join(undecided)}. Every open point is "
            f"decided before signing. Give --decision {undecided[0]}='{AS_WRITTEN}'."
        )
    for id_ in known:
        if not re.match(rf"{AS_WRITTEN}(:|$)", decisions[id_].strip()):
            raise SigningRefused(
                f"Point {id_} asks for a change: '{decisions[id_]}'. Only content "
                "that stands as decided is signed. Change it, print the booklet anew, "
                "and sign that."
            )


def _parse_day(typed: str, today: date) -> date:
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise SigningRefused(
            f"The date is '{typed}'. It is written as in 2026-05-31. Give it with "
            "--date."
        ) from error
    if day > today:
        raise SigningRefused(
            f"The date {day} lies in the future. A signature is given on the day it "
            f"is dated. Today is {today}."
        )
    return day
