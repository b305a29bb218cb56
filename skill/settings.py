"""Settings of the endpoint, read from environment variables."""

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogue.content.content_store import CLINIC, PROTOCOL, ContentStore
from dialogue.content.problems import DataRefused
from skill.errors import SkillRefused

PRODUCTION = "production"
DEVELOPMENT = "development"
DEVELOPMENT_SKILL_ID = "amzn1.ask.skill.development"

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?")


@dataclass(frozen=True)
class Settings:
    """How one endpoint runs; read once, at its start."""

    environment: str
    """`production` or `development`."""
    skill_id: str
    """The one application id whose requests are accepted."""
    clinic: str
    """A bundled profile's name, or the path of a profile file."""
    protocol: str = "back_spasm"
    screens: bool = True
    """Whether devices with a screen get what is said on it."""
    timers: bool = False
    """Whether Alexa's timer is offered for the ice."""
    metrics: int | None = None
    """Port of loopback on which numbers are fetched; None counts nothing."""
    log_format: str = "text"
    """`text` or `json`: how each line of the log is written."""
    certificates: Path | None = None
    """Folder that keeps verified certificates; None keeps them in memory alone."""
    dev_root: Path | None = None
    """One extra trusted root; development only."""
    dev_cert_host: str | None = None
    """One extra host for the certificate address, `host` or `host:port`."""

    def __post_init__(self) -> None:
        """Refuse development doors in production, however the settings were made."""
        if self.environment not in (PRODUCTION, DEVELOPMENT):
            raise SkillRefused(
                f"BACKTALK_ENV is '{self.environment}', but only 'production' and "
                "'development' exist; set one of them or leave it unset."
            )
        doors = {
            "BACKTALK_DEV_ROOT": self.dev_root,
            "BACKTALK_DEV_CERT_HOST": self.dev_cert_host,
        }
        for variable, value in doors.items():
            if value is not None and self.environment == PRODUCTION:
                raise SkillRefused(
                    f"{variable} is '{value}', but it would let others than Amazon "
                    "in and works in development only; unset it, or set "
                    "BACKTALK_ENV=development on a machine that serves no patients."
                )


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings of `environ`; an empty variable counts as unset.

    Raises SkillRefused with one sentence: variable, value, rule, remedy.
    """
    environment = environ.get("BACKTALK_ENV") or PRODUCTION
    root = environ.get("BACKTALK_DEV_ROOT") or None
    settings = Settings(
        environment=environment,
        skill_id=_get_required(
            environ, "BACKTALK_SKILL_ID", DEVELOPMENT_SKILL_ID, "your skill's id"
        ),
        clinic=_get_required(
            environ,
            "BACKTALK_CLINIC",
            CLINIC,
            "a profile's name, such as roseville, or the path of a profile file",
        ),
        protocol=environ.get("BACKTALK_PROTOCOL") or PROTOCOL,
        screens=parse_switch(environ, "BACKTALK_SCREENS", "on"),
        timers=parse_switch(environ, "BACKTALK_TIMERS", "off"),
        metrics=_parse_port(environ),
        log_format=_parse_log_format(environ),
        certificates=_parse_folder(environ),
        dev_root=Path(root) if root else None,
        dev_cert_host=_parse_host(environ),
    )
    _check_protocol(settings.protocol)
    _check_clinic(settings.clinic)
    if settings.dev_root is not None and not settings.dev_root.is_file():
        raise SkillRefused(
            f"BACKTALK_DEV_ROOT is '{root}', but it must be a readable PEM file; "
            "give the path of your test authority's root certificate."
        )
    return settings


def _parse_port(environ: Mapping[str, str]) -> int | None:
    value = environ.get("BACKTALK_METRICS") or "off"
    if value == "off":
        return None
    if not re.fullmatch(r"[0-9]{4,5}", value) or not 1024 <= int(value) <= 65535:
        raise SkillRefused(
            f"BACKTALK_METRICS is '{value}', but it must be a port of this machine "
            "from 1024 to 65535, such as 9101; leave it unset to count nothing."
        )
    return int(value)


def _parse_log_format(environ: Mapping[str, str]) -> str:
    value = environ.get("BACKTALK_LOG") or "text"
    if value not in ("text", "json"):
        raise SkillRefused(
            f"BACKTALK_LOG is '{value}', but it must be 'text' or 'json'; leave it "
            "unset for 'text'."
        )
    return value


def get_default_certificates() -> Path:
    """Return the folder that production uses where none is named: this user's own."""
    user = os.geteuid() if os.name == "posix" else "own"
    return Path(tempfile.gettempdir(), f"backtalk-certificates-{user}")


def _parse_folder(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("BACKTALK_CERTIFICATES")
    if named:
        return None if named == "off" else Path(named)
    # A stand-in's certificates are not worth keeping.
    is_development = (environ.get("BACKTALK_ENV") or PRODUCTION) == DEVELOPMENT
    return None if is_development else get_default_certificates()


def _check_protocol(name: str) -> None:
    known = ContentStore().protocols
    if name not in known:
        raise SkillRefused(
            f"BACKTALK_PROTOCOL is '{name}', but it must be the name of a protocol; "
            f"there is {', '.join(known)}, or leave it unset."
        )


def _check_clinic(name: str) -> None:
    store = ContentStore()
    try:
        store.read_clinic(name)
        problems = store.log.problems
    except DataRefused as refused:
        problems = refused.problems
    if problems:
        first = problems[0]
        raise SkillRefused(
            f"BACKTALK_CLINIC is '{name}', but {first.path}:{first.line}: "
            f"{first.what}; "
            f"give one of {', '.join(store.clinics)}, or the path of a profile file in "
            "which nothing is wrong."
        )


def _get_required(
    environ: Mapping[str, str], variable: str, default: str, what: str
) -> str:
    value = environ.get(variable, "").strip()
    if value:
        return value
    if (environ.get("BACKTALK_ENV") or PRODUCTION) == DEVELOPMENT:
        return default
    raise SkillRefused(
        f"{variable} is not set, but production needs it; set it to {what}."
    )


def parse_switch(environ: Mapping[str, str], variable: str, unset: str) -> bool:
    """Return whether `variable` is on; raises SkillRefused where it is neither."""
    value = environ.get(variable) or unset
    if value not in ("on", "off"):
        raise SkillRefused(
            f"{variable} is '{value}', but it must be 'on' or 'off'; "
            f"leave it unset for '{unset}'."
        )
    return value == "on"


def _parse_host(environ: Mapping[str, str]) -> str | None:
    value = (environ.get("BACKTALK_DEV_CERT_HOST") or "").lower()
    if value and not _HOST.fullmatch(value):
        raise SkillRefused(
            f"BACKTALK_DEV_CERT_HOST is '{value}', but it must be a host or a host "
            "and a port; write it like 127.0.0.1:9000."
        )
    return value or None
