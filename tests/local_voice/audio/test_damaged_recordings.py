"""Foreign recordings: decoded in a child, which may end without ending the session."""

import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from helpers.sounds import write_wav
from sound_fuzz.__main__ import run
from sound_fuzz.mutations import (
    KINDS,
    SEEDS,
    build_file,
    find_flac_frames,
    load_seeds,
    mend_flac_checksums,
)

from local_voice.audio import audio_files
from local_voice.audio.audio_files import stream_audio
from local_voice.audio.decoder import MOST_MEMORY, DecoderProcess
from local_voice.audio.interfaces import AudioError
from local_voice.audio.simulated_people import (
    BEFORE_SPEAKING,
    LONGEST_LINE,
    RecordedPerson,
    build_recorded_voice,
)
from local_voice.worker_process import EngineError, EngineProcess, Message

FILES = 1000
"""Damaged files of each kind; `make fuzz-sound` takes a hundred thousand."""
ENDS = """
import os, time
from local_voice.audio import decoder_engine
from local_voice.worker_process import Message, serve
real = decoder_engine._Decoder().handle
def handle(request):
    path, at = os.path.basename(request.value[1]), request.value[3]
    if os.environ.get("FRAIL", "crash") in path and at >= ("later" in path):
        os.abort()
    if "hang" in path:
        time.sleep(600)
    return real(request)
serve(lambda: (Message(), handle))
"""


@pytest.fixture
def frail_decoder(tmp_path, monkeypatch):
    """Take a decoder that crashes and hangs, at files of that name."""
    (tmp_path / "frail.py").write_text(ENDS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = DecoderProcess()
    made._engine = EngineProcess("frail", [])
    monkeypatch.setattr(audio_files, "decoder", made)
    yield made
    made.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_recordings_do_no_harm(kind, tmp_path):
    """Decoded or refused, never anything else; sound files stay sound."""
    result = run(kind, FILES, 7, tmp_path)
    print(result)
    assert ([], []) == (result.failures, result.ended)
    assert FILES == sum(result.outcomes.values())
    assert result.outcomes["decoded"] > FILES / 3
    assert result.outcomes["refused"] > FILES / 100


def test_a_decoder_that_fails_is_noticed(tmp_path, monkeypatch):
    """Wrong sound, another error, a child that ends: the judge can see."""
    read = audio_files.decoder.read
    sound = itertools.count()

    def spoil(file, kind, at):
        pcm = read(file, kind, at)
        return pcm[::-1] if file.stem == "sound" and next(sound) > 2 else pcm

    monkeypatch.setattr(audio_files.decoder, "read", spoil)
    assert "wrongly" in run("wav", 5, 7, tmp_path).failures[-1][1]

    def fail(file, kind, at):
        if file.stem == "damaged":
            raise RuntimeError("not ours")
        return read(file, kind, at)

    monkeypatch.setattr(audio_files.decoder, "read", fail)
    assert "not ours" in run("wav", 5, 7, tmp_path).failures[0][1]


def test_a_child_that_ends_is_counted(tmp_path, monkeypatch, frail_decoder):
    """It is no failure of the session, but it is told."""
    monkeypatch.setattr("sound_fuzz.__main__.decoder", frail_decoder)
    monkeypatch.setenv("FRAIL", "damaged")
    result = run("wav", 2, 7, tmp_path)
    assert ([0, 1], []) == (result.ended, result.failures)


def test_damage_is_the_same_in_each_run():
    """A failure can be looked at again by its number."""
    assert build_file("flac", 3, 1) == build_file("flac", 3, 1)
    damaged = {build_file("flac", n, 1) for n in range(100)}
    assert len(damaged - set(load_seeds("flac"))) > 80
    for whole in load_seeds("flac"):
        mended = bytearray(whole)
        mend_flac_checksums(mended, find_flac_frames(whole))
        assert whole == bytes(mended)


@pytest.mark.parametrize("seed", sorted(SEEDS.iterdir()), ids=lambda path: path.name)
def test_every_coding_is_read(seed):
    """The damage starts from files that are whole."""
    assert b"".join(stream_audio(seed, 320))


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="memory of Linux")
def test_a_skip_beyond_the_end_is_no_hang():
    """An empty `fact` chunk made the decoder skip for minutes, in a memory folder."""
    whole = (SEEDS / "float.wav").read_bytes()
    fact = whole.index(b"fact") + 4
    with tempfile.NamedTemporaryFile(dir="/dev/shm", suffix=".wav") as file:
        file.write(whole[:fact] + bytes(4) + whole[fact + 4 :])
        file.flush()
        starts, began = audio_files.decoder.starts, time.monotonic()
        with pytest.raises(AudioError, match="not a recording"):
            stream_audio(file.name, 320)
    assert audio_files.decoder.starts <= starts + 1
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("name", ["answer.ogg", "answer.wav"])
def test_ogg_is_refused_under_any_name(tmp_path, name):
    """Its decoder writes past its memory, so that it never sees a file."""
    (tmp_path / name).write_bytes(b"OggS\0\2" + bytes(200))
    with pytest.raises(AudioError, match=r"OGG file.*WAV, FLAC and MP3.*Convert"):
        stream_audio(tmp_path / name, 320)


@pytest.mark.parametrize("kind", ["flac", "mp3"])
def test_a_name_does_not_choose_the_decoder(tmp_path, kind):
    """A WAV that is called otherwise is a WAV."""
    path = tmp_path / f"tone.{kind}"
    write_wav(path, 16_000, 2, 1)
    assert 8_000 == len(b"".join(stream_audio(path, 320))) // 2


def test_a_crash_and_a_hang_are_a_sentence(tmp_path, frail_decoder, monkeypatch):
    """They name the file; what comes next is decoded, and other streams go on."""
    monkeypatch.setattr("local_voice.audio.decoder.WITHIN", 0.5)
    for name in ("sound", "crash", "later_crash", "hang"):
        write_wav(tmp_path / f"{name}.wav", 16_000, 2, 1, seconds=3)
    right = b"".join(stream_audio(tmp_path / "sound.wav", 320))
    going_on = stream_audio(tmp_path / "sound.wav", 320)
    begun = next(going_on)
    for name in ("crash", "hang"):
        with pytest.raises(AudioError, match=f"{name}.wav is a damaged recording"):
            stream_audio(tmp_path / f"{name}.wav", 320)
    later = stream_audio(tmp_path / "later_crash.wav", 320)
    with pytest.raises(AudioError, match="damaged"):
        list(later)
    assert right == begun + b"".join(going_on)


def test_a_killed_decoder_is_not_noticed(tmp_path):
    """The stream goes on where it was, in another child."""
    write_wav(tmp_path / "tone.wav", 16_000, 2, 1, seconds=3)
    right = b"".join(stream_audio(tmp_path / "tone.wav", 320))
    stream = stream_audio(tmp_path / "tone.wav", 320)
    begun = next(stream)
    os.kill(audio_files.decoder.pid, signal.SIGKILL)
    assert right == begun + b"".join(stream)


def test_a_person_on_file_falls_silent_at_the_damage(tmp_path, frail_decoder):
    """The session goes on, hears nobody, and ends with the emergency number."""
    write_wav(tmp_path / "later_crash.wav", 16_000, 2, 1, seconds=3)
    person = RecordedPerson([tmp_path / "later_crash.wav"])
    person.begin_turn()
    person.read(BEFORE_SPEAKING)
    assert any(person.read(16_000))
    assert not any(person.read(32_000))


def test_a_recorded_line_without_end_is_cut(tmp_path):
    """A small file may claim hours: of one line a minute is taken."""
    write_wav(tmp_path / "no.wav", 50, 1, 1, seconds=200)
    say = build_recorded_voice(tmp_path, lambda _: None, lambda _: None)
    assert LONGEST_LINE == say("no").seconds


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of Unix")
def test_what_never_ends_is_refused(tmp_path):
    """A pipe without a writer, and a device: refused at once, never waited for."""
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path / "pipe.wav", "/dev/zero"):
        with pytest.raises(AudioError, match="no file on a disk"):
            stream_audio(path, 320)


def test_the_child_has_limits(tmp_path):
    """It has a bound in memory, and may write to no file."""
    write_wav(tmp_path / "tone.wav", 16_000, 2, 1)
    list(stream_audio(tmp_path / "tone.wav", 320))
    pid = audio_files.decoder.pid
    assert (MOST_MEMORY, MOST_MEMORY) == resource.prlimit(pid, resource.RLIMIT_AS)
    assert (0, 0) == resource.prlimit(pid, resource.RLIMIT_FSIZE)
    assert (0, 0) == resource.prlimit(pid, resource.RLIMIT_CORE)


def test_the_child_ends_with_its_parent(tmp_path):
    """A command that ends leaves none behind, killed or not."""
    write_wav(tmp_path / "tone.wav", 16_000, 2, 1)
    code = (
        "import os, sys, time\n"
        "from local_voice.audio.audio_files import decoder, stream_audio\n"
        "list(stream_audio('tone.wav', 320))\n"
        "print(decoder.pid, flush=True)\n"
        "if sys.argv[1] == 'killed': os.kill(os.getpid(), 9)\n"
    )
    for how in ("killed", "ended"):
        ran = subprocess.run(
            [sys.executable, "-c", code, how],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            timeout=60,
        )
        child = Path("/proc", ran.stdout.decode().strip())
        deadline = time.monotonic() + 5
        while child.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not child.exists()
        assert b"" == ran.stderr


def test_a_decoder_that_gives_no_audio_is_not_believed(monkeypatch, tmp_path):
    """Half a sample, or more than was asked for: the child was taken over."""
    made = DecoderProcess()
    for raw in (b"abc", bytes(64_000)):
        monkeypatch.setattr(made._engine, "start", lambda: Message())
        monkeypatch.setattr(made._engine, "ask", lambda *_, raw=raw: Message(None, raw))
        with pytest.raises(EngineError, match="no audio"):
            made.read(tmp_path / "tone.wav", "wav", 0)


@pytest.mark.audio
def test_hear_goes_on_after_a_crash(run_main, clips, tmp_path, frail_decoder):
    """The damaged file is named, the ones around it are heard, exit code 2."""
    write_wav(tmp_path / "crash.wav", 16_000, 2, 1)
    (tmp_path / "x.ogg").write_bytes(b"OggS" + bytes(100))
    good = clips["yes"][0], clips["no"][0]
    run = run_main("hear", "--json", good[0], "crash.wav", "x.ogg", good[1])
    assert 2 == run.returncode
    heard = [json.loads(line)["file"] for line in run.stdout.decode().splitlines()]
    assert list(good) == heard
    first, second = run.stderr.decode().splitlines()
    assert ("crash.wav" in first, "x.ogg" in second) == (True, True)
