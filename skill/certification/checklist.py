"""The certification checklist: every item, its sources, and what checks it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from skill.certification import conversation_checks as conversation
from skill.certification import hosting_checks as hosting
from skill.certification import listing_checks as listing
from skill.certification import security_checks as security
from skill.certification.findings import Finding, Findings, Outcome, skip
from skill.certification.target import Target

Check = Callable[[Target], Iterable[Finding]]


@dataclass(frozen=True)
class Item:
    """One item of the list."""

    number: int
    must: str
    source: str
    """Keys of `SOURCES`."""
    check: Check


SOURCES = {
    "SEC": "Amazon, Host a Custom Skill as a Web Service; Security Testing",
    "HOST": "Amazon, Host a Custom Skill as a Web Service",
    "FUNC": "Amazon, Functional Testing for a Custom Skill",
    "SESS": "Amazon, Manage Skill Session and Session Attributes",
    "BUILT": "Amazon, Standard Built-in Intents",
    "VUI": "Amazon, Voice Interface and User Experience Testing",
    "PROMPT": "Amazon, Design the Prompts for Your Skill",
    "TEXT": "Amazon, Best Practices for Text Responses",
    "MANI": "Amazon, Skill Manifest",
    "APL": "Amazon, APL Interface",
    "TIM": "Amazon, Alexa Timers",
    "POL": "Amazon, Policy Requirements for Alexa Skills",
    "PROG": "Amazon, Send the User a Progressive Response",
    "BLOG": "Amazon developer blog",
    "REJ": "certification replies that skill authors have published",
    "OURS": "a decision of this project",
}


def _join(*checks: Check) -> Check:
    def check_each(target: Target) -> Findings:
        for check in checks:
            yield from check(target)

    return check_each


def _signed(what: str, *checks: Check) -> Check:
    """Return a check of what takes signed requests, which says so where it cannot."""

    def check_signed(target: Target) -> Findings:
        if target.client is None:
            yield skip(what, conversation.NO_SIGNER)
        else:
            yield from _join(*checks)(target)

    return check_signed


def _list_for_a_person(_: Target) -> Findings:
    for what in (
        "the health policy of the day, read with the store account open",
        "the response size that the current reference names",
        "other skills of the same name",
        "a launch from a real device, whose certificate chain is Amazon's own",
    ):
        yield Finding(Outcome.FOR_A_PERSON, what)


# The sweeps of items 8, 10 and 11 check all that was said before them, so they and the
# device's time stand at the end; the report is sorted by number.
CHECKLIST = (
    Item(1, "a signed request is answered; forged ones get a 400", "SEC, REJ",
         _join(security.check_forgeries, security.check_signed_requests)),
    Item(2, "unknown properties survive", "REJ",
         _signed("unknown properties", conversation.check_unknown_properties)),
    Item(3, "port 443, a trusted certificate, the host in its SAN", "HOST",
         hosting.check_certificate),
    Item(4, "launch: name, purpose, question, open", "FUNC",
         _signed("the launch", conversation.check_launch)),
    Item(5, "each example phrase is in the model", "FUNC, BLOG",
         listing.check_example_phrases),
    Item(6, "help ends with a question, open, everywhere", "REJ",
         _signed("help", conversation.check_help)),
    Item(7, "stop and cancel exit everywhere; no slot swallows them", "FUNC",
         _join(listing.check_slots, _signed("stop", conversation.check_stop))),
    Item(9, "fallback and intents out of place make sense", "BUILT, VUI",
         _signed("odd intents", conversation.check_odd_intents)),
    Item(12, "a disclaimer in the description and the opening", "REJ",
         _join(listing.check_disclaimer,
              _signed("the spoken one", conversation.check_launch))),
    Item(13, "privacy, child flag, category, countries, instructions", "MANI",
         listing.check_manifest),
    Item(8, "open exactly while asking; a reprompt on every open reply", "FUNC, SESS",
         _signed("replies", conversation.check_reprompts)),
    Item(10, "invited phrases are in the model; no placeholder is left", "PROMPT, VUI",
         _join(listing.check_invited_phrases,
              _signed("spoken words", conversation.check_placeholders))),
    Item(11, "no markup in cards; well-formed SSML; sizes", "REJ, TEXT",
         _signed("replies", conversation.check_markup)),
    Item(14, "screens only where supported; taps handled", "APL",
         _signed("screens", conversation.check_screens)),
    Item(15, "permissions only with timers on", "TIM",
         _join(listing.check_permissions,
              _signed("replies", conversation.check_timers))),
    Item(16, "read by a person with a store account", "POL", _list_for_a_person),
    Item(17, "health tells what runs", "OURS", hosting.check_health),
    Item(18, "405 and 404 for anything else", "OURS", hosting.check_paths),
    Item(19, "an answer within eight seconds", "PROG", hosting.check_times),
)  # fmt: skip
