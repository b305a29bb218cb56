"""The recording script: every sentence and piece that a recorded voice must hold.

A sentence is recorded whole wherever its words are known ahead; what a clinic or a
moment fills in is recorded as carriers (the words around it) and pieces.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from dialogue.content.content import Content
from dialogue.engine.clinic import Clinic
from dialogue.engine.rendering import choose_prompts, render_reply, to_spoken_text
from dialogue.engine.reply import Reply
from dialogue.engine.time_formats import split_list

UNSPOKEN = ("screen.", "card.", "page.", "browser.", "spoken.", "caption.", "sign.")
"""Beginnings of the keys of words that are shown, or fill others."""
OWN_WORDS = "one_thing."
"""Read by clinicians, never said."""
SENTENCE_END = re.compile(r"(?<=[.?!:])\s+(?=[A-Z{])")
PLACEHOLDER = re.compile(r"\{\w+\}")
SITES = ("site_address", "site_hours", "site_number")
YEARS = range(2024, 2036)
"""Years of an earlier session that may be named."""
A_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
MOMENTS = tuple(A_MONDAY + timedelta(hours=h) for h in range(0, 8 * 24, 3))
"""Every third hour of a week, and of a day more: all that an opening can come to."""


class Form(StrEnum):
    """How words end: as a sentence does, or going on."""

    FINAL = "final"
    MID = "mid"


@dataclass(frozen=True)
class ScriptLine:
    """One thing to record."""

    name: str
    """What it is: `emergency.say.2`, `digits.five.mid`; the name of its file too."""
    text: str
    form: Form = Form.FINAL
    is_piece: bool = False
    """One of the words that fill a placeholder."""


def split_sentences(words: str) -> list[str]:
    """Return the sentences of a prompt, each with its blanks made single."""
    return SENTENCE_END.split(" ".join(words.split()))


def is_spoken(key: str) -> bool:
    """Tell whether the prompt `key` is ever said aloud."""
    return not key.startswith((*UNSPOKEN, OWN_WORDS))


def list_templates(prompts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return key and words of each spoken prompt that is filled in when it is said."""
    spoken = [(key, words) for key, words in prompts.items() if is_spoken(key)]
    keys = (f"spoken.{name}" for name in SITES)
    sites = [(key, prompts[key] + ".") for key in keys if key in prompts]
    return [(k, " ".join(w.split())) for k, w in spoken + sites if "{" in w]


def split_carriers(sentence: str) -> list[str]:
    """Return the recorded words around the placeholders of a sentence, in order.

    There is one more of them than placeholders; a lone punctuation mark is no words.
    """
    return [_clean(part) for part in PLACEHOLDER.split(sentence)]


def build_script(contents: Sequence[Content]) -> list[ScriptLine]:
    """Return all lines for one locale; each of `contents` has another clinic, or none.

    No two lines have the same words in the same form.
    """
    general = replace(contents[0], clinic=None)
    lines = [*_list_sentences(general, "")]
    for content in contents:
        if content.clinic:
            lines += list_clinic_lines(content)
    lines += _list_carriers(general.prompts)
    lines += _list_pieces(general.prompts)
    return _drop_doubles(lines)


def list_clinic_lines(content: Content) -> list[ScriptLine]:
    """Return the sentences that only the clinic of `content` needs, and its names."""
    clinic = content.clinic
    if clinic is None:
        return []
    general = {line.text for line in _list_sentences(replace(content, clinic=None), "")}
    lines = [
        line
        for line in _list_sentences(content, f"{clinic.id}.")
        if line.text not in general
    ]
    for name, words in _list_names(clinic):
        for form in Form:
            text = words if form is Form.MID else f"{words}."
            lines.append(ScriptLine(f"{clinic.id}.{name}.{form}", text, form))
    return _drop_doubles(lines)


def _list_names(clinic: Clinic) -> Iterator[tuple[str, str]]:
    yield "name", clinic.name
    for site in clinic.sites:
        yield f"site.{site.id}", site.name
        yield f"site.{site.id}.address", site.address.spoken


def _list_sentences(content: Content, before: str) -> Iterator[ScriptLine]:
    """Yield every sentence whose words are known, the questions first."""
    prompts, clinic = content.prompts, content.clinic
    for key in filter(is_spoken, prompts):
        timed = clinic is not None and "{" in prompts[key]
        counts: dict[int, list[str]] = {}
        for moment in MOMENTS if timed else (None,):
            # A prompt that stands for others where something is not known is its own.
            if next(iter(choose_prompts((key,), clinic, moment)), key) != key:
                continue
            try:
                rendered = render_reply(Reply((key,)), prompts, clinic, moment)
            except ValueError:
                continue  # of another clinic, or filled in by the reply
            said = [p for p in rendered.prompts if p.key == key][:1]
            for number, text in enumerate(split_sentences(to_spoken_text(said)), 1):
                others = counts.setdefault(number, [])
                if text not in others:
                    others.append(text)
        single = list(counts) == [1]
        for number, texts in counts.items():
            place = key if single else f"{key}.{number}"
            for which, text in enumerate(texts):
                name = f"{before}{place}" + (f"-{which + 1}" if which else "")
                yield ScriptLine(name, text)


def _list_carriers(prompts: Mapping[str, str]) -> Iterator[ScriptLine]:
    for key, words in list_templates(prompts):
        for number, sentence in enumerate(split_sentences(words), 1):
            if "{" not in sentence:
                continue
            *first, last = split_carriers(sentence)
            for part, text in enumerate(first, 1):
                name = f"carrier.{key}.{number}.{part}"
                yield ScriptLine(name, text, Form.MID)
            yield ScriptLine(f"carrier.{key}.{number}.end", last)


def _list_pieces(prompts: Mapping[str, str]) -> Iterator[ScriptLine]:
    """Yield what fills placeholders, going on, and as the end of a sentence."""
    both = (Form.MID, Form.FINAL)
    hours = split_list(prompts, "spoken.hours")
    for kind, all_words, forms in (
        ("digits", split_list(prompts, "spoken.digits"), both),
        ("days", split_list(prompts, "spoken.days"), both),
        ("months", split_list(prompts, "spoken.months"), both),
        ("dates", split_list(prompts, "spoken.dates"), both),
        ("years", map(str, YEARS), both),
        ("minutes", split_list(prompts, "spoken.minutes"), (Form.MID,)),
        ("hours", hours, (Form.MID,)),
        ("times", _list_times(prompts, hours), both),
        ("words", _list_joining_words(prompts), (Form.MID,)),
        ("words", _list_endings(prompts), both),
    ):
        for words in all_words:
            yield from _build_piece(f"{kind}.{_to_slug(words)}", words, forms)
    for key, words in prompts.items():
        if key.startswith("sign."):
            yield from _build_piece(key, words, both)


def _build_piece(name: str, words: str, forms: Iterable[Form]) -> Iterator[ScriptLine]:
    for form in forms:
        text = words if form is Form.MID else f"{words}."
        yield ScriptLine(f"{name}.{form}", text, form, is_piece=True)


def _list_times(prompts: Mapping[str, str], hours: Sequence[str]) -> Iterator[str]:
    """Yield the full hours of a day, and what ends the other times."""
    parts = [prompts[f"spoken.{part}"] for part in ("morning", "afternoon", "evening")]
    yield prompts["spoken.noon"]
    for hour in range(24):
        named = hours[hour] if len(hours) == 24 else hours[(hour - 1) % 12]
        part = parts[(hour >= 12) + (hour >= 18)]
        words = {"hour": named, "next_hour": "", "part": part}
        yield prompts["spoken.full_hour"].format(**words)
    yield from parts


def _list_joining_words(prompts: Mapping[str, str]) -> Iterator[str]:
    """Yield the words between the names in braces of the patterns of hours and days."""
    for key, words in prompts.items():
        pattern = key.removeprefix("spoken.")
        if pattern != key and pattern not in SITES and "{" in words:
            yield from (_clean(part) for part in PLACEHOLDER.split(words))


def _list_endings(prompts: Mapping[str, str]) -> Iterator[str]:
    """Yield other words that can end a sentence."""
    yield from (prompts["spoken.the_clinic"], prompts["spoken.your_doctor"])
    yield _clean(prompts["spoken.or_another"].partition("}")[2])


def _to_slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _clean(words: str) -> str:
    return words.strip().lstrip(",.: ").strip()


def _drop_doubles(lines: Iterable[ScriptLine]) -> list[ScriptLine]:
    found: dict[tuple[str, Form], ScriptLine] = {}
    for line in lines:
        if re.search(r"\w", line.text):
            found.setdefault((line.text, line.form), line)
    return list(found.values())
