"""python -m skill rehearse: checks every item against an endpoint and prints it."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dialogue.loading import load_content
from skill.certification.checklist import CHECKLIST, SOURCES, Item
from skill.certification.endpoint import run_endpoint
from skill.certification.findings import Finding, Outcome, expect, get_worst
from skill.certification.target import Target
from skill.errors import SkillRefused
from skill.publishing.store_listing import load_store


def rehearse(options: argparse.Namespace) -> int:
    """Check every item, print what came of it, and return 1 if one failed."""
    with _open_target(options) as target:
        print(f"Rehearsal of {target.base}", flush=True)
        results = {item: _check(item, target) for item in CHECKLIST}
    for item in sorted(results, key=lambda item: item.number):
        _print(item, results[item], brief=options.brief)
    used = {key for item in CHECKLIST for key in item.source.split(", ")}
    print("\nRules:")
    for key, name in SOURCES.items():
        if key in used:
            print(f"  {key:7}{name}")
    outcomes = [get_worst(findings) for findings in results.values()]
    print("\n" + ", ".join(f"{outcomes.count(o)} {o.value}" for o in Outcome))
    if Outcome.FAIL in outcomes:
        print("Not ready: see the rows marked FAIL.", file=sys.stderr)
        return 1
    return 0


@contextmanager
def _open_target(options: argparse.Namespace) -> Iterator[Target]:
    if options.clinic is None:
        raise SkillRefused(
            "A skill is one clinic's; give a profile's name or file with --clinic."
        )
    content = load_content(locale=options.locale, clinic=options.clinic)
    store, privacy = load_store(options.locale), options.privacy_url
    if options.url is None:
        with run_endpoint(options.clinic) as (base, client):
            yield Target(base, content, store, privacy, client)
        return
    if not options.url.startswith(("https://", "http://")):
        raise SkillRefused(
            f"The endpoint is '{options.url}', but it must be an address that begins "
            "with https://; write it as Alexa will call it."
        )
    base = options.url.rstrip("/").removesuffix("/alexa")
    yield Target(base, content, store, privacy)


def _check(item: Item, target: Target) -> list[Finding]:
    try:
        return list(item.check(target))
    except OSError as error:
        return [expect(False, "the endpoint can be reached", str(error))]


def _print(item: Item, findings: list[Finding], *, brief: bool) -> None:
    outcome = get_worst(findings).value
    print(f"{item.number:>3}  {outcome:13} {item.must} [{item.source}]")
    for finding in findings:
        if not brief or finding.outcome is Outcome.FAIL:
            print(f"       {finding.outcome.value:13} {finding.what}")
