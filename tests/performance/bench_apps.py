"""What the benchmark serves: a bare echo, our endpoint without and with its check."""

import os
from pathlib import Path

from flask import Flask, Response, request
from helpers.fakes import AcceptingVerifier

from app import create_app
from skill.security.certificates import load_root
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
    files = Path(os.environ["BENCH_FILES"])
    return create_app(
        SETTINGS,
        roots=[load_root(files / "root.pem")],
        fetch=lambda url: (files / url.rpartition("/")[2]).read_bytes(),
    )
