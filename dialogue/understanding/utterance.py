"""Turns an utterance into an event of the interview."""

from collections.abc import Iterable, Iterator

from dialogue.engine import events
from dialogue.engine.events import CheckReason, Duration, Event, Facts
from dialogue.understanding.asked import Asked
from dialogue.understanding.interpretation import interpret_tokens
from dialogue.understanding.meaning import COMMANDS, Meaning, Result, Why
from dialogue.understanding.words import Words

_REASONS = {
    Why.HELP: CheckReason.HELP,
    Why.LENGTH: CheckReason.LENGTH,
    Why.SIGN: CheckReason.SIGN,
}


def understand(words: Words, utterance: str, asked: Asked) -> Event:
    """Return what `utterance` amounts to where `asked` is open.

    Nothing said is `NoInput`; nothing understood is `NoMatch`.
    """
    return next(understand_at(words, utterance, (asked,)))


def understand_at(
    words: Words, utterance: str, prompts: Iterable[Asked]
) -> Iterator[Event]:
    """Yield what `utterance` amounts to at each of `prompts`, as `understand` does."""
    tokens = words.normalise(utterance)
    for asked in prompts:
        yield to_event(interpret_tokens(words, tokens, asked))


def to_event(meaning: Meaning) -> Event:
    """Return the event of a meaning."""
    if meaning.result is Result.NOT_UNDERSTOOD:
        silent = meaning.why is Why.SILENCE
        return events.NoInput() if silent else events.NoMatch()
    if meaning.result is Result.CHECK:
        reason = _REASONS.get(meaning.why, CheckReason.REST)
        if meaning.ask and reason is CheckReason.REST:
            reason = CheckReason.SIGN
        return events.Checked(meaning.answer, meaning.ask, reason)
    if meaning.topic is not None:
        return events.AskForMore(meaning.topic)
    if meaning.command is not None:
        return COMMANDS[meaning.command]
    if meaning.why is Why.COMPLAINT:
        return events.HarmlessComplaint()
    if not meaning.said and meaning.length is None:
        if meaning.answer is None:
            return events.NoMatch()
        return events.Answered(meaning.answer, meaning.strength)
    length = None if meaning.length is None else Duration(*meaning.length)
    return events.UnpromptedStatement(
        meaning.said, Facts(length), meaning.answer, meaning.strength
    )
