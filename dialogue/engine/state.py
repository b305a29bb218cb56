"""The state of a session: the answers so far; to and from a plain dict, checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER

FORMAT = 1
"""Raised when the meaning of a stored state changes; older ones are refused."""

_ANSWERS = {answer.value: answer for answer in Answer}
_TEXTS = {answer: answer.value for answer in Answer}


class StateRefused(ValueError):
    """A stored state is not one of ours, or belongs to another protocol version."""


@dataclass(frozen=True)
class RecordedAnswer:
    """One answer, asked for or not."""

    about: str
    """A question's or statement's id."""
    answer: Answer


@dataclass(frozen=True)
class Turn:
    """The answers of one turn; going back takes back a whole turn."""

    answers: tuple[RecordedAnswer, ...]
    asked: str | None = None
    """The question that this turn answered, if it answered one."""


@dataclass(frozen=True)
class State:
    """Everything a channel has to keep between two turns of one session."""

    turns: tuple[Turn, ...] = ()
    """In order of time; about one thing only the newest is kept."""
    reasked: tuple[str, ...] = ()
    """Questions and offers whose one re-ask is used up."""
    silent: bool = False
    """The last turn was silence."""
    disposition: str | None = None
    """The disposition that was spoken."""
    rule_id: str | None = None
    """The rule behind it."""
    reading: str | None = None
    """The chunk of the care list that was read last."""
    timers: bool = False
    """Whether the channel can run a timer."""
    timer: str | None = None
    """None: not offered yet; `offered`: that offer is open; `done`: it was answered."""
    ended: bool = False

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        """Return every answer as given, by question or statement id."""
        return {a.about: a.answer for turn in self.turns for a in turn.answers}

    def with_answers(
        self, answers: Iterable[RecordedAnswer], asked: str | None = None
    ) -> "State":
        """Return the state after one more turn; the newest word on a thing stays."""
        newest = {answer.about: answer for answer in answers}
        if not newest:
            return self
        new = Turn(tuple(newest.values()), asked)
        kept = list(self.turns)
        if not newest.keys().isdisjoint(self.answers):
            for n, turn in enumerate(kept):
                rest = tuple(a for a in turn.answers if a.about not in newest)
                kept[n] = Turn(rest, turn.asked)
        return replace(self, turns=(*(turn for turn in kept if turn.answers), new))

    def without_last_turn(self) -> "State":
        """Return the state with the last turn taken back."""
        about = {answer.about for answer in self.turns[-1].answers}
        reasked = tuple(id_ for id_ in self.reasked if id_ not in about)
        return replace(self, turns=self.turns[:-1], reasked=reasked)


def to_dict(state: State, protocol: TriageProtocol) -> dict[str, Any]:
    """Return `state` as plain lists, texts and booleans, ready for JSON."""
    return {
        "format": FORMAT,
        "protocol": protocol.id,
        "version": protocol.version,
        "turns": [
            [turn.asked, *([a.about, _TEXTS[a.answer]] for a in turn.answers)]
            for turn in state.turns
        ],
        "reasked": list(state.reasked),
        "silent": state.silent,
        "disposition": state.disposition,
        "because": state.rule_id,
        "reading": state.reading,
        "timers": state.timers,
        "timer": state.timer,
        "ended": state.ended,
    }


_PARTS = {
    "format", "protocol", "version", "turns", "reasked", "silent", "disposition",
    "because", "reading", "timers", "timer", "ended",
}  # fmt: skip
"""What `to_dict` writes."""


def from_dict(data: object, protocol: TriageProtocol) -> State:
    """Return the state that `data` holds.

    Raises StateRefused where `data` is not exactly what `to_dict` writes for this
    protocol and version: nothing is guessed.
    """
    if not isinstance(data, dict) or data.keys() != _PARTS:
        raise StateRefused("it is not a state of this program")
    _expect(type(data["format"]) is int and data["format"] == FORMAT, "format")
    _expect(data["protocol"] == protocol.id, "protocol")
    version = data["version"]
    _expect(type(version) is int and version == protocol.version, "version")
    for flag in ("silent", "timers", "ended"):
        _expect(type(data[flag]) is bool, flag)
    _expect(isinstance(data["turns"], list), "turns")
    chunks = {line.chunk for line in protocol.care_lines}
    state = State(
        turns=tuple(_read_turn(turn, protocol) for turn in data["turns"]),
        reasked=_read_reasked(data["reasked"], protocol),
        silent=data["silent"],
        disposition=_read_one_of(data, "disposition", protocol.disposition),
        rule_id=_read_one_of(data, "because", (r.id for r in protocol.rules)),
        reading=_read_one_of(data, "reading", chunks),
        timers=data["timers"],
        timer=_read_one_of(data, "timer", ("offered", "done")),
        ended=data["ended"],
    )
    about = [answer.about for turn in state.turns for answer in turn.answers]
    _expect(len(about) == len(set(about)), "turns")
    _expect((state.disposition is None) == (state.rule_id is None), "because")
    _expect(state.reading is None or state.disposition is not None, "reading")
    return state


def _expect(holds: bool, where: str) -> None:
    if not holds:
        raise StateRefused(f"its part '{where}' is not of this program and protocol")


def _read_one_of(data: dict[str, Any], part: str, known: Iterable[str]) -> str | None:
    value = data[part]
    _expect(value is None or (isinstance(value, str) and value in known), part)
    return value if isinstance(value, str) else None


def _read_reasked(value: object, protocol: TriageProtocol) -> tuple[str, ...]:
    _expect(isinstance(value, list), "reasked")
    if not value:
        return ()
    known = {*protocol.question, OFFER_STEPS, OFFER_TIMER, MENU}
    ids = tuple(value) if isinstance(value, list) else ()
    _expect(all(isinstance(i, str) and i in known for i in ids), "reasked")
    _expect(len(ids) == len(set(ids)), "reasked")
    return ids


def _read_turn(value: object, protocol: TriageProtocol) -> Turn:
    _expect(isinstance(value, list) and len(value) >= 2, "turns")
    asked, *answers = value if isinstance(value, list) else []
    _expect(all(type(answer) is list for answer in answers), "turns")
    try:
        return _build_turn(protocol, asked, *map(tuple, answers))
    except (TypeError, ValueError) as error:  # no name, or not a pair
        raise StateRefused("its part 'turns' is not of this program") from error


@lru_cache(maxsize=512)
def _build_turn(
    protocol: TriageProtocol, asked: str | None, *answers: tuple[str, str]
) -> Turn:
    _expect(asked is None or asked in protocol.question, "turns")
    for about, answer in answers:
        _expect(about in protocol.question or about in protocol.statement, "turns")
        _expect(answer in _ANSWERS, "turns")
    given = (RecordedAnswer(about, _ANSWERS[answer]) for about, answer in answers)
    return Turn(tuple(given), asked)
