"""Runs live sessions, each in a process with virtual devices of its own, as JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict

from virtual_room import barge_in, live, own_voice
from virtual_room.patients import CLIPS, read_recording
from virtual_room.room_acoustics import SPEECH_DBFS, build_noise, build_pink_noise
from virtual_room.sound_server import NoSoundServer, SoundServer

NO_SERVER = 3
AT_ONCE = 4
"""Sessions at one time; they are mostly waiting."""
ECHO_MS = 60
LONGEST = 900
"""Seconds after which a talk is taken to hang."""


def run_sessions(
    command: str, details: Sequence[str], at_once: int = AT_ONCE
) -> Iterator[dict]:
    """Run one session for each of `details`, and yield the outcome of each."""

    def run(given: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "virtual_room", command, given],
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
        if done.returncode == NO_SERVER:
            raise NoSoundServer(done.stderr.strip())
        if done.returncode:
            raise RuntimeError(f"a talk failed: {given}\n{done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    with ThreadPoolExecutor(at_once) as pool:
        for number, outcome in enumerate(pool.map(run, details), start=1):
            print(f"\r{number} of {len(details)} talks held", end="", file=sys.stderr)
            yield outcome
    print(file=sys.stderr)


def _visit(details: str) -> dict:
    visit = live.Visit(**json.loads(details))
    noise = _noise(visit) if visit.noise is not None else None
    with _devices(None) as server:
        return asdict(live.hold(visit, server, noise))


def _echo(details: str) -> dict:
    story, *arguments = json.loads(details)
    with _devices(ECHO_MS):
        prompts, invented = own_voice.hold(story, arguments)
    return {"prompts": prompts, "invented": invented}


def _stop(details: str) -> dict:
    number, echo_db, *arguments = json.loads(details)
    with _devices(None if echo_db is None else ECHO_MS, echo_db or 0.0) as server:
        return asdict(barge_in.hold(number, arguments, server))


SESSIONS: Mapping[str, Callable[[str], dict]] = {
    "visit": _visit,
    "echo": _echo,
    "stop": _stop,
}
"""By the name of the command that a process of its own is given."""


def print_outcome(command: str, details: str) -> None:
    """Run one session in this process and print its outcome."""
    print(json.dumps(SESSIONS[command](details)))


@contextmanager
def _devices(echo_ms: int | None, echo_db: float = 0.0) -> Iterator[SoundServer]:
    """Give devices of our own, which this process finds from now on."""
    with closing(SoundServer(echo_ms, echo_db)) as server:
        os.environ.update(server.environment)
        yield server


def _noise(visit: live.Visit) -> bytes:
    """Return noise for a long talk: pink, and pieces of real rooms."""
    clips = [read_recording(f) for f in sorted(CLIPS.glob("silence_*.wav"))]
    level = SPEECH_DBFS - (visit.noise or 0.0)
    return build_noise(
        [*clips, build_pink_noise(2, visit.seed)], 400, level, visit.seed
    )
