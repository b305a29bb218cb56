"""Live talks, each in a process and with virtual devices of its own; they tell JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict

from virtual_room import barging_in, live, own_voice
from virtual_room.patients import CLIPS, recording
from virtual_room.sound_server import NoSoundServer, SoundServer
from virtual_room.sounds_of_rooms import SPEECH_DBFS, noise_of, pink

NO_SERVER = 3
AT_ONCE = 4
"""Talks at one time; they are mostly waiting."""
ECHO_MS = 60
LONGEST = 900
"""Seconds after which a talk is taken to hang."""


def held(
    command: str, details: Sequence[str], at_once: int = AT_ONCE
) -> Iterator[dict]:
    """Hold one talk for each of `details`, and yield what each told."""

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
        for number, told in enumerate(pool.map(run, details), start=1):
            print(f"\r{number} of {len(details)} talks held", end="", file=sys.stderr)
            yield told
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
        return asdict(barging_in.hold(number, arguments, server))


TALKS: Mapping[str, Callable[[str], dict]] = {
    "visit": _visit,
    "echo": _echo,
    "stop": _stop,
}
"""By the name of the command that a process of its own is given."""


def tell(command: str, details: str) -> None:
    """Hold one talk in this process and print what it came to."""
    print(json.dumps(TALKS[command](details)))


@contextmanager
def _devices(echo_ms: int | None, echo_db: float = 0.0) -> Iterator[SoundServer]:
    """Give devices of our own, which this process finds from now on."""
    with closing(SoundServer(echo_ms, echo_db)) as server:
        os.environ.update(server.environment)
        yield server


def _noise(visit: live.Visit) -> bytes:
    """Return noise for a long talk: pink, and pieces of real rooms."""
    clips = [recording(f) for f in sorted(CLIPS.glob("silence_*.wav"))]
    level = SPEECH_DBFS - (visit.noise or 0.0)
    return noise_of([*clips, pink(2, visit.seed)], 400, level, visit.seed)
