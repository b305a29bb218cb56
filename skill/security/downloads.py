"""Shares downloads of certificates among requests, within limits by kind of address.

An address stands in a header that anybody can write, and is looked up before anything
is verified. So whoever invents addresses must not use up what Amazon's own needs: those
that were verified before, those that are asked for again, and all others have places
and budgets of their own.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Generic, TypeVar

from skill.errors import Reason, RequestRefused

Clock = Callable[[], datetime]
"""The present moment, aware of its offset."""
T = TypeVar("T")

MINUTE = timedelta(minutes=1)
FAILURE_KEPT = timedelta(seconds=60)
MOST_REMEMBERED = 4096
"""Addresses that failed, and as many that were turned away; each is a short one."""
MOST_DOWNLOADS = 30
"""A minute, of each kind."""
MOST_COLD_DOWNLOADS = 6000
"""A minute, of any address, while not one was verified yet: there is no other way."""


@dataclass
class _Lane:
    """One kind of address."""

    places: BoundedSemaphore
    """Requests that may wait at once; all lanes together have fewer than a worker has
    threads, so verified requests always find one."""
    since: deque[datetime] = field(default_factory=deque)

    def take(self, now: datetime, most: int) -> bool:
        """Count a download, unless there were `most` within the last minute."""
        while self.since and not timedelta(0) <= now - self.since[0] < MINUTE:
            self.since.popleft()
        if len(self.since) >= most:
            return False
        self.since.append(now)
        return True


class Downloads(Generic[T]):
    """Runs one download of an address at a time, within limits."""

    def __init__(self, now: Clock) -> None:
        """Begin with no download."""
        self._now = now
        self._lock = threading.Lock()
        self._running: dict[str, Future[T]] = {}
        self._failed: OrderedDict[str, tuple[datetime, Reason]] = OrderedDict()
        self._turned_away: OrderedDict[str, None] = OrderedDict()
        self._verified = _Lane(BoundedSemaphore(8))
        self._asked_again = _Lane(BoundedSemaphore(4))
        self._first_asked = _Lane(BoundedSemaphore(12))

    def is_running(self, url: str) -> bool:
        """Tell whether an address is being downloaded now."""
        return url in self._running

    def run(
        self,
        url: str,
        work: Callable[[], T],
        *,
        patience: float,
        is_verified: bool,
        is_cold: bool,
    ) -> T:
        """Return what `work` returns, here or in another thread that has begun it.

        `is_verified`: the address held a good certificate before; `is_cold`: none did.
        Raises RequestRefused with the reason of `work`, which is remembered for a
        minute, or with `fetch_limit`.
        """
        lane, most = self._choose_lane(url, is_verified=is_verified, is_cold=is_cold)
        if not lane.places.acquire(blocking=False):
            raise self._turn_away(url)
        try:
            download, is_ours = self._begin(url, lane, most)
            if is_ours:
                self._finish(url, download, work)
            return download.result(patience)
        except FutureTimeout as error:
            raise RequestRefused("fetch") from error
        finally:
            lane.places.release()

    def _choose_lane(
        self, url: str, *, is_verified: bool, is_cold: bool
    ) -> tuple[_Lane, int]:
        if is_verified:
            return self._verified, MOST_DOWNLOADS
        # An invented address comes once, Amazon's with every request.
        if url in self._turned_away:
            return self._asked_again, MOST_DOWNLOADS
        return self._first_asked, MOST_COLD_DOWNLOADS if is_cold else MOST_DOWNLOADS

    def _begin(self, url: str, lane: _Lane, most: int) -> tuple[Future[T], bool]:
        """Return the download of `url`, and whether it is ours to do."""
        now = self._now()
        with self._lock:
            self._forget_failures(now)
            if url in self._failed:
                raise RequestRefused(self._failed[url][1])
            if url in self._running:
                return self._running[url], False
            if lane.take(now, most):
                self._turned_away.pop(url, None)
                download: Future[T] = Future()
                self._running[url] = download
                return download, True
        raise self._turn_away(url)

    def _finish(self, url: str, download: Future[T], work: Callable[[], T]) -> None:
        try:
            result = work()
        except BaseException as error:
            reason = error.reason if isinstance(error, RequestRefused) else "fetch"
            with self._lock:
                self._failed[url] = (self._now(), reason)
                while len(self._failed) > MOST_REMEMBERED:
                    self._failed.popitem(last=False)
                del self._running[url]
            download.set_exception(error)
        else:
            with self._lock:
                del self._running[url]
            download.set_result(result)

    def _forget_failures(self, now: datetime) -> None:
        while self._failed:
            url, (since, _) = next(iter(self._failed.items()))
            # A clock that was set back must not keep them for longer.
            if timedelta(0) <= now - since < FAILURE_KEPT:
                return
            del self._failed[url]

    def _turn_away(self, url: str) -> RequestRefused:
        """Return the refusal of an address; asked for again, it will be known."""
        with self._lock:
            self._turned_away[url] = None
            self._turned_away.move_to_end(url)
            while len(self._turned_away) > MOST_REMEMBERED:
                self._turned_away.popitem(last=False)
        return RequestRefused("fetch_limit")
