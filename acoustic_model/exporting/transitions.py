"""Kaldi's transition model for CTC: which numbers in the graph mean which unit."""

import math
from dataclasses import dataclass
from itertools import chain

from acoustic_model.exporting import kaldi_format as kaldi

BLANK = 0


@dataclass(frozen=True)
class UnitIds:
    """Transition numbers of one unit; each stands for one frame of sound."""

    enter: int
    """The first frame of the unit."""
    stay: int
    """A further frame of it."""
    enter_blank: int
    """The first blank after it."""
    stay_blank: int


@dataclass(frozen=True)
class Transitions:
    """All numbers, and the model file's first part."""

    of_unit: dict[int, UnitIds]
    silence_enter: int
    silence_stay: int
    silence_phone: int
    binary: bytes


def build_transitions(units: int) -> Transitions:
    """Build those of units 1 to `units`, and of silence, a unit of blanks alone.

    Output 0 of the network is the blank. State 0 of a unit is the unit itself, with
    three ways on (stay, blank, end); its state 1 is blank, with two (stay, end).
    """
    of_unit: dict[int, UnitIds] = {}
    states: list[tuple[int, int, int]] = []
    chances = [0.0]  # Transition 0 does not exist.
    for unit in range(1, units + 1):
        first = len(chances)
        of_unit[unit] = UnitIds(first + 2, first, first + 4, first + 3)
        states += [(unit, 0, unit), (unit, 1, BLANK)]
        chances += [math.log(1 / 3)] * 3 + [math.log(1 / 2)] * 2
    silence, first = units + 1, len(chances)
    states.append((silence, 0, BLANK))
    chances += [math.log(1 / 2)] * 2
    return Transitions(
        of_unit, first + 1, first, silence, _pack_model(units, states, chances)
    )


def _pack_state(pdf_class: int, ways: dict[int, float]) -> bytes:
    made = kaldi.pack(pdf_class, len(ways))
    for target, chance in ways.items():
        made += kaldi.pack(target, kaldi.pack_real(chance))
    return made


def _pack_model(
    units: int, states: list[tuple[int, int, int]], chances: list[float]
) -> bytes:
    silence, no_state = units + 1, _pack_state(-1, {})
    speech = _pack_state(0, dict.fromkeys(range(3), 1 / 3))
    speech += _pack_state(1, {1: 0.5, 2: 0.5})
    phones = list(range(1, silence + 1))
    # Which of the two shapes each phone has; phone 0 does not exist.
    shapes = [-1] + [0] * units + [1]
    quiet = _pack_state(0, {0: 0.5, 1: 0.5})
    made = kaldi.pack("<TransitionModel>", "<Topology>")
    made += kaldi.pack_integers(phones) + kaldi.pack_integers(shapes)
    made += kaldi.pack(2, 3, speech, no_state, 2, quiet, no_state, "</Topology>")
    made += kaldi.pack("<Triples>", len(states), *chain(*states), "</Triples>")
    made += kaldi.pack("<LogProbs>", kaldi.pack_vector(chances), "</LogProbs>")
    return made + kaldi.pack("</TransitionModel>")
