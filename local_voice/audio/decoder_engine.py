"""The child of `decoder`: opens a foreign recording and decodes a second at a time.

The only module that hands a foreign file to miniaudio.
"""

import os
from collections.abc import Generator
from typing import Any

import miniaudio

from local_voice.audio.decoder import MOST_MEMORY, MOST_SAMPLES
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.worker_process import Handler, Message, serve

FORMATS = {
    "wav": miniaudio.FileFormat.WAV,
    "flac": miniaudio.FileFormat.FLAC,
    "mp3": miniaudio.FileFormat.MP3,
}
"""Ogg Vorbis is none of them: its decoder writes past its memory on damaged files."""


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
    """One open file, and how far it was decoded."""

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
