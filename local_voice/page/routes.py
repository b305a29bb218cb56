"""HTTP routes of the page: each behind the guard; views as server-sent events."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from flask import Flask, Response, redirect, render_template, request
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, ServiceUnavailable
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as Answer

from dialogue.content.content import Content
from dialogue.engine.rendering import (
    get_emergency_number,
    render_reply,
    to_display_text,
)
from dialogue.engine.reply import Reply
from local_voice.page.access import Entry, Guard
from local_voice.page.broadcast import Board
from local_voice.page.buttons import Buttons, Press
from local_voice.session.ice_timer import get_boot_time

FRONT = files("local_voice.page") / "front"
BEAT = 5.0
"""Seconds after which a page gets a sign of life."""
LARGEST = 1024
"""Bytes of a press; nothing else is ever sent to us."""
COOKIE = "backtalk"
CODES = {Press.TAKEN: 202, Press.SOON: 429, Press.LATE: 409}
FILES = {"page.css": "text/css", "page.js": "text/javascript"}
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
    words = build_page_words(content)

    def render(template: str, status: int = 200, **more: Any) -> tuple[str, int]:
        return render_template(template, **words, **more), status

    _guard_all(app, guard)

    @app.get("/")
    def page() -> tuple[str, int]:
        if not _is_in(guard):
            return render("code.html", 401, wrong="")
        return render("page.html", token=guard.token, program=guard.program)

    @app.post("/code")
    def code() -> Answer | tuple[str, int]:
        entry, guest = guard.enter(request.form.get("code", ""))
        if entry is not Entry.IN:
            status = 429 if entry is Entry.WAIT else 401
            return render("code.html", status, wrong=entry.value)
        answer = redirect("/", 303)
        answer.set_cookie(COOKIE, guest, httponly=True, samesite="Strict")
        return answer

    @app.get("/<name>")
    def front(name: str) -> Response:
        if name not in FILES:
            raise Forbidden("There is no such page.")
        return Response((FRONT / name).read_bytes(), mimetype=FILES[name])

    @app.get("/views")
    def views() -> Response:
        if not _is_in(guard):
            raise Forbidden("The code is missing.")
        if not board.enter():
            raise ServiceUnavailable("Too many pages are open. Close one of them.")
        return Response(
            _stream_views(board, guard.program), mimetype="text/event-stream"
        )

    @app.post("/press")
    def press() -> tuple[dict[str, str], int]:
        if not _is_in(guard) or not guard.is_token(request.headers.get("X-Token")):
            raise Forbidden("This press does not come from the page.")
        pressed = buttons.press(*_parse_press(request.get_json(silent=True)))
        return {"press": pressed.value}, CODES[pressed]

    return app


def build_server(
    app: Flask, address: str, port: int, descriptor: int
) -> BaseWSGIServer:
    """Return the server of `app` at an open socket."""
    return make_server(
        address,
        port,
        app,
        threaded=True,
        request_handler=_QuietHandler,
        fd=descriptor,
    )


class _QuietHandler(WSGIRequestHandler):
    """Writes no log: who asked for what is nobody's business."""

    server_version = "BackTalk"
    sys_version = ""
    timeout = 30

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Write nothing."""


def _guard_all(app: Flask, guard: Guard) -> None:
    """Let no other website in, and none look into what we answer."""

    @app.before_request
    def refuse_strangers() -> None:
        if not guard.is_ours(request.host):
            raise Forbidden("This name is not the page's own.")
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
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
        if key.startswith(("browser.", "screen.", "card.")):
            segments = render_reply(
                Reply((key,)), content.prompts, clinic, None
            ).prompts
            say[key] = to_display_text(segments)
    return {"say": say, "lang": content.locale, "emergency": number}


def _is_in(guard: Guard) -> bool:
    return guard.is_in(request.remote_addr, request.cookies.get(COOKIE))


def _parse_press(body: object) -> tuple[str, int]:
    """Return the button and the turn of a press; raises BadRequest."""
    if not isinstance(body, dict) or set(body) != {"name", "turn"}:
        raise BadRequest("A press is a name and a turn.")
    name, turn = body["name"], body["turn"]
    if not isinstance(name, str) or type(turn) is not int:
        raise BadRequest("A press is a name and a turn.")
    return name, turn


def _stream_views(board: Board, program: str) -> Iterator[str]:
    """Yield the view now and whenever it changes, and a sign of life in between."""
    version = -1
    try:
        while True:
            ends = board.closed
            later = board.later(version, BEAT)
            if later is not None and later[0] > version:
                version, view = later
                shown = {**view.to_json(get_boot_time()), "program": program}
                yield f"data: {json.dumps(shown)}\n\n"
            elif ends:
                yield "event: bye\ndata:\n\n"
                return
            else:
                yield "event: beat\ndata:\n\n"
    finally:
        board.leave()


def _render_error(error: HTTPException) -> Response:
    text = f"{error.description}\n"
    return Response(text, status=error.code, mimetype="text/plain")
