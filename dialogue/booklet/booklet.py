"""The booklet that a clinician reads and signs: its chapters in order."""

from pathlib import Path

from dialogue.approval.fingerprint import build_fingerprint, compute_checksum
from dialogue.approval.sign import format_checksum
from dialogue.approval.sign_points import SignPoint, read_sign_points
from dialogue.approval.signature import AS_WRITTEN
from dialogue.booklet import (
    asking_chapters,
    logic_chapters,
    understanding_chapter,
    wording_chapters,
    worked_cases,
)
from dialogue.booklet.diagram import build_drawings
from dialogue.booklet.summary import build_summary
from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from dialogue.printing.document import (
    Block,
    Decision,
    Document,
    Entry,
    Form,
    Heading,
    Paragraph,
    Section,
)


def build_booklet(content: Content, data: Path | None = None) -> Document:
    """Build the whole booklet of `content`, which was read from `data`."""
    store = ContentStore(data)
    points = read_sign_points(store)
    whole = compute_checksum(build_fingerprint(content, points))
    protocol = content.protocol
    name = f"{protocol.id} {protocol.version}"
    clinic = content.clinic.name if content.clinic else "none set"
    return Document(
        title="Review booklet",
        subtitle=f"The protocol \u201c{protocol.id}\u201d, version {protocol.version}",
        language=content.locale,
        foot=f"{name} \u00b7 {content.locale} \u00b7 {protocol.status} \u00b7 "
        f"checksum {format_checksum(whole)}",
        facts=(
            ("Protocol", f"{protocol.id}, version {protocol.version}"),
            ("Status", content.status),
            ("Language", content.locale),
            ("Clinic in the examples", clinic),
            ("Checksum of the content", whole),
        ),
        sections=(
            build_summary(content, points),
            _INTRODUCTION,
            _build_diagram(content),
            asking_chapters.build_asking(content),
            logic_chapters.build_questions(content),
            asking_chapters.build_unheard(content),
            understanding_chapter.build_understanding(content),
            logic_chapters.build_unasked(content),
            logic_chapters.build_thresholds(content),
            logic_chapters.build_rules(content),
            wording_chapters.build_replies(content),
            wording_chapters.build_care(content),
            asking_chapters.build_medicines(content),
            wording_chapters.build_other_words(content),
            worked_cases.build_chapter(
                content, store.read_table("protocols/worked_cases.yaml")
            ),
            logic_chapters.build_sources(content),
            _build_open_points(points),
            _build_signature(content, whole, len(points)),
        ),
        page_label="Page {page} of {count}",
    )


_HOW_AND_WHAT: tuple[Block, ...] = (
    Heading("How the interview decides"),
    Paragraph(
        "An answer is yes, no or not sure. Whoever is not sure hears the question "
        "once more in simpler words; not sure to that counts as the booklet says at "
        "each question. What the program does not understand is no answer at all: it "
        "is asked again in other words, then set aside and named in the reply. Two "
        "silences in a row end the talk with the emergency number."
    ),
    Paragraph(
        "The most urgent rule that holds decides, and it decides as soon as "
        "every more urgent rule is out. Once advice was given, only a more "
        "urgent one replaces it."
    ),
    Heading("What a signature means"),
    Paragraph(
        "Your signature says that you read this booklet and approve it as it "
        "stands, for the words of this language. It covers questions, rules, "
        "lengths of time, care lines, sources, every word that is said and "
        "every phrase that is understood. It does not cover the clinic's own "
        "numbers and hours, which the clinic confirms, nor the program's code, "
        "which its tests prove."
    ),
    Paragraph(
        "The checksum at the foot of each page stands for exactly this "
        "content. If one word or number changes later, the checksum changes, "
        "the protocol is a draft again, and the program says so and names the "
        "change."
    ),
)


_INTRODUCTION = Section(
    "how-to-read",
    "How to read this booklet",
    (
        Paragraph(
            "Everything that Back Talk asks, decides and says about the back stands in "
            "this booklet, in the words that people hear. Nothing else is asked or "
            "advised. Words in quotation marks are spoken."
        ),
        Paragraph(
            "A number in brackets leads to the list of sources, and an address there "
            "to the source itself. The two pages of the summary are made of the same "
            "data as all behind them; a signature covers the whole."
        ),
        *_HOW_AND_WHAT,
    ),
)


def _build_diagram(content: Content) -> Section:
    blocks: list[Block] = []
    for drawing in build_drawings(content):
        blocks += [Heading(drawing.title), drawing]
    return Section("diagram", "The interview at a glance", tuple(blocks))


def _build_open_points(points: tuple[SignPoint, ...]) -> Section:
    lead = Paragraph(
        "Tick one box for each point. \u201cAs written\u201d approves what the "
        "protocol does now. A wish for a change is made first; then the booklet is "
        "printed anew.",
        "lead",
    )
    blocks: list[Block] = [lead]
    for point in points:
        rows = [("To decide", (point.item,)), ("What it does now", (point.default,))]
        if point.concerns:
            rows.append(("Concerns", (", ".join(point.concerns),)))
        blocks.append(Entry(f"{point.id}. {point.title}", tuple(rows)))
        blocks.append(Decision(point.id, (AS_WRITTEN, "to be changed, to:")))
    return Section("open-points", "Open points", tuple(blocks))


def _build_signature(content: Content, whole: str, count: int) -> Section:
    protocol = content.protocol
    return Section(
        "signature",
        "Signature",
        (
            Paragraph(
                f"I have read the protocol {protocol.id}, version {protocol.version}, "
                f"in {content.locale}, and decided its {count} open points. With every "
                "point \u201cas written\u201d I approve it as it stands.",
                "lead",
            ),
            Form((("Name", 0.5), ("Profession and credentials", 0.5))),
            Form((("Signature", 0.65), ("Date", 0.35))),
            Paragraph(f"Checksum of what was read: {whole}", "small"),
            Paragraph(
                "To record it, type: python -m dialogue sign. It asks for this "
                "checksum, each decision, name and date."
            ),
        ),
    )
