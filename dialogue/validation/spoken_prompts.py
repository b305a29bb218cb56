"""How prompts read when they are spoken: numbers and the longest names filled in."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from dialogue.content.lexicon_reader import ONE_THING
from dialogue.engine.clinic import Clinic
from dialogue.engine.rendering import choose_prompts, render_reply, to_spoken_text
from dialogue.engine.reply import Reply
from dialogue.engine.time_formats import MOST_SIGNS

FILLINGS = ("spoken.", "caption.", "sign.", f"{ONE_THING}.")
"""Words that fill placeholders, captions, and reasons that only a clinician reads;
`check_spoken` and `check_questions` have their rules."""

_CLINIC_FACT = re.compile(r"\{(clinic_\w+|site_\w+|next_open|closed_days|month)\}")
_PLAIN_WORD = "it"
_OWN = "own"
_SOME_SUNDAY = datetime(2026, 1, 4, 12, tzinfo=UTC)


def render_spoken(
    key: str, prompts: Mapping[str, str], clinic: Clinic | None
) -> tuple[str, str] | None:
    """Return the key that is said in place of `key`, and its words as spoken.

    Signs are named by the longest of their short names. None where the clinic cannot
    fill a placeholder, so that it is never said.
    """
    said = next(choose_prompts((key,), clinic, _SOME_SUNDAY), key)
    signs = _choose_longest_signs(said, prompts)
    reply = Reply((said,), signs=((said, signs),) if signs else ())
    try:
        rendered = render_reply(reply, prompts, clinic, _SOME_SUNDAY)
    except ValueError:
        return None
    return said, to_spoken_text(rendered.prompts)


def render_own_words(prompts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each key and its words as spoken; one plain word is a clinic's fact."""
    own = dict(prompts)
    for key in prompts:
        if not key.startswith(FILLINGS):
            own[_OWN] = _CLINIC_FACT.sub(_PLAIN_WORD, prompts[key])
            if (spoken := render_spoken(_OWN, own, None)) is not None:
                yield key, spoken[1]


def _choose_longest_signs(key: str, prompts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the signs whose names make `key` longest: one, or as many as are named."""
    words = prompts.get(key, "")
    if "{sign" not in words:
        return ()
    count = MOST_SIGNS if "{signs}" in words else 1
    names = (name for name in prompts if name.startswith("sign."))
    longest = sorted(names, key=lambda name: -len(prompts[name].split()))
    return tuple(name.removeprefix("sign.") for name in longest[:count])
