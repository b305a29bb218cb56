"""The list of phrases: one meaning each, spelled as words, in step with the lexicon."""

from pathlib import Path

import pytest
from helpers.hearing import hear

from acoustic_model.data.vocabulary import read_vocabulary, to_word
from acoustic_model.errors import RecipeError
from dialogue.engine.events import Answered
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content


def test_a_phrase_is_one_word() -> None:
    """Spaces become underscores; the apostrophe stays."""
    assert to_word("i don't know") == "i_don't_know"


def test_sections_become_meanings(tmp_path: Path) -> None:
    """A phrase means what the section above it says; decoys mean nothing."""
    path = tmp_path / "vocabulary.txt"
    path.write_text("# a note\n[yes]\nyes\n\n[decoy]\ngo\n")
    vocabulary = read_vocabulary(path)
    assert vocabulary.meanings == {"yes": "yes"}
    assert vocabulary.decoys == ("go",)
    assert vocabulary.get_words() == ("yes", "go", "[unk]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[yes]\nsure\n[no]\nsure\n", "vocabulary.txt:4: 'sure' is listed twice."),
        ("[yes]\ngo\n[decoy]\ngo\n", "vocabulary.txt:4: 'go' is listed twice."),
        ("sure\n", "vocabulary.txt:1: 'sure' stands before the first [section]."),
    ],
)
def test_an_invalid_list_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """The message names the line, the rule and the remedy."""
    path = tmp_path / "vocabulary.txt"
    path.write_text(text)
    with pytest.raises(RecipeError) as refused:
        read_vocabulary(path)
    assert str(refused.value).startswith(message)
    assert str(refused.value).endswith(".")


def test_the_model_and_the_lexicon_mean_the_same_by_a_phrase() -> None:
    """A phrase that the model does not know yet is named by the doctor instead."""
    meanings, content = read_vocabulary().meanings, load_content()
    names = {Answer.YES: "yes", Answer.NO: "no", Answer.UNSURE: "unsure"}
    events = {phrase: hear(content, phrase) for phrase in meanings}
    meant = {p: names[e.answer] for p, e in events.items() if isinstance(e, Answered)}
    assert len(meant) > 100
    assert meant == {p: meanings[p] for p in meant}
