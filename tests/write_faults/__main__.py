"""`make fuzz-writes`: a kill and a full disk at every write of what is kept."""

import argparse
import sys

from write_faults.files import (
    attack_recordings,
    attack_records,
    attack_replacements,
)
from write_faults.history import attack_history


def main() -> int:
    """Attack, print what was tried, and return 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=500)
    parser.add_argument("--only-splits", action="store_true")
    options = parser.parse_args()
    attacks = {
        "history": attack_history(options.notes, every=not options.only_splits),
        "record": attack_records(),
        "recording": attack_recordings(),
        "replacement": attack_replacements(),
    }
    lost = 0
    for kept, counted in attacks.items():
        for name, times in counted.items():
            print(f"{kept}: {name}: {times:,}")
            lost += name.startswith("LOST")
    print(f"Lost: {lost}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
