"""The newest view, for pages that wait in threads of their own."""

from threading import Condition

from local_voice.page.view import View

MOST_PAGES = 8
"""So many may be open at once; each holds a thread."""
MOST_PAGES_AN_ADDRESS = 6
"""Browsers open no more, and some of its connections are left for presses."""


class Board:
    """Holds one view and nothing of what was shown before."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._changed = Condition()
        self._version = 0
        self.view = View()
        """The newest one."""
        self._addresses: list[str] = []
        self.closed = False

    @property
    def pages(self) -> int:
        """How many are open."""
        return len(self._addresses)

    def show(self, view: View) -> None:
        """Replace the view and wake every page."""
        with self._changed:
            self.view = view
            self._version += 1
            self._changed.notify_all()

    def refresh(self) -> None:
        """Show the same view again: what stands beside it has changed."""
        self.show(self.view)

    def later(self, version: int, patience: float) -> tuple[int, View] | None:
        """Return the first view after `version`, None after `patience` seconds."""
        with self._changed:
            came = self._changed.wait_for(
                lambda: self._version > version or self.closed, patience
            )
            return (self._version, self.view) if came else None

    def enter(self, address: str) -> bool:
        """Count a page in; false where too many are open."""
        with self._changed:
            same = self._addresses.count(address)
            full = self.pages >= MOST_PAGES or same >= MOST_PAGES_AN_ADDRESS
            if full or self.closed:
                return False
            self._addresses.append(address)
            return True

    def leave(self, address: str) -> None:
        """Count a page out."""
        with self._changed:
            self._addresses.remove(address)
            self._changed.notify_all()

    def close(self, patience: float) -> None:
        """Let every page show the last view and go; wait `patience` seconds at most."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self.pages, patience)
