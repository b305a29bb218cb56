"""Checks signing certificates against trusted roots, and keeps their keys.

The only file that imports cryptography, whose verification interface is declared
unstable: `_build_chain` holds the one call.
"""

import re
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from skill.errors import RequestRefused, SkillRefused
from skill.http_client import LONGEST, PATIENCE, call_within
from skill.security.certificate_files import CertificateFiles, KeptFile
from skill.security.downloads import Clock, Downloads

Certificate = x509.Certificate
Fetch = Callable[[str], bytes]
"""Normalized address -> file; raises OSError where it cannot."""

SIGNER = "echo-api.amazon.com"
MOST_CERTIFICATES = 10
SHORTEST_KEY = 2048
"""Bits."""
FRESH = timedelta(hours=1)
GRACE = timedelta(hours=24)
"""How long a key serves beyond `FRESH` while its file cannot be had."""
MOST_KEYS = 16

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.S)
_AMAZON = re.compile(r"Amazon Root CA [1-4]")


@dataclass(frozen=True)
class SigningKey:
    """A key that Alexa signs with, and how long its chain is valid."""

    key: RSAPublicKey
    not_before: datetime
    not_after: datetime
    root: Certificate

    def has_signed(self, signature: bytes, body: bytes) -> bool:
        """Tell whether `signature` is this key's over exactly these bytes."""
        try:
            self.key.verify(signature, body, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


def load_default_roots() -> list[Certificate]:
    """Return the certifi roots, without those that do not parse.

    They are read one at a time: several already draw warnings that will be errors one
    day, and loading all at once would then fail for all.
    """
    roots = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for pem in _PEM.findall(certifi.contents().encode("ascii")):
            try:
                roots.append(x509.load_pem_x509_certificate(pem))
            except ValueError:
                continue
    if not any(_is_amazon(root) for root in roots):
        raise SkillRefused(
            "The certifi bundle holds none of Amazon Root CA 1 to 4, so no request "
            "could be verified; reinstall the certifi package."
        )
    return roots


def load_root(path: Path) -> Certificate:
    """Return the one certificate of a PEM file that development trusts in addition."""
    try:
        (root,) = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SkillRefused(
            f"BACKTALK_DEV_ROOT is '{path}', but it must be a PEM file with exactly "
            "one certificate; give your test authority's root."
        ) from error
    return root


def _is_amazon(root: Certificate) -> bool:
    names = root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return any(_AMAZON.fullmatch(str(name.value)) for name in names)


class SigningKeys:
    """The keys behind certificate addresses: checked once, then kept for an hour."""

    def __init__(
        self,
        roots: Sequence[Certificate],
        fetch: Fetch,
        now: Clock,
        files: CertificateFiles | None = None,
    ) -> None:
        """Trust `roots` only; `files` keeps what was verified beyond this process."""
        self._store = Store(list(roots))
        self._fetch = fetch
        self._now = now
        self._files = files
        self._lock = threading.Lock()
        self._keys: dict[str, tuple[datetime, SigningKey]] = {}
        self._downloads: Downloads[SigningKey] = Downloads(now)

    def get_key(self, url: str) -> SigningKey:
        """Return the key of the certificate at a normalized address.

        Raises RequestRefused with `fetch`, `fetch_limit`, `chain`, `san` or `key`.
        """
        key = self._get_cached(url, FRESH)
        if key is None and self._load_kept(url):
            key = self._get_cached(url, FRESH)
        if key is not None:
            return key
        if self._downloads.is_running(url):
            # Nobody waits for a newer key while the old one may still serve.
            old = self._get_cached(url, FRESH + GRACE)
            if old is not None:
                return old
        return self._renew(url)

    def _renew(self, url: str) -> SigningKey:
        try:
            return self._downloads.run(
                url,
                lambda: self._download(url),
                patience=PATIENCE,
                is_verified=url in self._keys,
                is_cold=not self._keys,
            )
        except RequestRefused as refused:
            if refused.reason in ("fetch", "fetch_limit") and (
                key := self._get_cached(url, FRESH + GRACE)
            ):
                return key  # the file cannot be had: a storage may be down
            raise

    def _download(self, url: str) -> SigningKey:
        try:
            pem = call_within(PATIENCE, lambda: self._fetch(url))
        except OSError as error:
            raise RequestRefused("fetch") from error
        if len(pem) > LONGEST:
            raise RequestRefused("fetch")
        try:
            key = self._build_key(pem)
        except RequestRefused:
            # The file is there and bad: the old key goes too.
            with self._lock:
                self._keys.pop(url, None)
            if self._files is not None:
                self._files.remove(url)
            raise
        checked = self._now()
        self._keep(url, checked, key)
        if self._files is not None:
            self._files.write(url, KeptFile(checked, pem))
        return key

    def _load_kept(self, url: str) -> bool:
        """Take over what another process verified; tell whether there was anything."""
        kept = None if self._files is None else self._files.read(url)
        if kept is None or kept.checked > self._now():
            return False
        known = self._keys.get(url)
        if known is not None and known[0] >= kept.checked:
            return False
        try:
            key = self._build_key(kept.pem)
        except RequestRefused:
            return False
        self._keep(url, kept.checked, key)
        return True

    def _keep(self, url: str, checked: datetime, key: SigningKey) -> None:
        with self._lock:
            self._keys.pop(url, None)
            self._keys[url] = (checked, key)
            while len(self._keys) > MOST_KEYS:
                del self._keys[next(iter(self._keys))]

    def _get_cached(self, url: str, age: timedelta) -> SigningKey | None:
        now = self._now()
        with self._lock:
            since, key = self._keys.get(url, (None, None))
        if since is None or key is None or now - since >= age:
            return None
        return key if key.not_before <= now <= key.not_after else None

    def _build_key(self, pem: bytes) -> SigningKey:
        try:
            certificates = x509.load_pem_x509_certificates(pem)
        except Exception as error:  # an unknown version is no ValueError
            raise RequestRefused("chain") from error
        if len(certificates) > MOST_CERTIFICATES:
            raise RequestRefused("chain")
        leaf, *rest = certificates
        chain = _build_chain(self._store, leaf, rest, self._now())
        # Two things that the library alone lets pass: a wildcard, and a short key.
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        if SIGNER not in names.value.get_values_for_type(x509.DNSName):
            raise RequestRefused("san")
        key = leaf.public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_KEY:
            raise RequestRefused("key")
        return SigningKey(
            key=key,
            not_before=max(c.not_valid_before_utc for c in chain),
            not_after=min(c.not_valid_after_utc for c in chain),
            root=chain[-1],
        )


def _build_chain(
    store: Store, leaf: Certificate, rest: list[Certificate], now: datetime
) -> list[Certificate]:
    """Return the chain from `leaf` to a trusted root.

    The end of the file is not looked at: Amazon's files end in a cross-signed root
    that root lists no longer hold, and path building rightly stops before it. The
    verifier is built at each use because its time is fixed when it is built.
    """
    try:
        return (
            PolicyBuilder()
            .store(store)
            # Old releases read the figures and ignore the offset.
            .time(now.astimezone(UTC).replace(tzinfo=None))
            .max_chain_depth(4)
            .build_server_verifier(x509.DNSName(SIGNER))
            .verify(leaf, rest)
        )
    except Exception as error:  # whatever a foreign certificate sets off
        raise RequestRefused("chain") from error
