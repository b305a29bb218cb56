"""A clinic's profile: asked for, written once, and never one that a talk refuses."""

import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.__main__ import main
from dialogue.clinic_profiles.draft import (
    Draft,
    SiteDraft,
    find_problems,
    render_profile,
)
from dialogue.clinic_profiles.questionnaire import ask_for_profile
from dialogue.commands.clinic import find_gaps, render_preview
from dialogue.content.clinic_reader import read_clinic
from dialogue.content.problems import DataRefused
from dialogue.content.schema import ProblemLog
from dialogue.content.yaml_reader import read_table
from dialogue.loading import load_content

TODAY = date(2026, 3, 3)
OPTIONS = (
    *("--name", "The Blaine Spine Clinic", "--doctor", "Jo Doe, MD"),
    *("--appointments", "763-555-0100", "--general", "763-555-0101"),
    *("--fax", "763-555-0109", "--timezone", "America/Chicago"),
    *("--address", "1 Main Street, Blaine", "--address-spoken", "One Main Street"),
    *("--hours", "monday-friday=08:00-17:00", "--hours", "saturday=09:00-12:00"),
    *("--closed-on", "2099-12-25", "--site", "The Eagan office|2 Oak Rd|Two Oak Road"),
    *("--site", "The Edina office|3 Elm Rd|Three Elm Road|763-555-0102"),
)


def new(file, *options):
    """Run `clinic new`."""
    return main(["clinic", "new", str(file), *options])


def test_options_make_a_whole_profile(tmp_path, capsys):
    """Whatever is told is in the file, and the talk takes it."""
    file = tmp_path / "blaine.yaml"
    assert 0 == new(file, *OPTIONS, "--confirmed")
    clinic = load_content(clinic=file).clinic
    assert ("blaine", "The Blaine Spine Clinic", "911") == (
        clinic.id,
        clinic.name,
        clinic.emergency_number,
    )
    assert ("763-555-0100", "763-555-0101") == (clinic.appointments, clinic.general)
    assert [("fax", False)] == [(n.id, n.spoken) for n in clinic.lines[2:]]
    assert [True] * 6 + [False] == [spans != () for spans in clinic.hours.values()]
    assert (date(2099, 12, 25),) == clinic.closed_on
    assert [None, "763-555-0102"] == [site.number for site in clinic.sites]
    assert datetime.now().astimezone().date().isoformat() == clinic.checked_on
    out = capsys.readouterr().out
    assert "call seven six three, five five five, zero one zero zero." in out
    assert "To look at" not in out
    assert "763-555-0109" not in out


def test_it_may_be_used_in_a_talk_at_once(tmp_path, monkeypatch, capsys):
    """`try --clinic FILE` says its name and its number."""
    file = tmp_path / "blaine.yaml"
    new(file, "--name", "The Blaine Spine Clinic", "--appointments", "763-555-0100")
    monkeypatch.setattr("sys.stdin", io.StringIO("what number do i call\nstop\n"))
    assert 0 == main(["try", "--clinic", str(file)])
    out = capsys.readouterr().out
    assert "Back Talk for The Blaine Spine Clinic." in out
    assert "call 763-555-0100." in out


WRONG = [
    (("--appointments", "555 0100"), 'written "NNN-NNN-NNNN"'),
    (("--fax", "763-555-0100"), "has the number of line"),
    (("--emergency-number", "nine"), "two to four figures"),
    (("--name", "The clinic of the many long words here"), "at most 7 words"),
    (("--name", " "), "has no 'name'"),
    (("--hours", "monday=8-17"), "the start before the end"),
    (("--hours", "monday=08:00-12:00,11:00-17:00"), "after the one before"),
    (("--hours", "someday=08:00-17:00"), "does not say which days"),
    (("--hours", "friday-monday=08:00-17:00"), "does not say which days"),
    (("--timezone", "Minnesota"), "timezone 'Minnesota' is not known"),
    (("--timezone", "EST"), "timezone 'EST' is not known"),
    (("--timezone", ""), "no 'timezone'"),
    (("--closed-on", "25.12.2026"), "not a day"),
    (("--closed-on", "2026-02-30"), "not a day"),
    (("--address", ""), "no 'written'"),
    (("--site", "Eagan"), "is no place"),
    (("--site", "The Ely office|4 Elk Rd||"), "no 'spoken'"),
    (("--site", "The Ely office|4 Elk Rd|Four Elk Road|12"), 'written "NNN-NNN-NNNN"'),
    (("--doctor", "a\tb"), "tab"),
    (("--address-spoken", "road " * 20), "Shorten the name, the address"),
]


@pytest.mark.parametrize(
    ("options", "why"), WRONG, ids=[f"{number}" for number in range(len(WRONG))]
)
def test_bad_input_is_one_sentence_and_no_file(tmp_path, capsys, options, why):
    """Each wrong entry is named with its rule; nothing is written."""
    file = tmp_path / "blaine.yaml"
    assert 2 == new(file, *OPTIONS, "--appointments", "763-555-0100", *options)
    assert why in capsys.readouterr().err
    assert not file.exists()


def test_an_existing_file_is_never_changed(tmp_path, capsys):
    """Neither a profile nor anything else."""
    file = tmp_path / "blaine.yaml"
    file.write_text("mine")
    assert 2 == new(file, *OPTIONS)
    assert "stays as it is" in capsys.readouterr().err
    assert "mine" == file.read_text()


@pytest.mark.parametrize("name", ["1st.yaml", "Ünï.yaml", "no/such/folder.yaml"])
def test_a_name_that_cannot_be_is_refused(tmp_path, capsys, name):
    """The file's name names the clinic; its folder must be there."""
    assert 2 == new(tmp_path / name, *OPTIONS)
    assert capsys.readouterr().err.strip().endswith(("such a name.", "another name."))
    assert [] == list(tmp_path.iterdir())


def test_where_nobody_can_be_asked_the_options_are_named(tmp_path, capsys):
    """Without a terminal and without --name there is a sentence and no file."""
    assert 2 == new(tmp_path / "blaine.yaml")
    assert "Give --name" in capsys.readouterr().err


def conversation(*answers):
    """Return a draft made by asking, every question and everything said."""
    given, questions, told = iter(answers), [], []

    def ask(question):
        questions.append(question)
        return next(given)

    draft = ask_for_profile(Draft("blaine"), load_content(), TODAY, ask, told.append)
    assert [] == list(given)
    return draft, questions, told


def test_asking_makes_the_same_profile():
    """Wrong answers are said to be wrong and asked again; empty ones are left out."""
    draft, questions, told = conversation(
        *("", "The Blaine Spine Clinic", "", "one", ""),
        *("7635550100", "763-555-0100", "", "763-555-0100", "763-555-0109"),
        *("1 Main Street", "", "One Main Street"),
        *("8 to 5", "08:00-17:00", "", "", "", "08:00-12:00", "", ""),
        *("", "Chicago", "America/Chicago", "2026-13-01", "2026-12-25 2026-12-24"),
        *("The Eagan office", "", "2 Oak Rd", "Two Oak Road", "12", "763-555-0102"),
        *("", "yes"),
    )
    assert [] == find_problems(draft, "blaine.yaml", load_content())
    assert "08:00-17:00" == draft.hours["thursday"]
    assert ("08:00-12:00", "closed") == (draft.hours["friday"], draft.hours["sunday"])
    site = SiteDraft("The Eagan office", "2 Oak Rd", "Two Oak Road", "763-555-0102")
    assert (site,) == draft.sites
    assert "2026-03-03" == draft.checked_on
    assert 11 == len(told)
    assert all(words.endswith(".") and ". " in words for words in told)
    assert 34 == len(questions)


def test_asking_for_no_more_than_a_name():
    """A clinic may leave everything else out; it is then not confirmed."""
    draft, questions, told = conversation(*("Blaine", *[""] * 7, "", "no"))
    assert Draft("blaine", "Blaine", numbers=draft.numbers) == draft
    assert [] == told
    assert 10 == len(questions)


def test_a_week_without_an_open_day_is_asked_again():
    """All days closed would leave no next opening to say."""
    _, _, told = conversation(
        *("Blaine", *[""] * 6, "closed", *[""] * 5, "closed", "10:00-12:00"),
        *("America/Chicago", "", "", ""),
    )
    assert 1 == len(told)
    assert "every day is closed" in told[0].lower()


@pytest.mark.parametrize("error", [EOFError, KeyboardInterrupt])
def test_whoever_leaves_leaves_no_file(tmp_path, monkeypatch, capsys, error):
    """End of input and Ctrl-C end the asking with a sentence."""

    def leave(question):
        raise error

    monkeypatch.setattr("builtins.input", leave)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert 2 == new(tmp_path / "blaine.yaml")
    assert "no file was written" in capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1))
def test_any_words_are_read_back_as_they_were_told(words):
    """Quotes, signs and letters of any script: the same words, or a refusal."""
    draft = Draft("blaine", "Blaine", doctor=words)
    notes = ProblemLog()
    try:
        clinic = read_clinic(
            read_table("x.yaml", render_profile(draft).encode()), notes
        )
    except DataRefused:
        return
    refused = not words.strip().isprintable() or len(words.strip()) > 60
    assert refused is bool(notes.problems)
    assert words.split() == clinic.doctor.split()


@pytest.mark.parametrize("odd", ["\u200b", "\u202e", "\u0007", "\u00ad", "\ufeff"])
def test_a_name_that_would_silence_the_welcome_is_refused(tmp_path, capsys, odd):
    """By `clinic check`, by `check`, and by whatever loads it to talk."""
    file = tmp_path / "blaine.yaml"
    new(file, "--name", "Blaine")
    text = file.read_text("utf-8")
    escaped = f"Bla\\u{ord(odd):04x}ine"
    for name in {f"Bla{odd}ine"} - {"Bla\u0007ine"} | {escaped}:
        file.write_text(text.replace('"Blaine"', f'"{name}"'), "utf-8")
        assert file.read_text("utf-8") != text
        assert 2 == main(["clinic", "check", str(file)])
        assert f"U+{ord(odd):04X}" in capsys.readouterr().err
        with pytest.raises(DataRefused, match="cannot be seen or said"):
            load_content(clinic=file)


def test_a_clinic_is_not_made_with_such_a_name(tmp_path, capsys):
    """What `clinic new` would write could not be loaded, so it writes nothing."""
    file = tmp_path / "blaine.yaml"
    assert 2 == new(file, "--name", "Bla\u200bine")
    assert "cannot be seen or said" in capsys.readouterr().err
    assert 2 == new(file, "--name", "b" * 61)
    assert "61 letters" in capsys.readouterr().err
    assert not file.exists()


def test_check_shows_what_is_missing_and_refuses_what_is_wrong(tmp_path, capsys):
    """A sound profile is shown as heard; a wrong one gives the line."""
    file = tmp_path / "blaine.yaml"
    new(file, "--name", "Blaine")
    capsys.readouterr()
    assert 0 == main(["clinic", "check", str(file)])
    out = capsys.readouterr().out
    assert "At the start: Back Talk for Blaine." in out
    assert 4 == out.count("To look at: ")
    file.write_text(file.read_text().replace('"911"', '"9"'))
    assert 2 == main(["clinic", "check", str(file)])
    assert "blaine.yaml:5: the emergency number is '9'" in capsys.readouterr().err
    assert 2 == main(["clinic", "check", str(tmp_path / "none.yaml")])
    assert "cannot be read" in capsys.readouterr().err


def test_old_holidays_are_to_be_looked_at(tmp_path):
    """When every holiday lies in the past, a later one would be called open."""
    file = tmp_path / "blaine.yaml"
    new(file, *OPTIONS, "--confirmed")
    content = load_content(clinic=file)
    assert [] == list(find_gaps(content.clinic, TODAY))
    assert ["Every holiday lies in the past: add those to come to closed_on."] == list(
        find_gaps(content.clinic, date(2100, 1, 1))
    )
    lines = list(
        render_preview(content, datetime.fromisoformat("2026-03-03T10:00-06:00"))
    )
    assert any("is open now" in line for line in lines)
    assert any("The Eagan office is at Two Oak Road." in line for line in lines)
