"""A simulated session: a patient who is misheard, denies gates or tells a story.

A patient answers what the table says, and no where it says nothing. What was told
before the first question, and answers to offers, are always understood.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import MENU, Reply
from dialogue.evaluation.replay import (
    OFFERS,
    Patient,
    hear_utterance,
    play_session,
)

NOT_HEARD = ("unheard.now", "unheard.today", "clinic.reason.clinic_unheard")
"""Prompts that tell the person what was not heard."""


@dataclass(frozen=True)
class Trouble:
    """What goes wrong between a patient and us."""

    title: str
    lost: float = 0
    """The chance that one answer, or sentence of a story, is not understood."""
    never_heard: float = 0
    """The chance of each question that no answer to it is ever understood."""
    hears_last_part: bool = False
    """Of a question with two parts, the patient hears and answers the last alone."""
    tells_story: bool = False
    """The patient says a sentence of the story a turn, whatever was asked."""


NO_TROUBLE = Trouble("literal: every answer is understood")


@dataclass(frozen=True)
class SimulatedSession:
    """How a session with a simulated patient ended."""

    disposition: str | None
    """None: it closed without one."""
    unheard: frozenset[str]
    """The questions that were asked and to which no answer was understood."""
    names_unheard: bool
    """Whether a reply told the person that something was not heard, and what."""
    questions: int
    """How many questions were asked, re-asks not counted."""


@dataclass
class SimulatedPatient:
    """One patient in one session; holds what was said and heard so far."""

    content: Content
    patient: Patient
    trouble: Trouble
    chance: Random
    denied: Collection[str] = ()
    """Gates that are answered no although yes is true."""
    sentences: Iterator[str] = field(default_factory=lambda: iter(()))
    asked: dict[str, bool] = field(default_factory=dict)
    """Each question asked, and whether an answer to it was understood."""
    _never_heard: dict[str, bool] = field(default_factory=dict)

    def respond(self, reply: Reply) -> Event:
        """Return what is understood of what the patient says to `reply`."""
        open_prompt = str(reply.open_prompt)
        if open_prompt not in self.content.protocol.question:
            return self._respond_to_offer(open_prompt)
        self.asked.setdefault(open_prompt, False)
        if self.trouble.tells_story and (said := next(self.sentences, None)):
            if self._is_lost(open_prompt):
                return events.NoMatch()
            event = hear_utterance(self.content, said, reply)
            if isinstance(event, events.Answered | events.UnpromptedStatement):
                self.asked[open_prompt] = True
            return event
        if self._is_lost(open_prompt):
            return events.NoMatch()
        self.asked[open_prompt] = True
        return events.Answered(self._find_answer(open_prompt))

    def _respond_to_offer(self, open_prompt: str) -> Event:
        if open_prompt == MENU:
            return events.Next()
        answer = OFFERS.get(open_prompt, Answer.NO)
        return events.Answered(self.patient.answers.get(open_prompt, answer))

    def _is_lost(self, id_: str) -> bool:
        if id_ not in self._never_heard:
            self._never_heard[id_] = self.chance.random() < self.trouble.never_heard
        return self._never_heard[id_] or self.chance.random() < self.trouble.lost

    def _find_answer(self, id_: str) -> Answer:
        if id_ in self.denied:
            return Answer.NO
        if self.trouble.hears_last_part and id_ in self.patient.last_part:
            return self.patient.last_part[id_]
        return self.patient.answers.get(id_, self.patient.others or Answer.NO)


def simulate_session(content: Content, simulated: SimulatedPatient) -> SimulatedSession:
    """Hold the interview with a simulated patient, to the end or the disposition."""
    told = iter(simulated.patient.said)

    def choose(reply: Reply) -> Event:
        utterance = next(told, None)
        if utterance is not None:
            return hear_utterance(content, utterance, reply)
        return simulated.respond(reply)

    says: list[str] = []
    reply = None
    for _, reply in play_session(content.protocol, events.Begin(), choose):
        says += reply.says
    return SimulatedSession(
        disposition=reply.disposition if reply else None,
        unheard=frozenset(id_ for id_, heard in simulated.asked.items() if not heard),
        names_unheard=any(key in NOT_HEARD for key in says),
        questions=len(simulated.asked),
    )


def list_true_gates(content: Content, patient: Patient) -> Mapping[str, Answer]:
    """Return the gates to which the patient's true answer is a yes."""
    gates = (q.id for q in content.protocol.questions if q.gate)
    answers = ((id_, patient.answers.get(id_, patient.others)) for id_ in gates)
    return {id_: answer for id_, answer in answers if answer is Answer.YES}
