"""The booklet as PDF: the same blocks, set with ReportLab; needs the `record` extra."""

from collections.abc import Callable, Iterator
from html import escape
from io import BytesIO
from typing import Any

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

from dialogue.approval.signature import AS_WRITTEN
from dialogue.booklet.document import (
    Block,
    Decision,
    Document,
    Drawing,
    Entry,
    Form,
    Heading,
    Paragraph,
    Section,
    Table,
    Talk,
)
from dialogue.booklet.pdf_pictures import picture, tick_box

SIDE, TOP, BOTTOM = 18 * mm, 17 * mm, 19 * mm
WIDTH = pagesizes.letter[0] - 2 * SIDE
HEIGHT = pagesizes.letter[1] - TOP - BOTTOM
DEEP, SOFT, HAIR, TINT = "#17405c", "#595959", "#c9c9c9", "#f4f1ea"
_Flow = Any
"""What the library sets on pages; it publishes no types."""


def as_pdf(document: Document) -> bytes:
    """Return the PDF: bookmarks, and the foot with the page number on each page."""
    count = _set(document, BytesIO(), 0)
    out = BytesIO()
    _set(document, out, count)
    return out.getvalue()


def _set(document: Document, out: BytesIO, count: int) -> int:
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
    frame = Frame(SIDE, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0)
    foot = _footed(document.foot, count)
    template.addPageTemplates([PageTemplate("page", [frame], onPage=foot)])
    template.afterFlowable = lambda set_: _bookmark(template, set_)
    template.build(list(_story(document)))
    return int(template.page)


def _footed(foot: str, count: int) -> Callable[[Any, Any], None]:
    def draw(canvas: Any, template: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(SOFT)
        canvas.setStrokeColor(HAIR)
        canvas.line(SIDE, BOTTOM - 5 * mm, SIDE + WIDTH, BOTTOM - 5 * mm)
        canvas.drawString(SIDE, BOTTOM - 9 * mm, foot)
        right = f"Page {template.page} of {count}"
        canvas.drawRightString(SIDE + WIDTH, BOTTOM - 9 * mm, right)
        canvas.restoreState()

    return draw


def _bookmark(template: Any, set_: _Flow) -> None:
    """Add a chapter's title to the outline that readers show beside the pages."""
    if getattr(set_, "style", None) is _H2:
        title = set_.getPlainText()
        template.canv.bookmarkPage(title)
        template.canv.addOutlineEntry(title, title, 0)


def _style(size: float = 9.5, **more: Any) -> ParagraphStyle:
    usual: dict[str, Any] = {"fontName": "Helvetica", "leading": size * 1.32}
    return ParagraphStyle("own", fontSize=size, **{**usual, **more})


_STYLES = {
    "": _style(spaceAfter=5),
    "lead": _style(11, spaceAfter=8),
    "small": _style(8.5, textColor=SOFT, spaceAfter=5),
}
_LABEL = _style(8.5, textColor=SOFT)
_CELL = _style()
_HEAD = _style(fontName="Helvetica-Bold", textColor=colors.white)
_TITLE = _style(10, fontName="Helvetica-Bold")
_MARK = _style(8.5, fontName="Helvetica-Bold", textColor=colors.white, alignment=1)
_H1 = _style(30, fontName="Helvetica-Bold", textColor=DEEP, spaceAfter=6)
_H2 = _style(18, fontName="Helvetica-Bold", textColor=DEEP, spaceAfter=10)
_H3 = _style(
    12, fontName="Helvetica-Bold", textColor=DEEP, spaceBefore=10, spaceAfter=6
)
_BOLD = _style(fontName="Helvetica-Bold")


def _story(document: Document) -> Iterator[_Flow]:
    yield Spacer(1, 60 * mm)
    yield Words(escape(document.title), _H1)
    yield Words(escape(document.subtitle), _style(14, textColor=SOFT, spaceAfter=24))
    cells = [[Words(n, _LABEL), Words(escape(v), _CELL)] for n, v in document.facts]
    tint = TableStyle([("BACKGROUND", (0, 0), (-1, -1), TINT), *_PADDED])
    yield Grid(cells, [42 * mm, WIDTH - 42 * mm], style=tint)
    yield Spacer(1, 10 * mm)
    for number, section in enumerate(document.sections, start=1):
        title = escape(section.title)
        link = f'{number}. <link destination="{title}">{title}</link>'
        yield Words(link, _STYLES[""])
    for section in document.sections:
        yield from _section(section)


_PADDED: list[tuple[Any, ...]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
]


def _section(section: Section) -> Iterator[_Flow]:
    yield PageBreak()
    yield Words(escape(section.title), _H2)
    before: Block | None = None
    group: list[_Flow] = []
    for block in section.blocks:
        # A heading stays with what follows it, and a decision with its point.
        if not isinstance(before, Heading) and not isinstance(block, Decision):
            yield KeepTogether(group)
            group = []
        group += _block(block)
        before = block
    yield KeepTogether(group)


def _block(block: Block) -> list[_Flow]:
    match block:
        case Paragraph(text, style):
            return [Words(escape(text), _STYLES[style])]
        case Heading(text):
            return [Words(escape(text), _H3)]
        case Entry():
            return _entry(block)
        case Table():
            return [_table(block), Spacer(1, 8)]
        case Talk(lines):
            return [_talk(lines)]
        case Drawing(page):
            return [picture(page, WIDTH, HEIGHT - 30 * mm)]
        case Decision():
            return _decision()
        case Form(fields):
            return _form(fields)


def _entry(entry: Entry) -> list[_Flow]:
    colour = entry.colour or HAIR
    wide = 28 * mm
    title = [Words(escape(entry.title), _TITLE), Words(escape(entry.mark), _MARK)]
    ground = [("BACKGROUND", (1, 0), (1, 0), colour)] if entry.mark else []
    over = ("LINEABOVE", (0, 0), (-1, 0), 1.2, colour)
    head = Grid(
        [title],
        [WIDTH - wide, wide],
        style=TableStyle([*_PADDED, *ground, over]),
    )
    rows = [
        [Words(label, _LABEL), [Words(escape(line), _CELL) for line in lines]]
        for label, lines in entry.rows
    ]
    edge = ("LINEBEFORE", (0, 0), (0, -1), 1.2, colour)
    body = Grid(rows, [wide, WIDTH - wide], style=TableStyle([*_PADDED, edge]))
    return [head, body, Spacer(1, 9)]


def _table(table: Table) -> _Flow:
    cells = [[Words(escape(cell), _HEAD) for cell in table.heading]]
    cells += [[Words(escape(cell), _CELL) for cell in row] for row in table.rows]
    ruled = [
        *_PADDED,
        ("BACKGROUND", (0, 0), (-1, 0), DEEP),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, HAIR),
    ]
    widths = [share * WIDTH for share in table.widths]
    return Grid(cells, widths, repeatRows=1, style=TableStyle(ruled))


def _talk(lines: tuple[tuple[str, str], ...]) -> _Flow:
    ours = lines[0][0]
    cells = [
        [Words(who, _LABEL), Words(escape(words), _CELL if who == ours else _BOLD)]
        for who, words in lines
    ]
    return Grid(cells, [24 * mm, WIDTH - 24 * mm], style=TableStyle(_PADDED))


def _decision() -> list[_Flow]:
    initials = Words("Initials, date:", _LABEL)
    ticks = [tick_box(AS_WRITTEN), tick_box("to be changed, to:"), initials, ""]
    under = TableStyle([("LINEBELOW", (3, 0), (3, 0), 0.5, SOFT)])
    rest = WIDTH - 118 * mm
    row = Grid([ticks], [36 * mm, 50 * mm, 24 * mm, rest], style=under)
    blank = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, SOFT)])
    lines = Grid([[""], [""]], [WIDTH - 8 * mm], [8 * mm, 8 * mm], style=blank)
    return [row, lines, Spacer(1, 9 * mm)]


def _form(fields: tuple[tuple[str, float], ...]) -> list[_Flow]:
    whole = sum(share for _, share in fields)
    widths = [share / whole * WIDTH for _, share in fields]
    labels = [Words(escape(label), _LABEL) for label, _ in fields]
    ruled = TableStyle(
        [("LINEABOVE", (n, 1), (n, 1), 0.7, SOFT) for n in range(len(fields))]
    )
    blank = [""] * len(fields)
    heights = [16 * mm, 6 * mm]
    return [Grid([blank, labels], widths, heights, style=ruled), Spacer(1, 12)]
