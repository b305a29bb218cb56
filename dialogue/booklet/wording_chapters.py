"""The chapters of the booklet on what is said: replies, care steps, all other words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dialogue.booklet.logic_chapters import COLOURS
from dialogue.booklet.plain_words import cite_all, describe_when
from dialogue.booklet.worked_cases import MOMENT
from dialogue.content.content import Content
from dialogue.content.lexicon_reader import QUESTION_WORDS
from dialogue.engine import time_formats
from dialogue.engine.clinic import is_open
from dialogue.engine.protocol import CareLine, Disposition, Explanation, Rule
from dialogue.engine.rendering import choose_prompts
from dialogue.engine.reply import Reply
from dialogue.evaluation.transcript import render_words
from dialogue.printing.document import Block, Entry, Heading, Paragraph, Section, Table
from dialogue.validation.needed_prompts import list_read_backs
from dialogue.validation.spoken_prompts import FILLINGS

_WEEK = [datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=h) for h in range(168)]


def build_replies(content: Content) -> Section:
    """Build the chapter of each outcome's reply, with the clinic's own numbers."""
    lead = Paragraph("Each outcome's reply in the order in which it is spoken.", "lead")
    blocks: list[Block] = [lead]
    for disposition in content.protocol.dispositions:
        rows = tuple(_list_reply_rows(content, disposition))
        colour = COLOURS[disposition.urgency]
        blocks.append(Entry(disposition.id, rows, disposition.urgency.value, colour))
    return Section("replies", "What is said at each outcome", tuple(blocks))


def build_care(content: Content) -> Section:
    """Build the chapter of the care steps: words, when they are said, sources."""
    lines = content.protocol.care_lines
    names = tuple(dict.fromkeys(name for line in lines for name in line.lists))
    parts = sorted({line.chunk for line in lines})
    blocks: list[Block] = [
        Paragraph(
            f"Read aloud in parts, {parts[0]} to {parts[-1]}, one part a turn. "
            "Conditions look at answers as they were given. Questions on medicines are "
            "asked before the part that needs them.",
            "lead",
        )
    ]
    rows = []
    for part in parts:
        own = [line for line in lines if line.chunk == part]
        keys = ([line.key for line in own if name in line.lists] for name in names)
        rows.append((part, *map(", ".join, keys)))
    heading = ("Part", *(f"The list \u201c{name}\u201d" for name in names))
    share = 0.92 / len(names)
    blocks.append(Table(heading, tuple(rows), (0.08, *[share] * len(names))))
    blocks += [_build_care_line(content, line) for line in lines]
    return Section("care", "Care steps", tuple(blocks))


def build_other_words(content: Content) -> Section:
    """Build the chapter of the explanations and all other sentences."""
    explained = [_build_explanation(content, e) for e in content.protocol.explanations]
    printed = _find_printed_keys(content)
    rows = tuple(
        (key, render_prompt(content, key))
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


def render_prompt(content: Content, key: str) -> str:
    """Return the words of a prompt as they are said with this clinic."""
    try:
        return render_words(content, Reply((key,)), MOMENT)
    except ValueError:
        return content.prompts[key]


def _quote(content: Content, key: str) -> str:
    return f"\u201c{render_prompt(content, key)}\u201d"


def _list_reply_rows(
    content: Content, disposition: Disposition
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if disposition.says_if_unsure:
        unsure = tuple(_quote(content, key) for key in disposition.says_if_unsure)
        yield "After unsure", unsure
    own = [r for r in content.protocol.rules if r.disposition == disposition.id]
    for part in disposition.says:
        if part == "read_back":
            yield "Read-back", tuple(_list_by_rule(content, own, _list_read_back_keys))
        elif part == "reason":
            yield "Reason", tuple(_list_by_rule(content, own, _list_reason_keys))
        elif part == "contact":
            yield from _list_contacts(content)
        else:
            label = "Says" if part == disposition.says[0] else "Then"
            yield label, (_quote(content, part),)
    if disposition.offers:
        yield "Then asks", (_quote(content, disposition.offers),)
    if disposition.reads:
        yield "Then reads", (_describe_reading(content, disposition),)


def _list_by_rule(
    content: Content, rules: list[Rule], keys: Callable[[Content, Rule], list[str]]
) -> Iterator[str]:
    """Yield what each rule adds: "urgent_x: these words, or these"."""
    for rule in rules:
        words = " or ".join(_quote(content, key) for key in keys(content, rule))
        if words:
            yield f"{rule.id}: {words}"


def _list_read_back_keys(content: Content, rule: Rule) -> list[str]:
    by_word = (list_read_backs(content.protocol, rule, w) for w in rule.read_back)
    found = {key for keys in by_word for key in keys}
    # They come in no order of their own, and each printing must be the same.
    return [key for key in content.prompts if key in found]


def _list_reason_keys(_: Content, rule: Rule) -> list[str]:
    return [key for key in (rule.reason, rule.reason_if_unsure) if key]


def _describe_reading(content: Content, disposition: Disposition) -> str:
    others = "".join(
        f", or \u201c{name}\u201d if {id_} is yes"
        for id_, name in disposition.reads_if_yes
    )
    after = " after a yes" if disposition.offers else ""
    return f"the care steps of the list \u201c{disposition.reads}\u201d{others}{after}"


def _list_contacts(content: Content) -> Iterator[tuple[str, tuple[str, ...]]]:
    clinic = content.clinic
    if clinic is not None and clinic.appointments:
        said_so = time_formats.format_digits(content.prompts, clinic.appointments)
        yield "The number is said", (f"\u201c{said_so}\u201d",)
        if clinic.hours:
            for name, wanted in (("open", True), ("closed", False)):
                moment = next((t for t in _WEEK if is_open(clinic, t) is wanted), None)
                if moment is not None:
                    yield f"Clinic, {name}", (_render_contact(content, moment),)
            yield "Clinic, time not known", (_render_contact(content, None),)
        silent = replace(content, clinic=replace(clinic, hours=None))
        yield "Clinic, no hours", (_render_contact(silent, None),)
    yield "No clinic number", (_render_contact(replace(content, clinic=None), None),)


def _render_contact(content: Content, moment: datetime | None) -> str:
    keys = tuple(choose_prompts(("contact",), content.clinic, moment))
    return f"\u201c{render_words(content, Reply(keys), moment)}\u201d"


def _build_care_line(content: Content, line: CareLine) -> Entry:
    cited = cite_all(content.sources, line.source)
    return Entry(
        line.key,
        (
            ("Said as", (_quote(content, line.key),)),
            ("In the list", (" and ".join(line.lists),)),
            ("When", (describe_when(content.protocol, line),)),
            ("Sources", cited or ("None: see the open points.",)),
        ),
        f"part {line.chunk}",
        "#4a4a4a",
    )


def _build_explanation(content: Content, explained: Explanation) -> Entry:
    after = explained.offered_with
    when = "at any time" if after == "any" else f"after advice of the tier {after}"
    return Entry(
        explained.key,
        (
            ("Said as", (_quote(content, explained.key),)),
            ("When asked", (when,)),
            ("Sources", cite_all(content.sources, explained.source)),
        ),
    )


def _find_printed_keys(content: Content) -> set[str]:
    protocol = content.protocol
    printed = {f"{w}.{id_}" for id_ in protocol.question for w in QUESTION_WORDS}
    printed |= {f"because.{rule.id}" for rule in protocol.rules}
    printed |= {line.key for line in protocol.care_lines}
    printed |= {explained.key for explained in protocol.explanations}
    for disposition in protocol.dispositions:
        printed |= {*disposition.says, *disposition.says_if_unsure}
    said_by_rule = ("readback.", "clinic.reason.")
    return printed | {key for key in content.prompts if key.startswith(said_by_rule)}
