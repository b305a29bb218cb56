"""Prints the resident memory of a process that loads one engine and hears a second.

A process of its own that imports nothing else, so that nothing else is counted. The
grammar comes on standard input. Linux only.
"""

from __future__ import annotations

import sys
from pathlib import Path

RATE = 16_000


def resident() -> int:
    """Bytes of this process that are in memory now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def _vosk(model: str, grammar: str) -> None:
    import vosk

    vosk.SetLogLevel(-1)
    loaded = vosk.Model(model)
    ear = vosk.KaldiRecognizer(loaded, RATE, *([grammar] if grammar else []))
    ear.AcceptWaveform(bytes(2 * RATE))
    ear.FinalResult()
    print(resident())


def _sphinx(folder: str, grammar: str) -> None:
    import pocketsphinx

    ear = pocketsphinx.Decoder(
        hmm=f"{folder}/en-us", dict=f"{folder}/cmudict-en-us.dict", loglevel="FATAL"
    )
    ear.add_jsgf_string("all", grammar)
    ear.activate_search("all")
    ear.start_utt()
    ear.process_raw(bytes(2 * RATE), full_utt=True)
    ear.end_utt()
    print(resident())


if __name__ == "__main__":
    kind, where = sys.argv[1:]
    {"vosk": _vosk, "sphinx": _sphinx}[kind](where, sys.stdin.read())
