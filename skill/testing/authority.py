"""A certificate authority for tests: a root, and certificates good and wrong."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SIGNER = "echo-api.amazon.com"
YEAR = timedelta(days=365)

WRONG_KINDS = (
    "expired",
    "not_yet_valid",
    "other_san",
    "wildcard_san",
    "short_key",
    "foreign_root",
    "missing_intermediate",
    "forged_intermediate",
)
"""The kinds of certificate that must be refused."""
GOOD_KINDS = ("test", "cross_signed_end", "shuffled")
"""And those that must not: the second ends, like Amazon's, in an untrusted root."""


@dataclass(frozen=True)
class Issuer:
    """A certificate that signs others, with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class CertificateAuthority:
    """A root, an intermediate and signing certificates of every kind."""

    def __init__(self, moment: datetime | None = None) -> None:
        """Make certificates that are valid a year around `moment`."""
        self.moment = moment or datetime.now(UTC)
        self._root = self._build_issuer("Stand-in root")
        self._middle = self._build_issuer("Stand-in intermediate", self._root)
        self._foreign = self._build_issuer("Foreign root")
        self._forged = self._build_issuer("Stand-in intermediate", self._foreign)
        self.root = self._root.certificate

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        """Return the key that requests are signed with."""
        return rsa.generate_private_key(65537, 2048)

    def sign(self, body: bytes) -> str:
        """Return the `Signature-256` header for `body`."""
        signature = self.key.sign(body, padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signature).decode("ascii")

    def fetch(self, url: str) -> bytes:
        """Return the PEM file of the kind that `url` names, from memory."""
        kind = url.rpartition("/")[2].removesuffix(".pem")
        if kind not in GOOD_KINDS + WRONG_KINDS:
            raise OSError("no such file")
        return self.build_pem(kind)

    def get_root_pem(self) -> bytes:
        """Return the root's PEM file, which the endpoint is to trust."""
        return self.root.public_bytes(serialization.Encoding.PEM)

    def build_pem(self, kind: str = "test") -> bytes:
        """Return the PEM file of one kind: the signing certificate, then the rest."""
        first, rest = self._middle, [self._middle.certificate]
        names, key, since, until = [SIGNER], self.key, -YEAR, YEAR
        match kind:
            case "expired":
                until = -timedelta(days=1)
            case "not_yet_valid":
                since = timedelta(days=1)
            case "other_san":
                names = ["alexa.example.com"]
            case "wildcard_san":
                names = ["*.amazon.com"]
            case "short_key":
                key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - must be refused
            case "foreign_root":
                first, rest = self._foreign, [self._foreign.certificate]
            case "missing_intermediate":
                rest = []
            case "forged_intermediate":
                first, rest = self._middle, [self._forged.certificate]
            case "cross_signed_end":
                across = "Stand-in root", self._root.key, self._foreign
                rest.append(self._build_certificate(*across))
            case "shuffled":
                rest = [self.root, *rest]
        leaf = self._build_leaf(first, names, key, since, until)
        pem = serialization.Encoding.PEM
        return b"".join(c.public_bytes(pem) for c in [leaf, *rest])

    def _build_issuer(self, name: str, by: Issuer | None = None) -> Issuer:
        key = ec.generate_private_key(ec.SECP256R1())
        return Issuer(self._build_certificate(name, key, by), key)

    def _build_certificate(
        self, name: str, key: ec.EllipticCurvePrivateKey, by: Issuer | None
    ) -> x509.Certificate:
        """Return an authority's certificate, by itself when no issuer is given."""
        # Of the nine usages: to sign certificates and lists of revoked ones.
        usage = x509.KeyUsage(*(place in (5, 6) for place in range(9)))
        subject = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        basic = x509.BasicConstraints(True, None)
        extensions = (basic, True), (usage, True), (subject, False)
        return self._sign(name, key, by, extensions)

    def _build_leaf(
        self, by: Issuer, names: list[str], key: rsa.RSAPrivateKey, *valid: timedelta
    ) -> x509.Certificate:
        dns = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        return self._sign(names[0], key, by, [(dns, False), (usage, False)], *valid)

    def _sign(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
        by: Issuer | None,
        extensions: Iterable[tuple[x509.ExtensionType, bool]],
        since: timedelta = -YEAR,
        until: timedelta = YEAR,
    ) -> x509.Certificate:
        own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signer = by.key if by else key
        builder = (
            x509.CertificateBuilder()
            .subject_name(own)
            .issuer_name(by.certificate.subject if by else own)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            # An expired one must have begun before it ended.
            .not_valid_before(self.moment + since)
            .not_valid_after(self.moment + until)
        )
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        for extension, critical in (*extensions, (issuer, False)):
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())
