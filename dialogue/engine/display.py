"""How a reply stands on a screen: which prompt is first and largest, which is small.

One rule for the page and for Alexa's screens. What is said last is not what matters
most: advice ends with a disclaimer.
"""

from collections.abc import Mapping, Sequence
from enum import Enum

from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.reply import Phone, RenderedPrompt, Reply


class Part(Enum):
    """What a prompt of a reply is, in the order in which a screen shows advice."""

    INSTRUCTION = "instruction"
    """What to do now: the disposition in one prompt. First and largest."""
    QUESTION = "question"
    STEP = "step"
    """A care line that is read now."""
    CONTACT = "contact"
    """The clinic's number, or its hours."""
    DETAIL = "detail"
    """Whatever else is said."""
    SAFETY_NET = "safety_net"
    """When to get help, and from whom."""
    REASON = "reason"
    DISCLAIMER = "disclaimer"
    """Shown small."""
    OFFER = "offer"
    """Asked at the end of advice or steps; stands with its buttons."""


LEADING = (Part.INSTRUCTION, Part.QUESTION, Part.STEP)
"""What comes before all else, whenever it was said."""

Arranged = tuple[tuple[Part, RenderedPrompt], ...]

_FAMILIES: Mapping[str, Part] = {
    "readback": Part.REASON,
    "because": Part.REASON,
    "unheard": Part.SAFETY_NET,
    "net": Part.SAFETY_NET,
    "disclaimer": Part.DISCLAIMER,
}
"""Parts by the first word of a prompt's key."""
_ORDER = tuple(Part)


def arrange_reply(
    protocol: TriageProtocol, reply: Reply, prompts: Sequence[RenderedPrompt]
) -> Arranged:
    """Return each prompt of `reply`, as rendered, with its part, in order of showing.

    Advice is sorted by its parts. Of any other reply the question or the step comes
    first, an offer last, and the rest stays as it is said: before a number is given,
    whom it is not for.
    """
    advice = has_instruction(protocol, reply)
    parts = [_find_part(protocol, prompt, advice) for prompt in prompts]
    if reply.open_prompt is not None and parts:
        asks = reply.open_prompt in protocol.question
        parts[-1] = Part.QUESTION if asks else Part.OFFER
    if advice and Part.DETAIL in parts:
        parts[parts.index(Part.DETAIL)] = Part.INSTRUCTION
    arranged = zip(parts, prompts, strict=True)
    return tuple(sorted(arranged, key=lambda pair: _get_place(pair[0], advice)))


def has_instruction(protocol: TriageProtocol, reply: Reply) -> bool:
    """Tell whether `reply` speaks its disposition, and not only something behind it."""
    disposition = protocol.disposition.get(reply.disposition or "")
    if disposition is None:
        return False
    words = (*disposition.says_if_unsure, *disposition.says)
    return any(
        word in reply.says
        and word not in ("read_back", "reason")
        and find_family(word) is None
        for word in words
    )


def find_family(key: str) -> Part | None:
    """Return the part that a prompt has wherever it is said, None where it has none."""
    return _FAMILIES.get(key.partition(".")[0])


def _find_part(protocol: TriageProtocol, prompt: RenderedPrompt, advice: bool) -> Part:
    if (family := find_family(prompt.key)) is not None:
        return family
    if any(prompt.key == line.key for line in protocol.care_lines):
        return Part.STEP
    if not advice:
        return Part.DETAIL
    if any(prompt.key in (r.reason, r.reason_if_unsure) for r in protocol.rules):
        return Part.REASON
    by_phone = any(isinstance(segment, Phone) for segment in prompt.segments)
    return Part.CONTACT if by_phone or prompt.key.startswith("hours.") else Part.DETAIL


def _get_place(part: Part, advice: bool) -> int:
    spoken_order = not (advice or part in LEADING or part is Part.OFFER)
    return _ORDER.index(Part.DETAIL if spoken_order else part)
