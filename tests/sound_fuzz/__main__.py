"""Damaged recordings by the thousand: does the session outlive every one of them?

`make fuzz-sound` decodes 100,000 of each kind as a session would. A child may end; this
process, the sound recordings around the damaged one, and the memory may not.
"""

import argparse
import contextlib
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sound_fuzz.mutations import KINDS, build_file, load_seeds

from local_voice.audio.audio_files import decoder, stream_audio
from local_voice.audio.interfaces import AudioError

PIECE = 1600
MOST_PIECES = 100
"""Of a file that claims to be long, ten seconds are decoded."""
CHECKED_EVERY = 500
"""So many damaged files, and after every child that ended, a sound one is decoded."""
MOST_GROWTH = 64 << 20
"""Bytes by which this process may grow in a run."""
LATE = 2.0
"""Seconds: a file that takes longer, and again, keeps a person waiting."""


@dataclass
class Result:
    """What became of the files of one kind."""

    kind: str
    outcomes: Counter[str] = field(default_factory=Counter)
    ended: list[int] = field(default_factory=list)
    """Numbers of the files that ended a child."""
    failures: list[tuple[int, str]] = field(default_factory=list)
    """Numbers of the files at which the session failed, and how."""
    slowest: float = 0.0
    seconds: float = 0.0

    def __str__(self) -> str:
        """Return one line."""
        counts = ", ".join(f"{count} {name}" for name, count in self.outcomes.items())
        return (
            f"{self.kind}: {sum(self.outcomes.values())} files in {self.seconds:.0f} s "
            f"({counts}); {len(self.ended)} ended a child, {len(self.failures)} the "
            f"session; the slowest took {self.slowest:.2f} s"
        )


def run(kind: str, files: int, seed: int, folder: Path) -> Result:
    """Decode `files` damaged recordings of one `kind`, as a session does."""
    result = Result(kind)
    path, sound = folder / f"damaged.{kind}", folder / f"sound.{kind}"
    sound.write_bytes(load_seeds(kind)[0])
    right = _decode(sound)
    memory = get_memory()
    began = time.monotonic()
    for number in range(files):
        path.write_bytes(build_file(kind, number, seed))
        # A stream that goes on while the damaged file is read.
        other = stream_audio(sound, PIECE) if number % CHECKED_EVERY == 0 else None
        _read_one(result, path, number)
        if other is not None and b"".join(other) != right:
            result.failures.append((number, "another stream was lost"))
        if number % CHECKED_EVERY == 0 or number in result.ended[-1:]:
            _check_sound(result, sound, right, number)
    if get_memory() - memory > MOST_GROWTH:
        grown = (get_memory() - memory) >> 20
        result.failures.append((files, f"this process grew by {grown} MB"))
    result.seconds = time.monotonic() - began
    return result


def _read_one(result: Result, path: Path, number: int) -> None:
    starts, began = decoder.starts, time.monotonic()
    try:
        outcome = "decoded" if _decode(path) else "without sound"
    except AudioError:
        outcome = "refused"
    except Exception as error:  # whatever it is, the session would have ended
        outcome = "failed"
        result.failures.append((number, repr(error)))
    took = time.monotonic() - began
    if took > LATE and decoder.starts == starts:
        took = min(took, _measure_again(path))
    result.outcomes[outcome] += 1
    result.slowest = max(result.slowest, took)
    if decoder.starts != starts:
        result.ended.append(number)
    elif took > LATE:
        result.failures.append((number, f"took {took:.1f} s"))


def _measure_again(path: Path) -> float:
    """Return the seconds that a file takes; the computer may just have been busy."""
    began = time.monotonic()
    with contextlib.suppress(AudioError):
        _decode(path)
    return time.monotonic() - began


def _decode(path: Path) -> bytes:
    return b"".join(islice(stream_audio(path, PIECE), MOST_PIECES))


def _check_sound(result: Result, sound: Path, right: bytes, number: int) -> None:
    try:
        if _decode(sound) != right:
            result.failures.append((number, "a sound file was decoded wrongly after"))
    except AudioError as error:
        result.failures.append((number, f"a sound file was refused after: {error}"))


def get_memory() -> int:
    """Return the bytes of memory that this process uses (Linux), else 0."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def keep_cases(result: Result, seed: int, folder: Path) -> list[Path]:
    """Write the files that ended something into `folder`, and return their names."""
    numbers = {*result.ended, *(number for number, _ in result.failures)}
    kept = []
    for number in sorted(numbers):
        folder.mkdir(parents=True, exist_ok=True)
        kept.append(folder / f"{seed}_{number}.{result.kind}")
        kept[-1].write_bytes(build_file(result.kind, number, seed))
    return kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz each kind; return 1 where a session would have failed."""
    parser = argparse.ArgumentParser(prog="python -m sound_fuzz")
    parser.add_argument("--files", type=int, default=100_000, help="of each kind")
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--keep", type=Path, default=Path("build/sound_fuzz"))
    options = parser.parse_args(arguments)
    print(f"Seed {options.seed}.")
    failed = False
    with tempfile.TemporaryDirectory(dir=_find_memory_folder()) as folder:
        for kind in options.kind or KINDS:
            result = run(kind, options.files, options.seed, Path(folder))
            print(result, flush=True)
            for number, why in result.failures[:20]:
                print(f"   file {number}: {why}")
            for path in keep_cases(result, options.seed, options.keep):
                print(f"   kept {path}")
            failed = failed or bool(result.failures)
    decoder.stop()
    return int(failed)


def _find_memory_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


if __name__ == "__main__":
    sys.exit(main())
