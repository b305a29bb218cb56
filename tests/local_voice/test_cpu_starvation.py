"""An engine that is not let run is waited for; one that hangs is not."""

import os
import signal
import sys
import threading
import time

import pytest

from local_voice import worker_process
from local_voice.asr.vosk_recognizer import VoskRecognizer
from local_voice.worker_process import get_runnable_threads, is_starved

pytestmark = [
    pytest.mark.audio,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells"),
]
LOOK, HALF = 0.2, 10
"""Seconds, and half of them in ticks of a hundredth."""


@pytest.fixture
def hearing(ear):
    """Return a recogniser that has begun to listen."""
    made = VoskRecognizer(str(ear.model.folder))
    made.begin(("yes", "no"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({}, {}, False),
        ({"1": 7}, {}, False),
        ({"1": 7}, {"2": 7}, False),
        ({"1": 7}, {"1": 7}, True),
        ({"1": 7}, {"1": 7 + HALF - 1}, True),
        ({"1": 7}, {"1": 7 + HALF}, False),
        ({"1": 7, "2": 7}, {"1": 7, "2": 7 + 2 * HALF}, True),
    ],
)
def test_who_wants_to_run_and_does_not_is_starved(before, after, wanted):
    """It waits for a processor in both looks and ran less than half of the time."""
    assert wanted is is_starved(before, after, LOOK)


def test_a_thread_that_works_is_runnable_and_one_that_waits_is_not():
    """As the system tells it of this process."""
    over, names = threading.Event(), {}

    def work():
        names["works"] = str(threading.get_native_id())
        while not over.is_set():
            sum(range(1000))

    def wait():
        names["waits"] = str(threading.get_native_id())
        over.wait()

    threads = [threading.Thread(target=each) for each in (work, wait)]
    for thread in threads:
        thread.start()
    try:
        # One look may fall into the moment in which it waits for our own lock.
        looks = [
            get_runnable_threads(os.getpid()) for _ in range(50) if not time.sleep(0.01)
        ]
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert sum(names["works"] in look for look in looks) > len(looks) / 2
    assert 0 == sum(names["waits"] in look for look in looks)


def test_nobody_is_runnable_where_the_system_does_not_tell():
    """A process that is gone, or a system without these files."""
    assert {} == get_runnable_threads(2**22 + 1)


def test_a_starved_ear_is_waited_for(hearing, monkeypatch):
    """It goes on after twice its deadline, and nothing was lost or restarted."""
    monkeypatch.setattr(worker_process, "is_starved", lambda *looks: True)
    child = hearing.pid
    os.kill(child, signal.SIGSTOP)
    threading.Timer(2, os.kill, (child, signal.SIGCONT)).start()
    assert "" == hearing.feed(bytes(1024))
    assert (child, 0) == (hearing.pid, hearing.restarts)


def test_an_ear_is_not_waited_for_without_end(hearing, monkeypatch):
    """Starved for longer than a person waits, it is replaced as well."""
    monkeypatch.setattr(worker_process, "is_starved", lambda *looks: True)
    monkeypatch.setattr(worker_process, "MOST_STARVED", 0.5)
    os.kill(hearing.pid, signal.SIGSTOP)
    began = time.monotonic()
    hearing.feed(bytes(1024))
    assert 1 == hearing.restarts
    assert 1.5 < time.monotonic() - began < 5
