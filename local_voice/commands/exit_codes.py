"""Exit codes of the commands, and the sentence that each error ends a command with.

The layers below say what is wrong; the options that lead on are added here.
"""

from local_voice.asr.model_files import ModelError, NoModel
from local_voice.audio.interfaces import AudioError, DeviceLost, NoDevice
from local_voice.audio.recorder import RecordingError
from local_voice.audio.simulated_people import NoRecordings, NotRawAudio
from local_voice.problems import BAD_CONTENT as BAD_CONTENT
from local_voice.problems import BAD_MODEL as BAD_MODEL
from local_voice.problems import BAD_OPTIONS as BAD_OPTIONS
from local_voice.problems import DEVICE_LOST as DEVICE_LOST
from local_voice.problems import ENGINE_FAILED as ENGINE_FAILED
from local_voice.problems import NO_DEVICE as NO_DEVICE
from local_voice.problems import NO_VOICE as NO_VOICE
from local_voice.problems import LocalVoiceProblem as LocalVoiceProblem

INSTALL = 'pip install -e ".[{extra}]" in the checkout'
"""What installs an extra; Back Talk comes as a checkout."""
WAYS_ON: dict[type[Exception], tuple[str, int]] = {
    NoDevice: (
        " Choose another device (--list-devices), talk by keyboard (--typed), by "
        "buttons in a browser (--page --no-microphone), let it listen to a recording "
        "(--input FILE), or hear a demonstration (--demo).",
        NO_DEVICE,
    ),
    DeviceLost: (". Plug it in again and start anew.", DEVICE_LOST),
    RecordingError: (" Name another file with --output.", BAD_OPTIONS),
    NoRecordings: (
        "; --patient wants files named by their words, such as no_anna.wav.",
        BAD_OPTIONS,
    ),
    NotRawAudio: (": give its name to --input instead.", BAD_OPTIONS),
    AudioError: ("", BAD_OPTIONS),
    NoModel: (" Name its folder with --model, or type with --typed.", BAD_MODEL),
    ModelError: ("", BAD_MODEL),
}
"""What follows an error's own words, and the exit code; the nearest class counts."""
EXPLAINED = (LocalVoiceProblem, AudioError, ModelError)
"""Errors that end a command with a sentence."""


def explain(error: Exception) -> tuple[str, int]:
    """Return the sentence for a person and the exit code of one of `EXPLAINED`."""
    if isinstance(error, LocalVoiceProblem):
        return str(error), error.code
    kind = next(kind for kind in type(error).__mro__ if kind in WAYS_ON)
    way_on, code = WAYS_ON[kind]
    return f"{error}{way_on}", code
