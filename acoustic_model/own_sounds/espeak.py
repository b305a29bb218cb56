"""Words by eSpeak NG, in any of its languages: as sounds, without a file for each."""

import ctypes
from functools import cache

import espeakng_loader
import numpy as np
from scipy.signal import resample_poly

from acoustic_model.data.recordings import RATE, Sound


@cache
def load_espeak() -> "Espeak":
    """Return the one of this process."""
    return Espeak()


class Espeak:
    """eSpeak NG's library, which is driven directly: it is thousands of short words."""

    _RATE, _PITCH = 1, 3

    def __init__(self) -> None:
        """Load it; `load_espeak` does so once in a process."""
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        folder = str(espeakng_loader.get_data_path()).encode()
        self._hertz = self._library.espeak_Initialize(2, 500, folder, 0)
        self._parts: list[Sound] = []
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
        )
        self._callback = kind(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(
        self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _: int
    ) -> int:
        if samples and count:
            self._parts.append(np.ctypeslib.as_array(samples, (count,)) / 32_768)
        return 0

    def choose(self, name: str) -> bool:
        """Speak as `LANGUAGE+VARIANT` from here on; tell whether it is there."""
        return self._library.espeak_SetVoiceByName(name.encode()) == 0

    def say(self, word: str, rate: int, pitch: int) -> Sound:
        """Return a word at so many words a minute and a pitch from 0 to 99."""
        self._library.espeak_SetParameter(self._RATE, rate, 0)
        self._library.espeak_SetParameter(self._PITCH, pitch, 0)
        self._parts.clear()
        text = word.encode()
        size = ctypes.c_size_t(len(text) + 1)
        self._library.espeak_Synth(text, size, 0, 0, 0, 1, None, None)
        sound = np.concatenate(self._parts)
        common = np.gcd(self._hertz, RATE)
        return resample_poly(sound, RATE // common, self._hertz // common)
