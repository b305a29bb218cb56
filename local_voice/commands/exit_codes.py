"""Exit codes of the commands, and the sentence that each error ends a command with.

The layers below say what is wrong; the options that lead on are added here.
"""

from dialogue.command_line import INSTALL as INSTALL
from dialogue.command_line import CommandLineRefused
from local_voice.asr.model_files import ModelError, NoModel
from local_voice.asr.own_phrases import OwnPhrasesError
from local_voice.audio.interfaces import AudioError, DeviceLost, NoDevice
from local_voice.audio.recorder import RecordingError
from local_voice.audio.simulated_people import NoRecordings, NotRawAudio
from local_voice.audio.sound_library import SoundLibraryMissing
from local_voice.own_sounds.profile_folder import ProfileRefused
from local_voice.session import errors

SCRIPT_MISSED = 1
OUTPUT_LOST = 1
BAD_OPTIONS = 2
NO_DEVICE = 3
BAD_MODEL = 4
NO_VOICE = 5
BAD_CONTENT = 6
DEVICE_LOST = 7
ENGINE_FAILED = 8
NO_PAGE = 9
INTERRUPTED = 130
TERMINATED = 143


class LocalVoiceProblem(Exception):
    """Says what is wrong and what to do, in one sentence or two."""

    def __init__(self, message: str, code: int = BAD_OPTIONS) -> None:
        """Keep the exit code that belongs to `message`."""
        super().__init__(message)
        self.code = code


BY_KEYBOARD = ". Talk by keyboard instead, with --typed."
WAYS_ON: dict[type[Exception], tuple[str, int]] = {
    NoDevice: (
        " Choose another device (--list-devices), talk by keyboard (--typed), by "
        "buttons in a browser (--page --no-microphone), let it listen to a recording "
        "(--input FILE), or hear a demonstration (--demo).",
        NO_DEVICE,
    ),
    DeviceLost: (". Plug it in again and start anew.", DEVICE_LOST),
    RecordingError: (" Name another file with --out.", BAD_OPTIONS),
    NoRecordings: (
        "; --patient wants files named by their words, such as no_anna.wav.",
        BAD_OPTIONS,
    ),
    NotRawAudio: (": give its name to --input instead.", BAD_OPTIONS),
    SoundLibraryMissing: (
        f" Install it with {INSTALL.format(extra='voice')}. Without it answer by "
        "keyboard (--typed) or by buttons (--page --no-microphone).",
        NO_DEVICE,
    ),
    CommandLineRefused: ("", BAD_OPTIONS),
    AudioError: ("", BAD_OPTIONS),
    NoModel: (" Name its folder with --model, or type with --typed.", BAD_MODEL),
    ModelError: ("", BAD_MODEL),
    OwnPhrasesError: ("", BAD_OPTIONS),
    ProfileRefused: ("", BAD_OPTIONS),
    errors.MicrophoneLost: (BY_KEYBOARD, DEVICE_LOST),
    errors.LoudspeakerLost: (".", DEVICE_LOST),
    errors.RecognizerLost: (BY_KEYBOARD, ENGINE_FAILED),
}
"""What follows an error's own words, and the exit code; the nearest class counts."""
EXPLAINED = (
    *(LocalVoiceProblem, AudioError, ModelError, OwnPhrasesError, ProfileRefused),
    *(CommandLineRefused, SoundLibraryMissing, errors.SessionError),
)
"""Errors that end a command with a sentence."""


def explain(error: Exception) -> tuple[str, int]:
    """Return the sentence for a person and the exit code of one of `EXPLAINED`."""
    if isinstance(error, LocalVoiceProblem):
        return str(error), error.code
    kind = next(kind for kind in type(error).__mro__ if kind in WAYS_ON)
    way_on, code = WAYS_ON[kind]
    if isinstance(error, errors.SessionError) and error.in_standby:
        way_on = ", so Back Talk cannot be woken by voice."
    return f"{error}{way_on}", code
