"""The state of a session: the answers so far; to and from a plain dict, checked."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any

from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER
from dialogue.engine.view import Answered

FORMAT = 2
"""Raised when the meaning of a stored state changes; older ones are refused."""

TRIES = 3
"""How often a question is put before it is settled or set aside; and how many repeats
of it are free. Source: the clinical design, 2.1, point 8."""

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

    @cached_property
    def text(self) -> str:
        """Return the turn as it is stored: `fever=yes`, or `asked>one=yes,two=no`.

        Without a `>` its first answer is to the question that was asked; nothing
        stands before it where none was.
        """
        given = ",".join(f"{a.about}={_TEXTS[a.answer]}" for a in self.answers)
        if self.answers and self.asked == self.answers[0].about:
            return given
        return f"{self.asked or ''}>{given}"


@dataclass(frozen=True)
class Attempt:
    """How often a question or offer was put without being settled."""

    about: str
    """A question's id, or an offer's."""
    tries: int = 0
    """Turns that left it open, 0 to `TRIES`."""
    doubted: bool = False
    """The person was unsure once: the next unsure counts."""
    leaned_yes: bool = False
    """A yes was heard in it, among other things: it can end as unsure, never as no."""
    repeats: int = 0
    """How often it was said again on request, 0 to `TRIES`."""


@dataclass(frozen=True)
class State:
    """Everything a channel has to keep between two turns of one session."""

    turns: tuple[Turn, ...] = ()
    """In order of time; about one thing only the newest is kept."""
    attempts: tuple[Attempt, ...] = ()
    """Of what is not settled yet; in order of their first try."""
    ask_next: tuple[str, ...] = ()
    """Danger questions that were brought forward and are asked before all others."""
    pulled: tuple[str, ...] = ()
    """Danger questions that were brought forward once in this session."""
    asked_again: tuple[str, ...] = ()
    """Questions that were set aside and had their second chance."""
    silent: bool = False
    """The last turn was silence."""
    help_checked: bool = False
    """A call for help was heard among words that were not understood."""
    disposition: str | None = None
    """The disposition that was spoken."""
    rule_id: str | None = None
    """The rule behind it."""
    reading: str | None = None
    """The chunk of the care list that was read last."""
    ahead: str | None = None
    """The chunk that was asked for and waits for a care question."""
    timers: bool = False
    """Whether the channel can run a timer."""
    timer: str | None = None
    """None: not offered yet; `offered`: that offer is open; `done`: it was answered."""
    ended: bool = False

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        """Return every answer as given, by question or statement id."""
        return {a.about: a.answer for turn in self.turns for a in turn.answers}

    @cached_property
    def answered(self) -> Answered:
        """Return the same as pairs, which can be a key."""
        return frozenset(self.answers.items())

    @cached_property
    def unheard(self) -> tuple[str, ...]:
        """Return the questions that were set aside and not answered since."""
        if Answer.UNHEARD not in self.answers.values():
            return ()
        answers = self.answers.items()
        return tuple(id_ for id_, answer in answers if answer is Answer.UNHEARD)

    def get_attempt(self, about: str) -> Attempt:
        """Return how often `about` was put without being settled."""
        for attempt in self.attempts:
            if attempt.about == about:
                return attempt
        return Attempt(about)

    def with_attempt(self, attempt: Attempt) -> "State":
        """Return the state with `attempt` in place of the one about the same thing."""
        if all(a.about != attempt.about for a in self.attempts):
            return replace(self, attempts=(*self.attempts, attempt))
        kept = (attempt if a.about == attempt.about else a for a in self.attempts)
        return replace(self, attempts=tuple(kept))

    def without_attempts(self, about: Collection[str]) -> "State":
        """Return the state with each of `about` put afresh."""
        kept = tuple(a for a in self.attempts if a.about not in about)
        return replace(self, attempts=kept) if kept != self.attempts else self

    def with_answers(
        self, answers: Iterable[RecordedAnswer], asked: str | None = None
    ) -> "State":
        """Return the state after one more turn; the newest word on a thing stays."""
        newest = {answer.about: answer for answer in answers}
        if not newest:
            return self
        new = Turn(tuple(newest.values()), asked)
        state = self._with_turns((*self._keep_turns(newest), new))
        if self.attempts or self.ask_next:
            state = state.without_attempts(newest)
            kept = tuple(id_ for id_ in self.ask_next if id_ not in newest)
            state = replace(state, ask_next=kept) if kept != self.ask_next else state
        if self.answers.keys().isdisjoint(newest):
            # Nothing was taken back: the answers need not be gathered anew.
            added = {answer.about: answer.answer for answer in new.answers}
            state.__dict__["answers"] = {**self.answers, **added}
        return state

    def without_answers(self, about: Collection[str]) -> "State":
        """Return the state with what was said about each of `about` taken back."""
        return replace(self, turns=self._keep_turns(about))

    def _with_turns(self, turns: tuple[Turn, ...]) -> "State":
        # As `replace` does, which alone takes a fifth of a turn.
        state = object.__new__(State)
        own = self.__dict__
        state.__dict__.update({name: own[name] for name in _FIELDS})
        state.__dict__["turns"] = turns
        return state

    def _keep_turns(self, without: Collection[str]) -> tuple[Turn, ...]:
        if self.answers.keys().isdisjoint(without):
            return self.turns
        kept = (
            Turn(tuple(a for a in turn.answers if a.about not in without), turn.asked)
            for turn in self.turns
        )
        return tuple(turn for turn in kept if turn.answers)

    def without_last_turn(self) -> "State":
        """Return the state with the last turn taken back, its questions put afresh."""
        about = {answer.about for answer in self.turns[-1].answers}
        asked_again = tuple(id_ for id_ in self.asked_again if id_ not in about)
        state = replace(self, turns=self.turns[:-1], asked_again=asked_again)
        return state.without_attempts(about)


_FIELDS = tuple(field.name for field in fields(State))


def to_dict(state: State, protocol: TriageProtocol) -> dict[str, Any]:
    """Return `state` as plain lists, texts and booleans, ready for JSON."""
    return {
        "format": FORMAT,
        "protocol": protocol.id,
        "version": protocol.version,
        "turns": [turn.text for turn in state.turns],
        "attempts": [list(astuple(attempt)) for attempt in state.attempts],
        "ask_next": list(state.ask_next),
        "pulled": list(state.pulled),
        "asked_again": list(state.asked_again),
        "silent": state.silent,
        "help_checked": state.help_checked,
        "disposition": state.disposition,
        "because": state.rule_id,
        "reading": state.reading,
        "ahead": state.ahead,
        "timers": state.timers,
        "timer": state.timer,
        "ended": state.ended,
    }


_PARTS = {
    "format", "protocol", "version", "turns", "attempts", "ask_next", "pulled",
    "asked_again", "silent", "help_checked", "disposition", "because", "reading",
    "ahead", "timers", "timer", "ended",
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
    for flag in ("silent", "help_checked", "timers", "ended"):
        _expect(type(data[flag]) is bool, flag)
    _expect(isinstance(data["turns"], list), "turns")
    state = State(
        turns=tuple(_read_turn(turn, protocol) for turn in data["turns"]),
        attempts=_read_attempts(data["attempts"], protocol),
        ask_next=_read_ids(data, "ask_next", protocol.dangers),
        pulled=_read_ids(data, "pulled", protocol.dangers),
        asked_again=_read_ids(data, "asked_again", protocol.dangers),
        silent=data["silent"],
        help_checked=data["help_checked"],
        disposition=_read_one_of(data, "disposition", protocol.disposition),
        rule_id=_read_one_of(data, "because", protocol.rule_ids),
        reading=_read_one_of(data, "reading", protocol.chunks),
        ahead=_read_one_of(data, "ahead", protocol.chunks),
        timers=data["timers"],
        timer=_read_one_of(data, "timer", ("offered", "done")),
        ended=data["ended"],
    )
    given = sum([len(turn.answers) for turn in state.turns])
    _expect(given == len(state.answers), "turns")
    _expect((state.disposition is None) == (state.rule_id is None), "because")
    _expect(state.reading is None or state.disposition is not None, "reading")
    _expect(state.ahead is None or state.reading is not None, "ahead")
    if state.ask_next:
        _expect(set(state.ask_next) <= set(state.pulled), "ask_next")
        _expect(state.answers.keys().isdisjoint(state.ask_next), "ask_next")
    return state


def _expect(holds: bool, where: str) -> None:
    if not holds:
        raise StateRefused(f"its part '{where}' is not of this program and protocol")


def _read_one_of(data: dict[str, Any], part: str, known: Iterable[str]) -> str | None:
    value = data[part]
    _expect(value is None or (isinstance(value, str) and value in known), part)
    return value if isinstance(value, str) else None


def _read_ids(
    data: dict[str, Any], part: str, known: Collection[str]
) -> tuple[str, ...]:
    value = data[part]
    _expect(isinstance(value, list), part)
    ids = tuple(value) if isinstance(value, list) else ()
    if not ids:
        return ()
    _expect(all(isinstance(i, str) and i in known for i in ids), part)
    _expect(len(ids) == len(set(ids)), part)
    return ids


def _read_attempts(value: object, protocol: TriageProtocol) -> tuple[Attempt, ...]:
    _expect(isinstance(value, list), "attempts")
    if not value:
        return ()
    known = {*protocol.question, OFFER_STEPS, OFFER_TIMER, MENU}
    attempts: list[Attempt] = []
    for entry in value if isinstance(value, list) else ():
        kinds = [type(part) for part in entry] if isinstance(entry, list) else []
        _expect(kinds == [str, int, bool, bool, int], "attempts")
        attempt = Attempt(*entry)
        _expect(attempt.about in known, "attempts")
        _expect(0 <= attempt.tries <= TRIES, "attempts")
        _expect(0 <= attempt.repeats <= TRIES, "attempts")
        attempts.append(attempt)
    _expect(len({a.about for a in attempts}) == len(attempts), "attempts")
    return tuple(attempts)


def _read_turn(value: object, protocol: TriageProtocol) -> Turn:
    if not isinstance(value, str):
        raise StateRefused("its part 'turns' is not of this program")
    return _build_turn(protocol, value)


@lru_cache(maxsize=2048)
def _build_turn(protocol: TriageProtocol, text: str) -> Turn:
    asked, mark, given = text.rpartition(">")
    pairs = [answer.partition("=")[::2] for answer in given.split(",")]
    if not mark:
        asked = pairs[0][0]
    _expect(not asked or asked in protocol.question, "turns")
    for about, answer in pairs:
        _expect(about in protocol.question or about in protocol.statement, "turns")
        _expect(answer in _ANSWERS, "turns")
        unheard = answer == Answer.UNHEARD.value
        _expect(not unheard or about in protocol.question, "turns")
    answers = tuple(RecordedAnswer(about, _ANSWERS[answer]) for about, answer in pairs)
    turn = Turn(answers, asked or None)
    _expect(turn.text == text, "turns")
    return turn
