"""The proof in words: its figures, and the transcript that breaks a property."""

from collections.abc import Iterator
from dataclasses import replace

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.evaluation.transcript import (
    BACK_TALK,
    PATIENT,
    render_utterance,
    render_words,
    speech_lines,
)
from dialogue.verification.prover import Counterexample, Proof


def render_report(proof: Proof) -> Iterator[str]:
    """Yield the figures of `proof` and each property with its count."""
    yield f"{proof.turns:,} turns were taken, from {proof.states:,} states of a talk."
    if proof.paths:
        yield (
            f"Paths of yes, no and unsure to an outcome: {proof.paths:,}; the longest "
            f"has {proof.longest} questions."
        )
        spans = proof.spans.items()
        yield "".join(
            f"  {name} {fewest} to {most}" for name, (fewest, most) in sorted(spans)
        ).strip()
        yield (
            f"The longest talk of answers, silences and misses has "
            f"{proof.longest_session} replies."
        )
    if proof.said_first_paths:
        yield (
            f"After one thing said unasked: {proof.said_first_paths:,} paths; the "
            f"longest has {proof.said_first_longest} questions."
        )
    if proof.sampled:
        yield f"{proof.sampled:,} turns more of talks taken by chance."
    failing = proof.counterexample.title if proof.counterexample else None
    yield ""
    yield "   checked  property"
    for title, count in proof.counts.items():
        mark = "   <-- BROKEN" if title == failing else ""
        yield f"{count:>10,}  {title}{mark}"


def render_extent(told: bool, samples: bool) -> Iterator[str]:
    """Yield what was walked whole, counted or taken by chance."""
    yield "Whole: everything at each turn until a question is set aside; then answers,"
    yield "and everything at its second chance."
    if told:
        yield "Whole: one thing said unasked or one sign named in each state, and the"
        yield "answers before and behind it."
    yield "Counted: several questions set aside, by how many they are, until advice."
    if samples:
        yield "By chance: several of these in one talk."


def render_counterexample(
    content: Content, counterexample: Counterexample
) -> Iterator[str]:
    """Yield the lines of the transcript that breaks a property."""
    protocol, no_clinic = content.protocol, replace(content, clinic=None)
    timers = events.Begin(timers=True) in [n.event for n in counterexample.path[:1]]
    yield f"Title:     Broken: {counterexample.title}"
    yield f"Protocol:  {protocol.id} {protocol.version} ({protocol.status})"
    yield "Clinic:    none"
    yield "Channel:   core"
    yield from ["Timers:    yes"] * timers
    yield ""
    for node in counterexample.path:
        if node.before is not None and node.event is not None:
            said = render_utterance(content.lexicon, node.event)
            yield from speech_lines(PATIENT, said)
        yield from speech_lines(BACK_TALK, render_words(no_clinic, node.reply))
    if counterexample.failed is not None:
        said = render_utterance(content.lexicon, counterexample.failed.event)
        yield from speech_lines(PATIENT, said)
        yield f"# The turn then fails with {counterexample.failed}."
    elif counterexample.path[-1].state.ended:
        reply = counterexample.path[-1].reply
        yield ""
        yield f"Ends with: {reply.disposition or 'none'}"
        yield f"Because:   {reply.rule_id or 'none'}"
