"""What a channel leaves of a voice, and a room's answer; needs the acoustic extra."""

import numpy as np
import pytest

pytest.importorskip("av")
pytest.importorskip("scipy")
pytest.importorskip("soundfile")

from acoustic_model.data import channels
from acoustic_model.data.augmentation import Room, augment, build_babble
from acoustic_model.data.recordings import RATE
from acoustic_model.data.rooms import build_answer, draw_shoebox, place_at_distance


@pytest.fixture
def voice() -> np.ndarray:
    """Return a second of noise that swells like syllables."""
    rng = np.random.default_rng(0)
    swell = 0.55 - 0.45 * np.cos(np.arange(RATE) / RATE * 2 * np.pi * 4)
    return (0.1 * rng.normal(size=RATE) * swell).astype(np.float32)


def measure_level(sound: np.ndarray, low: float, high: float) -> float:
    """Return the decibels in a band."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return 10 * np.log10(power[(hertz >= low) & (hertz < high)].mean() + 1e-12)


@pytest.mark.parametrize("top", sorted(set(channels.TOPS)))
@pytest.mark.parametrize("way", [*channels.RESAMPLERS])
def test_a_band_is_empty_above_its_top(voice, way: str, top: float) -> None:
    """Each way leaves the speech, and next to nothing above; lines leave a mirror."""
    limited = channels.limit_band(voice, top, way)
    assert len(limited) == len(voice)
    assert limited.dtype == np.float32
    below, above = (300, 0.6 * top), (1.25 * top, 7900)
    lost = measure_level(voice, *below) - measure_level(limited, *below)
    gone = measure_level(voice, *above) - measure_level(limited, *above)
    assert abs(lost) < 2.5
    assert gone > (7 if way == "straight lines" else 35)


def test_a_telephone_has_no_lows(voice) -> None:
    """300 to 3,400 Hz, steeply on both sides."""
    heard = channels.limit_to_telephone(voice)
    kept = measure_level(heard, 400, 3200)
    assert kept - measure_level(heard, 20, 220) > 30
    assert kept - measure_level(heard, 3600, 7900) > 40


@pytest.mark.parametrize(
    ("encode", "late"),
    [
        (lambda sound: channels.encode_amr(sound, 4750), 100),
        (lambda sound: channels.encode_amr(sound, 12_200), 100),
        (channels.encode_gsm, 4),
        (channels.encode_for_telephone, 4),
        (lambda sound: channels.encode_opus(sound, 6000), 100),
        (lambda sound: channels.encode_opus(sound, 12_000), 100),
    ],
)
def test_a_codec_keeps_length_and_loudness(voice, encode, late: int) -> None:
    """Real encoders and decoders: what comes out lies where it was."""
    for gain in (1.0, 0.01, 15.0):
        decoded = encode(voice * gain)
        assert decoded.shape == voice.shape
        assert np.isfinite(decoded).all()
        swell = np.abs(decoded[late : late + 15_000]).reshape(-1, 100).mean(1)
        meant = np.abs(voice[:15_000]).reshape(-1, 100).mean(1)
        assert np.corrcoef(swell, meant)[0, 1] > 0.6
        narrow = channels.limit_band(voice * gain, 3400, "convolution")
        level = 20 * np.log10(decoded.std() / narrow.std())
        assert -8 < level < 8


def test_a_floor_lies_as_far_below_the_speech_as_asked(voice) -> None:
    """Whatever the loudness of the clip."""
    rng = np.random.default_rng(1)
    silent = np.concatenate([voice, np.zeros(RATE, np.float32)])
    for gain in (1.0, 0.01):
        noisy = channels.add_floor(silent * gain, -40, rng)
        floor = 20 * np.log10(noisy[RATE:].std() / (voice * gain).std())
        assert -40 < floor < -34


@pytest.mark.parametrize("seconds", [0.3, 0.6, 0.9])
def test_an_echo_falls_in_the_time_asked_for(seconds: float) -> None:
    """The time of the fall from -5 to -25 decibels, three times."""
    rng = np.random.default_rng(2)
    for _ in range(5):
        answer = build_answer(place_at_distance(3.0, seconds, rng), rng)
        left = np.cumsum(np.square(answer[::-1], dtype=np.float64))[::-1]
        level = 10 * np.log10(left / left[0] + 1e-12)
        begin, end = np.argmax(level < -5), np.argmax(level < -25)
        assert 3 * (end - begin) / RATE == pytest.approx(seconds, rel=0.35)
        assert answer[0] == 1


def test_the_nearer_the_mouth_the_less_echo() -> None:
    """At half a metre the direct sound outweighs, at three metres it does not."""
    rng = np.random.default_rng(3)

    def measure(metres: float) -> float:
        answer = build_answer(place_at_distance(metres, 0.5, rng), rng)
        return 10 * np.log10(1 / np.square(answer[40:]).sum())

    near = np.mean([measure(0.3) for _ in range(20)])
    far = np.mean([measure(3.0) for _ in range(20)])
    assert near > far + 8


def test_a_drawn_room_holds_both() -> None:
    """Mouth and microphone are inside."""
    rng = np.random.default_rng(4)
    for _ in range(200):
        room = draw_shoebox(rng)
        for place in (room.mouth, room.microphone):
            assert (place > 0).all()
            assert (place < room.sides).all()


def test_babble_has_every_talker() -> None:
    """Two at once, of loudness one."""
    rng = np.random.default_rng(5)
    times = np.arange(2 * RATE) / RATE
    talk = tuple(np.sin(2 * np.pi * f * times).astype(np.float32) for f in (300, 900))
    heard = set()
    for _ in range(20):
        babble = build_babble(Room((), talk), RATE, 2, rng)
        assert babble.std() == pytest.approx(1, rel=0.1)
        levels = [measure_level(babble, f - 20, f + 20) for f in (300, 900)]
        heard.add(abs(levels[0] - levels[1]) < 3)
    assert heard == {True, False}


def test_an_augmented_clip_is_what_16_bits_hold(voice) -> None:
    """Also where its band is empty; the same seed gives the same clip."""
    room = Room((voice,), (voice, voice[:9000]))
    for seed in range(60):
        made = augment(voice, room, np.random.default_rng(seed))
        steps = made * 32_767
        assert np.abs(steps - np.round(steps)).max() < 0.01
        assert np.abs(made).max() <= 1
        again = augment(voice, room, np.random.default_rng(seed))
        assert (made == again).all()
