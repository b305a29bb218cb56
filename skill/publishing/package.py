"""Writes the folder that Amazon's `ask` command line deploys."""

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from dialogue.content.content import Content
from dialogue.loading import load_content
from skill.errors import SkillRefused
from skill.publishing.interaction_model import build_model, get_samples, render_model
from skill.publishing.manifest import ICONS, Publication, build_manifest, get_icon_path
from skill.publishing.store_listing import load_store

FOLDER = "skill-package"
_RESOURCES = {
    "askcliResourcesVersion": "2020-03-31",
    "profiles": {"default": {"skillMetadata": {"src": f"./{FOLDER}"}}},
}


def write_package(out: Path, locale: str, clinic: str, plan: Publication) -> list[str]:
    """Write the package into `out` and return what to know before it is published.

    Nothing is written unless everything fits. Raises SkillRefused, DataRefused or
    OSError.
    """
    content = load_content(locale=locale, clinic=clinic)
    store = load_store(locale)
    model = build_model(content, store)
    if content.clinic is None:
        raise SkillRefused("No clinic is set, but its name stands in the skill store.")
    whole = build_manifest(locale, store, get_samples(model), content.clinic, plan)
    inside = f"{FOLDER}/interactionModels/custom/{locale}.json"
    files: dict[str, bytes] = {
        f"{FOLDER}/skill.json": _to_json(whole),
        inside: render_model(model).encode(),
        "ask-resources.json": _to_json(_RESOURCES),
    }
    for key, size in ICONS.items():
        icon = resources.files("skill") / "publishing" / "icons" / f"{size}.png"
        files[f"{FOLDER}/{get_icon_path(locale, key)}"] = icon.read_bytes()
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return _find_notes(content)


def _find_notes(content: Content) -> list[str]:
    """Return what a clinic should settle before people can enable the skill."""
    clinic, known = content.clinic, []
    if content.protocol.status != "approved":
        known.append(
            f"Protocol {content.protocol.id} {content.protocol.version} is a draft: "
            "no clinician has signed it. Do not publish it to patients."
        )
    if clinic is not None and not clinic.checked_on:
        known.append(
            f"The profile of {clinic.name} was not confirmed by the clinic; "
            "checked_on is empty."
        )
    return known


def _to_json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
