"""What a patient hears of a clinic's profile, and what the clinic may want to add."""

from collections.abc import Iterator
from datetime import date, datetime

from dialogue.content.content import Content
from dialogue.engine.clinic import Clinic
from dialogue.engine.rendering import render_reply, to_spoken_text
from dialogue.engine.reply import Reply

HEARD = (
    ("At the start", ("session.welcome",)),
    ("As clinic advice, now", ("contact",)),
    ("Asked for the number", ("number.say", "number.other")),
    ("Asked for the hours", ("hours.say",)),
    ("Asked for the address", ("address.say",)),
)
"""A moment of the talk, and the prompts that name the clinic in it."""


def heard(content: Content, moment: datetime) -> Iterator[str]:
    """Yield what a patient hears of the clinic at `moment`, figures as said."""
    for when, keys in HEARD:
        yield f"{when}: {as_heard(content, keys, moment)}"


def as_heard(content: Content, keys: tuple[str, ...], moment: datetime) -> str:
    """Return the words of `keys` for the ear."""
    worded = render_reply(Reply(keys), content.prompts, content.clinic, moment)
    return to_spoken_text(worded.prompts)


def advice(clinic: Clinic, today: date) -> Iterator[str]:
    """Yield what is missing or old in a profile that may be used as it is."""
    if clinic.appointments is None:
        yield "There is no number for appointments, so patients are told of none."
    if clinic.hours is None:
        yield "There are no hours, so patients are not told whether it is open."
    elif not clinic.closed_on:
        yield "There are no holidays, so on a holiday it is said to be open."
    elif clinic.closed_on[-1] < today:
        yield "Every holiday lies in the past: add those to come to closed_on."
    if clinic.address is None:
        yield "There is no address, so patients are told of none."
    if not clinic.checked_on:
        yield "Nobody has confirmed this file yet: the clinic fills in checked_on."
