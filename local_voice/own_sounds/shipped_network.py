"""The network of a shipped model in numpy: its file read, its layers computed.

The file is `am/final.mdl`, as `acoustic_model` writes it: Kaldi's binary records.
"""

import re
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

SUBSAMPLING = 3
"""Frames of 10 ms for one output."""
HEADER = b"\0B"
"""How every binary Kaldi file begins."""
LEVELS = 65_535
"""Steps between the least and the greatest value of a stored matrix."""
_NETWORK = b"<Nnet3> \n"
_AFFINE = b"<FixedAffineComponent> <LinearParams> "
Matrix = npt.NDArray[np.floating[Any]]


class Affine(NamedTuple):
    """Weights of one layer, with all that follows the rectifier folded into them."""

    offsets: tuple[int, ...]
    """Which frames the layer sees, relative to its own."""
    weights: Matrix
    """One row for each output, over all frames it sees."""
    bias: Matrix


def compute_outputs(layers: Sequence[Affine], frames: Matrix) -> Matrix:
    """Compute the outputs as the decoder does: one row for every third frame.

    They are logarithms up to a number common to the row.
    """
    before = -sum(layer.offsets[0] for layer in layers)
    after = sum(layer.offsets[-1] for layer in layers)
    values = np.pad(frames, ((before, after), (0, 0)), mode="edge")
    for number, layer in enumerate(layers):
        low, high = layer.offsets[0], layer.offsets[-1]
        # The first layer leaves every third frame; later offsets count those.
        step, unit = (SUBSAMPLING, 1) if number == 0 else (1, SUBSAMPLING)
        starts = np.arange(0, len(values) - (high - low) // unit, step)
        parts = [values[starts + (o - low) // unit] for o in layer.offsets]
        values = np.concatenate(parts, axis=1) @ layer.weights.T + layer.bias
        if number < len(layers) - 1:
            values = np.maximum(values, 0)
    return values


def parse_network(data: bytes) -> list[Affine]:
    """Return the layers of a network's file; raises ValueError for any other."""
    cursor = _Cursor(data, 0)
    cursor.skip(HEADER)
    cursor.skip_behind(_NETWORK)
    layers = []
    for offsets in _read_offsets(cursor):
        cursor.skip_behind(_AFFINE)
        weights = _read_matrix(cursor)
        cursor.skip(b"<BiasParams> ")
        layers.append(Affine(offsets, weights, _read_vector(cursor)))
    return layers


class _Cursor:
    """The bytes of a file, from a place on."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def skip(self, expected: bytes) -> None:
        if not self._data.startswith(expected, self._place):
            raise ValueError(f"{expected!r} is not at byte {self._place}")
        self._place += len(expected)

    def skip_behind(self, expected: bytes) -> None:
        found = self._data.find(expected, self._place)
        if found < 0:
            raise ValueError(f"{expected!r} does not follow byte {self._place}")
        self._place = found + len(expected)

    def take(self, count: int) -> bytes:
        taken = self._data[self._place : self._place + count]
        if len(taken) < count:
            raise ValueError("it ends too early")
        self._place += count
        return taken

    def unpack(self, form: str) -> tuple[float, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def take_line(self) -> str:
        end = self._data.index(b"\n", self._place)
        line = self._data[self._place : end].decode("ascii")
        self._place = end + 1
        return line


def _read_matrix(cursor: _Cursor) -> Matrix:
    cursor.skip(b"CM2 ")
    low, spread = cursor.unpack("<ff")
    height, width = map(int, cursor.unpack("<ii"))
    steps = np.frombuffer(cursor.take(2 * height * width), "<u2")
    # In the order in which Kaldi computes it, so that writing gives the same steps.
    values: Matrix = low + spread * steps.astype(np.float64) / LEVELS
    return values.reshape(height, width)


def _read_vector(cursor: _Cursor) -> Matrix:
    cursor.skip(b"FV \4")
    (count,) = map(int, cursor.unpack("<i"))
    return np.frombuffer(cursor.take(4 * count), "<f4").astype(np.float64)


def _read_offsets(cursor: _Cursor) -> list[tuple[int, ...]]:
    """Read the lines that join the layers; return which frames each layer sees."""
    found = []
    while line := cursor.take_line():
        if ".affine component=" in line:
            inputs = line.partition("input=")[2]
            pieces = re.findall(r"Offset\(\S+, (-?\d+)\)|([\w.]+)(?=[,)]|$)", inputs)
            found.append(tuple(int(number or 0) for number, _ in pieces))
    return found
