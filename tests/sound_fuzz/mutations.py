"""Damages small recordings of each accepted kind, as an attacker or a bad disk would.

Seeds are in `seeds/`: a tone and noise, written by libsndfile 1.2 in every coding that
our decoder reads. Most damage goes to where lengths, rates and counts stand.
"""

import random
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).with_name("seeds")
KINDS = ("wav", "flac", "mp3")
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000)
EXTREMES += (0xFFFFFFFE, 0xFFFFFFFF)
HEADER_BYTES = 72
"""Headers of a WAV, and of a FLAC's stream and first frame, lie in front of that."""
MAGIC_BYTES = 4
"""What tells the kind mostly stays: without it nothing is decoded at all."""
FORMAT_TAGS = (0, 1, 2, 3, 6, 7, 0x11, 0x31, 0x55, 0xFFFE, 0xFFFF)
"""Codings of a WAV: integers, two ADPCM, float, A-law, mu-law, others, extensible."""

Mutation = Callable[[random.Random, bytearray, str], None]


@cache
def load_seeds(kind: str) -> tuple[bytes, ...]:
    """Return the sound recordings of one kind."""
    seeds = tuple(f.read_bytes() for f in sorted(SEEDS.glob(f"*.{kind}")))
    assert seeds
    return seeds


def build_file(kind: str, number: int, seed: int) -> bytes:
    """Build damaged file `number` of a run; equal arguments give equal bytes."""
    chance = random.Random(f"{kind} {number} {seed}")
    content = bytearray(chance.choice(load_seeds(kind)))
    frames = find_flac_frames(bytes(content)) if kind == "flac" else []
    length = len(content)
    for _ in range(chance.choice((1, 1, 1, 1, 2, 4))):
        chance.choice(MUTATIONS)(chance, content, kind)
    if frames and len(content) == length and chance.random() < 0.8:
        # Else a frame whose header was changed is passed over without a look, and one
        # that was changed inside is thrown away.
        mend_flac_checksums(content, frames)
    return bytes(content)


def _find_place(chance: random.Random, content: bytearray) -> int:
    end = len(content) if chance.random() < 0.65 else min(HEADER_BYTES, len(content))
    return chance.randrange(MAGIC_BYTES, end) if end > MAGIC_BYTES else 0


def flip_bits(chance: random.Random, content: bytearray, kind: str) -> None:
    """Flip one to four bits."""
    for _ in range(chance.randint(1, 4)):
        if content:
            content[_find_place(chance, content)] ^= 1 << chance.randrange(8)


def write_extreme(chance: random.Random, content: bytearray, kind: str) -> None:
    """Write an extreme number of one, two or four bytes, in either order."""
    form = chance.choice(("B", "<H", ">H", "<I", ">I"))
    width = struct.calcsize(form)
    number = chance.choice(EXTREMES) & ((1 << 8 * width) - 1)
    at = _find_place(chance, content)
    content[at : at + width] = struct.pack(form, number)[: len(content) - at]


def write_noise(chance: random.Random, content: bytearray, kind: str) -> None:
    """Write random bytes over a stretch."""
    at = _find_place(chance, content)
    count = min(chance.choice((1, 2, 4, 16, 64, 512)), len(content) - at)
    content[at : at + count] = chance.randbytes(count)


def cut_off(chance: random.Random, content: bytearray, kind: str) -> None:
    """End the file early; a few first bytes always stay."""
    del content[chance.randint(12, max(12, len(content))) :]


def take_out(chance: random.Random, content: bytearray, kind: str) -> None:
    """Take a stretch out."""
    at = _find_place(chance, content)
    del content[at : at + chance.choice((1, 2, 4, 8, 64, 512))]


def repeat(chance: random.Random, content: bytearray, kind: str) -> None:
    """Say a stretch again, once or often."""
    at = _find_place(chance, content)
    piece = content[at : at + chance.choice((1, 4, 8, 40, 400))]
    content[at:at] = piece * chance.choice((1, 1, 1, 20))


def splice(chance: random.Random, content: bytearray, kind: str) -> None:
    """Go on as another recording of the same kind, at the same place or not."""
    other = chance.choice(load_seeds(kind))
    at = _find_place(chance, content)
    content[at:] = other[
        at if chance.random() < 0.5 else chance.randrange(len(other)) :
    ]


def rewrite_fields(chance: random.Random, content: bytearray, kind: str) -> None:
    """Change fields by what they mean: coding, channels, rate, width, lengths."""
    if kind == "wav" and len(content) >= 40:
        form, at, numbers = chance.choice(WAV_FIELDS)
        content[at : at + struct.calcsize(form)] = struct.pack(
            form, chance.choice(numbers)
        )
    elif kind == "flac" and len(content) >= 26:
        at, mask = chance.choice(FLAC_FIELDS)
        content[at] ^= chance.randrange(256) & mask
    elif kind == "mp3":
        heads = [i for i in range(len(content) - 3) if content[i] == 0xFF]
        if heads:
            content[chance.choice(heads) + chance.randint(1, 3)] = chance.randrange(256)


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    write_extreme,
    write_noise,
    cut_off,
    take_out,
    repeat,
    splice,
    rewrite_fields,
    rewrite_fields,
)
WAV_FIELDS = (
    ("<H", 20, FORMAT_TAGS),
    ("<H", 22, (0, 1, 2, 3, 8, 254, 255, 256, 65535)),
    ("<I", 24, (0, 1, 7, 8000, 44100, 384_000, 0x7FFFFFFF, 0xFFFFFFFF)),
    ("<H", 32, (0, 1, 2, 3, 4, 255, 256, 1024, 65535)),
    ("<H", 34, (0, 1, 3, 4, 8, 12, 16, 24, 32, 64, 255, 65535)),
    ("<I", 4, (0, 4, 36, 0x7FFFFFFF, 0xFFFFFFFF)),
    ("<I", 16, (0, 1, 14, 16, 18, 20, 40, 0x7FFFFFFF, 0xFFFFFFFF)),
)
"""Form, place and values: coding, channels, rate, block, bits, and two lengths.

Source: Multimedia Programming Interface 1.0 (1991), WAVE format chunk.
"""
FLAC_FIELDS = tuple((at, 0xFF) for at in range(8, 26)) + ((4, 0x7F),) * 3
"""Bytes of STREAMINFO, and the type of its block.

Source: RFC 9639, section 8.2.
"""


@cache
def find_flac_frames(content: bytes) -> list[tuple[int, int]]:
    """Return where each frame begins, and where the checksum of its header is.

    Source: RFC 9639, section 9.1.
    """
    frames = []
    for at in range(len(content) - 16):
        if content[at] == 0xFF and content[at + 1] & 0xFE == 0xF8:
            end = _find_header_end(content, at)
            if compute_crc8(content[at:end]) == content[end]:
                frames.append((at, end))
    return frames


def _find_header_end(content: bytes, at: int) -> int:
    first, more = content[at + 4], 0
    while more < 7 and first & 0x80 >> more:
        more += 1  # a coded number, as long as its leading ones tell
    block, rate = content[at + 2] >> 4, content[at + 2] & 15
    sized = {6: 1, 7: 2}.get(block, 0)
    rated = {12: 1, 13: 2, 14: 2}.get(rate, 0)
    return min(at + 4 + max(more, 1) + sized + rated, len(content) - 1)


def mend_flac_checksums(content: bytearray, frames: list[tuple[int, int]]) -> None:
    """Make the checksums of each frame right again: its header's, and the whole's."""
    ends = [at for at, _ in frames[1:]] + [len(content)]
    for (at, header_end), end in zip(frames, ends, strict=True):
        content[header_end] = compute_crc8(bytes(content[at:header_end]))
        whole = compute_crc16(bytes(content[at : end - 2]))
        content[end - 2 : end] = whole.to_bytes(2, "big")


def compute_crc8(header: bytes) -> int:
    """Return the checksum of a FLAC frame's header: x^8 + x^2 + x + 1."""
    crc = 0
    for byte in header:
        crc = _CRC8[crc ^ byte]
    return crc


def compute_crc16(frame: bytes) -> int:
    """Return the checksum of a FLAC frame: x^16 + x^15 + x^2 + 1."""
    crc = 0
    for byte in frame:
        crc = (crc << 8 & 0xFFFF) ^ _CRC16[crc >> 8 ^ byte]
    return crc


def _build_crc_table(bits: int, polynomial: int) -> tuple[int, ...]:
    table = []
    for crc in range(256):
        crc <<= bits - 8
        for _ in range(8):
            crc = crc << 1 ^ (polynomial if crc >> bits - 1 else 0)
            crc &= (1 << bits) - 1
        table.append(crc)
    return tuple(table)


_CRC8 = _build_crc_table(8, 0x07)
_CRC16 = _build_crc_table(16, 0x8005)
