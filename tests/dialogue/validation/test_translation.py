"""A locale that is half translated is refused, by the check and by every start."""

import shutil
from pathlib import Path

import pytest
from helpers.invalid_data import PROMPTS, bundled_copy

from dialogue.__main__ import main
from dialogue.content import locale_messages
from dialogue.content.problems import DataRefused, Problem
from dialogue.loading import check_all, load_content

SPANISH = "locales/es-US/prompts.yaml"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return data with a second locale: English words but for two."""
    data = bundled_copy(tmp_path_factory.mktemp("translation"))
    shutil.copytree(data / "locales/en-US", data / "locales/es-US")
    words = (data / PROMPTS).read_text("utf-8")
    words = words.replace('"Do you have a fever?"', '"¿Tiene usted fiebre?"')
    words = words.replace("right now", "ahora mismo").replace(
        "Right now", "Ahora mismo"
    )
    (data / SPANISH).write_text(words, "utf-8")
    return data


def is_untranslated(problem: Problem) -> bool:
    """Tell whether a problem is that words are still English."""
    return problem.rule == locale_messages.UNTRANSLATED.rule


def test_the_check_names_every_text_that_is_still_english(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its line and words; one that was changed in two words only, too."""
    errors, _ = check_all(data)
    found = [problem for problem in errors if is_untranslated(problem)]
    lines = (data / SPANISH).read_text("utf-8").splitlines()
    (chest,) = (p for p in found if "questions.chest_pain.ask" in p.what)
    assert lines[chest.line - 1].strip().startswith('ask: "Ahora mismo, does your')
    assert '"does your chest hurt"' in chest.what
    assert not any("questions.fever.ask" in problem.what for problem in found)
    files = {problem.path.rpartition("/")[2] for problem in found}
    assert {"prompts.yaml", "signs.yaml", "words.yaml", "lexicon.yaml"} <= files
    assert len(found) > 500
    assert 1 == main(["check", "--data", str(data)])
    assert f"{SPANISH}:" in capsys.readouterr().err


def test_nothing_starts_with_it(data: Path) -> None:
    """The complete locale beside it does."""
    with pytest.raises(DataRefused) as refused:
        load_content(locale="es-US", data=data)
    assert any(map(is_untranslated, refused.value.problems))
    assert "en-US" == load_content(data=data).locale


def test_the_list_of_what_is_to_be_done_names_it(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A word that both languages may have is no fault."""
    assert 1 == main(["check", "--locale", "es-US", "--data", str(data)])
    said = capsys.readouterr().out
    assert "'prompts.retry.wait' still has words of en-US: \"take your time\"" in said
    assert "'prompts.screen.no'" not in said


def test_another_english_may_share_every_word(data: Path) -> None:
    """Only a locale of another language is a translation."""
    (data / "locales/es-US").rename(data / "locales/en-GB")
    try:
        assert not any(map(is_untranslated, check_all(data)[0]))
        assert "en-GB" == load_content(locale="en-GB", data=data).locale
    finally:
        (data / "locales/en-GB").rename(data / "locales/es-US")
