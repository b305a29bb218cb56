"""The record as PDF (the only file importing reportlab)."""

from collections.abc import Mapping
from html import escape
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import inch
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from dialogue.records.html import sections, when
from dialogue.records.record import Record

LINES = [
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def as_pdf(record: Record, prompts: Mapping[str, str], disclaimer: str) -> bytes:
    """Return the record as a PDF; the same record gives the same bytes.

    The fonts of every PDF reader are used, which hold Western European letters.
    """
    styles = getSampleStyleSheet()

    def text(words: str, style: str = "BodyText") -> Paragraph:
        return Paragraph(escape(words), styles[style])

    flow = [text(prompts["page.title"], "Title"), text(when(record))]
    if record.status == "draft":
        flow.append(text(prompts["page.draft"]))
    for heading, rows, labels in sections(record, prompts):
        flow.append(text(heading, "Heading2"))
        cells = [[text(left), text(right)] for left, right in rows]
        wide = 1.2 * inch if labels else 5.5 * inch
        flow.append(Table(cells, colWidths=[wide, 6.5 * inch - wide], style=LINES))
    flow += [Spacer(1, 12), text(disclaimer)]
    made = BytesIO()
    document = SimpleDocTemplate(
        made, pagesize=letter, title=prompts["page.title"], lang=record.locale
    )
    document.invariant = 1
    document.build(flow)
    return made.getvalue()
