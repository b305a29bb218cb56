"""Sends and relays requests over HTTP, and serves certificates."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from skill.testing.alexa_client import PATH, Post
from skill.testing.authority import CertificateAuthority


@dataclass(frozen=True)
class HttpReply:
    """What Flask's test client answers with, for an endpoint at an address."""

    status_code: int
    data: bytes


def send(
    method: str,
    url: str,
    data: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpReply:
    """Send one request to the operator's own endpoint; raises OSError."""
    request = urllib.request.Request(url, data, dict(headers or {}), method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return HttpReply(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return HttpReply(error.code, error.read())


def build_post(base: str) -> Post:
    """Return a `post` that reaches the endpoint at `base`, such as http://host:port."""
    return lambda path, data, headers: send("POST", base + path, data, headers)


def build_relay(
    authority: CertificateAuthority, address: tuple[str, int], endpoint: str
) -> ThreadingHTTPServer:
    """Return a server of the PEM files, which signs and relays posts to `/alexa`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                self._reply(200, authority.fetch(self.path))
            except OSError:
                self._reply(404, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            own = f"http://{address[0]}:{relay.server_port}{PATH}"
            headers = {
                "Content-Type": self.headers.get("Content-Type", "application/json"),
                "SignatureCertChainUrl": own,
                "Signature-256": authority.sign(body),
            }
            try:
                answer = send("POST", f"{endpoint}/alexa", body, headers)
                self._reply(answer.status_code, answer.data)
            except OSError:
                self._reply(502, b"")

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    relay = ThreadingHTTPServer(address, Handler)
    return relay
