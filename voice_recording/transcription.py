"""Transcribes speech with PocketSphinx, and counts word errors.

Another recogniser than the one that listens to people, so that it favours no voice.
Sound is 16 kHz, mono, signed 16-bit.
"""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain

from pocketsphinx import Decoder

SILENCE = bytes(2 * 8_000)
"""Half a second at both ends, which the recogniser needs to settle."""
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
ERRORS_ALLOWED = 0.4
"""Of the fallback's word errors, at most."""


@dataclass(frozen=True)
class Transcription:
    """What was heard of one text."""

    text: str
    heard: str
    words: int
    errors: int


class Transcriber:
    """One recogniser, with its own dictionary and language model of US English."""

    def __init__(self) -> None:
        """Load the model that comes with the package."""
        self._decoder = Decoder(loglevel="FATAL")

    def transcribe(self, text: str, pcm: bytes) -> Transcription:
        """Return what is heard in `pcm`, which should be `text`."""
        self._decoder.start_utt()
        self._decoder.process_raw(SILENCE + pcm + SILENCE, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        heard = to_words(found.hypstr if found else "")
        wanted = to_words(text)
        errors = count_errors(wanted, heard)
        return Transcription(text, " ".join(heard), len(wanted), errors)


def transcribe_all(spoken: Sequence[tuple[str, bytes]]) -> list[Transcription]:
    """Return what is heard of each text in its sound; the processors share the work."""
    count = os.cpu_count() or 1
    with ProcessPoolExecutor(count) as pool:
        shares = pool.map(_transcribe, [spoken[start::count] for start in range(count)])
        return list(chain.from_iterable(shares))


def _transcribe(spoken: Sequence[tuple[str, bytes]]) -> list[Transcription]:
    recogniser = Transcriber()
    return [recogniser.transcribe(text, pcm) for text, pcm in spoken]


def to_words(text: str) -> list[str]:
    """Return the words of `text` as they are spoken, figures too."""
    text = re.sub(r"\d+", lambda found: _spell(int(found[0])), text.lower())
    return re.sub(r"[^a-z' ]", " ", text).split()


def _spell(number: int) -> str:
    if number < len(ONES):
        return ONES[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return f"{TENS[ten]} {ONES[one]}" if one else TENS[ten]
    return f"{_spell(number // 100)} {_spell(number % 100)}"  # a year


def count_errors(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Return the words put in, left out and put in place of others."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(wanted, 1):
        before, row[0] = row[0], number
        for at, other in enumerate(heard, 1):
            before, row[at] = (
                row[at],
                min(row[at] + 1, row[at - 1] + 1, before + (word != other)),
            )
    return row[-1]


def measure_share(transcriptions: Sequence[Transcription]) -> float:
    """Return the share of words that were heard wrongly."""
    words = sum(one.words for one in transcriptions)
    return sum(one.errors for one in transcriptions) / max(1, words)
