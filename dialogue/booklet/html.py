"""The booklet as one HTML page that needs nothing else, on screen and on paper."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files

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
from dialogue.booklet.svg import page_svg


def as_html(document: Document) -> str:
    """Return the whole page, styles and drawings included."""
    style = files("dialogue.booklet").joinpath("booklet.css").read_text("utf-8")
    body = "\n".join(map(_section, document.sections))
    contents = "".join(
        f'<li><a href="#{s.id}">{escape(s.title)}</a></li>' for s in document.sections
    )
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
        for name, value in document.facts
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(document.title)}: {escape(document.subtitle)}</title>
<style>
{style}@page {{ @bottom-left {{ content: "{escape(document.foot)}"; }} }}
</style>
</head>
<body>
<a class="skip" href="#how-to-read">Skip to the text</a>
<header>
<h1>{escape(document.title)}</h1>
<p class="subtitle">{escape(document.subtitle)}</p>
<dl class="facts">{facts}</dl>
<nav aria-label="Contents"><ol>{contents}</ol></nav>
</header>
<main lang="{escape(document.language)}">
{body}
</main>
<footer>{escape(document.foot)}</footer>
</body>
</html>
"""


def _section(section: Section) -> str:
    inner = "\n".join(map(_block, section.blocks))
    return (
        f'<section aria-labelledby="{section.id}">'
        f'<h2 id="{section.id}">{escape(section.title)}</h2>\n{inner}\n</section>'
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(text, style):
            named = f' class="{style}"' if style else ""
            return f"<p{named}>{escape(text)}</p>"
        case Heading(text):
            return f"<h3>{escape(text)}</h3>"
        case Entry():
            return _entry(block)
        case Table(heading, rows, widths):
            return "".join(_table(heading, rows, widths))
        case Talk(lines):
            return _talk(lines)
        case Drawing(page):
            return page_svg(page)
        case Decision(point):
            return (
                f'<div class="decision" role="group" aria-label="Decision {point}">'
                f"<span>\u2610 {AS_WRITTEN}</span>"
                "<span>\u2610 to be changed, to:</span><span>Initials, date:</span>"
                '<span class="blank"></span><span class="blank"></span></div>'
            )
        case Form(fields):
            return _form(fields)


def _entry(entry: Entry) -> str:
    edge = f' style="--edge: {entry.colour}"' if entry.colour else ""
    mark = f'<span class="mark">{escape(entry.mark)}</span>' if entry.mark else ""
    rows = "".join(
        f"<dt>{escape(label)}</dt>"
        + "".join(f"<dd>{escape(line)}</dd>" for line in lines)
        for label, lines in entry.rows
    )
    title = f"<header><h4>{escape(entry.title)}</h4>{mark}</header>"
    return f'<article class="entry"{edge}>{title}<dl class="rows">{rows}</dl></article>'


def _table(
    heading: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    widths: tuple[float, ...],
) -> Iterator[str]:
    yield "<table><colgroup>"
    yield from (f'<col style="width: {share:.0%}">' for share in widths)
    yield "</colgroup><thead><tr>"
    yield from (f'<th scope="col">{escape(cell)}</th>' for cell in heading)
    yield "</tr></thead><tbody>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
    yield "</tbody></table>"


def _talk(lines: tuple[tuple[str, str], ...]) -> str:
    inner = "".join(
        f'<dt>{escape(who)}</dt><dd class="{who.split()[0].lower()}">'
        f"{escape(words)}</dd>"
        for who, words in lines
    )
    return f'<dl class="talk">{inner}</dl>'


def _form(fields: tuple[tuple[str, float], ...]) -> str:
    inner = "".join(
        f'<div style="flex: {share:g}"><span class="blank"></span>'
        f"<span>{escape(label)}</span></div>"
        for label, share in fields
    )
    return f'<div class="form">{inner}</div>'
