"""The record: only after a yes, complete, and the same in every kind of file."""

import copy
import json
import re
import sys
import tomllib
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fhirclient.models.fhirabstractbase import FHIRValidationError
from fhirclient.models.questionnaire import Questionnaire
from fhirclient.models.questionnaireresponse import QuestionnaireResponse
from helpers.core_turns import FIRST, NO, UNCLEAR, UNSURE, YES, say, walk

from dialogue import version
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.printing.html import render_html
from dialogue.printing.pdf import render_pdf
from dialogue.records.fhir import NOT_HEARD, build_questionnaire, build_response
from dialogue.records.new_file import NewFile
from dialogue.records.page import build_page
from dialogue.records.record import build_record
from dialogue.records.writer import NO_PDF, folder_refused, write_record

MOMENT = datetime.fromisoformat("2026-03-03T10:00:00-06:00")
HOME = {"adult": YES, "started_within_three_days": YES, "hard_effort": YES}
SPOT = {"adult": YES, "started_within_three_days": YES, "same_spot_returns": YES}


def ended(content, answers, *said):
    """Return state and reply of a talk to its end; what is not given is a no."""
    state, reply = say(content.protocol, None, events.Begin(), *said)
    while reply.expects_answer:
        event = answers.get(str(reply.open_prompt), NO)
        state, reply = take_turn(content.protocol, state, event)
    return state, reply


def recorded(content, answers, *said):
    """Return the record of such a talk."""
    return build_record(content, *ended(content, answers, *said), MOMENT)


def test_a_record_holds_what_was_asked_answered_and_said(content):
    """Questions in order with the answers as given, and unasked things apart."""
    record = recorded(
        content,
        HOME | {"same_spot_returns": UNSURE},
        events.UnpromptedStatement(("skin_or_heat_caution",)),
    )
    assert FIRST == record.asked[0].about
    assert "unsure" == next(
        line.answer.value for line in record.asked if line.about == "same_spot_returns"
    )
    assert ["skin_or_heat_caution"] == [line.about for line in record.said]
    assert ("home", "home_002_ice") == (record.urgency, record.rule_id)
    assert "D F W Center" in record.why
    assert ["seed-002"] == [source.key for source in record.sources]
    version = content.protocol.version
    assert (version, "draft") == (record.version, record.status)


def test_a_question_that_was_not_heard_is_no_answer(content):
    """It is named as asked and not heard, on the page and in FHIR, never as a no."""
    record = recorded(content, TALKS["not heard"][0])
    assert "clinic_unheard" == record.rule_id
    (line,) = (line for line in record.asked if line.about == "lost_control")
    assert Answer.UNHEARD is line.answer
    page = render_html(build_page(record, content.prompts, "Not a diagnosis."))
    assert content.prompts["page.not_heard"] in page
    asked = build_response(content, record)["item"][0]["item"]
    (item,) = (item for item in asked if item["linkId"] == "lost_control")
    assert "answer" not in item
    assert NOT_HEARD == item["extension"][0]
    assert all("answer" in item for item in asked if item["linkId"] != "lost_control")


def test_every_rule_and_statement_has_words_for_the_record(content):
    """Whatever decided and whatever was said can be written down."""
    assert all(f"because.{r.id}" in content.prompts for r in content.protocol.rules)
    rows = tuple(row.id for row in content.protocol.volunteered)
    record = recorded(content, {}, events.UnpromptedStatement(rows))
    assert len(record.said) >= 7
    assert all(line.words for line in record.said)


def test_the_version_comes_from_the_package_where_there_is_no_project(
    monkeypatch, tmp_path
):
    """A checkout has it in its project file; an installed copy has no such file."""
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    assert project["project"]["version"] == version.get_program_version()
    monkeypatch.setattr(version, "__file__", str(tmp_path / "dialogue" / "version.py"))
    monkeypatch.setattr(version.metadata, "version", lambda name: f"{name} 9")
    assert "backtalk 9" == version.get_program_version()


class Reader(HTMLParser):
    """Collects text and checks that every element is closed."""

    def __init__(self):
        """Begin with nothing open."""
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        """Remember an element that must be closed."""
        if tag not in ("meta", "col"):
            self.open.append(tag)
        assert not [name for name, _ in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        """Close the innermost element."""
        assert tag == self.open.pop()

    def handle_data(self, data):
        """Collect the words."""
        self.text.append(data)


def test_the_page_is_whole_and_loads_nothing(content):
    """Each element is closed, nothing is fetched, and every answer is there."""
    record = recorded(content, SPOT)
    reader = Reader()
    reader.feed(render_html(build_page(record, content.prompts, "Not a diagnosis.")))
    text = " ".join(reader.text)
    assert [] == reader.open
    for line in record.asked:
        assert line.words in text
    assert record.why in text
    assert "2026-03-03 10:00-06:00" in text
    assert "No doctor has signed these rules yet." in text
    assert "Not a diagnosis." in text


def test_the_pdf_is_the_same_each_time(content):
    """The PDF holds the record and depends on nothing but the record."""
    record = recorded(content, SPOT)
    page = build_page(record, content.prompts, "Not a diagnosis.")
    made = render_pdf(page)
    assert made.startswith(b"%PDF-1.")
    assert made.rstrip().endswith(b"%%EOF")
    assert made == render_pdf(page)


TALKS = {
    "home": (HOME, ()),
    "clinic": (SPOT, ()),
    "urgent, unsure": ({"fever": UNSURE, "adult": YES}, ()),
    "told": (HOME, (events.UnpromptedStatement(("pain_is_high", "under_18")),)),
    "stopped while reading": (HOME | {"reading.menu": events.Stop()}, ()),
    "not heard": (HOME | {"lost_control": UNCLEAR}, ()),
}


def resources(content, name):
    """Return both resources of one of the talks, each with its R4 model."""
    answers, said = TALKS[name]
    record = recorded(content, answers, *said)
    return (
        (Questionnaire, build_questionnaire(content)),
        (QuestionnaireResponse, build_response(content, record)),
    )


@pytest.mark.parametrize("name", TALKS)
def test_the_fhir_resources_are_valid(content, name):
    """The models of FHIR R4 (4.0.1) take both, and give back just what they took."""
    for model, resource in resources(content, name):
        given = json.loads(json.dumps(resource))
        assert resource == model(given, strict=True).as_json()


def test_every_path_makes_a_whole_and_valid_record(content):
    """Whatever is answered, the record has its rule, its sources and valid FHIR."""
    form = build_questionnaire(content)
    links = {item["linkId"] for group in form["item"] for item in group["item"]}
    tiers = set()
    for path in walk(content.protocol):
        record = build_record(content, path.state, path.reply, MOMENT)
        tiers.add(record.urgency)
        assert record.why
        assert record.sources
        assert record.asked
        response = build_response(content, record)
        assert response == QuestionnaireResponse(response, strict=True).as_json()
        for group in response["item"]:
            assert {item["linkId"] for item in group["item"]} <= links
    assert {"emergency", "urgent", "clinic", "home"} == tiers


def test_the_models_would_refuse_a_spoilt_resource(content):
    """What is missing, unknown or of another type does not pass as R4."""
    for model, resource in resources(content, "clinic"):
        for key, value in (("status", None), ("item", "x"), ("no_such_key", "x")):
            spoilt = copy.deepcopy(resource) | {key: value}
            with pytest.raises(FHIRValidationError):
                model({k: v for k, v in spoilt.items() if v is not None}, strict=True)


@pytest.mark.parametrize("name", TALKS)
def test_the_response_answers_the_questionnaire(content, name):
    """Each link is in the questionnaire, in its order, with an answer it allows."""
    (_, form), (_, response) = resources(content, name)
    assert form["url"] == response["questionnaire"]
    links = [item["linkId"] for group in form["item"] for item in group["item"]]
    given = [item["linkId"] for group in response["item"] for item in group["item"]]
    assert sorted(given, key=links.index) == given
    assert len(links) == len(set(links))
    allowed = [o["valueCoding"] for o in form["item"][0]["item"][0]["answerOption"]]
    for group in response["item"][:-1]:
        for item in group["item"]:
            if (name, item["linkId"]) != ("not heard", "lost_control"):
                assert item["answer"][0]["valueCoding"] in allowed
    assert "subject" not in response
    assert "completed" == response["status"]


def test_every_code_is_one_of_fhir_r4(content):
    """Answers take the three codes of the R4 value set yesnodontknow, all else ours.

    Statuses and types are those of the R4 specification, where the models look at the
    kind of a value only.
    """
    (_, form), _ = resources(content, "clinic")
    question = form["item"][0]["item"][0]
    terminology = "http://terminology.hl7.org/CodeSystem/"
    assert {
        (f"{terminology}v2-0136", "Y"),
        (f"{terminology}v2-0136", "N"),
        (f"{terminology}data-absent-reason", "asked-unknown"),
    } == {
        (option["valueCoding"]["system"], option["valueCoding"]["code"])
        for option in question["answerOption"]
    }
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", question["code"][0]["system"])
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", form["url"])
    assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", form["id"])
    types = {item["type"] for group in form["item"] for item in group["item"]}
    assert ({"choice", "string"}, "draft", ["Patient"]) == (
        types,
        form["status"],
        form["subjectType"],
    )


def test_a_new_version_has_an_address_of_its_own(content):
    """A response never points at the questions of another version."""
    newer = replace(content, protocol=replace(content.protocol, version=10_000))
    assert build_questionnaire(content)["url"] != build_questionnaire(newer)["url"]


def test_four_files_are_written_for_the_owner_only(content, tmp_path):
    """Page, PDF and two resources; two records of one second are both kept."""
    record = recorded(content, SPOT)
    folder = tmp_path / "new" / "folder"
    files, missing = write_record(content, record, folder)
    assert ("", 4) == (missing, len(files))
    assert [".html", ".json", ".json", ".pdf"] == sorted(f.suffix for f in files)
    assert {0o600} == {file.stat().st_mode & 0o777 for file in files}
    before = {file: file.read_bytes() for file in files}
    assert 0o700 == folder.stat().st_mode & 0o777
    again, _ = write_record(content, record, folder)
    assert {f"{f.name[:17]}-2{f.name[17:]}" for f in files} == {f.name for f in again}
    assert {*files, *again} == set(folder.iterdir())
    assert before == {file: file.read_bytes() for file in files}


def test_without_the_library_there_is_no_pdf(content, tmp_path, monkeypatch):
    """The other files are written, and a sentence says how to get the PDF."""
    monkeypatch.setitem(sys.modules, "dialogue.printing.pdf", None)
    files, missing = write_record(content, recorded(content, SPOT), tmp_path)
    assert (NO_PDF, 3) == (missing, len(files))


def test_half_a_record_is_not_left_behind(content, tmp_path, monkeypatch):
    """When the disk is full, what was written of this record goes again."""
    writing = NewFile.write

    def full(file, data, at):
        if data.startswith(b"%PDF"):
            raise OSError(28, "No space left on device")
        writing(file, data, at)

    monkeypatch.setattr(NewFile, "write", full)
    with pytest.raises(OSError, match="No space left"):
        write_record(content, recorded(content, SPOT), tmp_path)
    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_takes_no_record_is_known_before_the_talk(tmp_path):
    """A file is no folder; a folder is not made before there is a yes."""
    file = tmp_path / "file"
    file.write_text("x")
    assert "this is a file" in folder_refused(file)
    assert "this is a file" in folder_refused(file / "below")
    assert "" == folder_refused(tmp_path / "new" / "folder")
    assert [file] == list(tmp_path.iterdir())
