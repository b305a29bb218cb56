"""Finds what prompts may not say of medicines: a dose, an interval, a stray name.

Source: the clinical design, P5: no amount, strength, count or interval of a medicine.
The words are those of American English, as in `prompts.yaml` of en-US; figures with a
unit of weight or volume are found in every language.
"""

import re
from collections.abc import Iterator

from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.schema import ProblemLog

_NAME = re.compile(
    r"\b(ibuprofen|aspirin|naproxen|acetaminophen|paracetamol|diclofenac|advil|"
    r"motrin|aleve|tylenol|bayer)\b",
    re.IGNORECASE,
)
_MEDICINE = re.compile(
    rf"{_NAME.pattern}|"
    r"\b(medicines?|relievers?|pills?|tablets?|capsules?|painkillers?|doses?)\b",
    re.IGNORECASE,
)
_ONES = (
    r"(an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
_NUMBER = (
    rf"(\d+([.,]\d+)?|half an?|a half|{_ONES}( hundred| thousand)?([ -]{_ONES})?|"
    r"hundred|thousand)"
)
_RANGE = rf"{_NUMBER}(( to | or |\s?-\s?){_NUMBER})?"
_WEIGHT = r"(mg|mcg|µg|milligram\w*|microgram\w*|miligramo\w*|microgramo\w*)"
_COUNT = (
    r"(g|ml|grams?|millilit(er|re)s?|tablets?|pills?|capsules?|doses?|drops?|"
    r"teaspoons?|tablespoons?)"
)
_AMOUNT = re.compile(
    rf"(\b{_RANGE}[ -]?)?\b{_WEIGHT}\b|\b{_RANGE}[ -]?{_WEIGHT}\b|"
    rf"\b{_RANGE}[ -]?{_COUNT}\b",
    re.IGNORECASE,
)
_UNIT = re.compile(rf"(?<![^\W\d_])({_WEIGHT}|{_COUNT})\b", re.IGNORECASE)
"""What every amount ends with: it is looked for first, since it is found faster."""
_SPAN = r"(hours?|days?|mornings?|nights?|evenings?|meals?)"
_INTERVAL = re.compile(
    rf"\b(every ((other|{_RANGE}) )?{_SPAN}|each {_RANGE} {_SPAN}|"
    rf"{_RANGE} hours? apart|(hourly|nightly)|"
    rf"(once|twice|{_RANGE} times|{_RANGE}) (a|per|each|every) (day|week|night)|"
    rf"(once|twice|{_RANGE} times) (daily|nightly)|"
    r"(at most|up to|no more than) \w+ (a|per) day)\b",
    re.IGNORECASE,
)


def has_medicine_name(words: str) -> bool:
    """Tell whether `words` name a medicine, which makes them a medicine line."""
    return _NAME.search(words) is not None


def check_medicine_words(content: Content, log: ProblemLog) -> None:
    """Note each dose in a prompt, and each medicine that no care line guards."""
    lines = content.protocol.care_lines
    guarded = {line.key for line in lines if line.home_only and line.if_no}
    for key, words in content.prompts.items():
        at = ("prompt", content.locale, key)
        for dose in _find_doses(words):
            log.report(messages.DOSE, at, key=key, words=dose)
        if (named := _NAME.search(words)) and key not in guarded:
            log.report(messages.MEDICINE_LINE, at, key=key, word=named[0])


def _find_doses(words: str) -> Iterator[str]:
    """Yield what looks like an amount, or an interval beside a medicine's name."""
    if _UNIT.search(words) and (amount := _AMOUNT.search(words)):
        yield amount[0]
    if _MEDICINE.search(words) and (interval := _INTERVAL.search(words)):
        yield interval[0]
