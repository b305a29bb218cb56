"""A visitor of the page without a browser: reads views, presses buttons."""

import json
import re
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from itertools import chain

PATIENCE = 20
"""Seconds after which a page that shows nothing is taken to hang."""


class Visitor:
    """One open page."""

    def __init__(self, url: str) -> None:
        """Open the printed address as key.js does, then the page's views."""
        self.url, _, fragment = url.partition("#key=")
        jar = urllib.request.HTTPCookieProcessor()
        self.browser = urllib.request.build_opener(jar)
        key = urllib.request.Request(
            f"{self.url}key",
            urllib.parse.urlencode({"key": fragment}).encode(),
            {"Origin": self.url.rstrip("/")},
        )
        with self.browser.open(key, timeout=PATIENCE) as answer:
            self.html, self.place = answer.read().decode(), answer.geturl()
        found = re.search(r'name="token" content="([^"]+)"', self.html)
        self.token = found[1] if found else ""
        self._stream = self.browser.open(f"{self.place}views", timeout=PATIENCE)
        self.view: dict = {}
        self.over = False

    def read(self) -> dict:
        """Return the next view; None after the goodbye."""
        while True:
            line = self._stream.readline().decode()
            if line.startswith("data: {"):
                self.view = json.loads(line.removeprefix("data: "))
                return self.view
            if line.startswith("event: bye") or not line:
                self.over = True
                return None

    def until(self, reached) -> dict:
        """Return the first view that `reached` accepts."""
        deadline = time.monotonic() + PATIENCE
        while not (self.view and reached(self.view)):
            assert time.monotonic() < deadline, self.view
            assert self.read() is not None, self.view
        return self.view

    def press(self, name: str, turn: int | None = None) -> int:
        """Press a button and return the status; waits while it is too soon."""
        turn = self.view["turn"] if turn is None else turn
        for _ in range(PATIENCE * 10):
            status = self._sent({"name": name, "turn": turn})
            if status != 429:
                return status
            time.sleep(0.1)
        raise AssertionError("no press is ever in time")

    def answer(self, name: str) -> dict:
        """Press a button that counts, and return the view of what comes of it."""
        turn = self.view["turn"]
        assert 202 == self.press(name)
        return self.until(lambda v: v["turn"] > turn and v["phase"] != "speaking")

    def text(self) -> str:
        """Return all that is said now, and what the talk came to."""
        lines = [*(said["line"] for said in self.view["said"]), self.view["asked"]]
        if summary := self.view["summary"]:
            sections = (section["lines"] for section in summary["sections"])
            lines += [summary["instruction"], *chain.from_iterable(sections)]
        return " ".join("".join(span["text"] for span in line) for line in lines)

    def close(self) -> None:
        """Leave."""
        self._stream.close()

    def _sent(self, body: dict) -> int:
        request = urllib.request.Request(
            f"{self.place}press",
            json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                "Origin": self.url.rstrip("/"),
                "X-Token": self.token,
            },
        )
        try:
            with self.browser.open(request, timeout=PATIENCE) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code


def is_closed(url: str) -> bool:
    """Tell whether nobody listens at the port of `url` any more."""
    port = int(re.search(r":(\d+)/", url)[1])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
