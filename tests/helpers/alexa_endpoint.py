r"""Alexa without Amazon: a signing client, a certificate server, a signing relay.

In process, without any network:

    authority = StandInAuthority()
    app = create_app(settings, roots=[authority.root], fetch=authority.fetch, now=now)
    talk = AlexaClient(authority, now, app.test_client().post)
    talk.launch().speech

By itself it plays Amazon over HTTP:

    python -m helpers.alexa_endpoint --root root.pem
    BACKTALK_ENV=development BACKTALK_DEV_ROOT=root.pem \
        BACKTALK_DEV_CERT_HOST=127.0.0.1:9000 make serve

It then serves `/echo.api/test.pem` and one file for every wrong kind of certificate
(`/echo.api/expired.pem`, ...), and whatever is posted to its `/alexa` is signed as it
is and passed on, so any client that speaks Amazon's JSON can talk to the endpoint. Its
own client is `--say launch --say AMAZON.YesIntent ...`.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from skill.testing.alexa_client import (
    HOST,
    PATH,
    SKILL_ID,
    USER_ID,
    AlexaClient,
    Heard,
    Post,
    slot,
)
from skill.testing.authority import StandInAuthority
from skill.testing.http import OverHttp, posting_to, server

__all__ = [
    "HOST",
    "PATH",
    "SKILL_ID",
    "USER_ID",
    "AlexaClient",
    "Heard",
    "OverHttp",
    "Post",
    "StandInAuthority",
    "posting_to",
    "server",
    "slot",
]


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted, or hold the talk given by `--say`."""
    parser = argparse.ArgumentParser(description="Plays Amazon for a local endpoint.")
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
        help="the running stand-in that --say talks through",
    )
    parser.add_argument(
        "--say",
        action="append",
        default=[],
        help="launch or an intent's name; repeat it for a whole talk",
    )
    options = parser.parse_args(arguments)
    authority = StandInAuthority()
    if options.say:
        return _talk(authority, options.relay, options.say)
    options.root.write_bytes(authority.root_pem())
    with server(authority, (options.host, options.port), options.endpoint) as running:
        where = f"{options.host}:{running.server_address[1]}"
        print(f"Certificate: http://{where}{PATH}\nSigning relay: http://{where}/alexa")
        print(
            f"Start the endpoint with:\n  BACKTALK_ENV=development BACKTALK_DEV_ROOT="
            f"{options.root} BACKTALK_DEV_CERT_HOST={where} make serve",
            flush=True,
        )
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
    return 0


def _talk(authority: StandInAuthority, relay: str, says: list[str]) -> int:
    client = AlexaClient(authority, lambda: datetime.now(UTC), posting_to(relay))
    for said in says:
        heard = client.launch() if said == "launch" else client.intent(said)
        print(f"{said}: {heard.status} {heard.speech if heard.body else ''}")
        if heard.status != 200:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
