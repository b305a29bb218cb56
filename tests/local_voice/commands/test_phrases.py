"""The command phrases: build, check and add, and all that it refuses."""

import re
import shutil
from pathlib import Path

import pytest

from local_voice.asr.graph import locale_data
from local_voice.asr.model_files import SHIPPED
from local_voice.asr.state_grammars import BUILT
from local_voice.commands import engines

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def locale_copy(tmp_path, monkeypatch):
    """Return a copy of the locale's folder, which the command works on."""
    folder = tmp_path / "locales"
    shutil.copytree(locale_data.FOLDER, folder)
    monkeypatch.setattr(locale_data, "FOLDER", folder)
    return folder / "en-US"


@pytest.fixture
def run(run_main, monkeypatch, no_clinic):
    """Return a function that runs the command: code, output, errors.

    The content is that of every run, read once.
    """
    monkeypatch.setattr(engines, "load_content", lambda **_: no_clinic)

    def run_phrases(*arguments):
        done = run_main("phrases", *arguments)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run_phrases


def test_what_is_shipped_is_up_to_date(run):
    """As make check asks."""
    code, out, err = run("check")
    assert (0, "") == (code, err), out
    assert "up to date" in out


def test_building_writes_the_same_again(run, locale_copy):
    """What is up to date is not touched."""
    before = {p.name: p.read_bytes() for p in locale_copy.iterdir()}
    code, out, _ = run("build")
    assert 0 == code
    assert "answer: " in out
    assert "written anew" not in out
    assert before == {p.name: p.read_bytes() for p in locale_copy.iterdir()}


STALE = [
    (BUILT, lambda text: text.replace("answer", "answers")),
    (BUILT, lambda text: ""),
    ("dictionary.txt", lambda text: f"{text}zebra: Z IY B R AH\n"),
    ("dictionary.txt", lambda text: text.replace("\nback: B AE K", "")),
    ("speech.txt", lambda text: text.replace("\nthank you\n", "\n")),
]


@pytest.mark.parametrize(("name", "change"), STALE)
def test_what_is_stale_is_said(run, locale_copy, name, change):
    """Each with the file and the remedy."""
    file = locale_copy / name
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    code, out, _ = run("check")
    assert 1 == code
    assert "is stale" in out
    assert str(locale_copy) in out
    assert "Run backtalk phrases build." in out


def test_what_is_stale_is_built(run, locale_copy):
    """All of it at once; then it is up to date."""
    for name, change in STALE:
        file = locale_copy / name
        file.write_text(change(file.read_text("utf-8")), "utf-8")
    assert 1 == run("check")[0]
    assert 0 == run("build")[0]
    assert 0 == run("check")[0]


@pytest.mark.audio
def test_a_phrase_is_added_to_a_clinics_file(run, tmp_path):
    """The file is made, then grows; a guessed word is named with its sounds."""
    file = tmp_path / "own.txt"
    code, out, err = run("add", "you betcha", "--means", "yes", "--phrases", file)
    assert (0, "") == (code, err)
    assert "betcha: guessed as B EH CH AH" in out
    assert 0 == run("add", "No Chance", "--means", "no", "--phrases", file)[0]
    lines = [x for x in file.read_text().splitlines() if not x.startswith("#")]
    assert ["you betcha = yes", "no chance = no"] == lines
    assert 0 == run("check", "--phrases", file)[0]
    assert 0 == run("build", "--phrases", file)[0]


@pytest.mark.audio
@pytest.mark.parametrize(
    ("said", "means", "wrong"),
    [
        ("whirr", "jawohl", "'jawohl' is no phrase of the lexicon"),
        ("yes", "no", "'yes' is understood already"),
        ("knot sure", "no", "it sounds like 'not sure', which means something else"),
        ("call 日本", "no", "'日本' cannot be pronounced"),
        ("24", "no", "has '2'"),
        ("a " * 13, "no", "more than 12 words"),
        ("", "no", "To add a phrase"),
        ("gee", "", "To add a phrase"),
    ],
)
def test_a_phrase_that_cannot_be_heard_changes_nothing(
    run, tmp_path, said, means, wrong
):
    """The sentence says what is wrong, and the file is as it was."""
    file = tmp_path / "own.txt"
    file.write_text("you betcha = yes\n")
    code, out, err = run("add", said, "--means", means, "--phrases", file)
    assert (2, "") == (code, out)
    assert wrong in err
    assert "you betcha = yes\n" == file.read_text()


@pytest.mark.audio
def test_a_wrong_line_of_a_clinics_file_is_named(run, tmp_path):
    """For every command that takes the file."""
    file = tmp_path / "own.txt"
    file.write_text("# ours\n\nknot sure = no\n")
    for verb in ("check", "build"):
        code, _, err = run(verb, "--phrases", file)
        assert 2 == code
        assert f"{file}:3: 'knot sure': it sounds like 'not sure'" in err


def test_a_clash_in_the_lexicon_names_its_line(run, monkeypatch, tmp_path):
    """Where a phrase of ours cannot be said."""
    from local_voice.asr.graph import phrases as listed

    monkeypatch.setattr(listed, "MOST_WORDS", 3)
    code, _, err = run("check")
    assert 2 == code
    (line,) = [x for x in err.splitlines() if "'not that i know of': more" in x]
    where = "dialogue/data/locales/en-US/understanding/words.yaml"
    (number,) = re.findall(rf"{where}:(\d+): 'not that i know of': more than 3", line)
    lines = (ROOT / where).read_text("utf-8").splitlines()
    assert "not that i know of" in lines[int(number) - 1]


def test_a_model_without_units_is_refused(run, model_copy):
    """No graph can be made for it."""
    (model_copy / "units.txt").unlink()
    code, _, err = run("build", "--model", model_copy)
    assert 4 == code
    assert "has no units.txt" in err


def test_damaged_units_are_refused(run, model_copy):
    """Fewer names than the network has units."""
    names = (SHIPPED / "units.txt").read_text().split()
    (model_copy / "units.txt").write_text("\n".join(names[:-1]))
    code, _, err = run("build", "--model", model_copy)
    assert 4 == code
    assert "44 units" in err


def test_options_of_add_go_with_add(run):
    """Nothing is passed over in silence."""
    code, _, err = run("build", "you betcha")
    assert 2 == code
    assert "go with add" in err
