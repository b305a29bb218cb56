"""Reads the weights of a model file that export wrote, to train from them."""

import re
import struct
from pathlib import Path

import numpy as np

from acoustic_model.errors import RecipeError
from acoustic_model.exporting.kaldi_format import HEADER, LEVELS, pack_token
from acoustic_model.training.affine import Affine, Matrix

_NETWORK = b"<Nnet3> \n"
_AFFINE = pack_token("<FixedAffineComponent>") + pack_token("<LinearParams>")


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

    def take_line(self) -> str:
        end = self._data.index(b"\n", self._place)
        line = self._data[self._place : end].decode("ascii")
        self._place = end + 1
        return line


def _read_matrix(cursor: _Cursor) -> Matrix:
    cursor.skip(pack_token("CM2"))
    low, spread, height, width = struct.unpack("<ffii", cursor.take(16))
    steps = np.frombuffer(cursor.take(2 * height * width), "<u2")
    # In the order in which Kaldi computes it, so that writing gives the same steps.
    values: Matrix = low + spread * steps.astype(np.float64) / LEVELS
    return values.reshape(height, width)


def _read_vector(cursor: _Cursor) -> Matrix:
    cursor.skip(pack_token("FV") + b"\4")
    (count,) = struct.unpack("<i", cursor.take(4))
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


def read_network(path: Path) -> list[Affine]:
    """Read the layers of `am/final.mdl`; raises RecipeError for any other file."""
    try:
        return _read_layers(path.read_bytes())
    except (OSError, ValueError, struct.error) as why:
        raise RecipeError(
            f"{path}: cannot be read as a network ({why}). Training starts from one "
            "that export wrote. Give the folder of such a model."
        ) from why


def _read_layers(data: bytes) -> list[Affine]:
    cursor = _Cursor(data, 0)
    cursor.skip(HEADER)
    cursor.skip_behind(_NETWORK)
    layers = []
    for offsets in _read_offsets(cursor):
        cursor.skip_behind(_AFFINE)
        weights = _read_matrix(cursor)
        cursor.skip(pack_token("<BiasParams>"))
        layers.append(Affine(offsets, weights, _read_vector(cursor)))
    return layers
