"""Writes the record into a folder: page, PDF and FHIR, readable by its owner only."""

import json
import os
from contextlib import suppress
from pathlib import Path

from dialogue.content.content import Content
from dialogue.printing.html import render_html
from dialogue.records.fhir import build_questionnaire, build_response
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
    folder.mkdir(parents=True, exist_ok=True)
    start = record.moment.strftime("%Y-%m-%d_%H%M%S")
    files: list[Path] = []
    try:
        for name, data in parts.items():
            _write_new(folder / f"{start}_{name}", data, files)
    except OSError:
        for file in files:
            with suppress(OSError):
                file.unlink()
        raise
    return files, missing


def _write_new(file: Path, data: bytes, written: list[Path]) -> None:
    """Write `file`, which must be new, and add it to `written` once it exists."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    written.append(file)
    with os.fdopen(handle, "wb") as out:
        out.write(data)


def _to_json(resource: object) -> bytes:
    return json.dumps(resource, ensure_ascii=False, indent=2).encode() + b"\n"
