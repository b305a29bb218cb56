"""The record as FHIR R4 Questionnaire and QuestionnaireResponse, as plain tables.

Answers are coded as in the value set `yesnodontknow` of the FHIR R4 specification: yes
and no from table v2-0136, unsure as `asked-unknown` of data-absent-reason. A question
that was set aside as unheard has no answer, and an extension that says why. Questions
carry no LOINC or SNOMED CT code, as none was confirmed to mean the same; their ids
stand in a code system of our own, whose address is a UUID made from its name and leads
nowhere. A URN takes no `|version` behind it, so each version has a UUID of its own.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dialogue.content.content import Content
from dialogue.engine.protocol import GIVEN, Answer, TriageProtocol
from dialogue.records.record import ANSWER_LABELS, Line, Record, render_question

Resource = dict[str, Any]

YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CODES: dict[Answer, Resource] = {
    Answer.YES: {"system": YES_NO, "code": "Y", "display": "Yes"},
    Answer.NO: {"system": YES_NO, "code": "N", "display": "No"},
    Answer.UNSURE: {
        "system": ABSENT,
        "code": "asked-unknown",
        "display": "Asked But Unknown",
    },
}
NOT_HEARD: Resource = {
    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
    "valueCode": "error",
}
"""On an item without an answer: it was asked, and an error of ours lost the answer."""


def build_address(name: str) -> str:
    """Return our address of `name`: always the same UUID for the same name."""
    return uuid5(NAMESPACE_URL, f"backtalk:{name}").urn


def build_form_address(content: Content) -> str:
    """Return the address of the Questionnaire in this version of the protocol."""
    return build_address(
        f"questionnaire:{content.protocol.id}:{content.protocol.version}"
    )


def build_questionnaire(content: Content) -> Resource:
    """Return every question and statement of the protocol as a Questionnaire."""
    protocol, prompts = content.protocol, content.prompts
    draft = protocol.status == "draft"
    return {
        "resourceType": "Questionnaire",
        "id": protocol.id.replace("_", "-"),
        "language": content.locale,
        "text": _build_narrative(
            content.locale,
            (
                render_question(content, id_)
                for id_ in (*protocol.question, *_list_said(protocol))
            ),
        ),
        "url": build_form_address(content),
        "version": f"{protocol.version}",
        "name": "".join(part.capitalize() for part in protocol.id.split("_")),
        "title": prompts["page.title"],
        "status": "draft" if draft else "active",
        "experimental": draft,
        "subjectType": ["Patient"],
        "description": (
            "Yes/no questions of a voice interview. Which one is asked next is "
            "decided by the rules of the protocol and is not stated here."
        ),
        "item": [
            _build_group(
                "asked",
                prompts["page.asked"],
                (
                    _build_choice(content, question.id)
                    for question in protocol.questions
                ),
            ),
            _build_group(
                "said",
                prompts["page.said"],
                (_build_choice(content, id_) for id_ in _list_said(protocol)),
            ),
            _build_group(
                "outcome",
                prompts["page.outcome"],
                (
                    {"linkId": link, "text": prompts[key], "type": "string"}
                    for link, key in OUTCOME
                ),
            ),
        ],
    }


OUTCOME = (
    ("outcome.tier", "page.tier"),
    ("outcome.why", "page.why"),
    ("outcome.rule", "page.rules"),
)


def build_response(content: Content, record: Record) -> Resource:
    """Return the answers of one session; it names no person and no device."""
    prompts, protocol = content.prompts, content.protocol
    lines = {line.about: line for line in (*record.asked, *record.said)}
    rule = f"{record.protocol} {record.version} ({record.status}): {record.rule_id}"
    texts = (prompts[f"page.tier.{record.urgency}"], record.why, rule)
    groups = (
        ("asked", (q.id for q in protocol.questions)),
        ("said", _list_said(protocol)),
    )
    items = [
        {"linkId": link, "item": answered}
        for link, ids in groups
        if (answered := [_build_answer(lines[id_]) for id_ in ids if id_ in lines])
    ]
    items.append(
        {
            "linkId": "outcome",
            "item": [
                {"linkId": link, "answer": [{"valueString": text}]}
                for (link, _), text in zip(OUTCOME, texts, strict=True)
            ],
        }
    )
    answers = (
        f"{line.words} {prompts[ANSWER_LABELS[line.answer]]}."
        for line in lines.values()
    )
    authored = {}
    if record.moment is not None:
        authored["authored"] = record.moment.isoformat(timespec="seconds")
    return {
        "resourceType": "QuestionnaireResponse",
        "language": content.locale,
        "text": _build_narrative(content.locale, (*texts, *answers)),
        "questionnaire": build_form_address(content),
        "status": "completed",
        **authored,
        "item": items,
    }


def _list_said(protocol: TriageProtocol) -> Iterator[str]:
    """Yield the statements that a person can say."""
    yield from (s.id for s in protocol.statements if s.unheard is None)


def _build_narrative(locale: str, lines: Iterable[str]) -> Resource:
    """Return what a resource says, for people."""
    said = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
    lang = f'lang="{escape(locale)}" xml:lang="{escape(locale)}"'
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" {lang}>{said}</div>'
    return {"status": "generated", "div": div}


def _build_choice(content: Content, id_: str) -> Resource:
    return {
        "linkId": id_,
        "code": [{"system": build_address("statements"), "code": id_}],
        "text": render_question(content, id_),
        "type": "choice",
        "required": False,
        "answerOption": [{"valueCoding": CODES[answer]} for answer in GIVEN],
    }


def _build_group(link: str, text: str, items: Iterable[Resource]) -> Resource:
    return {"linkId": link, "text": text, "type": "group", "item": list(items)}


def _build_answer(line: Line) -> Resource:
    item: Resource = {"linkId": line.about, "text": line.words}
    if line.answer is Answer.UNHEARD:
        return item | {"extension": [NOT_HEARD]}
    return item | {"answer": [{"valueCoding": CODES[line.answer]}]}
