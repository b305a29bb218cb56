"""The page of one program: where it is served, and what it shows and takes."""

import contextlib
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dialogue.content.content import Content
from local_voice.page.access import Guard
from local_voice.page.broadcast import MOST_PAGES, Board
from local_voice.page.buttons import Buttons
from local_voice.page.entry_file import (
    get_entry_file,
    remove_entry_file,
    remove_return_secret,
    take_return_secret,
    write_entry_file,
)
from local_voice.page.view import update_view
from local_voice.session.events import SessionEvent
from local_voice.session.ice_timer import get_boot_time
from local_voice.session.session import VoiceSession

LOCALHOST = "127.0.0.1"
PORT = 8088
EVERYWHERE = {"0.0.0.0": LOCALHOST, "::": "::1"}  # noqa: S104
"""Addresses that stand for all of this computer's, and the one to use here."""
CODE = "Code for the page: {code} (works once, for 10 minutes)"
LAST_VIEW = 1.0
"""Seconds in which open pages may fetch the last view before we go."""


class PageUnavailable(Exception):
    """The port of the page cannot be opened; holds the operating system's reason."""


class Page:
    """The page of one program: shows session events, and gives input events."""

    def __init__(
        self,
        content: Content,
        say: Callable[[str], None],
        address: str = LOCALHOST,
        port: int = PORT,
        *,
        folder: Path | None = None,
        tell_key: bool = True,
    ) -> None:
        """Open `port` on `address` (0: any free one); raises PageUnavailable.

        `say` prints one line: where the page is, and the code for guests. A file in
        `folder` opens the page too; then the printed address may be told without its
        key. Raises ImportError where the web framework or server is not installed.
        """
        from local_voice.page.connections import PageServer
        from local_voice.page.routes import build_page_app

        self._content = content
        self.board = Board()
        self.buttons = Buttons()
        listener = _open_socket(address, port)
        self.port = int(listener.getsockname()[1])
        self._folder = folder
        self._file = get_entry_file(folder, self.port) if folder else None
        guests = not address.startswith("127.") and address not in ("::1", "localhost")
        name = socket.gethostname()
        self.url = _build_url(EVERYWHERE.get(address, address), self.port)
        """Where the page is, for whoever has come in already."""
        self.guard = Guard(
            self.port,
            (name, f"{name}.local"),
            guests=guests,
            own_address=address,
            return_secret=self._take_return_secret(),
            show_code=lambda code: say(CODE.format(code=code)),
        )
        self.entry_url = f"{self.url}#key={self.guard.key}"
        """Opens the page for whoever sits at this computer."""
        self.bookmark = ""
        """The address of the file that opens it; empty where there is none."""
        self._announce(say, tell_key=tell_key)
        if self.guard.guests:
            others = name if address in EVERYWHERE else address
            say(f"For others: {_build_url(others, self.port)}")
            self.guard.guests.renew_code()
        app = build_page_app(content, self.board, self.buttons, self.guard)
        self._server = PageServer(app, listener, streams=MOST_PAGES)

    def _take_return_secret(self) -> str:
        with contextlib.suppress(OSError):
            if self._folder:
                return take_return_secret(self._folder, self.port)
        return ""

    def _announce(self, say: Callable[[str], None], *, tell_key: bool) -> None:
        """Write the file that opens the page, and say where both are."""
        trouble = ""
        if self._file:
            try:
                write_entry_file(self._file, self.entry_url)
            except OSError as error:
                trouble = f"No bookmark for the page: {error}."
        told = tell_key or not self._file or bool(trouble)
        say(f"Page: {self.entry_url if told else self.url}")
        if trouble:
            say(trouble)
        elif self._file:
            self.bookmark = self._file.as_uri()
            say(f"Bookmark for it, for your account only: {self.bookmark}")

    def connect(self, session: VoiceSession) -> None:
        """Let the buttons answer in `session`, whose events `show_event` gets."""
        self.board.show(replace(self.board.view, voice=session.output.rate > 0))
        self.buttons.connect(session.receive)

    def has_visitors(self) -> bool:
        """Tell whether somebody has the page open."""
        return self.board.pages > 0

    def show_event(self, event: SessionEvent) -> None:
        """Show one event of the session."""
        view = update_view(self.board.view, event, self._content, get_boot_time())
        self.buttons.offer(view.turn, view.pressable)
        self.board.show(view)

    def close(self) -> None:
        """Let open pages show the last words, then give the port back."""
        self.board.show(replace(self.board.view, buttons=()))
        self.board.close(LAST_VIEW)
        self._server.close(LAST_VIEW)
        if self._file and self._folder:
            remove_entry_file(self._file, self.entry_url)
            remove_return_secret(self._folder, self.port)


def _build_url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _open_socket(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no such address"
        raise PageUnavailable(why) from error
