"""HTTP routes of the page: each behind the guard; views as server-sent events."""

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, redirect, render_template, request
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    MethodNotAllowed,
    ServiceUnavailable,
)
from werkzeug.wrappers import Response as Answer

from dialogue.content.content import Content
from dialogue.engine.rendering import (
    get_emergency_number,
    render_reply,
    to_display_text,
)
from dialogue.engine.reply import Reply
from local_voice.page.access import OWNER, Caller, Guard, is_forwarded
from local_voice.page.broadcast import Board
from local_voice.page.buttons import Buttons, Press
from local_voice.page.guests import Entry
from local_voice.page.view import View
from local_voice.session.ice_timer import get_boot_time
from local_voice.session.keyboard import KEYS

FRONT = files("local_voice.page") / "front"
BEAT = 5.0
"""Seconds after which a page gets a sign of life."""
LARGEST = 1024
"""Bytes of a press; nothing else is ever sent to us."""
LONGEST_CHALLENGE = 64
WORDS = ("browser.", "screen.", "card.", "page.why", "page.outcome")
"""The page's own words, by how their keys begin."""
CODES = {Press.TAKEN: 202, Press.SOON: 429, Press.LATE: 409}
FILES = {
    "page.css": "text/css",
    **dict.fromkeys(
        ("page.js", "parts.js", "summary.js", "return.js", "key.js"), "text/javascript"
    ),
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; "
    "style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # A form that is sent with "no-referrer" would not tell its origin.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def build_page_app(
    content: Content, board: Board, buttons: Buttons, guard: Guard
) -> Flask:
    """Return the page's own little web application."""
    app = Flask(__name__, template_folder=str(FRONT), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.wsgi_app = Place(app.wsgi_app, guard.place)  # type: ignore[method-assign]
    words = build_page_words(content)

    def render(template: str, status: int = 200, **more: Any) -> tuple[str, int]:
        return render_template(template, **words, **more), status

    def render_door(status: int = 401, note: str = "") -> tuple[str, int]:
        if guard.guests:
            guard.guests.renew_code()
        asks = guard.guests is not None
        return render("code.html", status, note=note, asks_for_code=asks)

    _guard_all(app, guard)

    @app.get("/")
    def page() -> tuple[str, int]:
        # What another website opened is nobody's yet, whatever cookie came along.
        visitor = None if _is_cross_site() else _find_visitor(guard)
        if visitor is None:
            return render_door()
        secret = guard.return_.secret if visitor == OWNER else ""
        return render(
            "page.html", token=guard.token, program=guard.program, secret=secret
        )

    @app.post("/key")
    def key() -> Answer | tuple[str, int]:
        cookie = guard.enter_by_key(_build_caller(guard), request.form.get("key", ""))
        return _let_in(guard, cookie) if cookie else render_door(note="browser.key_old")

    @app.post("/code")
    def code() -> Answer | tuple[str, int]:
        entry, cookie = guard.enter_by_code(request.form.get("code", ""))
        if entry is not Entry.IN:
            status = 429 if entry is Entry.WAIT else 401
            return render_door(status, f"browser.code_{entry.value}")
        board.refresh()
        return _let_in(guard, cookie)

    @app.get("/return")
    def prove() -> dict[str, str]:
        challenge = request.args.get("challenge", "")[:LONGEST_CHALLENGE]
        proof = guard.return_.build_proof(challenge)
        return {"program": guard.program, "proof": proof}

    @app.post("/return")
    def come_back() -> Answer:
        proof = request.form.get("proof", "")
        cookie = guard.enter_by_return(_build_caller(guard), proof)
        if cookie is None:
            raise Forbidden("This page does not come back.")
        return _let_in(guard, cookie)

    @app.get("/<place>/")
    def leave(place: str) -> Answer:
        # A place of the program before: this one's is found by its key.
        return redirect("/", 303)

    @app.get("/<name>")
    def front(name: str) -> Response:
        if name not in FILES:
            raise Forbidden("There is no such page.")
        return Response((FRONT / name).read_bytes(), mimetype=FILES[name])

    @app.get("/views")
    def views() -> Response:
        caller = _build_caller(guard)
        visitor = guard.find_visitor(caller)
        if visitor is None:
            raise Forbidden("The code is missing.")
        if not board.enter(caller.peer or ""):
            raise ServiceUnavailable("Too many pages are open. Close one of them.")
        return Response(
            ViewStream(board, guard, caller, visitor), mimetype="text/event-stream"
        )

    @app.post("/press")
    def press() -> tuple[dict[str, str], int]:
        _find_sender(guard)
        pressed = buttons.press(*_parse_press(_parse_json()))
        return {"press": pressed.value}, CODES[pressed]

    @app.post("/send-away")
    def send_away() -> tuple[dict[str, bool], int]:
        if _find_sender(guard) != OWNER or guard.guests is None:
            raise Forbidden("Only the person at the computer sends a guest away.")
        gone = guard.guests.send_away(_parse_guest(_parse_json()))
        board.refresh()
        return {"gone": gone}, 202 if gone else 409

    return app


def _let_in(guard: Guard, cookie: str) -> Answer:
    answer = redirect(guard.place, 303)
    answer.set_cookie(
        guard.cookie_name, cookie, path=guard.place, httponly=True, samesite="Strict"
    )
    return answer


class Place:
    """Serves the same application below a path that the cookie is bound to."""

    def __init__(self, app: WSGIApplication, place: str) -> None:
        """`place` begins and ends with a slash."""
        self._app = app
        self._place = place

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request as the application does without its place."""
        path = environ["PATH_INFO"]
        if path.startswith(self._place):
            environ["PATH_INFO"] = path[len(self._place) - 1 :]
        return self._app(environ, start_response)


def _guard_all(app: Flask, guard: Guard) -> None:
    """Let no other website in, and none look into what we answer."""

    @app.before_request
    def refuse_strangers() -> None:
        if not guard.is_ours(request.host):
            raise Forbidden("This name is not the page's own.")
        if request.method not in ("GET", "POST"):
            raise MethodNotAllowed(["GET", "POST"])
        if _is_cross_site() and not _is_opened():
            raise Forbidden("Another website asked for this.")
        if request.method == "POST" and not guard.is_own_origin(
            request.headers.get("Origin"), request.host
        ):
            raise Forbidden("Another website sent this.")

    @app.after_request
    def add_headers(answer: Response) -> Response:
        answer.headers.update(HEADERS)
        return answer

    app.register_error_handler(HTTPException, _render_error)


def build_page_words(content: Content) -> dict[str, Any]:
    """Return what the page's own words are, in the locale of `content`."""
    clinic = content.clinic
    number = get_emergency_number(content.prompts, clinic)
    say = {}
    for key in content.prompts:
        if key.startswith(WORDS):
            segments = render_reply(
                Reply((key,)), content.prompts, clinic, None
            ).prompts
            say[key] = to_display_text(segments)
    keys = {
        name: [k for k in known if len(k) == 1 and k.isprintable()]
        for name, known in KEYS.items()
    }
    return {"say": say, "lang": content.locale, "emergency": number, "keys": keys}


def _is_cross_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site not in ("none", "same-origin")


def _is_opened() -> bool:
    """Tell whether a link opens the page in a tab of its own, not within a website.

    So does the bookmark of the file that `entry_file` writes.
    """
    mode = request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest")
    opens = mode == ("navigate", "document") and request.method == "GET"
    return opens and request.path == "/"


def _build_caller(guard: Guard) -> Caller:
    return Caller(
        request.remote_addr,
        request.cookies.get(guard.cookie_name),
        is_forwarded(request.headers.keys()),
    )


def _find_visitor(guard: Guard) -> int | None:
    return guard.find_visitor(_build_caller(guard))


def _find_sender(guard: Guard) -> int:
    """Return who sends from our own page; raises Forbidden."""
    visitor = _find_visitor(guard)
    if visitor is None or not guard.is_token(request.headers.get("X-Token")):
        raise Forbidden("This press does not come from the page.")
    return visitor


def _parse_json() -> object:
    """Return the body; None where it is no JSON, or nested without end."""
    try:
        return json.loads(request.get_data()) if request.is_json else None
    except (ValueError, RecursionError):
        return None


def _parse_press(body: object) -> tuple[str, int]:
    """Return the button and the turn of a press; raises BadRequest."""
    if not isinstance(body, dict) or set(body) != {"name", "turn"}:
        raise BadRequest("A press is a name and a turn.")
    name, turn = body["name"], body["turn"]
    if not isinstance(name, str) or type(turn) is not int:
        raise BadRequest("A press is a name and a turn.")
    return name, turn


def _parse_guest(body: object) -> int:
    """Return the number of a guest; raises BadRequest."""
    if not isinstance(body, dict) or type(body.get("guest")) is not int:
        raise BadRequest("A guest is a number.")
    return int(body["guest"])


class ViewStream:
    """The view now and whenever it changes, and a sign of life in between.

    It holds one of the board's places until it is closed, also where nobody ever
    read from it.
    """

    def __init__(
        self, board: Board, guard: Guard, caller: Caller, visitor: int
    ) -> None:
        """Take over a place that `board` gave to `visitor`."""
        self._board = board
        self._guard = guard
        self._caller = caller
        self._visitor = visitor
        self._open = True
        self._events = self._build_events()

    def __iter__(self) -> Iterator[str]:
        """Yield each event as text."""
        return self._events

    def close(self) -> None:
        """Give the place back, once."""
        if self._open:
            self._open = False
            self._board.leave(self._caller.peer or "")

    def _build_events(self) -> Iterator[str]:
        version = -1
        while self._guard.find_visitor(self._caller) == self._visitor:
            ends = self._board.closed
            later = self._board.later(version, BEAT)
            if later is not None and later[0] > version:
                version, view = later
                yield f"data: {json.dumps(self._to_json(view))}\n\n"
            elif ends:
                yield "event: bye\ndata:\n\n"
                break
            else:
                yield "event: beat\ndata:\n\n"
        else:
            yield "event: out\ndata:\n\n"
        self.close()

    def _to_json(self, view: View) -> dict[str, Any]:
        shown = view.to_json(get_boot_time())
        mine = self._guard.guests if self._visitor == OWNER else None
        guests = mine.numbers if mine else ()
        return {**shown, "program": self._guard.program, "guests": guests}


def _render_error(error: HTTPException) -> Response:
    text = f"{error.description}\n"
    return Response(text, status=error.code, mimetype="text/plain")
