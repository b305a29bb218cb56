"""What all tests share: the shipped content, and the switches of the transcripts."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from dialogue.command_line import SETTINGS, get_variable
from dialogue.content.content import Content
from dialogue.loading import load_content

# Before numpy is loaded: on small matrices its threads only wait for each other, and
# on a busy machine that took five times the processor's time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# A busy machine is slow now and then; a slow example is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches of the transcripts."""
    parser.addoption("--locale", default="en-US", help="locale of the transcripts")
    parser.addoption(
        "--update-transcripts",
        action="store_true",
        help="write what Back Talk really says into the transcripts",
    )


@pytest.fixture(scope="session", autouse=True)
def no_browser() -> Iterator[None]:
    """Open no browser on the desktop of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSH_CONNECTION", "tests")
        yield


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests' graphs out of a person's home, and its settings out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKTALK_GRAPHS", str(tmp_path_factory.mktemp("graphs")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        for name in SETTINGS:
            patch.delenv(get_variable(name), raising=False)
        yield


@pytest.fixture(scope="session")
def content() -> Content:
    """Return the shipped protocol, words and phrases with the Roseville clinic."""
    return load_content(clinic="roseville")


@pytest.fixture(scope="session")
def no_clinic() -> Content:
    """Return the shipped content with no clinic set."""
    return load_content(clinic=None)
