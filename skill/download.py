"""Fetches one small file, whole, or says that it cannot."""

import http.client

from skill.connection import LONGEST, PATIENCE, Request, exchange

__all__ = ["LONGEST", "PATIENCE", "fetch"]


def fetch(url: str) -> bytes:
    """Return the file at a normalized address.

    Raises OSError where it cannot be had whole, with status 200, within `LONGEST` and
    `PATIENCE`.
    """
    status, body = exchange(Request("GET", url))
    if status != http.client.OK:
        raise OSError("the answer is not the file")
    return body
