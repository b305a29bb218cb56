"""The chapter on what is understood: as yes, as no, and what makes us ask."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from dialogue.booklet.plain_words import number_questions
from dialogue.content.content import Content
from dialogue.engine.protocol import Answer, Question
from dialogue.printing.document import Block, Entry, Heading, Paragraph, Section
from dialogue.understanding.asked import Asked, build_asked
from dialogue.understanding.export import build_examples
from dialogue.understanding.utterance import understand

MOST_EXAMPLES = 8
"""Of each kind for one question."""
MOST_CANDIDATES = 24
"""Phrases that are looked at, spread over the templates."""

_LEAD = (
    "Answers are understood by their parts, so that these are examples and no full "
    "list: of each kind at most eight, each tried when this booklet was printed. A "
    "danger sign is settled as no by a plain no to its own question or by a denial of "
    "exactly that sign, and by nothing else. It is settled as yes by a yes of any "
    "strength, or by a statement that is understood whole. A sign named in any other "
    "way is asked about next."
)


def build_understanding(content: Content) -> Section:
    """Build the chapter: the answers in general, then examples for each question."""
    protocol = content.protocol
    numbers = number_questions(protocol)
    blocks: list[Block] = [Paragraph(_LEAD, "lead"), *_build_answers(content)]
    blocks.append(Heading("By question"))
    for question in protocol.questions:
        title = f"{numbers[question.id]}. {question.id}"
        blocks.append(Entry(title, tuple(_list_rows(content, question))))
    return Section("understanding", "What counts as yes and as no", tuple(blocks))


def _build_answers(content: Content) -> Iterator[Block]:
    lexicon = content.lexicon
    yield Heading("Yes, no and not sure, at every question")
    for answer, label in ((Answer.NO, "no"), (Answer.YES, "yes")):
        plain = lexicon.plain[answer]
        hedged = [p for p in lexicon.answers[answer] if p not in plain]
        note = _NOTES[answer]
        yield Entry(f"A plain {label}", (("Said as", (_list(plain),)), note))
        if hedged:
            hedges = ("Said as", (_list(hedged),))
            yield Entry(f"A hedged {label}", (hedges, _HEDGED[answer]))
    unsure = ("Said as", (_list(lexicon.answers[Answer.UNSURE]),))
    yield Entry("Not sure", (unsure,))


_NOTES = {
    Answer.NO: (
        "To sign",
        ("Only these settle a danger sign as no, or let a medicine be named.",),
    ),
    Answer.YES: ("To sign", ("Only these let something be written down.",)),
}
_HEDGED = {
    Answer.NO: (
        "It counts",
        ("As no at questions on facts. At a danger sign it is asked again.",),
    ),
    Answer.YES: ("It counts", ("As yes, but never to keep or write something.",)),
}


def _list_rows(
    content: Content, question: Question
) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Asked as", (f"\u201c{content.prompts[f'ask.{question.id}']}\u201d",)
    known = question.known_from
    if known.duration_at_most is not None or known.duration_over is not None:
        yield "Lengths", ("A length of time that lies wholly on one side answers it.",)
    if question.id not in content.words.rows:
        yield "Counts as yes", ("The answers above only.",)
        return
    found = build_examples(content.words, question.id, MOST_CANDIDATES)
    asked = build_asked(content.protocol, question.id)
    yes = _choose(content, asked, found.yes, Answer.YES)
    no = _choose(content, asked, found.no, Answer.NO)
    for label, phrases in (
        ("Counts as yes", yes),
        ("Counts as no", no),
        ("Makes us ask", found.asks[:MOST_EXAMPLES]),
    ):
        if phrases:
            yield label, (_list(phrases),)


def _choose(
    content: Content, asked: Asked, phrases: Iterable[str], answer: Answer
) -> list[str]:
    """Return those of `phrases` that are understood as `answer`, a few of them.

    A phrase with a number or length in it stands for many, and is taken as it is.
    """
    counting = (
        phrase
        for phrase in phrases
        if "{" in phrase
        or getattr(understand(content.words, phrase, asked), "answer", None) is answer
    )
    return list(islice(counting, MOST_EXAMPLES))


def _list(phrases: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(map(_spell_out, phrases)))


def _spell_out(phrase: str) -> str:
    """Return a phrase with words for its numbers and lengths: "over (a length)"."""
    phrase = re.sub(r"\{n:([\d.]*?)\.\.([\d.]*)\}", r"(\1 to \2)", phrase)
    return phrase.replace("{n}", "(a number)").replace("{length}", "(a length)")
