"""The booklet holds everything that is asked, decided and said, on screen and paper."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from helpers.design_tables import table
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from dialogue.__main__ import main
from dialogue.approval.sign import format_checksum
from dialogue.approval.sign_points import read_sign_points
from dialogue.booklet import booklet
from dialogue.booklet.asking_chapters import build_medicines
from dialogue.booklet.booklet import build_booklet
from dialogue.booklet.diagram import build_drawings
from dialogue.booklet.logic_chapters import MOST_PHRASES
from dialogue.booklet.plain_words import cite, find_tier
from dialogue.booklet.turn_spans import find_turn_spans
from dialogue.booklet.understanding_chapter import build_understanding
from dialogue.booklet.wording_chapters import render_prompt
from dialogue.booklet.worked_cases import MOMENT, parse_cases, run_case
from dialogue.commands.sign import present_checksum
from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from dialogue.content.lexicon_reader import ONE_THING
from dialogue.content.schema import ProblemLog
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from dialogue.printing.document import MARGIN, WIDE, Arrow, Box, Entry, Section, Table
from dialogue.printing.html import render_html
from dialogue.printing.pdf import DRAWING_SIZE, render_pdf
from dialogue.understanding.asked import build_asked
from dialogue.understanding.export import list_statements
from dialogue.understanding.utterance import understand
from dialogue.validation.spoken_prompts import FILLINGS

VOID = {"meta", "col", "br", "rect", "line", "polygon"}
HEADINGS = {"h1", "h2", "h3", "h4"}


class PageText(HTMLParser):
    """What a reader finds in a page: its words, headings, ids and links."""

    def __init__(self, page: str) -> None:
        """Read `page` and keep what was found."""
        super().__init__()
        self.words: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag; every one but the void ones must be closed again."""
        found = dict(attrs)
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        if tag in HEADINGS:
            self.headings.append(int(tag[1]))
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if found.get("href") else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that the last tag is the one that closes."""
        assert self.open.pop() == tag, f"{tag} is closed too early"

    def handle_data(self, data: str) -> None:
        """Keep the words, styles left out."""
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """Return all words with single spaces."""
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def page(content: Content) -> str:
    """Return the booklet with the Roseville clinic as HTML."""
    return render_html(build_booklet(content))


@pytest.fixture(scope="module")
def pdf(content: Content) -> bytes:
    """Return the same as PDF."""
    return render_pdf(build_booklet(content))


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> list[str]:
    """Return the text of each page of the PDF."""
    reader = PdfReader(BytesIO(pdf))
    return [" ".join(p.extract_text().split()) for p in reader.pages]


def test_every_sentence_that_can_be_said_stands_in_it(
    content: Content, page: str
) -> None:
    """Each prompt, with the clinic's own name and number where it has them."""
    text = PageText(page).text
    missing = [
        key
        for key in content.prompts
        if not key.startswith((*FILLINGS, "clinic.", "errors."))
        and " ".join(render_prompt(content, key).split()) not in text
    ]
    assert [] == missing
    assert "Call then on 651-219-7292." in text


def test_every_question_rule_line_and_threshold_stands_in_it(
    content: Content, page: str
) -> None:
    """With its name, so that one can speak about it."""
    text, protocol = PageText(page).text, content.protocol
    named = [
        *protocol.question,
        *(rule.id for rule in protocol.rules),
        *(line.key for line in protocol.care_lines),
        *protocol.disposition,
    ]
    assert [] == [name for name in named if name not in text]
    for hours in protocol.thresholds.values():
        assert f"{hours:g} hours" in text


def test_every_source_is_cited_in_full(content: Content, page: str) -> None:
    """Publisher, title, year, address as a link, and how much of it was read."""
    found = PageText(page)
    text = found.text
    used = {s for q in content.protocol.questions for s in q.source}
    for key in used:
        cited = cite(content.sources, key)
        assert " ".join(cited.text.split()) in text
        assert cited.target in found.links
    for source in content.sources.values():
        assert source.address in text
        assert " ".join(source.title.split()) in text
        assert source.publisher in text
        assert source.year in text
        assert (source.address in found.links) is source.address.startswith("http")
    assert "only the abstract was read" in text


def test_every_row_that_counts_unasked_has_examples_in_it(
    content: Content, page: str
) -> None:
    """Of all that a person can say without being asked, by row."""
    text = PageText(page).text
    for row in content.protocol.volunteered:
        assert row.id.replace("_", " ").capitalize() in text
        said = list_statements(content.words, row.id, most=1)[:MOST_PHRASES]
        assert [] == [phrase for phrase in said if phrase not in text], row.id


def test_the_plain_noes_stand_in_it_to_be_signed(content: Content, page: str) -> None:
    """Only they settle a danger sign as no; the hedged ones stand apart."""
    text = PageText(page).text
    assert "; ".join(content.lexicon.plain[Answer.NO]) in text
    assert "no" in content.lexicon.plain[Answer.NO]
    assert "i guess not" not in content.lexicon.plain[Answer.NO]
    assert "i guess not" in text


def test_each_question_shows_what_counts_as_yes_and_no(content: Content) -> None:
    """By examples that are understood so; what asks further stands beside them."""
    chapter = build_understanding(content)
    entries = {e.title: dict(e.rows) for e in chapter.blocks if isinstance(e, Entry)}
    for number, id_ in enumerate(content.protocol.question, start=1):
        rows = entries[f"{number}. {id_}"]
        asked = build_asked(content.protocol, id_)
        for label, answer in (("yes", Answer.YES), ("no", Answer.NO)):
            for phrase in "".join(rows.get(f"Counts as {label}", ())).split("; "):
                if phrase and not phrase.endswith(".") and "(" not in phrase:
                    event = understand(content.words, phrase, asked)
                    assert answer == getattr(event, "answer", None), (id_, phrase)


def test_short_names_and_reasons_for_two_parts_stand_in_it(
    content: Content, page: str
) -> None:
    """Each sign's name for the reply, and why some questions join two parts."""
    text = PageText(page).text
    kinds = ("sign.", f"{ONE_THING}.")
    words = [w for k, w in content.prompts.items() if k.startswith(kinds)]
    assert len(words) > 50
    assert [] == [word for word in words if word not in text]


def test_the_turns_to_each_outcome_are_the_designs(content: Content) -> None:
    """The booklet counts what the design's 2.4 says."""
    spans = find_turn_spans(content.protocol)
    designed = {name: (int(few), int(most)) for name, few, most in table("turns")}
    assert designed == spans


def test_what_each_gate_opens_stands_in_it(content: Content) -> None:
    """Every danger sign that waits for an answer is in a row of the gates."""
    asking = next(s for s in build_booklet(content).sections if s.id == "asking")
    rows = [row for b in asking.blocks if isinstance(b, Table) for row in b.rows]
    opened = " ".join(" ".join(row[1:]) for row in rows)
    gate_ids = {q.id for q in content.protocol.questions if q.gate}
    for question in content.protocol.questions:
        names = question.only_if.names if question.only_if else ()
        gates = [n for n in names if n in gate_ids]
        if question.red_flag and gates:
            assert f"({question.id})" in opened


def test_the_stop_list_stands_in_it_in_order(content: Content) -> None:
    """Each question that must have a plain no before a medicine is named."""
    chapter = build_medicines(content)
    (listed,) = (block for block in chapter.blocks if isinstance(block, Table))
    named = [row[0].partition(". ")[2] for row in listed.rows]
    assert ["wants_medicine", *content.protocol.cautions] == named


def test_every_open_point_has_room_for_a_decision(page: str) -> None:
    """Item, default, two boxes and lines to write on; then the signature."""
    text = PageText(page).text
    points = read_sign_points(ContentStore())
    assert {f"{n}" for n in range(1, 23)} | {"5b"} < {point.id for point in points}
    for point in points:
        assert f"{point.id}. {point.title}" in text
        assert " ".join(point.item.split()) in text
        assert " ".join(point.default.split()) in text
        assert f'aria-label="Decision {point.id}"' in page
    for label in ("Name", "Profession and credentials", "Signature", "Date"):
        assert label in text


def test_the_page_is_sound_and_needs_nothing_else(content: Content, page: str) -> None:
    """Tags close, headings step down one by one, links lead somewhere, no fetching."""
    found = PageText(page)
    assert [] == found.open
    assert 1 == found.headings.count(1)
    steps = pairwise(found.headings)
    assert all(later <= earlier + 2 for earlier, later in steps)
    assert len(found.ids) == len(set(found.ids))
    inside = {link for link in found.links if link.startswith("#")}
    assert {link[1:] for link in inside} <= set(found.ids)
    known = {source.address for source in content.sources.values()}
    assert set(found.links) - inside <= known
    assert not found.tags & {"script", "link", "img", "iframe"}
    assert "url(" not in page
    assert page.startswith("<!DOCTYPE html>\n<html lang=")
    assert {"main", "nav", "header", "footer"} <= found.tags


def test_each_drawing_has_a_name(page: str, content: Content) -> None:
    """A picture that is not seen is still named."""
    assert 3 == page.count("role='img'")
    for drawn in build_drawings(content):
        assert f"<title>{drawn.title}</title>" in page


def test_the_diagram_stays_on_its_paper(content: Content) -> None:
    """Boxes lie within the page, one below another, and hold their lines."""
    for drawn in build_drawings(content):
        column = [s for s in drawn.shapes if isinstance(s, Box) and s.x == 0]
        for box in (s for s in drawn.shapes if isinstance(s, Box)):
            assert 0 <= box.x
            assert box.x + box.width <= WIDE
            assert -1 <= box.y
            assert box.y + box.height <= drawn.height + 1
            for line in box.lines:
                assert (
                    stringWidth(line, "Helvetica-Bold", DRAWING_SIZE)
                    <= box.width - MARGIN
                )
        for above, below in pairwise(column):
            assert above.y + above.height < below.y
        assert any(isinstance(shape, Arrow) for shape in drawn.shapes)


def test_the_summary_comes_first_and_has_two_pages(
    content: Content, pages: list[str], page: str
) -> None:
    """Behind the title page: outcomes, danger signs, ordinary rules, what is open."""
    document = build_booklet(content)
    first, second = document.sections[:2]
    assert "summary" == first.id
    starts = [n for n, text in enumerate(pages[1:], 2) if first.title in text[:200]]
    assert 2 == starts[0]
    assert next(n for n, text in enumerate(pages[1:], 2) if second.title in text) == 4
    text = "".join(pages[1:3])
    protocol = content.protocol
    assert [] == [name for name in protocol.disposition if name not in text]
    signs = [q.id for q in protocol.questions if find_tier(protocol, q)]
    squeezed = re.sub(r"\s", "", text)
    names = [re.sub(r"\s", "", content.prompts[f"sign.{id_}"]) for id_ in signs]
    assert len(names) > 30
    assert [] == [name for name in names if name not in squeezed]
    titles = [re.sub(r"\s", "", p.title) for p in read_sign_points(ContentStore())]
    assert [] == [title for title in titles if title not in squeezed]


def test_it_refers_to_nothing_outside(page: str) -> None:
    """No section of a document that the reader does not have."""
    text = PageText(page).text
    assert not re.search(r"\bsections? \d", text)
    assert not re.search(r"\b[\w/]+\.md\b", text)


def test_links_of_the_pdf_lead_to_the_sources(content: Content, pdf: bytes) -> None:
    """From each citation to its entry, and from there to the web."""
    reader, document = PdfReader(BytesIO(pdf)), build_booklet(content)
    links = [
        link.get_object() for found in reader.pages for link in found.get("/Annots", ())
    ]
    addresses = {link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})}
    known = {s.address for s in content.sources.values() if s.address[:4] == "http"}
    assert known == addresses
    by_number = {p.indirect_reference.idnum: p for p in reader.pages}
    inner = [by_number[at["/Dest"][0].idnum] for at in links if "/Dest" in at]
    texts = [page.extract_text() for page in inner[: len(document.sections)]]
    for section, text in zip(document.sections, texts, strict=True):
        assert section.title in text
    cited = [key for q in content.protocol.questions for key in q.source]
    assert len(inner) >= len(document.sections) + len(cited)
    chest = inner[len(document.sections)].extract_text()
    assert content.sources[cited[0]].title.split()[0] in chest


def test_the_layout_of_the_booklet_is_not_what_is_signed(
    content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A booklet in another form has the same checksum; other words have not."""
    before = present_checksum(content)
    plain = Section("summary", "Summary", ())
    monkeypatch.setattr(booklet, "build_summary", lambda *_: plain)
    changed = build_booklet(content)
    assert plain in changed.sections
    assert ("Checksum of the content", before) in changed.facts
    words = {**content.prompts, "retry.wait": "Take time."}
    facts = build_booklet(replace(content, prompts=words)).facts
    assert ("Checksum of the content", before) not in facts


def test_the_pdf_says_on_each_page_what_it_is(
    content: Content, pages: list[str]
) -> None:
    """Protocol, version, locale, status, checksum, and the page of how many."""
    name = f"back_spasm {content.protocol.version}"
    checksum = format_checksum(present_checksum(content))
    foot = f"{name} · en-US · draft · checksum {checksum}"
    assert len(pages) > 20
    for number, text in enumerate(pages, start=1):
        assert foot in text, number
        assert f"Page {number} of {len(pages)}" in text


def test_the_pdf_holds_the_same_words(content: Content, pages: list[str]) -> None:
    """Questions, rules, care lines and open points, as on the screen."""
    text = re.sub(r"\s", "", "".join(pages))
    protocol = content.protocol
    wanted = [content.prompts[f"ask.{id_}"] for id_ in protocol.question]
    wanted += [content.prompts[f"because.{rule.id}"] for rule in protocol.rules]
    wanted += [render_prompt(content, line.key) for line in protocol.care_lines]
    wanted += [point.item for point in read_sign_points(ContentStore())]
    assert [] == [words for words in wanted if re.sub(r"\s", "", words) not in text]


def test_the_pdf_has_a_title_and_a_bookmark_for_each_chapter(
    content: Content, pdf: bytes
) -> None:
    """Readers show them beside the pages."""
    document = build_booklet(content)
    reader = PdfReader(BytesIO(pdf))
    assert [s.title for s in document.sections] == [o.title for o in reader.outline]
    assert reader.metadata is not None
    assert reader.metadata.title == f"{document.title}: {document.subtitle}"


def test_the_worked_cases_end_where_their_titles_say(content: Content) -> None:
    """Every tier is shown, and a medicine is named only after the clear no."""
    cases = parse_cases(
        ContentStore().read_table("protocols/worked_cases.yaml"), ProblemLog()
    )
    talks = {case.id: run_case(content, case, MOMENT) for case in cases}
    assert {
        "numb_bottom": "emergency",
        "cold_leg": "emergency",
        "unsure_about_pee": "emergency",
        "fever": "urgent",
        "fall_at_sixty": "urgent",
        "two_weeks": "clinic",
        "child": "clinic",
        "care_failed": "clinic",
        "set_aside": "clinic",
        "ice_and_medicine": "home_care_ice",
        "heat_no_medicine": "home_care_heat",
        "told_late": "emergency",
    } == {id_: talk.disposition for id_, talk in talks.items()}
    assert "clinic_unheard" == talks["set_aside"].rule_id
    said = [words for _, words in talks["set_aside"].lines]
    assert any("answer about losing pee or poop" in words for words in said)
    named = {
        id_ for id_, t in talks.items() if any("ibuprofen" in w for _, w in t.lines)
    }
    assert {"ice_and_medicine"} == named
    for talk in talks.values():
        assert "Back Talk" == talk.lines[-1][0]


@pytest.mark.parametrize("clinic", ["dfw", None])
def test_a_clinic_without_hours_or_none_has_a_booklet_too(clinic: str | None) -> None:
    """What the clinic does not give is left out, and the checksum is the same."""
    other = load_content(clinic=clinic)
    text = PageText(render_html(build_booklet(other))).text
    assert format_checksum(present_checksum(load_content())) in text
    assert "651-219-7292" not in text
    assert "No clinic number" in text


def test_the_command_writes_both_kinds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], page: str, pdf: bytes
) -> None:
    """By the ending of the name, the same each time; another one is refused."""
    for name, whole in (("b.html", page.encode()), ("b.pdf", pdf)):
        assert 0 == main(["booklet", "--out", str(tmp_path / name)])
        assert whole == (tmp_path / name).read_bytes()
        assert "checksum" in capsys.readouterr().out
    assert 2 == main(["booklet", "--out", str(tmp_path / "b.docx")])
    assert "Its name ends with .html or .pdf." in capsys.readouterr().err
    assert 2 == main(["booklet", "--out", str(tmp_path / "no" / "b.html")])
    assert "cannot be read" in capsys.readouterr().err


def test_words_from_the_data_cannot_break_the_page(content: Content) -> None:
    """A sign that HTML reads as markup is shown as it was written."""
    words = dict(content.prompts) | {"retry.wait": "Take <b>your</b> & time."}
    document = build_booklet(replace(content, prompts=words))
    page = render_html(document)
    assert "Take &lt;b&gt;your&lt;/b&gt; &amp; time." in page
    assert "Take <b>your</b> & time." in PageText(page).text
    said_so = [s for s in document.sections if s.id == "words"]
    short = PdfReader(BytesIO(render_pdf(replace(document, sections=tuple(said_so)))))
    assert any("Take <b>your</b> & time." in p.extract_text() for p in short.pages)
