"""The address of a signing certificate is Amazon's to the letter, or refused."""

import pytest

from skill.errors import RequestRefused
from skill.security.certificate_url import normalize_url

HOST = "https://s3.amazonaws.com"
GOOD = HOST + "/echo.api/echo-api-cert.pem"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (GOOD, GOOD),
        ("https://s3.amazonaws.com:443/echo.api/echo-api-cert.pem", GOOD),
        ("HTTPS://S3.AMAZONAWS.COM/echo.api/x.pem", HOST + "/echo.api/x.pem"),
        (HOST + "/echo.api/../echo.api/echo-api-cert.pem", GOOD),
        (HOST + "/echo.api/./echo-api-cert.pem", GOOD),
        (HOST + "/../echo.api/echo-api-cert.pem", GOOD),
        (HOST + "/echo.api/EcHo.PeM", HOST + "/echo.api/EcHo.PeM"),
    ],
)
def test_amazons_own_addresses_are_accepted(url: str, expected: str) -> None:
    """Amazon's host and folder are accepted, in one normal form."""
    assert expected == normalize_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://s3.amazonaws.com/echo.api/x.pem",
        "ftp://s3.amazonaws.com/echo.api/x.pem",
        "https:s3.amazonaws.com/echo.api/x.pem",
        "//s3.amazonaws.com/echo.api/x.pem",
        "https://notamazon.com/echo.api/x.pem",
        "https://s3.amazonaws.com.evil.com/echo.api/x.pem",
        "https://s3.amazonaws.com./echo.api/x.pem",
        "https://evil.s3.amazonaws.com/echo.api/x.pem",
        HOST + "/EcHo.aPi/x.pem",
        HOST + "/invalid.path/x.pem",
        HOST + "/echo.api/../invalid.path/x.pem",
        HOST + "//echo.api/x.pem",
        HOST + "/a//../echo.api/x.pem",
        HOST + "/echo.api",
        HOST + "/echo.api/",
        HOST + "/echo.api/.",
        HOST + "/echo.api/x.pem/..",
        HOST + "/echo.api/..",
        HOST,
        HOST + ":563/echo.api/x.pem",
        HOST + ":abc/echo.api/x.pem",
        HOST + ":/echo.api/x.pem",
        HOST + ":0443/echo.api/x.pem",
        HOST + ":443:443/echo.api/x.pem",
        "https://user@s3.amazonaws.com/echo.api/x.pem",
        "https://user:password@s3.amazonaws.com/echo.api/x.pem",
        "https://s3.amazonaws.com:443@evil.com/echo.api/x.pem",
        HOST + "/echo.api/x.pem?y",
        HOST + "/echo.api/x.pem#y",
        HOST + "/echo.api/%2e%2e/x.pem",
        HOST + "/echo.api/x%00.pem",
        HOST + "\\echo.api\\x.pem",
        HOST + "/echo.api/x .pem",
        HOST + "/echo.api/x\t.pem",
        HOST + "/echo.api/x\n.pem",
        " " + GOOD,
        GOOD + " ",
        HOST + "/echo.api/\u00e9.pem",
        "https://s3.amazonaws.com\u3002/echo.api/x.pem",
        "https://[::1]/echo.api/x.pem",
        HOST + "/echo.api/" + "x" * 512,
        None,
        "",
        "not a url",
        [GOOD],
    ],
)
def test_every_other_address_is_refused(url: object) -> None:
    """Scheme, host, port, path and form: each wrong one is refused for its address."""
    with pytest.raises(RequestRefused) as refused:
        normalize_url(url)
    assert "url" == refused.value.reason


@pytest.mark.parametrize(
    ("extra", "url", "expected"),
    [
        ("127.0.0.1:9000", "http://127.0.0.1:9000/echo.api/test.pem", None),
        ("localhost:9000", "http://LOCALHOST:9000/echo.api/test.pem",
         "http://localhost:9000/echo.api/test.pem"),
        ("certs.example.com", "https://certs.example.com/echo.api/test.pem", None),
        ("certs.example.com", "https://certs.example.com:443/echo.api/test.pem",
         "https://certs.example.com/echo.api/test.pem"),
        ("certs.example.com:8443", "https://certs.example.com:8443/echo.api/x", None),
        ("127.0.0.1:9000", GOOD, None),
    ],
)  # fmt: skip
def test_an_extra_host_is_accepted_beside_amazons(
    extra: str, url: str, expected: str | None
) -> None:
    """Development's host serves certificates too; plain http only from loopback."""
    assert (expected or url) == normalize_url(url, [extra])


@pytest.mark.parametrize(
    ("extra", "url"),
    [
        ("127.0.0.1:9000", "http://127.0.0.1/echo.api/test.pem"),
        ("127.0.0.1:9000", "http://127.0.0.1:9001/echo.api/test.pem"),
        ("127.0.0.1:9000", "http://127.0.0.1:9000/invalid.path/test.pem"),
        ("127.0.0.1", "http://127.0.0.1:9000/echo.api/test.pem"),
        ("certs.example.com", "http://certs.example.com/echo.api/test.pem"),
        ("10.0.0.1:9000", "http://10.0.0.1:9000/echo.api/test.pem"),
        ("127.0.0.1:9000", "http://s3.amazonaws.com/echo.api/test.pem"),
    ],
)
def test_an_extra_host_opens_no_other_door(extra: str, url: str) -> None:
    """Another port, path or a plain scheme elsewhere stays refused."""
    with pytest.raises(RequestRefused):
        normalize_url(url, [extra])
