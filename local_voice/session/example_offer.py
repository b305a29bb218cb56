"""Offers, at the end of an interview, to keep further examples of own sounds."""

from collections.abc import Callable

from dialogue.content.content import Content
from dialogue.engine.events import Answered, Checked, Event
from dialogue.engine.protocol import Answer
from dialogue.records.consent import (
    ASKED_AGAIN,
    EndedSession,
    is_offer_allowed,
    must_reopen,
)
from local_voice.own_sounds.further_examples import REMEMBER, FurtherExamples


def offer_examples(
    content: Content,
    further: FurtherExamples,
    ended: EndedSession,
    ask: Callable[[str], Event | None],
    tell: Callable[[str], None],
) -> Event | None:
    """Ask of each confirmed sound whether it is kept; None means that all is said.

    What must open the session again is returned, as with all that may be kept; nothing
    is offered where nothing else is either. A yes that is doubtful itself is none.
    """
    protocol = content.protocol
    if not is_offer_allowed(protocol, ended[1]):
        return None
    for name, pcm in further.take_confirmed():
        event = ask(REMEMBER[name])
        if isinstance(event, ASKED_AGAIN) and not isinstance(event, Checked):
            event = ask(REMEMBER[name])
        if event is None or must_reopen(protocol, event):
            return event
        if event != Answered(Answer.YES):
            tell("own.not_kept")
        else:
            tell("own.kept" if further.keep(name, pcm) else "own.unlike")
    return None
