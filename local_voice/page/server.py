"""The server of the page: a thread of its own, at a port of this computer."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import replace

from dialogue.content.content import Content
from local_voice.page.access import Guard
from local_voice.page.broadcast import Board
from local_voice.page.buttons import Buttons
from local_voice.page.view import update_view
from local_voice.session.events import SessionEvent
from local_voice.session.ice_timer import get_boot_time
from local_voice.session.session import VoiceSession

LOCALHOST = "127.0.0.1"
PORT = 8088
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
    ) -> None:
        """Open `port` on `address` (0: any free one); raises PageUnavailable.

        `say` prints one line: where the page is, and the code for guests. Raises
        ImportError where the web framework is not installed.
        """
        from local_voice.page.routes import build_page_app, build_server

        self._content = content
        self.board = Board()
        self.buttons = Buttons()
        socket_ = _open_socket(address, port)
        self.port = int(socket_.getsockname()[1])
        guests = not address.startswith("127.") and address not in ("::1", "localhost")
        name = socket.gethostname()
        shown = name if guests and address in ("0.0.0.0", "::") else address  # noqa: S104
        self.url = f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}/"
        say(f"Page: {self.url}")
        self.guard = Guard(
            self.port,
            (name, f"{name}.local"),
            guests=guests,
            show_code=lambda code: say(f"Code for the page: {code} (works once)"),
        )
        app = build_page_app(content, self.board, self.buttons, self.guard)
        self._server = build_server(app, address, self.port, socket_.fileno())
        self._socket = socket_
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), daemon=True
        )
        self._thread.start()

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
        self._server.shutdown()
        self._thread.join(LAST_VIEW)
        self._server.server_close()
        with contextlib.suppress(OSError):
            self._socket.close()


def _open_socket(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no such address"
        raise PageUnavailable(why) from error
