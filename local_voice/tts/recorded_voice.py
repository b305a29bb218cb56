"""The usual synthesizer: plays sentences recorded ahead, and joins pieces to others.

What is not recorded, damaged or changed since is spoken by a fallback, which starts
when it is first needed. Nothing is rendered here.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.tts.interfaces import SynthesisError, Synthesizer
from local_voice.tts.recording_script import (
    PLACEHOLDER,
    Form,
    list_templates,
    split_carriers,
    split_sentences,
)
from local_voice.tts.voice_store import Recording, Speed, UnusableRecording, VoiceStore
from local_voice.worker_process import EngineError, EngineRefusal

NAME = "recorded"
RATES = {Speed.USUAL: 150, Speed.SLOW: 115}
"""Words a minute, pauses included."""
FASTEST = 165
"""Words a minute; who wants more is served by another voice."""
SENTENCE_PAUSE = {Speed.USUAL: 250, Speed.SLOW: 400}
COMMA_PAUSE = 120
VOICE_PAUSE = 150
"""Milliseconds between two sentences, behind a comma, and around another voice."""
WORD_OR_MARK = re.compile(r"[^\s,.;:?!]+|[,.;:?!]")


@dataclass(frozen=True)
class _Part:
    """A stretch of a passage."""

    text: str
    recording: tuple[VoiceStore, Recording] | None
    """None: the fallback says the text."""
    pause: int = 0
    """Milliseconds of silence behind it."""


class RecordedSynthesizer:
    """Says passages of prompts in a recorded voice, at one of two speeds."""

    def __init__(
        self,
        stores: Sequence[VoiceStore],
        prompts: Mapping[str, str],
        rate: int,
        build_fallback: Callable[[int], Synthesizer],
        report: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Take recordings from `stores`, the first that has them.

        `build_fallback` starts the other voice at a rate; `report` is told once of
        each text that it has to say.
        """
        self._stores, self._report = stores, report
        self._build_fallback = build_fallback
        self._fallback: Synthesizer | None = None
        self._one_at_a_time = threading.RLock()
        self._speed = min(RATES, key=lambda speed: abs(RATES[speed] - rate))
        self._reported: set[str] = set()
        self._templates = _build_templates(
            words for _, words in list_templates(prompts)
        )
        self._words = {
            (_to_key(text), form, speed): text
            for store in stores
            for text, form, speed in store.recordings
        }
        self._longest = max((len(key) for key, _, _ in self._words), default=0)
        for store in stores:
            for line in store.damage:
                report(line)

    @property
    def rate(self) -> int:
        """Return the words a minute."""
        return RATES[self._speed]

    @property
    def pid(self) -> int | None:
        """Return the process id of the fallback, None while there is none."""
        return getattr(self._fallback, "pid", None)

    def set_rate(self, rate: int) -> None:
        """Go to the slower or the faster of the two speeds, as `rate` asks."""
        if rate == self.rate:
            return
        self._speed = Speed.SLOW if rate < self.rate else Speed.USUAL
        with self._one_at_a_time:
            if self._fallback:
                self._fallback.set_rate(self.rate)

    def render(self, text: str) -> AudioClip:
        """Say `text`; raises SynthesisError where the fallback fails as well."""
        parts = self._plan(text)
        pcm = bytearray()
        for number, part in enumerate(parts, 1):
            pcm += self._render_part(part).pcm
            pcm += bytes(2 * (part.pause * SAMPLE_RATE // 1000)) * (number < len(parts))
        return AudioClip(bytes(pcm))

    def start_fallback(self) -> Synthesizer:
        """Return the fallback, started; raises EngineRefusal or EngineError."""
        with self._one_at_a_time:
            if self._fallback is None:
                self._fallback = self._build_fallback(self.rate)
            return self._fallback

    def prefetch(self, text: str) -> None:
        """Get `text` ready, above all what the fallback has to say; SynthesisError."""
        for part in self._plan(text):
            if part.recording is None:
                self._say_by_fallback(part.text)
                continue
            store, recording = part.recording
            try:
                store.prefetch(recording)
            except UnusableRecording:
                self._say_by_fallback(part.text)

    def list_unrecorded(self, text: str) -> list[str]:
        """Return the stretches of `text` that the fallback has to say."""
        parts = self._plan(text)
        return [part.text for part in parts if not self._is_usable(part)]

    def close(self) -> None:
        """End the fallback."""
        with self._one_at_a_time:
            if self._fallback:
                self._fallback.close()

    def _is_usable(self, part: _Part) -> bool:
        if part.recording is None:
            return False
        store, recording = part.recording
        try:
            store.check(recording)
        except UnusableRecording:
            return False
        return True

    def _render_part(self, part: _Part) -> AudioClip:
        if part.recording is None:
            return self._say_by_fallback(part.text)
        store, recording = part.recording
        try:
            return store.read(recording)
        except UnusableRecording as error:
            self._report_once(str(error))
        try:
            return self._say_by_fallback(part.text)
        except SynthesisError:
            # At the other speed is better than not at all.
            for speed in Speed:
                if found := self._find(part.text, recording.form, speed):
                    try:
                        return found[0].read(found[1])
                    except UnusableRecording:
                        continue
            raise

    def _say_by_fallback(self, text: str) -> AudioClip:
        with self._one_at_a_time:
            try:
                fallback = self.start_fallback()
            except (EngineError, EngineRefusal) as error:
                raise SynthesisError(f"no other voice starts: {error}") from error
            self._report_once(f"not recorded, so another voice says it: {text}")
            return fallback.render(text)

    def _report_once(self, line: str) -> None:
        if line not in self._reported:
            self._reported.add(line)
            self._report(line)

    def _find(
        self, text: str, form: Form, speed: Speed
    ) -> tuple[VoiceStore, Recording] | None:
        for store in self._stores:
            if recording := store.find(text, form, speed):
                return store, recording
        return None

    def _find_any_speed(
        self, text: str, form: Form
    ) -> tuple[VoiceStore, Recording] | None:
        """Find `text`, at another speed rather than in another voice."""
        for speed in (self._speed, *Speed):
            if found := self._find(text, form, speed):
                return found
        return None

    def _plan(self, text: str) -> list[_Part]:
        """Return how `text` is put together: sentences, carriers, pieces."""
        text = " ".join(text.split())
        sentences = split_sentences(text)
        whole = [self._plan_sentence(sentence) for sentence in sentences]
        if all(part.recording for part in whole):
            return whole
        # A name may hold a full stop, so all of the passage comes first.
        if filled := self._plan_by_template(text):
            return filled
        parts: list[_Part] = []
        for sentence, known in zip(sentences, whole, strict=True):
            filled = [] if known.recording else self._plan_by_template(sentence)
            parts += filled or [known]
        return parts

    def _plan_by_template(self, text: str) -> list[_Part]:
        for pattern, templates in self._templates:
            if found := pattern.fullmatch(text):
                return self._plan_filled(templates, list(found.groups()))
        return []

    def _plan_sentence(self, text: str) -> _Part:
        found = self._find_any_speed(text, Form.FINAL)
        return _Part(text, found, SENTENCE_PAUSE[self._speed])

    def _plan_filled(self, templates: list[str], fills: list[str]) -> list[_Part]:
        """Return the parts of sentences that are filled in.

        A sentence whose carriers are not recorded is left to the fallback as a whole.
        """
        parts: list[_Part] = []
        for template in templates:
            count = len(PLACEHOLDER.findall(template))
            own, fills = fills[:count], fills[count:]
            fixed = PLACEHOLDER.split(template)
            text = "".join(map("".join, zip_longest(fixed, own, fillvalue="")))
            sentence = self._plan_sentence(text)
            if sentence.recording or not count:
                parts.append(sentence)
                continue
            joined = list(self._join(split_carriers(template), own))
            carriers = [part for part, is_carrier in joined if is_carrier]
            if any(part.recording is None for part in carriers):
                parts.append(sentence)
                continue
            filled = [part for part, _ in joined]
            for part, after in pairwise(filled):
                pause = max(part.pause, VOICE_PAUSE * (after.recording is None))
                parts.append(_with_pause(part, pause))
            parts.append(_with_pause(filled[-1], SENTENCE_PAUSE[self._speed]))
        return parts

    def _join(
        self, carriers: list[str], fills: list[str]
    ) -> Iterator[tuple[_Part, bool]]:
        """Yield the parts of one sentence, and whether each is a carrier."""
        for number, carrier in enumerate(carriers):
            last = number == len(carriers) - 1
            if re.search(r"\w", carrier):
                form = Form.FINAL if last else Form.MID
                yield _Part(carrier, self._find_any_speed(carrier, form)), True
            if not last:
                ends = number == len(carriers) - 2
                ends = ends and not re.search(r"\w", carriers[-1])
                for part in self._plan_fill(fills[number], ends=ends):
                    yield part, False

    def _plan_fill(self, text: str, *, ends: bool) -> list[_Part]:
        """Return the recorded pieces of `text`, or all of it for the fallback."""
        parts: list[_Part] = []
        if whole := self._find_words(_to_key(text), ends=ends):
            return [whole]
        tokens = WORD_OR_MARK.findall(text)
        at = 0
        while at < len(tokens):
            if not tokens[at].strip(",.;:?!"):
                pause = (
                    COMMA_PAUSE if tokens[at] == "," else SENTENCE_PAUSE[self._speed]
                )
                if parts:
                    parts[-1] = _with_pause(parts[-1], pause)
                at += 1
                continue
            found = self._find_longest(tokens, at, ends=ends)
            if found is None:
                alone = _Part(text, None, VOICE_PAUSE)
                return [alone]
            part, length = found
            parts.append(part)
            at += length
        return parts

    def _find_longest(
        self, tokens: list[str], at: int, *, ends: bool
    ) -> tuple[_Part, int] | None:
        for length in range(min(self._longest, len(tokens) - at), 0, -1):
            words = tuple(word.casefold() for word in tokens[at : at + length])
            behind = tokens[at + length : at + length + 1]
            final = behind == ["."] or (ends and not behind)
            if part := self._find_words(words, ends=final):
                return part, length
        return None

    def _find_words(self, words: tuple[str, ...], *, ends: bool) -> _Part | None:
        """Find a piece, at its end as a sentence ends where one is recorded so."""
        for form in (Form.FINAL, Form.MID) if ends else (Form.MID,):
            for speed in (self._speed, *Speed):
                text = self._words.get((words, form, speed))
                if text and (found := self._find(text, form, speed)):
                    return _Part(text, found)
        return None


def _with_pause(part: _Part, pause: int) -> _Part:
    return _Part(part.text, part.recording, pause)


def _to_key(text: str) -> tuple[str, ...]:
    """Return the words of `text` without marks, to find them in a filling."""
    return tuple(
        token.casefold()
        for token in WORD_OR_MARK.findall(text)
        if token.strip(",.;:?!")
    )


def _build_templates(
    all_words: Iterable[str],
) -> list[tuple[re.Pattern[str], list[str]]]:
    """Return a pattern for each prompt that is filled in, and its sentences.

    Those with most words of their own come first; without any they fit everything.
    """
    found = []
    for words in all_words:
        fixed = PLACEHOLDER.split(words)
        if re.search(r"\w", "".join(fixed)):
            pattern = "(.+?)".join(map(re.escape, fixed))
            found.append((sum(map(len, fixed)), pattern, split_sentences(words)))
    found.sort(reverse=True)
    return [(re.compile(pattern), sentences) for _, pattern, sentences in found]
