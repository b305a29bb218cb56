"""The check across files: what it accepts, what it measures, how it reports."""

import ast
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.invalid_data import DFW, LEXICON, PROMPTS, PROTOCOL, bundled_copy

from dialogue.content.content import Content
from dialogue.content.lexicon_reader import ONE_THING
from dialogue.content.schema import ProblemLog
from dialogue.loading import check_all, load_content
from dialogue.validation.needed_prompts import SAID_BY_CODE, find_needed_prompts
from dialogue.validation.prompts import (
    DRAFT,
    MOST_WELCOME_WORDS,
    WELCOMES,
    check_prompts,
)
from dialogue.validation.question_words import split_sentences
from dialogue.validation.spoken_prompts import render_spoken

ROOT = Path(__file__).parents[3]


def findings_for(content: Content, key: str, words: str) -> list[str]:
    """Return what is wrong when the prompt `key` has other `words`."""
    prompts = dict(content.prompts) | {key: words}
    log = ProblemLog()
    check_prompts(replace(content, prompts=prompts, clinic=None), {}, log, ProblemLog())
    return [problem.what for problem in log.problems]


@pytest.mark.parametrize(
    "words",
    [
        "Take 200 mg of it.",
        "Take 200mg of it.",
        "Take one tablet.",
        "Take two pills.",
        "Take half a teaspoon, five ml.",
        "A pain reliever every six hours.",
        "You can take pills three times a day.",
        "One more medicine, twice daily.",
        "Take your pills hourly.",
        "It has 200-milligram tablets.",
        "Take six hundred milligrams.",
        "There are more milligrams in it.",
        "One pill every four to six hours.",
        "Take a tablet every other day.",
        "A pain reliever four hours apart.",
        "A pain reliever, up to six a day.",
        "Take one with each meal, three pills.",
        "Tome 200 mg.",
        "Tome 200 miligramos.",
    ],
)
def test_a_dose_is_found(content: Content, words: str) -> None:
    """An amount, strength, count or interval of a medicine is never spoken."""
    found = findings_for(content, "step.eat", words)
    assert any("seems to name a dose" in what for what in found), found


@pytest.mark.parametrize(
    "words",
    [
        "You can do it again every two hours in the day.",
        "Leave it for 15 to 20 minutes.",
        "After ten days of pain, ask a pharmacist first.",
        "Did you take too many pills?",
        "Have you tried a pain reliever in the last three days?",
        "Are you on daily pills or alcohol?",
    ],
)
def test_other_numbers_are_no_dose(content: Content, words: str) -> None:
    """Lengths of time and numbers about ice or heat may be said."""
    assert [] == findings_for(content, "medicine.limits", words)


@pytest.mark.parametrize(
    "words",
    [
        "Is it better or worse?",
        "Which side is it?",
        "How bad is the pain?",
        "Is it the left or right leg?",
        "Is either leg numb?",
        "Does it hurt? When did it start?",
    ],
)
def test_an_open_question_is_found(content: Content, words: str) -> None:
    """A question that yes or no cannot answer is refused."""
    found = findings_for(content, "ask.care_helped", words)
    assert any("cannot be answered with yes or no" in what for what in found), found


@pytest.mark.parametrize(
    "word", ["acute", "Chronic", "urine", "stool", "NSAIDs", "wee"]
)
def test_an_avoided_word_is_found(content: Content, word: str) -> None:
    """Words that patients may not know are refused, in any spelling of case."""
    found = findings_for(content, "step.eat", f"This is {word} now.")
    assert [f"'step.eat' says \"{word.lower()}\""] == found


def test_a_word_within_a_word_is_no_avoided_word(content: Content) -> None:
    """Only whole words count: "week" is not "wee"."""
    assert [] == findings_for(content, "step.eat", "It took one week between them.")


def test_welcome_and_draft_have_at_most_thirty_words(content: Content) -> None:
    """The opening is short with every profile and with none, recorded or not."""
    draft = len(content.prompts[DRAFT].split())
    for key in WELCOMES:
        for name in ("roseville", "dfw", None):
            spoken = render_spoken(
                key, content.prompts, load_content(clinic=name).clinic
            )
            if spoken is not None:
                assert len(spoken[1].split()) + draft <= MOST_WELCOME_WORDS, (key, name)


def test_numbers_are_spoken_figure_by_figure(content: Content) -> None:
    """A phone number counts as ten words, the emergency number as three."""
    spoken = render_spoken("number.say", content.prompts, content.clinic)
    assert spoken is not None
    assert "six five one, two one nine, seven two nine two" in spoken[1]
    assert ["One.", "Two?", "Three."] == split_sentences("One. Two? Three.")


def test_every_key_in_the_code_is_known_to_the_check(content: Content) -> None:
    """A prompt key that the program says is one that the check asks for."""
    spaces = {key.split(".")[0] for key in SAID_BY_CODE if "." in key}
    pattern = re.compile(rf"({'|'.join(sorted(spaces))})\.[a-z_]+(\.[a-z_]+)*")
    not_keys = re.compile(r".*\.(py|yaml|json|csv|svg|html|css|js)")
    found = {
        node.value
        for folder in ("dialogue", "skill", "local_voice")
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and pattern.fullmatch(node.value)
        and not not_keys.fullmatch(node.value)
    }
    assert set() == found - find_needed_prompts(content.protocol).keys()
    assert len(found) > 30


def test_every_shipped_prompt_is_needed(content: Content) -> None:
    """No words are shipped that nobody can hear, and none are missing."""
    said = {key for key in content.prompts if not key.startswith(f"{ONE_THING}.")}
    assert said == set(find_needed_prompts(content.protocol))


def test_mistakes_in_several_files_are_told_at_once(tmp_path: Path) -> None:
    """A refused file does not hide what is wrong in the next one."""
    data = bundled_copy(tmp_path)
    for name in (PROTOCOL, PROMPTS, LEXICON, DFW):
        with (data / name).open("a", encoding="utf-8") as file:
            file.write("strange: yes\n")
    errors, _ = check_all(data)
    assert [DFW, LEXICON, PROMPTS, PROTOCOL] == [problem.path for problem in errors]


@pytest.mark.parametrize(
    "gone", ["", "protocols", "locales", "protocols/seed_facts.csv"]
)
def test_an_empty_folder_is_refused(tmp_path: Path, gone: str) -> None:
    """Where a part of the data is missing, the file that is looked for is named."""
    data = bundled_copy(tmp_path)
    if (data / gone).is_dir():
        shutil.rmtree(data / gone)
    else:
        (data / gone).unlink()
    errors, _ = check_all(data)
    assert errors
    assert all("cannot be read" in problem.what for problem in errors)
    assert any(problem.path.startswith(gone) for problem in errors)


def test_a_given_clinic_is_checked_besides(tmp_path: Path) -> None:
    """A clinic's own file meets the same rules, but its numbers are its own."""
    file = tmp_path / "ours.yaml"
    text = (
        'clinic: ours\nname: "Our Clinic"\nemergency_number: "911"\nsource: ourselves\n'
        'lines:\n  desk: {number: "202-555-0123", purpose: general, spoken: yes}\n'
    )
    file.write_text(text)
    assert ([], []) == check_all(clinic=file)
    file.write_text(text.replace("general", "fax"))
    errors, _ = check_all(clinic=str(file))
    assert [(f"{file}", 6)] == [(problem.path, problem.line) for problem in errors]


def test_red_flags_and_rules_may_depend_on_what_is_only_volunteered() -> None:
    """The shipped protocol is accepted: upper back pain leads to three questions."""
    protocol = load_content().protocol
    for id_ in ("jaw_hurts", "arm_heavy", "hands_clumsy"):
        sign = protocol.question[id_]
        assert sign.red_flag
        assert sign.only_if is not None
        assert "upper_back" in sign.only_if.any_yes
    assert "upper_back" in protocol.statement
    assert ([], []) == check_all()


def test_no_scrambled_file_crashes_the_check(tmp_path: Path) -> None:
    """Whatever happens to a line, the answer is a list of problems or none."""
    chance = random.Random(7)
    data = bundled_copy(tmp_path)
    for _ in range(40):
        path = data / chance.choice((PROTOCOL, PROMPTS, LEXICON, DFW))
        kept = path.read_text("utf-8")
        path.write_text(_scrambled(kept, chance), "utf-8")
        errors, warnings = check_all(data)
        assert all(problem.line > 0 for problem in (*errors, *warnings))
        path.write_text(kept, "utf-8")


def _scrambled(text: str, chance: random.Random) -> str:
    """Return `text` with one line dropped, doubled, cut, indented or made odd."""
    lines = text.splitlines()
    n = chance.randrange(len(lines))
    line = lines[n]
    lines[n : n + 1] = chance.choice(
        (
            [],
            [line, line],
            [line[: len(line) // 2]],
            ["  " + line],
            [line.replace(":", "", 1)],
            [line.replace("[", "{").replace("]", "}")],
            [line + chance.choice((" #", ": x", '"', "]", " - y", "\0", "\u2028z"))],
        )
    )
    return "\n".join(lines) + "\n"
