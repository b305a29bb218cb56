"""Builds skill.json of store text, clinic and settings, checked as Amazon does."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from dialogue.engine.clinic import Clinic
from skill.errors import SkillRefused
from skill.publishing.store_listing import Listing, Store
from skill.timers import PERMISSION

LONGEST = {"name": 50, "summary": 120, "description": 4000, "keywords": 30}
"""Characters; of keywords, how many. Source: Amazon's skill manifest reference; the
summary is held shorter than the store's own limit, so that lists show all of it."""
MOST_PHRASES = 3
ICONS = {"smallIconUri": 108, "largeIconUri": 512}
"""By property of the manifest: pixels of each side."""
_PLACEHOLDERS = ("clinic_name", "emergency_number")
_FILLED = ("name", "summary", "description", "disclaimer", "testing_instructions")
"""The texts of a listing in which placeholders may stand."""
_LAMBDA = re.compile(
    r"arn:aws:lambda:[a-z]{2}-[a-z]+-[0-9]:[0-9]{12}:function:"
    r"[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?"
)
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_TALK = re.compile(r"Alexa, (?:ask|tell) (.+)")


@dataclass(frozen=True)
class Publication:
    """What the clinic decides about its skill."""

    endpoint: str
    """The https address of the endpoint, or the ARN of a Lambda function."""
    privacy_url: str
    """Where the clinic keeps the skill's privacy policy."""
    wildcard: bool = False
    """Whether the endpoint's certificate is one for `*.domain`."""
    screens: bool = True
    timers: bool = False
    countries: tuple[str, ...] = ("US",)


def build_manifest(
    locale: str, store: Store, samples: Iterable[str], clinic: Clinic, plan: Publication
) -> dict[str, Any]:
    """Return `skill.json` as plain JSON.

    `samples` are the phrases of the interaction model. Raises SkillRefused with every
    problem, a line each.
    """
    listing = _fill_in(store.listing, clinic)
    problems = [*_find_listing_problems(listing, store, set(samples))]
    problems += _find_plan_problems(plan)
    if problems:
        raise SkillRefused("\n".join(problems))
    whole: dict[str, Any] = {
        "manifestVersion": "1.0",
        "publishingInformation": _build_publishing(locale, listing, plan),
        "privacyAndCompliance": {
            "allowsPurchases": False,
            "usesPersonalInfo": False,
            "usesHealthInfo": False,
            "isChildDirected": False,
            "isExportCompliant": True,
            "containsAds": False,
            "locales": {locale: {"privacyPolicyUrl": plan.privacy_url}},
        },
        "apis": {"custom": _build_custom(plan)},
    }
    if plan.timers:
        whole["permissions"] = [{"name": PERMISSION}]
    return {"manifest": whole}


def get_icon_path(locale: str, key: str) -> str:
    """Return where the icon for a property of the manifest lies in the package."""
    return f"assets/images/{locale}_{key.removesuffix('Uri')}.png"


def _build_publishing(
    locale: str, listing: Listing, plan: Publication
) -> dict[str, Any]:
    return {
        "locales": {
            locale: {
                "name": listing.name,
                "summary": listing.summary,
                "description": f"{listing.description}\n\n{listing.disclaimer}",
                "examplePhrases": list(listing.example_phrases),
                "keywords": list(listing.keywords),
                **{key: f"file://{get_icon_path(locale, key)}" for key in ICONS},
            }
        },
        "category": "HEALTH_AND_FITNESS",
        "isAvailableWorldwide": False,
        "distributionMode": "PUBLIC",
        "distributionCountries": list(plan.countries),
        "testingInstructions": listing.testing_instructions,
    }


def _build_custom(plan: Publication) -> dict[str, Any]:
    endpoint = {"uri": plan.endpoint}
    if not _LAMBDA.fullmatch(plan.endpoint):
        endpoint["sslCertificateType"] = "Wildcard" if plan.wildcard else "Trusted"
    screens = {"interfaces": [{"type": "ALEXA_PRESENTATION_APL"}]}
    return {"endpoint": endpoint, **(screens if plan.screens else {})}


def _fill_in(listing: Listing, clinic: Clinic) -> Listing:
    words = {"clinic_name": clinic.name, "emergency_number": clinic.emergency_number}

    def fill(text: str) -> str:
        for name in _PLACEHOLDERS:
            text = text.replace(f"{{{name}}}", words[name])
        return text

    filled: dict[str, Any] = {n: fill(getattr(listing, n)) for n in _FILLED}
    return replace(listing, **filled)


def _find_listing_problems(
    listing: Listing, store: Store, samples: set[str]
) -> Iterator[str]:
    whole = f"{listing.description}\n\n{listing.disclaimer}"
    texts = {"name": listing.name, "summary": listing.summary, "description": whole}
    for what, text in texts.items():
        if not 2 <= len(text) <= LONGEST[what]:
            yield (
                f"The listing's {what} has {len(text)} characters, but 2 to "
                f"{LONGEST[what]} are allowed; shorten it in the store."
            )
    everything = (*texts.values(), listing.testing_instructions)
    if any(re.search(r"[{}<>]", text) for text in everything):
        yield (
            "The listing holds one of { } < >, but the store shows them as they are; "
            f"only {', '.join(_PLACEHOLDERS)} can be filled in."
        )
    if re.search(r"\b(alexa|amazon|echo|skill)\b", listing.name, re.IGNORECASE):
        yield (
            f"The listing's name is '{listing.name}', but it must name neither "
            "Amazon's products nor the word skill; take them out."
        )
    if not re.search(r"\bnot\b.*\b(advice|diagnos)", listing.disclaimer):
        yield (
            "The listing's disclaimer does not say that this is no medical advice, but "
            "a skill about health is refused without it; say so in the store."
        )
    if not 1 <= len(listing.keywords) <= LONGEST["keywords"]:
        yield (
            f"The listing has {len(listing.keywords)} keywords, but 1 to "
            f"{LONGEST['keywords']} are allowed; take some out."
        )
    if not listing.testing_instructions:
        yield "The testing instructions are empty, but reviewers need them; write them."
    yield from _find_phrase_problems(listing, store, samples)


def _find_phrase_problems(
    listing: Listing, store: Store, samples: set[str]
) -> Iterator[str]:
    opening = f"Alexa, open {store.invocation_name}"
    phrases = listing.example_phrases
    if len(phrases) > MOST_PHRASES or phrases[:1] != (opening,):
        yield (
            f"The example phrases are {len(phrases)}, beginning with "
            f"'{phrases[0] if phrases else ''}', but there are one to {MOST_PHRASES} "
            f"and the first is '{opening}'; change them in the store."
        )
    for phrase in phrases[1:]:
        match = _TALK.fullmatch(phrase)
        rest = match[1].removeprefix(f"{store.invocation_name} ") if match else ""
        if not match or rest == match[1] or rest not in samples:
            yield (
                f"The example phrase '{phrase}' is not 'Alexa, ask or tell "
                f"{store.invocation_name}' and a phrase of the interaction model; "
                "change it in the store."
            )


def _find_plan_problems(plan: Publication) -> Iterator[str]:
    if not _LAMBDA.fullmatch(plan.endpoint):
        url = _parse_address(plan.endpoint)
        if url is None or url[1] not in (None, 443) or not url[2].endswith("/alexa"):
            yield (
                f"The endpoint is '{plan.endpoint}', but it must be an https address "
                "on port 443 that ends in /alexa, or the ARN of a Lambda function; "
                "give it with --endpoint or BACKTALK_ENDPOINT."
            )
    privacy = _parse_address(plan.privacy_url)
    if privacy is None or re.search("alexa|amazon", privacy[0]):
        yield (
            f"The privacy policy is at '{plan.privacy_url}', but it must be an https "
            "address of the clinic, without alexa or amazon in its host; give it with "
            "--privacy-url or BACKTALK_PRIVACY_URL."
        )


def _parse_address(address: str) -> tuple[str, int | None, str] | None:
    """Return host, port and path of a plain https address, else None."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        return None
    host = url.hostname or ""
    plain = not (url.query or url.fragment or "@" in url.netloc or " " in address)
    if url.scheme != "https" or not _HOST.fullmatch(host) or not plain:
        return None
    return host, port, url.path
