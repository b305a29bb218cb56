"""Templates: the notation, what is refused, and the shortest expansions."""

import pytest

from dialogue.understanding.template import (
    Expander,
    Fault,
    Node,
    NumberRange,
    RuleBook,
    TemplateError,
    Word,
    count_expansions,
)

BOOK = RuleBook(
    rules={
        "deg": ("really", "very"),
        "round": ("a <about>",),
        "about": ("b <round>",),
        "many": ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"),
    },
    verbs={"is": {True: ("is", "feels"), False: ("is not",)}},
)


def expand(text: str, most: int = 1000, *, affirmed: bool = True) -> list[str]:
    """Return the expansions of a template as text."""
    node = BOOK.parse(text, affirmed=affirmed, verbs=True)
    return [
        " ".join(part.text for part in parts if isinstance(part, Word))
        for parts in Expander(most).list_shortest(node)
    ]


@pytest.mark.parametrize(
    ("text", "all_of_it"),
    [
        ("a b", ["a b"]),
        ("(a|b) c", ["a c", "b c"]),
        ("[a] b", ["b", "a b"]),
        ("[a|b] c", ["c", "a c", "b c"]),
        ("(a|) b", ["b", "a b"]),
        ("it ~is [<deg>] numb", [
            "it is numb", "it feels numb",
            "it is really numb", "it is very numb",
            "it feels really numb", "it feels very numb",
        ]),
    ],
)  # fmt: skip
def test_a_template_stands_for_its_expansions(text: str, all_of_it: list[str]) -> None:
    """All of them, and no others; the count is told without listing them."""
    assert sorted(expand(text)) == sorted(all_of_it)
    assert count_expansions(BOOK.parse(text, verbs=True)) == len(all_of_it)


def test_a_denial_holds_the_verb() -> None:
    """Where the verb may be missing, the shorter form denies nothing."""
    assert expand("[it ~is] numb", affirmed=False) == ["it is not numb"]
    assert expand("(it ~is|the pain is) numb", affirmed=False) == ["it is not numb"]
    assert "the pain is numb" in expand("(it ~is|the pain is) numb")


def test_the_shortest_come_first() -> None:
    """Optional parts are left out before they are put in."""
    found = expand("[a] [b] c [d]", 4)
    assert found[0] == "c"
    assert [len(phrase.split()) for phrase in found] == [1, 2, 2, 2]


def test_a_range_keeps_its_ends() -> None:
    """Both are included, fractions too."""
    node: Node = BOOK.parse("{n:100.4..108}")
    assert node == NumberRange(100.4, 108)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("(a|b", Fault.BRACKETS),
        ("a)", Fault.BRACKETS),
        ("[a)", Fault.BRACKETS),
        ("()", Fault.EMPTY),
        ("[]", Fault.EMPTY),
        ("", Fault.EMPTY),
        ("a {unheard}", Fault.UNKNOWN_SIGN),
        ("a {n:x..y}", Fault.UNKNOWN_SIGN),
        ("a < b", Fault.UNKNOWN_SIGN),
        ("<nothing>", Fault.UNKNOWN_RULE),
        ("it ~flies", Fault.UNKNOWN_VERB),
        ("it ~is ~is", Fault.TWO_VERBS),
        ("<round>", Fault.CIRCLE),
        ("[" * 40 + "a" + "]" * 40, Fault.TOO_DEEP),
        ("<many> <many> <many> <many> <many> [a]", Fault.TOO_MANY),
    ],
)
def test_a_faulty_template_is_refused(text: str, fault: Fault) -> None:
    """Each with what is wrong and where."""
    with pytest.raises(TemplateError) as refused:
        BOOK.parse(text, verbs=True)
    assert refused.value.fault is fault


def test_a_verb_stands_only_where_there_is_a_denial() -> None:
    """An answer or a filler has none."""
    with pytest.raises(TemplateError) as refused:
        BOOK.parse("it ~is")
    assert refused.value.fault is Fault.VERB_HERE


def test_a_million_expansions_are_refused_at_once() -> None:
    """They are counted, not listed."""
    with pytest.raises(TemplateError) as refused:
        BOOK.parse(" ".join(["<many>"] * 200))
    assert refused.value.fault is Fault.TOO_MANY
