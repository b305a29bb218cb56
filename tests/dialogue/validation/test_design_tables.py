"""The protocol is the one that the clinical design's tables describe."""

import pytest
from helpers import design_tables


@pytest.mark.parametrize(
    "name", ["questions", "rules", "care_lines", "explanations", "settings"]
)
def test_the_protocol_is_as_designed(content, name):
    """Each entry of the design, its order and what depends on it stand so here."""
    protocol = content.protocol
    written = {
        "questions": design_tables.questions,
        "rules": design_tables.rules,
        "care_lines": design_tables.care_lines,
        "explanations": lambda p: ((e.key, e.offered_with) for e in p.explanations),
        "settings": design_tables.settings,
    }
    found = design_tables.designed(name, written[name](protocol))
    assert design_tables.table(name) == found


def test_what_is_volunteered_amounts_to_what_is_designed(content):
    """One phrase of each row sets the answers that the design gives it."""
    written = design_tables.volunteered(content.protocol, content.words)
    assert design_tables.table("volunteered") == list(written)


def test_every_volunteered_row_has_a_phrase_in_the_table(content):
    """No row is left out of the double entry."""
    said = design_tables.list_said_rows(content.protocol, content.words)
    assert {row.id for row in content.protocol.volunteered} == said
