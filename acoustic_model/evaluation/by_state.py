"""What the recogniser makes of the same clips in each state of a session."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from acoustic_model.evaluation.decoder import Decoder
from acoustic_model.evaluation.metrics import (
    ANSWERS,
    Outcome,
    render_percent,
    render_share,
    write_figures,
)
from local_voice.asr.grammar import GrammarState

if TYPE_CHECKING:
    from acoustic_model.evaluation.trials import Spoken

NOISES = ("silence", "long noises", "exercise bike", "digital silence")
ROWS: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
    ('"yes" heard', lambda o: o.group.startswith('"yes"')),
    ('"no" heard', lambda o: o.group.startswith('"no"')),
    ('"stop" heard', lambda o: o.group.startswith('"stop"')),
    ("other words taken for a phrase", lambda o: o.group == "other single words"),
    ("spelled and numbers taken for one", lambda o: o.group.startswith("spelled")),
    ("sentences taken for one", lambda o: o.group.startswith("sentences")),
    ("synthetic talk taken for one", lambda o: o.group == "synthetic talk"),
    ("noise and silence taken for one", lambda o: o.group.startswith(NOISES)),
)


@dataclass(frozen=True)
class StateOutcomes:
    """One state with its outcomes."""

    state: GrammarState
    phrases: int
    """So many can be recognised in it."""
    outcomes: list[Outcome]


def render_states(states: Iterable[StateOutcomes]) -> Iterator[str]:
    """Yield one row a figure, one column a state."""
    found = list(states)
    heads = (f"{one.state.value}, {one.phrases} phrases" for one in found)
    yield f"| | {' | '.join(heads)} |"
    yield "|---" * (len(found) + 1) + "|"
    for name, chosen in ROWS:
        yield f"| {name} | " + " | ".join(_render_cell(s, chosen) for s in found) + " |"


def _render_cell(state: StateOutcomes, chosen: Callable[[Outcome], bool]) -> str:
    these = [one for one in state.outcomes if chosen(one)]
    meant = [one for one in these if one.wanted]
    taken = sum(bool(one.found) for one in these)
    is_answer = meant and meant[0].wanted in ANSWERS
    if is_answer and state.state is GrammarState.COMMAND:
        # Nothing is open: an answer must be nothing.
        share = render_percent(taken, len(these))
        return f"not listened for; taken for a command {share}"
    right = sum(one.found == one.wanted for one in these)
    return render_share(right if meant else taken, len(these))


def measure_states(
    data: Path, spoken: "Spoken", model: Path, card: bool = False
) -> None:
    """Print the table; `card` also writes it into the model's CARD.md."""
    from acoustic_model.evaluation import trials

    every = [*trials.build_real_trials(data, "test")]
    every += trials.build_talk_trials(spoken, "test")
    some = [*trials.thin_out(every)]
    with closing(Decoder(model)) as decoder:
        found = [
            StateOutcomes(state, len(phrases.phrases), decoder.decode_all(some, state))
            for state, phrases in decoder.grammars.items()
        ]
    text = "\n".join(render_states(found))
    print(text)
    if card:
        write_figures(model / "CARD.md", text, "states --card")
