"""A request is verified over its raw bytes, in order, each failure with its code."""

import base64
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from skill.errors import RequestRefused
from skill.security.verifier import RequestVerifier
from skill.testing.alexa_client import SKILL_ID, AlexaClient
from skill.testing.authority import WRONG_KINDS, CertificateAuthority

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AUTHORITY = CertificateAuthority(NOW)
CLIENT = AlexaClient(AUTHORITY, lambda: NOW, post=lambda *_: None)
BODY = json.dumps(CLIENT.build_envelope({"type": "LaunchRequest"})).encode()
HEADERS = CLIENT.sign(BODY)


@pytest.fixture
def verifier() -> RequestVerifier:
    """Return a verifier that trusts our authority."""
    return RequestVerifier(
        skill_id=SKILL_ID,
        roots=[AUTHORITY.root],
        fetch=AUTHORITY.fetch,
        now=lambda: NOW,
    )


def refusal(verifier: RequestVerifier, headers: Mapping[str, str], body: bytes) -> str:
    """Return the reason why a request is refused."""
    with pytest.raises(RequestRefused) as refused:
        verifier.verify(headers, body)
    return refused.value.reason


def sign(body: bytes) -> dict[str, str]:
    """Return good headers for `body`."""
    return CLIENT.sign(body)


def test_a_signed_request_is_returned_as_a_dict(verifier: RequestVerifier) -> None:
    """A good request comes back as its JSON."""
    assert json.loads(BODY) == verifier.verify(HEADERS, BODY)


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_header_names_are_taken_in_any_case(verifier: RequestVerifier, change) -> None:
    """Servers differ in how they write names."""
    verifier.verify({change(name): value for name, value in HEADERS.items()}, BODY)


def test_the_raw_bytes_count(verifier: RequestVerifier) -> None:
    """Odd spacing and properties that we do not know are signed as they are."""
    odd = BODY.replace(b'{"version"', b'{ "certificationParam" :1,\n"version"')
    verifier.verify(sign(odd), odd)
    assert "signature" == refusal(verifier, HEADERS, BODY + b" ")


@pytest.mark.parametrize("name", ["SignatureCertChainUrl", "Signature-256"])
@pytest.mark.parametrize("how", ["missing", "empty", "doubled", "two names"])
def test_each_header_must_come_exactly_once(
    verifier: RequestVerifier, name: str, how: str
) -> None:
    """Missing, empty or doubled, by a comma or by case: refused."""
    headers = dict(HEADERS)
    match how:
        case "missing":
            del headers[name]
        case "empty":
            headers[name] = ""
        case "doubled":
            headers[name] += "," + headers[name]
        case "two names":
            headers[name.lower()] = headers[name]
    assert "headers" == refusal(verifier, headers, BODY)


def test_a_header_that_is_no_text_is_refused(verifier: RequestVerifier) -> None:
    """A list where a text belongs is refused, not followed."""
    headers = HEADERS | {"SignatureCertChainUrl": [HEADERS["SignatureCertChainUrl"]]}
    assert "headers" == refusal(verifier, headers, BODY)


def test_the_old_signature_header_counts_for_nothing(verifier: RequestVerifier) -> None:
    """SHA-1 beside the new one is ignored; alone it is no signature at all."""
    old = AUTHORITY.key.sign(BODY, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    headers = HEADERS | {"Signature": base64.b64encode(old).decode()}
    verifier.verify(headers, BODY)
    del headers["Signature-256"]
    assert "headers" == refusal(verifier, headers, BODY)


def test_a_sha1_signature_under_the_new_name_is_refused(
    verifier: RequestVerifier,
) -> None:
    """The digest is fixed, not chosen by the sender."""
    old = AUTHORITY.key.sign(BODY, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    headers = HEADERS | {"Signature-256": base64.b64encode(old).decode()}
    assert "signature" == refusal(verifier, headers, BODY)


@pytest.mark.parametrize(
    "text",
    [
        "garbage!",
        HEADERS["Signature-256"] + "!",
        " " + HEADERS["Signature-256"],
        HEADERS["Signature-256"].rstrip("="),
        "\u00e9" * 400,
        base64.b64encode(b"x" * 255).decode(),
        base64.b64encode(b"x" * 256).decode(),
        base64.b64encode(b"x" * 1025).decode(),
    ],
)
def test_a_broken_signature_is_refused(verifier: RequestVerifier, text: str) -> None:
    """Lax base64, wrong lengths and foreign bytes."""
    assert "signature" == refusal(verifier, HEADERS | {"Signature-256": text}, BODY)


def test_another_keys_signature_is_refused(verifier: RequestVerifier) -> None:
    """Well formed, by a key that the certificate does not hold."""
    other = rsa.generate_private_key(65537, 2048)
    forged = base64.b64encode(other.sign(BODY, padding.PKCS1v15(), hashes.SHA256()))
    headers = HEADERS | {"Signature-256": forged.decode()}
    assert "signature" == refusal(verifier, headers, BODY)


@pytest.mark.parametrize("kind", WRONG_KINDS)
def test_a_good_signature_under_a_wrong_certificate_is_refused(
    verifier: RequestVerifier, kind: str
) -> None:
    """The certificate decides before the signature is looked at."""
    address = f"https://s3.amazonaws.com/echo.api/{kind}.pem"
    headers = HEADERS | {"SignatureCertChainUrl": address}
    assert refusal(verifier, headers, BODY) in ("chain", "san", "key")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"SignatureCertChainUrl": "https://evil.example.com/echo.api/x"}, "url"),
        ({"SignatureCertChainUrl": "https://s3.amazonaws.com/echo.api/no"}, "fetch"),
    ],
)
def test_a_foreign_or_dead_address_is_refused(
    verifier: RequestVerifier, headers: dict[str, str], reason: str
) -> None:
    """An address that is not Amazon's is not fetched; a dead one is reported."""
    assert reason == refusal(verifier, HEADERS | headers, BODY)


def test_an_oversized_body_is_refused_first(verifier: RequestVerifier) -> None:
    """128 KiB and not a byte more, before anything else is looked at."""
    assert "size" == refusal(verifier, {}, b" " * (128 * 1024 + 1))
    filled = BODY + b" " * (128 * 1024 - len(BODY))
    verifier.verify(sign(filled), filled)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b"NaN", b"[" * 100_000])
def test_signed_bodies_that_are_no_request_are_refused(
    verifier: RequestVerifier, body: bytes
) -> None:
    """A signature does not make a request of them."""
    assert "json" == refusal(verifier, sign(body), body)


def test_an_old_and_a_foreign_request_are_refused(verifier: RequestVerifier) -> None:
    """Signed long ago, or for another skill."""
    old = AlexaClient(AUTHORITY, lambda: NOW - timedelta(seconds=151), lambda *_: None)
    body = json.dumps(old.build_envelope({"type": "LaunchRequest"})).encode()
    assert "time" == refusal(verifier, sign(body), body)
    foreign = BODY.replace(SKILL_ID.encode(), b"amzn1.ask.skill.theirs")
    assert "skill_id" == refusal(verifier, sign(foreign), foreign)


def test_developments_doors_warn_at_every_use(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever reads the log sees that a request came through them."""
    verifier = RequestVerifier(
        skill_id=SKILL_ID,
        roots=[],
        extra_roots=[AUTHORITY.root],
        fetch=AUTHORITY.fetch,
        now=lambda: NOW,
        extra_hosts=["127.0.0.1:9000"],
    )
    address = "http://127.0.0.1:9000/echo.api/test.pem"
    headers = HEADERS | {"SignatureCertChainUrl": address}
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            verifier.verify(headers, BODY)
        assert [
            "BACKTALK_DEV_CERT_HOST was used for this request",
            "BACKTALK_DEV_ROOT was trusted for this request",
        ] == [record.message for record in caplog.records]
