"""Errors of the Alexa channel: a refused request, and refused settings or words."""

from typing import Literal

Reason = Literal[
    "chain",
    "fetch",
    "fetch_limit",
    "headers",
    "json",
    "key",
    "length",
    "san",
    "signature",
    "size",
    "skill_id",
    "time",
    "url",
]
"""The codes that stand in the log; they say which check failed, never on what."""


class RequestRefused(Exception):
    """A request is not from Alexa or not for this skill; `reason` says which check."""

    def __init__(self, reason: Reason) -> None:
        """Keep the code of the check that failed."""
        super().__init__(reason)
        self.reason: Reason = reason


class SkillRefused(ValueError):
    """What the skill is made from is wrong or unsafe; the message names the remedy."""
