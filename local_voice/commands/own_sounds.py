"""Loads a person's own sounds for a session, or tells why it goes on without them."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from dialogue.content.content import Content
from local_voice.commands.engines import RecognizerSetup
from local_voice.commands.exit_codes import INSTALL, LocalVoiceProblem
from local_voice.own_sounds.decision import SoundDecider
from local_voice.own_sounds.further_examples import FurtherExamples
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.own_sounds.matcher_process import MatcherProcess
from local_voice.own_sounds.profile_folder import (
    PRACTISE_AFTER,
    ProfileAbout,
    ProfileRefused,
    get_profile_file,
    get_profiles_folder,
    hash_device,
    read_about,
    refuse_other_versions,
)
from local_voice.own_sounds.recognizer import OwnSoundRecognizer
from local_voice.own_sounds.words import add_own_words, has_own_words
from local_voice.worker_process import EngineError, EngineRefusal

DEVICE = "own.device"
WITHOUT = "The talk goes on without own sounds."
INSTALL_PERSONAL = INSTALL.format(extra="personal")


def get_file(name: str) -> Path:
    """Return the file of the profile `name`; raises ProfileRefused."""
    return get_profile_file(get_profiles_folder(os.environ, Path.home()), name)


def add_words(content: Content, name: str | None) -> Content:
    """Return `content` with the words about own sounds, where any are in use.

    Raises LocalVoiceProblem for a language that has none.
    """
    if name is None:
        return content
    if not has_own_words(content.locale):
        raise LocalVoiceProblem(
            f"Own sounds have no words in {content.locale} yet. Leave out --own-sounds."
        )
    return add_own_words(content)


def add_sounds(
    setup: RecognizerSetup,
    name: str | None,
    say: Callable[[str], None],
    device: str | None = None,
) -> RecognizerSetup:
    """Return `setup` with the sounds of the profile `name` beside its recogniser.

    `say` gets what is to be known of them. Where they cannot be used it gets why, and
    `setup` stays as it was. `device` is the microphone's name, None for recordings.
    """
    if name is None:
        return setup
    try:
        file = get_file(name)
        about = read_about(file)
        refuse_other_versions(about, file)
        matcher = load_matcher(str(file))
    except (ProfileRefused, EngineError, EngineRefusal) as error:
        say(f"{explain(error)} {WITHOUT}")
        return setup
    say(f"Own sounds: {name}, {', '.join(about.sounds)}, taught {about.day}")
    recognizer = OwnSoundRecognizer(setup.recognizer, matcher)
    decider = SoundDecider(about.asks_twice, about.unheeded)
    notices = tuple(find_notices(about, device))
    own = OwnSounds(name, recognizer, decider, notices=notices)
    if not about.asks_twice and DEVICE not in notices:
        own.further = FurtherExamples(partial(_add_example, matcher, file, say))
    return replace(setup, own=own)


def _add_example(
    matcher: MatcherProcess,
    file: Path,
    say: Callable[[str], None],
    name: str,
    pcm: bytes,
) -> bool:
    try:
        return matcher.add_example(name, pcm, str(file))
    except (EngineError, EngineRefusal) as error:
        say(f"{explain(error)} The profile is as it was.")
        return False


def load_matcher(file: str = "") -> MatcherProcess:
    """Return the child that knows a profile, or a lesson's where none is named."""
    return MatcherProcess(file)


def explain(error: Exception) -> str:
    """Return what is wrong with the own sounds, as a sentence with the way on."""
    if isinstance(error, EngineRefusal) and error.missing:
        return (
            f"Own sounds need the library {error.missing}, which is not installed: "
            f"{INSTALL_PERSONAL}."
        )
    if isinstance(error, EngineError):
        return f"The own sounds cannot be heard: {error}."
    return str(error)


def find_notices(about: ProfileAbout, device: str | None) -> Iterator[str]:
    """Yield keys of prompts about a profile that should be tried or taught again."""
    if device is not None and about.device not in ("", hash_device(device)):
        yield DEVICE
    if about.age > PRACTISE_AFTER:
        yield "own.old"
