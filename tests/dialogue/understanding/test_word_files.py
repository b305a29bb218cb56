"""The four files of words: what is refused, with line, rule and remedy; the table."""

import json
import time
from pathlib import Path

import pytest
from helpers.current_protocol import read_shipped_protocol
from helpers.meanings import read_shipped_words
from helpers.small_words import write_small_words

from dialogue.content.content_store import ContentStore
from dialogue.content.problems import DataRefused
from dialogue.content.word_table import TABLE
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import build_asked
from dialogue.understanding.interpretation import interpret
from dialogue.understanding.meaning import Result
from dialogue.understanding.words import from_table, to_table

LOCALES = Path(__file__).parents[3] / "dialogue" / "data" / "locales"
FOLDER = LOCALES / "en-US" / "understanding"
FASTEST_MS = 30


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with a handful of words."""
    write_small_words(tmp_path / "locales" / "en-US" / "understanding")
    return tmp_path


def change(data: Path, name: str, old: str, new: str) -> Path:
    """Put `new` in place of the first `old` of a file of words; return the file."""
    file = data / "locales" / "en-US" / "understanding" / name
    text = file.read_text("utf-8")
    assert old in text, old
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def find_line(file: Path, words: str) -> int:
    """Return the first line that holds `words`."""
    lines = file.read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if words in line)


FAULTS = (
    (
        "rules:\n",
        "rules:\n  aa: |\n    x <bb>\n  bb: |\n    y <aa>\n",
        "x <bb>",
        "circle",
    ),
    ("rules:\n", "rules:\n  aa:\n    - x\n    - y\n", "- x", "block text"),
    ("rules:\n", "rules:\n  aa: |\n    x (y\n", "x (y", "bracket"),
    ("rules:\n", "rules:\n  aa: |\n    x <nope>\n", "x <nope>", "there is not"),
    ("rules:\n", "rules:\n  aa: |\n    x, y, x\n", "x, y, x", "twice"),
    ("rules:\n", "more: |\n  x\nrules:\n", "more:", "not an entry"),
    ("topics:\n", "topics:\n  aa: |\n    it ~is\n", "it ~is", "denial"),
    (
        "topics:\n",
        "topics:\n  aa: |\n    " + " ".join(["(a|b|c|d|e|f|g|h|i|j)"] * 6) + "\n",
        "(a|b|c|d|e",
        "100,000",
    ),
)


@pytest.mark.parametrize(
    ("old", "new", "at", "why"), FAULTS, ids=[f[3] for f in FAULTS]
)
def test_a_fault_is_refused_with_its_line(
    data: Path, old: str, new: str, at: str, why: str
) -> None:
    """File, line, what is wrong, the rule and what to do."""
    file = change(data, "words.yaml", old, new)
    with pytest.raises(DataRefused) as refused:
        ContentStore(data).read_words("en-US")
    (problem, *_) = [p for p in refused.value.problems if why in str(p)] or [None]
    assert problem is not None, refused.value
    assert problem.path == "locales/en-US/understanding/words.yaml"
    assert problem.line == find_line(file, at)
    assert problem.rule
    assert problem.remedy


def test_a_pair_without_a_right_side_is_refused(data: Path) -> None:
    """Spelling and numbers are pairs."""
    change(data, "words.yaml", "  endings: |\n", "  endings: |\n    zz\n")
    with pytest.raises(DataRefused, match="is no pair"):
        ContentStore(data).read_words("en-US")


def test_a_pair_twice_is_refused(data: Path) -> None:
    """It would be turned to two things."""
    change(
        data, "words.yaml", "    can't = can not\n", "    can't = a\n    can't = b\n"
    )
    with pytest.raises(DataRefused, match="stands twice on the left"):
        ContentStore(data).read_words("en-US")


def test_a_yes_that_is_also_a_no_is_refused(data: Path) -> None:
    """One phrase never says and denies one thing."""
    new = "rows:\n  zz:\n    told: |\n      zig zag\n    fine: |\n      zig zag\n"
    file = change(data, "signs.yaml", "rows:\n", new)
    with pytest.raises(DataRefused) as refused:
        ContentStore(data).read_words("en-US")
    (problem,) = refused.value.problems
    assert "both yes to 'zz' and no to 'zz'" in problem.what
    lines = file.read_text("utf-8").splitlines()
    assert "zig zag" in lines[problem.line - 1]


def test_words_that_changed_are_read_anew(data: Path) -> None:
    """A stale table is passed over: an author sees a new phrase at once."""
    store, asked = ContentStore(data), build_asked(read_shipped_protocol(), "fever")
    folder = data / "locales" / "en-US" / "understanding"
    (folder / TABLE).write_text(store.render_words("en-US"), encoding="utf-8")
    before = interpret(store.read_words("en-US"), "zig zag", asked)
    assert before.result is Result.NOT_UNDERSTOOD
    change(data, "words.yaml", "    plain: |\n", "    plain: |\n      zig zag,\n")
    after = interpret(store.read_words("en-US"), "zig zag", asked)
    assert after.result is Result.ACCEPT


def test_a_translation_may_begin_with_answers_and_commands(data: Path) -> None:
    """What is not there yet is not understood, and no error."""
    folder = data / "locales" / "en-US" / "understanding"
    for name in ("signs.yaml", "lengths.yaml", "surroundings.yaml"):
        (folder / name).unlink()
    words = ContentStore(data).read_words("en-US")
    asked = build_asked(read_shipped_protocol(), "fever")
    assert interpret(words, "yes", asked).answer is Answer.YES
    assert interpret(words, "call now", asked).command == "emergency"
    for said in ("i have a fever", "two weeks", "no but"):
        assert interpret(words, said, asked).result is not Result.ACCEPT


def test_signs_are_refused_without_what_stands_around_them(data: Path) -> None:
    """Negators and the rest keep a denial from being a sign."""
    (data / "locales" / "en-US" / "understanding" / "surroundings.yaml").unlink()
    with pytest.raises(DataRefused, match=r"no surroundings\.yaml"):
        ContentStore(data).read_words("en-US")


def test_the_table_is_fresh() -> None:
    """Whoever changes the words builds the table anew: python -m dialogue words."""
    built = ContentStore().render_words("en-US")
    assert (FOLDER / TABLE).read_text("utf-8") == built


@pytest.mark.parametrize("raw", [b"", b"\xff", b"{}", b"[]\n", b'{"digest": "x"}\n1'])
def test_a_damaged_table_is_passed_over(data: Path, raw: bytes) -> None:
    """The words are read from their files then."""
    (data / "locales" / "en-US" / "understanding" / TABLE).write_bytes(raw)
    assert ContentStore(data).read_words("en-US").rows


def test_a_table_holds_all_of_the_words() -> None:
    """Written and read again, they are the same."""
    words = read_shipped_words()
    table = to_table(words)
    assert to_table(from_table(json.loads(json.dumps(table)))) == table


@pytest.mark.performance
def test_the_table_is_loaded_fast() -> None:
    """The processor's time, as other work on the machine is none of ours."""
    store, spent = ContentStore(), []
    for _ in range(5):
        begun = time.process_time()
        store.read_words("en-US")
        spent.append((time.process_time() - begun) * 1000)
    print(f"words loaded in {min(spent):.1f} ms")
    assert min(spent) <= FASTEST_MS
