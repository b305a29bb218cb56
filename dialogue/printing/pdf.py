"""A document as PDF, set with ReportLab, which needs the extra `record`.

The fonts are those of every PDF reader, which hold Western European letters. The same
document gives the same bytes. Lengths are in points.
"""

from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Any

from reportlab.graphics.shapes import Drawing as Picture
from reportlab.graphics.shapes import Group, Line, Polygon, Rect, String
from reportlab.lib import colors, pagesizes
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Paragraph as Words
from reportlab.platypus import Table as Grid

from dialogue.printing.document import (
    WIDE,
    Arrow,
    Block,
    Box,
    Decision,
    Dialogue,
    Document,
    Drawing,
    Entry,
    Form,
    Heading,
    Link,
    Paragraph,
    Section,
    Table,
)
from dialogue.printing.document import (
    Line as TextLine,
)

SIDE, TOP, BOTTOM = 18 * mm, 17 * mm, 19 * mm
WIDTH = pagesizes.letter[0] - 2 * SIDE
HEIGHT = pagesizes.letter[1] - TOP - BOTTOM
LABELS = 28 * mm
"""Width of the labels beside facts."""
DRAWING_SIZE = 9.0
"""Size of the words in a drawing."""
DEEP, SOFT, HAIR, TINT = "#17405c", "#595959", "#c9c9c9", "#f4f1ea"
INK, RED = colors.HexColor("#333333"), "#990000"
BOLD = "Helvetica-Bold"
_Flow = Any
"""What the library sets on pages; it publishes no types."""


def render_pdf(document: Document) -> bytes:
    """Return the PDF: bookmarks, and the foot with the page number on each page."""
    count = _set_pages(document, BytesIO(), 0)
    out = BytesIO()
    _set_pages(document, out, count)
    return out.getvalue()


def _set_pages(document: Document, out: BytesIO, count: int) -> int:
    """Set all pages into `out`; return their number, which the foot needs to know."""
    template = BaseDocTemplate(
        out,
        pagesize=pagesizes.letter,
        title=f"{document.title}: {document.subtitle}",
        author="Back Talk",
        subject=document.foot,
        lang=document.language,
        invariant=1,
    )

    def draw_foot(canvas: Any, template: Any) -> None:
        label = document.page_label.format(page=template.page, count=count)
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(SOFT)
        canvas.setStrokeColor(HAIR)
        canvas.line(SIDE, BOTTOM - 5 * mm, SIDE + WIDTH, BOTTOM - 5 * mm)
        canvas.drawString(SIDE, BOTTOM - 9 * mm, document.foot)
        canvas.drawRightString(SIDE + WIDTH, BOTTOM - 9 * mm, label)
        canvas.restoreState()

    frame = Frame(SIDE, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0)
    template.addPageTemplates([PageTemplate("page", [frame], onPage=draw_foot)])
    template.afterFlowable = lambda flow: _add_bookmark(template, flow)
    template.build(list(_build_flow(document)))
    return int(template.page)


def _add_bookmark(template: Any, flow: _Flow) -> None:
    """Add a chapter's title to the outline that readers show beside the pages."""
    if getattr(flow, "style", None) is _H2:
        title = flow.getPlainText()
        template.canv.bookmarkPage(title)
        template.canv.addOutlineEntry(title, title, 0)


def _style(size: float = 9.5, **more: Any) -> ParagraphStyle:
    usual: dict[str, Any] = {"fontName": "Helvetica", "leading": size * 1.32}
    return ParagraphStyle("own", fontSize=size, **{**usual, **more})


_STYLES = {
    "": _style(spaceAfter=5),
    "lead": _style(11, spaceAfter=8),
    "small": _style(8.5, textColor=SOFT, spaceAfter=5),
    "warning": _style(borderColor=RED, borderWidth=1, borderPadding=4, spaceAfter=9),
}
_LABEL = _style(8.5, textColor=SOFT)
_CELL = _style()
_HEAD = _style(fontName=BOLD, textColor=colors.white)
_TITLE = _style(10, fontName=BOLD)
_MARK = _style(8.5, fontName=BOLD, textColor=colors.white, alignment=1)
_H1 = _style(30, fontName=BOLD, textColor=DEEP, spaceAfter=6)
_H2 = _style(18, fontName=BOLD, textColor=DEEP, spaceAfter=10)
_H3 = _style(12, fontName=BOLD, textColor=DEEP, spaceBefore=10, spaceAfter=6)
_BOLD = _style(fontName=BOLD)


def _build_flow(document: Document) -> Iterator[_Flow]:
    if document.facts:
        yield Spacer(1, 60 * mm)
    yield Words(escape(document.title), _H1)
    yield Words(escape(document.subtitle), _style(14, textColor=SOFT, spaceAfter=24))
    if document.notice:
        yield Words(escape(document.notice), _STYLES["warning"])
    if document.facts:
        yield from _build_contents(document)
    for section in document.sections:
        if document.facts:
            yield PageBreak()
        yield from _build_section(section, document.anchors)


def _build_contents(document: Document) -> Iterator[_Flow]:
    cells = [[Words(n, _LABEL), Words(escape(v), _CELL)] for n, v in document.facts]
    tint = TableStyle([("BACKGROUND", (0, 0), (-1, -1), TINT), *_PADDED])
    yield Grid(cells, [42 * mm, WIDTH - 42 * mm], style=tint)
    yield Spacer(1, 10 * mm)
    for number, section in enumerate(document.sections, start=1):
        title = escape(section.title)
        link = f'{number}. <a href="#{title}">{title}</a>'
        yield Words(link, _STYLES[""])


_PADDED: list[tuple[Any, ...]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
]


def _build_section(section: Section, anchors: frozenset[str]) -> Iterator[_Flow]:
    yield Words(escape(section.title), _H2)
    before: Block | None = None
    group: list[_Flow] = []
    for block in section.blocks:
        # A heading stays with what follows it, and a decision with its point.
        if not isinstance(before, Heading) and not isinstance(block, Decision):
            yield KeepTogether(group)
            group = []
        group += _build_block(block, anchors)
        before = block
    yield KeepTogether(group)


def _build_block(block: Block, anchors: frozenset[str]) -> list[_Flow]:
    match block:
        case Paragraph(text, style):
            return [Words(escape(text), _STYLES[style])]
        case Heading(text):
            return [Words(escape(text), _H3)]
        case Entry():
            return _build_entry(block, anchors)
        case Table():
            return [_build_table(block), Spacer(1, 8)]
        case Dialogue(lines):
            return [_build_dialogue(lines)]
        case Drawing():
            return [_build_picture(block)]
        case Decision(_, choices):
            return _build_decision(choices)
        case Form(fields):
            return _build_form(fields)


def _build_entry(entry: Entry, anchors: frozenset[str]) -> list[_Flow]:
    colour = entry.colour or HAIR
    anchor = f'<a name="{entry.anchor}"/>' if entry.anchor else ""
    title = [Words(anchor + escape(entry.title), _TITLE)]
    title.append(Words(escape(entry.mark), _MARK))
    ground = [("BACKGROUND", (1, 0), (1, 0), colour)] if entry.mark else []
    over = ("LINEABOVE", (0, 0), (-1, 0), 1.2, colour)
    head = Grid(
        [title], [WIDTH - LABELS, LABELS], style=TableStyle([*_PADDED, *ground, over])
    )
    rows = []
    for label, lines in entry.rows:
        said = [Words(_mark_up(line, anchors), _CELL) for line in lines]
        rows.append([Words(label, _LABEL), said])
    edge = ("LINEBEFORE", (0, 0), (0, -1), 1.2, colour)
    body = Grid(rows, [LABELS, WIDTH - LABELS], style=TableStyle([*_PADDED, edge]))
    return [head, body, Spacer(1, 9)]


def _mark_up(line: TextLine, anchors: frozenset[str]) -> str:
    if not isinstance(line, Link):
        return escape(line)
    # The library refuses a whole document for one link that leads nowhere.
    if line.target.startswith("#") and line.target[1:] not in anchors:
        return escape(line.text)
    return f'<a href="{escape(line.target)}" color="{DEEP}">{escape(line.text)}</a>'


def _build_table(table: Table) -> _Flow:
    ruled = [*_PADDED, ("LINEBELOW", (0, 0), (-1, -1), 0.5, HAIR)]
    cells = [[Words(escape(cell), _CELL) for cell in row] for row in table.rows]
    if table.heading:
        cells.insert(0, [Words(escape(cell), _HEAD) for cell in table.heading])
        ruled.append(("BACKGROUND", (0, 0), (-1, 0), DEEP))
    widths = [share * WIDTH for share in table.widths]
    repeated = int(bool(table.heading))
    return Grid(cells, widths, repeatRows=repeated, style=TableStyle(ruled))


def _build_dialogue(lines: tuple[tuple[str, str], ...]) -> _Flow:
    ours = lines[0][0]
    cells = [
        [Words(who, _LABEL), Words(escape(words), _CELL if who == ours else _BOLD)]
        for who, words in lines
    ]
    return Grid(cells, [24 * mm, WIDTH - 24 * mm], style=TableStyle(_PADDED))


def _build_decision(choices: tuple[str, ...]) -> list[_Flow]:
    initials = Words("Initials, date:", _LABEL)
    ticks = [*map(_build_tick_box, choices), initials, ""]
    under = TableStyle([("LINEBELOW", (3, 0), (3, 0), 0.5, SOFT)])
    rest = WIDTH - 118 * mm
    row = Grid([ticks], [36 * mm, 50 * mm, 24 * mm, rest], style=under)
    blank = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, SOFT)])
    lines = Grid([[""], [""]], [WIDTH - 8 * mm], [8 * mm, 8 * mm], style=blank)
    return [row, lines, Spacer(1, 9 * mm)]


def _build_form(fields: tuple[tuple[str, float], ...]) -> list[_Flow]:
    whole = sum(share for _, share in fields)
    widths = [share / whole * WIDTH for _, share in fields]
    labels = [Words(escape(label), _LABEL) for label, _ in fields]
    lines = [("LINEABOVE", (n, 1), (n, 1), 0.7, SOFT) for n in range(len(fields))]
    ruled, blank = TableStyle(lines), [""] * len(fields)
    heights = [16 * mm, 6 * mm]
    return [Grid([blank, labels], widths, heights, style=ruled), Spacer(1, 12)]


def _build_tick_box(label: str) -> _Flow:
    picture = Picture(10 + 6 * len(label), 12)
    picture.add(Rect(0, 1, 9, 9, fillColor=None, strokeColor=INK, strokeWidth=0.8))
    picture.add(String(14, 2, label, fontName="Helvetica", fontSize=9.5))
    return picture


def _build_picture(drawing: Drawing) -> _Flow:
    scale = min(WIDTH / WIDE, (HEIGHT - 30 * mm) / drawing.height)
    group = Group(transform=(scale, 0, 0, -scale, 0, drawing.height * scale))
    for shape in drawing.shapes:
        draw = _draw_box(shape) if isinstance(shape, Box) else _draw_arrow(shape)
        for part in draw:
            group.add(part)
    picture = Picture(WIDE * scale, drawing.height * scale)
    picture.add(group)
    return picture


def _draw_box(box: Box) -> Iterator[_Flow]:
    place, corner = (box.x, box.y, box.width, box.height), 8 if box.round else 0
    fill = colors.HexColor(box.fill)
    ink = {"fillColor": fill, "strokeColor": INK, "strokeWidth": 0.8}
    yield Rect(*place, corner, corner, **ink)
    for number, (x, y, line) in enumerate(box.place_lines()):
        yield _draw_words(x, y, line, "Helvetica" if number else BOLD)


def _draw_arrow(arrow: Arrow) -> Iterator[_Flow]:
    line = arrow.x, arrow.y, arrow.to_x, arrow.to_y
    yield Line(*line, strokeColor=INK, strokeWidth=0.8)
    head = [length for corner in arrow.head for length in corner]
    yield Polygon(head, fillColor=INK, strokeColor=INK, strokeWidth=0.1)
    if arrow.label:
        yield _draw_words(*arrow.label_place, arrow.label)


def _draw_words(x: float, y: float, words: str, font: str = "Helvetica") -> _Flow:
    """Return words at a place measured downwards, turned upright again."""
    upright = Group(transform=(1, 0, 0, -1, x, y))
    upright.add(String(0, 0, words, fontName=font, fontSize=DRAWING_SIZE))
    return upright
