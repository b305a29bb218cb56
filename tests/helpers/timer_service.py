"""Amazon's timer service, played for tests."""

from collections.abc import Iterable

from skill.http_client import Request


class TimerService:
    """Stands in for Amazon's timer service: answers a list of statuses in turn."""

    def __init__(self, statuses: Iterable[int | OSError]) -> None:
        """An OSError stands for a service that is not reached in time."""
        self._statuses = list(statuses)
        self.asked: list[Request] = []

    def send(self, request: Request) -> tuple[int, bytes]:
        """Answer with the next status."""
        self.asked.append(request)
        status = self._statuses.pop(0)
        if isinstance(status, OSError):
            raise status
        return status, b"not JSON, and not read"
