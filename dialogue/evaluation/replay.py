"""A patient on paper: runs given answers through the interview."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import GIVEN, Answer, TriageProtocol
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply
from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand

OFFERS = {OFFER_STEPS: Answer.YES, OFFER_TIMER: Answer.NO}
"""What is answered to an offer when a patient on paper says nothing about it."""

MOST_TURNS = 500
"""Far beyond any session; one that long would never end."""


class PatientRefused(ValueError):
    """A patient on paper cannot be played as written."""


@dataclass(frozen=True)
class Patient:
    """What one patient answers, and says unasked right after the welcome."""

    id: str
    answers: Mapping[str, Answer]
    said: tuple[str, ...] = ()
    others: Answer | None = None
    """What every other question is answered with; None: with unsure."""


@dataclass(frozen=True)
class SessionResult:
    """What came of one patient's interview."""

    disposition: str | None
    rule_id: str | None
    asked: tuple[str, ...]
    """Question ids in the order in which they were first asked."""
    prompts: tuple[str, ...]
    text: str


def run_session(
    content: Content, patient: Patient, moment: datetime | None = None
) -> SessionResult:
    """Run the whole interview with `patient`; what is not answered is unsure."""
    utterances = iter(patient.said)

    def choose(reply: Reply) -> Event:
        if (utterance := next(utterances, None)) is not None:
            asked = build_asked(content.protocol, reply.open_prompt)
            return understand(content.words, utterance, asked)
        if reply.open_prompt == MENU:
            return events.Next()
        open_prompt = str(reply.open_prompt)
        unsaid = OFFERS.get(open_prompt, patient.others or Answer.UNSURE)
        return events.Answered(patient.answers.get(open_prompt, unsaid))

    protocol, begin = content.protocol, events.Begin(timers=True)
    replies = [reply for _, reply in play_session(protocol, begin, choose)]
    known = content.prompts, content.clinic, moment
    rendered = [render_reply(reply, *known) for reply in replies]
    asked = (r.open_prompt for r in replies if r.open_prompt in protocol.question)
    last = replies[-1]
    return SessionResult(
        disposition=last.disposition,
        rule_id=last.rule_id,
        asked=tuple(dict.fromkeys(str(id_) for id_ in asked)),
        prompts=tuple(prompt.key for r in rendered for prompt in r.prompts),
        text=" ".join(to_display_text(r.prompts) for r in rendered),
    )


def play_session(
    protocol: TriageProtocol, begin: Event, choose: Callable[[Reply], Event]
) -> Iterator[tuple[Event, Reply]]:
    """Yield each event of a session with the reply to it, to the end.

    `choose` gives what the person does after a reply. Raises PatientRefused where it
    never ends.
    """
    event, state = begin, None
    for _ in range(MOST_TURNS + 1):
        state, reply = take_turn(protocol, state, event)
        yield event, reply
        if not reply.expects_answer:
            return
        event = choose(reply)
    raise PatientRefused(f"the talk did not end within {MOST_TURNS} turns")


def parse_patient(content: Content, line: str) -> Patient:
    """Return the patient that one JSON line holds.

    Format: `{"id", "answers": {question id: "yes|no|unsure"}, "said": [phrase]}`;
    raises PatientRefused for anything else, unknown ids and words included.
    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise PatientRefused(
            "this is not JSON. Write one object a line, with id, answers and said"
        ) from error
    if not isinstance(data, dict) or "id" not in data:
        raise PatientRefused(
            "there is no id. Each line is an object with id, answers and said"
        )
    if foreign := sorted(set(data) - {"id", "answers", "said"}):
        raise PatientRefused(
            f"'{foreign[0]}' is not known here. Only id, answers and said are read"
        )
    if not isinstance(data["id"], str | int):
        raise PatientRefused("the id is neither a text nor a number")
    answers, said = data.get("answers", {}), data.get("said", [])
    if not isinstance(answers, dict):
        raise PatientRefused("answers is not an object of question ids and answers")
    return Patient(
        id=str(data["id"]),
        answers={id_: parse_answer(content, id_, one) for id_, one in answers.items()},
        said=tuple(_parse_utterances(content, said)),
    )


def parse_answer(content: Content, id_: str, answer: object) -> Answer:
    """Return the answer that stands in a file for question or offer `id_`."""
    if id_ not in content.protocol.question and id_ not in OFFERS:
        raise PatientRefused(f"'{id_}' is not a question of {content.protocol.id}")
    if answer not in [a.value for a in GIVEN]:
        raise PatientRefused(
            f"the answer to '{id_}' is {json.dumps(answer)}. Write yes, no or unsure"
        )
    return Answer(answer)


def _parse_utterances(content: Content, said: Any) -> Iterator[str]:
    if not isinstance(said, list) or not all(isinstance(s, str) for s in said):
        raise PatientRefused("said is not a list of phrases")
    words = content.words
    for phrase in said:
        spoken = words.normalise(phrase)
        unknown = [w for w in spoken if w not in words.vocabulary and w[0] != "#"]
        if unknown:
            raise PatientRefused(
                f"no template holds the word '{unknown[0]}'. "
                "A misspelt phrase would count as not understood"
            )
        yield phrase


def replay_lines(
    content: Content, lines: Iterable[str], moment: datetime | None = None
) -> Iterator[tuple[int, str | PatientRefused]]:
    """Yield each line's number and its JSON or refusal; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            patient = parse_patient(content, line)
            session = run_session(content, patient, moment)
        except PatientRefused as refusal:
            yield number, refusal
            continue
        result = {
            "id": json.loads(line)["id"],
            "disposition": session.disposition,
            "because": session.rule_id,
            "asked": session.asked,
            "prompts": session.prompts,
            "text": session.text,
        }
        yield number, json.dumps(result, ensure_ascii=False)
