"""Settings of the endpoint, read from environment variables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.errors import SkillRefused

PRODUCTION = "production"
DEVELOPMENT = "development"
DEVELOPMENT_SKILL_ID = "amzn1.ask.skill.development"
DEVELOPMENT_CLINIC = "roseville"

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
            DEVELOPMENT_CLINIC,
            "a profile's name, such as roseville, or the path of a profile file",
        ),
        protocol=environ.get("BACKTALK_PROTOCOL") or "back_spasm",
        screens=parse_switch(environ, "BACKTALK_SCREENS", "on"),
        timers=parse_switch(environ, "BACKTALK_TIMERS", "off"),
        dev_root=Path(root) if root else None,
        dev_cert_host=_parse_host(environ),
    )
    if settings.dev_root is not None and not settings.dev_root.is_file():
        raise SkillRefused(
            f"BACKTALK_DEV_ROOT is '{root}', but it must be a readable PEM file; "
            "give the path of your test authority's root certificate."
        )
    return settings


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
