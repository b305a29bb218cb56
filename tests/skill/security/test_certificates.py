"""Signing certificates: the chain, the two extra checks, and the cache of keys."""

import contextlib
import ssl
import threading
import time
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from skill.errors import RequestRefused, SkillRefused
from skill.security import certificates
from skill.security.certificates import SigningKeys, load_default_roots, load_root
from skill.testing.authority import GOOD_KINDS, CertificateAuthority

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AUTHORITY = CertificateAuthority(START)
URL = "https://s3.amazonaws.com/echo.api/test.pem"


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment

    def wait(self, **length: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**length)


class Storage:
    """Amazon's storage of certificates: counts downloads, can fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.down = False
        self.file: bytes | None = None

    def __call__(self, url: str) -> bytes:
        """Return the file that stands at an address."""
        self.asked.append(url)
        if self.down:
            raise OSError("down")
        return AUTHORITY.fetch(url) if self.file is None else self.file


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def storage() -> Storage:
    """Return a storage."""
    return Storage()


@pytest.fixture
def keys(clock: Clock, storage: Storage) -> SigningKeys:
    """Return a cache that trusts our own root."""
    return SigningKeys([AUTHORITY.root], storage, clock)


def url(kind: str) -> str:
    """Return the address of one kind of certificate."""
    return f"https://s3.amazonaws.com/echo.api/{kind}.pem"


def refusal(keys: SigningKeys, address: str) -> str:
    """Return the reason why the key at an address is refused."""
    with pytest.raises(RequestRefused) as refused:
        keys.get_key(address)
    return refused.value.reason


@pytest.mark.parametrize("kind", GOOD_KINDS)
def test_a_good_chain_gives_the_key(keys: SigningKeys, kind: str) -> None:
    """Order does not matter, nor a cross-signed root at the end that none trusts."""
    assert AUTHORITY.key.public_key() == keys.get_key(url(kind)).key


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("expired", "chain"),
        ("not_yet_valid", "chain"),
        ("other_san", "chain"),
        ("wildcard_san", "san"),
        ("short_key", "key"),
        ("foreign_root", "chain"),
        ("missing_intermediate", "chain"),
        ("forged_intermediate", "chain"),
    ],
)
def test_each_wrong_kind_is_refused(keys: SigningKeys, kind: str, reason: str) -> None:
    """The library refuses most; the wildcard and the short key are ours to refuse."""
    assert reason == refusal(keys, url(kind))


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"garbage",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        AUTHORITY.build_pem() + AUTHORITY.root.public_bytes(Encoding.PEM) * 9,
        AUTHORITY.root.public_bytes(Encoding.PEM),
    ],
)
def test_a_file_that_is_no_chain_is_refused(
    keys: SigningKeys, storage: Storage, file: bytes
) -> None:
    """Nothing, garbage, eleven certificates, or a root alone."""
    storage.file = file
    assert "chain" == refusal(keys, URL)


def test_a_certificate_of_an_unknown_version_is_refused(
    keys: SigningKeys, storage: Storage
) -> None:
    """The library's error for it is of another kind; found by fuzzing."""
    leaf, end, _ = (
        AUTHORITY.build_pem().decode().partition("-----END CERTIFICATE-----\n")
    )
    der = ssl.PEM_cert_to_DER_cert(leaf + end)
    assert der.count(b"\xa0\x03\x02\x01\x02") == 1
    malformed = der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09")
    storage.file = ssl.DER_cert_to_PEM_cert(malformed).encode()
    assert "chain" == refusal(keys, URL)
    assert "chain" == refusal(keys, URL)
    assert 1 == len(storage.asked)


def test_an_oversized_file_is_refused(keys: SigningKeys, storage: Storage) -> None:
    """Whoever fetches, more than 64 KiB is not a certificate."""
    storage.file = b"x" * (64 * 1024 + 1)
    assert "fetch" == refusal(keys, URL)


def test_a_key_is_kept_for_an_hour(
    keys: SigningKeys, storage: Storage, clock: Clock
) -> None:
    """Within the hour one download serves; after it the file is fetched again."""
    keys.get_key(URL)
    clock.wait(minutes=59)
    keys.get_key(URL)
    assert 1 == len(storage.asked)
    clock.wait(minutes=1)
    keys.get_key(URL)
    assert 2 == len(storage.asked)


def test_an_old_key_serves_a_day_while_the_storage_is_down(
    keys: SigningKeys, storage: Storage, clock: Clock
) -> None:
    """An outage does not silence the skill, for a day."""
    keys.get_key(URL)
    storage.down = True
    clock.wait(hours=24, minutes=59)
    keys.get_key(URL)
    clock.wait(minutes=1)
    assert "fetch" == refusal(keys, URL)


def test_an_old_key_never_outlives_its_certificate(
    storage: Storage, clock: Clock
) -> None:
    """The dates are checked at every use, also during an outage."""
    keys = SigningKeys([AUTHORITY.root], storage, clock)
    clock.wait(days=364, hours=23, minutes=30)
    keys.get_key(URL)
    storage.down = True
    clock.wait(minutes=31)
    assert "fetch" == refusal(keys, URL)


def test_a_file_gone_bad_takes_its_old_key_along(
    keys: SigningKeys, storage: Storage, clock: Clock
) -> None:
    """A file that is there and does not hold is no outage."""
    keys.get_key(URL)
    clock.wait(hours=1)
    storage.file = b"garbage"
    assert "chain" == refusal(keys, URL)
    storage.down = True
    clock.wait(minutes=2)
    assert "fetch" == refusal(keys, URL)


def test_a_failed_address_is_left_alone_for_a_minute(
    keys: SigningKeys, storage: Storage, clock: Clock
) -> None:
    """Repeating a forged request costs us no further download."""
    for _ in range(5):
        assert "chain" == refusal(keys, url("expired"))
    assert 1 == len(storage.asked)
    clock.wait(seconds=60)
    refusal(keys, url("expired"))
    assert 2 == len(storage.asked)


def test_downloads_are_limited_and_a_known_address_has_its_own(
    keys: SigningKeys, storage: Storage, clock: Clock
) -> None:
    """Thirty a minute; the next is refused untried, but a known one is renewed."""
    keys.get_key(URL)
    clock.wait(hours=1)
    for number in range(30):
        assert "fetch" == refusal(keys, url(f"forged{number}"))
    assert "fetch_limit" == refusal(keys, url("forged30"))
    assert 31 == len(storage.asked)
    keys.get_key(URL)
    assert 32 == len(storage.asked)
    clock.wait(minutes=1)
    assert "fetch" == refusal(keys, url("forged31"))


def test_a_known_address_that_fails_is_not_tried_for_ever(
    keys: SigningKeys, storage: Storage, clock: Clock
) -> None:
    """Its own budget is one too; the old key serves meanwhile."""
    addresses = [f"https://s3.amazonaws.com/echo.api/{n}/test.pem" for n in range(16)]
    for address in addresses:
        keys.get_key(address)
    clock.wait(hours=2)
    for address in addresses * 3:
        keys.get_key(address)
        clock.wait(minutes=61)
    assert len(storage.asked) <= 16 * 4


def test_a_new_certificate_gets_in_while_addresses_are_invented(
    keys: SigningKeys, storage: Storage, clock: Clock
) -> None:
    """Fifty a second; Amazon's new one is asked for by every request, theirs once."""
    keys.get_key(URL)
    new = "https://s3.amazonaws.com/echo.api/new/test.pem"
    refused = 0
    for number in range(3000):
        refusal(keys, url(f"invented{number}"))
        clock.wait(seconds=0.02)
        if number > 100 and number % 50 == 0:
            try:
                keys.get_key(new)
            except RequestRefused:
                refused += 1
    assert refused <= 1
    assert len(storage.asked) < 70


def test_a_cold_worker_serves_while_addresses_are_invented(
    keys: SigningKeys, storage: Storage, clock: Clock
) -> None:
    """Fifty a second for a minute before the first request of Amazon's."""
    for number in range(3000):
        refusal(keys, url(f"invented{number}"))
        clock.wait(seconds=0.02)
    keys.get_key(URL)
    refusal(keys, url("another"))
    keys.get_key(URL)


def test_a_cold_worker_serves_while_slow_addresses_are_invented() -> None:
    """In real time, with storage that takes 50 ms and hosts that keep silent."""

    def fetch(address: str) -> bytes:
        time.sleep(2.0 if "silent" in address else 0.05)
        return AUTHORITY.fetch(address)

    keys = SigningKeys([AUTHORITY.root], fetch, lambda: datetime.now(UTC))
    stopped = threading.Event()

    def invent(number: int) -> None:
        while not stopped.wait(0.2):
            number += 1000
            kind = "silent" if number % 5 == 0 else "invented"
            with contextlib.suppress(RequestRefused):
                keys.get_key(url(f"{kind}{number}"))

    inventing = [threading.Thread(target=invent, args=(n,)) for n in range(10)]
    for thread in inventing:
        thread.start()
    time.sleep(0.6)
    started, served = time.monotonic(), 0
    for _ in range(5):
        with contextlib.suppress(RequestRefused):
            keys.get_key(URL)
            served += 1
    took = time.monotonic() - started
    stopped.set()
    for thread in inventing:
        thread.join()
    assert served >= 3
    assert took < 1.5


def test_only_sixteen_keys_are_kept(keys: SigningKeys, storage: Storage) -> None:
    """The oldest makes room."""
    addresses = [f"https://s3.amazonaws.com/echo.api/{n}/test.pem" for n in range(17)]
    for address in addresses:
        keys.get_key(address)
    keys.get_key(addresses[1])
    assert 17 == len(storage.asked)
    keys.get_key(addresses[0])
    assert 18 == len(storage.asked)


def test_one_download_serves_all_who_wait(clock: Clock) -> None:
    """Many requests at once for one certificate fetch it once."""
    asked: list[str] = []

    def slow(address: str) -> bytes:
        asked.append(address)
        time.sleep(0.1)
        return AUTHORITY.fetch(address)

    keys = SigningKeys([AUTHORITY.root], slow, clock)
    threads = [threading.Thread(target=keys.get_key, args=(URL,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [URL] == asked


def test_a_silent_host_is_given_up_and_known_keys_go_on(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fetch that never ends refuses its own request only, within the time."""
    monkeypatch.setattr(certificates, "PATIENCE", 0.3)
    silent = threading.Event()

    def fetch(address: str) -> bytes:
        if "silent" in address:
            silent.wait(5)
        return AUTHORITY.fetch(address)

    keys = SigningKeys([AUTHORITY.root], fetch, clock)
    keys.get_key(URL)
    reasons: list[str] = []
    waiting = threading.Thread(
        target=lambda: reasons.append(refusal(keys, url("silent")))
    )
    started = time.monotonic()
    waiting.start()
    keys.get_key(URL)
    assert time.monotonic() - started < 0.2
    waiting.join()
    silent.set()
    assert ["fetch"] == reasons
    assert time.monotonic() - started < 1.5


def test_a_fetch_that_breaks_is_a_failed_fetch(clock: Clock) -> None:
    """An unexpected error of a fetch is no error of ours."""

    def broken(address: str) -> bytes:
        raise RuntimeError(address)

    assert "fetch" == refusal(SigningKeys([AUTHORITY.root], broken, clock), URL)


def test_the_default_roots_hold_amazons() -> None:
    """The certifi bundle loads quietly, Amazon's roots among it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load_default_roots()) > 50


def test_without_amazons_roots_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle without them, or with unreadable ones, stops the start."""
    pem = AUTHORITY.root.public_bytes(Encoding.PEM).decode()
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    monkeypatch.setattr(certificates.certifi, "contents", lambda: pem + broken)
    with pytest.raises(SkillRefused, match="Amazon Root CA"):
        load_default_roots()


@pytest.mark.parametrize("content", [b"", b"garbage", AUTHORITY.build_pem()])
def test_an_extra_root_must_be_one_certificate(tmp_path: Path, content: bytes) -> None:
    """A file with none or several is refused by name."""
    path = tmp_path / "root.pem"
    path.write_bytes(content)
    with pytest.raises(SkillRefused, match="BACKTALK_DEV_ROOT"):
        load_root(path)
