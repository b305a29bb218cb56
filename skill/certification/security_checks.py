"""Checks that requests not from Alexa, or not for us, get an empty 400."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from skill.certification.findings import Finding, Findings, expect, skip
from skill.certification.target import Target
from skill.testing.alexa_client import HOST, AlexaClient, AlexaReply

URL, SIGNATURE = "SignatureCertChainUrl", "Signature-256"
AMAZONS = f"{HOST}/echo.api/echo-api-cert.pem"
SIGNED_BY_NOBODY = base64.b64encode(bytes(range(256))).decode("ascii")
SIGNED = {URL: AMAZONS, SIGNATURE: SIGNED_BY_NOBODY}
BODY = json.dumps({"version": "1.0", "request": {"type": "LaunchRequest"}}).encode()


@dataclass(frozen=True)
class Forgery:
    """A request that anybody on the internet can send."""

    what: str
    headers: Mapping[str, str]
    body: bytes = BODY


FORGERIES = (
    Forgery("neither header", {}),
    Forgery("no signature", {URL: AMAZONS}),
    Forgery("no certificate address", {SIGNATURE: SIGNED_BY_NOBODY}),
    Forgery("an empty signature", {URL: AMAZONS, SIGNATURE: ""}),
    Forgery("a signature that is no base64", {URL: AMAZONS, SIGNATURE: "garbage!"}),
    Forgery("the old header alone", {URL: AMAZONS, "Signature": SIGNED_BY_NOBODY}),
    *(
        Forgery(f"a certificate address with {what}", SIGNED | {URL: url})
        for what, url in (
            ("another scheme", "http://s3.amazonaws.com/echo.api/x.pem"),
            ("another host", "https://notamazon.com/echo.api/x.pem"),
            ("another path", f"{HOST}/EcHo.aPi/x.pem"),
            ("a path that leads away", f"{HOST}/echo.api/../other/x.pem"),
            ("another port", f"{HOST}:563/echo.api/x.pem"),
        )
    ),
    Forgery("129 KiB", SIGNED, b" " * 129 * 1024),
)
"""Amazon's own negative tests of signature and address, and a few of ours."""

WRONG_KINDS = {
    "nowhere": "a certificate that is not there",
    "expired": "an expired certificate",
    "other_san": "a certificate for another name",
    "foreign_root": "a certificate of an authority that is not trusted",
}


def check_forgeries(target: Target) -> Findings:
    """Check every forgery, which any endpoint can be asked for."""
    for forgery in FORGERIES:
        reply = target.post(forgery.body, forgery.headers)
        yield _expect_refusal(reply, forgery.what)


def check_signed_requests(target: Target) -> Findings:
    """Check well signed requests with one thing wrong in each."""
    if target.client is None:
        why = "the endpoint trusts Amazon's authorities alone, as it should"
        yield skip("signed requests: good, stale, for another skill", why)
        return
    client = target.build_client()
    reply = client.launch()
    yield expect(reply.is_open, "a good request is answered", str(reply.status))
    for what, wrong in _build_wrong_clients(client).items():
        yield _expect_refusal(wrong.launch(), what)
    body = json.dumps(client.build_envelope({"type": "LaunchRequest"})).encode()
    reply = target.post(body + b" ", client.sign(body))
    yield expect(reply.status == 400, "400 for a body changed after it was signed")


def _expect_refusal(reply: AlexaReply, what: str) -> Finding:
    return expect(
        (reply.status, reply.body) == (400, b""),
        f"400 and no body for {what}",
        f"{reply.status}, {len(reply.body)} bytes",
    )


def _build_wrong_clients(client: AlexaClient) -> dict[str, AlexaClient]:
    folder = client.certificate_url.rpartition("/")[0]
    urls = {what: f"{folder}/{kind}.pem" for kind, what in WRONG_KINDS.items()}
    return {
        "a request 151 s old": replace(client, now=_build_clock(-151)),
        "a request from 151 s ahead": replace(client, now=_build_clock(155)),
        "another skill's request": replace(client, skill_id="amzn1.ask.skill.other"),
        **{what: replace(client, certificate_url=url) for what, url in urls.items()},
    }


def _build_clock(seconds: float) -> Callable[[], datetime]:
    """Return a clock that is wrong by so much."""
    return lambda: datetime.now(UTC) + timedelta(seconds=seconds)
