"""The chapters of the booklet on what is said, worked out, and to be decided."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dialogue.approval.sign_points import SignPoint
from dialogue.booklet.chapters import COLOURS
from dialogue.booklet.document import (
    Block,
    Decision,
    Entry,
    Form,
    Heading,
    Paragraph,
    Section,
    Table,
    Talk,
)
from dialogue.booklet.plain_words import citations, when_said
from dialogue.booklet.worked_cases import cases_from, held
from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from dialogue.content.schema import ProblemLog
from dialogue.engine import time_formats
from dialogue.engine.clinic import is_open
from dialogue.engine.protocol import CareLine, Disposition, Explanation, Rule
from dialogue.engine.rendering import choose_prompts, render_reply, to_display_text
from dialogue.engine.reply import Reply
from dialogue.validation.needed_prompts import list_read_backs
from dialogue.validation.prompts import FILLINGS

MOMENT = datetime(2026, 3, 3, 16, tzinfo=UTC)
"""When the worked cases play: a Tuesday, in office hours in America."""
_WEEK = [datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=h) for h in range(168)]


def replies(content: Content) -> Section:
    """Return every reply of each outcome in full, with the clinic's own numbers."""
    lead = Paragraph("Each outcome's reply in the order in which it is spoken.", "lead")
    blocks: list[Block] = [lead]
    for told in content.protocol.dispositions:
        rows = tuple(_reply_rows(content, told))
        colour = COLOURS[told.urgency]
        blocks.append(Entry(told.id, rows, told.urgency.value, colour))
    return Section("replies", "What is said at each outcome", tuple(blocks))


def care(content: Content) -> Section:
    """Return the care steps, list by list: words, when they are said, sources."""
    lines = content.protocol.care_lines
    blocks: list[Block] = [
        Paragraph(
            "Read aloud in parts, A to G, one part a turn. Conditions look at answers "
            "as they were given. A medicine is named only after a clear no to the "
            "stop-list; no dose is ever said.",
            "lead",
        )
    ]
    names = tuple(dict.fromkeys(name for line in lines for name in line.lists))
    parts = sorted({line.chunk for line in lines})
    rows = [(part, *(_keys_of(lines, part, name) for name in names)) for part in parts]
    heading = ("Part", *(f"The list \u201c{name}\u201d" for name in names))
    share = 0.92 / len(names)
    blocks.append(Table(heading, tuple(rows), (0.08, *[share] * len(names))))
    blocks += [_care_line(content, line) for line in lines]
    return Section("care", "Care steps", tuple(blocks))


def other_words(content: Content) -> Section:
    """Return the explanations, and every other sentence that can be said."""
    explained = [_explanation(content, e) for e in content.protocol.explanations]
    printed = _printed_elsewhere(content)
    rows = tuple(
        (key, said(content, key))
        for key in content.prompts
        if key not in printed and not key.startswith(FILLINGS)
    )
    return Section(
        "words",
        "Explanations, and everything else that is said",
        (
            Heading("Explanations, only when a person asks"),
            *explained,
            Heading("Opening, help, repair, closing, buttons"),
            Table(("Key", "Words"), rows, (0.32, 0.68)),
        ),
    )


def worked(content: Content, store: ContentStore) -> Section:
    """Return a few talks word for word, held by the interview itself."""
    notes = ProblemLog()
    blocks: list[Block] = [
        Paragraph(
            "Made up for reading: these talks were held by the program itself when "
            "this booklet was printed, and show what a person hears.",
            "lead",
        )
    ]
    for case in cases_from(store.read_table("protocols/worked_cases.yaml"), notes):
        talk = held(content, case, MOMENT)
        blocks += [
            Heading(case.title),
            Talk(talk.lines),
            Paragraph(
                f"Ends with: {talk.disposition}. Because: {talk.rule_id}.", "small"
            ),
        ]
    return Section("worked-cases", "Worked cases", tuple(blocks))


def open_points(points: tuple[SignPoint, ...]) -> Section:
    """Return what has to be decided, with room for each decision."""
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
        rows.append(("Design", (point.design,)))
        blocks.append(Entry(f"{point.id}. {point.title}", tuple(rows)))
        blocks.append(Decision(point.id))
    return Section("open-points", "Open points", tuple(blocks))


def signature(content: Content, whole: str, count: int) -> Section:
    """Return the page that is signed."""
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


def said(content: Content, key: str) -> str:
    """Return the words of a prompt as they are said with this clinic."""
    try:
        worded = render_reply(Reply((key,)), content.prompts, content.clinic, MOMENT)
    except ValueError:
        return content.prompts[key]
    return to_display_text(worded.prompts)


def _quoted(content: Content, key: str) -> str:
    return f"\u201c{said(content, key)}\u201d"


def _reply_rows(
    content: Content, told: Disposition
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if told.says_if_unsure:
        unsure = tuple(_quoted(content, key) for key in told.says_if_unsure)
        yield "After unsure", unsure
    own = [r for r in content.protocol.rules if r.disposition == told.id]
    for part in told.says:
        if part == "read_back":
            yield "Read-back", tuple(_by_rule(content, own, _read_back_keys))
        elif part == "reason":
            yield "Reason", tuple(_by_rule(content, own, _reason_keys))
        elif part == "contact":
            yield from _contacts(content)
        else:
            label = "Says" if part == told.says[0] else "Then"
            yield label, (_quoted(content, part),)
    if told.offers:
        yield "Then asks", (_quoted(content, told.offers),)
    if told.reads:
        yield "Then reads", (_reads(content, told),)


def _by_rule(
    content: Content, rules: list[Rule], keys: Callable[[Content, Rule], list[str]]
) -> Iterator[str]:
    """Yield what each rule adds: "urgent_x: these words, or these"."""
    for rule in rules:
        words = " or ".join(_quoted(content, key) for key in keys(content, rule))
        if words:
            yield f"{rule.id}: {words}"


def _read_back_keys(content: Content, rule: Rule) -> list[str]:
    found = [list_read_backs(content.protocol, rule, named) for named in rule.read_back]
    return list(dict.fromkeys(key for keys in found for key in keys))


def _reason_keys(_: Content, rule: Rule) -> list[str]:
    return [key for key in (rule.reason, rule.reason_if_unsure) if key]


def _reads(content: Content, told: Disposition) -> str:
    others = "".join(
        f", or \u201c{name}\u201d if {id_} is yes" for id_, name in told.reads_if_yes
    )
    after = " after a yes" if told.offers else ""
    return f"the care steps of the list \u201c{told.reads}\u201d{others}{after}"


def _contacts(content: Content) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the clinic block of each situation that can arise."""
    clinic = content.clinic
    if clinic is not None and clinic.appointments:
        said_so = time_formats.format_digits(content.prompts, clinic.appointments)
        yield "The number is said", (f"\u201c{said_so}\u201d",)
    if clinic is not None and clinic.appointments and clinic.hours:
        opened = next((t for t in _WEEK if is_open(clinic, t)), None)
        closed = next((t for t in _WEEK if not is_open(clinic, t)), None)
        situations = {"open": opened, "closed": closed, "time not known": None}
        for name, moment in situations.items():
            if moment is not None or name == "time not known":
                yield f"Clinic, {name}", (_block(content, moment),)
    if clinic is not None and clinic.appointments:
        silent = replace(content, clinic=replace(clinic, hours=None))
        yield "Clinic, no hours", (_block(silent, None),)
    yield "No clinic number", (_block(replace(content, clinic=None), None),)


def _block(content: Content, moment: datetime | None) -> str:
    keys = tuple(choose_prompts(("contact",), content.clinic, moment))
    worded = render_reply(Reply(keys), content.prompts, content.clinic, moment)
    return f"\u201c{to_display_text(worded.prompts)}\u201d"


def _keys_of(lines: tuple[CareLine, ...], part: str, name: str) -> str:
    own = (line.key for line in lines if line.chunk == part and name in line.lists)
    return ", ".join(own)


def _care_line(content: Content, line: CareLine) -> Entry:
    cited = citations(content.sources, line.source)
    return Entry(
        line.key,
        (
            ("Said as", (_quoted(content, line.key),)),
            ("In the list", (" and ".join(line.lists),)),
            ("When", (when_said(content.protocol, line),)),
            ("Sources", cited or ("None: see the open points.",)),
        ),
        f"part {line.chunk}",
        "#4a4a4a",
    )


def _explanation(content: Content, explained: Explanation) -> Entry:
    after = explained.offered_with
    when = "at any time" if after == "any" else f"after advice of the tier {after}"
    return Entry(
        explained.key,
        (
            ("Said as", (_quoted(content, explained.key),)),
            ("When asked", (when,)),
            ("Sources", citations(content.sources, explained.source)),
        ),
    )


def _printed_elsewhere(content: Content) -> set[str]:
    protocol = content.protocol
    printed = {
        f"{p}.{id_}" for id_ in protocol.question for p in ("ask", "again", "help")
    }
    printed |= {f"because.{rule.id}" for rule in protocol.rules}
    printed |= {line.key for line in protocol.care_lines}
    printed |= {explained.key for explained in protocol.explanations}
    for told in protocol.dispositions:
        printed |= {*told.says, *told.says_if_unsure}
    return printed | {
        k for k in content.prompts if k.startswith(("readback.", "clinic.reason."))
    }
