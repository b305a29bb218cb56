"""The chapters on how questions are chosen, asked again and set aside; medicines."""

from collections.abc import Iterator

from dialogue.booklet.plain_words import find_tier, number_questions
from dialogue.booklet.turn_spans import find_turn_spans
from dialogue.booklet.wording_chapters import render_prompt
from dialogue.content.content import Content
from dialogue.engine.protocol import Question, Stage, TriageProtocol
from dialogue.printing.document import Block, Heading, Paragraph, Section, Table


def build_asking(content: Content) -> Section:
    """Build the chapter of what is asked next, and what follows no clear answer."""
    return Section(
        "asking",
        "How questions are chosen and asked",
        (
            Paragraph(
                "A question is asked only while its answer can still change the "
                "outcome. So a person with a plain strain hears few of them, and "
                "nobody is asked what cannot matter.",
                "lead",
            ),
            *_LIVE_QUESTIONS,
            *_build_counts(content),
            *_build_gates(content),
            *_build_tries(content),
            *_build_checks(content),
        ),
    )


def build_unheard(content: Content) -> Section:
    """Build the chapter of questions set aside, and of the short names of signs."""
    protocol, prompts = content.protocol, content.prompts
    numbers = number_questions(protocol)
    rows = []
    for question in protocol.questions:
        if question.stage is Stage.SCREEN:
            tier = find_tier(protocol, question)
            effect = tier.value if tier else "opens other questions"
            name = prompts[f"sign.{question.id}"]
            rows.append((f"{numbers[question.id]}. {question.id}", name, effect))
    replies = ("unheard.now", "unheard.today", "unheard.fact", "close.unheard")
    words = tuple((key, render_prompt(content, key)) for key in replies)
    return Section(
        "unheard",
        "Questions that stay unheard",
        (
            Paragraph(
                "What the program did not understand is its own deafness and no "
                "answer of the person. It never counts as a doubt or a yes, and by "
                "itself it never leads to an emergency or to home care.",
                "lead",
            ),
            *_SET_ASIDE,
            Table(("Key", "Words"), words, (0.28, 0.72)),
            Heading("Short names"),
            Paragraph(
                "At most three of them stand in one sentence, with the most urgent "
                "signs in a sentence of their own."
            ),
            Table(
                ("Question", "Short name", "A yes leads to"),
                tuple(rows),
                (0.36, 0.36, 0.28),
            ),
        ),
    )


def build_medicines(content: Content) -> Section:
    """Build the chapter of the stop-list: what must be said before one is named."""
    protocol = content.protocol
    named = [line.key for line in protocol.care_lines if line.home_only and line.if_no]
    return Section(
        "medicines",
        "Before a medicine is named",
        (
            Paragraph(
                "No dose is ever said. A medicine is named only at home care, only "
                "to somebody who asked to hear of one, and only after a plain no to "
                "each question of the stop-list. Not sure, a hedged no and a "
                "question that was not heard count as a yes: no medicine is named.",
                "lead",
            ),
            Table(
                ("Asked in this order", "Words", "Only after"),
                tuple(_list_stop_list(content)),
                (0.22, 0.38, 0.4),
            ),
            Paragraph(f"Care lines that name a medicine: {', '.join(named)}.", "small"),
        ),
    )


def _list_stop_list(content: Content) -> Iterator[tuple[str, ...]]:
    protocol = content.protocol
    numbers = number_questions(protocol)
    for question in protocol.questions:
        if question.stage is Stage.CARE:
            names = question.only_if.names if question.only_if else ()
            before = ", ".join(_name_answer(protocol, name) for name in names)
            words = _quote(content.prompts[f"ask.{question.id}"])
            yield f"{numbers[question.id]}. {question.id}", words, before or "always"


def _name_answer(protocol: TriageProtocol, name: str) -> str:
    """Return "no to ulcer" for an opposite, "yes to adult" for a question."""
    if name in protocol.opposite_of:
        return f"no to {protocol.opposite_of[name].id}"
    return f"yes to {name}"


_LIVE_QUESTIONS: tuple[Block, ...] = (
    Heading("Which question comes next"),
    Paragraph(
        "A rule is still wanted while its answers are not all in and it is more "
        "urgent than the most urgent rule that already holds. The next question is "
        "the first, in the order of this booklet, that a wanted rule needs or that "
        "leads to one it needs. An emergency is said at once. A fever waits until "
        "every emergency is out, and then only those questions are asked that can "
        "still lead to one."
    ),
)

_SET_ASIDE: tuple[Block, ...] = (
    Heading("What happens then"),
    Paragraph(
        "A question whose third try brought no answer is set aside, and the talk goes "
        "on. A danger sign that was set aside is asked once more behind the other "
        "danger signs. Until it is answered it counts as a no; a question on length "
        "or cause counts as a doubt does; a question of the stop-list counts as a yes, "
        "so that no medicine is named."
    ),
    Paragraph(
        "While anything is set aside, nobody is sent to home care alone. Each reply "
        "but an emergency begins with the signs that were not heard. Three such "
        "questions in a row, or four in all, end the talk."
    ),
)


def _build_counts(content: Content) -> Iterator[Block]:
    yield Heading("How many questions lead to each outcome")
    yield Paragraph(
        "Counted over every path of yes, no and not sure when this booklet was "
        "printed, with nothing said unasked. Questions that are asked again and the "
        "stop-list are not counted."
    )
    spans = find_turn_spans(content.protocol)
    rows = [(name, *map(str, span)) for name, span in spans.items()]
    yield Table(("Outcome", "Fewest", "Most"), tuple(rows), (0.5, 0.25, 0.25))


def _build_gates(content: Content) -> Iterator[Block]:
    protocol, prompts = content.protocol, content.prompts
    numbers = number_questions(protocol)
    yield Heading("Broad questions, and what they open")
    yield Paragraph(
        "Rare danger signs wait behind a broad question that is easy to answer. Not "
        "sure opens it. Whoever denies it is not asked about the signs behind it; "
        "said unasked, each of them counts all the same."
    )
    rows = []
    for gate in (q for q in protocol.questions if q.gate):
        asked = f"{numbers[gate.id]}. {_quote(prompts[f'ask.{gate.id}'])}"
        opened = (
            ", ".join(f"{numbers[q.id]} ({q.id})" for q in _list_opened(protocol, name))
            for name in (gate.id, gate.opposite)
        )
        rows.append((asked, *opened))
    heading = ("Asks", "A yes opens questions", "A no opens questions")
    yield Table(heading, tuple(rows), (0.36, 0.4, 0.24))


def _list_opened(protocol: TriageProtocol, name: str | None) -> Iterator[Question]:
    """Yield the questions of the screen that wait for `name`."""
    for question in protocol.questions:
        waits_for = question.only_if.names if question.only_if else ()
        if question.stage is Stage.SCREEN and name in waits_for:
            yield question


def _build_tries(content: Content) -> Iterator[Block]:
    keys = ("retry.unsure", "retry.no_match", "retry.third", "close.silence")
    unsure, no_match, third, silence = (_quote(render_prompt(content, k)) for k in keys)
    yield Heading("When there is no clear answer")
    yield Table(
        ("Said to a question", "What happens"),
        (
            ("yes, plain or hedged; a plain no", "the answer"),
            ("not sure, the first time", f"{unsure} and the simpler words"),
            ("not sure again", "the answer: not sure. On the stop-list at once"),
            ("not understood, the first time", f"{no_match} and the simpler words"),
            (
                "not understood, the second time",
                f"{third} and the simpler words; keys or buttons where there are any",
            ),
            (
                "a third try without an answer",
                "not sure, if a yes was heard in one of them; else it is set aside",
            ),
            ("silence, twice in a row", f"the end: {silence}"),
        ),
        (0.36, 0.64),
    )


def _build_checks(content: Content) -> Iterator[Block]:
    yield Heading("When something was understood, not everything")
    yield Paragraph(
        "Such words settle nothing. What was heard is said, and then the question "
        "again, never \u201cis that a no?\u201d: yes and no keep one meaning in every "
        "turn. A danger sign that was named without being settled is asked next, also "
        "while care steps are read; an earlier no to it is taken back."
    )
    keys = (key for key in content.prompts if key.startswith("check."))
    rows = [(key, render_prompt(content, key)) for key in keys]
    yield Table(("Key", "Words"), tuple(rows), (0.28, 0.72))


def _quote(words: str) -> str:
    return f"\u201c{words}\u201d"
