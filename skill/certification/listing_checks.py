"""Checks of the files: interaction model, store listing, manifest."""

import re
from typing import Any

from skill.certification.findings import Findings, expect, skip
from skill.certification.target import Target
from skill.errors import SkillRefused
from skill.publishing.interaction_model import build_model, get_samples
from skill.publishing.manifest import Publication, build_manifest
from skill.timers import PERMISSION

LOCALE = "en-US"
_PRIVACY = "https://clinic.example/privacy"
"""Stands in where none was given; what depends on it is then skipped."""
_INVITED = re.compile(r"(?:[Yy]ou can say|Nothing is kept\. Say) ([^.]+)\.")


def check_example_phrases(target: Target) -> Findings:
    """Check the example phrases, which the manifest's writer checks one by one."""
    _, problems = _build_manifest(target, timers=False)
    wrong = [line for line in problems if "example phrase" in line]
    phrases = ", ".join(f"'{p}'" for p in target.store.listing.example_phrases)
    yield expect(not wrong, f"the model knows {phrases}", "; ".join(wrong))


def check_invited_phrases(target: Target) -> Findings:
    """Check every phrase that a prompt invites."""
    known = set(_get_samples(target))
    wanted = {
        phrase
        for words in target.content.prompts.values()
        for group in _INVITED.findall(words)
        for phrase in re.split(r",? or |, ", group)
    }
    missing = sorted(wanted - known)
    what = f"{len(wanted)} invited phrases are in the model"
    yield expect(not missing, what, str(missing))


def check_slots(target: Target) -> Findings:
    """Check that no slot can take in stop or cancel; the model's writer refuses it."""
    try:
        _get_samples(target)
    except SkillRefused as refused:
        yield expect(False, "no slot swallows a command", str(refused))
    else:
        yield expect(True, "no slot swallows a command")


def check_disclaimer(target: Target) -> Findings:
    """Check the disclaimer in the store's description."""
    whole, problems = _build_manifest(target, timers=False)
    if whole is None:
        yield expect(False, "the listing is accepted", "; ".join(problems))
        return
    listing = whole["manifest"]["publishingInformation"]["locales"][LOCALE]
    text = listing["description"].lower()
    for wanted in ("medical advice", "diagnosis", "emergency"):
        yield expect(wanted in text, f"the description speaks of '{wanted}'")


def check_manifest(target: Target) -> Findings:
    """Check what the manifest declares."""
    whole, problems = _build_manifest(target, timers=False)
    if whole is None:
        yield expect(False, "skill.json can be written", "; ".join(problems))
        return
    inside = whole["manifest"]
    privacy, public = inside["privacyAndCompliance"], inside["publishingInformation"]
    yield expect(privacy["isChildDirected"] is False, "not directed at children")
    yield expect(public["category"] == "HEALTH_AND_FITNESS", "the health category")
    yield expect(public["distributionCountries"] == ["US"], "the United States only")
    yield expect(bool(public["testingInstructions"]), "testing instructions")
    if target.privacy_url is None:
        yield skip("the privacy policy's address", "give it with --privacy-url")
    else:
        yield expect(not problems, f"a privacy policy at {target.privacy_url}")


def check_permissions(target: Target) -> Findings:
    """Check that the permission is declared with timers only."""
    for timers in (False, True):
        whole, problems = _build_manifest(target, timers=timers)
        declared = whole["manifest"].get("permissions", []) if whole else None
        wanted = [{"name": PERMISSION}] if timers else []
        state = "on" if timers else "off"
        what = f"permissions in the manifest with timers {state}"
        yield expect(declared == wanted, what, "; ".join(problems))


def _build_manifest(
    target: Target, *, timers: bool
) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the manifest, or why there is none, line by line."""
    plan = Publication(
        endpoint="https://skill.example.com/alexa",
        privacy_url=target.privacy_url or _PRIVACY,
        timers=timers,
    )
    clinic = target.content.clinic
    if clinic is None:
        return None, ["no clinic is set"]
    try:
        whole = build_manifest(LOCALE, target.store, _get_samples(target), clinic, plan)
    except SkillRefused as refused:
        return None, str(refused).splitlines()
    return whole, []


def _get_samples(target: Target) -> list[str]:
    return get_samples(build_model(target.content, target.store))
