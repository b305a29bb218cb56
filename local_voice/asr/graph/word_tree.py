"""The words between hubs, by their sounds: beginnings shared, and endings as well.

Words that leave one hub share a tree. As soon as only one word is left in a branch, it
is written, and what follows are sounds alone: these steps are shared by all words that
go on alike, whichever hub they left. A word written so early is marked as begun, and a
mark of its own stands where it ends.

Costs are paid as early as it is known that every way on has them. Paid at the end of a
word alone, "no" and silence would be dearer than a "no" that may still become "no
thanks", and nobody could tell that it is over.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from local_voice.asr.interfaces import BEGUN, ENDED

Sounds = tuple[str, ...]
"""Names of units, in the order in which they are said."""


class Ending(NamedTuple):
    """Where a word leads, what is written for it, and what it costs."""

    hub: int
    word: str
    """Empty: it is heard and not written."""
    cost: float


class Way(NamedTuple):
    """Leads to a step, and may write a word."""

    step: int
    word: str
    cost: float


class Step(NamedTuple):
    """One sound, and what may follow it."""

    sound: str
    onward: float
    """What going on costs beside each way; silence behind the sound costs it too."""
    ways: tuple[Way, ...]
    endings: tuple[Ending, ...]


@dataclass(slots=True)
class _Branch:
    """The words that begin with the same sounds."""

    branches: dict[str, "_Branch"] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    only: Ending | None = None
    """What all of them have in common, if they are one word."""
    least: float = 0.0
    """What the cheapest of them costs."""


@dataclass
class WordTrees:
    """Words by the hub that they leave; `build_steps` shares what can be shared."""

    _roots: dict[int, _Branch] = field(default_factory=dict)
    _steps: dict[Step, int] = field(default_factory=dict)

    def add(self, start: int, variants: Iterable[Sounds], ending: Ending) -> None:
        """Add a word that leaves the hub `start`, said in any of `variants`."""
        root = self._roots.setdefault(start, _Branch())
        for sounds in variants:
            branch = root
            for sound in sounds:
                branch = branch.branches.setdefault(sound, _Branch())
            if ending not in branch.endings:
                branch.endings.append(ending)

    def build_steps(self) -> tuple[tuple[Step, ...], Mapping[int, tuple[Way, ...]]]:
        """Return the steps, each behind those it leads to, and the ways of each hub."""
        self._steps.clear()
        hubs = {}
        for start, root in self._roots.items():
            _look_ahead(root)
            hubs[start] = tuple(self._share(root, None, 0.0))
        return tuple(self._steps), hubs

    def _share(
        self, branch: _Branch, written: Ending | None, paid: float
    ) -> Iterator[Way]:
        """Yield the ways that leave a branch where so much is paid.

        `written` is the word of the branch, if it was written.
        """
        for sound, longer in branch.branches.items():
            only = written or longer.only
            onward = min((b.least for b in longer.branches.values()), default=0.0)
            step = Step(
                sound,
                _round(onward - longer.least) if longer.branches else 0.0,
                tuple(sorted(self._share(longer, only, onward))),
                tuple(sorted(_end(e, only, longer.least) for e in longer.endings)),
            )
            number = self._steps.setdefault(step, len(self._steps))
            word = BEGUN + only.word if only and only.word and not written else ""
            yield Way(number, word, _round(longer.least - paid))


def _look_ahead(branch: _Branch) -> bool:
    """Note in each branch what its words have in common; tell whether it has words."""
    longer = [b for b in branch.branches.values() if _look_ahead(b)]
    costs = [*(e.cost for e in branch.endings), *(b.least for b in longer)]
    if costs:
        first = branch.endings[0] if branch.endings else longer[0].only
        ones = (*branch.endings, *(b.only for b in longer))
        branch.only = first if all(one == first for one in ones) else None
        branch.least = min(costs)
    return bool(costs)


def _end(ending: Ending, written: Ending | None, paid: float) -> Ending:
    word = ENDED if written and written.word else ending.word
    return Ending(ending.hub, word, _round(ending.cost - paid))


def _round(cost: float) -> float:
    """Return a difference of costs, so that equal ones are equal."""
    return round(cost, 6)
