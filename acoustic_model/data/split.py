"""Who is trained on, who is tuned on, and who only measures the model."""

from __future__ import annotations

import hashlib

# Shares of the speakers in per cent.
TEST_SHARE, TUNE_SHARE = 20, 8


def part_of(speaker: str) -> str:
    """test, tune or train: the same on every machine, for ever.

    By the speaker and never by the clip, so nobody is in two parts.
    """
    number = _number(speaker) % 100
    if number < TEST_SHARE:
        return "test"
    return "tune" if number < TEST_SHARE + TUNE_SHARE else "train"


def is_of_share(speaker: str, share: int) -> bool:
    """Whether a speaker is one of so many; a mixture needs each of its voices."""
    engine, _, timbres = speaker.partition(":")
    names = [f"{engine}:{timbre}" for timbre in timbres.split("+")]
    # Other digits than those that say who is trained on.
    return all(_number(name) // 100 % share == 0 for name in names)


def _number(speaker: str) -> int:
    return int(hashlib.sha256(speaker.encode()).hexdigest(), 16)
