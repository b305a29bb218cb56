"""Draws the skill's icons: a back in a speech bubble, as PNG, with nothing but zlib."""

import math
import struct
import zlib

_PAPER, _INK, _MARK = (16, 24, 32), (255, 255, 255), (31, 122, 140)
_SAMPLES = 4
"""Points to each side of a pixel, for smooth edges."""

Colour = tuple[int, int, int]


def icon(size: int) -> bytes:
    """Return the icon as a PNG file of `size` by `size` pixels.

    White is outside the round badge, since Amazon cuts icons to a circle.
    """
    rows = bytearray()
    above = _corners(0, size)
    for y in range(size):
        below = _corners(y + 1, size)
        rows.append(0)  # no filter
        for x in range(size):
            rows.extend(_pixel(x, y, size, {*above[x : x + 2], *below[x : x + 2]}))
        above = below
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(bytes(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _corners(y: int, size: int) -> list[Colour]:
    """Return the colours of the corners along the upper edge of row `y`."""
    return [_colour_at(x / size, y / size) for x in range(size + 1)]


def _pixel(x: int, y: int, size: int, corners: set[Colour]) -> Colour:
    """Return the mean colour of a pixel's points; a flat one needs no more of them."""
    if len(corners) == 1:
        return corners.pop()
    steps = [(n + 0.5) / _SAMPLES for n in range(_SAMPLES)]
    points = [_colour_at((x + i) / size, (y + j) / size) for i in steps for j in steps]
    red, green, blue = (sum(part) // len(points) for part in zip(*points, strict=True))
    return red, green, blue


def _colour_at(x: float, y: float) -> Colour:
    """Return the colour at a point, both from 0 to 1, y downwards."""
    if math.hypot(x - 0.5, y - 0.5) > 0.49:
        return _INK
    if _in_bone(x, y):
        return _MARK
    return _INK if _in_bubble(x, y) else _PAPER


def _in_bubble(x: float, y: float) -> bool:
    """Tell whether a point lies in the speech bubble or its tail."""
    dx, dy = max(abs(x - 0.5) - 0.17, 0), max(abs(y - 0.46) - 0.17, 0)
    tail = 0.72 <= y <= 0.86 and 0.36 <= x <= 0.36 + (0.86 - y) * 1.0
    return math.hypot(dx, dy) <= 0.11 or tail


def _in_bone(x: float, y: float) -> bool:
    """Tell whether a point lies in one of the five bones of the curved spine."""
    if not 0.2 < y < 0.72:
        return False
    for number in range(5):
        middle_y = 0.26 + number * 0.1
        middle_x = 0.5 + 0.035 * math.sin(number * math.pi / 2)
        dx = max(abs(x - middle_x) - 0.06 - 0.006 * number, 0)
        dy = max(abs(y - middle_y) - 0.012, 0)
        if math.hypot(dx, dy) <= 0.022:
            return True
    return False
