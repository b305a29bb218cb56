"""Requests that are not Alexa's or not for us: each must be an empty 400."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from skill.certification.findings import Finding, check, not_judged
from skill.certification.target import Stage
from skill.testing.alexa_client import HOST, AlexaClient

URL, SIGNATURE = "SignatureCertChainUrl", "Signature-256"
AMAZONS = f"{HOST}/echo.api/echo-api-cert.pem"
FORGED = base64.b64encode(bytes(range(256))).decode("ascii")
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
    Forgery("no certificate address", {SIGNATURE: FORGED}),
    Forgery("an empty signature", {URL: AMAZONS, SIGNATURE: ""}),
    Forgery("a signature that is no base64", {URL: AMAZONS, SIGNATURE: "garbage!"}),
    Forgery("the old header alone", {URL: AMAZONS, "Signature": FORGED}),
    *(
        Forgery(f"a certificate address with {what}", {URL: url, SIGNATURE: FORGED})
        for what, url in (
            ("another scheme", "http://s3.amazonaws.com/echo.api/x.pem"),
            ("another host", "https://notamazon.com/echo.api/x.pem"),
            ("another path", f"{HOST}/EcHo.aPi/x.pem"),
            ("a path that leads away", f"{HOST}/echo.api/../other/x.pem"),
            ("another port", f"{HOST}:563/echo.api/x.pem"),
        )
    ),
    Forgery("129 KiB", {URL: AMAZONS, SIGNATURE: FORGED}, b" " * 129 * 1024),
)
"""Amazon's own negative tests of signature and address, and a few of ours."""

WRONG_KINDS = {
    "expired": "an expired certificate",
    "other_san": "a certificate for another name",
    "foreign_root": "a certificate of an authority that is not trusted",
}


def forged(stage: Stage) -> Iterator[Finding]:
    """Judge every forgery, which any endpoint can be asked for."""
    for forgery in FORGERIES:
        answer = stage.post(forgery.body, forgery.headers)
        yield check(
            (answer.status, answer.body) == (400, b""),
            f"400 and no body for {forgery.what}",
            f"{answer.status}, {len(answer.body)} bytes",
        )


def wrongly_signed(stage: Stage) -> Iterator[Finding]:
    """Judge well signed requests with one thing wrong in each."""
    if stage.client is None:
        why = "the endpoint trusts Amazon's authorities alone, as it should"
        yield not_judged("signed requests: good, stale, for another skill", why)
        return
    talk = stage.talk()
    launched = talk.launch()
    yield check(launched.is_open, "a good request is answered", str(launched.status))
    for what, wrong in _wrong(talk).items():
        answer = wrong.launch()
        yield check(
            (answer.status, answer.body) == (400, b""),
            f"400 and no body for {what}",
            f"{answer.status}, {len(answer.body)} bytes",
        )
    body = json.dumps(talk.envelope({"type": "LaunchRequest"})).encode()
    answer = stage.post(body + b" ", talk.headers(body))
    yield check(answer.status == 400, "400 for a body changed after it was signed")


def _wrong(talk: AlexaClient) -> dict[str, AlexaClient]:
    folder = talk.certificate_url.rpartition("/")[0]
    wrong = {
        "a request 151 s old": replace(talk, now=_clock(-151)),
        "a request from 151 s ahead": replace(talk, now=_clock(155)),
        "another skill's request": replace(talk, skill_id="amzn1.ask.skill.other"),
        "a certificate that is not there": replace(
            talk, certificate_url=f"{folder}/nowhere.pem"
        ),
    }
    for kind, what in WRONG_KINDS.items():
        wrong[what] = replace(talk, certificate_url=f"{folder}/{kind}.pem")
    return wrong


def _clock(seconds: float) -> "_Clock":
    return _Clock(timedelta(seconds=seconds))


@dataclass(frozen=True)
class _Clock:
    """A clock that is wrong by so much."""

    away: timedelta

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.away
