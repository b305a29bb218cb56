"""The page over HTTP: what comes out, and what is refused."""

import json
import re
import threading

import pytest

from dialogue.loading import load_content
from local_voice.page.access import Guard
from local_voice.page.broadcast import MOST_PAGES, Board
from local_voice.page.buttons import SETTLING, Buttons
from local_voice.page.routes import HEADERS, build_page_app, build_page_words
from local_voice.page.view import QUESTION, VOICE, View

HERE = "http://127.0.0.1:8088"
CONTENT = load_content(clinic="roseville")
AWAY = {"REMOTE_ADDR": "192.168.1.9"}


class Site:
    """The web application with what stands behind it."""

    def __init__(self, *, guests=False):
        """Show one question, long enough for a press to count."""
        self.now, self.taps, self.codes = 0.0, [], []
        self.board = Board()
        self.buttons = Buttons(lambda: self.now)
        self.buttons.connect(lambda event, turn: not self.taps.append(event))
        self.guard = Guard(8088, guests=guests, show_code=self.codes.append)
        app = build_page_app(CONTENT, self.board, self.buttons, self.guard)
        self.client = app.test_client()
        self.board.show(View(turn=1, buttons=QUESTION))
        self.buttons.offer(1, QUESTION)
        self.now += SETTLING

    def get(self, path="/", **more):
        """Ask for a path."""
        return self.client.get(path, base_url=HERE, **more)

    def press(self, body=None, **headers):
        """Press as our own page does, but for what `headers` say; None leaves out."""
        usual = {"Origin": HERE, "X-Token": self.guard.token}
        sent = {k: v for k, v in {**usual, **headers}.items() if v is not None}
        body = {"name": "yes", "turn": 1} if body is None else body
        return self.client.post("/press", json=body, base_url=HERE, headers=sent)


@pytest.fixture
def site():
    """Return the application as it is on loopback."""
    return Site()


@pytest.fixture
def open_site():
    """Return the application that lets guests in."""
    return Site(guests=True)


def test_the_page_holds_every_label_in_the_words_of_the_locale(site):
    """The labels, the number to dial, the language; and no gap left open."""
    page = site.get().get_data(as_text=True)
    for label in ("Yes", "No", "Not sure", "Stop", "Say it again", "Your steps"):
        assert label in page
    assert 'href="tel:911"' in page
    assert '<html lang="en-US"' in page
    assert "{{" not in page
    assert "{emergency" not in page


def test_every_word_prepared_for_the_page_is_used():
    """The page shows each label that the prompts hold for it."""
    words = build_page_words(CONTENT)["say"]
    front = "".join(
        build_page_app(
            CONTENT, Board(), Buttons(), Guard(1)
        ).jinja_env.loader.get_source(None, name)[0]
        for name in ("page.html", "code.html")
    )
    built = (
        "browser.switch_",
        "browser.code_",
        "browser.light",
        "browser.dark",
        "browser.contrast",
    )
    by_code = ("browser.said", "browser.pressed", "browser.silence", "browser.unclear")
    phases = ("starting", "speaking", "listening", "waiting", "ended", "closed")
    phases += ("resting", "asleep")
    others = ("repeat", "back", "help", "stop", *VOICE)
    for key in words:
        name = key.removeprefix("browser.")
        if key.startswith(("screen.", *built, *by_code)) or name in phases + others:
            continue
        assert f'"{key}"' in front, key


def test_every_answer_carries_the_guarding_headers(site):
    """Also refusals; and no script or style but our own files."""
    for answer in (site.get(), site.get("/page.js"), site.get("/nowhere")):
        for name, value in HEADERS.items():
            assert value == answer.headers[name]
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = site.get().get_data(as_text=True)
    assert not re.search(r"\son\w+=|\sstyle=|<style|<script(?![^>]*src=)", page)


def test_nothing_is_stored_by_loopback(site):
    """No cookie for who sits at the computer, no cache."""
    answer = site.get()
    assert "Set-Cookie" not in answer.headers
    assert "no-store" == answer.headers["Cache-Control"]


def test_files_of_the_page_and_no_others(site):
    """No path leads out of the folder, and none to the templates."""
    assert 200 == site.get("/page.js").status_code
    assert "text/css; charset=utf-8" == site.get("/page.css").headers["Content-Type"]
    for path in ("/page.html", "/..%2fapp.py", "/%2e%2e/app.py", "/press", "/code"):
        assert site.get(path).status_code in (403, 404, 405)


def test_a_press_is_taken(site):
    """It reaches the loop once."""
    assert 202 == site.press().status_code
    assert 409 == site.press().status_code
    assert 1 == len(site.taps)


def test_a_double_press_is_told_apart(site):
    """Too soon is no failure, and no answer."""
    site.buttons.offer(2, QUESTION)
    assert 429 == site.press({"name": "no", "turn": 2}).status_code
    assert [] == site.taps


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": None},
        {"Origin": "null"},
        {"X-Token": "guessed"},
        {"X-Token": None},
        {"Host": "evil.example:8088", "Origin": "http://evil.example:8088"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_press_of_another_website_is_refused(site, headers):
    """Wrong origin, token, name or sender: not counted."""
    assert 403 == site.press(**headers).status_code
    assert [] == site.taps


@pytest.mark.parametrize("path", ["/", "/views", "/page.js"])
def test_another_website_reads_nothing(site, path):
    """Neither under its own name, nor from inside its own page."""
    assert 403 == site.get(path, headers={"Host": "evil.example:8088"}).status_code
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert 403 == site.get(path, headers=cross).status_code


@pytest.mark.parametrize(
    "body",
    [
        [],
        "yes",
        {"name": "yes"},
        {"name": 1, "turn": 1},
        {"name": "yes", "turn": "1"},
        {"name": "yes", "turn": True},
        {"name": "yes", "turn": 1.0},
        {"name": "yes", "turn": 1, "more": 1},
    ],
)
def test_a_malformed_press_is_told(site, body):
    """One sentence, and nothing counted."""
    answer = site.press(body)
    assert 400 == answer.status_code
    assert "A press is" in answer.get_data(as_text=True)
    assert [] == site.taps


def test_a_press_that_is_no_json_or_huge_is_refused(site):
    """Bytes of any kind do not reach the buttons."""
    headers = {"Origin": HERE, "X-Token": site.guard.token}
    for data, status in ((b"\xff\xfe", 400), (b"x" * 5000, 413)):
        answer = site.client.post(
            "/press",
            data=data,
            base_url=HERE,
            headers={**headers, "Content-Type": "application/json"},
        )
        assert status == answer.status_code
    assert [] == site.taps


def test_a_stranger_on_the_network_needs_the_code(open_site):
    """Without it: the form, and neither views nor presses."""
    page = open_site.get(environ_overrides=AWAY)
    assert 401 == page.status_code
    assert open_site.guard.token not in page.get_data(as_text=True)
    assert 'name="code"' in page.get_data(as_text=True)
    assert "911" in page.get_data(as_text=True)
    assert 403 == open_site.get("/views", environ_overrides=AWAY).status_code
    stolen = open_site.client.post(
        "/press",
        json={"name": "yes", "turn": 1},
        base_url=HERE,
        headers={"Origin": HERE, "X-Token": open_site.guard.token},
        environ_overrides=AWAY,
    )
    assert 403 == stolen.status_code


def test_a_guest_with_the_code_comes_in(open_site):
    """The cookie is the browser's alone and goes nowhere else."""
    code = {"code": open_site.codes[-1]}

    def send(form):
        return open_site.client.post(
            "/code",
            data=form,
            base_url=HERE,
            headers={"Origin": HERE},
            environ_overrides=AWAY,
        )

    assert 401 == send({"code": "x"}).status_code
    entered = send(code)
    assert 303 == entered.status_code
    assert {"HttpOnly", "SameSite=Strict"} <= set(
        re.split("; ?", entered.headers["Set-Cookie"])
    )
    assert 200 == open_site.get(environ_overrides=AWAY).status_code
    assert 401 == send(code).status_code


def test_too_many_codes_are_told(open_site):
    """The form says to wait."""
    for _ in range(6):
        answer = open_site.client.post(
            "/code",
            data={"code": "nope"},
            base_url=HERE,
            headers={"Origin": HERE},
            environ_overrides=AWAY,
        )
    assert 429 == answer.status_code
    assert "Please wait a minute" in answer.get_data(as_text=True)


def test_views_come_as_they_change_and_end_with_goodbye(site):
    """The newest view at once, the next one when it is shown, then the end."""
    stream = site.get("/views", buffered=False).response
    assert 1 == json.loads(next(stream).decode().removeprefix("data: "))["turn"]
    site.board.show(View(turn=2))
    assert 2 == json.loads(next(stream).decode().removeprefix("data: "))["turn"]
    closing = threading.Thread(target=site.board.close, args=(5,))
    closing.start()
    assert [b"event: bye\ndata:\n\n"] == list(stream)
    closing.join()
    assert 0 == site.board.pages


def test_the_last_view_is_not_lost_at_the_end(site):
    """What is shown just before the end comes before the goodbye."""
    stream = site.get("/views", buffered=False).response
    next(stream)
    site.board.show(View(turn=2, phase="ended"))
    site.board.close(0)
    came = [part.decode() for part in stream]
    assert ["data: ", "event:"] == [part[:6] for part in came]


def test_a_quiet_connection_gets_signs_of_life(site, monkeypatch):
    """The page can tell a long silence from a lost program."""
    monkeypatch.setattr("local_voice.page.routes.BEAT", 0.01)
    stream = site.get("/views", buffered=False).response
    next(stream)
    assert b"event: beat\ndata:\n\n" == next(stream)


def test_few_pages_at_a_time(site):
    """Each holds a thread, so there is a limit; a closed page makes room."""
    streams = [site.get("/views", buffered=False) for _ in range(MOST_PAGES)]
    for stream in streams:
        next(stream.response)
    assert 503 == site.get("/views").status_code
    streams[0].close()
    assert MOST_PAGES - 1 == site.board.pages


def test_the_words_of_a_view_cannot_become_html(site):
    """What was heard is data for the page, and scripts set it as text only."""
    script = site.get("/page.js").get_data(as_text=True)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script
    )
    assert not re.search(r"localStorage|sessionStorage|indexedDB|cookie", script)
