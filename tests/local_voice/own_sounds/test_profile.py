"""A profile's life: saved, loaded, spoilt in every way, forgotten."""

import json
import os
import stat
import zipfile
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from dialogue.records.new_file import NewFile, get_part
from local_voice.own_sounds import profile_folder
from local_voice.own_sounds.lesson import Lesson
from local_voice.own_sounds.packing import read_arrays
from local_voice.own_sounds.profile_file import (
    load_examples,
    load_profile,
    save_examples,
)
from local_voice.own_sounds.profile_folder import (
    ABOUT,
    ProfileAbout,
    ProfileRefused,
    find_versions,
    forget,
    get_lesson_file,
    get_profile_file,
    list_profiles,
    read_about,
)

from .conftest import to_clip


@pytest.fixture
def about():
    """Return what a profile of today says about itself."""
    today = date(2026, 3, 3)
    return ProfileAbout(
        today, {"yes": 3, "no": 3}, find_versions(), "mic", True, ("no",)
    )


@pytest.fixture
def file(tmp_path, lesson, about):
    """Return the file of a saved profile."""
    file = tmp_path / "voices" / "me.npz"
    save_examples(file, lesson.examples, about)
    return file


def rewrite(file, name, data):
    """Put other bytes in place of one part of a profile."""
    with zipfile.ZipFile(file) as parts:
        kept = {n: parts.read(n) for n in parts.namelist() if n != name}
    with zipfile.ZipFile(file, "w") as parts:
        for other, value in {**kept, name: data}.items():
            parts.writestr(other, value)


def test_a_profile_is_its_owners_alone(file, about):
    """0600 in a folder of 0700; it says of itself what it was given."""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read_about(file) == about
    assert list_profiles(file.parent) == ["me"]


def test_a_loaded_profile_judges_as_before(file, known, matcher):
    """Nothing is lost on the way through the file."""
    loaded = Lesson(known, load_profile(file)).build_matcher()
    features = matcher.sounds[1].examples[0]
    assert loaded.judge(features) == matcher.judge(features)


def test_it_holds_numbers_and_is_small(file, takes):
    """No sound: nothing as long as one of the recordings; below 67 kB."""
    assert file.stat().st_size <= 67_000
    arrays = read_arrays(file.read_bytes())
    shortest = min(len(pcm) // 2 for pcm in takes["yes"])
    assert max(len(array) for array in arrays.values()) < shortest / 20


def test_saving_again_replaces_it(file, lesson, about):
    """Whole, with nothing left beside it."""
    save_examples(file, lesson.examples, replace(about, asks_twice=False))
    assert not read_about(file).asks_twice
    assert [path.name for path in file.parent.iterdir()] == ["me.npz"]


def test_a_write_that_fails_leaves_the_old_one(file, lesson, about, monkeypatch):
    """A full disk, in the middle of it; the sentence names the file."""

    def fail(self, data, at):
        raise OSError(28, os.strerror(28))

    before = file.read_bytes()
    monkeypatch.setattr(NewFile, "write", fail)
    with pytest.raises(ProfileRefused, match=r"me\.npz.*No space left"):
        save_examples(file, lesson.examples, about)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["me.npz"]


def test_a_crash_in_mid_save_is_forgotten_too(file):
    """What it left goes with the profile; other profiles stay."""
    for number in (1, 2):
        get_part(file, number).write_bytes(b"numbers")
        get_part(get_lesson_file(file), number).write_bytes(b"numbers")
    (file.parent / "you.npz").write_bytes(b"other")
    assert forget(file)
    assert [path.name for path in file.parent.iterdir()] == ["you.npz"]
    assert not forget(file)


def test_a_link_is_forgotten_and_not_followed(file, tmp_path):
    """Somebody else's file behind it stays as it is."""
    other = tmp_path / "other"
    other.write_text("mine")
    file.unlink()
    file.symlink_to(other)
    with pytest.raises(ProfileRefused, match="is no file"):
        read_about(file)
    assert forget(file)
    assert other.read_text() == "mine"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda f: f.chmod(0o644), "can be read by others"),
        (lambda f: f.unlink(), "There is no profile"),
        (lambda f: f.write_bytes(b"PK nonsense"), "is damaged"),
        (lambda f: f.write_bytes(f.read_bytes()[:-200]), "is damaged"),
        (lambda f: f.write_bytes(bytes(5 << 20)), "larger than 4 MB"),
        (lambda f: rewrite(f, ABOUT, b"{}"), "another format"),
        (lambda f: rewrite(f, ABOUT, b"\xff"), "is damaged"),
        (lambda f: rewrite(f, "yes.cepstra.npy", b"none"), "is damaged"),
    ],
)
def test_a_profile_that_cannot_be_used_is_named(file, spoil, sentence):
    """Where, what is wrong, what to do; never a crash."""
    spoil(file)
    if file.exists() and "others" not in sentence:
        file.chmod(0o600)
    with pytest.raises(ProfileRefused, match=sentence) as told:
        load_profile(file)
    assert str(file) in str(told.value)


def test_another_owner_is_refused(file, monkeypatch):
    """Also where the file can be read."""
    monkeypatch.setattr(profile_folder.os, "getuid", lambda: 12345)
    with pytest.raises(ProfileRefused, match="belongs to somebody else"):
        read_about(file)


def test_another_version_asks_to_teach_again(file):
    """Its numbers would be judged by other networks."""
    found = json.loads(read_about(file).to_json())
    rewrite(file, ABOUT, json.dumps({**found, "versions": "older"}))
    file.chmod(0o600)
    with pytest.raises(ProfileRefused, match=r"another version.*backtalk learn me"):
        load_profile(file)


@pytest.mark.parametrize("name", ["", "../me", "Me", "a b", "-x", "a" * 33])
def test_a_name_is_no_path(tmp_path, name):
    """Small letters, digits, hyphens."""
    with pytest.raises(ProfileRefused, match="cannot be that of a profile"):
        get_profile_file(tmp_path, name)


def test_numbers_of_another_form_are_refused(file):
    """Counts that do not fit, an endless scale."""
    arrays = read_arrays(file.read_bytes())
    for name, wrong in (
        ("yes.units.counts", arrays["yes.units.counts"] + 1),
        ("no.seconds", np.array([np.inf] * 6, np.float32)),
        ("no.cepstra.scales", np.array([np.nan] * 6, np.float32)),
        ("no.embedding", np.zeros((6, 3), np.int8)),
    ):
        data = file.read_bytes()
        with file.with_name("part.npy").open("wb") as part:
            np.save(part, wrong)
        rewrite(file, f"{name}.npy", file.with_name("part.npy").read_bytes())
        file.chmod(0o600)
        with pytest.raises(ProfileRefused, match="is damaged"):
            load_profile(file)
        file.write_bytes(data)


def test_a_lesson_that_was_not_ended_is_no_profile(tmp_path, known, takes, about):
    """It goes on with what is there, and is forgotten with the profile."""
    begun = Lesson(known)
    begun.take("yes", to_clip(takes["yes"][0]))
    file = tmp_path / "me.npz"
    waiting = get_lesson_file(file)
    save_examples(waiting, begun.examples, replace(about, sounds=begun.counts))
    assert Lesson(known, load_examples(waiting)[0]).counts == {"yes": 1}
    with pytest.raises(ProfileRefused, match="is damaged"):
        load_profile(waiting)
    assert list_profiles(tmp_path) == []
    assert forget(file)
    assert list(tmp_path.iterdir()) == []
