"""Mastering of a recording: silence trimmed, loudness levelled, MP3.

Sound is 24 kHz, mono, an array of floats from -1 to 1; loudness is that of EBU R128, in
LUFS. numpy and lameenc come with the extra `natural-voice`; playing needs neither.
"""

from functools import lru_cache
from typing import Any

RATE = 24_000
LOUDNESS = -20.0
"""LUFS of every file: as loud as the fallback's speech at -20 dBFS."""
LOUDNESS_WITHIN = 1.0
PEAK, ROOM = 0.8, 0.1
"""Louder samples are rounded off into the room above, so that nothing clips."""
LOUDEST = 0.98
"""Behind the coder."""
LEVEL_WITHIN, MOST_TRIES = 0.2, 4
"""LU; so often a sound is coded anew to come so near."""
FRAME = RATE // 200
"""5 ms: silence is looked for in such steps."""
SILENCE_DB = -50.0
"""Below the loudest frame; the weakest first and last sounds of words are louder."""
MARGIN_IN_FRONT, MARGIN_BEHIND = RATE * 30 // 1000, RATE * 60 // 1000
"""Samples kept before the first sound and behind the last."""
FADE = RATE * 5 // 1000
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, 10.0
"""Quieter blocks of 400 ms are no part of the loudness: LUFS, and LU."""
DECODER_DELAY = 576 + 529
"""Samples in front of the sound, of LAME's coder and of the decoder of MP3."""
VARIABLE_RATE, COARSENESS = 4, 8.9
"""LAME's newest way, and of its ten steps the last that keeps sounds up to 8 kHz."""
KILOBITS_LEAST, KILOBITS_MOST = 8, 24
"""A second: of pauses, and at most."""


def trim(sound: Any) -> Any:
    """Cut the silence at both ends of `sound` to the fixed margins."""
    import numpy as np

    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    energy = np.sqrt((frames.astype(np.float64) ** 2).mean(axis=1))
    loud = np.flatnonzero(energy > energy.max() * 10 ** (SILENCE_DB / 20))
    first = int(loud[0]) * FRAME - MARGIN_IN_FRONT
    last = (int(loud[-1]) + 1) * FRAME + MARGIN_BEHIND
    padded = np.pad(sound, (max(0, -first), max(0, last - len(sound))))
    kept = padded[max(0, first) : max(0, first) + last - first].astype(np.float64)
    ramp = np.linspace(0, 1, FADE)
    kept[:FADE] *= ramp
    kept[-FADE:] *= ramp[::-1]
    return kept


def measure_loudness(sound: Any, rate: int = RATE) -> float:
    """Return the integrated loudness of `sound` in LUFS; ITU-R BS.1770-4."""
    import numpy as np

    block, step = int(0.4 * rate), int(0.1 * rate)
    if len(sound) < 3 * block:
        sound = np.tile(sound, -(-3 * block // len(sound)))
    size = 1 << (2 * len(sound)).bit_length()  # other sizes can be slow
    spectrum = np.fft.rfft(sound, size)
    weighted = np.fft.irfft(spectrum * _get_weighting(len(spectrum), rate))
    power = np.concatenate(([0.0], np.cumsum(weighted[: len(sound)] ** 2)))
    starts = np.arange(0, len(sound) - block + 1, step)
    blocks = (power[starts + block] - power[starts]) / block
    gated = blocks[_to_lufs(blocks) > ABSOLUTE_GATE]
    if not len(gated):
        return ABSOLUTE_GATE
    gated = gated[_to_lufs(gated) > _to_lufs(gated.mean()) - RELATIVE_GATE]
    return float(_to_lufs(gated.mean()))


def _to_lufs(power: Any) -> Any:
    import numpy as np

    return -0.691 + 10 * np.log10(power + 1e-12)


@lru_cache(maxsize=8)
def _get_weighting(count: int, rate: int) -> Any:
    """Return how the K-weighting weighs `count` frequencies up to half of `rate`.

    A high shelf of 4 dB for the head, then a high pass at 38 Hz; both second order.
    """
    import numpy as np

    delay = np.exp(-1j * np.pi * np.arange(count) / (count - 1))
    shelf_gain, shelf_q, shelf_at = 3.99984, 0.7071752, 1681.9745
    pass_q, pass_at = 0.5003270, 38.135471
    k = np.tan(np.pi * shelf_at / rate)
    high = 10 ** (shelf_gain / 20)
    middle = high**0.4996667741545416
    bend = middle * k / shelf_q
    above = (high + bend + k * k, 2 * (k * k - high), high - bend + k * k)
    below = (1 + k / shelf_q + k * k, 2 * (k * k - 1), 1 - k / shelf_q + k * k)
    shelf = _weigh(above, delay) / _weigh(below, delay)
    k = np.tan(np.pi * pass_at / rate)
    below = (1 + k / pass_q + k * k, 2 * (k * k - 1), 1 - k / pass_q + k * k)
    # The standard's own numerator is 1, -2, 1, without the gain of the bilinear form.
    return shelf * _weigh((1.0, -2.0, 1.0), delay) / (_weigh(below, delay) / below[0])


def _weigh(factors: tuple[float, ...], delay: Any) -> Any:
    return sum(factor * delay**power for power, factor in enumerate(factors))


def level(sound: Any) -> Any:
    """Bring `sound` to `LOUDNESS`, with rounded peaks in place of clipped ones."""
    for _ in range(3):  # rounding peaks off takes a little loudness
        gain = 10 ** ((LOUDNESS - measure_loudness(sound)) / 20)
        sound = _round_peaks(sound * gain)
    return sound


def _round_peaks(sound: Any, peak: float = PEAK) -> Any:
    import numpy as np

    size = np.abs(sound)
    rounded = peak + ROOM * np.tanh((size - peak) / ROOM)
    return np.where(size > peak, np.sign(sound) * rounded, sound)


def encode(sound: Any) -> bytes:
    """Return `sound` as MP3, as loud as it is wanted.

    Coding takes loudness away and lets peaks grow, so what comes out is measured.
    """
    import numpy as np

    peak = PEAK
    data = _encode(sound)
    for _ in range(MOST_TRIES):
        heard = decode(data, len(sound))
        lacking = LOUDNESS - measure_loudness(heard)
        clips = bool(np.abs(heard).max() > LOUDEST)
        if abs(lacking) < LEVEL_WITHIN and not clips:
            break
        peak -= ROOM * clips
        sound = _round_peaks(sound * 10 ** (lacking / 20), peak)
        data = _encode(sound)
    return data


def decode(data: bytes, samples: int) -> Any:
    """Return the first `samples` of the sound in an MP3 of ours."""
    import miniaudio
    import numpy as np

    wanted = {"nchannels": 1, "sample_rate": RATE}
    made = miniaudio.decode(data, miniaudio.SampleFormat.SIGNED16, **wanted)
    sound = np.asarray(made.samples, np.float64) / 32_767
    return sound[DECODER_DELAY : DECODER_DELAY + samples]


def _encode(sound: Any) -> bytes:
    import lameenc
    import numpy as np

    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)  # it would take a lower one for so few bits
    encoder.set_channels(1)
    encoder.set_vbr(VARIABLE_RATE)
    encoder.set_vbr_quality(COARSENESS)
    encoder.set_vbr_min_bitrate_kbps(KILOBITS_LEAST)
    encoder.set_vbr_max_bitrate_kbps(KILOBITS_MOST)
    encoder.silence()
    samples = np.round(np.clip(sound, -1, 1) * 32_767).astype("<i2")
    return bytes(encoder.encode(samples.tobytes()) + encoder.flush())
