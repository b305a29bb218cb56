"""The child's side: judges what was heard, and takes lessons. Run as a module.

It alone loads numpy, so that the session goes on without it.
"""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from local_voice.own_sounds.features import trim
from local_voice.own_sounds.known_numbers import KnownNumbers, load_known_numbers
from local_voice.own_sounds.lesson import Lesson
from local_voice.own_sounds.matcher import Matcher
from local_voice.own_sounds.piece import LONGEST, find_pieces
from local_voice.own_sounds.profile_file import (
    load_examples,
    load_profile,
    save_examples,
)
from local_voice.own_sounds.profile_folder import (
    LESSON,
    ProfileAbout,
    ProfileRefused,
    find_versions,
    read_about,
)
from local_voice.own_sounds.spectrum import Clip
from local_voice.worker_process import Handler, Message, serve


class _Engine:
    """One person's sounds, or a lesson."""

    def __init__(self, known: KnownNumbers, file: str) -> None:
        """Load the profile in `file`, where one is named."""
        self._known = known
        self._matcher: Matcher | None = None
        if file.endswith(LESSON):
            self._lesson = Lesson(known, load_examples(Path(file))[0])
        else:
            self._lesson = Lesson(known, load_profile(Path(file)) if file else None)
            self._matcher = self._lesson.build_matcher()
        self._audio = bytearray()

    def handle(self, request: Message) -> Message:
        """Do one request."""
        match request.value:
            case ["audio"]:
                self._audio += request.raw
                return Message()
            case ["judge"]:
                return Message(self.judge())
            case ["take", name]:
                fault = self._lesson.take(name, self._take_audio())
                return Message(fault.value if fault else "")
            case ["drop", name, number]:
                self._lesson.drop(name, number)
                return Message()
            case ["check"]:
                return Message(self.check())
            case ["use"]:
                self._matcher = self._lesson.build_matcher()
                return Message()
            case ["save", file, *about]:
                return Message(self.save(Path(file), *about))
            case ["add", name, file]:
                return Message(self.add(name, Path(file)))
            case ["save lesson", file, unheeded]:
                self.save_lesson(Path(file), unheeded)
                return Message()
        raise ValueError(f"{request.value} is nothing that the matcher does")

    def judge(self) -> list[Any]:
        """Return pieces, the taught sound, whether usual and sure, dB over the room."""
        pieces = find_pieces(self._take_audio())
        if len(pieces) != 1 or self._matcher is None:
            above = max((piece.above_room for piece in pieces), default=0.0)
            return [len(pieces), "", False, above]
        (piece,) = pieces
        if piece.seconds > LONGEST:
            return [1, "", False, piece.above_room]
        features = self._known.extractor.extract(trim(piece.clip))
        judged, model = self._matcher.judge(features), self._known.model
        name = judged.name if judged.reaches(model, sure=False) else ""
        sure = judged.reaches(model, sure=True)
        return [1, name, sure, piece.above_room]

    def check(self) -> list[Any]:
        """Return the check of the lesson, as a list of plain values."""
        found = self._lesson.check()
        odd = list(found.odd) if found.odd else []
        counts = dict(found.counts)
        return [found.is_complete, found.are_alike, odd, found.is_unsteady, counts]

    def save(self, file: Path, device: str, alike: bool, unheeded: list[str]) -> int:
        """Write the profile; return how many bytes it has."""
        if self._lesson.build_matcher() is None:
            raise ValueError("there are no two sounds with three examples each")
        about = self._describe()
        about = replace(
            about, device=device, asks_twice=alike, unheeded=tuple(unheeded)
        )
        save_examples(file, self._lesson.examples, about)
        return file.stat().st_size

    def add(self, name: str, file: Path) -> bool:
        """Add one example to the profile, unless its check finds more than before."""
        lesson = Lesson(self._known, self._lesson.examples)
        before = lesson.check()
        if lesson.take(name, self._take_audio()) or lesson.check().is_worse(before):
            return False
        about = read_about(file)
        if about.sounds != before.counts:
            raise ValueError(f"The profile {file} was changed meanwhile.")
        save_examples(file, lesson.examples, replace(about, sounds=lesson.counts))
        self._lesson, self._matcher = lesson, lesson.build_matcher()
        return True

    def save_lesson(self, file: Path, unheeded: list[str]) -> None:
        """Write what was taught so far, so that it goes on another time."""
        about = replace(self._describe(), unheeded=tuple(unheeded))
        save_examples(file, self._lesson.examples, about)

    def _describe(self) -> ProfileAbout:
        today = date.today()  # noqa: DTZ011 (the person's own day)
        return ProfileAbout(today, self._lesson.counts, find_versions())

    def _take_audio(self) -> Clip:
        samples = np.frombuffer(self._audio[: len(self._audio) // 2 * 2], "<i2")
        clip = np.asarray(samples / 32_768, np.float32)
        self._audio = bytearray()
        return clip


def _prepare() -> tuple[Message, Handler]:
    try:
        engine = _Engine(load_known_numbers(), sys.argv[1])
    except ProfileRefused as error:
        raise ValueError(str(error)) from error
    return Message(), _explain(engine.handle)


def _explain(handle: Handler) -> Handler:
    """Answer with a refusal where a profile cannot be written."""

    def handle_or_refuse(request: Message) -> Message:
        try:
            return handle(request)
        except ProfileRefused as error:
            raise ValueError(str(error)) from error

    return handle_or_refuse


if __name__ == "__main__":
    serve(_prepare)
