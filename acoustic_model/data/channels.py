"""Channels a voice comes through: steep band limits, codecs, faint noise floors."""

import io
from collections.abc import Callable

import av
import numpy as np
import soundfile
from scipy.signal import ellip as design_elliptic
from scipy.signal import firwin, oaconvolve, resample, resample_poly, sosfilt

from acoustic_model.data.recordings import RATE, Sound

NARROW = 8_000
"""Samples a second of a telephone."""
TELEPHONE = (300.0, 3400.0)
"""Hertz that a telephone carries."""
TOPS = (3400.0, 4000.0, 4000.0, 5500.0)
"""Hertz above which nothing is left: telephones, Bluetooth, an old sound card."""
AMR_RATES = (4750, 5900, 7400, 12_200)
OPUS_RATES = (6000, 8000, 12_000)
# Under the speech: a faint hiss, down to what 16 bits cannot hold.
FLOORS = (-75.0, -35.0)
Filter = Callable[[Sound, float], Sound]


def _limit_by_polyphase(sound: Sound, top: float, beta: float) -> Sound:
    rate = round(2 * top / 100)
    window = ("kaiser", beta)
    narrow = resample_poly(sound, rate, RATE // 100, window=window)
    wide = resample_poly(narrow, RATE // 100, rate, window=window)
    return np.asarray(wide, np.float32)


def _limit_by_spectrum(sound: Sound, top: float) -> Sound:
    """As a resampler of the whole clip: nothing at all is left above."""
    count = max(8, round(len(sound) * 2 * top / RATE))
    return np.asarray(resample(resample(sound, count), len(sound)), np.float32)


def _limit_by_straight_lines(sound: Sound, top: float) -> Sound:
    """As a cheap resampler: what lies above comes back as its mirror image."""
    step = RATE / (2 * top)
    places = np.arange(0, len(sound), step)
    narrow = np.interp(places, np.arange(len(sound)), sound)
    return np.interp(np.arange(len(sound)), places, narrow).astype(np.float32)


def _limit_by_recursion(sound: Sound, top: float) -> Sound:
    sections = design_elliptic(8, 0.5, 70, top, "low", fs=RATE, output="sos")
    return np.asarray(sosfilt(sections, sound), np.float32)


def _limit_by_convolution(sound: Sound, top: float) -> Sound:
    taps = firwin(301, top, fs=RATE)
    return np.asarray(oaconvolve(sound, taps, mode="same"), np.float32)


RESAMPLERS: dict[str, Filter] = {
    "polyphase": lambda sound, top: _limit_by_polyphase(sound, top, 5.0),
    "sharp polyphase": lambda sound, top: _limit_by_polyphase(sound, top, 12.0),
    "spectrum": _limit_by_spectrum,
    "straight lines": _limit_by_straight_lines,
    "recursion": _limit_by_recursion,
    "convolution": _limit_by_convolution,
}
"""Ways to cut a band off: no two leave the same above the edge."""


def limit_band(sound: Sound, top: float, way: str) -> Sound:
    """Leave nothing above `top` hertz, in one of the ways of RESAMPLERS."""
    limited = RESAMPLERS[way](sound, top)[: len(sound)]
    return np.pad(limited, (0, len(sound) - len(limited)))


def limit_to_telephone(sound: Sound) -> Sound:
    """Leave 300 to 3,400 Hz, steeply."""
    taps = firwin(513, TELEPHONE, fs=RATE, pass_zero=False)
    return np.asarray(oaconvolve(sound, taps, mode="same"), np.float32)


def add_floor(sound: Sound, decibels: float, rng: np.random.Generator) -> Sound:
    """Add white noise, so many decibels beside the loudest tenth of the sound."""
    pieces = sound[: len(sound) // 400 * 400].reshape(-1, 400)
    loudness = np.sqrt(np.mean(np.square(pieces, dtype=np.float64), axis=1))
    spoken = float(np.percentile(loudness, 90)) + 1e-6 if len(loudness) else 1e-6
    noise = rng.normal(size=len(sound)) * spoken * 10 ** (decibels / 20)
    return np.asarray(sound + noise, np.float32)


def _fit(sound: Sound, length: int) -> Sound:
    cut = sound[:length]
    return np.pad(cut, (0, length - len(cut))).astype(np.float32)


def _scale(sound: Sound) -> tuple[Sound, float]:
    """Return it within 16 bits, and what it was divided by."""
    peak = max(1.0, float(np.abs(sound).max(initial=0.0)))
    return np.asarray(sound / peak, np.float32), peak


def _encode(sound: Sound, rate: int, codec: str, form: str, bits: int) -> Sound:
    """Encode and decode by one of FFmpeg's codecs; return it at RATE."""
    stored = io.BytesIO()
    steps = np.clip(sound * 32_767, -32_768, 32_767).astype(np.int16)
    with av.open(stored, "w", format=form) as file:
        stream = file.add_stream(codec, rate=rate)
        stream.bit_rate, stream.layout = bits, "mono"
        frame = av.AudioFrame.from_ndarray(steps[None], format="s16", layout="mono")
        frame.sample_rate = rate
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    stored.seek(0)
    with av.open(stored) as file:
        frames = list(file.decode(audio=0))
    decoded = np.concatenate([one.to_ndarray().reshape(-1) for one in frames])
    if decoded.dtype == np.int16:
        decoded = decoded / 32_768
    return np.asarray(
        resample_poly(decoded, RATE // 1000, frames[0].sample_rate // 1000), np.float32
    )


def encode_amr(sound: Sound, bits: int) -> Sound:
    """Encode as a mobile telephone does (AMR narrow band), and decode."""
    scaled, peak = _scale(sound)
    narrow = np.asarray(resample_poly(scaled, NARROW, RATE), np.float32)
    decoded = _encode(narrow, NARROW, "libopencore_amrnb", "amr", bits)
    return _fit(decoded * peak, len(sound))


def encode_opus(sound: Sound, bits: int) -> Sound:
    """Encode as a call over the internet does (Opus), and decode."""
    scaled, peak = _scale(sound)
    return _fit(_encode(scaled, RATE, "libopus", "ogg", bits) * peak, len(sound))


def encode_gsm(sound: Sound) -> Sound:
    """Encode as an old mobile telephone did (GSM full rate), and decode."""
    scaled, peak = _scale(sound)
    stored = io.BytesIO()
    narrow = resample_poly(scaled, NARROW, RATE)
    soundfile.write(stored, narrow, NARROW, format="WAV", subtype="GSM610")
    stored.seek(0)
    decoded, _ = soundfile.read(stored, dtype="float32")
    return _fit(resample_poly(decoded, RATE, NARROW) * peak, len(sound))


def encode_for_telephone(sound: Sound, bits: int = 8) -> Sound:
    """Encode 8,000 mu-law samples a second of so many bits, and decode them."""
    narrow = resample_poly(sound, 1, 2)
    peak = float(np.abs(narrow).max()) + 1e-6
    steps = 2 ** (bits - 1) - 1
    level = np.log1p(255 * np.abs(narrow) / peak) / np.log(256)
    level = np.sign(narrow) * np.round(level * steps) / steps
    linear = np.sign(level) * (256 ** np.abs(level) - 1) / 255 * peak
    return np.asarray(resample_poly(linear, 2, 1)[: len(sound)], np.float32)


def pass_channel(sound: Sound, rng: np.random.Generator) -> Sound:
    """Send it through one narrow channel, chosen by chance."""
    kind = rng.random()
    if kind < 0.35:
        way = str(rng.choice(list(RESAMPLERS)))
        return limit_band(sound, float(rng.choice(TOPS)), way)
    if kind < 0.65:
        limited = limit_to_telephone(sound)
        return limited if rng.random() < 0.6 else encode_for_telephone(limited)
    if kind < 0.8:
        return encode_amr(sound, int(rng.choice(AMR_RATES)))
    if kind < 0.88:
        return encode_gsm(sound)
    if kind < 0.96:
        return encode_opus(sound, int(rng.choice(OPUS_RATES)))
    return encode_for_telephone(sound)
