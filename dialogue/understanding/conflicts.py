"""Phrases with meanings that exclude each other, found in the automaton."""

from collections.abc import Iterator
from dataclasses import dataclass

from dialogue.understanding.automaton_builder import AutomatonBuilder
from dialogue.understanding.matcher import Kind, Label
from dialogue.understanding.normalisation import Tokens
from dialogue.understanding.template import RuleBook, TemplateError
from dialogue.understanding.word_source import (
    NO,
    YES,
    Entry,
    WordSource,
    list_entries,
    parse_entry,
)
from dialogue.understanding.words import Words


@dataclass(frozen=True)
class Conflict:
    """Two labels of one phrase that exclude each other."""

    tokens: Tokens
    first: Label
    second: Label


def find_conflicts(words: Words) -> Iterator[Conflict]:
    """Yield one phrase, the shortest, for each two labels that exclude each other."""
    seen: set[tuple[Label, Label]] = set()
    for tokens, labels in _walk_accepted(words):
        for pair in ((a, b) for a in labels for b in labels):
            if pair not in seen and _excludes(*pair):
                seen.add(pair)
                yield Conflict(tokens, *pair)


def find_entry(source: WordSource, label: Label, tokens: Tokens) -> Entry | None:
    """Return the template of a label that holds a phrase."""
    book = RuleBook(source.rules, source.verbs)
    for entry in list_entries(source):
        if entry.label != label or entry.frame:
            continue
        builder = AutomatonBuilder(source.spelling)
        try:
            builder.add(parse_entry(book, entry), label)
        except TemplateError:
            continue
        if builder.build().find_whole(tokens):
            return entry
    return None


def _walk_accepted(words: Words) -> Iterator[tuple[Tokens, tuple[Label, ...]]]:
    """Yield the labels of every state that has several, with a shortest way to it."""
    automaton = words.automaton
    open_states: list[tuple[int, Tokens]] = [(0, ())]
    seen = {0}
    for number, way in open_states:
        state = automaton.states[number]
        if len(state.accepted) > 1:
            yield way, tuple(automaton.labels[label] for label in state.accepted)
        for word, target in state.steps.items():
            if target not in seen:
                seen.add(target)
                open_states.append((target, (*way, word)))


def _excludes(first: Label, second: Label) -> bool:
    """Tell whether two labels of one phrase contradict each other, in this order."""
    if first.kind is Kind.STATEMENT and second.kind is Kind.STATEMENT:
        same = first.name == second.name
        return same and (first.detail, second.detail) == (YES, NO)
    if first.kind is Kind.ANSWER and second.kind is Kind.ANSWER:
        return first.name < second.name
    return first.kind is Kind.ANSWER and second.kind is Kind.FILLER
