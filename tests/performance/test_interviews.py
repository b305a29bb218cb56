"""Interviews live in their sessions alone; the longest costs little."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("reads processes from /proc, as Linux has it", allow_module_level=True)
from performance import bench_alexa, bench_interviews
from performance.bench_load import gunicorn

from dialogue.content.content import Content
from skill.testing.alexa_client import AlexaClient
from skill.testing.authority import CertificateAuthority

AT_ONCE = 60


@pytest.fixture(scope="module")
def files(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, AlexaClient]:
    """Return a folder with root and certificate, and who signs under them."""
    folder, authority = tmp_path_factory.mktemp("bench"), CertificateAuthority()
    (folder / "root.pem").write_bytes(authority.get_root_pem())
    (folder / "test.pem").write_bytes(authority.build_pem())
    return folder, AlexaClient(authority, lambda: datetime.now(UTC), lambda *_: None)


@pytest.mark.performance
def test_interviews_outlive_the_worker_that_holds_them(
    files: tuple[Path, AlexaClient], content: Content
) -> None:
    """Sixty at once, two workers, one killed: none is lost or mixed up."""
    folder, talk = files
    with gunicorn("performance.bench_apps:signed", 2, folder, None) as server:
        held = bench_interviews.hold(server, content, talk, AT_ONCE)
        print(held)
    assert held.killed >= 1
    assert () == held.wrong
    assert AT_ONCE == sum(held.outcomes.values())
    assert held.most_at_once > AT_ONCE / 2


@pytest.mark.performance
def test_the_longest_interview_costs_under_20_ms(
    files: tuple[Path, AlexaClient], content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All eighteen questions, signed, in processor time of the server."""
    folder, talk = files
    monkeypatch.setenv("BENCH_FILES", str(folder))
    assert 19 <= len(bench_alexa.longest(content)) + 1
    assert bench_alexa.measure_interview(talk, content, folder)
