r"""python -m skill.testing: plays Amazon for a local endpoint.

    python -m skill.testing --root root.pem
    BACKTALK_ENV=development BACKTALK_DEV_ROOT=root.pem \
        BACKTALK_DEV_CERT_HOST=127.0.0.1:9000 make serve

It serves `/echo.api/test.pem` and one file for every wrong kind of certificate
(`/echo.api/expired.pem`, ...), and whatever is posted to its `/alexa` is signed as it
is and passed on, so any client that speaks Amazon's JSON can reach the endpoint. Its
own client is `--say launch --say AMAZON.YesIntent ...`.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from dialogue.standard_streams import run_command
from skill.testing.alexa_client import PATH, AlexaClient
from skill.testing.authority import CertificateAuthority
from skill.testing.http import build_post, build_relay


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted, or hold the session given by `--say`."""
    return run_command(lambda: _run(arguments), no_output=1, no_reader=0)


def _run(arguments: list[str] | None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m skill.testing", description="Plays Amazon for a local endpoint."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument(
        "--root",
        type=Path,
        default=Path("root.pem"),
        help="where the test root is written for BACKTALK_DEV_ROOT",
    )
    parser.add_argument(
        "--endpoint",
        default="http://127.0.0.1:8000",
        help="where posts to /alexa go, signed",
    )
    parser.add_argument(
        "--relay",
        default="http://127.0.0.1:9000",
        help="the running relay that --say goes through",
    )
    parser.add_argument(
        "--say",
        action="append",
        default=[],
        help="launch or an intent's name; repeat it for a whole session",
    )
    options = parser.parse_args(arguments)
    authority = CertificateAuthority()
    if options.say:
        try:
            return _say(authority, options.relay, options.say)
        except OSError as error:
            print(
                f"{options.relay} cannot be reached: {error}. Start python -m "
                "skill.testing first, without --say, or name its --relay.",
                file=sys.stderr,
            )
            return 1
    options.root.write_bytes(authority.get_root_pem())
    address = (options.host, options.port)
    with build_relay(authority, address, options.endpoint) as relay:
        where = f"{options.host}:{relay.server_port}"
        print(f"Certificate: http://{where}{PATH}\nSigning relay: http://{where}/alexa")
        print(
            f"Start the endpoint with:\n  BACKTALK_ENV=development BACKTALK_DEV_ROOT="
            f"{options.root} BACKTALK_DEV_CERT_HOST={where} make serve",
            flush=True,
        )
        try:
            relay.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
    return 0


def _say(authority: CertificateAuthority, relay: str, intents: list[str]) -> int:
    client = AlexaClient(authority, lambda: datetime.now(UTC), build_post(relay))
    for intent in intents:
        reply = client.launch() if intent == "launch" else client.intent(intent)
        print(f"{intent}: {reply.status} {reply.speech if reply.body else ''}")
        if reply.status != 200:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
