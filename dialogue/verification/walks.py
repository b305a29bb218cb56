"""The walks of the proof: what is said in each state, and what only once."""

from collections.abc import Iterable
from dataclasses import replace

from dialogue.engine import events
from dialogue.engine.events import (
    CheckReason,
    Event,
    Strength,
)
from dialogue.engine.protocol import Answer
from dialogue.engine.signs import find_waiting
from dialogue.engine.state import RecordedAnswer, State
from dialogue.engine.view import count_answer
from dialogue.verification.state_space import Key, Node, StateSpace, Walk, find_talk_key

YES, NO, UNSURE = map(events.Answered, (Answer.YES, Answer.NO, Answer.UNSURE))
SILENCE, NO_MATCH = events.NoInput(), events.NoMatch()

HELP = events.Checked(reason=CheckReason.HELP)

UNCLEAR: tuple[Event, ...] = (
    NO_MATCH,
    events.HarmlessComplaint(),
    *map(events.Checked, (Answer.YES, Answer.NO, None)),
    events.Checked(reason=CheckReason.LENGTH),
    HELP,
)
"""What settles nothing, whatever is open."""

MOVES: tuple[Event, ...] = (
    YES,
    NO,
    UNSURE,
    SILENCE,
    events.Answered(Answer.YES, Strength.HEDGED),
    events.Answered(Answer.NO, Strength.HEDGED),
    *UNCLEAR,
)
"""What moves a session on; none of them may lead in a circle."""

EVERYTHING: tuple[Event, ...] = (
    *MOVES,
    events.Next(),
    events.Previous(),
    events.Stop(),
    events.CallForHelp(),
)


class PlainWalk:
    """Sessions in which nothing is said unasked: everything is tried in each state."""

    name = "plain"
    parts_timers = True

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return everything; after silence only a second one."""
        return (SILENCE,) if node.state.silent else EVERYTHING

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue of the answers, and how the talk stands."""
        state = node.state
        return space.find_residue(state), find_talk_key(state)

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on until a call for help is heard in part, or a question set aside."""
        if node.state.help_checked:
            return None if node.state.unheard else HELPED
        return ASIDE if node.state.unheard else self


class HelpedWalk(PlainWalk):
    """Sessions after a call for help was heard among words not understood: a second.

    Nothing else looks at the first, so all else is walked where there was none.
    """

    name = "after a call for help"

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return a second such call."""
        return (HELP,)


class AsideWalk:
    """Sessions after a question was set aside: yes and no, and at its turn everything.

    The key holds the residue with that question unheard, and while it waits for its
    second chance the one without it. A doubt about it from before is left out: at its
    second chance it is tried. What is set aside besides is another walk's.
    """

    name = "set aside"
    parts_timers = False

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return both answers; at the question's second chance everything."""
        if node.state.silent:
            return (SILENCE,)
        again = node.reply.open_prompt in node.state.unheard
        return EVERYTHING if again else (YES, NO)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue, the other while that waits, and how the talk stands."""
        state = node.state
        waiting = find_waiting(space.protocol, state)
        without = None
        if waiting:
            answers = state.answers.items()
            rest = {about: given for about, given in answers if about not in waiting}
            without = space.find_residue(state, rest)
        attempts = tuple(
            attempt
            for attempt in state.attempts
            if attempt.about not in state.unheard
            or attempt.about == node.reply.open_prompt
        )
        talk = find_talk_key(replace(state, attempts=attempts))
        return space.find_residue(state), without, talk

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on while no other question is set aside."""
        state = node.state
        return self if len(state.unheard) < 2 and not state.help_checked else None


class CountWalk:
    """Sessions in which several questions are set aside.

    Of these only their number counts, how many came in a row, how many had their second
    chance, and whether a danger sign is among them: which they are is left open, so
    that one session stands for many that differ.
    """

    name = "several set aside"
    parts_timers = False

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return yes, no and what is not understood."""
        return YES, NO, NO_MATCH

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue with counts in place of what was not heard."""
        state, protocol = node.state, space.protocol
        counted = {
            about: count_answer(protocol.question[about], answer)
            if answer is Answer.UNHEARD
            else answer
            for about, answer in state.answers.items()
        }
        dangers = [id_ for id_ in state.unheard if id_ in protocol.dangers]
        return (
            space.find_residue(state, counted),
            node.reply.open_prompt,
            len(state.unheard),
            len(dangers),
            len(state.asked_again),
            _count_in_a_row(state),
            state.attempts,
            state.disposition,
            state.reading,
            state.ahead,
            state.timer,
        )

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on until something is advised."""
        return None if node.state.disposition else self


def _count_in_a_row(state: State) -> int:
    """Return how many of the last answers are questions set aside."""
    count = 0
    for turn in reversed(state.turns):
        if turn.asked is None or state.answers.get(turn.asked) is not Answer.UNHEARD:
            break
        count += 1
    return count


HELPED, ASIDE = HelpedWalk(), AsideWalk()


def list_answers(space: StateSpace, node: Node) -> tuple[Event, ...]:
    """Return yes and no, and at a question unsure.

    In doubt already it is put to a second doubt alone: a yes or a no leads where it
    leads without one. An offer in doubt is declined in the end, as by a no.
    """
    open_prompt = node.reply.open_prompt
    if any(a.about == open_prompt and a.doubted for a in node.state.attempts):
        return (UNSURE,)
    return (YES, NO, UNSURE) if open_prompt in space.protocol.question else (YES, NO)


def to_dict(recorded: Iterable[RecordedAnswer]) -> dict[str, Answer]:
    """Return recorded answers by what they are about."""
    return {answer.about: answer.answer for answer in recorded}
