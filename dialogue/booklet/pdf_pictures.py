"""Pictures in the PDF: the pages of the diagram, and boxes to tick."""

from typing import Any

from reportlab.graphics.shapes import Drawing, Group, Line, Polygon, Rect, String
from reportlab.lib.colors import HexColor

from dialogue.booklet.diagram import LINE, MARGIN, WIDE, Arrow, Box, Page

SIZE = 9.0
"""Points of the words in a box."""
INK = HexColor("#333333")


def picture(page: Page, width: float, height: float) -> Any:
    """Return one page of the diagram, made to fit `width` and `height` in points."""
    scale = min(width / WIDE, height / page.height)
    group = Group(transform=(scale, 0, 0, -scale, 0, page.height * scale))
    for shape in page.shapes:
        drawn = _box(shape) if isinstance(shape, Box) else _arrow(shape)
        for part in drawn:
            group.add(part)
    drawing = Drawing(WIDE * scale, page.height * scale)
    drawing.add(group)
    return drawing


def tick_box(label: str) -> Any:
    """Return an empty box with a label, in a line of writing."""
    drawing = Drawing(10 + 6 * len(label), 12)
    drawing.add(Rect(0, 1, 9, 9, fillColor=None, strokeColor=INK, strokeWidth=0.8))
    drawing.add(String(14, 2, label, fontName="Helvetica", fontSize=9.5))
    return drawing


def _box(box: Box) -> list[Any]:
    corner = 8 if box.round else 0
    frame = Rect(
        box.x,
        box.y,
        box.width,
        box.height,
        corner,
        corner,
        fillColor=HexColor(box.fill),
        strokeColor=INK,
        strokeWidth=0.8,
    )
    words = [
        _words(
            box.x + MARGIN,
            box.y + MARGIN + LINE * (number + 0.8),
            line,
            "Helvetica-Bold" if number == 0 else "Helvetica",
        )
        for number, line in enumerate(box.lines)
    ]
    return [frame, *words]


def _words(x: float, y: float, words: str, font: str = "Helvetica") -> Any:
    """Return words at a place measured downwards, turned upright again."""
    upright = Group(transform=(1, 0, 0, -1, x, y))
    upright.add(String(0, 0, words, fontName=font, fontSize=SIZE))
    return upright


def _arrow(arrow: Arrow) -> list[Any]:
    x, y = arrow.to_x, arrow.to_y
    down = arrow.x == x
    head = [x, y, x - 3, y - 6, x + 3, y - 6]
    if not down:
        head = [x, y, x - 6, y - 3, x - 6, y + 3]
    aside = 6 if down else -8
    above = 3 if down else -3
    middle = (arrow.x + x) / 2 + aside, (arrow.y + y) / 2 + above
    return [
        Line(arrow.x, arrow.y, x, y, strokeColor=INK, strokeWidth=0.8),
        Polygon(head, fillColor=INK, strokeColor=INK, strokeWidth=0.1),
        *([_words(*middle, arrow.label)] if arrow.label else []),
    ]
