"""Looks at everything that a talk needs, and says what to do about what is missing."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialogue.content.content import Content
from local_voice.audio import devices
from local_voice.commands.engines import (
    load_content_or_refuse,
    load_ear,
    load_voice,
    protocol_line,
    render_first,
)
from local_voice.commands.exit_codes import (
    EXPLAINED,
    NO_DEVICE,
    LocalVoiceProblem,
    explain,
)
from local_voice.commands.page_address import open_page

HANDS = "Answer by buttons (--page), or by keyboard (--typed)."
EYES = "Read along on the page (--page), or in the captions (--captions large)."

Check = Callable[[], str]
"""Returns what was found; raises one of `EXPLAINED`."""


@dataclass(frozen=True)
class Finding:
    """What one look found."""

    part: str
    says: str
    code: int = 0
    """The exit code that a talk would end with; 0: in order."""


def doctor(asked: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Print one line for each part; return 0 or the first failing code."""
    codes = []
    for finding in findings(asked):
        mark = "problem" if finding.code else "ok"
        say(f"{mark:<8} {finding.part}: {finding.says}")
        codes.append(finding.code)
    return next(filter(None, codes), 0)


def findings(asked: argparse.Namespace) -> Iterator[Finding]:
    """Yield what is found, part by part; a part that fails does not hide the next."""
    yield _looked_at("microphone", _microphone)
    yield _looked_at("loudspeaker", _loudspeaker)
    # Without data there is nothing that ear and voice could be tried on.
    try:
        content = load_content_or_refuse(asked.clinic)
    except LocalVoiceProblem as problem:
        # Its words are one line for each fault in the data.
        yield Finding("protocol and clinic", str(problem), problem.code)
        return
    yield Finding("protocol", _protocol(content))
    yield Finding("clinic", _clinic(content))
    yield _looked_at("model", lambda: _model(content, asked.model))
    yield _looked_at("voice", lambda: _voice(content, asked.voice, asked.rate))
    yield _looked_at("page", lambda: _page(content, asked))


def _looked_at(part: str, check: Check) -> Finding:
    try:
        return Finding(part, check())
    except EXPLAINED as error:
        return Finding(part, *explain(error))


def _microphone() -> str:
    return _listed(devices.found().microphones, "microphone", HANDS)


def _loudspeaker() -> str:
    return _listed(devices.found().loudspeakers, "loudspeaker", EYES)


def _listed(found: tuple[devices.Device, ...], kind: str, remedy: str) -> str:
    if not found:
        raise LocalVoiceProblem(
            f"This computer has none that Back Talk can use. Plug one in. {remedy}",
            NO_DEVICE,
        )
    names = ", ".join(device.name for device in found)
    return f"{names} (choose with --{_DEVICE_OPTION[kind]})"


_DEVICE_OPTION = {"microphone": "input-device", "loudspeaker": "output-device"}


def _protocol(content: Content) -> str:
    draft = content.protocol.status == "draft"
    remedy = "; a draft, which is said aloud at every start" if draft else ""
    return f"{protocol_line(content)}{remedy}"


def _clinic(content: Content) -> str:
    clinic = content.clinic
    if clinic is None:
        return "none is set, so no clinic's number is said; --clinic NAME sets one"
    if clinic.appointments is None:
        return f"{clinic.name}, without a number to say; its profile can name one"
    return f"{clinic.name}, {clinic.appointments}"


def _model(content: Content, model: str | None) -> str:
    ear = load_ear(content, model)
    ear.recognizer.close()
    return "; ".join(ear.described).replace("Model: ", "")


def _voice(content: Content, name: str, rate: int) -> str:
    voice = load_voice(name, rate)
    try:
        render_first(content, voice)
    finally:
        voice.close()
    return f"{name}, {rate} words a minute; it says the emergency sentence"


def _page(content: Content, asked: argparse.Namespace) -> str:
    told: list[str] = []
    open_page(asked, content, told.append).close()
    return f"{told[0].removeprefix('Page: ')} is free; --page shows it"
