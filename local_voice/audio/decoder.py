"""Decodes recordings in a child process, so that damage in a file ends only that.

Files come from anywhere, and decoders are written in C. Audio comes out at 16 kHz,
mono, signed 16-bit. The child is `decoder_engine`.
"""

import atexit
import threading
from pathlib import Path
from typing import Any

from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.worker_process import EngineError, EngineProcess

MOST_SAMPLES = SAMPLE_RATE
"""Samples of one request."""
MOST_MEMORY = 512 << 20
"""Bytes that the child may have; decoding takes some 60 MB."""
WITHIN, WITHIN_A_SECOND = 5.0, 0.02
"""Seconds for a request, and more for each second of audio in front of it, which may
have to be decoded again."""


class DecoderProcess:
    """The parent's side: a child that starts at the first request, and after a crash.

    A request names all that it needs, so one child serves any number of files, and
    loses none of them when it ends.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._engine = EngineProcess("local_voice.audio.decoder_engine", [])
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
