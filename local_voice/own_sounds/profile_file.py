"""Writes and reads the numbers of a profile: features of examples, in 8 bits."""

import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

from dialogue.records.new_file import NewFile
from local_voice.own_sounds.features import SoundFeatures
from local_voice.own_sounds.known_numbers import KnownNumbers
from local_voice.own_sounds.matcher import (
    LEAST_EXAMPLES,
    NOTHING,
    Matcher,
    build_sound,
)
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


def save_profile(file: Path, matcher: Matcher, about: ProfileAbout) -> None:
    """Write a profile in place of any before it, whole or not at all.

    Raises ProfileRefused; what was there stays then.
    """
    arrays = {}
    for sound in matcher.sounds:
        arrays.update(pack_features(sound.examples, sound.name))
    if matcher.nothing:
        arrays.update(pack_features(matcher.nothing, NOTHING))
    prepare_folder(file.parent)
    with explain_errors(file):
        with io.BytesIO(write_arrays(arrays)) as made:
            with zipfile.ZipFile(made, "a") as parts:
                parts.writestr(ABOUT, about.to_json())
            data = made.getvalue()
        _replace(file, data)


def load_profile(file: Path, known: KnownNumbers) -> tuple[Matcher, ProfileAbout]:
    """Return what a person taught; raises ProfileRefused."""
    about = read_about(file)
    refuse_other_versions(about, file)
    with explain_errors(file):
        arrays = read_arrays(file.read_bytes())
        sounds = []
        for name, count in about.sounds.items():
            if name == NOTHING:
                continue
            examples = unpack_features(arrays, name)
            if len(examples) != 2 * count or count < LEAST_EXAMPLES:
                raise ValueError(f"{name} lacks examples")
            sounds.append(build_sound(name, examples, known.strangers))
        if len(sounds) < 2:
            raise ValueError("there are no two sounds")
        nothing: Sequence[SoundFeatures] = ()
        if NOTHING in about.sounds:
            nothing = unpack_features(arrays, NOTHING)
        return Matcher(sounds, nothing, known.model), about


def _replace(file: Path, data: bytes) -> None:
    """Write beside the old file, then put the new one in its place."""
    beside = file.with_name(f"{file.name}.part-new")
    beside.unlink(missing_ok=True)
    made = NewFile(beside)
    try:
        made.write(data, 0)
        path = made.keep()
    except BaseException:
        made.discard()
        raise
    os.replace(path, file)  # noqa: PTH105 (atomic, also over an old file)
