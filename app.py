"""The web application: settings, content, the skill, and /health by Flask."""

import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from dialogue.version import get_program_version
from skill.dispatcher import Dispatcher
from skill.errors import SkillRefused
from skill.http_client import fetch as fetch_file
from skill.locales import Locales, load_locales
from skill.logs import build_formatter, hide_addresses
from skill.metrics import Metrics, MetricsPort
from skill.security.certificate_files import CertificateFiles
from skill.security.certificates import (
    Certificate,
    Fetch,
    load_default_roots,
    load_root,
)
from skill.security.downloads import Clock
from skill.security.verifier import RequestVerifier
from skill.settings import Settings, get_default_certificates, read_settings
from skill.timers import Timers
from skill.webservice import AlexaEndpoint, Verifier, WebApplication

_LOG = logging.getLogger("skill")


def create_app(
    settings: Settings | None = None,
    *,
    roots: Sequence[Certificate] | None = None,
    fetch: Fetch | None = None,
    now: Clock | None = None,
    verifier: Verifier | None = None,
    timers: Timers | None = None,
) -> Flask:
    """Return the endpoint; what is None is what production uses.

    `roots` replace the default store. A whole `verifier` takes the place of all three,
    so giving both is a TypeError. `timers` are used only where settings allow them.
    Raises SkillRefused or DataRefused where settings or data are not safe to start
    with.
    """
    if verifier is not None and (roots, fetch, now) != (None, None, None):
        raise TypeError("give either a verifier, or roots, fetch and now for ours")
    settings = settings or read_settings(os.environ)
    _log_to_stderr(settings.log_format)
    now = now or partial(datetime.now, UTC)
    locales = Locales(load_locales(settings.protocol, settings.clinic))
    trusted = 0
    if verifier is None:
        roots = load_default_roots() if roots is None else roots
        extra = [load_root(settings.dev_root)] if settings.dev_root else []
        trusted = len(roots) + len(extra)
        verifier = RequestVerifier(
            skill_id=settings.skill_id,
            roots=roots,
            fetch=fetch or fetch_file,
            now=now,
            extra_hosts=[settings.dev_cert_host] if settings.dev_cert_host else [],
            extra_roots=extra,
            files=_open_files(settings),
        )
    app = Flask(__name__, static_folder=None)
    health = _build_health(settings, locales, trusted)
    metrics = None if settings.metrics is None else Metrics()
    dispatcher = Dispatcher(
        locales,
        now,
        screens=settings.screens,
        timers=(timers or Timers()) if settings.timers else None,
        metrics=metrics,
    )
    own: WebApplication = AlexaEndpoint(
        verifier, dispatcher.write_answer, app.wsgi_app, metrics
    )
    if settings.metrics is not None and metrics is not None:
        own = MetricsPort(settings.metrics, metrics, own)
    app.wsgi_app = own  # type: ignore[method-assign,assignment]
    app.add_url_rule("/health", "health", lambda: health, methods=["GET"])
    app.register_error_handler(HTTPException, _shorten_error)
    _log_start(settings, health)
    return app


def _open_files(settings: Settings) -> CertificateFiles | None:
    """Return where verified certificates are kept; None: in memory alone.

    A folder that was named must do; the usual one is done without.
    """
    if settings.certificates is None:
        return None
    try:
        return CertificateFiles(settings.certificates)
    except SkillRefused as refused:
        if settings.certificates != get_default_certificates():
            raise
        _LOG.warning("no certificate is kept for the next start: %s", refused)
        return None


def _build_health(settings: Settings, locales: Locales, roots: int) -> dict[str, Any]:
    content = locales.fallback
    return {
        "status": "ok",
        "version": get_program_version(),
        "environment": settings.environment,
        "clinic": content.clinic.id if content.clinic else None,
        "protocol": {
            "id": content.protocol.id,
            "version": content.protocol.version,
            "status": content.protocol.status,
            "standing": content.status_line,
        },
        "locales": locales.names,
        "standings": {n: locales.get_content(n).status_line for n in locales.names},
        "roots": roots,
        "screens": settings.screens,
        "timers": settings.timers,
    }


def _shorten_error(error: HTTPException) -> Response:
    """Return a short text in place of the framework's page, its headers kept."""
    answer = Response(
        f"{error.name}\n", status=error.code, headers=None, mimetype="text/plain"
    )
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _log_to_stderr(log_format: str) -> None:
    """Let our lines be seen under a server that sets up no logging of its own."""
    _LOG.setLevel(logging.INFO)
    logging.getLogger("gunicorn.error").addFilter(hide_addresses)
    if not logging.getLogger().handlers and not _LOG.handlers:
        lines = logging.StreamHandler()
        lines.setFormatter(build_formatter(log_format))
        # Nothing that our line does not say is looked up for it.
        logging.logThreads = logging.logMultiprocessing = False
        _LOG.addHandler(lines)


def _log_start(settings: Settings, health: dict[str, Any]) -> None:
    """Write what runs here; the skill id stays out."""
    _LOG.info(
        "Back Talk %s, protocol %s, clinic %s, %s, %d roots, screens %s, timers %s",
        health["version"],
        health["protocol"]["standing"],
        health["clinic"],
        health["environment"],
        health["roots"],
        "on" if settings.screens else "off",
        "on" if settings.timers else "off",
    )
    if settings.dev_root is not None:
        _LOG.warning("BACKTALK_DEV_ROOT: requests signed under a test root get in")
    if settings.dev_cert_host is not None:
        _LOG.warning("BACKTALK_DEV_CERT_HOST: a test host may serve certificates")
