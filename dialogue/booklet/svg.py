"""The protocol for the eye: as text and as an SVG diagram."""

from collections.abc import Iterator
from textwrap import fill
from xml.sax.saxutils import escape, quoteattr

from dialogue.booklet.diagram import (
    LINE,
    MARGIN,
    WIDE,
    Arrow,
    Box,
    Page,
    in_words,
    pages,
)
from dialogue.content.content import Content

HEADING = 30.0
"""Points above each page of the diagram, for its title."""
BOLD = " font-weight='bold'"
EDGE = 10.0
"""Points around the drawing."""
_FONT = "font-family='Helvetica, Arial, sans-serif' font-size='9'"


def as_text(content: Content) -> str:
    """Return questions, rules and care lines, in the order in which they are used."""
    return "\n".join(_lines(content))


def as_svg(content: Content) -> str:
    """Return the whole diagram as SVG text, its pages below each other."""
    y, parts = 0.0, []
    for page in diagram_pages(content):
        parts.append(f"<g transform='translate(0 {y:g})'>{_titled(page)}</g>")
        y += page.height + 2 * HEADING
    protocol = content.protocol
    title = f"{protocol.id} {protocol.version} ({protocol.status})"
    return _svg(title, y, "".join(parts))


def page_svg(page: Page) -> str:
    """Return one page of the diagram as SVG text, without its title in the picture."""
    return _svg(page.title, page.height, "".join(map(_drawn, page.shapes)))


def diagram_pages(content: Content) -> tuple[Page, ...]:
    """Return the pages of the diagram of `content`."""
    asked = {id_: content.prompts[f"ask.{id_}"] for id_ in content.protocol.question}
    return pages(content.protocol, asked)


def _svg(title: str, height: float, inner: str) -> str:
    wide, high = WIDE + 2 * EDGE, height + 2 * EDGE
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' "
        f"viewBox='{-EDGE:g} {-EDGE:g} {wide:g} {high:g}' "
        f"width='{wide:g}pt' height='{high:g}pt' {_FONT}>"
        f"<title>{escape(title)}</title>{inner}</svg>"
    )


def _titled(page: Page) -> str:
    title = (
        f"<text y='12' font-size='13' font-weight='bold'>{escape(page.title)}</text>"
    )
    shapes = "".join(map(_drawn, page.shapes))
    return f"{title}<g transform='translate(0 {HEADING:g})'>{shapes}</g>"


def _drawn(shape: Box | Arrow) -> str:
    return _box(shape) if isinstance(shape, Box) else _arrow(shape)


def _box(box: Box) -> str:
    corner = 8 if box.round else 0
    words = "".join(
        f"<text x='{box.x + MARGIN:g}' y='{box.y + MARGIN + LINE * (n + 0.8):g}'"
        f"{BOLD if n == 0 else ''}>{escape(line)}</text>"
        for n, line in enumerate(box.lines)
    )
    return (
        f"<rect x='{box.x:g}' y='{box.y:g}' width='{box.width:g}' "
        f"height='{box.height:g}' rx='{corner}' fill={quoteattr(box.fill)} "
        f"stroke='#333' stroke-width='0.8'/>{words}"
    )


def _arrow(arrow: Arrow) -> str:
    x, y = arrow.to_x, arrow.to_y
    down = arrow.x == arrow.to_x
    head = f"{x - 3:g},{y - 6:g} {x + 3:g},{y - 6:g}"
    if not down:
        head = f"{x - 6:g},{y - 3:g} {x - 6:g},{y + 3:g}"
    beside = (
        f"<text x='{(arrow.x + x) / 2 + (6 if down else -8):g}' "
        f"y='{(arrow.y + y) / 2 + (3 if down else -3):g}'>{escape(arrow.label)}</text>"
    )
    return (
        f"<line x1='{arrow.x:g}' y1='{arrow.y:g}' x2='{x:g}' y2='{y:g}' stroke='#333' "
        f"stroke-width='0.8'/><polygon points='{x:g},{y:g} {head}' fill='#333'/>"
        f"{beside if arrow.label else ''}"
    )


def _lines(content: Content) -> Iterator[str]:
    protocol = content.protocol
    yield f"{protocol.id} {protocol.version} ({protocol.status})"
    yield "\nQuestions, in the order in which they are asked"
    for number, question in enumerate(protocol.questions, start=1):
        sign = ", danger sign" if question.red_flag else ""
        yield f"{number:3}. {question.id} ({question.stage.value}{sign})"
        yield _indented(content.prompts[f"ask.{question.id}"])
        if question.only_if is not None:
            yield _indented(f"Only if: {in_words(question.only_if)}.")
        yield f"     Unsure counts as {question.unsure_means.value}."
    yield "\nRules; the most urgent that holds decides"
    for rule in protocol.rules:
        yield f"  {rule.disposition:15} {rule.id}"
        yield _indented(in_words(rule.when))
    yield f"  {protocol.otherwise:15} otherwise"
    yield "\nCare lines, by chunk"
    for line in protocol.care_lines:
        yield f"  {line.chunk} {'/'.join(line.lists):9} {line.key}"


def _indented(words: str) -> str:
    return fill(words, 84, initial_indent=" " * 5, subsequent_indent=" " * 5)
