"""Kaldi's binary files, written from numbers: only the few records a model needs."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Protocol

HEADER = b"\0B"
"""How every binary Kaldi file begins."""
_LEVELS = 65_535


class Numbers(Protocol):
    """A row of numbers: an array or a list."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[float]: ...


class Rows(Protocol):
    """A matrix of numbers: an array or a list of lists."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Numbers]: ...


def token(name: str) -> bytes:
    """A word such as `<Nnet3>`."""
    return name.encode("ascii") + b" "


def integer(value: int) -> bytes:
    """A 32-bit number, its size before it."""
    return struct.pack("<bi", 4, value)


def real(value: float) -> bytes:
    """A 32-bit floating-point number, its size before it."""
    return struct.pack("<bf", 4, value)


def integers(values: Sequence[int]) -> bytes:
    """A list of 32-bit numbers."""
    return struct.pack(f"<bi{len(values)}i", 4, len(values), *values)


def vector(values: Numbers) -> bytes:
    """A list of 32-bit floating-point numbers."""
    body = struct.pack(f"<{len(values)}f", *values)
    return token("FV") + integer(len(values)) + body


def matrix(rows: Rows) -> bytes:
    """A matrix in 16 bits a value, which Kaldi reads as if it had 32.

    Half the size; the error is under 1/65,000 of the matrix's range.
    """
    values = [float(value) for row in rows for value in row]
    low = min(values)
    spread = max(max(values) - low, 1e-6)
    height, width = len(rows), len(values) // len(rows)
    body = struct.pack(
        f"<{len(values)}H", *(round((v - low) / spread * _LEVELS) for v in values)
    )
    return token("CM2") + struct.pack("<ffii", low, spread, height, width) + body


def affine(weights: Rows, bias: Numbers) -> bytes:
    """A component that multiplies and adds."""
    return (
        token("<FixedAffineComponent>")
        + token("<LinearParams>")
        + matrix(weights)
        + token("<BiasParams>")
        + vector(bias)
        + token("</FixedAffineComponent>")
    )


def nonlinear(kind: str, size: int) -> bytes:
    """A component without weights, such as RectifiedLinearComponent."""
    return (
        token(f"<{kind}>")
        + token("<Dim>")
        + integer(size)
        + token("<ValueAvg>")
        + vector([])
        + token("<DerivAvg>")
        + vector([])
        + token("<Count>")
        + real(0.0)
        + token(f"</{kind}>")
    )
