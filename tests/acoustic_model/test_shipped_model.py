"""The shipped model's folder: whole, unaltered, small, honest and complete."""

import hashlib
from pathlib import Path

import pytest

from acoustic_model.data.vocabulary import UNKNOWN_WORD, read_vocabulary, to_word
from acoustic_model.evaluation.metrics import BEGIN, END

MODEL = Path(__file__).parents[2] / "local_voice" / "model" / "en-US"
TEXTS_FOR_PEOPLE = {"CARD.md", "LICENSE.md", "SHA256SUMS"}
LARGEST = 5_000_000
"""Bytes on disk."""
INVITED = ["yes", "no", "not sure", "repeat", "go back", "stop", "next", "back", "help"]
AT_LEAST = ["yeah", "yep", "nope", "nah", "i don't know", "why", "start over"]


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Return the words that the model knows."""
    lines = (MODEL / "graph" / "words.txt").read_text("utf-8").splitlines()
    return {line.split()[0] for line in lines}


def summed() -> dict[str, str]:
    """Return the checksums by file name."""
    lines = (MODEL / "SHA256SUMS").read_text().splitlines()
    return {name: code for code, name in (line.split("  ") for line in lines)}


def test_every_file_has_its_checksum() -> None:
    """A file is neither altered, nor missing, nor left out of the list."""
    files = {
        path.relative_to(MODEL).as_posix(): path
        for path in MODEL.rglob("*")
        if path.is_file() and path.name not in TEXTS_FOR_PEOPLE
    }
    found = {n: hashlib.sha256(p.read_bytes()).hexdigest() for n, p in files.items()}
    assert summed() == found


@pytest.mark.parametrize(
    "name",
    [
        "am/final.mdl",
        "conf/mfcc.conf",
        "conf/model.conf",
        "graph/HCLr.fst",
        "graph/Gr.fst",
        "graph/disambig_tid.int",
        "graph/words.txt",
        "decoys.txt",
    ],
)
def test_the_folder_has_what_vosk_reads(name: str) -> None:
    """Each file of the layout is there."""
    assert name in summed()


def test_the_network_is_in_binary_form() -> None:
    """Kaldi's binary header stands first, then the transition model."""
    head = (MODEL / "am" / "final.mdl").read_bytes()[:20]
    assert head.startswith(b"\0B<TransitionModel> ")


def test_the_model_is_small() -> None:
    """The whole folder fits into a wheel."""
    assert sum(p.stat().st_size for p in MODEL.rglob("*") if p.is_file()) < LARGEST


def test_every_phrase_is_one_word_of_the_model(words: set[str]) -> None:
    """The recipe's vocabulary and the exported model agree."""
    vocabulary = read_vocabulary()
    assert words == {*vocabulary.get_words(), "<eps>"}


@pytest.mark.parametrize("phrase", INVITED + AT_LEAST)
def test_what_the_prompts_invite_can_be_heard(phrase: str, words: set[str]) -> None:
    """Whatever we ask people to say is a word of the model."""
    assert to_word(phrase) in words


def test_words_are_lower_case(words: set[str]) -> None:
    """Vosk would drop a word spelled otherwise with a mere warning."""
    assert all(word == word.lower() for word in words)


def test_decoys_are_words_but_no_phrases(words: set[str]) -> None:
    """A decoy must never be taken for an answer."""
    decoys = (MODEL / "decoys.txt").read_text("utf-8").split()
    assert decoys
    assert set(decoys) <= words
    assert not set(decoys) & set(read_vocabulary().phrases)
    assert UNKNOWN_WORD not in decoys


def test_the_card_has_figures() -> None:
    """The card tells what was measured, on whom, and what was not."""
    card = (MODEL / "CARD.md").read_text("utf-8")
    begin = BEGIN.format(command="evaluate --card")
    figures = card.split(begin)[1].split(END)[0]
    for row in ('| "yes" |', '| "no" |', "| other single words |", "| size on disk |"):
        assert row in figures
    assert "What was not tested" in card


@pytest.mark.parametrize("source", ["Speech Commands", "AN4", "Picovoice", "espeak-ng"])
def test_the_licence_notes_name_each_source(source: str) -> None:
    """Whoever passes the model on knows whose work it is made of."""
    assert source in (MODEL / "LICENSE.md").read_text("utf-8")
