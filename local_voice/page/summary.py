"""What an interview came to, as the page keeps it: to be read, printed or copied."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogue.content.content import Content
from dialogue.engine.display import Arranged, Part, find_family
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Phone, RenderedPrompt, Reply, Segment, Text


@dataclass(frozen=True)
class Span:
    """A stretch of one line."""

    text: str
    tel: str = ""
    """Digits to dial, where this is a number."""


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Section:
    """Lines of one kind."""

    name: str
    """`contact`, `until`, `steps`, `safety`, `why` or `disclaimer`."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Summary:
    """What stays when an interview has ended with advice."""

    instruction: Line
    numbers: Line
    """The clinic's, unless the advice is to call somebody else first."""
    sections: tuple[Section, ...]
    """In order of reading; none is empty."""


def build_summary(
    content: Content,
    advice: Arranged,
    last: Arranged,
    steps: Iterable[str],
    rule_id: str | None,
    *,
    with_clinic: bool,
) -> Summary:
    """Return what stays of `advice`, which was spoken, and of the reply that ends it.

    `steps` are the keys of the care lines that were read or could have been, `rule_id`
    is the rule behind the advice.
    """
    steps = tuple(steps)
    because = f"because.{rule_id}"
    sections = {
        "contact": _find_hours(content) if with_clinic else (),
        "until": _find_lines(advice, Part.DETAIL),
        "steps": _render(content, (k for k in steps if find_family(k) is None)),
        "safety": (
            *_find_lines((*advice, *last), Part.SAFETY_NET),
            *_render(content, (k for k in steps if find_family(k) is Part.SAFETY_NET)),
        ),
        "why": (
            *_find_lines(advice, Part.REASON),
            *_render(content, [because] if because in content.prompts else ()),
        ),
        "disclaimer": _find_lines((*advice, *last), Part.DISCLAIMER),
    }
    unique = ((name, tuple(dict.fromkeys(lines))) for name, lines in sections.items())
    instructions = _find_lines(advice, Part.INSTRUCTION)
    return Summary(
        instruction=instructions[0] if instructions else (),
        numbers=_find_numbers(content) if with_clinic else (),
        sections=tuple(Section(name, lines) for name, lines in unique if lines),
    )


def _find_lines(arranged: Arranged, wanted: Part) -> tuple[Line, ...]:
    return tuple(to_line(prompt) for part, prompt in arranged if part is wanted)


def _render(content: Content, keys: Iterable[str]) -> tuple[Line, ...]:
    return tuple(render_line(content, key) for key in keys)


def _find_hours(content: Content) -> tuple[Line, ...]:
    hours = content.clinic is not None and content.clinic.hours is not None
    return _render(content, ["hours.say"] if hours else ())


def _find_numbers(content: Content) -> Line:
    return find_phones(_render_prompts(content, "number.say")[:1])


def find_phones(prompts: Iterable[RenderedPrompt]) -> Line:
    """Return the numbers that `prompts` say, each once."""
    segments = (segment for prompt in prompts for segment in prompt.segments)
    phones = (to_span(segment) for segment in segments if isinstance(segment, Phone))
    return tuple(dict.fromkeys(phones))


def render_line(content: Content, key: str) -> Line:
    """Return the words of one prompt; of the clinic, without the time of day."""
    prompts = _render_prompts(content, key)
    return tuple(span for prompt in prompts for span in to_line(prompt))


def _render_prompts(content: Content, key: str) -> tuple[RenderedPrompt, ...]:
    return render_reply(Reply((key,)), content.prompts, content.clinic, None).prompts


def to_line(prompt: RenderedPrompt) -> Line:
    """Return the words of a prompt for the eye, its numbers apart."""
    return tuple(map(to_span, prompt.segments))


def to_span(segment: Segment) -> Span:
    """Return a segment for the eye; a number can be dialled."""
    if isinstance(segment, Text):
        return Span(segment.written or segment.words)
    return Span(segment.number, "".join(d for d in segment.number if d.isdecimal()))


def list_lines(summary: Summary) -> Iterator[Line]:
    """Yield every line of a summary."""
    yield summary.instruction
    for section in summary.sections:
        yield from section.lines
