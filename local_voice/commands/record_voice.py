"""The command `record-voice`: records what our voice lacks, or names it."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from local_voice.commands.engines import load_content_or_refuse, load_stores
from local_voice.commands.exit_codes import INSTALL, LocalVoiceProblem
from local_voice.commands.options import RecordVoiceConfig
from local_voice.tts.kokoro_voice import NaturalVoiceMissing
from local_voice.tts.recording import Studio
from local_voice.tts.recording_script import (
    ScriptLine,
    build_script,
    list_clinic_lines,
)
from local_voice.tts.voice_store import (
    BUNDLED,
    MISSING,
    Fault,
    VoiceStore,
    find_faults,
    find_unneeded,
    get_own_folder,
)

MOST_NAMED = 20
"""So many faults are named."""


def record_voice(config: RecordVoiceConfig, say: Callable[[str], None]) -> int:
    """Record, or only check, the bundled voice or what one clinic needs.

    Returns 1 where a check finds something. Raises LocalVoiceProblem.
    """
    content = load_content_or_refuse(config.clinic, config.locale)
    stores = load_stores(config.locale)
    if config.check:
        return _check(content, stores, say)
    if config.clinic is None:
        script = build_bundled_script(content)
        folder = BUNDLED / config.locale
    else:
        script = list_lacking(list_clinic_lines(content), stores[:1])
        folder = get_own_folder(os.environ, Path.home(), config.locale)
    store = next(store for store in stores if store.folder == folder)
    studio = Studio(store, BUNDLED / config.locale)
    try:
        count = studio.record(script, say)
        dropped = studio.drop_unneeded(script) if config.clinic is None else 0
    except NaturalVoiceMissing as error:
        raise LocalVoiceProblem(
            f"Recording needs a natural voice: {INSTALL.format(extra='natural-voice')}."
        ) from error
    except OSError as error:
        problem = f"{folder}: cannot be written: {error.strerror}."
        raise LocalVoiceProblem(problem) from error
    say(f"{folder}: {count} sounds recorded, {dropped} no longer needed")
    return 0


def build_bundled_script(content: Content) -> list[ScriptLine]:
    """Return the script of the voice that comes with us, for all bundled clinics."""
    store = ContentStore()
    clinics = [store.read_clinic(name) for name in store.clinics]
    general = replace(content, clinic=None)
    return build_script([general, *(replace(content, clinic=c) for c in clinics)])


def find_voice_faults(content: Content, stores: Sequence[VoiceStore]) -> list[Fault]:
    """Return what is not spoken as recorded in a session of `content`."""
    script = [*build_bundled_script(content), *list_clinic_lines(content)]
    return list(find_faults(script, stores))


def list_lacking(
    script: Sequence[ScriptLine], stores: Sequence[VoiceStore]
) -> list[ScriptLine]:
    """Return the lines of `script` that no store holds at the usual speed."""
    lacking = {fault.text for fault in find_faults(script, stores, sounds=False)}
    return [line for line in script if line.text in lacking]


def _check(
    content: Content, stores: Sequence[VoiceStore], say: Callable[[str], None]
) -> int:
    lines = [line for store in stores for line in store.damage]
    faults = find_voice_faults(content, stores)
    missing = sum(fault.what == MISSING for fault in faults)
    lines += map(str, faults)
    if content.clinic is None:
        script = build_bundled_script(content)
        lines += (f"{r.file}: not needed" for r in find_unneeded(script, stores[0]))
    for line in lines[:MOST_NAMED]:
        say(line)
    if len(lines) > MOST_NAMED:
        say(f"... and {len(lines) - MOST_NAMED} more")
    count = sum(len(store.recordings) for store in stores)
    mend = "; python -m local_voice record-voice mends them" if lines else ""
    say(f"{count} sounds, {missing} missing, {len(lines)} faults{mend}")
    return 1 if lines else 0
