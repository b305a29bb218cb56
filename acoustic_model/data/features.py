"""MFCC features of a sound, exactly as Vosk computes them from conf/mfcc.conf.

And what a network makes of them.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from acoustic_model.data.recordings import RATE, Sound
from local_voice.own_sounds.shipped_network import Affine, Matrix, compute_outputs

COEFFICIENTS = 40
LOW_HZ, HIGH_HZ = 20, 7600
Features = npt.NDArray[np.float16]


def compute_mfcc(sound: Sound) -> Features:
    """Compute one row of 40 coefficients every 10 ms."""
    # Only here, so that the rest can be tested without the extra.
    import kaldi_native_fbank as knf

    options = knf.MfccOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = COEFFICIENTS
    options.mel_opts.low_freq = LOW_HZ
    options.mel_opts.high_freq = HIGH_HZ
    options.num_ceps = COEFFICIENTS
    options.use_energy = False
    computer = knf.OnlineMfcc(options)
    # Kaldi counts samples in 16-bit steps, not from -1 to 1.
    computer.accept_waveform(RATE, (sound * 32767).tolist())
    computer.input_finished()
    rows = [computer.get_frame(i) for i in range(computer.num_frames_ready)]
    return np.array(rows, dtype=np.float16).reshape(-1, COEFFICIENTS)


def compute_likelihoods(layers: Sequence[Affine], sound: Sound) -> Matrix:
    """Return the logarithm of each unit's probability, for every moment."""
    outputs = compute_outputs(layers, compute_mfcc(sound).astype(float))
    return outputs - np.logaddexp.reduce(outputs, axis=1, keepdims=True)
