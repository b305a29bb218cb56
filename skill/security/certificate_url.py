"""Checks the address of Amazon's signing certificate and brings it to one form."""

import ipaddress
from collections.abc import Sequence

from skill.errors import RequestRefused

LONGEST = 512
"""Characters."""
_HOST = "s3.amazonaws.com"
_FOLDER = "/echo.api/"
_FOREIGN = frozenset("%\\?#[]")
"""Escapes, queries, fragments and IPv6: Amazon's addresses have none of them."""


def normalize_url(url: object, extra_hosts: Sequence[str] = ()) -> str:
    """Return the address to fetch: lower case host, no dot segments, no `:443`.

    `extra_hosts` are development's exceptions, each `host` or `host:port`. Raises
    RequestRefused("url") for everything that is not plainly Amazon's.
    """
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST:
        raise RequestRefused("url")
    if not all("!" <= c <= "~" for c in url) or _FOREIGN.intersection(url):
        raise RequestRefused("url")
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    scheme, authority = scheme.lower(), authority.lower()
    if scheme == "https":
        authority = authority.removesuffix(":443")
    path = _remove_dot_segments(slash + path)
    if not _may_serve(scheme, authority, extra_hosts):
        raise RequestRefused("url")
    if not path.startswith(_FOLDER) or path == _FOLDER:
        raise RequestRefused("url")
    return f"{scheme}://{authority}{path}"


def is_development_host(url: str) -> bool:
    """Tell whether a normalized address is one of development's exceptions."""
    return not url.startswith(f"https://{_HOST}/")


def _may_serve(scheme: str, authority: str, extra_hosts: Sequence[str]) -> bool:
    if scheme == "https" and authority == _HOST:
        return True
    extras = [extra.lower() for extra in extra_hosts]
    if scheme == "https":
        return authority in [extra.removesuffix(":443") for extra in extras]
    return scheme == "http" and authority in extras and _is_loopback(authority)


def _is_loopback(authority: str) -> bool:
    host = authority.partition(":")[0]
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _remove_dot_segments(path: str) -> str:
    """Return `path` as RFC 3986, 5.2.4, would: empty segments count as segments."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
