"""The chapters of the booklet on what is asked and decided, with their sources."""

from collections.abc import Iterator

from dialogue.booklet.plain_words import (
    SEEN,
    cite_all,
    describe_condition,
    describe_known_from,
    describe_statement,
    describe_unheard,
    find_tier,
    link_address,
    name_anchor,
)
from dialogue.content.content import Content
from dialogue.content.lexicon_reader import ONE_THING
from dialogue.engine.protocol import Question, Rule, Source, Stage, Urgency
from dialogue.printing.document import Block, Entry, Heading, Paragraph, Section, Table
from dialogue.understanding.export import list_statements

MOST_PHRASES = 12
"""Examples of what counts without being asked, of one row."""

COLOURS = {
    Urgency.EMERGENCY: "#b3261e",
    Urgency.URGENT: "#9a5b00",
    Urgency.CLINIC: "#1f5f99",
    Urgency.HOME: "#2e6b34",
}
"""Of marks, by tier; white words on them have a contrast of 4.5 or more."""


_TITLES = {
    Stage.SCREEN: (
        "Danger signs and the broad questions before them, asked first",
        "Danger signs that need an answer from above",
    ),
    Stage.DECIDE: (
        "What decides between home and clinic",
        "What decides between home and clinic, continued",
    ),
    Stage.CARE: (
        "Asked while care steps are read, for the medicine lines only",
        "For the medicine lines, continued",
    ),
}
"""Over questions of a stage, and over later ones of the same stage."""


def build_questions(content: Content) -> Section:
    """Build the chapter of the questions: words, logic, what a yes does, sources."""
    blocks: list[Block] = []
    stage, seen = None, set[Stage]()
    for number, question in enumerate(content.protocol.questions, start=1):
        if question.stage is not stage:
            stage = question.stage
            blocks.append(Heading(_TITLES[stage][stage in seen]))
            seen.add(stage)
        blocks.append(_build_question(content, number, question))
    return Section("questions", "Questions", tuple(blocks))


def build_unasked(content: Content) -> Section:
    """Build the chapter of what counts when a person says it without being asked."""
    entries = []
    for row in content.protocol.volunteered:
        said = list_statements(content.words, row.id, most=1)
        rows = [
            ("It means", tuple(_list_meanings(content, row.sets, row.explains))),
            ("Said as", ("; ".join(said[:MOST_PHRASES]),)),
        ]
        entries.append(Entry(row.id.replace("_", " ").capitalize(), tuple(rows)))
    lead = Paragraph(
        "Heard at every stage, also while care steps are read, here by examples. A "
        "phrase can raise a danger sign to yes; it can never settle one as no. Where "
        "the question of the same name is open, it is simply a yes to it.",
        "lead",
    )
    return Section("unasked", "What counts without being asked", (lead, *entries))


def build_thresholds(content: Content) -> Section:
    """Build the chapter of the lengths of time, and where each is used."""
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


def build_rules(content: Content) -> Section:
    """Build the chapter of every rule in words, with its sources."""
    entries = [
        _build_rule(content, number, rule)
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


def build_sources(content: Content) -> Section:
    """Build the chapter of the sources, how well they were read, what rests on them."""
    lead = Paragraph(
        "Numbers in brackets refer to this list. Whoever signs compares each marked "
        "source, and each year marked \u201ccheck\u201d, with the original.",
        "lead",
    )
    entries = [
        _build_source(content, number, source)
        for number, source in enumerate(content.sources.values(), start=1)
    ]
    return Section("sources", "Sources", (lead, *entries))


def _build_question(content: Content, number: int, question: Question) -> Entry:
    protocol, prompts = content.protocol, content.prompts
    only_if = question.only_if
    both = {question.id, question.opposite}
    used = [r.id for r in protocol.rules if not both.isdisjoint(r.when.names)]
    short = prompts.get(f"sign.{question.id}", "")
    rows = [
        ("Asked as", _quote(prompts[f"ask.{question.id}"])),
        ("Simpler", _quote(prompts[f"again.{question.id}"])),
        ("Why it is asked", _quote(prompts[f"help.{question.id}"])),
        ("Two parts", prompts.get(f"{ONE_THING}.{question.id}", "")),
        ("Short name", _quote(short) if short else ""),
        ("It covers", question.covers),
        ("Asked only after", describe_condition(protocol, only_if) if only_if else ""),
        ("Unsure", _describe_unsure(question)),
        ("Not heard", describe_unheard(protocol, question)),
        ("Told in advance", describe_known_from(question)),
        ("Used by rules", ", ".join(used) or "none: care lines only"),
    ]
    tier = find_tier(protocol, question)
    mark = f"yes: {tier.value}" if tier else "broad question" if question.gate else ""
    colour = COLOURS[tier] if tier else "#4a4a4a" if mark else ""
    given = (
        (label, (words,)) for label, words in rows if words or label == "It covers"
    )
    sources = ("Sources", cite_all(content.sources, question.source))
    return Entry(f"{number}. {question.id}", (*given, sources), mark, colour)


def _describe_unsure(question: Question) -> str:
    if not question.again_on_unsure:
        return f"counts as {question.unsure_means.value}, at once"
    said = "said twice, it opens the signs behind it: it counts as"
    twice = said if question.gate else "said twice, it counts as"
    return f"{twice} {question.unsure_means.value}"


def _build_rule(content: Content, number: int, rule: Rule) -> Entry:
    when = describe_condition(content.protocol, rule.when)
    explanation = content.prompts[f"because.{rule.id}"]
    read_back = ("Reads back", (", ".join(rule.read_back),))
    rows = (
        ("When", (f"{when[:1].upper()}{when[1:]}.",)),
        ("Leads to", (rule.disposition,)),
        *([read_back] if rule.read_back else ()),
        ("Explained as", (_quote(explanation),)),
        ("Sources", cite_all(content.sources, rule.source)),
    )
    tier = _get_tier(content, rule)
    return Entry(f"{number}. {rule.id}", rows, tier.value, COLOURS[tier])


def _build_source(content: Content, number: int, source: Source) -> Entry:
    protocol, numbered = content.protocol, enumerate(content.protocol.questions, 1)
    resting = [f"question {n} ({q.id})" for n, q in numbered if source.key in q.source]
    resting += [f"rule {r.id}" for r in protocol.rules if source.key in r.source]
    resting += [c.key for c in protocol.care_lines if source.key in c.source]
    resting += [e.key for e in protocol.explanations if source.key in e.source]
    check = source.seen != "text" or "check" in source.year
    return Entry(
        f"[{number}] {source.title}",
        (
            ("Publisher", (source.publisher,)),
            ("Year", (source.year,)),
            ("Address", (link_address(source.address),)),
            ("Supports", (source.supports,)),
            ("Read", (SEEN[source.seen],)),
            ("What rests on it", ("; ".join(resting) or "method and wording only",)),
        ),
        "to check" if check else "",
        "#7a3e9d" if check else "",
        name_anchor(source.key),
    )


def _list_meanings(
    content: Content, sets: tuple[tuple[str, object], ...], explains: str | None
) -> Iterator[str]:
    for name, answer in sets:
        value = getattr(answer, "value", "yes")
        words = describe_statement(content.protocol, name)
        if value == "yes":
            yield words
        else:
            yield words.replace("yes to", f"{value} to", 1)
    if explains is not None:
        yield f"plays {explains}"
    if not sets and explains is None:
        yield "no length of time: the question is asked"


def _get_tier(content: Content, rule: Rule) -> Urgency:
    return content.protocol.disposition[rule.disposition].urgency


def _quote(words: str) -> str:
    return f"\u201c{words}\u201d"
