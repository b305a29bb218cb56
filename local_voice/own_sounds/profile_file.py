"""Writes and reads the numbers of a profile: features of examples, in 8 bits."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from dialogue.records.new_file import replace_file
from local_voice.own_sounds.features import SoundFeatures
from local_voice.own_sounds.matcher import LEAST_EXAMPLES, NOTHING
from local_voice.own_sounds.packing import (
    pack_features,
    read_arrays,
    unpack_features,
    write_arrays,
)
from local_voice.own_sounds.profile_folder import (
    ABOUT,
    ProfileAbout,
    explain_errors,
    prepare_folder,
    read_about,
    refuse_other_versions,
)

Examples = Mapping[str, tuple[SoundFeatures, ...]]
"""Of each sound: every clip, and behind them the same in noise."""


def save_examples(file: Path, examples: Examples, about: ProfileAbout) -> None:
    """Write examples in place of any before them, whole or not at all.

    Raises ProfileRefused; what was there stays then.
    """
    arrays = {}
    for name, clips in examples.items():
        arrays.update(pack_features(clips, name))
    prepare_folder(file.parent)
    with explain_errors(file):
        with io.BytesIO(write_arrays(arrays)) as made:
            with zipfile.ZipFile(made, "a") as parts:
                parts.writestr(ABOUT, about.to_json())
            data = made.getvalue()
        replace_file(file, data)


def load_examples(file: Path) -> tuple[Examples, ProfileAbout]:
    """Return what was taught, also where something is missing; ProfileRefused."""
    about = read_about(file)
    refuse_other_versions(about, file)
    with explain_errors(file):
        arrays = read_arrays(file.read_bytes())
        examples = {name: unpack_features(arrays, name) for name in about.sounds}
        if any(len(examples[n]) != 2 * count for n, count in about.sounds.items()):
            raise ValueError("examples are missing")
        return examples, about


def load_profile(file: Path) -> Examples:
    """Return the examples of two sounds or more; raises ProfileRefused."""
    examples, about = load_examples(file)
    with explain_errors(file):
        counts = [count for name, count in about.sounds.items() if name != NOTHING]
        if len(counts) < 2 or min(counts) < LEAST_EXAMPLES:
            raise ValueError("there are no two sounds with enough examples")
    return examples
