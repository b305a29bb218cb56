"""Lists the prompt keys that a protocol can say, and what needs each."""

from collections.abc import Iterator

from dialogue.engine.advice import CARE_QUESTIONS
from dialogue.engine.protocol import (
    GIVEN,
    Answer,
    Question,
    Rule,
    Stage,
    TriageProtocol,
)
from dialogue.engine.time_formats import KEYS
from dialogue.validation.references import REPLY_WORDS

Needed = tuple[str, tuple[str, ...]]
"""What needs the words, for people, and its place in the data; empty for code."""

SAID_BY_CODE = (
    "address.none", "address.say", "address.sites",
    "card.title",
    "check.help", "check.length", "check.no", "check.sign", "check.yes",
    "clinic.closed", "clinic.closed_meanwhile", "clinic.no_hours", "clinic.no_number",
    "clinic.open", "clinic.say",
    "close.silence", "close.stop", "close.unheard",
    "disclaimer.end",
    "emergency.say",
    "errors.something_wrong", "errors.something_wrong.no_clinic",
    "history.ask", "history.done", "history.failed", "history.last",
    "history.last_same_spot",
    "hours.closed_soon", "hours.none", "hours.say", "hours.sites",
    "keeping.no",
    "net.emergency",
    "nothing.next", "nothing.previous",
    "number.check_first", "number.other", "number.say", "number.sites",
    "offer_steps",
    "page.about", "page.asked", "page.clinic", "page.draft", "page.no_date",
    "page.not_heard", "page.nothing", "page.outcome", "page.rules", "page.said",
    "page.sources", "page.tier", "page.tier.clinic", "page.tier.emergency",
    "page.tier.home", "page.tier.urgent", "page.title", "page.when", "page.why",
    "readback.doubt", "readback.no_trigger",
    "reading.bye", "reading.menu",
    "recording.ask",
    "rest.by_key", "rest.by_phrase",
    "record.ask", "record.done", "record.failed",
    "retry.buttons", "retry.complaint", "retry.keys", "retry.later", "retry.no_match",
    "retry.third", "retry.unsure", "retry.wait",
    "screen.no", "screen.unsure", "screen.yes",
    "session.draft", "session.help", "session.help.recorded", "session.renewed",
    "session.start_over", "session.understood",
    "session.welcome", "session.welcome.no_clinic", "session.welcome.recorded",
    "session.welcome.recorded.no_clinic",
    "sound.check", "sound.clipped", "sound.faint", "sound.good", "sound.hands_only",
    "sound.loud_room", "sound.muted", "sound.not_heard", "sound.words_only",
    "trouble.loudspeaker", "trouble.microphone", "trouble.own_voice", "trouble.voice",
    "timer.end", "timer.failed", "timer.none", "timer.offer", "timer.start",
    "unheard.fact", "unheard.now", "unheard.today",
)  # fmt: skip
"""What the program says in every session, whatever the protocol."""

SHOWN_ON_THE_PAGE = (
    "browser.answers", "browser.asleep", "browser.back", "browser.call",
    "browser.closed", "browser.code", "browser.code_hint", "browser.code_wait",
    "browser.code_wrong", "browser.colors", "browser.contrast", "browser.copied",
    "browser.copy", "browser.dark", "browser.display", "browser.emergency",
    "browser.ended", "browser.enter", "browser.failed", "browser.faster",
    "browser.guests", "browser.help", "browser.key", "browser.key_old", "browser.keys",
    "browser.keys_hint", "browser.keys_off", "browser.keys_on", "browser.larger",
    "browser.late", "browser.light", "browser.listening", "browser.lost",
    "browser.louder", "browser.next", "browser.no_script", "browser.not_copied",
    "browser.now", "browser.number", "browser.others", "browser.pressed",
    "browser.print", "browser.question", "browser.quieter", "browser.repeat",
    "browser.resting", "browser.safety", "browser.said", "browser.send_away",
    "browser.silence", "browser.size", "browser.skip", "browser.slower",
    "browser.smaller", "browser.speaking", "browser.start", "browser.starting",
    "browser.steps", "browser.stop", "browser.switch", "browser.switch_fast",
    "browser.switch_hint", "browser.switch_off", "browser.switch_slow", "browser.timer",
    "browser.unclear", "browser.until", "browser.voice", "browser.waiting",
)  # fmt: skip
"""Labels and notices of the page with buttons."""


def find_needed_prompts(protocol: TriageProtocol) -> dict[str, Needed]:
    """Return every prompt key that can be said, with what needs it."""
    by_code = (*SAID_BY_CODE, *KEYS, *SHOWN_ON_THE_PAGE)
    needed: dict[str, Needed] = dict.fromkeys(by_code, ("the program", ()))
    for key, kind, id_ in _list_keys(protocol):
        needed.setdefault(key, (f"{kind.replace('_', ' ')} '{id_}'", (kind, id_)))
    return needed


def _list_keys(protocol: TriageProtocol) -> Iterator[tuple[str, str, str]]:
    for question in protocol.questions:
        for name in ("ask", "again", "help"):
            yield f"{name}.{question.id}", "question", question.id
        if question.stage is Stage.SCREEN:
            yield f"sign.{question.id}", "question", question.id
    for statement in (s for s in protocol.statements if s.unheard is None):
        yield f"page.said.{statement.id}", "statement", statement.id
    for rule in protocol.rules:
        for word in rule.read_back:
            for key in list_read_backs(protocol, rule, word):
                yield key, "rule", rule.id
        reasons = (rule.reason, rule.reason_if_unsure)
        yield from ((key, "rule", rule.id) for key in reasons if key)
        yield f"because.{rule.id}", "rule", rule.id
    for disposition in protocol.dispositions:
        keys = [*disposition.says, *disposition.says_if_unsure]
        keys += [disposition.offers] if disposition.offers else []
        for key in keys:
            if key not in REPLY_WORDS:
                yield key, "disposition", disposition.id
    for line in protocol.care_lines:
        yield line.key, "care_line", line.key
    for explanation in protocol.explanations:
        yield explanation.key, "explanation", explanation.key


def list_read_backs(protocol: TriageProtocol, rule: Rule, word: str) -> Iterator[str]:
    """Yield the read-backs that `word` of a rule can come to."""
    if word == "no_trigger":
        yield "readback.no_trigger"
    elif word == "trigger":
        for trigger in protocol.triggers:
            yield f"readback.{trigger}.yes"
    elif word == "care":
        helped, tried = CARE_QUESTIONS
        yield from (f"readback.{helped}.{answer.value}" for answer in GIVEN)
        # A yes to having tried is followed by the question whether it helped.
        yield f"readback.{tried}.no"
        yield f"readback.{tried}.unsure"
    elif word in protocol.statement:
        yield f"readback.{word}.yes"
    elif word in protocol.question:
        for answer in _find_answers(rule, protocol.question[word]):
            yield f"readback.{word}.{answer.value}"


def _find_answers(rule: Rule, question: Question) -> set[Answer]:
    must = set(rule.when.all_yes)
    if len(rule.when.any_yes) == 1:
        must.update(rule.when.any_yes)
    unsure = {Answer.UNSURE}
    if question.id in must:
        return {Answer.YES} | (unsure if question.unsure_means is Answer.YES else set())
    if question.opposite in must:
        return {Answer.NO} | (unsure if question.unsure_means is Answer.NO else set())
    return set(GIVEN)
