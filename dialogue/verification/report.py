"""The proof in words: its figures, and a broken property as a play-script."""

from collections.abc import Iterator

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Bound, Duration, Event
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.evaluation.transcript import BACK_TALK, PATIENT, speech_lines
from dialogue.understanding.lexicon import Lexicon
from dialogue.verification.prover import Broken, Proof
from dialogue.verification.state_space import Node


def report(proof: Proof) -> Iterator[str]:
    """Yield the figures of `proof` and each property with its count."""
    yield f"{proof.turns:,} turns were taken, from {proof.states:,} states of a talk."
    if proof.paths:
        yield (
            f"Paths of yes, no and unsure to an outcome: {proof.paths:,}; the longest "
            f"has {proof.longest} questions."
        )
        yield (
            f"After one thing said unasked: {proof.told_paths:,}; the longest has "
            f"{proof.longest_told} questions."
        )
        yield (
            f"Talks with silences and unsures to their very end: {proof.talks:.2g}; "
            f"the longest has {proof.longest_talk} replies."
        )
    broken = proof.broken.title if proof.broken else None
    yield ""
    yield "   checked  property"
    for title, count in proof.kept.items():
        mark = "   <-- BROKEN" if title == broken else ""
        yield f"{count:>10,}  {title}{mark}"


def counterexample(content: Content, broken: Broken) -> Iterator[str]:
    """Yield the talk that breaks a property, as the lines of a play-script."""
    protocol = content.protocol
    begins = [node.event for node in broken.way[:1]]
    timers = events.Begin(timers=True) in begins
    yield f"Title:     Broken: {broken.title}"
    yield f"Protocol:  {protocol.id} {protocol.version} ({protocol.status})"
    yield "Clinic:    none"
    yield "Channel:   core"
    yield from ["Timers:    yes"] * timers
    yield ""
    for node in broken.way:
        if node.before is not None and node.event is not None:
            yield from speech_lines(PATIENT, _words(content, node.event))
        yield from speech_lines(BACK_TALK, _said(content, node))
    if broken.failed is not None:
        yield from speech_lines(PATIENT, _words(content, broken.failed.event))
        yield f"# The turn then fails with {broken.failed}."
    elif broken.way[-1].state.ended:
        reply = broken.way[-1].reply
        yield ""
        yield f"Ends with: {reply.disposition or 'none'}"
        yield f"Because:   {reply.rule_id or 'none'}"


def _said(content: Content, node: Node) -> str:
    return to_display_text(
        render_reply(node.reply, content.prompts, None, None).prompts
    )


def _words(content: Content, event: Event) -> str:
    """Return what a patient says, or a stage direction, that amounts to `event`."""
    lexicon = content.lexicon
    match event:
        case events.NoInput():
            return "(silence)"
        case events.Previous():
            said = lexicon.commands["previous"][0]
        case events.Stop():
            said = lexicon.commands["stop"][0]
        case events.Answered(answer):
            said = lexicon.answers[answer][0]
        case events.UnpromptedStatement(ids=(row,)):
            said = lexicon.volunteered[row][0]
        case events.UnpromptedStatement(facts=facts) if facts.duration is not None:
            said = _length(lexicon, facts.duration)
        case _:
            return f"({type(event).__name__})"
    return f"{said[:1].upper()}{said[1:]}."


def _length(lexicon: Lexicon, duration: Duration) -> str:
    """Return words for a length of whole hours: "over 168 hours"."""
    words = lexicon.durations
    hours = [unit for unit, length in words.units.items() if length == 1]
    leads = {Bound.OVER: words.over, Bound.UNDER: words.under, Bound.EXACT: ("",)}
    return f"{leads[duration.bound][0]} {duration.hours:g} {hours[-1]}".strip()
