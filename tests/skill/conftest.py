"""What the tests of the Alexa channel share: an endpoint, and a talk with it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import pytest
from flask.testing import FlaskClient

import app
from skill import locales
from skill.settings import Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient
from skill.testing.authority import CertificateAuthority

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
"""A Monday, noon in Roseville: the clinic is open."""


@pytest.fixture(autouse=True, scope="session")
def _load_once() -> Iterator[None]:
    """Read the files of a protocol and a clinic once for all endpoints."""
    load_once = cache(locales.load_locales)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "load_locales", load_once)
        patch.setattr(locales, "load_locales", load_once)
        yield


@pytest.fixture(scope="session")
def authority() -> CertificateAuthority:
    """Return a test authority."""
    return CertificateAuthority(NOON)


@pytest.fixture(scope="session")
def endpoint(authority: CertificateAuthority) -> FlaskClient:
    """Return the whole endpoint, which trusts the test authority only."""
    settings = Settings("development", SKILL_ID, "roseville")
    own = app.create_app(
        settings, roots=[authority.root], fetch=authority.fetch, now=lambda: NOON
    )
    return own.test_client()


@pytest.fixture
def alexa(authority: CertificateAuthority, endpoint: FlaskClient) -> AlexaClient:
    """Return a talk that has not begun; everything in it is signed."""
    return AlexaClient(authority, lambda: NOON, endpoint.post)
