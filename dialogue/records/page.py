"""The record as a document of a page or two, for the browser and for the printer."""

from collections.abc import Mapping

from dialogue.printing.document import Block, Document, Paragraph, Section, Table
from dialogue.records.record import ANSWER_LABELS, Line, Record

LABELS, SENTENCES = 0.2, 0.85
"""Shares of the line that left cells take: short labels, or what was asked or said."""


def build_page(record: Record, prompts: Mapping[str, str], disclaimer: str) -> Document:
    """Return the record in the words of `prompts`, the disclaimer at its end."""
    moment = prompts["page.no_date"]
    if record.moment is not None:
        moment = record.moment.isoformat(sep=" ", timespec="minutes")
    rules = (
        f"{record.protocol} {record.version} ({record.status}), "
        f"backtalk {record.program}, {record.locale}"
    )
    outcome = [
        ("page.tier", prompts[f"page.tier.{record.urgency}"]),
        ("page.why", f"{record.why} ({record.rule_id})"),
        *(
            ("page.sources", f"{source.publisher}: {source.title}, {source.year}")
            for source in record.sources
        ),
    ]
    about = [("page.when", moment), ("page.rules", rules)]
    if record.clinic:
        about.insert(1, ("page.clinic", record.clinic))

    def build_section(id_: str, left: float, rows: list[tuple[str, str]]) -> Section:
        blocks: tuple[Block, ...] = (Table((), tuple(rows), (left, 1 - left)),)
        if id_ == "about":
            blocks += (Paragraph(disclaimer),)
        return Section(id_, prompts[f"page.{id_}"], blocks)

    def label(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(prompts[key], words) for key, words in rows]

    def list_answers(lines: tuple[Line, ...]) -> list[tuple[str, str]]:
        rows = [(line.words, prompts[ANSWER_LABELS[line.answer]]) for line in lines]
        return rows or [(prompts["page.nothing"], "")]

    return Document(
        title=prompts["page.title"],
        subtitle=moment,
        language=record.locale,
        foot=f"{prompts['page.title']} \u00b7 {moment}",
        sections=(
            build_section("outcome", LABELS, label(outcome)),
            build_section("asked", SENTENCES, list_answers(record.asked)),
            build_section("said", SENTENCES, list_answers(record.said)),
            build_section("about", LABELS, label(about)),
        ),
        notice=prompts["page.draft"] if record.status == "draft" else "",
    )
