"""Step 3: writes a trained network as the folder that Vosk loads."""

import hashlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from acoustic_model.data.features import COEFFICIENTS, HIGH_HZ, LOW_HZ
from acoustic_model.data.pronunciation import OWN_UNITS, UNITS, get_phrase_variants
from acoustic_model.data.recordings import RATE
from acoustic_model.data.vocabulary import (
    UNKNOWN_WORD,
    Vocabulary,
    read_vocabulary,
    to_word,
)
from acoustic_model.errors import RecipeError
from acoustic_model.exporting import kaldi_format as kaldi
from acoustic_model.exporting.graph import Costs, build_graph_text, write_graph
from acoustic_model.exporting.network_file import build_network_file
from acoustic_model.exporting.transitions import build_transitions
from acoustic_model.training.mixture import Share, mix_checkpoints
from acoustic_model.training.network import SUBSAMPLING, fold
from local_voice.asr.graph.network_units import UNITS as UNITS_FILE

# A natural voice may swallow the end of "didn't": what is left sounds like these.
_OPPOSITES = (
    "i_do i_have i_am i_did i_was it_did it_has it_is it_does there_is"
).split()
# The one place of all thresholds of the model, chosen on the tune part with evaluate
# --part tune; wrong answers weighed more than missed ones. Natural logarithms.
COSTS = Costs(
    # The grammar shares its probability among some 800 words, which costs each about
    # 6.7 against silence. Half of that is given back: all of it would let a cough
    # become a phrase.
    phrase=-3.0,
    # An unknown word begins a little dearer than a phrase, so that a phrase said well
    # is not taken for one ...
    unknown=-2.0,
    # ... and costs this for each sound: less loses soft answers, more takes other
    # words for answers. See README.md for both.
    unknown_sound=1.0,
    # Real people say these, often softly and in one syllable; a missed one costs a
    # question more. "stop" must work at once, and taking another word for it only ends
    # the session.
    own={
        "yes": -4.0,
        "no": -4.0,
        "stop": -5.0,
        "help": -4.0,
        "repeat": -4.0,
        "next": -4.0,
        # Two dearer than other phrases: then the opposite is recognised, or nothing.
        **dict.fromkeys(_OPPOSITES, -1.0),
    },
)
# A wider beam or more active states hear no more. Without phone-determinize=false the
# loop of unknown words makes long talk ten times slower: each way through it would be
# kept apart, though all of them are one [unk].
DECODING = """\
--min-active=50
--max-active=600
--beam=11.0
--lattice-beam=1.0
--phone-determinize=false
--acoustic-scale=1.0
--frame-subsampling-factor={subsampling}
--endpoint.silence-phones={silence}
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""
MFCC = f"""\
--use-energy=false
--sample-frequency={RATE}
--num-mel-bins={COEFFICIENTS}
--num-ceps={COEFFICIENTS}
--low-freq={LOW_HZ}
--high-freq={HIGH_HZ}
--dither=0
"""
CHECKSUMS = "SHA256SUMS"
# Text for people, which may be put right without a new model.
NOT_SUMMED = {CHECKSUMS, "CARD.md", "LICENSE.md"}


def _write_checksums(model: Path) -> None:
    """Write one line a file, as sha256sum writes and checks it."""
    files = sorted(p for p in model.rglob("*") if p.is_file())
    lines = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  "
        f"{p.relative_to(model).as_posix()}"
        for p in files
        if p.name not in NOT_SUMMED
    ]
    (model / CHECKSUMS).write_text("\n".join(lines) + "\n")


def _write_graph(model: Path, vocabulary: Vocabulary, costs: Costs) -> None:
    unit_numbers = range(1, len(UNITS))
    words = {word: n for n, word in enumerate(vocabulary.get_words(), start=1)}
    said = {to_word(p): get_phrase_variants(p) for p in vocabulary.phrases}
    said |= {decoy: get_phrase_variants(decoy) for decoy in vocabulary.decoys}
    # The units of yes and no stay out of the unknown words: where the network hears
    # those, it is a yes or a no.
    own = {unit for units in OWN_UNITS.values() for unit in units}
    loop = [n for n in unit_numbers if UNITS[n] not in own]
    ids = build_transitions(len(UNITS) - 1)
    text = build_graph_text(ids, words, said, (UNKNOWN_WORD, loop), costs)
    write_graph(text, words, model / "graph")


def _write_settings(model: Path, network: bytes, silence_phone: int) -> None:
    for name in ("am", "conf", "graph"):
        (model / name).mkdir(parents=True, exist_ok=True)
    (model / "am" / "final.mdl").write_bytes(network)
    settings = DECODING.format(subsampling=SUBSAMPLING, silence=silence_phone)
    (model / "conf" / "model.conf").write_text(settings)
    (model / "conf" / "mfcc.conf").write_text(MFCC)
    # What the product makes its graphs of; the blank, output 0, has no name there.
    (model / UNITS_FILE).write_text("\n".join(UNITS[1:]) + "\n", encoding="utf-8")


def export(
    shares: Sequence[Share],
    model: Path,
    costs: Costs = COSTS,
    *,
    graph_of: Path | None = None,
) -> None:
    """Write the model's folder: network, settings, graph, decoys, checksums.

    `shares` are checkpoints and how much of each the weights are made of, see
    `mix_checkpoints`. `graph_of` is a model whose graph and settings are copied: the
    same units and phrases give the same graph, and OpenFst's tools are not needed then.
    Raises RecipeError without a trained network, or without a graph.
    """
    layers = fold(*mix_checkpoints(shares))
    ids = build_transitions(len(UNITS) - 1)
    network = build_network_file(layers, ids.binary)
    if graph_of is not None:
        _copy_graph(graph_of, model, ids.binary)
        (model / "am" / "final.mdl").write_bytes(network)
    else:
        _write_settings(model, network, ids.silence_phone)
        vocabulary = read_vocabulary()
        _write_graph(model, vocabulary, costs)
        decoys = "".join(f"{decoy}\n" for decoy in vocabulary.decoys)
        (model / "decoys.txt").write_text(decoys, encoding="utf-8")
    _write_checksums(model)
    size = sum(p.stat().st_size for p in model.rglob("*") if p.is_file())
    print(f"{model}: {size / 1e6:.2f} MB", file=sys.stderr)


def _copy_graph(source: Path, model: Path, transitions: bytes) -> None:
    network = source / "am" / "final.mdl"
    if not network.is_file() or not network.read_bytes().startswith(
        kaldi.HEADER + transitions
    ):
        raise RecipeError(
            f"{network}: is no network with the recipe's units. A graph fits only the "
            "units that it was made for. Give the folder of a model that export wrote."
        )
    shutil.copytree(source, model, dirs_exist_ok=True)
