"""What all tests share: the shipped content, and the switches of the transcripts."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from dialogue.content.content import Content
from dialogue.loading import load_content

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
def graphs_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the graphs of the tests out of the home of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKTALK_GRAPHS", str(tmp_path_factory.mktemp("graphs")))
        yield


@pytest.fixture(scope="session")
def content() -> Content:
    """Return the shipped protocol, words and phrases with the Roseville clinic."""
    return load_content(clinic="roseville")


@pytest.fixture(scope="session")
def no_clinic() -> Content:
    """Return the shipped content with no clinic set."""
    return load_content(clinic=None)
