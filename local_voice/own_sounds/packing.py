"""Features in 8 bits: the strangers that ship, and the numbers of a profile."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from local_voice.own_sounds.features import PARTS, SoundFeatures
from local_voice.own_sounds.spectrum import Rows

_STEPS = 127
MOST_ROWS = 400
"""Of one part of one clip."""
WIDTHS = {"cepstra": 32, "embedding": 64}
"""Numbers of a row; those of the units are as many as the network has."""
Arrays = dict[str, npt.NDArray[np.generic]]


def round_features(features: SoundFeatures) -> SoundFeatures:
    """Return features as they are after packing, which lessons and tests compare."""
    parts = {part: _unpack(*_pack(getattr(features, part))) for part in PARTS}
    return SoundFeatures(**parts, seconds=float(np.float32(features.seconds)))


def pack_features(clips: Sequence[SoundFeatures], prefix: str) -> Arrays:
    """Return arrays of small numbers, by names that begin with `prefix`."""
    arrays: Arrays = {}
    for part in PARTS:
        packed = [_pack(getattr(clip, part)) for clip in clips]
        arrays[f"{prefix}.{part}"] = np.concatenate([rows for rows, _ in packed])
        arrays[f"{prefix}.{part}.scales"] = np.array([s for _, s in packed], np.float32)
        counts = [len(rows) for rows, _ in packed]
        arrays[f"{prefix}.{part}.counts"] = np.array(counts, np.uint16)
    seconds = [clip.seconds for clip in clips]
    arrays[f"{prefix}.seconds"] = np.array(seconds, np.float32)
    return arrays


def unpack_features(
    arrays: Mapping[str, npt.NDArray[np.generic]], prefix: str
) -> tuple[SoundFeatures, ...]:
    """Return the clips packed under `prefix`; raises KeyError, ValueError."""
    seconds = np.asarray(arrays[f"{prefix}.seconds"], np.float64)
    if seconds.ndim != 1 or not np.all((seconds > 0) & (seconds < 10)):
        raise ValueError("a clip's length is none")
    parts = {part: _unpack_part(arrays, f"{prefix}.{part}", part) for part in PARTS}
    if any(len(rows) != len(seconds) for rows in parts.values()):
        raise ValueError("parts of a clip are missing")
    return tuple(
        SoundFeatures(**{part: parts[part][n] for part in PARTS}, seconds=float(length))
        for n, length in enumerate(seconds)
    )


def read_arrays(data: bytes) -> Arrays:
    """Return the arrays of an npz file; raises what a damaged one does."""
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        return {name: found[name] for name in found.files if "." in name}


def write_arrays(arrays: Arrays) -> bytes:
    """Return an npz file with these arrays."""
    with io.BytesIO() as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        return file.getvalue()


def _unpack_part(
    arrays: Mapping[str, npt.NDArray[np.generic]], name: str, part: str
) -> list[Rows]:
    rows, scales = arrays[name], np.asarray(arrays[f"{name}.scales"], np.float64)
    counts = np.asarray(arrays[f"{name}.counts"], np.int64)
    if rows.dtype != np.int8 or rows.ndim != 2:
        raise ValueError(f"{name} has another form")
    if rows.shape[1] != WIDTHS.get(part, rows.shape[1]) or counts.sum() != len(rows):
        raise ValueError(f"{name} has another size")
    if len(scales) != len(counts) or not np.all((counts > 0) & (counts <= MOST_ROWS)):
        raise ValueError(f"{name} holds no clips")
    if not np.all(np.isfinite(scales)):
        raise ValueError(f"{name} holds no numbers")
    clips = np.split(rows, np.cumsum(counts)[:-1])
    return [_unpack(c, float(s)) for c, s in zip(clips, scales, strict=True)]


def _pack(rows: Rows) -> tuple[npt.NDArray[np.int8], float]:
    scale = max(float(np.abs(rows).max()), 1e-6) / _STEPS
    return np.round(rows / scale).astype(np.int8), float(np.float32(scale))


def _unpack(rows: npt.NDArray[np.generic], scale: float) -> Rows:
    return np.asarray(rows, np.float32) * np.float32(scale)
