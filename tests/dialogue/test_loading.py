"""From files to content: what the shipped data holds, and how it is found."""

import subprocess
import sys
import zipfile
from datetime import time
from pathlib import Path

import pytest
from helpers.invalid_data import PROTOCOL, ROSEVILLE, bundled_copy

from dialogue.content.content import Content
from dialogue.content.problems import DataRefused
from dialogue.engine.protocol import Answer, Condition, KnownFrom, Stage, Urgency
from dialogue.loading import load_content
from dialogue.understanding.export import build_number_words

LEAST_ANSWERS = {"yes": 46, "no": 45, "unsure": 25}
LEAST_COMMANDS = {
    "repeat": 12,
    "help": 11,
    "why": 9,
    "stop": 12,
    "previous": 12,
    "number": 11,
    "hours": 9,
    "address": 8,
    "start_over": 9,
    "next": 15,
    "wait": 12,
    "more": 8,
    "emergency": 5,
}
LEAST_SENTENCES = 18
"""Of a danger sign that can be named unasked, and where it is not asked about."""

PACKAGE = Path(load_content.__code__.co_filename).parent


def test_the_protocol_is_whole(content: Content) -> None:
    """Questions, rules and care lines are all there, danger signs first."""
    protocol = content.protocol
    assert ("back_spasm", "draft") == (protocol.id, protocol.status)
    text = (PACKAGE / "data" / PROTOCOL).read_text("utf-8")
    assert text.count("\n    stage: ") == len(protocol.questions)
    assert text.count("\n    disposition: ") == len(protocol.rules)
    screen = [q for q in protocol.questions if q.stage is Stage.SCREEN]
    assert screen[:20] == list(protocol.questions[:20])
    assert len(screen) < len(protocol.questions)
    assert all(q.red_flag or q.gate for q in screen)
    assert protocol.care_lines
    assert protocol.explanations
    assert {"ice_hours": 72, "one_week_hours": 168, "two_weeks_hours": 336} == (
        protocol.thresholds
    )


def test_a_question_keeps_all_its_parts(content: Content) -> None:
    """A stop-list question waits for the one before and counts unsure at once."""
    question = content.protocol.question["ulcer"]
    assert Stage.CARE == question.stage
    assert Answer.YES == question.unsure_means
    assert not question.again_on_unsure
    assert question.only_if == Condition(all_yes=("no_reliever_harm",))
    assert "no_ulcer" == question.opposite
    assert KnownFrom(duration_over=168) == (
        content.protocol.question["more_than_one_week"].known_from
    )


def test_rules_are_sorted_by_urgency(tmp_path: Path) -> None:
    """A rule written in the wrong place still stands with its own tier."""
    data = bundled_copy(tmp_path)
    path = data / PROTOCOL
    text = path.read_text("utf-8")
    start = text.index("  - id: home_002_ice")
    end = text.index("  - id: home_002_heat")
    moved = text[start:end]
    text = text[:start] + text[end:]
    path.write_text(text.replace("\nrules:\n", f"\nrules:\n{moved}"), "utf-8")
    protocol = load_content(data=data).protocol
    tiers = [protocol.disposition[r.disposition].urgency for r in protocol.rules]
    assert sorted(tiers, key=list(Urgency).index) == tiers
    assert "home_002_ice" == protocol.rules[-2].id


def test_prompts_have_their_keys(content: Content) -> None:
    """A question's three wordings and the other words are found by key."""
    assert (
        "Has it been three days or less?"
        == (content.prompts["again.started_within_three_days"])
    )
    assert "Take your time." == content.prompts["retry.wait"]
    assert all(
        f"{name}.{id_}" in content.prompts
        for name in ("ask", "again", "help")
        for id_ in content.protocol.question
    )


def test_the_lists_of_phrases_do_not_shrink(content: Content) -> None:
    """No group of the lexicon holds fewer phrases than it once did."""
    lexicon = content.lexicon
    answers = {answer.value: len(said) for answer, said in lexicon.answers.items()}
    assert [
        name for name, least in LEAST_ANSWERS.items() if answers[name] < least
    ] == []
    commands = {name: len(said) for name, said in lexicon.commands.items()}
    assert [n for n, least in LEAST_COMMANDS.items() if commands[n] < least] == []
    dangers = {q.id for q in content.protocol.questions if q.red_flag}
    few = {n: len(said) for n, said in lexicon.volunteered.items() if n in dangers}
    assert [n for n, count in few.items() if 0 < count < LEAST_SENTENCES] == []


def test_number_words_are_put_together() -> None:
    """Tens and ones make every number up to ninety nine, and nothing else."""
    named = {"one": 1, "nine": 9, "ten": 10, "nineteen": 19, "twenty": 20, "thirty": 30}
    assert {
        "one": 1,
        "nine": 9,
        "ten": 10,
        "nineteen": 19,
        "twenty": 20,
        "twenty one": 21,
        "twenty nine": 29,
        "thirty": 30,
        "thirty one": 31,
        "thirty nine": 39,
    } == build_number_words(named)


def test_triggers_hold_the_volunteered_phrases_too(content: Content) -> None:
    """What can be volunteered about a cause can also be said in an opening."""
    assert {"hard_effort", "held_still", "short_of_fluids"} == set(
        content.lexicon.triggers
    )
    assert "i lifted something" in content.lexicon.triggers["hard_effort"]
    assert "lifting" in content.lexicon.triggers["hard_effort"]


def test_a_clinic_is_found_by_name(content: Content) -> None:
    """The bundled profile has its lines, hours and address."""
    clinic = content.clinic
    assert clinic is not None
    assert ("651-219-7292", "651-430-3800") == (clinic.appointments, clinic.general)
    assert clinic.hours is not None
    assert (((time(8), time(17)),), ()) == (clinic.hours[0], clinic.hours[6])
    assert clinic.address is not None
    assert clinic.address.spoken.startswith("Eighteen thirty five County Road")


def test_a_clinic_without_hours_or_address_is_fine() -> None:
    """What a clinic did not tell is unknown, and its unlabelled number unspoken."""
    clinic = load_content(clinic="dfw").clinic
    assert clinic is not None
    assert clinic.hours is None
    assert clinic.address is None
    assert clinic.general is None
    assert "817-916-4685" == clinic.appointments


def test_a_clinic_is_found_by_path(tmp_path: Path) -> None:
    """A clinic may keep its own file anywhere, without any phone number."""
    file = tmp_path / "ours.yaml"
    file.write_text(
        'clinic: ours\nname: "Our Clinic"\nemergency_number: "911"\nsource: ourselves\n'
    )
    by_text = load_content(clinic=str(file)).clinic
    assert by_text == load_content(clinic=file).clinic
    assert by_text is not None
    assert by_text.appointments is None


@pytest.mark.parametrize("clinic", ["rosevile", Path("rosevile"), "", "bad\0name"])
def test_an_unknown_clinic_is_refused(clinic: str | Path) -> None:
    """The refusal is one line that names the clinics there are."""
    with pytest.raises(DataRefused) as refusal:
        load_content(clinic=clinic)
    assert 1 == len(refusal.value.problems)
    assert "roseville" in str(refusal.value)


def test_a_broken_clinic_file_is_refused(tmp_path: Path) -> None:
    """A refused profile names each line; nothing of it is used."""
    file = tmp_path / "ours.yaml"
    file.write_text('clinic: ours\nname: "Ours"\nsource: us\nphone: "651"\n')
    with pytest.raises(DataRefused) as refusal:
        load_content(clinic=file)
    lines = str(refusal.value).split("\n")
    assert [f"{file}:1: ", f"{file}:4: "] == [
        line[: len(f"{file}:1: ")] for line in lines
    ]


@pytest.mark.parametrize(
    ("protocol", "locale"), [("back_pain", "en-US"), ("back_spasm", "fr-FR")]
)
def test_an_unknown_protocol_or_locale_is_refused(protocol: str, locale: str) -> None:
    """A name without a file gives the name that there is."""
    with pytest.raises(DataRefused, match=r"back_spasm|en-US"):
        load_content(protocol, locale)


def test_a_folder_can_stand_in_for_the_bundled_data(tmp_path: Path) -> None:
    """Another folder is read whole, its clinics included."""
    data = bundled_copy(tmp_path)
    path = data / ROSEVILLE
    path.write_text(path.read_text("utf-8").replace("Doctor Chang's", "Our"), "utf-8")
    clinic = load_content(clinic="roseville", data=data).clinic
    assert clinic is not None
    assert "Our office" == clinic.name


def test_the_data_is_found_inside_an_archive(tmp_path: Path) -> None:
    """The program finds its data wherever Python found the program, even in a zip."""
    archive = tmp_path / "backtalk.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in PACKAGE.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                target.write(file, Path("dialogue") / file.relative_to(PACKAGE))
    script = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "from dialogue.loading import load_content\n"
        "print(load_content.__code__.co_filename, load_content(clinic='dfw').clinic.id)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "" == done.stderr
    assert done.stdout.startswith(str(archive))
    assert done.stdout.endswith("dfw\n")
