"""Sounds of words that no dictionary has, guessed by eSpeak NG in a child process.

The library is that of the voice (espeakng-loader; GPL-3.0, so it stays in the child).
Its phonemes are mapped by a table, the longest first. Run as a module it is the child.
Raises EngineError, EngineRefusal.
"""

import ctypes
import sys
import unicodedata
from collections.abc import Iterator, Mapping

from local_voice.asr.graph.pronunciation import Table
from local_voice.asr.graph.word_tree import Sounds
from local_voice.worker_process import (
    EngineError,
    EngineProcess,
    Handler,
    Message,
    serve,
)

WITHIN = 5.0
"""Seconds for one request."""
MOST_WORDS = 100
"""In one request, so that it is no longer than a pipe takes at once."""
MOST_LETTERS = 40
STRESS = "ˈˌ"
APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
RETRIEVAL, UTF8, IPA = 2, 1, 2
"""Constants of espeak_Initialize and espeak_TextToPhonemes (speak_lib.h)."""


def guess_sounds(
    words: tuple[str, ...], rules: Table, voice: str
) -> Mapping[str, Sounds]:
    """Return the sounds of each word that eSpeak can say by `rules`.

    `voice` is eSpeak's name of the language, such as en-us.
    """
    sayable = [word for word in words if _is_word(word)]
    engine = EngineProcess("local_voice.asr.graph.espeak_phonemes", [voice])
    phonemes: list[str] = []
    try:
        engine.start()
        for first in range(0, len(sayable), MOST_WORDS):
            asked = sayable[first : first + MOST_WORDS]
            said = engine.ask(("phonemes", asked), WITHIN).value
            if not isinstance(said, list) or len(said) != len(asked):
                raise EngineError("the engine gave an answer of another form")
            phonemes += map(str, said)
    finally:
        engine.stop()
    mapped = zip(sayable, (map_phonemes(p, rules) for p in phonemes), strict=True)
    return {word: sounds for word, sounds in mapped if sounds}


def map_phonemes(phonemes: str, rules: Table) -> Sounds | None:
    """Return the sounds of eSpeak's phonemes; None where no rule has one of them."""
    text = "".join(sign for sign in phonemes if sign not in STRESS and sign != " ")
    try:
        return tuple(_apply(text, rules)) or None
    except LookupError:
        return None


def _apply(text: str, rules: Table) -> Iterator[str]:
    longest = max(map(len, rules))
    at = 0
    while at < len(text):
        for size in range(longest, 0, -1):
            if (part := text[at : at + size]) in rules:
                yield from rules[part][0]
                at += len(part)
                break
        else:
            raise LookupError(text[at])


def _is_word(word: str) -> bool:
    """Tell whether `word` is letters: eSpeak would name every other sign."""
    letters = [sign for sign in word if sign not in APOSTROPHES]
    return 0 < len(letters) <= MOST_LETTERS and all(
        unicodedata.name(letter, "").startswith("LATIN") for letter in letters
    )


def _load_library(voice: str) -> ctypes.CDLL:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    if library.espeak_Initialize(RETRIEVAL, 0, data, 0) < 0:
        raise RuntimeError("eSpeak does not start")
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise ValueError(f"eSpeak has no voice {voice}")
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_int,
        ctypes.c_int,
    ]
    return library


def _get_phonemes(library: ctypes.CDLL, word: str) -> str:
    """Return the phonemes of one word, a clause at a time as eSpeak reads it."""
    text = ctypes.c_char_p(word.encode())
    said = b""
    while text.value:
        said += library.espeak_TextToPhonemes(ctypes.byref(text), UTF8, IPA) or b""
    return said.decode()


if __name__ == "__main__":

    def _prepare() -> tuple[Message, Handler]:
        library = _load_library(sys.argv[1])

        def handle(request: Message) -> Message:
            _, words = request.value
            return Message([_get_phonemes(library, word) for word in words])

        return Message(), handle

    serve(_prepare)
