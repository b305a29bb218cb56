"""Decodes recordings in a child process, so that damage in a file ends only that.

Files come from anywhere, and decoders are written in C. Audio comes out at 16 kHz,
mono, signed 16-bit. The only module that hands a foreign file to miniaudio; run as a
module it is the child.
"""

import atexit
import os
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import miniaudio

from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.worker_process import (
    EngineError,
    EngineProcess,
    Handler,
    Message,
    serve,
)

FORMATS = {
    "wav": miniaudio.FileFormat.WAV,
    "flac": miniaudio.FileFormat.FLAC,
    "mp3": miniaudio.FileFormat.MP3,
}
"""Ogg Vorbis is none of them: its decoder writes past its memory on damaged files."""
MOST_SAMPLES = SAMPLE_RATE
"""Samples of one request."""
WITHIN, WITHIN_A_SECOND = 5.0, 0.02
"""Seconds for a request, and more for each second of audio in front of it, which may
have to be decoded again."""
MOST_MEMORY = 512 << 20
"""Bytes that the child may have; decoding takes some 60 MB."""


class DecoderProcess:
    """The parent's side: a child that starts at the first request, and after a crash.

    A request names all that it needs, so one child serves any number of files, and
    loses none of them when it ends.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._engine = EngineProcess("local_voice.audio.decoder", [])
        self._one_at_a_time = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Return the child's process id, None when there is none."""
        return self._engine.pid

    @property
    def starts(self) -> int:
        """Return how many children there were."""
        return self._engine.starts

    def read(self, file: Path, kind: str, at: int) -> bytes:
        """Return a second from sample `at` of an absolute `file`, empty at its end.

        Raises EngineRefusal where it is no recording of this `kind` or cannot be read,
        EngineError where decoding it ended two children.
        """
        request = "read", str(file), kind, at
        within = WITHIN + WITHIN_A_SECOND * at / SAMPLE_RATE
        with self._one_at_a_time:
            try:
                # The first failure may be that of the file before, or a kill.
                return self._ask(request, within)
            except EngineError:
                return self._ask(request, within)

    def stop(self) -> None:
        """End the child; the next request starts another."""
        with self._one_at_a_time:
            self._engine.stop()

    def _ask(self, request: tuple[Any, ...], within: float) -> bytes:
        if self._engine.pid is None:
            self._engine.start()
            atexit.unregister(self._engine.stop)
            atexit.register(self._engine.stop)
        pcm = self._engine.ask(request, within).raw
        if len(pcm) % 2 or len(pcm) > 2 * MOST_SAMPLES:
            self._engine.stop()
            raise EngineError("the decoder gave no audio")
        return pcm


class _File(miniaudio.StreamableSource):  # type: ignore[misc]  # it has no types
    """A file as miniaudio reads it."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "rb")  # noqa: SIM115 (closed with the decoder)
        self._size = os.fstat(self._file.fileno()).st_size

    def read(self, num_bytes: int) -> bytes:
        return self._file.read(num_bytes)

    def seek(self, offset: int, origin: miniaudio.SeekOrigin) -> bool:
        """Go to a place inside the file; ValueError is a failed seek for miniaudio.

        A WAV whose `fact` chunk is empty makes it skip 2**64 bytes, in steps that a
        file system in memory takes without complaint, for minutes.
        """
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._file.tell()}
        to = start.get(origin.value, self._size) + offset
        if not 0 <= to <= self._size:
            raise ValueError("outside of the file")
        self._file.seek(to)
        return True

    def close(self) -> None:
        self._file.close()


class _Decoder:
    """The child's side: one open file, and how far it was decoded."""

    def __init__(self) -> None:
        self._name: tuple[str, str] | None = None
        self._at = 0
        self._source: _File | None = None
        self._pieces: Generator[Any, int, None] | None = None

    def handle(self, request: Message) -> Message:
        """Return a second of a file; raises ValueError where it is no recording."""
        what, path, kind, at = request.value
        if what != "read":
            raise ValueError(f"{what} is nothing that the decoder does")
        try:
            # At zero too: the file may be another one by now.
            if at == 0 or self._name != (path, kind) or self._at != at:
                self._open(path, kind)
                while self._at < at and self._read(min(MOST_SAMPLES, at - self._at)):
                    pass
            return Message(None, self._read(MOST_SAMPLES))
        except miniaudio.MiniaudioError as error:
            self._close()
            raise ValueError(f"{error}") from error

    def _open(self, path: str, kind: str) -> None:
        self._close()
        self._source = _File(path)
        self._pieces = miniaudio.stream_any(
            self._source,
            source_format=FORMATS[kind],
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=SAMPLE_RATE,
            frames_to_read=MOST_SAMPLES,
        )
        self._name, self._at = (path, kind), 0

    def _read(self, samples: int) -> bytes:
        if self._pieces is None:
            return b""
        try:
            pcm = bytes(self._pieces.send(samples).tobytes())
        except StopIteration:
            self._pieces = None
            return b""
        self._at += len(pcm) // 2
        return pcm

    def _close(self) -> None:
        if self._pieces is not None:
            self._pieces.close()
        if self._source is not None:
            self._source.close()
        self._name = self._source = self._pieces = None
        self._at = 0


if __name__ == "__main__":

    def _prepare() -> tuple[Message, Handler]:
        return Message(), _Decoder().handle

    serve(_prepare, most_memory=MOST_MEMORY)
