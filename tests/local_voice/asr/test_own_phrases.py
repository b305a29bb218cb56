"""A clinic's own phrases: what a file may hold, and each thing that is wrong in one."""

import pytest

from local_voice.asr.own_phrases import OwnPhrasesError, parse_line, read_own_phrases

KNOWN = {"yes": "", "no": "", "i don't know": "", "stop": ""}


def read(tmp_path, text):
    """Read a file with this text."""
    file = tmp_path / "own.txt"
    file.write_text(text, "utf-8")
    return read_own_phrases(file, KNOWN)


def test_phrases_stand_for_known_ones(tmp_path):
    """Comments, empty lines, capitals and curly apostrophes do not matter."""
    text = (
        "# ours\n\nYou  Betcha = yes\nI\N{RIGHT SINGLE QUOTATION MARK}d rather not=no\n"
    )
    own = read(tmp_path, text)
    assert {"you betcha": "yes", "i'd rather not": "no"} == own.aliases
    assert {"you betcha": 3, "i'd rather not": 4} == own.lines


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "holds no phrase"),
        ("# nothing\n", "holds no phrase"),
        ("you betcha\n", "own.txt:1: 'you betcha' is no pair"),
        ("ok = \n", "own.txt:1: 'ok =' is no pair"),
        (" = yes\n", "own.txt:1: '= yes' is no pair"),
        ("\nyes = no\n", "own.txt:2: 'yes' is understood already"),
        ("ja = jawohl\n", "own.txt:1: 'jawohl' is no phrase of the lexicon"),
        ("ja = yes\nja = no\n", "own.txt:2: 'ja' stands in line 1 already"),
        ("24 7 = yes\n", "own.txt:1: '24 7' has '2'"),
        ("a=b=yes\n", "own.txt:1: 'b=yes' is no phrase"),
        ("so_so = yes\n", "own.txt:1: 'so_so' has '_'"),
        ("[unk] = yes\n", "own.txt:1"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, text, wrong):
    """File, line, what is wrong, the rule and what to do."""
    with pytest.raises(OwnPhrasesError) as refused:
        read(tmp_path, text)
    assert wrong in str(refused.value)
    assert str(tmp_path) in str(refused.value)
    assert str(refused.value).count(". ") >= 2


def test_what_is_no_text_is_refused(tmp_path):
    """A folder, nothing, other bytes, too many of them."""
    for file in (tmp_path, tmp_path / "none"):
        with pytest.raises(OwnPhrasesError, match="cannot be read"):
            read_own_phrases(file, KNOWN)
    file = tmp_path / "bytes"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OwnPhrasesError, match="cannot be read"):
        read_own_phrases(file, KNOWN)
    with file.open("ab") as opened:
        opened.truncate(1 << 30)
    with pytest.raises(OwnPhrasesError, match="larger"):
        read_own_phrases(file, KNOWN)


def test_a_line_is_told_by_where_it_stands():
    """The command line is one place."""
    assert ("you betcha", "yes") == parse_line("here", "you betcha=Yes", KNOWN)
    with pytest.raises(OwnPhrasesError, match=r"^here: "):
        parse_line("here", "x", KNOWN)
