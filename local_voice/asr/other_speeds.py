"""Second looks: the same utterance a little slower and faster, pitch and all.

So another person might have said it. A phrase is one at other speeds too; what was
taken for one by chance is heard as something else.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from local_voice.asr.interfaces import UNKNOWN, RecognitionResult
from local_voice.audio.audio_files import resample
from local_voice.audio.pcm import SAMPLE_RATE

SPEEDS = (0.94, 1.06, 0.88, 1.12)
"""Of the first look and the next: 1 is as it was said."""
AGREEING = 2
"""So many looks must agree on what was not heard as it was said."""
MOST_SECONDS = 4.0
"""What is longer is no phrase, and looking at it keeps people waiting."""


def change_speed(pcm: bytes, speed: float) -> bytes:
    """Return `pcm` so many times as fast, at a pitch so many times as high."""
    return resample(pcm, round(SAMPLE_RATE * speed))


def look_again(
    result: RecognitionResult,
    looks: Iterable[RecognitionResult],
    get_meaning: Callable[[str], str],
) -> RecognitionResult:
    """Return what counts of `result` and `looks`, of which no more are taken than help.

    A phrase that no look hears is unknown sound. Where all is unknown sound, a phrase
    counts that enough of them hear. `get_meaning` names what a text means as a whole,
    empty for nothing.
    """
    if meant := get_meaning(result.text):
        is_heard = any(get_meaning(look.text) == meant for look in looks)
        return result if is_heard else replace(result, text=UNKNOWN)
    if set(result.text.split()) == {UNKNOWN}:
        heard = Counter[str]()
        for look in looks:
            name = get_meaning(look.text)
            heard[name] += bool(name)
            if heard[name] == AGREEING:
                return look
    return result
