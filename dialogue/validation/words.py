"""Checks the words against the protocol: holes, and phrases that another takes."""

from collections.abc import Iterator
from functools import lru_cache

from dialogue.content import word_messages
from dialogue.content.problems import Place, suggest_name
from dialogue.content.schema import ProblemLog
from dialogue.engine.protocol import Stage, TriageProtocol
from dialogue.understanding.asked import Asked, build_asked
from dialogue.understanding.interpretation import interpret
from dialogue.understanding.matcher import Scope
from dialogue.understanding.meaning import COMMANDS, Meaning, Result
from dialogue.understanding.words import ASKS_HELP, ASKS_NOTHING, Words

YES, NO = "yes", "no"
TRIED = 2
"""So many of the shortest phrases of a template are tried."""


def check_words(words: Words, protocol: TriageProtocol, log: ProblemLog) -> None:
    """Note what is missing for `protocol`: rows, sentences, questions to ask."""
    dangers = {q.id for q in protocol.questions if q.stage is Stage.SCREEN}
    for row, traits in words.rows.items():
        place = log.find_place("row", words.locale, row)
        if traits.asks and traits.asks not in (*dangers, ASKS_HELP, ASKS_NOTHING):
            hint = suggest_name(traits.asks, dangers)
            shown = {"row": row, "asks": traits.asks, "hint": hint}
            log.report(word_messages.UNKNOWN_ASKS, place, **shown)
        groups = (f"rows.{row}.{YES}.{scope.value}" for scope in Scope)
        if not any(group in words.phrases for group in groups):
            log.report(word_messages.NO_SENTENCE, place, row=row)
    for question in sorted(dangers - set(words.rows)):
        place = log.find_place("question", question)
        shown = {"question": question, "locale": words.locale}
        log.report(word_messages.NO_OWN_ROW, place, **shown)


def warn_of_thieves(words: Words, protocol: TriageProtocol, log: ProblemLog) -> None:
    """Note every phrase that another meaning takes where its own question is open."""
    for group, phrase, meaning in find_thieves(words, protocol):
        found = ", ".join(meaning.said) or meaning.command
        if found is None:
            found = meaning.answer.value if meaning.answer else meaning.result.value
        place = Place(f"locales/{words.locale}/understanding", 1)
        shown = {"phrase": phrase, "what": f"'{group}'", "found": found}
        log.report(word_messages.THIEF, place, **shown)


def find_thieves(
    words: Words, protocol: TriageProtocol
) -> Iterator[tuple[str, str, Meaning]]:
    """Yield each group and phrase that means something else, and what it means.

    A check is no theft, as it only asks.
    """
    for group in words.phrases:
        kind, *names = group.split(".")
        if kind not in ("answers", "commands", "rows") or "listed" in names:
            continue
        asked = _find_asked(protocol, kind, names[0])
        for phrase, meaning in _list_stolen(words, group, asked):
            yield group, phrase, meaning


@lru_cache(maxsize=4096)
def _list_stolen(
    words: Words, group: str, asked: Asked
) -> tuple[tuple[str, Meaning], ...]:
    """Return what is stolen of a group; most edits of a protocol change no prompt."""
    kind, *names = group.split(".")
    tried = (
        (phrase, interpret(words, phrase, asked))
        for phrases in words.list_phrases(group)
        for phrase in phrases[:TRIED]
        if "{" not in phrase
    )
    return tuple(
        (phrase, meaning)
        for phrase, meaning in tried
        if not _fits(kind, names, asked, meaning)
    )


def _find_asked(protocol: TriageProtocol, kind: str, name: str) -> Asked:
    """Return where the phrases of a group are said."""
    if kind == "commands":
        return build_asked(protocol, None)
    if kind == "answers":
        return build_asked(protocol, protocol.questions[0].id)
    if name in protocol.question:
        return build_asked(protocol, name)
    row = protocol.volunteered_by_id.get(name)
    sets = (about for about, _ in (row.sets if row else ()))
    return build_asked(
        protocol, next((a for a in sets if a in protocol.question), None)
    )


def _fits(kind: str, names: list[str], asked: Asked, meaning: Meaning) -> bool:
    if meaning.result is not Result.ACCEPT:
        return meaning.result is Result.CHECK or kind == "rows"
    name, *others = names
    if kind == "answers":
        return meaning.answer is not None and meaning.answer.value == name
    if kind == "commands":
        return meaning.command == name or name not in COMMANDS
    if name == asked.question:
        return meaning.answer is None or meaning.answer.value == others[0]
    return others[0] == NO or name in meaning.said or not meaning.said
