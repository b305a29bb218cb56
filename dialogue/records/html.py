"""The record as a plain page, for the browser and for the printer."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from dialogue.records.record import ANSWER_LABELS, Line, Record

STYLE = (
    "body{font:1.1em/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #999;padding:.4em;text-align:left;"
    "vertical-align:top}th{font-weight:normal}.labels th{width:8em}"
    ".draft{border:2px solid #900;padding:.5em}"
)


class Section(NamedTuple):
    """A part of the record, the same for every kind of file."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    labels: bool
    """The left cells are short labels; else they are what was asked or said."""


def sections(record: Record, prompts: Mapping[str, str]) -> Iterator[Section]:
    """Yield what the record says."""
    outcome = [
        (prompts["page.tier"], prompts[f"page.tier.{record.urgency}"]),
        (prompts["page.why"], f"{record.why} ({record.rule_id})"),
    ]
    outcome += [
        (prompts["page.sources"], f"{source.publisher}: {source.title}, {source.year}")
        for source in record.sources
    ]
    yield Section(prompts["page.outcome"], tuple(outcome), labels=True)
    for heading, lines in (
        (prompts["page.asked"], record.asked),
        (prompts["page.said"], record.said),
    ):
        rows = tuple(_row(line, prompts) for line in lines)
        nothing = ((prompts["page.nothing"], ""),)
        yield Section(heading, rows or nothing, labels=False)
    about = [(prompts["page.when"], when(record))]
    if record.clinic:
        about.append((prompts["page.clinic"], record.clinic))
    about.append((prompts["page.rules"], versions(record)))
    yield Section(prompts["page.about"], tuple(about), labels=True)


def as_page(record: Record, prompts: Mapping[str, str], disclaimer: str) -> str:
    """Return the record as HTML that needs nothing else to be shown."""
    title = escape(prompts["page.title"])
    parts = [f"<h1>{title}</h1>", f"<p>{escape(when(record))}</p>"]
    if record.status == "draft":
        parts.append(f'<p class="draft">{escape(prompts["page.draft"])}</p>')
    for heading, rows, labels in sections(record, prompts):
        parts.append(f"<h2>{escape(heading)}</h2>")
        cells = (
            f'<tr><th scope="row">{escape(left)}</th><td>{escape(right)}</td></tr>'
            for left, right in rows
        )
        kind = ' class="labels"' if labels else ""
        parts.append(f"<table{kind}>{''.join(cells)}</table>")
    parts.append(f"<p>{escape(disclaimer)}</p>")
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(record.locale)}">\n<head>'
        f'<meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body>\n" + "\n".join(parts) + "\n"
        "</body>\n</html>\n"
    )


def when(record: Record) -> str:
    """Return date and time of the talk, in figures and with the offset."""
    return record.moment.isoformat(sep=" ", timespec="minutes")


def versions(record: Record) -> str:
    """Return what decided and what spoke, with their versions."""
    return (
        f"{record.protocol} {record.version} ({record.status}), "
        f"backtalk {record.program}, {record.locale}"
    )


def _row(line: Line, prompts: Mapping[str, str]) -> tuple[str, str]:
    return line.words, prompts[ANSWER_LABELS[line.answer]]
