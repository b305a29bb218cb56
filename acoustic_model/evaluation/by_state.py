"""The three states of the loop: what each hears, and what it takes for a phrase."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from acoustic_model.data.vocabulary import Vocabulary, read_vocabulary
from acoustic_model.evaluation.card import write_figures
from acoustic_model.evaluation.metrics import Outcome, measured_share, percent

ANSWER, CARE, COMMAND = "answer", "care", "command"
NOT_IN_CARE = {"unsure", "duration"}
IN_COMMAND = {"stop", "repeat", "start_over", "help", "why", "emergency", "wake"}
ROWS: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
    ('"yes" heard', lambda o: o.group.startswith('"yes"')),
    ('"no" heard', lambda o: o.group.startswith('"no"')),
    ('"stop" heard', lambda o: o.group.startswith('"stop"')),
    ("other words taken for a phrase", lambda o: o.group == "other single words"),
    ("spelled and numbers taken for one", lambda o: o.group.startswith("spelled")),
    ("sentences taken for one", lambda o: o.group.startswith("sentences")),
    ("synthetic talk taken for one", lambda o: o.group == "synthetic talk"),
    ("noise and silence taken for one", lambda o: _is_noise(o.group)),
)
NOISES = ("silence", "long noises", "exercise bike", "digital silence")


@dataclass(frozen=True)
class State:
    """One state with its outcomes."""

    name: str
    phrases: int
    outcomes: list[Outcome]


def _is_noise(group: str) -> bool:
    return group.startswith(NOISES)


def listened_for(state: str, every: Vocabulary) -> Vocabulary:
    """The vocabulary of one state."""
    wanted = {
        ANSWER: lambda meaning: meaning != "wake",
        CARE: lambda meaning: meaning not in NOT_IN_CARE | {"wake"},
        COMMAND: lambda meaning: meaning in IN_COMMAND,
    }[state]
    kept = {p: m for p, m in every.meanings.items() if wanted(m)}
    return Vocabulary(kept, every.decoys)


def table(states: Iterable[State]) -> Iterator[str]:
    """One row a figure, one column a state; what a state does not hear is a dash."""
    found = list(states)
    yield "| | " + " | ".join(f"{s.name}, {s.phrases} phrases" for s in found) + " |"
    yield "|---" * (len(found) + 1) + "|"
    for name, chosen in ROWS:
        yield f"| {name} | " + " | ".join(_cell(s, chosen) for s in found) + " |"


def _cell(state: State, chosen: Callable[[Outcome], bool]) -> str:
    these = [one for one in state.outcomes if chosen(one)]
    meant = [one for one in these if one.wanted]
    if meant and state.name == COMMAND and meant[0].wanted in {"yes", "no"}:
        # Nothing is open: an answer must be nothing.
        taken = sum(bool(one.found) for one in these)
        return f"not listened for; taken for a command {percent(taken, len(these))}"
    count = sum(one.found == one.wanted if meant else bool(one.found) for one in these)
    return measured_share(count, len(these))


def states(data: Path, work: Path, model: Path, card: bool) -> None:
    """Print the table; `card` also writes it into the model's CARD.md."""
    from acoustic_model.evaluation.decoder import VoskEar
    from acoustic_model.evaluation.measurement import hear_all
    from acoustic_model.evaluation.trials import real_trials, talk_trials, thinned

    every = read_vocabulary()
    found = []
    for state in (ANSWER, CARE, COMMAND):
        vocabulary = listened_for(state, every)
        ear = VoskEar(model, vocabulary.phrases, list(every.decoys), state)
        trials = thinned(
            [*real_trials(data, "test", every), *talk_trials(work, "test")]
        )
        outcomes = hear_all(ear, trials, every)
        found.append(State(state, ear.known, outcomes))
    text = "\n".join(table(found))
    print(text)
    if card:
        write_figures(model / "CARD.md", text, "states --card")
