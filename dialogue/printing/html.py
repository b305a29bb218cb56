"""A document as one HTML page that needs nothing else, on screen and on paper."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from dialogue.printing.document import (
    Block,
    Decision,
    Dialogue,
    Document,
    Drawing,
    Entry,
    Form,
    Heading,
    Line,
    Link,
    Paragraph,
    Section,
    Table,
)
from dialogue.printing.svg import render_drawing


def render_html(document: Document) -> str:
    """Return the whole page, styles and drawings included."""
    style = files("dialogue.printing").joinpath("document.css").read_text("utf-8")
    body = "\n".join(map(_render_section, document.sections))
    pages = document.page_label.format(
        page='" counter(page) "', count='" counter(pages) "'
    )
    title = escape(": ".join((document.title, document.subtitle)))
    notice = f'<p class="warning">{escape(document.notice)}</p>\n'
    first = document.sections[0].id
    skip = f'<a class="skip" href="#{first}">Skip to the text</a>\n'
    has_title_page = bool(document.facts)
    contents = _render_contents(document) if has_title_page else ""
    return f"""<!DOCTYPE html>
<html lang="{"en" if has_title_page else escape(document.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}@page {{
  @bottom-left {{ content: "{escape(document.foot)}"; }}
  @bottom-right {{ content: "{pages}"; }}
}}
</style>
</head>
<body{' class="chapters"' if has_title_page else ""}>
{skip if has_title_page else ""}<header>
<h1>{escape(document.title)}</h1>
<p class="subtitle">{escape(document.subtitle)}</p>
{notice if document.notice else ""}{contents}</header>
<main lang="{escape(document.language)}">
{body}
</main>
<footer>{escape(document.foot)}</footer>
</body>
</html>
"""


def _render_contents(document: Document) -> str:
    contents = "".join(
        f'<li><a href="#{s.id}">{escape(s.title)}</a></li>' for s in document.sections
    )
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
        for name, value in document.facts
    )
    return (
        f'<dl class="facts">{facts}</dl>\n'
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>\n'
    )


def _render_section(section: Section) -> str:
    inner = "\n".join(map(_render_block, section.blocks))
    return (
        f'<section aria-labelledby="{section.id}">'
        f'<h2 id="{section.id}">{escape(section.title)}</h2>\n{inner}\n</section>'
    )


def _render_block(block: Block) -> str:
    match block:
        case Paragraph(text, style):
            named = f' class="{style}"' if style else ""
            return f"<p{named}>{escape(text)}</p>"
        case Heading(text):
            return f"<h3>{escape(text)}</h3>"
        case Entry():
            return _render_entry(block)
        case Table():
            return "".join(_render_table(block))
        case Dialogue(lines):
            inner = "".join(
                f'<dt>{escape(who)}</dt><dd class="{who.split()[0].lower()}">'
                f"{escape(words)}</dd>"
                for who, words in lines
            )
            return f'<dl class="talk">{inner}</dl>'
        case Drawing():
            return render_drawing(block)
        case Decision(point, (as_is, change)):
            return (
                f'<div class="decision" role="group" aria-label="Decision {point}">'
                f"<span>\u2610 {as_is}</span>"
                f"<span>\u2610 {change}</span><span>Initials, date:</span>"
                '<span class="blank"></span><span class="blank"></span></div>'
            )
        case Form(fields):
            inner = "".join(
                f'<div style="flex: {share:g}"><span class="blank"></span>'
                f"<span>{escape(label)}</span></div>"
                for label, share in fields
            )
            return f'<div class="form">{inner}</div>'


def _render_entry(entry: Entry) -> str:
    edge = f' style="--edge: {entry.colour}"' if entry.colour else ""
    mark = f'<span class="mark">{escape(entry.mark)}</span>' if entry.mark else ""
    rows = ""
    for label, lines in entry.rows:
        rows += f"<dt>{escape(label)}</dt>"
        rows += "".join(f"<dd>{_render_line(line)}</dd>" for line in lines)
    title = f"<header><h4>{escape(entry.title)}</h4>{mark}</header>"
    id_ = f' id="{entry.anchor}"' if entry.anchor else ""
    inner = f'{title}<dl class="rows">{rows}</dl>'
    return f'<article class="entry"{id_}{edge}>{inner}</article>'


def _render_line(line: Line) -> str:
    if isinstance(line, Link):
        return f'<a href="{escape(line.target)}">{escape(line.text)}</a>'
    return escape(line)


def _render_table(table: Table) -> Iterator[str]:
    yield "<table><colgroup>"
    yield from (f'<col style="width: {share:.0%}">' for share in table.widths)
    yield "</colgroup>"
    if table.heading:
        yield "<thead><tr>"
        yield from (f'<th scope="col">{escape(cell)}</th>' for cell in table.heading)
        yield "</tr></thead>"
    yield "<tbody>"
    for first, *others in table.rows:
        cell = escape(first)
        yield "<tr>"
        yield f"<td>{cell}</td>" if table.heading else f'<th scope="row">{cell}</th>'
        yield "".join(f"<td>{escape(cell)}</td>" for cell in others)
        yield "</tr>"
    yield "</tbody></table>"
