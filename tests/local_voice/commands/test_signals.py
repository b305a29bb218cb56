"""The command and its signals: Ctrl-C, SIGTERM, a kill, a full disk, a closed pipe."""

import os
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest

pytestmark = pytest.mark.audio


class Running:
    """A typed talk in mid-question, with its standard input open."""

    def __init__(self, folder, environment):
        """Start it and wait for the first question."""
        self.process = subprocess.Popen(
            # The recorded voice starts no engine that could be left behind.
            [
                *(sys.executable, "-m", "local_voice", "--voice", "espeak"),
                *("--typed", "--out", "talk.wav"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment,
        )
        self.said = b""
        while b"[listening]" not in self.said:
            self.said += self.process.stdout.read1(1000)
        self.children = children_of(self.process.pid)

    def ended(self) -> tuple[int, str]:
        """Return exit code and all that was said, within a few seconds."""
        rest, told = self.process.communicate(timeout=10)
        assert b"Traceback" not in told
        return self.process.returncode, (self.said + rest).decode()


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` has started."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            stat = (folder / "stat").read_text("utf-8")
        except OSError:
            continue
        after = stat.rpartition(")")[2].split()
        if folder.name.isdecimal() and int(after[1]) == pid:
            found.append(int(folder.name))
    return found


@pytest.fixture
def running(tmp_path):
    """Return a talk that is under way."""
    from local_voice.asr.model_files import SHIPPED

    environment = {**os.environ, "PYTHONPATH": str(SHIPPED.parents[2])}
    talk = Running(tmp_path, environment)
    yield talk
    talk.process.kill()
    talk.process.wait()


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
def test_ctrl_c_is_a_stop(running):
    """The talk ends with its closing words, the recording is readable."""
    running.process.send_signal(signal.SIGINT)
    code, said = running.ended()
    assert 0 == code
    assert "Okay, I will stop" in " ".join(said.split())


@linux
def test_ctrl_c_twice_ends_at_once(running):
    """The second one does not wait for anything."""
    os.kill(running.process.pid, signal.SIGSTOP)
    running.process.send_signal(signal.SIGINT)
    os.kill(running.process.pid, signal.SIGCONT)
    running.process.send_signal(signal.SIGINT)
    code, _ = running.ended()
    assert code in (0, 130)


@linux
def test_termination_names_the_emergency_number(running, tmp_path):
    """SIGTERM: the closing words in writing, exit code 143, no child left."""
    began = time.monotonic()
    running.process.terminate()
    code, said = running.ended()
    assert 143 == code
    assert "911" in said.split("Back Talk:")[-1]
    assert time.monotonic() - began < 3
    assert running.children
    for child in running.children:
        assert not Path(f"/proc/{child}").exists()
    with wave.open(str(tmp_path / "talk.wav")) as file:
        assert file.getnframes() > 0


@linux
def test_a_killed_program_leaves_no_child(running):
    """Even without a chance to tidy up, the engines go with it."""
    running.process.kill()
    running.process.wait()
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{c}").exists() for c in running.children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@linux
def test_a_file_that_is_there_is_refused_before_the_talk(command, tmp_path):
    """Also a device and a link: nothing is written over."""
    (tmp_path / "mine.wav").write_bytes(b"mine")
    (tmp_path / "link.wav").symlink_to("mine.wav")
    for name in ("mine.wav", "link.wav", "/dev/null"):
        run = command("--typed", "--out", name, stdin=b"yes\n")
        assert 2 == run.returncode
        assert b"something of this name" in run.stderr
        assert b"Back Talk for" not in run.stdout
    assert b"mine" == (tmp_path / "mine.wav").read_bytes()


def test_a_closed_reader_of_our_words_is_no_traceback(tmp_path):
    """`... | head -1` ends without an error on the console."""
    from local_voice.asr.model_files import SHIPPED

    environment = {**os.environ, "PYTHONPATH": str(SHIPPED.parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-m", "local_voice", "--typed", "--mute"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
    )
    process.stdout.close()
    process.stdin.write(b"no\nno\nyes\n")
    process.stdin.close()
    assert b"Traceback" not in process.stderr.read()
    process.wait(timeout=20)
