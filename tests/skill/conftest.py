"""What the tests of the Alexa channel share: an endpoint, and a talk with it."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app import create_app
from skill.settings import Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient
from skill.testing.authority import CertificateAuthority

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
"""A Monday, noon in Roseville: the clinic is open."""


@pytest.fixture(scope="session")
def authority() -> CertificateAuthority:
    """Return a test authority."""
    return CertificateAuthority(NOON)


@pytest.fixture(scope="session")
def endpoint(authority: CertificateAuthority) -> FlaskClient:
    """Return the whole endpoint, which trusts the test authority only."""
    settings = Settings("development", SKILL_ID, "roseville")
    app = create_app(
        settings, roots=[authority.root], fetch=authority.fetch, now=lambda: NOON
    )
    return app.test_client()


@pytest.fixture
def alexa(authority: CertificateAuthority, endpoint: FlaskClient) -> AlexaClient:
    """Return a talk that has not begun; everything in it is signed."""
    return AlexaClient(authority, lambda: NOON, endpoint.post)
