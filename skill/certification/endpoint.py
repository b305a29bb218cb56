"""Runs our own endpoint on loopback, for a rehearsal without an address."""

import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from skill.errors import SkillRefused
from skill.settings import DEVELOPMENT, DEVELOPMENT_SKILL_ID
from skill.testing.alexa_client import AlexaClient
from skill.testing.authority import CertificateAuthority
from skill.testing.http import build_post, build_relay

HOST = "127.0.0.1"
PATIENCE = 30.0
"""Seconds until the endpoint must answer; a busy machine starts slowly."""


@contextmanager
def run_endpoint(clinic: str) -> Iterator[tuple[str, AlexaClient]]:
    """Run the endpoint with development's two doors; yield its address and a signer.

    Raises SkillRefused where it does not start, with the end of what it wrote.
    """
    authority = CertificateAuthority()
    with (
        tempfile.TemporaryDirectory() as folder,
        build_relay(authority, (HOST, 0), f"http://{HOST}:9") as amazon,
    ):
        threading.Thread(target=amazon.serve_forever, daemon=True).start()
        where = f"{HOST}:{amazon.server_port}"
        root, log = Path(folder, "root.pem"), Path(folder, "log")
        root.write_bytes(authority.get_root_pem())
        environ = os.environ | {
            "BACKTALK_ENV": DEVELOPMENT,
            "BACKTALK_SKILL_ID": DEVELOPMENT_SKILL_ID,
            "BACKTALK_CLINIC": clinic,
            "BACKTALK_DEV_ROOT": str(root),
            "BACKTALK_DEV_CERT_HOST": where,
        }
        base = f"http://{HOST}:{_find_free_port()}"
        with log.open("wb") as lines:
            process = subprocess.Popen(  # noqa: S603 - our own program
                _build_command(base.removeprefix("http://")),
                env=environ, stdout=lines, stderr=lines,
            )  # fmt: skip
        url, post = f"http://{where}/echo.api/test.pem", build_post(base)
        client = AlexaClient(
            authority, lambda: datetime.now(UTC), post, certificate_url=url
        )
        try:
            _wait_for(base, process, log)
            yield base, client
        finally:
            process.terminate()
            process.wait(timeout=30)
            amazon.shutdown()


def _build_command(address: str) -> list[str]:
    """Return what starts the endpoint: gunicorn, or Flask's own server without it."""
    host, _, port = address.partition(":")
    if os.name == "posix" and importlib.util.find_spec("gunicorn"):
        return [
            sys.executable, "-m", "gunicorn", "app:create_app()", "--bind", address,
        ]  # fmt: skip
    flask = [sys.executable, "-m", "flask", "--app", "app:create_app()", "run"]
    return [*flask, "--host", host, "--port", port]


def _wait_for(base: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{base}/health", timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    written = log.read_text(errors="replace").strip()
    raise SkillRefused(
        "The endpoint did not start for the rehearsal; it wrote last: "
        f"{written[-300:] or 'nothing'}. Start it once by make serve and see."
    )


def _find_free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])
