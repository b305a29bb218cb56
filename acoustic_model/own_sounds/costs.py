"""What own sounds cost: time of one processor, and bytes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from acoustic_model.evaluation.decoder import Decoder, Trial
from acoustic_model.own_sounds.false_answers import choose_people, teach
from acoustic_model.own_sounds.figures import Bar, render_bars
from acoustic_model.own_sounds.speakers import Person
from local_voice.asr.model_files import SHIPPED
from local_voice.own_sounds.features import trim
from local_voice.own_sounds.known_numbers import KnownNumbers
from local_voice.own_sounds.profile_file import save_examples
from local_voice.own_sounds.profile_folder import WEIGHTS, ProfileAbout, find_versions

TEACHING, ANSWER, PROFILE_KB, SHIPPED_KB = 0.3, 0.8, 67, 540
"""Seconds for six clips, share of a decode, and sizes, at the most."""


def render_costs(people: Sequence[Person], known: KnownNumbers) -> Iterator[str]:
    """Yield the costs beside their bars, the middle one of some people."""
    teaching, answers, decodes, sizes = [], [], [], []
    with closing(Decoder(SHIPPED)) as decoder, TemporaryDirectory() as folder:
        for person in choose_people(people, 2):
            began = time.process_time()
            matcher = teach(person, known)
            if matcher is None:
                continue
            teaching.append(time.process_time() - began)
            about = ProfileAbout(
                date(2026, 3, 3),
                {s.name: s.count for s in matcher.sounds},
                find_versions(),
            )
            file = Path(folder) / "voices" / "me.npz"
            examples = {sound.name: sound.examples for sound in matcher.sounds}
            save_examples(file, examples, about)
            sizes.append(file.stat().st_size / 1000)
            for clip in person.clean[-3:]:
                # By the wall clock, as the recogniser's child measures itself.
                began = time.perf_counter()
                matcher.judge(known.extractor.extract(trim(clip)))
                answers.append(1000 * (time.perf_counter() - began))
                trial = Trial(person.group, "", clip)
                decodes.append(decoder.decode_whole(trial).milliseconds)
    shipped = sum(p.stat().st_size for p in WEIGHTS.parent.iterdir()) / 1000
    yield from render_bars(
        [
            Bar("teaching six clips, s of one processor", median(teaching), TEACHING),
            Bar(
                "one answer, as a share of decoding it",
                median(answers) / median(decodes),
                ANSWER,
            ),
            Bar("profile, kB (largest)", max(sizes), PROFILE_KB),
            Bar("shipped, kB", shipped, SHIPPED_KB),
        ]
    )
