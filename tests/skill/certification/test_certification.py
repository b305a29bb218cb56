"""The rehearsal passes our endpoint, fails a careless one, and never guesses."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, Response
from werkzeug.serving import make_server

from app import create_app
from skill.__main__ import main
from skill.certification.checklist import CHECKLIST, SOURCES
from skill.certification.findings import Outcome, expect, get_worst, skip
from skill.settings import Settings


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Serve an app on loopback and yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@pytest.fixture
def rehearse(capsys: pytest.CaptureFixture) -> Callable[..., tuple[int, dict]]:
    """Return what the command comes to: its exit code, and each row's outcome."""

    def run(*arguments: str) -> tuple[int, dict[str, str]]:
        code = main(["rehearse", *arguments])
        lines = capsys.readouterr().out.splitlines()
        rows = [line for line in lines if re.match(r" [ \d]\d  ", line)]
        return code, {line[:3].strip(): line[5:19].strip() for line in rows}

    return run


def test_our_own_endpoint_passes(rehearse) -> None:
    """Every row but the certificate of a public host and what a person must do."""
    code, rows = rehearse("--privacy-url", "https://clinic.example/skill-privacy")
    assert 0 == code
    others = {"3": "not judged", "16": "for a person"}
    assert {
        str(item.number): others.get(str(item.number), "pass") for item in CHECKLIST
    } == rows


def test_a_distant_endpoint_is_judged_by_what_anybody_can_ask(rehearse) -> None:
    """What takes a trusted signature is not judged, and never passed."""
    app = create_app(Settings("production", "amzn1.ask.skill.real", "roseville"))
    with serve(app) as url:
        code, rows = rehearse(f"{url}/alexa")
    assert 0 == code
    needs_a_signer = {"1", "2", "4", "6", "7", "8", "9", "10", "11", "12", "14", "15"}
    assert {"not judged"} == {rows[number] for number in needs_a_signer}
    assert {"pass"} == {rows[number] for number in ("5", "17", "18", "19")}


def test_a_careless_endpoint_fails(rehearse) -> None:
    """One that answers whoever asks."""
    app = Flask(__name__)

    @app.route("/<path:_>", methods=["GET", "POST", "PUT"])
    def anything(_: str) -> Response:
        return Response("{}", mimetype="application/json")

    with serve(app) as url:
        code, rows = rehearse(url)
    assert 1 == code
    assert {"FAIL"} == {rows[number] for number in ("1", "17", "18")}


def test_an_endpoint_that_is_not_there_fails(rehearse) -> None:
    """Nobody listens: the rows that ask it fail, the files are judged."""
    with serve(Flask(__name__)) as url:
        pass
    code, rows = rehearse(url.replace("http:", "https:"), "--brief")
    assert 1 == code
    assert {"FAIL"} == {rows[number] for number in ("1", "3", "17", "18")}
    assert "pass" == rows["5"]


def test_an_address_of_another_kind_is_refused(capsys: pytest.CaptureFixture) -> None:
    """With one sentence that says how to write it."""
    assert 1 == main(["rehearse", "skill.clinic.example"])
    assert "begins with https://" in capsys.readouterr().err


def test_a_row_passes_only_where_everything_in_it_does() -> None:
    """A failure outweighs what was not judged, and that a pass."""
    good, bad, unseen = expect(True, "x"), expect(False, "x", "y"), skip("x", "y")
    assert Outcome.PASS is get_worst([good])
    assert Outcome.NOT_JUDGED is get_worst([good, unseen])
    assert Outcome.FAIL is get_worst([unseen, bad, good])


def test_the_list_is_whole() -> None:
    """All sixteen rows, each with sources that are named."""
    assert set(range(1, 17)) <= {item.number for item in CHECKLIST}
    assert len(CHECKLIST) == len({item.number for item in CHECKLIST})
    sources = {key for item in CHECKLIST for key in item.source.split(", ")}
    assert sources <= set(SOURCES)
