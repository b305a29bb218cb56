"""The chapters of the booklet on what is asked and decided."""

from collections.abc import Iterator

from dialogue.booklet.document import (
    Block,
    Drawing,
    Entry,
    Heading,
    Paragraph,
    Section,
    Table,
)
from dialogue.booklet.plain_words import (
    SEEN,
    citations,
    condition,
    known_in_advance,
    statement,
)
from dialogue.booklet.svg import diagram_pages
from dialogue.content.content import Content
from dialogue.engine.protocol import Question, Rule, Source, Stage, Urgency

COLOURS = {
    Urgency.EMERGENCY: "#b3261e",
    Urgency.URGENT: "#9a5b00",
    Urgency.CLINIC: "#1f5f99",
    Urgency.HOME: "#2e6b34",
}
"""Of marks, by tier; white words on them have a contrast of 4.5 or more."""

_HOW_AND_WHAT: tuple[Block, ...] = (
    Heading("How the interview decides"),
    Paragraph(
        "An answer is yes, no or not sure. Whoever is not sure, or is not "
        "understood, hears the question once more in simpler words; after "
        "that, unsure counts as the booklet says at each question. Two "
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


def how_to_read(content: Content) -> Section:
    """Return what this booklet is, and what a signature means."""
    protocol = content.protocol
    red = sum(question.red_flag for question in protocol.questions)
    return Section(
        "how-to-read",
        "How to read this booklet",
        (
            Paragraph(
                "Back Talk is a voice assistant that a spine clinic gives to its "
                "patients. It asks short yes/no questions about a back spasm, danger "
                "signs first, and then says to call the emergency number, to see a "
                "doctor today, to call the clinic, or reads care steps aloud. It does "
                "not diagnose.",
                "lead",
            ),
            Paragraph(
                "Everything that it asks, decides and says about the back stands in "
                "this booklet, in the words that people hear. Nothing else is asked "
                "or advised. Words in quotation marks are spoken."
            ),
            Table(
                ("What", "How many"),
                (
                    ("Questions", str(len(protocol.questions))),
                    ("of them danger signs, asked before anything else", str(red)),
                    ("Rules that decide", str(len(protocol.rules))),
                    ("Outcomes", str(len(protocol.dispositions))),
                    ("Care lines", str(len(protocol.care_lines))),
                    ("Sources", str(len(content.sources))),
                ),
                (0.8, 0.2),
            ),
            *_HOW_AND_WHAT,
        ),
    )


def diagram(content: Content) -> Section:
    """Return the protocol as a picture."""
    blocks: list[Block] = []
    for page in diagram_pages(content):
        blocks += [Heading(page.title), Drawing(page)]
    return Section("diagram", "The interview at a glance", tuple(blocks))


def questions(content: Content) -> Section:
    """Return every question: words, help, logic, what a yes does, sources."""
    blocks: list[Block] = []
    titles = {
        Stage.SCREEN: "Danger signs, asked first",
        Stage.DECIDE: "What decides between home and clinic",
        Stage.CARE: "Asked before home care, for the medicine lines only",
    }
    stage = None
    for number, question in enumerate(content.protocol.questions, start=1):
        if question.stage is not stage:
            stage = question.stage
            blocks.append(Heading(titles[stage]))
        blocks.append(_question(content, number, question))
    return Section("questions", "Questions", tuple(blocks))


def unasked(content: Content) -> Section:
    """Return what counts when a person says it without being asked."""
    entries = [
        Entry(
            row.id.replace("_", " ").capitalize(),
            (
                ("It means", tuple(_means(content, row.sets, row.explains))),
                ("Said as", ("; ".join(content.lexicon.volunteered[row.id]),)),
            ),
        )
        for row in content.protocol.volunteered
    ]
    lead = Paragraph(
        "Heard at every stage, also while care steps are read. A phrase can raise a "
        "danger sign to yes; it can never settle one as no.",
        "lead",
    )
    return Section("unasked", "What counts without being asked", (lead, *entries))


def thresholds(content: Content) -> Section:
    """Return the lengths of time, and where each is used."""
    protocol = content.protocol
    rows = []
    for name, hours in protocol.thresholds.items():
        used = [
            f"question {n} ({q.id})"
            for n, q in enumerate(protocol.questions, start=1)
            if hours in (q.known_from.duration_at_most, q.known_from.duration_over)
        ]
        length = f"{hours:g} hours ({hours / 24:g} days), included"
        rows.append((name.replace("_", " "), length, "; ".join(used)))
    minutes = f"{protocol.timer_minutes} minutes"
    rows.append(("timer for the ice", minutes, protocol.timer_after))
    return Section(
        "thresholds",
        "Lengths of time",
        (
            Paragraph(
                "Each also stands in words in its question; both change together.",
                "lead",
            ),
            Table(("Name", "Length", "Used by"), tuple(rows), (0.28, 0.32, 0.4)),
        ),
    )


def rules(content: Content) -> Section:
    """Return every rule in words, with its sources."""
    entries = [
        _rule(content, number, rule)
        for number, rule in enumerate(content.protocol.rules, start=1)
    ]
    lead = Paragraph(
        "In the order in which they are tried. A person who asks \u201cwhy\u201d after "
        "the advice hears the words at \u201cexplained as\u201d.",
        "lead",
    )
    otherwise = Paragraph(
        f"If none held, the outcome would be \u201c{content.protocol.otherwise}\u201d; "
        "a test walks every path and shows that nobody gets there."
    )
    return Section("rules", "Rules", (lead, *entries, otherwise))


def sources(content: Content) -> Section:
    """Return every source, how much of it was read, and what rests on it."""
    lead = Paragraph(
        "Numbers in brackets refer to this list. Whoever signs compares each marked "
        "source, and each year marked \u201ccheck\u201d, with the original.",
        "lead",
    )
    entries = [
        _source(content, number, source)
        for number, source in enumerate(content.sources.values(), start=1)
    ]
    return Section("sources", "Sources", (lead, *entries))


def _question(content: Content, number: int, question: Question) -> Entry:
    protocol, prompts = content.protocol, content.prompts
    rows: list[tuple[str, tuple[str, ...]]] = [
        ("Asked as", (_quoted(prompts[f"ask.{question.id}"]),)),
        ("Simpler", (_quoted(prompts[f"again.{question.id}"]),)),
        ("Why it is asked", (_quoted(prompts[f"help.{question.id}"]),)),
        ("It covers", (question.covers,)),
    ]
    if question.only_if is not None:
        rows.append(("Asked only after", (condition(protocol, question.only_if),)))
    unsure = f"counts as {question.unsure_means.value}"
    at_once = "" if question.again_on_unsure else ", at once"
    rows.append(("Unsure", (f"{unsure}{at_once}",)))
    known = known_in_advance(question)
    if known:
        rows.append(("Told in advance", (known,)))
    used = [r.id for r in protocol.rules if _uses(question, r)]
    rows.append(("Used by rules", (", ".join(used) or "none: care lines only",)))
    rows.append(("Sources", citations(content.sources, question.source)))
    single = [r for r in protocol.rules if question.id in r.when.any_yes]
    tier = min((_tier(content, rule) for rule in single), default=None)
    mark = f"yes: {tier.value}" if question.red_flag and tier else ""
    colour = COLOURS[tier] if tier else ""
    return Entry(f"{number}. {question.id}", tuple(rows), mark, colour)


def _uses(question: Question, rule: Rule) -> bool:
    return bool({question.id, question.opposite} & set(rule.when.names))


def _rule(content: Content, number: int, rule: Rule) -> Entry:
    told = condition(content.protocol, rule.when)
    rule_id = content.prompts[f"because.{rule.id}"]
    rows: list[tuple[str, tuple[str, ...]]] = [
        ("When", (f"{told[:1].upper()}{told[1:]}.",)),
        ("Leads to", (rule.disposition,)),
    ]
    if rule.read_back:
        rows.append(("Reads back", (", ".join(rule.read_back),)))
    rows += [
        ("Explained as", (_quoted(rule_id),)),
        ("Sources", citations(content.sources, rule.source)),
    ]
    tier = _tier(content, rule)
    return Entry(f"{number}. {rule.id}", tuple(rows), tier.value, COLOURS[tier])


def _source(content: Content, number: int, source: Source) -> Entry:
    protocol = content.protocol
    resting = [
        f"question {n} ({q.id})"
        for n, q in enumerate(protocol.questions, start=1)
        if source.key in q.source
    ]
    resting += [f"rule {r.id}" for r in protocol.rules if source.key in r.source]
    resting += [c.key for c in protocol.care_lines if source.key in c.source]
    resting += [e.key for e in protocol.explanations if source.key in e.source]
    check = source.seen != "text" or "check" in source.year
    return Entry(
        f"[{number}] {source.title}",
        (
            ("Publisher", (source.publisher,)),
            ("Year", (source.year,)),
            ("Address", (source.address,)),
            ("Supports", (source.supports,)),
            ("Read", (SEEN[source.seen],)),
            ("What rests on it", ("; ".join(resting) or "method and wording only",)),
        ),
        "to check" if check else "",
        "#7a3e9d" if check else "",
    )


def _means(
    content: Content, sets: tuple[tuple[str, object], ...], explains: str | None
) -> Iterator[str]:
    for name, answer in sets:
        value = getattr(answer, "value", "yes")
        words = statement(content.protocol, name)
        if value == "yes":
            yield words
        else:
            yield words.replace("yes to", f"{value} to", 1)
    if explains is not None:
        yield f"plays {explains}"
    if not sets and explains is None:
        yield "no length of time: the question is asked"


def _tier(content: Content, rule: Rule) -> Urgency:
    return content.protocol.disposition[rule.disposition].urgency


def _quoted(words: str) -> str:
    return f"\u201c{words}\u201d"
