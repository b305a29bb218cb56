"""gunicorn's settings for the endpoint: threads, time limits, no access log.

Read by `gunicorn "app:create_app()"` in this folder; command-line options win.
"""

import gc
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

# A program started by its name does not look for modules in this folder.
sys.path.insert(0, str(Path(__file__).parent))

bind = [os.environ.get("BACKTALK_BIND") or "127.0.0.1:8000"]
if (metrics_port := os.environ.get("BACKTALK_METRICS") or "off") != "off":
    # Of this machine alone, whatever the other address is; skill/metrics.py answers it.
    bind.append(f"127.0.0.1:{metrics_port}")
workers = os.environ.get("BACKTALK_WORKERS") or str(os.cpu_count() or 1)
# Threads are given whole requests, so slow senders hold none. They are more than the
# requests that may wait for a certificate (skill/security/certificates.py).
worker_class = "skill.worker.RequestWorker"
threads = 32
timeout = 15
graceful_timeout = 10
# The skill writes one line a request itself; this log would hold addresses.
accesslog = None
# Nobody steers it by a socket in a home folder; an older gunicorn has none.
control_socket_disable = True
# What is refused is said in a sentence; the server's own start is not worth a line.
loglevel = "warning"


NUMBERS = "backtalk-metrics-"
"""The folder of the workers' numbers begins so."""
COLLECT_AFTER = (5000, 20, 50)
"""A turn leaves next to no circles behind, so the collector may look seldom."""


def on_starting(server: Any) -> None:
    """End a start that is not safe with one sentence, before any worker is made.

    A worker could only say it in a traceback, again and again.
    """
    if not server.app.app_uri.startswith("app:"):
        return  # somebody else's app, such as a benchmark's
    from dialogue.content.problems import DataRefused
    from skill.errors import SkillRefused
    from skill.locales import load_locales
    from skill.logs import build_formatter
    from skill.metrics import FOLDER_VARIABLE, Metrics
    from skill.security.certificate_files import CertificateFiles
    from skill.security.certificates import load_default_roots, load_root
    from skill.settings import get_default_certificates, read_settings

    try:
        settings = read_settings(os.environ)
        if settings.metrics is not None:
            # Known before the package is imported, so that workers write there.
            os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix=NUMBERS)
            Metrics()
        load_locales(settings.protocol, settings.clinic)
        load_default_roots()
        if settings.certificates not in (None, get_default_certificates()):
            CertificateFiles(settings.certificates)
        if settings.dev_root is not None:
            load_root(settings.dev_root)
    except (SkillRefused, DataRefused) as refused:
        _remove_numbers()
        print(refused, file=sys.stderr)
        sys.exit(1)
    if settings.log_format == "json":
        for lines in server.log.error_log.handlers:
            lines.setFormatter(build_formatter("json"))


def when_ready(server: Any) -> None:
    """Say where it listens."""
    said = " ".join(("Listening on", *map(str, server.LISTENERS)))
    if os.environ.get("BACKTALK_LOG") == "json":
        from skill.logs import JsonFormatter

        record = logging.LogRecord("skill", logging.INFO, "", 0, said, (), None)
        said = JsonFormatter().format(record)
    print(said, file=sys.stderr, flush=True)


def on_exit(server: Any) -> None:
    """Leave nothing behind."""
    _remove_numbers()


def _remove_numbers() -> None:
    folder = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""))
    if folder.name.startswith(NUMBERS):
        shutil.rmtree(folder, ignore_errors=True)


def post_worker_init(worker: Any) -> None:
    """Spare the collector what lives as long as the worker: the SDK, the protocol."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
