"""The units of a network: their names, and their numbers in a graph.

The names are in the model's `units.txt`, one a line in the order of the network's
outputs, of which output 0 is the blank. The numbers are in the first part of
`am/final.mdl`, Kaldi's transition model. Source: Kaldi, `hmm/transition-model.cc` and
`hmm/hmm-topology.cc`. Raises GraphError.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_voice.asr.graph.const_fst import GraphError

UNITS = "units.txt"
NETWORK = "am/final.mdl"
BINARY = b"\0B"
BLANK = 0
_Topology = list[list[int]]
"""The targets of each state of one phone."""


@dataclass(frozen=True)
class UnitNumbers:
    """Transition numbers of one unit; each stands for one frame of it."""

    enter: int
    stay: int


@dataclass(frozen=True)
class NetworkUnits:
    """What a graph for one network is made of."""

    names: tuple[str, ...]
    numbers: Mapping[str, UnitNumbers]
    blank: int
    """The number of a blank frame; the same in and between words."""
    transitions: int
    """The largest number that a graph may hold."""


def read_network_units(model: Path) -> NetworkUnits:
    """Read the units of the model in a folder; raises OSError too."""
    names = tuple(filter(None, (model / UNITS).read_text("utf-8").split()))
    with (model / NETWORK).open("rb") as file:
        return parse_network_units(names, file.read())


def parse_network_units(names: tuple[str, ...], network: bytes) -> NetworkUnits:
    """Return the units that both the names and the transition model know."""
    try:
        of_phone, outputs, transitions = _parse_phones(network)
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise GraphError("holds no transition model that can be read") from error
    spoken = [phone for phone, output in outputs.items() if output != BLANK]
    quiet = [phone for phone, output in outputs.items() if output == BLANK]
    if len(spoken) != len(names) or len(set(names)) != len(names) or len(quiet) != 1:
        raise GraphError(
            f"has {len(spoken)} units and {len(quiet)} of silence, where {UNITS} names "
            f"{len(names)}"
        )
    by_output = sorted(spoken, key=outputs.__getitem__)
    numbers = {
        name: of_phone[phone] for name, phone in zip(names, by_output, strict=True)
    }
    return NetworkUnits(names, numbers, of_phone[quiet[0]].enter, transitions)


def _parse_phones(
    network: bytes,
) -> tuple[dict[int, UnitNumbers], dict[int, int], int]:
    """Return numbers and output of each phone, and the largest number."""
    topologies, states = _parse_transition_model(network)
    of_phone: dict[int, UnitNumbers] = {}
    outputs: dict[int, int] = {}
    number = 1
    for phone, state, output in states:
        targets = topologies[phone][state]
        if state == 0:
            # A frame of the unit that goes on, and one that stays: both are its output.
            enter = number + targets.index(max(targets))
            of_phone[phone] = UnitNumbers(enter, number + targets.index(0))
            outputs[phone] = output
        number += len(targets)
    return of_phone, outputs, number - 1


def _parse_transition_model(
    network: bytes,
) -> tuple[dict[int, _Topology], list[tuple[int, int, int]]]:
    """Return the topology of each phone, and (phone, state, output) in their order."""
    reader = _Reader(network)
    if not network.startswith(BINARY):
        raise ValueError
    reader.at = len(BINARY)
    reader.expect("<TransitionModel>", "<Topology>")
    phones, shapes = reader.read_integers(), reader.read_integers()
    entries = [_parse_entry(reader) for _ in range(reader.read_count())]
    reader.expect("</Topology>", "<Triples>")
    count = reader.read_count()
    states = [
        (reader.read_integer(), reader.read_integer(), reader.read_integer())
        for _ in range(count)
    ]
    return {phone: entries[shapes[phone]] for phone in phones}, states


def _parse_entry(reader: "_Reader") -> _Topology:
    entry = []
    for _ in range(reader.read_count()):
        reader.read_integer()  # its class of outputs, which the triples tell as well
        targets = []
        for _ in range(reader.read_count()):
            targets.append(reader.read_integer())
            reader.read_real()
        entry.append(targets)
    return entry


class _Reader:
    """Kaldi's binary records, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def expect(self, *tokens: str) -> None:
        for token in tokens:
            found = self._data[self.at : self.at + len(token) + 1]
            if found != f"{token} ".encode():
                raise ValueError(token)
            self.at += len(found)

    def read_integer(self) -> int:
        return int(self._read("<bi")[1])

    def read_count(self) -> int:
        count = self.read_integer()
        if not 0 <= count <= len(self._data):
            raise ValueError(count)
        return count

    def read_real(self) -> float:
        return float(self._read("<bf")[1])

    def read_integers(self) -> tuple[int, ...]:
        count = self.read_count()
        values = struct.unpack_from(f"<{count}i", self._data, self.at)
        self.at += 4 * count
        return values

    def _read(self, form: str) -> tuple[int, float]:
        size, value = struct.unpack_from(form, self._data, self.at)
        if size != 4:
            raise ValueError(size)
        self.at += 5
        return size, value
