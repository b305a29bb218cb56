"""Writes the record into a folder: page, PDF and FHIR, readable by its owner only."""

import json
import os
from pathlib import Path

from dialogue.content.content import Content
from dialogue.printing.html import render_html
from dialogue.records.fhir import build_questionnaire, build_response
from dialogue.records.new_file import write_new_files
from dialogue.records.page import build_page
from dialogue.records.record import Record, render_prompt

NO_PDF = (
    "The PDF needs the library reportlab. Install it with: "
    'pip install -e ".[record]". The other files are written.'
)


def folder_refused(folder: Path) -> str:
    """Return why no record can be written into `folder`, or nothing; makes nothing."""
    there = next(
        place for place in (folder, *folder.absolute().parents) if place.exists()
    )
    if not there.is_dir():
        return f"{there}: this is a file. Records need a folder: give another name."
    if not os.access(there, os.W_OK | os.X_OK):
        return f"{there}: nothing can be written here. Give another folder."
    return ""


def write_record(
    content: Content, record: Record, folder: Path
) -> tuple[list[Path], str]:
    """Write the record; return the files, and what is missing as a sentence.

    Call it only after a spoken or tapped yes. No file is overwritten; each can be read
    by its owner only. Raises OSError, and then leaves no file of this record.
    """
    disclaimer = render_prompt(content, "disclaimer.end")
    page = build_page(record, content.prompts, disclaimer)
    parts: dict[str, bytes] = {
        "talk.html": render_html(page).encode(),
        "questionnaire.json": _to_json(build_questionnaire(content)),
        "response.json": _to_json(build_response(content, record)),
    }
    missing = ""
    try:
        from dialogue.printing.pdf import render_pdf
    except ModuleNotFoundError:
        missing = NO_PDF
    else:
        parts["talk.pdf"] = render_pdf(page)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    start = "undated"
    if record.moment is not None:
        start = record.moment.strftime("%Y-%m-%d_%H%M%S")
    return write_new_files(folder, start, parts), missing


def _to_json(resource: object) -> bytes:
    return json.dumps(resource, ensure_ascii=False, indent=2).encode() + b"\n"
