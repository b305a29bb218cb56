"""The nginx sample of docs/deploying.md: read, and run where nginx is installed."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime
from http.client import HTTPSConnection
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server

from app import create_app
from skill.settings import Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient
from skill.testing.authority import CertificateAuthority

ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def read_sample() -> str:
    """Return the sample as it stands in the docs."""
    text = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    return text.partition("```nginx\n")[2].partition("```")[0]


def test_the_sample_writes_no_address_and_limits_requests() -> None:
    """Also where it cannot be run."""
    sample = re.sub(r"#.*", "", read_sample())
    assert "access_log off;" in sample
    assert ["/dev/null emerg"] == re.findall(r"error_log ([^;]+);", sample)
    for name in re.findall(r"zone=(\w+):", sample):
        used = re.findall(rf"limit_(?:req zone=|conn ){name}\b", sample)
        assert 1 == len(used), name
    assert re.search(r"limit_req_zone .*rate=\d+r/s;", sample)


def write_certificate(folder: Path) -> None:
    """Write a certificate for the proxy's own name, signed by itself."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "backtalk.example.org")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now.replace(year=now.year + 1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    own = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(own)


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_the_sample_passes_a_talk_and_limits_a_flood(tmp_path: Path) -> None:
    """Signed requests come through unchanged; nothing of nginx names an address."""
    authority = CertificateAuthority()
    endpoint = make_server(
        "127.0.0.1",
        0,
        create_app(
            Settings("development", SKILL_ID, "roseville"),
            roots=[authority.root],
            fetch=authority.fetch,
        ),
        threaded=True,
    )
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    write_certificate(tmp_path)
    sample = (
        read_sample()
        .replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("/etc/ssl/backtalk", str(tmp_path))
        .replace("127.0.0.1:8000", f"127.0.0.1:{endpoint.server_port}")
    )
    places = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {tmp_path}/pid;\n"
        f"error_log {tmp_path}/main.log;\nevents {{}}\nhttp {{\n{places}{sample}}}\n"
    )
    assert NGINX is not None
    process = subprocess.Popen(
        [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        stderr=subprocess.PIPE,
        env=os.environ,
    )
    trusting = ssl.create_default_context(cafile=tmp_path / "fullchain.pem")
    trusting.check_hostname = False

    def post(path: str, *, data: bytes, headers: dict[str, str]) -> SimpleNamespace:
        connection = HTTPSConnection("127.0.0.1", port, context=trusting, timeout=10)
        connection.request("POST", path, data, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return SimpleNamespace(status_code=answer.status, data=body)

    try:
        for _ in range(100):
            assert process.poll() is None, process.stderr and process.stderr.read()
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        client = AlexaClient(authority, lambda: datetime.now(UTC), post)
        assert client.launch().is_open
        assert 404 == post("/health", data=b"", headers={}).status_code
        with socket.create_connection(("127.0.0.1", port), timeout=5) as own:
            own.sendall(b"no TLS at all\r\n\r\n")
            own.recv(1000)
        statuses = [client.launch().status for _ in range(150)]
        assert 429 in statuses
        assert statuses.count(200) >= 60
    finally:
        process.terminate()
        written = process.communicate(timeout=10)[1]
        endpoint.shutdown()
    written += b"".join(
        file.read_bytes()
        for file in tmp_path.rglob("*")
        if file.is_file() and file.suffix == ".log"
    )
    assert b"client: " not in written
    assert b"127.0.0.1" not in written
