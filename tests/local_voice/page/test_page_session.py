"""Whole talks over the page: by hand alone, by voice and hand, opened twice, closed."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from helpers.fakes import RecordingSynthesizer, SilentSpeaker
from helpers.visitor import PATIENCE, Visitor, is_closed

from dialogue.engine.events import Answered, Help
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from local_voice.asr.listener import Utterance
from local_voice.audio import devices
from local_voice.audio.interfaces import Playback
from local_voice.commands.exit_codes import NO_PAGE, LocalVoiceProblem
from local_voice.commands.talk import open_page
from local_voice.page.entry_file import get_entry_file
from local_voice.page.server import Page
from local_voice.session import standby
from local_voice.session.audio import SessionAudio
from local_voice.session.events import ListeningStarted, ResponseStarted
from local_voice.session.listeners import ManualInput
from local_voice.session.session import VoiceSession
from local_voice.tts.speech import SpeechOutput

CONTENT = load_content(clinic="roseville")


class Ear:
    """Hears what is put into it, and gives way to hands."""

    def __init__(self):
        """Begin with nothing said."""
        self.lines = queue.Queue()

    def prepare(self, state):
        """Nothing to prepare."""

    def listen(self, at, patience=None, interrupted=lambda: False, ended=None):
        """Return the next line."""
        while not interrupted():
            try:
                return Utterance(self.lines.get(timeout=0.01))
            except queue.Empty:
                continue
        return None


class SlowSpeaker(SilentSpeaker):
    """Plays until it is stopped, and notes whether it was."""

    def __init__(self):
        """Begin silent."""
        super().__init__()
        self.stopped = threading.Event()
        self.cut = []

    def play(self, audio):
        """Play for half a second, or until `stop`."""
        self.stopped.clear()
        self.cut.append(self.stopped.wait(0.5))
        return Playback(0, 0, self.cut[-1])

    def stop(self):
        """Fall silent."""
        self.stopped.set()


class Talk:
    """A talk in a thread, with its page."""

    def __init__(self, listener=None, speaker=None):
        """Begin to talk."""
        self.page = Page(CONTENT, lambda line: None, port=0)
        self.ear = listener or ManualInput()
        self.happened = []
        self.session = VoiceSession(
            content=CONTENT,
            listener=self.ear,
            output=SpeechOutput(RecordingSynthesizer(), speaker or SilentSpeaker()),
            audio=SessionAudio(),
            now=lambda: None,
            event_listeners=(self.happened.append, self.page.show_event),
            has_buttons=self.page.has_visitors,
            signals=False,
        )
        self.page.connect(self.session)
        self.thread = threading.Thread(
            target=standby.run_session,
            args=(self.session,),
            kwargs={"stay": True},
            daemon=True,
        )
        self.visitors = []

    def visit(self):
        """Open the page and wait until it asks."""
        visitor = Visitor(self.page.entry_url)
        self.visitors.append(visitor)
        if not self.thread.is_alive():
            self.thread.start()
        visitor.until(lambda view: view["phase"] in ("waiting", "listening"))
        return visitor

    def close(self):
        """End everything: the talk, and the rest after it."""
        while self.thread.is_alive():
            self.session.receive(None)
            self.thread.join(0.05)
        self.page.close()
        for visitor in self.visitors:
            visitor.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Let a press count soon after a question appears."""
    monkeypatch.setattr("local_voice.page.buttons.SETTLING", 0.02)


@pytest.fixture
def talk():
    """Return a function that begins a talk with a page."""
    talks = []

    def begin(**more):
        talks.append(Talk(**more))
        return talks[-1]

    yield begin
    for each in talks:
        each.close()
        assert not each.thread.is_alive()
        assert is_closed(each.page.url)


def test_a_person_who_cannot_speak_holds_the_whole_talk(talk):
    """By presses alone: every question, every step, and then another talk."""
    visitor = talk().visit()
    pressed = 0
    while "next" not in visitor.view["buttons"]:
        buttons = visitor.view["buttons"]
        offered = "unsure" not in buttons
        visitor.answer("yes" if offered or "started" in str(buttons) else "no")
        pressed += 1
        assert pressed < 30
    assert visitor.view["steps"]
    while "next" in visitor.view["buttons"]:
        visitor.answer("next")
    assert "Goodbye" in visitor.text()
    visitor.until(lambda view: view["buttons"] == ["start"])
    visitor.answer("start")
    assert "I cannot diagnose" in visitor.text()
    assert () == tuple(visitor.view["steps"])
    visitor.answer("yes")
    assert "emergency" == visitor.view["tone"]


def test_asking_beside_the_question_works_too(talk):
    """Help, again and back do what their words do."""
    visitor = talk().visit()
    visitor.answer("help")
    assert "You can say yes, no, not sure" in visitor.text()
    visitor.answer("repeat")
    assert "does your chest hurt" in visitor.text()
    visitor.answer("no")
    visitor.answer("back")
    assert "does your chest hurt" in visitor.text()
    visitor.answer("stop")
    assert "911" in visitor.text()
    visitor.until(lambda view: view["buttons"] == ["start"])


def test_the_page_opened_twice_shows_both_and_counts_once(talk):
    """Both are live; the second press for the same question is told that it is late."""
    begun = talk()
    one, other = begun.visit(), begun.visit()
    turn = one.view["turn"]
    assert 202 == one.press("no", turn)
    assert 409 == other.press("yes", turn)
    for visitor in (one, other):
        visitor.until(lambda view: view["turn"] == turn + 1)
        assert "You pressed: No" == visitor.view["you"]


def test_a_spoken_answer_that_came_first_counts(talk):
    """The page says which; the press for that question comes too late."""
    begun = talk(listener=Ear())
    visitor = begun.visit()
    turn = visitor.view["turn"]
    begun.ear.lines.put("no")
    visitor.until(lambda view: view["turn"] == turn + 1)
    assert "You said: no" == visitor.view["you"]
    assert 409 == visitor.press("yes", turn)
    visitor.until(lambda view: view["phase"] == "listening")
    assert "calm" == visitor.view["tone"]


def test_a_press_while_we_speak_silences_us_and_counts(talk):
    """Whoever has read the question need not hear it to its end."""
    speaker = SlowSpeaker()
    begun = talk(speaker=speaker)
    visitor = begun.visit()
    assert 202 == visitor.press("no")
    visitor.until(lambda view: view["turn"] == 2 and view["phase"] == "speaking")
    speaker.cut.clear()
    begun.session.receive(Answered(Answer.YES), 2)
    visitor.until(lambda view: view["tone"] == "emergency")
    assert True is speaker.cut[0]


def test_voice_and_hand_at_once_never_answer_two_questions(talk):
    """Fifty races: each turn takes one answer, whichever came first."""
    begun = talk(listener=Ear())
    races = queue.Queue()

    def race(session_event):
        # Both at the moment of listening: the loop takes one of them.
        if isinstance(session_event, ListeningStarted) and races.qsize() < 50:
            races.put(begun.session.turn)
            turn = begun.session.turn
            presses = threading.Thread(
                target=begun.session.receive, args=(Help(), turn)
            )
            presses.start()
            begun.ear.lines.put("say that again")
            presses.join()

    begun.session.add_event_listener(race)
    visitor = begun.visit()
    visitor.until(lambda view: view["turn"] >= 20)
    asked = [h for h in begun.happened if isinstance(h, ResponseStarted)]
    assert [h.turn for h in asked] == list(range(1, len(asked) + 1))


def test_open_pages_keep_a_silent_talk_open(talk):
    """By hand nobody is hurried; when the page is closed, silence counts again."""
    begun = talk(listener=Ear())
    visitor = begun.visit()
    assert begun.session.responder.has_buttons()
    for _ in range(4):
        begun.ear.lines.put("")
    visitor.until(lambda view: view["you"] == "I heard nothing.")
    visitor.until(lambda view: view["phase"] == "listening")
    assert "ended" != visitor.view["phase"]


def test_the_end_of_the_program_is_shown(talk):
    """Open pages get the goodbye, so that they do not take it for a lost connection."""
    begun = talk()
    visitor = begun.visit()
    begun.session.close_in_writing()
    begun.page.close()
    while visitor.read() is not None:
        pass
    assert visitor.over
    assert "911" in visitor.text()
    assert "ended" == visitor.view["phase"]


def test_a_page_needs_a_free_port():
    """One sentence with the remedy, before any talk begins."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalVoiceProblem) as problem:
            open_page("127.0.0.1", port, CONTENT, lambda line: None)
    assert NO_PAGE == problem.value.code
    assert f"port {port}" in str(problem.value)
    assert "--page-port" in str(problem.value)


@pytest.mark.parametrize("address", ["203.0.113.7", "no such host", "999.1.1.1"])
def test_an_address_of_another_computer_is_refused(address):
    """The same sentence."""
    with pytest.raises(LocalVoiceProblem) as problem:
        open_page(address, 0, CONTENT, lambda line: None)
    assert NO_PAGE == problem.value.code


def test_a_page_for_others_tells_a_code():
    """On loopback there is none; its address carries no key."""
    told = []
    page = Page(CONTENT, told.append, "0.0.0.0", 0)
    try:
        assert told[0] == f"Page: {page.entry_url}"
        assert page.guard.key not in told[1]
        assert str(page.port) in told[1]
        assert re.match(r"Code for the page: \d{3} \d{3} \(works once", told[2])
        assert 200 == Visitor(page.entry_url)._stream.status
    finally:
        page.close()


def _build_path(folder):
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])


class Started:
    """The command with a page, no microphone and no sound."""

    def __init__(self, folder, *options):
        """Start it and open its page."""
        from local_voice.asr.model_files import SHIPPED

        given = ("--page", "--page-port", "0", "--no-microphone", "--mute", *options)
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "local_voice", *given],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": _build_path(SHIPPED.parents[2])},
        )
        line = self.process.stdout.readline().decode()
        self.url = re.search(r"Page: (\S+)", line)[1]
        self.visitor = Visitor(self.url)
        self.visitor.until(lambda view: view["phase"] == "waiting")

    def ended(self):
        """Return exit code and what was said, once it is over."""
        out, told = self.process.communicate(timeout=PATIENCE)
        assert b"Traceback" not in told, told.decode()
        return self.process.returncode, out.decode()


@pytest.fixture
def started(tmp_path):
    """Return the running command."""
    run = Started(tmp_path)
    yield run
    run.process.kill()
    run.process.communicate()


def test_ctrl_c_ends_talk_and_page(started):
    """In mid-talk a stop: the closing words are on the page; once more ends it all."""
    started.process.send_signal(signal.SIGINT)
    started.visitor.until(lambda view: view["buttons"] == ["start"])
    assert "911" in started.visitor.text()
    started.process.send_signal(signal.SIGINT)
    while started.visitor.read() is not None:
        pass
    assert "911" in started.visitor.text()
    code, _ = started.ended()
    assert 130 == code
    assert is_closed(started.url)


def test_ctrl_c_between_two_talks_is_a_usual_end(started):
    """The talk was over: nothing is cut short."""
    started.visitor.answer("stop")
    started.visitor.until(lambda view: view["buttons"] == ["start"])
    started.process.send_signal(signal.SIGINT)
    assert 0 == started.ended()[0]
    assert is_closed(started.url)


def test_termination_ends_talk_and_page_with_the_number(started):
    """SIGTERM: the closing words reach the page before it goes."""
    started.process.terminate()
    while started.visitor.read() is not None:
        pass
    assert "911" in started.visitor.text()
    code, said = started.ended()
    assert 143 == code
    assert "911" in " ".join(said.split()).split("Back Talk:")[-1]
    assert is_closed(started.url)


def test_a_taken_port_is_exit_code_9(command):
    """One sentence, and no talk was begun."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = command("--page", "--page-port", port, "--no-microphone", "--mute")
    assert 9 == run.returncode
    assert "--page-port" in run.stderr.decode()
    assert b"Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--no-microphone",), "--page"),
        (("--page", "--page-port", "99999"), "65535"),
        (("--page", "--page-port", "http"), "65535"),
    ],
)
def test_wrong_options_of_the_page_are_told(command, options, word):
    """Exit code 2, and the rule."""
    run = command(*options)
    assert 2 == run.returncode
    assert word in run.stderr.decode()


def test_a_missing_microphone_leaves_the_page(monkeypatch, tmp_path, capsys):
    """Where there is none, the page alone holds the talk, and the console says so."""
    from local_voice import __main__ as commands

    monkeypatch.setattr(
        devices, "find_devices", lambda: devices.Devices("Null", (), ())
    )
    monkeypatch.setattr(commands, "_run_session", lambda session, **how: None)
    assert 0 == commands.main(["--page", "--page-port", "0"])
    said = capsys.readouterr().out
    assert "Microphone: none, answers come by the page and by keys" in said
    assert "no loudspeaker here" in said


def test_the_page_stands_beside_a_live_talk(monkeypatch, tmp_path, capsys):
    """Microphone and page together: open, silence does not end it; a press does."""
    from local_voice import __main__ as commands

    def with_ears(context):
        listener = Ear()
        for _ in range(3):
            listener.lines.put("")
        output = SpeechOutput(RecordingSynthesizer(), SilentSpeaker())
        return context.build_session(listener, output)

    one = (devices.Device(1, "Headset", None),)
    monkeypatch.setattr(
        devices, "find_devices", lambda: devices.Devices("ALSA", one, one)
    )
    monkeypatch.setattr(commands.live_talk, "build_live_session", with_ears)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    seen, folder = [], tmp_path / "run"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))

    def visit():
        file = get_entry_file(folder / "backtalk", port)
        visitor = Visitor(re.search(r'href="([^"]+)"', file.read_text())[1])
        visitor.until(lambda view: view["you"] == "I heard nothing.")
        while visitor.press("stop") == 409:  # a later silence has moved the talk on
            visitor.read()
        visitor.until(lambda view: view["buttons"] == ["start"])
        seen.append(visitor.text())

    run = _after_visit_begins(commands._run_session, visit)
    monkeypatch.setattr(commands, "_run_session", run)
    assert 0 == commands.main(["--page", "--page-port", str(port)])
    assert "911" in seen[0]
    assert "Page: http" in capsys.readouterr().out


def _after_visit_begins(run, visit):
    """Return `run`, with a visitor who comes as the talk begins, and ends it."""

    def come():
        try:
            visit()
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    def begin(session, **how):
        threading.Thread(target=come, daemon=True).start()
        while not session.responder.has_buttons():
            time.sleep(0.01)
        return run(session, **how)

    return begin
