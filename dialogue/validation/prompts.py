"""Checks the prompts: every key has words, and the words are plain and short."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.lexicon_reader import ONE_THING
from dialogue.content.problems import suggest_name
from dialogue.content.schema import ProblemLog
from dialogue.engine.clinic import Clinic
from dialogue.engine.protocol import Urgency
from dialogue.engine.rendering import (
    PLACEHOLDERS,
    choose_prompts,
    render_reply,
    to_spoken_text,
)
from dialogue.engine.reply import Reply
from dialogue.engine.time_formats import (
    CAPTIONS,
    LISTS,
    MOST_SIGNS,
    TEMPLATES,
    split_list,
)
from dialogue.validation.needed_prompts import find_needed_prompts
from dialogue.validation.question_words import (
    MOST_NAME_WORDS,
    check_questions,
    split_sentences,
)

MOST_SENTENCE_WORDS = 20
MOST_WELCOME_WORDS = 30
"""Source: the clinical design, P10 and 3.3."""

PLAIN_WORDS = {
    "acute": "sudden, or new",
    "chronic": "long-lasting",
    "urine": "pee",
    "urinate": "pee",
    "wee": "pee",
    "stool": "poop",
    "nsaid": "pain reliever",
    "nsaids": "pain reliever",
    "nine eleven": "the emergency number digit by digit, by {emergency_number}",
}
"""Words to avoid and what to say instead. Source: the clinical design, P10, P11."""

NAME_THE_EMERGENCY_NUMBER = (
    "session.welcome", "session.welcome.no_clinic", "session.welcome.recorded",
    "session.welcome.recorded.no_clinic", "session.help", "session.help.recorded",
    "check.help", "emergency.say", "emergency.unsure", "close.silence", "close.stop",
    "close.unheard", "unheard.now", "errors.something_wrong",
    "errors.something_wrong.no_clinic", "number.check_first", "net.emergency",
)  # fmt: skip
"""Source: the clinical design, P3, P7, P12 and 3.3."""

NO_SENTENCES = ("screen.", "card.", "page.", "browser.")
"""Buttons, titles and what pages show, which are read and not spoken."""

LEADS = ("check.", "retry.")
"""Words that a question follows at once, so that a colon may end them."""

FILLINGS = ("spoken.", "caption.", "sign.", f"{ONE_THING}.")
"""Words that fill placeholders, captions, and reasons that only a clinician reads;
`check_spoken` and `check_questions` have their rules."""

WELCOMES = (
    "session.welcome", "session.welcome.no_clinic", "session.welcome.recorded",
    "session.welcome.recorded.no_clinic",
)  # fmt: skip
DRAFT = "session.draft"
"""Said behind the welcome while nobody has signed; both together are kept short."""

_MEDICINE_NAME = re.compile(
    r"\b(ibuprofen|aspirin|naproxen|acetaminophen|paracetamol|diclofenac|advil|"
    r"motrin|aleve|tylenol|bayer)\b",
    re.IGNORECASE,
)
_MEDICINE = re.compile(
    rf"{_MEDICINE_NAME.pattern}|"
    r"\b(medicines?|relievers?|pills?|tablets?|capsules?|painkillers?)\b",
    re.IGNORECASE,
)
_NUMBER = (
    r"(\d+([.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"twenty|a hundred|two hundred|four hundred|half an?)"
)
_AMOUNT = re.compile(
    rf"\b{_NUMBER} ?(mg|mcg|g|ml|milligrams?|micrograms?|grams?|millilit(er|re)s?|"
    r"tablets?|pills?|capsules?|doses?|drops?|teaspoons?|tablespoons?)\b",
    re.IGNORECASE,
)
_INTERVAL = re.compile(
    rf"\b(every ({_NUMBER} )?(hours?|day|morning|night|evening)|hourly|"
    rf"(once|twice|{_NUMBER} times) (a|per|each|every) (day|week|night)|"
    r"(once|twice) daily|at most \w+ (a|per) day)\b",
    re.IGNORECASE,
)
At = tuple[str, ...]
"""Where words stand: "prompt", the locale and their key."""

_SOME_SUNDAY = datetime(2026, 1, 4, 12, tzinfo=UTC)


def check_prompts(
    content: Content,
    clinics: Mapping[str, Clinic],
    log: ProblemLog,
    warnings: ProblemLog,
) -> None:
    """Note words that are missing, idle, long, not plain or not to be said."""
    prompts = content.prompts
    if not _check_keys(content, log, warnings):
        return
    sentences_said = {k: w for k, w in prompts.items() if not k.startswith(FILLINGS)}
    for key, words in sentences_said.items():
        at = ("prompt", content.locale, key)
        _check_words(key, words, log, at)
        _check_avoided(key, words, log, at)
    for key in (key for key in prompts if key.startswith("sign.")):
        _check_avoided(key, prompts[key], log, ("prompt", content.locale, key))
    check_questions(content, log, warnings)
    _check_numbers(content, log)
    _check_medicine_lines(content, log)
    words_said = sentences_said.values()
    placeholders = {n for w in words_said for n in re.findall(r"\{(.*?)\}", w)}
    if placeholders <= set(PLACEHOLDERS):
        for name, clinic in {**clinics, "none": None}.items():
            _check_lengths(content, name, clinic, log)


def check_spoken(prompts: Mapping[str, str], log: ProblemLog, locale: str) -> None:
    """Note every word of `spoken.*` that a session would stumble over."""
    for key, counts in LISTS.items():
        found = split_list(prompts, key) if key in prompts else ()
        if key in prompts and (len(found) not in counts or not all(found)):
            words = {"count": len(found), "wanted": " or ".join(map(str, counts))}
            log.report(messages.WRONG_COUNT, ("prompt", locale, key), key=key, **words)
    for key, names in {**TEMPLATES, **CAPTIONS}.items():
        at = ("prompt", locale, key)
        _check_placeholders(prompts.get(key, ""), r"\{(\w*)\}", names, log, at)
        if re.search(r"[{}]", re.sub(r"\{\w*\}", "", prompts.get(key, ""))):
            log.report(messages.STRAY_BRACE, at, key=key)
    number = prompts.get("spoken.emergency_number", "911")
    if not re.fullmatch(r"\d{2,4}", number):
        at = ("prompt", locale, "spoken.emergency_number")
        log.report(messages.BAD_EMERGENCY_NUMBER, at, number=number)


def _check_placeholders(
    words: str, pattern: str, known: tuple[str, ...], log: ProblemLog, at: At
) -> None:
    for name in re.findall(pattern, words):
        if name not in known:
            filled = {"key": at[-1], "name": name, "hint": suggest_name(name, known)}
            log.report(messages.UNKNOWN_PLACEHOLDER, at, **filled)


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


def _choose_longest_signs(key: str, prompts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the signs whose names make `key` longest: one, or as many as are named."""
    words = prompts.get(key, "")
    if "{sign" not in words:
        return ()
    count = MOST_SIGNS if "{signs}" in words else 1
    names = (name for name in prompts if name.startswith("sign."))
    longest = sorted(names, key=lambda name: -len(prompts[name].split()))
    return tuple(name.removeprefix("sign.") for name in longest[:count])


def _check_keys(content: Content, log: ProblemLog, warnings: ProblemLog) -> bool:
    needed = find_needed_prompts(content.protocol)
    reasons = {f"{ONE_THING}.{id_}" for id_ in content.protocol.question}
    idle = content.prompts.keys() - needed.keys() - reasons
    for key, (what, path) in needed.items():
        if key in content.prompts:
            continue
        if key.startswith("sign."):
            filled = {"id": path[-1], "key": key, "most": MOST_NAME_WORDS}
            log.report(messages.NO_SHORT_NAME, path, locale=content.locale, **filled)
        else:
            log.report(
                messages.PROMPT_MISSING,
                path or ("prompt", content.locale),
                what=what,
                key=key,
                locale=content.locale,
                hint=suggest_name(key, idle or needed),
            )
    for key in idle:
        # Where a prompt stands is known to the one log only.
        place = log.find_place("prompt", content.locale, key)
        warnings.report(messages.PROMPT_UNUSED, place, key=key)
    return needed.keys() <= content.prompts.keys()


def _check_words(key: str, words: str, log: ProblemLog, at: At) -> None:
    _check_placeholders(words, r"\{(.*?)\}", PLACEHOLDERS, log, at)
    ends = (".", "?", ":") if key.startswith(LEADS) else (".", "?")
    if not key.startswith(NO_SENTENCES) and not words.endswith(ends):
        log.report(messages.UNFINISHED, at, key=key)
    for dose in _find_doses(words):
        log.report(messages.DOSE, at, key=key, words=dose)


def _check_avoided(key: str, words: str, log: ProblemLog, at: At) -> None:
    for avoided, instead in PLAIN_WORDS.items():
        if re.search(rf"\b{avoided}\b", words, re.IGNORECASE):
            filled = {"key": key, "word": avoided, "instead": instead}
            log.report(messages.AVOIDED_WORD, at, **filled)


def _check_numbers(content: Content, log: ProblemLog) -> None:
    """Note numbers that are missing, misplaced or typed into the words."""
    danger = {
        key
        for disposition in content.protocol.dispositions
        if disposition.urgency < Urgency.CLINIC
        for key in (*disposition.says, *disposition.says_if_unsure)
    }
    for key, words in content.prompts.items():
        if key.startswith(FILLINGS):
            continue
        at = ("prompt", content.locale, key)
        if key in NAME_THE_EMERGENCY_NUMBER and "{emergency_number}" not in words:
            log.report(messages.NO_EMERGENCY_NUMBER, at, key=key)
        for name in ("clinic_phone", "clinic_general_phone"):
            if key in danger and f"{{{name}}}" in words:
                log.report(messages.CLINIC_IN_DANGER, at, key=key, name=name)
        if typed := re.search(r"\d{3}[- ]\d{3}[- ]\d{4}|\b[19]1[12]\b|\b999\b", words):
            log.report(messages.LITERAL_NUMBER, at, key=key, number=typed[0])


def _check_medicine_lines(content: Content, log: ProblemLog) -> None:
    lines = content.protocol.care_lines
    guarded = {line.key for line in lines if line.home_only and line.if_no}
    for key, words in content.prompts.items():
        named = _MEDICINE_NAME.search(words)
        if named and key not in guarded:
            at = ("prompt", content.locale, key)
            log.report(messages.MEDICINE_LINE, at, key=key, word=named[0])


def has_medicine_name(words: str) -> bool:
    """Tell whether `words` name a medicine, which makes them a medicine line."""
    return _MEDICINE_NAME.search(words) is not None


def _find_doses(words: str) -> Iterator[str]:
    """Yield what looks like an amount, or an interval beside a medicine's name."""
    if amount := _AMOUNT.search(words):
        yield amount[0]
    if _MEDICINE.search(words) and (interval := _INTERVAL.search(words)):
        yield interval[0]


def _check_lengths(
    content: Content, name: str, clinic: Clinic | None, log: ProblemLog
) -> None:
    for key in content.prompts:
        if key.startswith(FILLINGS):
            continue
        if (spoken := render_spoken(key, content.prompts, clinic)) is None:
            continue
        said, words = spoken
        at = ("prompt", content.locale, said)
        for sentence in split_sentences(words):
            count, start = len(sentence.split()), " ".join(sentence.split()[:4])
            if count > MOST_SENTENCE_WORDS:
                filled = {"count": count, "start": start, "most": MOST_SENTENCE_WORDS}
                log.report(messages.LONG_SENTENCE, at, key=said, **filled)
        if said in WELCOMES:
            draft = content.prompts.get(DRAFT, "")
            count = len(words.split()) + len(draft.split())
            filled = {"count": count, "clinic": name, "most": MOST_WELCOME_WORDS}
            if count > MOST_WELCOME_WORDS:
                log.report(messages.LONG_WELCOME, at, key=said, draft=DRAFT, **filled)
