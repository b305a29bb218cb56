"""What is judged from the files: interaction model, store listing, manifest."""

import re
from collections.abc import Iterator
from typing import Any

from skill.certification.findings import Finding, check, not_judged
from skill.certification.target import Stage
from skill.errors import SkillRefused
from skill.publishing.interaction_model import interaction_model
from skill.publishing.manifest import Publication, manifest
from skill.timers import PERMISSION

LOCALE = "en-US"
_PRIVACY = "https://clinic.example/privacy"
"""Stands in where none was given; what depends on it is then not judged."""
_INVITED = re.compile(r"(?:[Yy]ou can say|Nothing is kept\. Say) ([^.]+)\.")


def phrases(stage: Stage) -> Iterator[Finding]:
    """Judge the example phrases, which the manifest's writer checks one by one."""
    _, problems = _manifest(stage, timers=False)
    wrong = [line for line in problems if "example phrase" in line]
    shown = ", ".join(f"'{p}'" for p in stage.store.listing.example_phrases)
    yield check(not wrong, f"the model knows {shown}", "; ".join(wrong))


def invited(stage: Stage) -> Iterator[Finding]:
    """Judge every phrase that a prompt invites."""
    known = set(_samples(stage))
    wanted = {
        phrase
        for words in stage.content.prompts.values()
        for group in _INVITED.findall(words)
        for phrase in re.split(r",? or |, ", group)
    }
    missing = sorted(wanted - known)
    yield check(
        not missing, f"{len(wanted)} invited phrases are in the model", str(missing)
    )


def no_free_text(stage: Stage) -> Iterator[Finding]:
    """Judge that no slot can take in stop or cancel; the model's writer refuses it."""
    try:
        _samples(stage)
    except SkillRefused as refused:
        yield check(False, "no slot swallows a command", str(refused))
    else:
        yield check(True, "no slot swallows a command")


def disclaimer(stage: Stage) -> Iterator[Finding]:
    """Judge the disclaimer in the store's description."""
    whole, problems = _manifest(stage, timers=False)
    if whole is None:
        yield check(False, "the listing is accepted", "; ".join(problems))
        return
    listing = whole["manifest"]["publishingInformation"]["locales"][LOCALE]
    text = listing["description"].lower()
    for wanted in ("medical advice", "diagnosis", "emergency"):
        yield check(wanted in text, f"the description speaks of '{wanted}'")


def listing(stage: Stage) -> Iterator[Finding]:
    """Judge what the manifest declares."""
    whole, problems = _manifest(stage, timers=False)
    if whole is None:
        yield check(False, "skill.json can be written", "; ".join(problems))
        return
    inside = whole["manifest"]
    privacy, public = inside["privacyAndCompliance"], inside["publishingInformation"]
    yield check(privacy["isChildDirected"] is False, "not directed at children")
    yield check(public["category"] == "HEALTH_AND_FITNESS", "the health category")
    yield check(public["distributionCountries"] == ["US"], "the United States only")
    yield check(bool(public["testingInstructions"]), "testing instructions")
    if stage.privacy_url is None:
        yield not_judged("the privacy policy's address", "give it with --privacy-url")
    else:
        yield check(not problems, f"a privacy policy at {stage.privacy_url}")


def permissions(stage: Stage) -> Iterator[Finding]:
    """Judge that the permission is declared with timers only."""
    for timers in (False, True):
        whole, problems = _manifest(stage, timers=timers)
        declared = whole["manifest"].get("permissions", []) if whole else None
        wanted = [{"name": PERMISSION}] if timers else []
        state = "on" if timers else "off"
        what = f"permissions in the manifest with timers {state}"
        yield check(declared == wanted, what, "; ".join(problems))


def _manifest(stage: Stage, *, timers: bool) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the manifest, or why there is none, line by line."""
    plan = Publication(
        endpoint="https://skill.example.com/alexa",
        privacy_url=stage.privacy_url or _PRIVACY,
        timers=timers,
    )
    clinic = stage.content.clinic
    if clinic is None:
        return None, ["no clinic is set"]
    try:
        whole = manifest(LOCALE, stage.store, _samples(stage), clinic, plan)
    except SkillRefused as refused:
        return None, str(refused).splitlines()
    return whole, []


def _samples(stage: Stage) -> list[str]:
    model = interaction_model(stage.content.lexicon, stage.store)
    intents = model["interactionModel"]["languageModel"]["intents"]
    return [sample for intent in intents for sample in intent["samples"]]
