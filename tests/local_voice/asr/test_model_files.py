"""Finding and judging a model's folder; each kind of damage, on a copy."""

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from local_voice.asr.model_files import SHIPPED, ModelError, NoModel, find_model
from local_voice.commands.engines import load_recognizer
from local_voice.commands.exit_codes import (
    BAD_MODEL,
    EXPLAINED,
    LocalVoiceProblem,
    explain,
)


def refused(folder) -> str:
    """Return the sentence that refuses `folder`."""
    with pytest.raises(ModelError) as problem:
        find_model(str(folder), {})
    assert (str(problem.value), BAD_MODEL) == explain(problem.value)
    return str(problem.value)


def test_the_shipped_model_is_found_without_being_named():
    """No option and no variable: the model inside the package, checksums right."""
    found = find_model(None, {})
    assert found.shipped
    assert (SHIPPED, False) == (found.folder, found.static)
    assert {"yes", "no", "not_sure"} <= found.words
    assert found.decoys


def test_option_before_variable_before_shipped(model_copy):
    """The option wins; an empty variable counts as unset."""
    assert model_copy == find_model(None, {"BACKTALK_MODEL": str(model_copy)}).folder
    assert find_model(None, {"BACKTALK_MODEL": ""}).shipped
    assert SHIPPED == find_model(str(SHIPPED), {"BACKTALK_MODEL": "nowhere"}).folder


def test_a_model_unzipped_into_a_folder_is_found(model_copy):
    """One folder too many is no hindrance."""
    assert model_copy == find_model(str(model_copy.parent), {}).folder


def test_the_old_flat_layout_is_known(model_copy, tmp_path):
    """Old models have all files in one folder."""
    flat = tmp_path / "flat"
    flat.mkdir()
    for name in ("am/final.mdl", "conf/mfcc.conf", *sorted_graph(model_copy)):
        shutil.copy(model_copy / name, flat)
    assert flat == find_model(str(flat), {}).folder


def sorted_graph(folder):
    """Return the files of the graph as names inside `folder`."""
    return [f"graph/{path.name}" for path in sorted((folder / "graph").iterdir())]


def test_a_static_graph_takes_no_phrases(model_copy):
    """Where a static graph is present it wins."""
    (model_copy / "graph" / "HCLG.fst").write_bytes(b"graph")
    assert find_model(str(model_copy), {}).static


@pytest.mark.parametrize(
    "name",
    [
        "am/final.mdl",
        "conf/mfcc.conf",
        "conf/model.conf",
        "graph/words.txt",
        "graph/HCLr.fst",
        "graph/Gr.fst",
        "graph/disambig_tid.int",
    ],
)
def test_a_missing_file_is_named(model_copy, name):
    """The sentence says which file is not there."""
    (model_copy / name).unlink()
    assert name.split("/")[-1] in refused(model_copy) or "words" in name


@pytest.mark.parametrize(
    "name", ["am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst", "conf/mfcc.conf"]
)
def test_an_empty_file_is_refused(model_copy, name):
    """An empty file would pass Vosk, or end the process."""
    (model_copy / name).write_bytes(b"")
    assert "empty" in refused(model_copy)


def test_words_of_another_language_are_refused(model_copy):
    """A model that cannot hear what is invited is told to lack it."""
    (model_copy / "graph" / "words.txt").write_text("<eps> 0\nja 1\nnein 2\n")
    sentence = refused(model_copy)
    assert "yes, no, not sure" in sentence


def test_a_changed_file_does_not_fit_its_checksum(tmp_path):
    """One byte more in a model with checksums is found before it is loaded."""
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    with (folder / "graph" / "Gr.fst").open("ab") as file:
        file.write(b"x")
    assert "graph/Gr.fst" in refused(folder)


@pytest.fixture
def listed_copy(tmp_path):
    """Return a copy of the shipped model that may be spoilt, with its checksums."""
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    return folder


@pytest.mark.parametrize("name", ["ivector/final.ie", "graph/phones.txt", ".hidden"])
def test_a_file_that_nobody_listed_is_refused(listed_copy, name):
    """The engine would open some of them, such as an i-vector extractor."""
    (listed_copy / name).parent.mkdir(exist_ok=True)
    (listed_copy / name).write_bytes(b"x")
    sentence = refused(listed_copy)
    assert f"the file {name} is not listed in SHA256SUMS" in sentence


@pytest.mark.parametrize(
    "name", ["/etc/hostname", "../outside", "am/../../outside", "/etc/none"]
)
def test_a_name_out_of_the_folder_is_refused(listed_copy, name):
    """A list of checksums names files of its own folder, and no other is read."""
    outside = listed_copy.parent / "outside"
    outside.write_bytes(b"")
    with (listed_copy / "SHA256SUMS").open("a") as sums:
        sums.write(f"{hashlib.sha256(b'').hexdigest()}  {name}\n")
    sentence = refused(listed_copy)
    assert name in sentence
    assert "inside the folder" in sentence


@pytest.mark.parametrize("line", ["", "x  am/final.mdl", "0" * 64, "0" * 64 + "  "])
def test_a_list_in_another_form_is_refused(listed_copy, line):
    """No checksum, or no name."""
    with (listed_copy / "SHA256SUMS").open("a") as sums:
        sums.write(f"{line}\n")
    assert "SHA256SUMS holds the line" in refused(listed_copy)


def test_a_listed_file_that_is_gone_is_named(listed_copy):
    """It is not what was shipped either."""
    (listed_copy / "decoys.txt").unlink()
    assert "decoys.txt is not what was shipped" in refused(listed_copy)


@pytest.mark.parametrize("file", ["graph/words.txt", "decoys.txt", "SHA256SUMS"])
def test_the_size_is_looked_at_before_a_file_is_read(listed_copy, monkeypatch, file):
    """A terabyte of nothing, which takes no room on the disk, is not read."""
    with (listed_copy / file).open("ab") as opened:
        opened.truncate(1 << 30)
    if file != "SHA256SUMS":
        (listed_copy / "SHA256SUMS").unlink()
    read = Path.read_text

    def read_small(path, *how):
        assert path.stat().st_size < 1 << 27
        return read(path, *how)

    monkeypatch.setattr(Path, "read_text", read_small)
    assert f"{file} is larger than" in refused(listed_copy)


def test_what_is_too_large_for_a_model_is_refused(listed_copy):
    """Its files are not read, nor their checksums taken."""
    with (listed_copy / "am" / "final.mdl").open("ab") as opened:
        opened.truncate(1 << 40)
    assert "is no model" in refused(listed_copy)


@pytest.mark.skipif(os.name == "nt", reason="pipes and links of Unix")
def test_what_is_no_file_is_refused_and_not_waited_for(model_copy, tmp_path):
    """A pipe in place of the model or of a file in it, and a link to a folder."""
    os.mkfifo(tmp_path / "pipe")
    assert "is a file, not a folder" in refused(tmp_path / "pipe")
    for name in ("am/final.mdl", "conf/more.conf"):
        (model_copy / name).unlink(missing_ok=True)
        os.mkfifo(model_copy / name)
        assert f"{name} is no file" in refused(model_copy)
        (model_copy / name).unlink()
        shutil.copy(SHIPPED / "conf" / "mfcc.conf", model_copy / name)
    (model_copy / "ivector").symlink_to("/", target_is_directory=True)
    assert "ivector is no file" in refused(model_copy)


def test_what_is_no_folder_is_refused(tmp_path):
    """Nothing there, an empty folder, a text, a zip: each with its remedy."""
    assert "There is no model" in refused(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "am/final.mdl" in refused(empty)
    text = tmp_path / "text"
    text.write_text("no model")
    assert "unpack it first" in refused(text)
    packed = tmp_path / "model.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("am/final.mdl", b"")
    assert "a zip file" in refused(packed)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads all")
def test_an_unreadable_file_is_refused(model_copy):
    """A file without the right to read it is told, not tried."""
    (model_copy / "am" / "final.mdl").chmod(0)
    assert "may not be read" in refused(model_copy)


@pytest.mark.audio
@pytest.mark.parametrize(
    ("name", "keep"),
    [
        ("am/final.mdl", 0.5),
        ("graph/HCLr.fst", 0.5),
        ("graph/words.txt", 0.0),
    ],
)
def test_damage_that_ends_the_engine_is_a_sentence_here(
    content, model_copy, name, keep
):
    """A halved file ends the child or its loading; we go on to say so."""
    if name == "graph/HCLr.fst":
        # Without its units no graph is made for it, and its own one is loaded.
        (model_copy / "units.txt").unlink()
    file = model_copy / name
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[: int(size * keep)])
    with pytest.raises(EXPLAINED) as problem:
        load_recognizer(content, str(model_copy))
    sentence, code = explain(problem.value)
    assert BAD_MODEL == code
    assert str(model_copy) in sentence


@pytest.mark.audio
def test_garbage_in_place_of_the_network_is_refused(content, model_copy):
    """Random bytes of the right size are no network."""
    file = model_copy / "am" / "final.mdl"
    file.write_bytes(bytes(range(256)) * (file.stat().st_size // 256))
    with pytest.raises(ModelError, match="damaged"):
        load_recognizer(content, str(model_copy))
    (model_copy / "units.txt").unlink()
    with pytest.raises(LocalVoiceProblem, match="damaged"):
        load_recognizer(content, str(model_copy))


def test_a_language_without_a_model_is_refused_in_a_sentence():
    """Nothing is shipped for it, and nothing of another language is taken instead."""
    with pytest.raises(NoModel) as problem:
        find_model(None, {}, "es-US")
    sentence, code = explain(problem.value)
    assert BAD_MODEL == code
    assert sentence.startswith("No speech model of es-US is shipped.")
    assert sentence.endswith("folder with --model, or type with --typed.")
