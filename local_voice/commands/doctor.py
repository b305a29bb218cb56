"""The command `doctor`: checks all that a session needs, and names the remedies."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from dialogue.command_line import get_settings_file
from dialogue.content.content import Content
from dialogue.records.clock import Clock
from dialogue.records.history import HistoryRefused, entries, get_history_file
from dialogue.understanding.lexicon import Lexicon
from local_voice.asr.model_files import VoskModel
from local_voice.audio import devices
from local_voice.audio.sound_library import SoundLibraryMissing
from local_voice.commands import engines, exit_codes
from local_voice.commands.exit_codes import EXPLAINED, LocalVoiceProblem, explain
from local_voice.commands.options import DoctorConfig, TalkConfig, parse_options
from local_voice.commands.record_voice import find_voice_faults
from local_voice.commands.talk import open_page
from local_voice.own_sounds.profile_folder import (
    ProfileRefused,
    get_profile_file,
    get_profiles_folder,
    list_profiles,
    read_about,
    refuse_other_versions,
)
from local_voice.page.server import LOCALHOST
from local_voice.tts import recorded_voice

WITHOUT_MICROPHONE = "Answer by buttons (--page), or by keyboard (--typed)."
WITHOUT_LOUDSPEAKER = (
    "Read along on the page (--page), or in the captions (--captions large)."
)

MOST_NAMED = 5
"""So many phrases that the model does not know are named."""

Check = Callable[[], str]
"""Returns what was found; raises one of `EXPLAINED`."""


@dataclass(frozen=True)
class Finding:
    """What the check of one part found."""

    part: str
    sentence: str
    code: int = 0
    """The exit code that a session would end with; 0: it can be held."""
    is_doubtful: bool = False
    """A session can be held, and leaves something out."""


def doctor(config: DoctorConfig, say: Callable[[str], None]) -> int:
    """Say one line for each part; return 0 or the first failing exit code."""
    codes = []
    for finding in check_parts(config):
        mark = "look at" if finding.is_doubtful else "ok"
        mark = "problem" if finding.code else mark
        say(f"{mark:<8} {finding.part}: {finding.sentence}")
        codes.append(finding.code)
    return next(filter(None, codes), 0)


def check_parts(config: DoctorConfig) -> Iterator[Finding]:
    """Check part by part; a part that fails does not hide the next."""
    try:
        found = devices.find_devices()
    except SoundLibraryMissing as error:
        yield Finding("sound library", *explain(error))
        found = devices.NO_DEVICES
    for part, group, option, remedy in (
        ("microphone", found.microphones, "--input-device", WITHOUT_MICROPHONE),
        ("loudspeaker", found.loudspeakers, "--output-device", WITHOUT_LOUDSPEAKER),
    ):
        yield _run_check(part, partial(_render_names, group, option, remedy))
    yield check_settings(config)
    yield check_own_sounds(get_profiles_folder(os.environ, Path.home()))
    yield check_clock(Clock(), get_history_file(os.environ, Path.home()))
    # Without data there is nothing that the engines could be tried on.
    try:
        content = engines.load_content_or_refuse(config.clinic, config.locale)
    except LocalVoiceProblem as problem:
        # Its words are one line for each fault in the data.
        yield Finding("protocol and clinic", str(problem), problem.code)
        return
    yield Finding("protocol", _describe_protocol(content))
    yield Finding("clinic", _describe_clinic(content))
    yield _run_check("model", lambda: _check_model(content, config))
    yield _run_check("voice", lambda: _check_voice(content, config.voice, config.rate))
    if config.voice.startswith(recorded_voice.NAME):
        yield check_recordings(content)
    yield _run_check("page", lambda: _check_page(content, config))


def check_own_sounds(folder: Path) -> Finding:
    """Tell which profiles of own sounds there are, and which cannot be used."""
    lines, is_doubtful = [], False
    for name in list_profiles(folder):
        file = get_profile_file(folder, name)
        try:
            about = read_about(file)
            refuse_other_versions(about, file)
            lines.append(f"{name} ({', '.join(about.sounds)}), {about.age} days old")
        except ProfileRefused as error:
            lines.append(str(error))
            is_doubtful = True
    taught = "; ".join(lines) or "none taught; backtalk learn teaches some"
    return Finding("own sounds", taught, is_doubtful=is_doubtful)


def check_clock(clock: Clock, history: Path) -> Finding:
    """Tell whether the clock of this computer can be right."""
    with suppress(HistoryRefused):
        clock.note(entries(history))
    doubt = clock.find_doubt()
    if doubt:
        return Finding("clock", doubt, is_doubtful=True)
    return Finding("clock", f"{clock.read():%Y-%m-%d %H:%M %Z}")


def _run_check(part: str, check: Check) -> Finding:
    try:
        return Finding(part, check())
    except EXPLAINED as error:
        return Finding(part, *explain(error))


def check_settings(config: DoctorConfig) -> Finding:
    """Tell where each setting comes from, those of a session among them."""
    return _run_check("settings", partial(_describe_settings, config))


def _describe_settings(config: DoctorConfig) -> str:
    """Check what a session would take from the settings file and the environment."""
    session = parse_options(TalkConfig, ())
    # The doctor's own options are what it looks at.
    shared = {name: getattr(config, name) for name in config.origins}
    chosen = replace(session, **shared)
    lines = engines.describe_origins({**session.origins, **config.origins}, chosen)
    file = get_settings_file(os.environ, Path.home())
    return "; ".join(lines) or f"all as usual; {file} may hold others"


def _render_names(found: tuple[devices.Device, ...], option: str, remedy: str) -> str:
    if not found:
        missing = "This computer has none that Back Talk can use. Plug one in."
        raise LocalVoiceProblem(f"{missing} {remedy}", exit_codes.NO_DEVICE)
    names = ", ".join(device.name for device in found)
    return f"{names} (choose with {option})"


def _describe_protocol(content: Content) -> str:
    draft = content.protocol.status == "draft"
    remedy = "; a draft, which is said aloud at every start" if draft else ""
    return f"{engines.render_protocol_line(content)}{remedy}"


def _describe_clinic(content: Content) -> str:
    clinic = content.clinic
    if clinic is None:
        return "none is set, so no clinic's number is said; --clinic NAME sets one"
    if clinic.appointments is None:
        return f"{clinic.name}, without a number to say; its profile can name one"
    return f"{clinic.name}, {clinic.appointments}"


def _check_model(content: Content, config: DoctorConfig) -> str:
    setup = engines.load_recognizer(content, config.model, phrases=config.phrases)
    setup.recognizer.close()
    described = "; ".join(setup.description).replace("Model: ", "")
    lacking = find_unheard_phrases(content.lexicon, setup.model)
    if not lacking:
        return described
    named = ", ".join(f"'{phrase}'" for phrase in lacking[:MOST_NAMED])
    more = f" and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
    return f"{described}; not recognised yet, only when typed: {named}{more}"


def find_unheard_phrases(lexicon: Lexicon, model: VoskModel) -> list[str]:
    """Return the answers and commands of `lexicon` that `model` does not know."""
    groups = (*lexicon.answers.values(), *lexicon.commands.values())
    phrases = (phrase for group in groups for phrase in group)
    return engines.find_unheard_phrases(lexicon, model, phrases)


def check_recordings(content: Content) -> Finding:
    """Tell what the recorded voice lacks, which another voice says."""
    stores = engines.load_stores(content.locale)
    lines = [line for store in stores for line in store.damage]
    lines += map(str, find_voice_faults(content, stores))
    count = sum(len(store.recordings) for store in stores)
    if not lines:
        return Finding("recordings", f"{count}, all that a session can say")
    named = "; ".join(lines[:MOST_NAMED])
    more = f"; and {len(lines) - MOST_NAMED} more" if len(lines) > MOST_NAMED else ""
    clinic = f" --clinic {content.clinic.id}" if content.clinic else ""
    return Finding(
        "recordings",
        f"{count}; said in another voice or at another speed: {named}{more}; "
        f"python -m local_voice record-voice{clinic} records them",
        is_doubtful=True,
    )


def _check_voice(content: Content, name: str, rate: int) -> str:
    with closing(engines.load_synthesizer(name, rate, content)) as synthesizer:
        engines.render_essentials(content, synthesizer)
        rate = synthesizer.rate
    return f"{name}, {rate} words a minute; it says the emergency sentence"


def _check_page(content: Content, config: DoctorConfig) -> str:
    page = open_page(LOCALHOST, config.page_port, content, lambda line: None)
    page.close()
    return f"{page.url} is free; --page shows it, and prints the address with its key"
