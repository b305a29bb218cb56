"""Pieces of worded speech to what the voice reads: numbers as single digits."""

from collections.abc import Iterable

from dialogue.engine.reply import EmergencyNumber, Pause, Phone, Segment, Text


def passages(segments: Iterable[Segment]) -> list[str | int]:
    """Return texts for the voice, and the milliseconds of silence between them.

    No figures of a number ever reach the voice: it would read hundreds.
    """
    result: list[str | int] = []
    for piece in segments:
        match piece:
            case Pause(milliseconds):
                result.append(milliseconds)
                continue
            case Text(words):
                said = words
            case Phone(_, spoken) | EmergencyNumber(_, spoken):
                said = spoken
        if result and isinstance(result[-1], str):
            result[-1] += said
        else:
            result.append(said)
    return [" ".join(p.split()) if isinstance(p, str) else p for p in result]
