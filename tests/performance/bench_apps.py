"""What the benchmark serves: a bare echo, our endpoint without and with its check."""

import os
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, request
from helpers.fakes import AcceptingVerifier
from performance import bench_sdk

from app import create_app
from skill.security.certificates import Certificate, load_root
from skill.security.verifier import RequestVerifier
from skill.settings import DEVELOPMENT, DEVELOPMENT_SKILL_ID, Settings

SETTINGS = Settings(DEVELOPMENT, DEVELOPMENT_SKILL_ID, "roseville")


def echo() -> Flask:
    """Return a bare app that sends back what it was sent: the yardstick."""
    app = Flask(__name__)

    @app.post("/alexa")
    def alexa() -> Response:
        return Response(request.get_data(), mimetype="application/json")

    @app.get("/health")
    def health() -> str:
        return "ok"

    return app


def unsigned() -> Flask:
    """Return our endpoint with a verifier that lets every request in."""
    return create_app(SETTINGS, verifier=AcceptingVerifier())


def signed() -> Flask:
    """Return our endpoint with the real verifier, trusting the benchmark's root.

    `BENCH_FILES` is a folder with `root.pem` and the signing certificate `test.pem`,
    which stands for Amazon's storage.
    """
    return create_app(SETTINGS, roots=[_load_root()], fetch=_fetch)


def sdk() -> Flask:
    """Return the same turns under Flask by the SDK's own way, without any check."""
    return bench_sdk.build_app(SETTINGS, None)


def sdk_verified() -> Flask:
    """Return the same with our verifier in front."""
    verifier = RequestVerifier(
        skill_id=SETTINGS.skill_id,
        roots=[_load_root()],
        fetch=_fetch,
        now=lambda: datetime.now(UTC),
    )
    return bench_sdk.build_app(SETTINGS, verifier)


def _load_root() -> Certificate:
    return load_root(Path(os.environ["BENCH_FILES"]) / "root.pem")


def _fetch(url: str) -> bytes:
    file = Path(os.environ["BENCH_FILES"]) / url.rpartition("/")[2]
    return file.read_bytes()
