"""Kaldi's binary files, written from numbers: only the few records a model needs."""

import struct
from collections.abc import Collection, Sequence

from local_voice.own_sounds.shipped_network import HEADER as HEADER
from local_voice.own_sounds.shipped_network import LEVELS

Numbers = Collection[float]
"""An array or a list."""
Rows = Collection[Numbers]
"""A matrix: an array or a list of lists."""


def pack_token(name: str) -> bytes:
    """Pack a word such as `<Nnet3>`."""
    return name.encode("ascii") + b" "


def pack_integer(value: int) -> bytes:
    """Pack a 32-bit number, its size before it."""
    return struct.pack("<bi", 4, value)


def pack_real(value: float) -> bytes:
    """Pack a 32-bit floating-point number, its size before it."""
    return struct.pack("<bf", 4, value)


def pack_integers(values: Sequence[int]) -> bytes:
    """Pack a list of 32-bit numbers."""
    return struct.pack(f"<bi{len(values)}i", 4, len(values), *values)


def pack_vector(values: Numbers) -> bytes:
    """Pack a list of 32-bit floating-point numbers."""
    body = struct.pack(f"<{len(values)}f", *values)
    return pack_token("FV") + pack_integer(len(values)) + body


def pack_matrix(rows: Rows) -> bytes:
    """Pack a matrix in 16 bits a value, which Kaldi reads as if it had 32.

    Half the size; the error is under 1/65,000 of the matrix's range.
    """
    values = [float(value) for row in rows for value in row]
    low = min(values)
    spread = max(max(values) - low, 1e-6)
    height, width = len(rows), len(values) // len(rows)
    body = struct.pack(
        f"<{len(values)}H", *(round((v - low) / spread * LEVELS) for v in values)
    )
    return pack_token("CM2") + struct.pack("<ffii", low, spread, height, width) + body


def pack(*records: str | int | bytes) -> bytes:
    """Pack tokens and 32-bit numbers in a row; bytes are packed already."""
    packers = {str: pack_token, int: pack_integer, bytes: bytes}
    return b"".join(packers[type(record)](record) for record in records)


def pack_affine(weights: Rows, bias: Numbers) -> bytes:
    """Pack a component that multiplies and adds."""
    kind, matrix, vector = (
        "FixedAffineComponent",
        pack_matrix(weights),
        pack_vector(bias),
    )
    return pack(
        f"<{kind}>", "<LinearParams>", matrix, "<BiasParams>", vector, f"</{kind}>"
    )


def pack_nonlinear(kind: str, size: int) -> bytes:
    """Pack a component without weights, such as RectifiedLinearComponent."""
    averages = pack("<ValueAvg>", pack_vector([]), "<DerivAvg>", pack_vector([]))
    count = pack("<Count>", pack_real(0.0))
    return pack(f"<{kind}>", "<Dim>", size, averages, count, f"</{kind}>")
