"""The command of `make mutants`: what share of small faults the tests notice.

`data` works on the protocol by itself. `code` reads what `mutmut run` left in the
folder `mutants`, and exits with 1 below the share that is wanted.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from mutants.detection import Watch
from mutants.equivalent import EQUIVALENT
from mutants.protocol_mutants import mutants

ROOT = Path(__file__).parent.parent.parent
WANTED = 0.95
CODE = ("rules", "interview")
NOT_RUN = "not run"


def data() -> bool:
    """Print how the faults in the protocol's data are noticed; tell if enough are."""
    watch = Watch(tables_first=False)
    by: Counter[str] = Counter()
    survivors = []
    for fault in mutants(watch.content.protocol):
        noticed = watch.noticed_by(fault)
        by[noticed or "nothing"] += 1
        if noticed is None:
            survivors.append(fault.name)
    print(_share("back_spasm.yaml", by.total() - by["nothing"], by.total()))
    for name, count in by.most_common():
        print(f"    {count:4} first noticed by {name}")
    for name in survivors:
        print(f"    not noticed: {name}")
    return by.total() - by["nothing"] >= WANTED * by.total()


def code() -> bool:
    """Print mutmut's results by file, and each survivor with what is known of it."""
    enough = True
    for file in CODE:
        meta = ROOT / "mutants" / "dialogue/engine" / f"{file}.py.meta"
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        survivors = [name for name, exit_code in codes.items() if exit_code == 0]
        unrun = [name for name, exit_code in codes.items() if exit_code is None]
        killed = len(codes) - len(survivors) - len(unrun)
        enough = enough and killed >= WANTED * len(codes)
        print(_share(f"{file}.py", killed, len(codes)))
        for name in survivors:
            known = EQUIVALENT.get(name.removeprefix("dialogue.engine."), "not noticed")
            print(f"    {name}: {known}")
        for name in unrun:
            print(f"    {name}: {NOT_RUN}")
    return enough


def _share(name: str, killed: int, of: int) -> str:
    return f"{name}: {killed} of {of} faults noticed, {killed / of:.1%}"


if __name__ == "__main__":
    sys.exit(0 if {"data": data, "code": code}[sys.argv[1]]() else 1)
