"""The page over HTTP: what comes out, and what is refused."""

import hmac
import json
import re
import threading

import pytest

from dialogue.loading import load_content
from local_voice.page.access import Guard
from local_voice.page.broadcast import MOST_PAGES, MOST_PAGES_AN_ADDRESS, Board
from local_voice.page.buttons import SETTLING, Buttons
from local_voice.page.connections import MOST_AN_ADDRESS
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
        if guests:
            self.guard.guests.renew_code()
        app = build_page_app(CONTENT, self.board, self.buttons, self.guard)
        self.app = app
        self.client = app.test_client()
        self.enter()
        self.board.show(View(turn=1, buttons=QUESTION))
        self.buttons.offer(1, QUESTION)
        self.now += SETTLING

    def enter(self, client=None, **more):
        """Come in by the key, as whoever sits at this computer does."""
        return (client or self.client).post(
            "/key",
            data={"key": self.guard.key},
            base_url=HERE,
            headers={"Origin": HERE},
            **more,
        )

    def get(self, path="/", **more):
        """Ask for a path, at the place that whoever is in was led to."""
        return self.client.get(self.at(path), base_url=HERE, **more)

    def at(self, path):
        """Return a path at the page's place."""
        return self.guard.place + path.removeprefix("/")

    def press(self, body=None, **headers):
        """Press as our own page does, but for what `headers` say; None leaves out."""
        usual = {"Origin": HERE, "X-Token": self.guard.token}
        sent = {k: v for k, v in {**usual, **headers}.items() if v is not None}
        body = {"name": "yes", "turn": 1} if body is None else body
        kind = "data" if isinstance(body, bytes) else "json"
        sent = {"Content-Type": "application/json", **sent}
        return self.client.post(
            self.at("/press"), **{kind: body}, base_url=HERE, headers=sent
        )


@pytest.fixture
def site():
    """Return the application as it is on loopback."""
    return Site()


@pytest.fixture
def open_site():
    """Return the application that lets guests in, to somebody who is not."""
    site = Site(guests=True)
    site.client = site.app.test_client()
    return site


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
        "browser.key_",
        "browser.keys_o",
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


def test_only_the_cookie_is_stored(site):
    """It ends with the browser, goes to no other website, and nothing is cached."""
    cookie = site.enter().headers["Set-Cookie"]
    assert cookie.startswith("backtalk-8088=")
    assert {"HttpOnly", "SameSite=Strict"} <= set(re.split("; ?", cookie))
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie
    answer = site.get()
    assert "Set-Cookie" not in answer.headers
    assert "no-store" == answer.headers["Cache-Control"]


PROXIES = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")


def refuse_all(site, client, **more):
    """Assert that neither page, views nor presses are there for `client`."""
    page = client.get(site.at("/"), base_url=HERE, **more)
    assert 401 == page.status_code
    assert site.guard.token not in page.get_data(as_text=True)
    assert "911" in page.get_data(as_text=True)
    assert 403 == client.get(site.at("/views"), base_url=HERE, **more).status_code
    headers = {"Origin": HERE, "X-Token": site.guard.token, **more.pop("headers", {})}
    for path, body in (
        ("/press", {"name": "no", "turn": 1}),
        ("/send-away", {"guest": 1}),
    ):
        form = {"json": body, "base_url": HERE, "headers": headers, **more}
        sent = client.post(site.at(path), **form)
        assert 403 == sent.status_code
    assert [] == site.taps
    assert 0 == site.board.pages


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1"])
def test_another_account_of_this_computer_is_let_in_nowhere(site, peer):
    """It has a loopback address as we have, and not the key."""
    stranger = site.app.test_client()
    refuse_all(site, stranger, environ_overrides={"REMOTE_ADDR": peer})
    for key in ("", "x", site.guard.token):
        form = {"data": {"key": key}, "headers": {"Origin": HERE}}
        assert 401 == stranger.post("/key", base_url=HERE, **form).status_code
    refuse_all(site, stranger, environ_overrides={"REMOTE_ADDR": peer})


@pytest.mark.parametrize("header", PROXIES)
def test_what_a_proxy_passes_on_is_nobody_of_this_computer(site, header):
    """With the cookie, or with the key: whoever it is may sit anywhere."""
    refuse_all(site, site.client, headers={header: "192.168.1.9"})
    headers = {"Origin": HERE, header: "127.0.0.1"}
    form = {"data": {"key": site.guard.key}, "headers": headers}
    sent = site.app.test_client().post("/key", base_url=HERE, **form)
    assert 401 == sent.status_code


def test_a_proxy_passes_on_a_guest_with_a_code(open_site):
    """As any other guest."""
    headers = {"Origin": HERE, "X-Forwarded-For": "192.168.1.9"}
    form = {"data": {"code": open_site.codes[-1]}, "headers": headers}
    assert 303 == open_site.client.post("/code", base_url=HERE, **form).status_code
    assert 200 == open_site.get(headers=headers).status_code


def test_a_link_of_another_website_opens_the_door_only(site):
    """The bookmark's file is such a link; a frame or a script gets nothing."""
    opened = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    answer = site.get(headers=opened)
    assert 401 == answer.status_code
    assert site.guard.token not in answer.get_data(as_text=True)
    for other in ("/views", "/page.js"):
        assert 403 == site.get(other, headers=opened).status_code
    for name, value in (("Dest", "iframe"), ("Mode", "no-cors")):
        headers = {**opened, f"Sec-Fetch-{name}": value}
        assert 403 == site.get(headers=headers).status_code
    posted = {**opened, "Origin": HERE}
    form = {"data": {"key": site.guard.key}, "headers": posted}
    assert 403 == site.client.post("/key", base_url=HERE, **form).status_code


def test_an_open_page_comes_back_and_a_guest_does_not(site, open_site):
    """The secret stands in the page of the person at the computer, and nowhere else."""
    page = site.get().get_data(as_text=True)
    secret = site.guard.return_.secret
    assert secret in page
    guest = come_in(open_site).get(
        open_site.at("/"), base_url=HERE, environ_overrides=AWAY
    )
    assert open_site.guard.return_.secret not in guest.get_data(as_text=True)
    stranger = site.app.test_client()
    asked = stranger.get("/return?challenge=c", base_url=HERE).get_json()
    text = f"program {asked['program']} c".encode()
    assert hmac.new(secret.encode(), text, "sha256").hexdigest() == asked["proof"]
    mine = hmac.new(secret.encode(), f"page {asked['program']}".encode(), "sha256")
    for proof, status in ((asked["proof"], 403), (mine.hexdigest(), 303)):
        form = {"data": {"proof": proof}, "headers": {"Origin": HERE}}
        assert status == stranger.post("/return", base_url=HERE, **form).status_code
    assert 200 == stranger.get(site.at("/"), base_url=HERE).status_code


def test_the_door_says_where_the_address_is(site):
    """Without guests there is no form for a code, and an old key is told."""
    stranger = site.app.test_client()
    door = stranger.get("/", base_url=HERE).get_data(as_text=True)
    assert "Open the address that is shown" in door
    assert "<form" not in door
    form = {"data": {"key": "old"}, "headers": {"Origin": HERE}}
    told = stranger.post("/key", base_url=HERE, **form).get_data(as_text=True)
    assert "an old one" in told


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"])
def test_get_is_meant_where_it_stands(site, method):
    """Another method is refused and takes no page's place, however often it comes."""
    for path in ("/", "/views", "/page.js", "/press", "/nowhere"):
        for _ in range(MOST_PAGES + 1):
            answer = site.client.open(site.at(path), method=method, base_url=HERE)
            assert 405 == answer.status_code
    assert 0 == site.board.pages
    stream = site.get("/views", buffered=False)
    assert 200 == stream.status_code
    stream.close()


def test_a_stream_that_nobody_read_gives_its_place_back(site):
    """Its reader may be gone before the first word."""
    for _ in range(MOST_PAGES + 1):
        site.get("/views", buffered=False).close()
        assert 0 == site.board.pages


def test_the_cookie_goes_to_no_other_server_of_this_computer(site):
    """Cookies know no ports, but paths; and nobody else can guess this one."""
    assert f"Path={site.guard.place}" in site.enter().headers["Set-Cookie"].split("; ")
    assert len(site.guard.place) > 30
    assert Guard(8088).place != site.guard.place
    for path in ("/", "/views", "/page.js", "/favicon.ico"):
        seen = site.client.get(path, base_url="http://127.0.0.1:9999").request
        assert "Cookie" not in seen.headers
    assert "Cookie" in site.get().request.headers
    assert 401 == site.client.get("/", base_url=HERE).status_code
    door = site.client.get("/", base_url=HERE).get_data(as_text=True)
    assert site.guard.place.strip("/") not in door


def test_the_place_of_a_program_before_leads_to_the_door(site):
    """A page that was loaded again, or a bookmark of it."""
    for path in ("/0123/", f"/{site.guard.place}/x/"):
        answer = site.client.get(path, base_url=HERE)
        assert answer.status_code in (303, 404)
    assert "/" == site.client.get("/0123/", base_url=HERE).headers["Location"]


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
        b"[" * 1000,
        b'{"a":' * 200,
        b"\xff\xfe",
        b"",
        b"NaN",
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
            site.at("/press"),
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
    key = open_site.enter(environ_overrides=AWAY)
    assert 401 == key.status_code
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


def come_in(site):
    """Return a new guest."""
    guest = site.app.test_client()
    form = {"data": {"code": site.codes[-1]}, "headers": {"Origin": HERE}}
    came = guest.post("/code", base_url=HERE, environ_overrides=AWAY, **form)
    assert 303 == came.status_code
    return guest


def read_view(stream):
    """Return the next view of a stream."""
    return json.loads(next(stream).decode().removeprefix("data: "))


def send_away(site, client, number, **more):
    """Ask to send a guest away, and return the status."""
    headers = {"Origin": HERE, "X-Token": site.guard.token}
    form = {"json": {"guest": number}, "base_url": HERE, "headers": headers}
    return client.post(site.at("/send-away"), **form, **more).status_code


def test_the_owner_sees_who_is_in_and_sends_one_away(open_site):
    """His open page ends at once, hers goes on; nobody else can send away."""
    open_site.enter()
    his, hers = come_in(open_site), come_in(open_site)
    streams = [
        client.get(
            open_site.at("/views"),
            base_url=HERE,
            environ_overrides=away,
            buffered=False,
        )
        for client, away in ((open_site.client, {}), (his, AWAY), (hers, AWAY))
    ]
    owner, first, second = (stream.response for stream in streams)
    assert [1, 2] == read_view(owner)["guests"]
    assert [] == read_view(first)["guests"] == read_view(second)["guests"]
    assert 403 == send_away(open_site, hers, 1, environ_overrides=AWAY)
    assert 409 == send_away(open_site, open_site.client, 3)
    assert 202 == send_away(open_site, open_site.client, 1)
    assert [b"event: out\ndata:\n\n"] == list(first)
    assert 1 == read_view(second)["turn"]
    assert [2] == read_view(owner)["guests"]
    gone = his.get(open_site.at("/"), base_url=HERE, environ_overrides=AWAY)
    assert 401 == gone.status_code
    for stream in streams:
        stream.close()
    assert 0 == open_site.board.pages


def test_only_the_page_itself_sends_a_guest_away(open_site):
    """By its token, and with a number."""
    open_site.enter()
    come_in(open_site)
    headers = {"Origin": HERE, "X-Token": "guessed"}
    form = {"json": {"guest": 1}, "base_url": HERE}
    sent = open_site.client.post(open_site.at("/send-away"), **form, headers=headers)
    assert 403 == sent.status_code
    for number in ("1", True, None, [1], 1.0):
        assert 400 == send_away(open_site, open_site.client, number)
    assert (1,) == open_site.guard.guests.numbers


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

    def view(number):
        peer = {"REMOTE_ADDR": f"127.0.0.{number % 2 + 1}"}
        return site.get("/views", buffered=False, environ_overrides=peer)

    streams = [view(number) for number in range(MOST_PAGES)]
    for stream in streams:
        next(stream.response)
    assert 503 == view(0).status_code
    streams[0].close()
    assert MOST_PAGES - 1 == site.board.pages


def test_one_address_leaves_room_for_others_and_for_its_presses(site):
    """Its connections are limited, and each of its pages holds one."""
    streams = [site.get("/views", buffered=False) for _ in range(MOST_PAGES_AN_ADDRESS)]
    assert 503 == site.get("/views").status_code
    assert MOST_PAGES_AN_ADDRESS < MOST_AN_ADDRESS
    away = {"REMOTE_ADDR": "127.0.0.2"}
    streams.append(site.get("/views", buffered=False, environ_overrides=away))
    assert 200 == streams[-1].status_code
    for stream in streams:
        stream.close()


def test_the_words_of_a_view_cannot_become_html(site):
    """What was heard is data for the page, and scripts set it as text only."""
    script = site.get("/page.js").get_data(as_text=True)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script
    )
    for name in ("/page.js", "/key.js"):
        stored = r"localStorage|sessionStorage|indexedDB|cookie"
        assert not re.search(stored, site.get(name).get_data(as_text=True))
