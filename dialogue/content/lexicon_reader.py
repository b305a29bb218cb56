"""Reads prompts, and the phrases that no template holds, of one locale."""

from dialogue.content import problems
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import TableValue, TextValue
from dialogue.understanding.lexicon import OFFLINE_GROUPS, OwnPhrases

QUESTION_WORDS = ("ask", "again", "help")
ONE_THING = "one_thing"
"""The entry of a question that says why the two parts of its words are one thing."""


def read_prompts(table: TableValue, log: ProblemLog, locale: str) -> dict[str, str]:
    """Read the words by key: `ask.<id>`, `again.<id>`, `help.<id>` and the rest."""
    top = TableReader(table, log, "prompt", locale, what="the prompts")
    prompts: dict[str, str] = {}
    for id_, part in top.named_tables("questions"):
        for name in QUESTION_WORDS:
            prompts[f"{name}.{id_}"] = _read_prompt(part, name, f"{name}.{id_}", locale)
        if ONE_THING in part.entries:
            key = f"{ONE_THING}.{id_}"
            prompts[key] = _read_prompt(part, ONE_THING, key, locale)
        part.done()
    others = top.table("prompts")
    for key in others.names() if others else ():
        if others is None:
            continue
        if key in prompts:
            others.report(
                problems.DUPLICATE_ID,
                key,
                id=key,
                what="these words",
                first=log.find_place("prompt", locale, key).line,
                other="the words of a question",
            )
        prompts[key] = _read_prompt(others, key, key, locale)
    top.done()
    return prompts


def read_own_phrases(table: TableValue, log: ProblemLog, locale: str) -> OwnPhrases:
    """Read the phrases that no template holds."""
    top = TableReader(table, log, "lexicon", locale, what="the lexicon")
    phrases = OwnPhrases(
        offline=_read_groups(top, "offline", list(OFFLINE_GROUPS)),
        triggers=_read_groups(top, "triggers"),
        regions=_read_groups(top, "regions"),
        carriers=_read_carriers(top),
    )
    top.done()
    return phrases


def _read_carriers(top: TableReader) -> dict[str, str]:
    if (part := top.table("carriers", required=False)) is None:
        return {}
    carriers = {name: part.text(name) for name in part.names()}
    part.done()
    return carriers


def _read_prompt(part: TableReader, name: str, key: str, locale: str) -> str:
    value = part.get(name)
    part.log.put(part.find_place(name), "prompt", locale, key)
    if isinstance(value, TextValue) and not value.prose:
        part.log.report(problems.UNQUOTED, value.place, key=key)
    return part.text(name)


def _read_groups(
    top: TableReader, key: str, known: list[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return lists of phrases by name; with `known`, of exactly those names."""
    if (part := top.table(key)) is None:
        return {}
    names = part.names() if known is None else known
    groups = {name: part.words(name, required=True) for name in names}
    part.done()
    return groups
