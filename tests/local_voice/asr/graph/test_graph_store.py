"""Graphs on the disk: made once, checked before every load, made anew when damaged."""

import shutil
from dataclasses import replace

import pytest

from local_voice.asr.graph.const_fst import pack_const_fst
from local_voice.asr.graph.graph_store import MOST_SETS, GraphStore, find_cache_folder
from local_voice.asr.graph.phrases import PhraseList
from local_voice.asr.graph.state_graph import Costs
from local_voice.asr.model_files import SHIPPED

FEW = {
    "answer": PhraseList({"yes": "yes", "no": "no"}, {"yes": "yes", "no": "no"}),
    "command": PhraseList({"stop": "stop"}, {}),
}


@pytest.fixture
def small(store, tmp_path) -> GraphStore:
    """Return a store of three phrases, of a model that may be spoilt."""
    model = tmp_path / "model"
    shutil.copytree(SHIPPED, model)
    return replace(store, model=model, lists=FEW, cache=tmp_path / "cache")


def test_graphs_are_made_once(small):
    """And loaded as they are the next time."""
    first, second = small.load(), small.load()
    assert "not made yet" in first.made
    assert "" == second.made
    assert first.folders == second.folders
    assert first.sums == second.sums


def test_states_of_equal_phrases_share_a_folder(small):
    """And the sum of their graph, so that it is loaded once."""
    found = replace(small, lists={**FEW, "care": FEW["answer"]}).load()
    assert found.folders["care"] == found.folders["answer"]
    assert found.folders["care"] != found.folders["command"]
    assert found.sums["care"] == found.sums["answer"]


def test_a_folder_is_what_vosk_loads(small):
    """Network, settings, graph and words; the network is no second copy."""
    for folder in small.load().folders.values():
        names = {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}
        assert names == {
            *("am/final.mdl", "conf/mfcc.conf", "conf/model.conf"),
            *("graph/HCLG.fst", "graph/words.txt"),
        }
        assert (folder / "am/final.mdl").samefile(small.model / "am/final.mdl")


def test_without_links_the_network_is_copied(small, monkeypatch):
    """As between two file systems."""

    def refuse(path, target):
        raise OSError("no links here")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    for folder in small.load().folders.values():
        copied = (folder / "am/final.mdl").read_bytes()
        assert copied == (small.model / "am/final.mdl").read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda s: replace(
            s, lists={**FEW, "command": PhraseList({"next": "next"}, {})}
        ),
        lambda s: replace(s, costs=Costs(phrase=3.8)),
        lambda s: replace(s, units=replace(s.units, transitions=223)),
    ],
)
def test_another_input_is_another_set(small, change):
    """Phrases, costs and units are part of its name, so none is ever stale."""
    assert small.folder != change(small).folder
    assert "not made yet" in change(small).load().made


@pytest.mark.parametrize("name", ["am/final.mdl", "conf/model.conf", "conf/mfcc.conf"])
def test_another_model_is_another_set(small, name):
    """A byte more in its network or settings."""
    before = small.folder
    with (small.model / name).open("ab") as file:
        file.write(b"\n")
    assert before != small.folder


def damage_graph(file):
    """Replace a graph by one that is well-formed and leads nowhere."""
    file.write_bytes(pack_const_fst([(0, 99, 1, 0, 0.0)], 1, 0, {0: 0.0}))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("graph/HCLG.fst", damage_graph),
        ("graph/HCLG.fst", lambda file: file.write_bytes(b"")),
        ("graph/HCLG.fst", lambda file: file.unlink()),
        ("graph/words.txt", lambda file: file.write_text("<eps> 0\nno 1\nyes 2\n")),
        ("conf/model.conf", lambda file: file.write_text("--beam=1\n")),
        ("am/final.mdl", lambda file: (file.unlink(), file.write_bytes(b"x"))),
        ("../SHA256SUMS", lambda file: file.unlink()),
        ("../SHA256SUMS", lambda file: file.write_bytes(b"\xff\xfe")),
    ],
)
def test_a_damaged_set_is_made_anew_and_said(small, name, damage):
    """Never loaded, and never replaced in silence."""
    folder = small.load().folders["answer"]
    damage(folder / name)
    again = small.load()
    assert "was damaged" in again.made
    assert str(small.folder) in again.made
    assert "" == small.load().made


def test_a_graph_that_its_sum_vouches_for_is_checked_all_the_same(small):
    """Who writes the graph can write the sum."""
    import hashlib

    folder = small.load().folders["answer"]
    file, sums = folder / "graph/HCLG.fst", folder.parent / "SHA256SUMS"
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    damage_graph(file)
    after = hashlib.sha256(file.read_bytes()).hexdigest()
    sums.write_text(sums.read_text().replace(before, after))
    assert "leads to state 99" in small.load().made


def test_nothing_half_made_is_left(small, monkeypatch):
    """A making that fails leaves no folder behind."""
    monkeypatch.setattr(
        "local_voice.asr.graph.graph_store._write_sums",
        lambda *_: (_ for _ in ()).throw(OSError("the disk is full")),
    )
    with pytest.raises(OSError, match="full"):
        small.load()
    assert [] == list(small.cache.iterdir())


def test_only_the_newest_sets_are_kept(small):
    """Each change of the lexicon would leave megabytes."""
    for number in range(MOST_SETS + 3):
        newest = replace(small, costs=Costs(phrase=float(number)))
        newest.load()
    assert MOST_SETS == len(list(small.cache.iterdir()))
    assert newest.folder.exists()


def test_where_graphs_are_kept(tmp_path):
    """A variable of ours, the system's, or the home; else a folder for this run."""
    home = tmp_path / "home"
    ours = {"BACKTALK_GRAPHS": str(tmp_path / "ours")}
    assert tmp_path / "ours" == find_cache_folder(ours, home)
    caches = {"XDG_CACHE_HOME": str(tmp_path / "caches")}
    expected = tmp_path / "caches" / "backtalk" / "graphs"
    assert expected == find_cache_folder(caches, home)
    assert home / ".cache" / "backtalk" / "graphs" == find_cache_folder({}, home)
    (tmp_path / "file").write_text("no folder")
    blocked = {"BACKTALK_GRAPHS": str(tmp_path / "file")}
    assert find_cache_folder(blocked, home).is_dir()
    assert find_cache_folder(blocked, home) != tmp_path / "file"
