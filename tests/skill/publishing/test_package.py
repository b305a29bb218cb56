"""The folder that `ask` deploys: complete, Amazon's own shape, refused when wrong."""

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.manifest.skill_manifest_envelope import (
    SkillManifestEnvelope,
)

from dialogue.content.content import Content
from dialogue.version import get_program_version
from skill.__main__ import main
from skill.errors import SkillRefused
from skill.publishing.interaction_model import get_samples
from skill.publishing.manifest import ICONS, LONGEST, Publication, build_manifest
from skill.publishing.package import write_package
from skill.publishing.store_listing import Store, load_store

ROOT = Path(__file__).parents[3]
HTTPS = "https://backtalk.example.org/alexa"
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:back-talk"
OPEN = "Alexa, open back talk"
PRIVACY = "https://example.org/back-talk/privacy"
PLAN = Publication(endpoint=HTTPS, privacy_url=PRIVACY)


@pytest.fixture(scope="module")
def store() -> Store:
    """Return the shipped store."""
    return load_store("en-US")


@pytest.fixture(scope="module")
def samples() -> list[str]:
    """Return the phrases of the committed interaction model."""
    committed = ROOT / "interaction_models" / "en-US.json"
    return get_samples(json.loads(committed.read_text(encoding="utf-8")))


def build(
    content: Content, store: Store, samples: list[str], **changes: Any
) -> dict[str, Any]:
    """Return the manifest with `changes` to the listing or to the plan."""
    assert content.clinic is not None
    plan = {k: v for k, v in changes.items() if k in vars(PLAN)}
    words = {k: v for k, v in changes.items() if k not in plan}
    changed = replace(store, listing=replace(store.listing, **words))
    whole = build_manifest(
        "en-US", changed, samples, content.clinic, replace(PLAN, **plan)
    )
    return dict(whole["manifest"])


@pytest.mark.parametrize("endpoint", [HTTPS, LAMBDA])
@pytest.mark.parametrize("timers", [True, False])
def test_the_manifest_is_amazons_own_and_comes_back_whole(
    content: Content, store: Store, samples: list[str], endpoint: str, timers: bool
) -> None:
    """A misspelt key or a bad value would be lost in Amazon's model."""
    whole = {
        "manifest": build(content, store, samples, endpoint=endpoint, timers=timers)
    }
    serializer = DefaultSerializer()
    loaded = serializer.deserialize(json.dumps(whole), SkillManifestEnvelope)
    assert whole == serializer.serialize(loaded)


def test_the_manifest_says_what_certification_asks_for(
    content: Content, store: Store, samples: list[str]
) -> None:
    """Category, country, privacy, no child, no ads, and a disclaimer."""
    found = build(content, store, samples)
    publishing, privacy = found["publishingInformation"], found["privacyAndCompliance"]
    listing = publishing["locales"]["en-US"]
    assert ("HEALTH_AND_FITNESS", ["US"], False) == (
        publishing["category"],
        publishing["distributionCountries"],
        publishing["isAvailableWorldwide"],
    )
    assert {"privacyPolicyUrl": PRIVACY} == privacy["locales"]["en-US"]
    assert not any(
        privacy[name]
        for name in ("isChildDirected", "containsAds", "allowsPurchases",
                     "usesPersonalInfo", "usesHealthInfo")
    )  # fmt: skip
    for words in ("does not give medical advice", "Always ask a doctor", "call 911"):
        assert words in listing["description"]
    assert "Doctor Chang's office" in listing["description"]
    assert "Alexa, open back talk" == listing["examplePhrases"][0]
    assert len(listing["summary"]) <= LONGEST["summary"]
    assert publishing["testingInstructions"]
    assert "1.0" == found["manifestVersion"]


def test_interfaces_and_permissions_follow_the_settings(
    content: Content, store: Store, samples: list[str]
) -> None:
    """A permission that is not used is not asked for."""
    plain = build(content, store, samples, screens=False)
    assert {"endpoint"} == set(plain["apis"]["custom"])
    assert "permissions" not in plain
    full = build(content, store, samples, timers=True)
    assert [{"type": "ALEXA_PRESENTATION_APL"}] == full["apis"]["custom"]["interfaces"]
    assert [{"name": "alexa::alerts:timers:skill:readwrite"}] == full["permissions"]


def test_the_endpoint_names_its_certificate_unless_it_is_a_function(
    content: Content, store: Store, samples: list[str]
) -> None:
    """Amazon asks for it with an address, and refuses it with an ARN."""
    for changes, expected in (
        ({}, {"uri": HTTPS, "sslCertificateType": "Trusted"}),
        ({"wildcard": True}, {"uri": HTTPS, "sslCertificateType": "Wildcard"}),
        ({"endpoint": LAMBDA}, {"uri": LAMBDA}),
    ):
        found = build(content, store, samples, **changes)
        assert expected == found["apis"]["custom"]["endpoint"]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"name": "B"}, "name has 1 characters"),
        ({"name": "Back Talk Alexa skill"}, "name is"),
        ({"summary": "x" * 121}, "summary has 121"),
        ({"summary": ""}, "summary has 0"),
        ({"description": "x" * 4000}, "description has"),
        ({"description": "<b>Back</b> Talk"}, "holds one of"),
        ({"description": "For {doctor}"}, "holds one of"),
        ({"disclaimer": "Have fun."}, "disclaimer"),
        ({"keywords": ()}, "0 keywords"),
        ({"keywords": tuple(map(str, range(31)))}, "31 keywords"),
        ({"testing_instructions": ""}, "testing instructions"),
        ({"example_phrases": ()}, "first is"),
        ({"example_phrases": ("Alexa, launch back talk",)}, "first is"),
        ({"example_phrases": ("Alexa, open back talk",) * 4}, "are 4"),
        (
            {"example_phrases": (OPEN, "Alexa, ask back talk to sing")},
            "to sing",
        ),
        (
            {"example_phrases": (OPEN, "Alexa, ask joe my back hurts")},
            "ask joe",
        ),
        ({"example_phrases": ("Alexa, open back talk", "my back hurts")}, "my back"),
        *(
            ({"endpoint": wrong}, "The endpoint is")
            for wrong in (
                "http://backtalk.example.org/alexa", "https://localhost/alexa",
                "https://backtalk.example.org:8443/alexa", "https://backtalk.example.org",
                "https://u:p@backtalk.example.org/alexa", "https://x.org/alexa?a=b",
                "https://x.org:port/alexa", "arn:aws:lambda:us-east-1:1:function:x",
                "arn:aws:s3:us-east-1:123456789012:function:x", "", "x y",
            )
        ),
        *(
            ({"privacy_url": wrong}, "The privacy policy is")
            for wrong in (
                "http://example.org/p", "https://alexa.example.org/p",
                "https://s3.amazonaws.com/p", "", "privacy", "https://[::1/p",
            )
        ),
    ],
)  # fmt: skip
def test_what_amazon_would_refuse_is_refused_here(
    content: Content,
    store: Store,
    samples: list[str],
    changes: dict[str, Any],
    match: str,
) -> None:
    """In a sentence with what is wrong, the rule and the remedy."""
    with pytest.raises(SkillRefused, match=match):
        build(content, store, samples, **changes)


def test_every_problem_is_named_at_once(
    content: Content, store: Store, samples: list[str]
) -> None:
    """A line each, so that nobody mends them one by one."""
    with pytest.raises(SkillRefused) as refused:
        build(
            content, store, samples, name="", keywords=(), endpoint="", privacy_url=""
        )
    assert 4 == len(str(refused.value).splitlines())


def test_the_command_writes_what_ask_deploys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says what to settle before it is published."""
    monkeypatch.setenv("BACKTALK_CLINIC", "roseville")
    monkeypatch.setenv("BACKTALK_ENDPOINT", HTTPS)
    monkeypatch.setenv("BACKTALK_PRIVACY_URL", PRIVACY)
    assert 0 == main(["package", "--out", str(tmp_path)])
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")}
    assert {
        "ask-resources.json",
        "skill-package/skill.json",
        "skill-package/interactionModels/custom/en-US.json",
        "skill-package/assets/images/en-US_smallIcon.png",
        "skill-package/assets/images/en-US_largeIcon.png",
    } == found
    resources = json.loads((tmp_path / "ask-resources.json").read_text())
    source = resources["profiles"]["default"]["skillMetadata"]["src"]
    skill = json.loads((tmp_path / source / "skill.json").read_text())
    listing = skill["manifest"]["publishingInformation"]["locales"]["en-US"]
    for name, size in ICONS.items():
        picture = tmp_path / source / listing[name].removeprefix("file://")
        assert (size, size) == dimensions(picture.read_bytes())
    committed = ROOT / "interaction_models/en-US.json"
    model = tmp_path / "skill-package/interactionModels/custom/en-US.json"
    assert committed.read_text() == model.read_text()
    said = capsys.readouterr().out
    assert "is a draft" in said
    assert "was not confirmed by the clinic" in said


@pytest.mark.parametrize(
    "missing", ["BACKTALK_CLINIC", "BACKTALK_ENDPOINT", "BACKTALK_PRIVACY_URL"]
)
def test_a_missing_setting_is_refused_with_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
) -> None:
    """Which, and how to give it; nothing is written."""
    given = {"CLINIC": "dfw", "ENDPOINT": LAMBDA, "PRIVACY_URL": PRIVACY}
    for name, value in given.items():
        monkeypatch.setenv(f"BACKTALK_{name}", value)
    monkeypatch.delenv(missing)
    assert 1 == main(["package", "--out", str(tmp_path / "x")])
    assert capsys.readouterr().err.startswith(f"{missing} is not set")
    assert not (tmp_path / "x").exists()


def test_a_refused_package_writes_nothing(tmp_path: Path) -> None:
    """Half a package could be deployed by mistake."""
    with pytest.raises(SkillRefused):
        write_package(tmp_path / "x", "en-US", "dfw", replace(PLAN, endpoint="nowhere"))
    assert not (tmp_path / "x").exists()


def dimensions(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG file, its checksums checked."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data = 8, b""
    width = height = 0
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, inside = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert zlib.crc32(kind + inside) == checksum
        if kind == b"IHDR":
            width, height = struct.unpack(">II", inside[:8])
        data += inside if kind == b"IDAT" else b""
        at += 12 + length
    assert len(zlib.decompress(data)) == height * (1 + 3 * width)
    return width, height


@pytest.mark.parametrize("size", ICONS.values())
def test_an_icon_may_be_cut_to_a_circle(size: int) -> None:
    """White corners, and a picture within."""
    png = (ROOT / f"skill/publishing/icons/{size}.png").read_bytes()
    start = png.index(b"IDAT") + 4
    rows = zlib.decompress(png[start : png.index(b"IEND") - 8])
    line = 1 + 3 * size
    pixels = [rows[i * line + 1 : (i + 1) * line] for i in range(size)]
    for corner in (pixels[0][:3], pixels[0][-3:], pixels[-1][:3], pixels[-1][-3:]):
        assert b"\xff\xff\xff" == corner
    colours = {bytes(row[i : i + 3]) for row in pixels for i in range(0, len(row), 3)}
    assert len(colours) > 3


def test_the_commands_name_their_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The one of `/health` and of the project file."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert 0 == ended.value.code
    assert f"Back Talk {get_program_version()}\n" == capsys.readouterr().out
