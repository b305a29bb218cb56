"""The certification list: every row, its sources, and what judges it."""

from collections.abc import Callable, Iterable, Iterator

from skill.certification import conversation_checks as conversation
from skill.certification import hosting_checks as hosting
from skill.certification import listing_checks as listing
from skill.certification import security_checks as security
from skill.certification.findings import Finding, Row, for_a_person, not_judged
from skill.certification.target import Stage

Judge = Callable[[Stage], Iterable[Finding]]


def _all(*judges: Judge) -> Judge:
    def judged(stage: Stage) -> Iterator[Finding]:
        for judge in judges:
            yield from judge(stage)

    return judged


def _signed(what: str, *judges: Judge) -> Judge:
    """Return a judge of what takes signed requests, which says so where it cannot."""

    def judged(stage: Stage) -> Iterator[Finding]:
        if stage.client is None:
            yield not_judged(what, conversation.NO_SIGNER)
        else:
            yield from _all(*judges)(stage)

    return judged


def _people(_: Stage) -> Iterator[Finding]:
    for what in (
        "the health policy of the day, read with the store account open",
        "the response size that the current reference names",
        "other skills of the same name",
        "a launch from a real device, whose certificate chain is Amazon's own",
    ):
        yield for_a_person(what)


# The sweeps of rows 8, 10 and 11 judge all that was said before them, so they and the
# device's time stand at the end; the report is sorted by number.
ROWS = (
    Row("1", "a signed request is answered; forged ones get a 400", "SEC, REJ",
        _all(security.forged, security.wrongly_signed)),
    Row("2", "unknown properties survive", "REJ",
        _signed("unknown properties", conversation.unknown_properties)),
    Row("3", "port 443, a trusted certificate, the host in its SAN", "HOST",
        hosting.certificate),
    Row("4", "launch: name, purpose, question, open", "FUNC",
        _signed("the launch", conversation.launch)),
    Row("5", "each example phrase is in the model", "FUNC, BLOG", listing.phrases),
    Row("6", "help ends with a question, open, everywhere", "REJ",
        _signed("help", conversation.help_everywhere)),
    Row("7", "stop and cancel exit everywhere; no slot swallows them", "FUNC",
        _all(listing.no_free_text, _signed("stop", conversation.stops_everywhere))),
    Row("9", "fallback and intents out of place make sense", "BUILT, VUI",
        _signed("odd intents", conversation.odd_intents)),
    Row("12", "a disclaimer in the description and the opening", "REJ",
        _all(listing.disclaimer, _signed("the spoken one", conversation.launch))),
    Row("13", "privacy, child flag, category, countries, instructions", "MANI",
        listing.listing),
    Row("8", "open exactly while asking; a reprompt on every open reply", "FUNC, SESS",
        _signed("replies", conversation.open_and_reprompt)),
    Row("10", "invited phrases are in the model; no placeholder is left", "PROMPT, VUI",
        _all(listing.invited, _signed("spoken words", conversation.placeholders))),
    Row("11", "no markup in cards; well-formed SSML; sizes", "REJ, TEXT",
        _signed("replies", conversation.markup_and_sizes)),
    Row("14", "screens only where supported; taps handled", "APL",
        _signed("screens", conversation.screens)),
    Row("15", "permissions only with timers on", "TIM",
        _all(listing.permissions, _signed("replies", conversation.timers))),
    Row("16", "read by a person with a store account", "POL", _people),
    Row("17", "health tells what runs", "OURS", hosting.health),
    Row("18", "405 and 404 for anything else", "OURS", hosting.paths),
    Row("19", "an answer within eight seconds", "PROG", hosting.time_taken),
)  # fmt: skip
