"""Processor time of an engine turn in the longest interview, here and elsewhere.

    python -m performance.bench_turns [CHECKOUT ...]

from the folder `tests`, prints a line for this checkout and for each other one, and how
they compare. A known turn is one whose answers were looked at before, a new one is
worked out. The checkouts are measured in turn, several times, and the best counts.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[2]
ROUNDS, RUNS = 4, 40

MEASURE = """
import sys, time
from dialogue.content.content_store import ContentStore
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
protocol = ContentStore().read_protocol("back_spasm")
yes = {1: sys.argv[1], 2: sys.argv[2]}[protocol.version].split(",")
def run():
    state, reply = take_turn(protocol, None, events.Begin())
    turns = 1
    while reply.disposition is None:
        answer = Answer.YES if reply.open_prompt in yes else Answer.NO
        state, reply = take_turn(protocol, state, events.Answered(answer))
        turns += 1
    return turns
def forget():
    for name, module in list(sys.modules.items()):
        if name.startswith("dialogue.engine"):
            for part, value in vars(module).items():
                getattr(value, "cache_clear", int)()
                if part in ("_views", "_positions"):
                    value.clear()
for new in (False, True):
    best = float("inf")
    for _ in range(int(sys.argv[3])):
        if new:
            forget()
        began = time.process_time()
        turns = run()
        best = min(best, (time.process_time() - began) / turns)
    print(best * 1e6)
print(turns)
"""
"""Run by the engine of each checkout, older or newer."""

LONGEST = (
    "tried_care,care_helped",
    "leg_trouble,both_legs,feels_ill,daily_medicine,worst_ever,pain_is_high,"
    "short_of_fluids,tried_care,care_helped",
)
"""By version of the protocol, the questions to say yes to in the longest interview."""


def measure(checkout: Path) -> tuple[float, float, int]:
    """Return microseconds of a known and of a new turn, and the turns there are."""
    command = [sys.executable, "-c", MEASURE, *LONGEST, str(RUNS)]
    ran = subprocess.run(
        command, cwd=checkout, capture_output=True, text=True, check=True
    )
    known, new, turns = ran.stdout.split()
    return float(known), float(new), int(turns)


def compare(checkouts: list[Path]) -> list[tuple[float, float, int]]:
    """Return the best of several rounds for each of `checkouts`."""
    rounds = [[measure(checkout) for checkout in checkouts] for _ in range(ROUNDS)]
    return [
        (min(known for known, _, _ in of), min(new for _, new, _ in of), of[0][2])
        for of in zip(*rounds, strict=True)
    ]


def main(arguments: list[str]) -> None:
    """Print the figures."""
    checkouts = [HERE, *map(Path, arguments)]
    figures = compare(checkouts)
    here = figures[0]
    for checkout, (known, new, turns) in zip(checkouts, figures, strict=True):
        print(
            f"{checkout.resolve().name}: {turns} turns, {known:.1f} us a known turn "
            f"({here[0] / known:.2f} of it here), {new:.1f} us a new one "
            f"({here[1] / new:.2f})"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
