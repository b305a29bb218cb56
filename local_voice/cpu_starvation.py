"""Tells an engine that hangs from one that a busy computer does not let run.

Linux tells this of every process; elsewhere nothing counts as kept from running.
"""

import os
from collections.abc import Mapping
from pathlib import Path

RUNNABLE = "R"


def runnable(pid: int) -> dict[str, int]:
    """Return the threads of `pid` that run or wait for a processor.

    With each the time that it has run, in ticks of the system's clock.
    Source: proc_pid_stat(5), fields 3, 14 and 15.
    """
    found = {}
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        try:
            # The name in brackets may hold spaces and brackets of its own.
            told = (thread / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if told[0] == RUNNABLE:
            found[thread.name] = int(told[11]) + int(told[12])
    return found


def starved(
    before: Mapping[str, int], after: Mapping[str, int], between: float
) -> bool:
    """Tell whether a thread wanted to run all the time and ran less than half of it.

    `before` and `after` are two looks `between` seconds apart.
    """
    if not before:
        return False
    half = between * os.sysconf("SC_CLK_TCK") / 2
    both = before.keys() & after.keys()
    return any(after[thread] - before[thread] < half for thread in both)
