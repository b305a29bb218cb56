"""A sound server of its own, with two virtual devices: the person's and ours."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from array import array
from collections.abc import Mapping
from pathlib import Path

from local_voice.audio.pcm import SAMPLE_RATE

SPEAKER, ROOM = "speaker", "room"
"""The sink that Back Talk plays to, and the one that the person speaks into."""
LOUDSPEAKER, MICROPHONE = "Speaker", "VirtualMic"
"""The names under which Back Talk finds its devices."""
DEVICES = (
    "--input-device",
    MICROPHONE,
    "--output-device",
    LOUDSPEAKER,
    "--no-sound-check",
)
RAW = ("--format=s16le", f"--rate={SAMPLE_RATE}", "--channels=1", "--raw")
SERVER = ("pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no")
NEEDED = ("pulseaudio", "pactl", "pacat")
STARTS_WITHIN = 10.0
"""Seconds."""
ALIGNED_BY = 3.0
"""Seconds of pieces, some of which came without delay."""


class NoSoundServer(RuntimeError):
    """The programs of PulseAudio are missing, or do not start."""


class SoundServer:
    """One PulseAudio in a temporary folder; nothing else on the machine sees it."""

    def __init__(self, echo_ms: int | None = None, echo_db: float = 0.0) -> None:
        """Start it; with `echo_ms` our voice comes back into the room so late.

        `echo_db` is how much louder than we play it.
        """
        missing = [name for name in NEEDED if shutil.which(name) is None]
        if missing:
            raise NoSoundServer(
                f"These programs are missing: {', '.join(missing)}. Install the "
                "system's packages pulseaudio and pulseaudio-utils; only this "
                "measurement needs them."
            )
        self._folder = Path(tempfile.mkdtemp(prefix="backtalk-sound-"))
        self._playing: list[subprocess.Popen[bytes]] = []
        self._server = subprocess.Popen(
            [*SERVER, *_modules(self._folder / "native")],
            env={**self.environment, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait_until_ready()
        if echo_ms is not None:
            self._control(
                "load-module",
                "module-loopback",
                f"source={SPEAKER}.monitor",
                f"sink={ROOM}",
                f"latency_msec={echo_ms}",
            )
            # It is the only thing that plays by now.
            self._control("set-sink-input-volume", "0", f"{echo_db:g}dB")

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the environment in which a program finds these devices."""
        folder = str(self._folder)
        return {
            **os.environ,
            "HOME": folder,
            "XDG_RUNTIME_DIR": folder,
            "PULSE_SERVER": f"unix:{folder}/native",
        }

    def play(self, pcm: bytes) -> "subprocess.Popen[bytes]":
        """Let `pcm` sound in the room, from now on."""
        player = subprocess.Popen(
            ["pacat", "--playback", f"--device={ROOM}", "--latency-msec=20", *RAW],
            stdin=subprocess.PIPE,
            env=self.environment,
        )
        threading.Thread(target=_hand_over, args=(player, pcm), daemon=True).start()
        self._playing = [p for p in self._playing if p.poll() is None] + [player]
        return player

    def record(self, sink: str) -> "Recording":
        """Record everything that is played to `sink`, from now on."""
        return Recording(self.environment, f"{sink}.monitor")

    def close(self) -> None:
        """End the server and everything that plays."""
        for process in (*self._playing, self._server):
            process.kill()
            process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            if self._control("info") == 0:
                return
            time.sleep(0.1)
        self.close()
        raise NoSoundServer("PulseAudio does not start here.")

    def _control(self, *arguments: str) -> int:
        done = subprocess.run(
            ["pactl", *arguments], env=self.environment, capture_output=True
        )
        return done.returncode


class Recording:
    """What a sink plays, with the time of its first sample."""

    def __init__(self, environment: Mapping[str, str], source: str) -> None:
        """Start recording `source`."""
        self.pcm = bytearray()
        self._came: list[tuple[float, int]] = []
        """When a piece came, and how many samples there were with it."""
        self._process = subprocess.Popen(
            ["pacat", "--record", f"--device={source}", "--latency-msec=10", *RAW],
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the recording."""
        self._process.kill()
        self._process.wait()
        self._thread.join()

    def samples(self, begin: float, end: float) -> "array[int]":
        """Return the samples between two moments of `time.perf_counter`."""
        found = array("h")
        began = self._began_at(begin)
        first, last = (
            2 * max(0, round((at - began) * SAMPLE_RATE)) for at in (begin, end)
        )
        whole = bytes(self.pcm[first:last])
        found.frombytes(whole[: len(whole) // 2 * 2])
        return found

    def _began_at(self, near: float) -> float:
        """Return when the first sample sounded, as the soonest piece implies.

        Only pieces of the next seconds are asked: a server that was not let run loses
        sound, and all that follows seems to have begun later.
        """
        segments = [p for p in self._came if near <= p[0] <= near + ALIGNED_BY]
        return min(
            came - samples / SAMPLE_RATE for came, samples in segments or self._came
        )

    def _take(self) -> None:
        assert self._process.stdout is not None
        while piece := self._process.stdout.read1(4096):
            self.pcm += piece
            self._came.append((time.perf_counter(), len(self.pcm) // 2))


def _modules(socket: Path) -> list[str]:
    loaded = [
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        _sink(SPEAKER, LOUDSPEAKER),
        _sink(ROOM, "Room"),
        f"module-remap-source master={ROOM}.monitor source_name=vmic "
        f"source_properties=device.description={MICROPHONE}",
    ]
    return [part for module in loaded for part in ("-L", module)]


def _sink(name: str, shown: str) -> str:
    return (
        f"module-null-sink sink_name={name} channels=1 rate={SAMPLE_RATE} "
        f"sink_properties=device.description={shown}"
    )


def _hand_over(player: "subprocess.Popen[bytes]", pcm: bytes) -> None:
    assert player.stdin is not None
    try:
        player.stdin.write(pcm)
        player.stdin.close()
    except BrokenPipeError:
        return  # the talk is over, and the room with it
