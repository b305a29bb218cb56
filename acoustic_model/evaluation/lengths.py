"""Lengths of time that no list of phrases has, by synthetic voices never trained on.

They are heard where a question asks for one. What a length answers is decided by the
protocol: one taken for another may settle a question otherwise, which is worse than one
that is missed.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from acoustic_model.data import voices
from acoustic_model.data.recordings import read_sound
from acoustic_model.evaluation.decoder import Decoder, Trial
from acoustic_model.evaluation.trials import Spoken
from dialogue.engine.events import Duration, UnpromptedStatement
from dialogue.engine.facts import find_duration_answer
from dialogue.loading import load_content
from dialogue.understanding.asked import Asked
from dialogue.understanding.export import build_number_words
from dialogue.understanding.utterance import understand
from dialogue.understanding.words import Words
from local_voice.asr.grammar import GrammarState

LENGTHS = 200
NUMBERS = range(13, 100)
UNITS = "days", "weeks", "months", "hours"
LEADS = "", "for", "about"
SEED = 6


def measure_lengths(spoken: Spoken, model: Path) -> None:
    """Print what was made of them, and each that was taken for another."""
    words = load_content().words
    lengths = _choose_lengths(words)
    engines = spoken.choice.engines
    orders = voices.build_length_orders(lengths, spoken.folder, "test", engines)
    clips = spoken.say(orders)
    found = Counter[str]()
    with closing(Decoder(model)) as decoder:
        limits = decoder.grammars[GrammarState.LENGTH].limits
        for clip in clips:
            trial = Trial("lengths", clip.said, read_sound(clip.path))
            text = decoder.decode(trial, GrammarState.LENGTH).text
            meant, heard = (_find_duration(words, t) for t in (clip.said, text))
            if heard == meant:
                found["right"] += 1
            elif heard is None:
                found["refused or asked again"] += 1
            else:
                answers = [
                    [find_duration_answer(limit, length) for limit in limits]
                    for length in (meant, heard)
                    if length
                ]
                found["taken for another length"] += 1
                found["that answers a question otherwise"] += answers[0] != answers[-1]
                print(f"{clip.speaker}: {clip.said} > {text}")
    print(f"| lengths outside the list | {len(clips)} |\n|---|---|")
    for kind in (
        *("right", "refused or asked again", "taken for another length"),
        "that answers a question otherwise",
    ):
        print(f"| {kind} | {found[kind]} |")


def _choose_lengths(words: Words) -> Iterator[str]:
    """Yield different lengths, always the same."""
    numbers = build_number_words(words.spelling.numbers)
    said = [word for word, number in numbers.items() if number in NUMBERS]
    every = [f"{number} {unit}" for number in said for unit in UNITS]
    rng = random.Random(SEED)
    for length in rng.sample(every, LENGTHS):
        yield f"{rng.choice(LEADS)} {length}".strip()


def _find_duration(words: Words, text: str) -> Duration | None:
    event = understand(words, text, Asked())
    return event.facts.duration if isinstance(event, UnpromptedStatement) else None
