"""Drawings as SVG text."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from dialogue.printing.document import WIDE, Arrow, Box, Drawing

HEADING = 30.0
"""Points above each drawing, for its title."""
EDGE = 10.0
"""Points around the picture."""
FONT = "font-family='Helvetica, Arial, sans-serif' font-size='9'"
BOLD = " font-weight='bold'"


def render_drawing(drawing: Drawing) -> str:
    """Return one drawing as SVG text, its title as the picture's name only."""
    return _frame(drawing.title, drawing.height, _render_shapes(drawing))


def render_drawings(title: str, drawings: Iterable[Drawing]) -> str:
    """Return several drawings as one SVG text, below each other, with their titles."""
    y, parts = 0.0, []
    for drawing in drawings:
        words = f"<text y='12' font-size='13'{BOLD}>{escape(drawing.title)}</text>"
        below = f"<g transform='translate(0 {HEADING:g})'>{_render_shapes(drawing)}</g>"
        parts.append(f"<g transform='translate(0 {y:g})'>{words}{below}</g>")
        y += drawing.height + 2 * HEADING
    return _frame(title, y, "".join(parts))


def _frame(title: str, height: float, inner: str) -> str:
    wide, high = WIDE + 2 * EDGE, height + 2 * EDGE
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' "
        f"viewBox='{-EDGE:g} {-EDGE:g} {wide:g} {high:g}' "
        f"width='{wide:g}pt' height='{high:g}pt' {FONT}>"
        f"<title>{escape(title)}</title>{inner}</svg>"
    )


def _render_shapes(drawing: Drawing) -> str:
    return "".join(
        _render_box(shape) if isinstance(shape, Box) else _render_arrow(shape)
        for shape in drawing.shapes
    )


def _render_box(box: Box) -> str:
    corner = 8 if box.round else 0
    words = "".join(
        f"<text x='{x:g}' y='{y:g}'{'' if number else BOLD}>{escape(line)}</text>"
        for number, (x, y, line) in enumerate(box.place_lines())
    )
    return (
        f"<rect x='{box.x:g}' y='{box.y:g}' width='{box.width:g}' "
        f"height='{box.height:g}' rx='{corner}' fill={quoteattr(box.fill)} "
        f"stroke='#333' stroke-width='0.8'/>{words}"
    )


def _render_arrow(arrow: Arrow) -> str:
    x, y = arrow.label_place
    label = f"<text x='{x:g}' y='{y:g}'>{escape(arrow.label)}</text>"
    head = " ".join(f"{x:g},{y:g}" for x, y in arrow.head)
    return (
        f"<line x1='{arrow.x:g}' y1='{arrow.y:g}' x2='{arrow.to_x:g}' "
        f"y2='{arrow.to_y:g}' stroke='#333' stroke-width='0.8'/>"
        f"<polygon points='{head}' fill='#333'/>{label if arrow.label else ''}"
    )
