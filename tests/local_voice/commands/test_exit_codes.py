"""Each error of the layers below ends a command with a sentence and its own code."""

import pytest

from local_voice.asr.model_files import ModelError, NoModel
from local_voice.audio.interfaces import AudioError, DeviceLost, NoDevice
from local_voice.audio.recorder import RecordingError
from local_voice.audio.simulated_people import NoRecordings, NotRawAudio
from local_voice.commands.exit_codes import EXPLAINED, LocalVoiceProblem, explain


@pytest.mark.parametrize(
    ("error", "code", "way_on"),
    [
        (NoDevice("None."), 3, "None. Choose another device (--list-devices), talk"),
        (DeviceLost("No sound"), 7, "No sound. Plug it in again and start anew."),
        (RecordingError("No."), 2, "No. Name another file with --out."),
        (NoRecordings("Empty"), 2, "Empty; --patient wants files named by their"),
        (NotRawAudio("A WAV"), 2, "A WAV: give its name to --input instead."),
        (AudioError("A folder."), 2, "A folder."),
        (NoModel("None."), 4, "None. Name its folder with --model, or type with"),
        (ModelError("Damaged."), 4, "Damaged."),
        (LocalVoiceProblem("No voice.", 5), 5, "No voice."),
    ],
)
def test_an_error_becomes_a_sentence_and_a_code(error, code, way_on):
    """What is wrong, then the options that lead on."""
    assert isinstance(error, EXPLAINED)
    sentence, found = explain(error)
    assert code == found
    assert sentence.startswith(way_on)
    assert sentence.endswith(".")
