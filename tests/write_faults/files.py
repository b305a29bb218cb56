"""Attacks records and recordings: a kill and a full disk at every write."""

import shutil
import wave
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from write_faults.failing_writes import (
    FAULTS,
    RAISED,
    FailingWrites,
    make_folder,
    run_in_child,
)

from dialogue.records.new_file import replace_file, write_new_files
from local_voice.audio.recorder import FLUSH_BYTES, FRAME, Recorder, RecordingError

PARTS = {"talk.html": b"<p>all</p>" * 900, "response.json": b"{}", "talk.pdf": b"%" * 5}
OLD, NEW = b"the profile of last week" * 50, b"the profile of today" * 90
FLUSHES = 3
SAMPLES = FLUSH_BYTES // FRAME
"""Of each flush."""


def attack_records() -> Counter[str]:
    """Attack the writing of a record beside one of the same second."""

    def write(folder: Path) -> None:
        with suppress(OSError):
            write_new_files(folder, "2026-03-03_101112", PARTS)

    def find_loss(folder: Path) -> str:
        names = {file.name: file.read_bytes() for file in folder.iterdir()}
        whole = {name: data for name, data in names.items() if ".part" not in name}
        first = {f"2026-03-03_101112_{name}": data for name, data in PARTS.items()}
        second = {f"2026-03-03_101112-2_{name}": data for name, data in PARTS.items()}
        if not first.items() <= whole.items():
            return "the record before it"
        # Without hard links a kill may leave a name that was taken, its part beside it.
        begun = {name for name, data in whole.items() if data == b""}
        written = {n: data for n, data in whole.items() if n not in begun}
        if not begun <= second.keys() or (begun and not names.keys() > whole.keys()):
            return "an empty file"
        return "" if written.items() <= {**first, **second}.items() else "half a file"

    return _attack(write, write, find_loss)


def attack_replacements() -> Counter[str]:
    """Attack a file that takes the place of another: one of the two is always whole."""

    def prepare(folder: Path) -> None:
        (folder / "me.npz").write_bytes(OLD)

    def write(folder: Path) -> None:
        with suppress(OSError):
            replace_file(folder / "me.npz", NEW)

    def find_loss(folder: Path) -> str:
        kept = (folder / "me.npz").read_bytes()
        return "" if kept in (OLD, NEW) else "half a file"

    return _attack(prepare, write, find_loss)


def attack_recordings() -> Counter[str]:
    """Attack a recording: what was flushed before stays readable."""

    def write(folder: Path) -> None:
        warnings: list[str] = []
        try:
            recorder = Recorder(folder / "talk.wav", warnings.append)
        except RecordingError:
            return
        for number in range(FLUSHES):
            mono = array("h", [number + 1]) * SAMPLES
            recorder.write(mono.tobytes(), mono.tobytes())
            if not warnings:
                (folder / f"flushed-{number}").touch()
        recorder.close()

    def find_loss(folder: Path) -> str:
        flushed = len(list(folder.glob("flushed-*")))
        heard = max(map(_count_flushes, folder.glob("talk.wav*")), default=0)
        return "" if heard >= flushed else f"{heard} of {flushed} stretches"

    return _attack(lambda folder: None, write, find_loss)


def _count_flushes(path: Path) -> int:
    """Return how many stretches can be read, -1 where one of them is another."""
    with suppress(EOFError, wave.Error), wave.open(f"{path}") as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
        stretches = [samples[n : n + 2 * SAMPLES] for n in _starts(samples)]
        right = [
            set(stretch) == {number + 1} for number, stretch in enumerate(stretches)
        ]
        return len(right) if all(right) else -1
    return 0


def _starts(samples: "array[int]") -> Iterator[int]:
    return iter(range(0, len(samples) - 2 * SAMPLES + 1, 2 * SAMPLES))


def _attack(
    prepare: Callable[[Path], None],
    write: Callable[[Path], None],
    find_loss: Callable[[Path], str],
) -> Counter[str]:
    counted: Counter[str] = Counter()
    for links in (True, False):
        writes = _write(prepare, write, FailingWrites(), links, lambda folder: None)
        for fault in FAULTS:
            for at in range(1, writes + 1):
                lost: list[str] = []
                code = _write(
                    prepare,
                    write,
                    FailingWrites(fault, at),
                    links,
                    lambda folder: lost.append(find_loss(folder)),  # noqa: B023
                )
                counted[fault] += 1
                if any(lost) or code == RAISED:
                    counted[f"LOST, {fault} {at}, links {links}: {lost[0]}"] += 1
    return counted


def _write(
    prepare: Callable[[Path], None],
    write: Callable[[Path], None],
    faulty: FailingWrites,
    links: bool,
    look: Callable[[Path], None],
) -> int:
    """Write in a child that fails by `faulty`, then `look`; return its writes."""
    folder = make_folder()
    prepare(folder)

    def work() -> int:
        faulty.install_in_os(links=links)
        write(folder)
        return faulty.count

    try:
        writes = run_in_child(work)
        look(folder)
    finally:
        shutil.rmtree(folder)
    return writes
