"""Settings are read from the environment; what is unsafe stops the start."""

from pathlib import Path

import pytest

from skill.errors import SkillRefused
from skill.settings import Settings, get_default_certificates, read_settings

WHOLE = {"BACKTALK_SKILL_ID": "amzn1.ask.skill.ours", "BACKTALK_CLINIC": "dfw"}
DEVELOPMENT = {"BACKTALK_ENV": "development"}


def test_production_is_the_default() -> None:
    """Unset means production, with screens on and timers off."""
    assert Settings(
        environment="production",
        skill_id="amzn1.ask.skill.ours",
        clinic="dfw",
        certificates=get_default_certificates(),
    ) == read_settings(WHOLE)


def test_where_certificates_are_kept(tmp_path: Path) -> None:
    """In a folder that is named, nowhere, or for production in one of its own."""
    named = {"BACKTALK_CERTIFICATES": str(tmp_path)}
    assert tmp_path == read_settings(WHOLE | named).certificates
    assert tmp_path == read_settings(DEVELOPMENT | named).certificates
    assert read_settings(WHOLE | {"BACKTALK_CERTIFICATES": "off"}).certificates is None
    assert read_settings(DEVELOPMENT).certificates is None


def test_development_has_a_skill_id_and_a_clinic_of_its_own() -> None:
    """Development starts with nothing else set."""
    settings = read_settings(DEVELOPMENT)
    assert ("amzn1.ask.skill.development", "roseville") == (
        settings.skill_id,
        settings.clinic,
    )


def test_development_takes_an_extra_root_and_host(tmp_path: Path) -> None:
    """Both doors of development open there."""
    root = tmp_path / "root.pem"
    root.write_text("x")
    settings = read_settings(
        DEVELOPMENT
        | {"BACKTALK_DEV_ROOT": str(root), "BACKTALK_DEV_CERT_HOST": "127.0.0.1:9000"}
    )
    assert (root, "127.0.0.1:9000") == (settings.dev_root, settings.dev_cert_host)


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        (WHOLE | {"BACKTALK_ENV": "staging"}, "BACKTALK_ENV"),
        ({"BACKTALK_CLINIC": "dfw"}, "BACKTALK_SKILL_ID"),
        ({"BACKTALK_CLINIC": "dfw", "BACKTALK_SKILL_ID": " "}, "BACKTALK_SKILL_ID"),
        ({"BACKTALK_SKILL_ID": "ours"}, "BACKTALK_CLINIC"),
        (WHOLE | {"BACKTALK_CLINIC": "nowhere"}, "BACKTALK_CLINIC"),
        (WHOLE | {"BACKTALK_METRICS": "0.0.0.0:9101"}, "BACKTALK_METRICS"),
        (WHOLE | {"BACKTALK_METRICS": "80"}, "BACKTALK_METRICS"),
        (WHOLE | {"BACKTALK_METRICS": "70000"}, "BACKTALK_METRICS"),
        (WHOLE | {"BACKTALK_LOG": "xml"}, "BACKTALK_LOG"),
        (WHOLE | {"BACKTALK_CLINIC": "../clinics/dfw"}, "BACKTALK_CLINIC"),
        (WHOLE | {"BACKTALK_CLINIC": "/"}, "BACKTALK_CLINIC"),
        (WHOLE | {"BACKTALK_CLINIC": __file__}, "BACKTALK_CLINIC"),
        (WHOLE | {"BACKTALK_PROTOCOL": "nothing"}, "BACKTALK_PROTOCOL"),
        (WHOLE | {"BACKTALK_PROTOCOL": "sources"}, "BACKTALK_PROTOCOL"),
        (WHOLE | {"BACKTALK_PROTOCOL": "sign_points"}, "BACKTALK_PROTOCOL"),
        (WHOLE | {"BACKTALK_PROTOCOL": "worked_cases"}, "BACKTALK_PROTOCOL"),
        (WHOLE | {"BACKTALK_PROTOCOL": "../clinics/dfw"}, "BACKTALK_PROTOCOL"),
        (WHOLE | {"BACKTALK_PROTOCOL": " back_spasm"}, "BACKTALK_PROTOCOL"),
        (WHOLE | {"BACKTALK_SCREENS": "yes"}, "BACKTALK_SCREENS"),
        (WHOLE | {"BACKTALK_TIMERS": "1"}, "BACKTALK_TIMERS"),
        (WHOLE | {"BACKTALK_DEV_ROOT": __file__}, "BACKTALK_DEV_ROOT"),
        (WHOLE | {"BACKTALK_DEV_CERT_HOST": "h:1"}, "BACKTALK_DEV_CERT_HOST"),
        (DEVELOPMENT | {"BACKTALK_DEV_ROOT": "/nowhere.pem"}, "BACKTALK_DEV_ROOT"),
        (
            DEVELOPMENT | {"BACKTALK_DEV_CERT_HOST": "http://h"},
            "BACKTALK_DEV_CERT_HOST",
        ),
        (DEVELOPMENT | {"BACKTALK_DEV_CERT_HOST": "h:0"}, "BACKTALK_DEV_CERT_HOST"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_sentence(
    environ: dict[str, str], variable: str
) -> None:
    """The sentence names the variable, and how to put it right."""
    with pytest.raises(SkillRefused) as refused:
        read_settings(environ)
    message = str(refused.value)
    assert message.startswith(variable)
    assert message.endswith(".")
    assert "\n" not in message


def test_no_settings_object_can_open_development_doors_in_production() -> None:
    """The rule holds for settings made by hand, too."""
    with pytest.raises(SkillRefused):
        Settings("production", "ours", "dfw", dev_cert_host="127.0.0.1:9000")
