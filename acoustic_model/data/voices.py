"""Synthetic clips of what nobody recorded: which voice says what, for which part."""

import hashlib
import random
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from acoustic_model.data.recordings import RATE, Clip, get_part
from acoustic_model.data.synthesizers import ENGINES, Speak, load_engines
from acoustic_model.data.vocabulary import Vocabulary

# Variants of espeak-ng whose speech can be understood; robots and croaks are left out.
TIMBRES = (
    "m1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f4 f5 klatt klatt2 klatt4 Alex Alicia Andrea "
    "Andy Annie AnxiousAndy Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco Mario "
    "Michael Mike Mr Nguyen RicishayMax RicishayMax2 RicishayMax3 adam anika announcer "
    "antonio aunty belinda benjamin boris caleb david ed edward edward2 grandma "
    "grandpa gustave iven iven2 iven3 iven4 john kaukovalta linda marcelo max michel "
    "miguel norbert pablo paul pedro quincy rob robert sandro shelby steph steph2 "
    "steph3 travis victor whisper whisperf zac"
).split()
# Few but nearer to people than espeak-ng's: every phrase is said by some of them.
NATURAL = (
    "flite:awb flite:kal16 flite:rms flite:slt pico:en-GB pico:en-US festival:kal "
    "festival:ked festival:slt piper:joe piper:joe"
).split()
# Kokoro's: the first letter is the language they grew up with (a American, b British,
# e Spanish, f French, h Hindi, i Italian, j Japanese, p Portuguese, z Mandarin).
KOKORO = (
    "af_alloy af_aoede af_bella af_heart af_jessica af_kore af_nicole af_nova af_river "
    "af_sarah af_sky am_adam am_echo am_eric am_fenrir am_liam am_michael am_onyx "
    "am_puck am_santa bf_alice bf_emma bf_isabella bf_lily bm_daniel bm_fable "
    "bm_george bm_lewis ef_dora em_alex ff_siwis hf_alpha hf_beta hm_omega hm_psi "
    "if_sara im_nicola jf_alpha jf_nezumi jm_kumo pf_dora pm_alex zf_xiaobei zf_xiaoyi "
    "zm_yunjian zm_yunxi zm_yunyang"
).split()
# Never trained on: the figures for synthetic phrases are of these voices.
OF_PART = {
    "tune": {"espeak:robert", "pico:en-US", "kokoro:am_eric"},
    "test": {
        *("espeak:m5", "espeak:f3", "espeak:Annie", "flite:awb", "festival:ked"),
        *("kokoro:am_liam", "kokoro:af_sarah", "kokoro:bf_emma", "kokoro:hm_psi"),
    },
}
HELD_OUT = OF_PART["tune"] | OF_PART["test"]
# What the prompts invite gets more copies than a statement few people make.
OFTEN = {"yes", "no", "unsure", "repeat", "help", "why", "stop", "go_back", "next"}
RARE = {"statement", "duration"}
# What a person needs most and nobody recorded often: said in several ways by each voice
# that is measured, at other speeds and pitches.
NEEDED_MOST = "stop", "repeat", "help", "next", "back", "not sure", "i don't know"
# A filler before or behind a plain answer: common, and recorded by nobody.
WITH_FILLER = "yes please", "um no", "no sir", "yes ma'am"
IN_WAYS = (*NEEDED_MOST, *WITH_FILLER)
WAYS = 8
OTHER_TALK = Path(__file__).with_name("other_talk.txt")
# Rows of words without sense: sounds next to each other as no sentence has them.
ROWS_OF_WORDS = {"train": 500, "tune": 40, "test": 60}


@dataclass(frozen=True)
class Order:
    """One synthetic clip to be made."""

    text: str
    voice: str
    """Engine and timbre; it counts as the speaker."""
    path: Path

    @property
    def engine(self) -> str:
        """Return the name of the synthesizer."""
        return self.voice.partition(":")[0]


@dataclass(frozen=True)
class Choice:
    """Which of the ordered clips are used: a machine may lack a synthesizer."""

    engines: frozenset[str] = ENGINES
    spoken_only: bool = False
    """Those that are there alone; no further ones are made."""

    def choose(self, orders: list[Order]) -> list[Order]:
        """Return the chosen ones of the orders."""
        return [
            order
            for order in orders
            if order.engine in self.engines
            and (order.path.is_file() or not self.spoken_only)
        ]


def get_other_talk(part: str) -> list[str]:
    """Return words and sentences that are no answer, each text of one part only.

    Single words are in every part: they are measured with other voices.
    """
    lines = OTHER_TALK.read_text("utf-8").splitlines()
    texts = [line for line in lines if line and not line.startswith("#")]
    found = [text for text in texts if " " not in text or get_part(text) == part]
    words = sorted({word for text in texts for word in text.split()})
    rng = random.Random(part)
    rows = range(ROWS_OF_WORDS[part])
    return found + [" ".join(rng.sample(words, rng.randint(3, 8))) for _ in rows]


def _count_copies(vocabulary: Vocabulary) -> Iterator[tuple[str, int, int, int]]:
    """Yield every text with its numbers of clips by espeak-ng, others and Kokoro."""
    for phrase, meaning in vocabulary.meanings.items():
        often, rare = meaning in OFTEN, meaning in RARE
        yield phrase, *((3, 3, 3) if rare else (8, 9, 12) if often else (5, 6, 8))
    for decoy in vocabulary.decoys:
        yield decoy, 3, 3, 2
    for number, text in enumerate(get_other_talk("train")):
        # A long text takes Kokoro seconds: it says every third.
        yield text, *((4, 4, 3) if " " not in text else (1, 1, number % 3 == 0))


def _choose_kokoro_voices(rng: random.Random, copies: int) -> list[str]:
    """Choose by turns a voice and a mixture of two: more people than there are."""
    trained = [name for name in KOKORO if f"kokoro:{name}" not in HELD_OUT]
    chosen = []
    for number in range(copies):
        one, other = rng.sample(trained, 2)
        chosen.append(f"kokoro:{one}+{other}" if number % 2 else f"kokoro:{one}")
    return chosen


def build_training_orders(vocabulary: Vocabulary, folder: Path) -> list[Order]:
    """Return every clip to train on; a new phrase changes none of the others."""
    timbres = [f"espeak:{timbre}" for timbre in TIMBRES]
    timbres = [voice for voice in timbres if voice not in HELD_OUT]
    natural = [voice for voice in NATURAL if voice not in HELD_OUT]
    made: list[Order] = []
    for text, of_espeak, others, of_kokoro in _count_copies(vocabulary):
        rng = random.Random(text)
        chosen = [rng.choice(timbres) for _ in range(of_espeak)]
        chosen += (rng.sample(natural, len(natural)) * 2)[:others]
        chosen += _choose_kokoro_voices(rng, of_kokoro)
        made += [_build_order(text, voice, n, folder) for n, voice in enumerate(chosen)]
    return made


def build_held_out_orders(
    vocabulary: Vocabulary, folder: Path, part: str
) -> list[Order]:
    """Return every phrase by each voice of the part, a rare one by one of them."""
    voices = sorted(OF_PART[part])
    made: list[Order] = []
    for number, (phrase, meaning) in enumerate(vocabulary.meanings.items()):
        rare = meaning in RARE
        speaking = [voices[number % len(voices)]] if rare else voices
        made += [_build_order(phrase, voice, 0, folder) for voice in speaking]
    return made


def build_orders_in_ways(
    phrases: Iterable[str], folder: Path, part: str
) -> list[Order]:
    """Return the phrases, in several ways by each voice of the part."""
    # Way 0 is that of all phrases.
    return [
        _build_order(phrase, voice, way, folder)
        for phrase in phrases
        for voice in sorted(OF_PART[part])
        for way in range(1, WAYS + 1)
    ]


def build_held_out_talk_orders(folder: Path, part: str) -> list[Order]:
    """Return sentences that are no answer, each by two voices of the part."""
    voices = sorted(OF_PART[part])
    texts = [text for text in get_other_talk(part) if " " in text]
    return [
        _build_order(text, voices[(number + other) % len(voices)], 0, folder)
        for number, text in enumerate(texts)
        for other in (0, 1)
    ]


def build_length_orders(
    lengths: Iterable[str],
    folder: Path,
    part: str,
    engines: frozenset[str] = ENGINES,
) -> list[Order]:
    """Return each length of time by one voice of the part and the engines, by turns."""
    chosen = (v for v in sorted(OF_PART[part]) if v.partition(":")[0] in engines)
    by_turns = cycle(chosen)
    return [_build_order(said, next(by_turns), 0, folder) for said in lengths]


def _build_order(text: str, voice: str, copy: int, folder: Path) -> Order:
    code = hashlib.sha256(f"{text}|{copy}".encode()).hexdigest()[:12]
    return Order(text, voice, folder / f"{voice.replace(':', '-')}_{code}.wav")


def _write_clip(order: Order, engines: dict[str, Speak]) -> None:
    engine, timbre = order.voice.split(":")
    raw = order.path.with_suffix(".raw.wav")
    engines[engine](order.text, timbre, random.Random(order.path.name), raw)
    sound, rate = soundfile.read(raw, dtype="float32")
    if rate != RATE:
        sound = resample_poly(sound, RATE, rate)
    # First under another name, so that a run cut short leaves no half clip behind.
    soundfile.write(raw, np.clip(sound, -1, 1), RATE, subtype="PCM_16")
    raw.rename(order.path)


def synthesize(orders: list[Order], folder: Path, threads: int = 2) -> list[Clip]:
    """Make the ordered clips where they are missing, in mixed order.

    So what is there after a run cut short is a fair part of the whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # A text that is a decoy as well as other talk is ordered twice.
    missing = {order.path: order for order in orders if not order.path.is_file()}
    todo = sorted(missing.values(), key=lambda o: o.path.stem.rpartition("_")[2])
    names = {order.engine for order in todo}
    write = partial(_write_clip, engines=load_engines(names, folder.parent))
    with ThreadPoolExecutor(threads) as pool:
        for done, _ in enumerate(pool.map(write, todo), start=1):
            if done % 1000 == 0 or done == len(todo):
                print(f"synthetic clips: {done} of {len(todo)}", file=sys.stderr)
    return [Clip(o.path, o.text, o.voice, "synthetic") for o in orders]
