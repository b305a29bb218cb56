"""The benchmark's servers and its load: gunicorn on loopback, plain sockets."""

import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]


@dataclass(frozen=True)
class Server:
    """One gunicorn."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """Return the process ids of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]


@contextmanager
def gunicorn(
    app: str, workers: int, files: Path, core: int | None, *, bare: bool = False
) -> Iterator[Server]:
    """Run `module:app` on loopback, on one core or on all, as `make serve` does.

    `bare` takes gunicorn's own threaded worker in place of ours.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    log = files / f"{app.partition(':')[2]}.log"
    process = subprocess.Popen(
        [
            *([] if core is None else ["taskset", "-c", str(core)]),
            sys.executable, "-m", "gunicorn", f"{app}()",
            *(["--worker-class", "gthread", "--threads", "4"] if bare else []),
            "--workers", str(workers),
            "--bind", f"127.0.0.1:{port}",
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths, "BENCH_FILES": str(files)},
        stderr=log.open("ab"),
    )  # fmt: skip
    server = Server(port, process)
    try:
        while not _serves(port):
            assert process.poll() is None, log.read_text()[-2000:]
            time.sleep(0.02)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _serves(port: int) -> bool:
    try:
        return get(port, "/health").startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def get(port: int, path: str) -> bytes:
    """Return the whole answer to a GET."""
    ask = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    return exchange(port, ask.encode())


def post_bytes(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return a POST to `/alexa` as it goes over the wire."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    head = (
        "POST /alexa HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n{''.join(lines)}\r\n"
    )
    return head.encode("ascii") + body


def exchange(port: int, wire: bytes) -> bytes:
    """Send `wire` over a new connection and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(wire)
        parts = []
        while part := sock.recv(65536):
            parts.append(part)
    return b"".join(parts)


def load(
    port: int, wires: Sequence[bytes], clients: int, seconds: float
) -> tuple[float, list[float]]:
    """Return requests per second and each request's milliseconds.

    `clients` threads send `wires` in turn, each over a new connection, until time is
    up.
    """
    until = time.perf_counter() + seconds
    times: list[list[float]] = [[] for _ in range(clients)]

    def work(own: list[float]) -> None:
        for wire in itertools.cycle(wires):
            started = time.perf_counter()
            if started >= until:
                return
            answer = exchange(port, wire)
            own.append((time.perf_counter() - started) * 1000)
            assert answer.startswith(b"HTTP/1.1 200"), answer[:300]

    threads = [threading.Thread(target=work, args=(own,)) for own in times]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [ms for own in times for ms in own]
    return len(every) / (time.perf_counter() - began), every
