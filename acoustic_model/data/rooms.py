"""Answers of rooms, computed by mirror images of the speaker in the walls."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from acoustic_model.data.recordings import RATE, Sound

SPEED_OF_SOUND = 343.0
LEAST_SIDES, MOST_SIDES = (2.5, 2.5, 2.2), (8.0, 7.0, 3.5)
"""Metres: from a small bedroom to a waiting room."""
FROM_WALL = 0.4
"""Metres that mouth and microphone are away from each wall, at the least."""
EXACT_SECONDS = 0.08
"""So long each echo is computed by itself; what follows is a tail of noise."""
_WITHOUT_PUSH = butter(2, 120, "high", fs=RATE, output="sos")
Place = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shoebox:
    """A room with a speaker and a microphone in it."""

    sides: Place
    mouth: Place
    microphone: Place
    seconds: float
    """Until an echo has fallen by 60 decibels."""


def draw_shoebox(rng: np.random.Generator) -> Shoebox:
    """Draw a room in which somebody speaks, near or across it."""
    sides = rng.uniform(LEAST_SIDES, MOST_SIDES)
    mouth = rng.uniform(FROM_WALL, sides - FROM_WALL)
    if rng.random() < 0.5:
        # Most speak near the microphone.
        microphone = mouth + rng.normal(size=3) * rng.uniform(0.1, 0.7)
        microphone = np.clip(microphone, FROM_WALL / 2, sides - FROM_WALL / 2)
    else:
        microphone = rng.uniform(FROM_WALL, sides - FROM_WALL)
    return Shoebox(sides, mouth, microphone, float(rng.uniform(0.15, 0.9)))


def place_at_distance(
    metres: float, seconds: float, rng: np.random.Generator
) -> Shoebox:
    """Draw a room that has mouth and microphone just so far apart."""
    for _ in range(1000):
        sides = rng.uniform((4.0, 4.0, 2.4), MOST_SIDES)
        mouth = rng.uniform(FROM_WALL, sides - FROM_WALL)
        way = rng.normal(size=3) * (1, 1, 0.2)
        microphone = mouth + way / np.linalg.norm(way) * metres
        if (microphone > FROM_WALL).all() and (microphone < sides - FROM_WALL).all():
            return Shoebox(sides, mouth, microphone, seconds)
    raise ValueError(f"no room of this size holds a distance of {metres} m")


def _list_images(room: Shoebox, reach: float) -> tuple[Place, Place]:
    """Return all mirror images within `reach` metres: places, and walls hit."""
    axes, hits = [], []
    for side, mouth in zip(room.sides, room.mouth, strict=True):
        most = int(np.ceil(reach / (2 * side))) + 1
        turns = np.arange(-most, most + 1)
        axes.append(
            np.concatenate([2 * turns * side + mouth, 2 * turns * side - mouth])
        )
        hits.append(np.concatenate([2 * np.abs(turns), np.abs(2 * turns - 1)]))
    places = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    walls = sum(np.meshgrid(*hits, indexing="ij")).reshape(-1)
    return places, walls


def build_answer(room: Shoebox, rng: np.random.Generator) -> Sound:
    """Return the room's answer to a click; the direct sound is its first sample, 1."""
    volume = float(np.prod(room.sides))
    x, y, z = room.sides
    surface = 2 * (x * y + y * z + x * z)
    # Eyring: how much each wall swallows, to fall by 60 decibels in that time.
    swallowed = 1 - np.exp(-0.161 * volume / (surface * room.seconds))
    kept = np.sqrt(1 - min(swallowed, 0.99))
    direct = float(np.linalg.norm(room.mouth - room.microphone)) + 0.05
    reach = direct + EXACT_SECONDS * SPEED_OF_SOUND
    places, walls = _list_images(room, reach)
    away = np.linalg.norm(places - room.microphone, axis=1) + 0.05
    near = away < reach
    delays = np.round((away[near] - direct) / SPEED_OF_SOUND * RATE).astype(int)
    length = int(RATE * min(max(room.seconds, 0.1), 1.0))
    answer = np.zeros(length + RATE // 10)
    signs = rng.choice([1.0, 0.9, 0.8], size=len(delays))
    strengths = signs * kept ** walls[near] * direct / away[near]
    np.add.at(answer, np.maximum(delays, 0), strengths)
    _add_tail(answer, room.seconds, rng)
    # All echoes push the same way, which no room does: their common push is taken out.
    answer[1:] = sosfilt(_WITHOUT_PUSH, answer)[1:]
    answer[0] = 1.0
    return answer[:length].astype(np.float32)


def _add_tail(answer: Place, seconds: float, rng: np.random.Generator) -> None:
    """Go on after the exact part with noise that falls on, as loud as that ended."""
    start = int(EXACT_SECONDS * RATE)
    last = answer[start - RATE // 50 : start]
    loudness = np.sqrt(np.mean(last**2))
    times = np.arange(len(answer) - start) / RATE
    tail = rng.normal(size=len(times)) * loudness * np.exp(-6.9 * times / seconds)
    # Walls and air swallow the highs sooner.
    answer[start:] = 0.7 * tail + 0.3 * np.concatenate([[0.0], tail[:-1]])
