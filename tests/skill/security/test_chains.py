"""Chains like Amazon's over time: renewed, cross-signed, outlived, with a set clock."""

import copy
import json
from datetime import UTC, datetime, timedelta

import pytest

from skill.errors import RequestRefused
from skill.security.verifier import RequestVerifier
from skill.testing.alexa_client import HOST, PATH, SKILL_ID, AlexaClient
from skill.testing.authority import CertificateAuthority

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Amazon:
    """Signs, stores certificates by address, and sets the clock."""

    def __init__(self, authority: CertificateAuthority) -> None:
        self.now = START
        self.signer = authority
        self.files = {HOST + PATH: authority.build_pem()}

    def renew(self, authority: CertificateAuthority) -> None:
        """Sign by a new key of `authority`, whose file takes the old one's place."""
        self.signer = renewed(authority, START)
        self.files[HOST + PATH] = self.signer.build_pem()

    def fetch(self, url: str) -> bytes:
        """Return what stands at an address."""
        if url not in self.files:
            raise OSError(url)
        return self.files[url]

    def verifier(self, *roots) -> RequestVerifier:
        """Return a verifier that trusts `roots` and this clock."""
        return RequestVerifier(
            skill_id=SKILL_ID,
            roots=[*roots],
            fetch=self.fetch,
            now=lambda: self.now,
        )

    def reason(self, verifier: RequestVerifier, path: str = PATH) -> str:
        """Return why a request signed now is refused, or nothing."""
        client = AlexaClient(
            self.signer, lambda: self.now, lambda *_: None, certificate_url=HOST + path
        )
        body = json.dumps(client.build_envelope({"type": "LaunchRequest"})).encode()
        try:
            verifier.verify(client.sign(body), body)
        except RequestRefused as refused:
            return refused.reason
        return ""


def renewed(authority: CertificateAuthority, moment: datetime) -> CertificateAuthority:
    """Return the same authority with a new signing key and certificate."""
    new = copy.copy(authority)
    new.__dict__.pop("key", None)
    new.moment = moment
    return new


@pytest.fixture
def authority() -> CertificateAuthority:
    """Return an authority whose certificates are good for a year either way."""
    return CertificateAuthority(START)


def test_a_renewed_certificate_at_a_new_address_serves_at_once(authority) -> None:
    """As Amazon does it; the old address goes on beside it."""
    amazon = Amazon(authority)
    verifier = amazon.verifier(authority.root)
    assert "" == amazon.reason(verifier)
    new = renewed(authority, START)
    amazon.files[f"{HOST}/echo.api/new.pem"] = new.build_pem()
    amazon.signer = new
    assert "" == amazon.reason(verifier, "/echo.api/new.pem")
    amazon.signer = authority
    assert "" == amazon.reason(verifier)


def test_a_renewed_certificate_in_place_serves_within_the_hour(authority) -> None:
    """The old key is known for an hour; then the file is fetched again."""
    amazon = Amazon(authority)
    verifier = amazon.verifier(authority.root)
    assert "" == amazon.reason(verifier)
    amazon.renew(authority)
    amazon.now += timedelta(minutes=59)
    assert "signature" == amazon.reason(verifier)
    amazon.now += timedelta(minutes=1)
    assert "" == amazon.reason(verifier)


def test_an_expired_certificate_is_refused_in_the_second_it_ends(authority) -> None:
    """Also from the cache; a renewed file at its address serves at once."""
    amazon = Amazon(authority)
    verifier = amazon.verifier(authority.root)
    amazon.now = START + 365 * DAY
    assert "" == amazon.reason(verifier)
    amazon.now += timedelta(seconds=1)
    assert "chain" == amazon.reason(verifier)


def test_a_renewal_before_the_end_leaves_no_gap() -> None:
    """The old leaf ends within its hour in the cache; the new file is fetched then."""
    authority = CertificateAuthority(START)
    old = renewed(authority, START - 364 * DAY)
    amazon = Amazon(old)
    amazon.now = START + DAY - timedelta(minutes=10)
    verifier = amazon.verifier(authority.root)
    assert "" == amazon.reason(verifier)
    amazon.renew(authority)
    amazon.now += timedelta(minutes=11)
    assert "" == amazon.reason(verifier)


def test_a_leaf_does_not_outlive_its_intermediate() -> None:
    """A key is good for as long as the whole chain behind it."""
    old = CertificateAuthority(START - 300 * DAY)
    amazon = Amazon(renewed(old, START))
    verifier = amazon.verifier(old.root)
    assert "" == amazon.reason(verifier)
    amazon.now = START + 66 * DAY
    assert "chain" == amazon.reason(verifier)


@pytest.mark.parametrize("trusted", ["own root", "the root that signed it across"])
def test_a_cross_signed_root_at_the_end_is_a_help_and_no_need(
    authority, trusted: str
) -> None:
    """The chain stops at the root that is trusted, whichever of the two it is."""
    amazon = Amazon(authority)
    amazon.files[HOST + PATH] = authority.build_pem("cross_signed_end")
    own = trusted == "own root"
    verifier = amazon.verifier(
        authority.root if own else authority._foreign.certificate
    )
    assert "" == amazon.reason(verifier)


def test_a_cross_signed_root_that_nobody_trusts_is_no_door(authority) -> None:
    """Neither root is trusted here."""
    amazon = Amazon(authority)
    amazon.files[HOST + PATH] = authority.build_pem("cross_signed_end")
    assert "chain" == amazon.reason(amazon.verifier(CertificateAuthority(START).root))
