"""Verifies a request: signature, time and skill id, the cheapest checks first."""

import base64
import binascii
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple, Protocol

from skill.errors import RequestRefused
from skill.security.certificate_files import CertificateFiles
from skill.security.certificate_url import is_development_host, normalize_url
from skill.security.certificates import Certificate, Fetch, SigningKeys
from skill.security.downloads import Clock
from skill.security.envelope import LARGEST, check_skill_id, check_time, parse_envelope

_LOG = logging.getLogger(__name__)
_SIGNATURE_BYTES = range(256, 1025)


class Headers(Protocol):
    """A request's headers: a dict, or a web framework's own."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return names, in any case, with values."""


class SigningHeaders(NamedTuple):
    """The certificate's normalized address, and the signature."""

    url: str
    signature: bytes


class RequestVerifier:
    """Checks a request's signature, time and skill id."""

    def __init__(
        self,
        *,
        skill_id: str,
        roots: Sequence[Certificate],
        fetch: Fetch,
        now: Clock,
        extra_hosts: Sequence[str] = (),
        extra_roots: Sequence[Certificate] = (),
        files: CertificateFiles | None = None,
    ) -> None:
        """Trust `roots`; the extras are development's, and warned of at each use.

        `files` keeps verified certificates for other workers and the next start.
        """
        self._skill_id = skill_id
        self._now = now
        # Amazon's address changes seldom; it need not be taken apart each time.
        self._normalize = lru_cache(maxsize=16)(
            partial(normalize_url, extra_hosts=tuple(extra_hosts))
        )
        self._extra_roots = tuple(extra_roots)
        self._keys = SigningKeys([*roots, *extra_roots], fetch, now, files)

    def verify(self, headers: Headers, body: bytes) -> dict[str, Any]:
        """Return the request that `body` holds, once every check has passed.

        Raises RequestRefused with the code of the first check that failed.
        """
        if len(body) > LARGEST:
            raise RequestRefused("size")
        return self.verify_body(self.check_headers(headers), body)

    def check_headers(self, headers: Headers) -> SigningHeaders:
        """Return the two headers that count, before the body is looked at.

        Raises RequestRefused unless they are of Alexa's form.
        """
        address, text = _get_signing_headers(headers)
        signature = _decode_signature(text)
        return SigningHeaders(self._normalize(address), signature)

    def verify_body(self, signing: SigningHeaders, body: bytes) -> dict[str, Any]:
        """Return the request that `body` holds, once signature and meaning hold."""
        if len(body) > LARGEST:
            raise RequestRefused("size")
        key = self._keys.get_key(signing.url)
        # The raw bytes: written anew, a property unknown to us would be lost.
        if not key.has_signed(signing.signature, body):
            raise RequestRefused("signature")
        envelope = parse_envelope(body)
        check_time(envelope, self._now())
        check_skill_id(envelope, self._skill_id)
        if is_development_host(signing.url):
            _LOG.warning("BACKTALK_DEV_CERT_HOST was used for this request")
        if key.root in self._extra_roots:
            _LOG.warning("BACKTALK_DEV_ROOT was trusted for this request")
        return envelope


def _get_signing_headers(headers: Headers) -> tuple[str, str]:
    """Return certificate address and signature, each given exactly once.

    Servers join doubled headers by a comma, which neither value can hold.
    """
    found: dict[str, list[object]] = {"signaturecertchainurl": [], "signature-256": []}
    for name, value in headers.items():
        if name.lower() in found:
            found[name.lower()].append(value)
    values = []
    for given in found.values():
        if len(given) != 1 or not isinstance(given[0], str):
            raise RequestRefused("headers")
        if not given[0] or "," in given[0]:
            raise RequestRefused("headers")
        values.append(given[0])
    return values[0], values[1]


def _decode_signature(text: str) -> bytes:
    try:
        signature = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RequestRefused("signature") from error
    if len(signature) not in _SIGNATURE_BYTES:
        raise RequestRefused("signature")
    return signature
