"""Records what a voice lacks: renders, masters and keeps it, line by line.

Development, and a clinic of one's own: it needs the extra `natural-voice`. A run that
is cut short goes on where it ended.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from local_voice.tts import mastering
from local_voice.tts.kokoro_voice import KokoroVoice, get_said_text, read_lexicon
from local_voice.tts.recording_script import ScriptLine
from local_voice.tts.voice_store import (
    LEXICON,
    STYLE,
    Recording,
    Speed,
    UnusableRecording,
    VoiceStore,
    find_unneeded,
    get_checksum,
    get_speeds,
)

VOICE, ENGINE = "af_heart", "Kokoro-82M, kokoro-onnx"
ENGINE_SPEED = {Speed.USUAL: 0.75, Speed.SLOW: 0.58}
"""Of the engine, for the words a minute of each speed."""
SAVED_AFTER = 10
"""Recordings between two writings of the manifest."""


class Studio:
    """Makes recordings for one store; the engine is loaded when it is needed."""

    def __init__(self, store: VoiceStore, voice_folder: Path) -> None:
        """Read style and lexicon from `voice_folder`."""
        self._store = store
        self._style = voice_folder / STYLE
        self._lexicon = read_lexicon(voice_folder / LEXICON)
        self._engine: KokoroVoice | None = None

    def list_wanted(
        self, script: Iterable[ScriptLine]
    ) -> Iterator[tuple[ScriptLine, Speed]]:
        """Yield what is to be recorded: missing, stale, damaged or respelled."""
        for speed in Speed:
            for line in script:
                if speed in get_speeds(line) and not self._has(line, speed):
                    yield line, speed

    def record(self, script: Sequence[ScriptLine], say: Callable[[str], None]) -> int:
        """Record what is wanted of `script`; return how many sounds were made.

        Raises NaturalVoiceMissing.
        """
        self._rename(script)
        count = 0
        try:
            for line, speed in self.list_wanted(script):
                self.keep(line, speed, self._render(line, speed))
                count += 1
                say(f"{speed}/{line.name}: {line.text}")
                if count % SAVED_AFTER == 0:
                    self._store.save()
        finally:
            if count:
                self._store.save()
        return count

    def keep(self, line: ScriptLine, speed: Speed, sound: object) -> None:
        """Master the rendered `sound` of `line`, and keep it in the store."""
        mastered = mastering.level(mastering.trim(sound))
        data = mastering.encode(mastered)
        recording = Recording(
            name=line.name,
            form=line.form,
            text=line.text,
            text_checksum=get_checksum(line.text.encode()),
            said=get_said_text(line, self._lexicon),
            speed=speed,
            sound_checksum=get_checksum(data),
            samples=len(mastered),
            voice=VOICE,
            engine=ENGINE,
        )
        self._store.add(recording, data)

    def drop_unneeded(self, script: Iterable[ScriptLine]) -> int:
        """Drop recordings that no line of `script` has; return how many."""
        unneeded = find_unneeded(script, self._store)
        for recording in unneeded:
            self._store.remove(recording)
        if unneeded:
            self._store.save()
        return len(unneeded)

    def _rename(self, script: Iterable[ScriptLine]) -> None:
        """Give sounds whose words have moved to another prompt its name."""
        moved = []
        for line in script:
            for speed in get_speeds(line):
                found = self._store.find(line.text, line.form, speed)
                if found is not None and found.name != line.name:
                    with suppress(UnusableRecording):
                        data = self._store.check(found)
                        moved.append((found, replace(found, name=line.name), data))
        for old, _, _ in moved:
            self._store.remove(old)
        for _, new, data in moved:
            self._store.add(new, data)
        if moved:
            self._store.save()

    def _has(self, line: ScriptLine, speed: Speed) -> bool:
        recording = self._store.find(line.text, line.form, speed)
        if recording is None or recording.said != get_said_text(line, self._lexicon):
            return False
        try:
            self._store.check(recording)
        except UnusableRecording:
            return False
        return True

    def _render(self, line: ScriptLine, speed: Speed) -> object:
        if self._engine is None:
            self._engine = KokoroVoice(self._style, self._lexicon)
        return self._engine.render(line, ENGINE_SPEED[speed])
