"""Lying down: a voice that is slower or louder, pauses, and the ice timer."""

import pytest
from helpers.fakes import RecordingSynthesizer, SilentSpeaker
from helpers.offline_session import (
    Lines,
    list_answers,
    list_prompt_keys,
    list_user_events,
    make_session,
)

from dialogue.engine.events import Answered, NoInput, Repeat, Stop
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import OFFER_TIMER
from local_voice.asr.listener import Utterance
from local_voice.audio import tones
from local_voice.session.events import (
    PushToTalk,
    ResponseStarted,
    SessionWarning,
    TimerEnded,
    TimerUpdated,
    VoiceChanged,
)
from local_voice.session.ice_timer import ICE_SECONDS, IceTimer
from local_voice.session.input import PAUSES
from local_voice.session.standby import run_session
from local_voice.tts.speech import SpeechOutput, VoiceAdjustment

FRESH = ("adult", "started_within_three_days", "hard_effort")
"""A yes to these leads to the ice steps and to the offer of the timer."""


class Clock:
    """Time that is moved by hand, or by waiting."""

    def __init__(self):
        """Begin somewhere."""
        self.now = 500.0

    def __call__(self):
        """Return the seconds."""
        return self.now

    def wait(self, seconds):
        """Let them pass."""
        self.now += seconds


@pytest.fixture
def to_the_offer(content):
    """Return the answers up to the offer of the timer."""
    return list_answers(content.protocol, *FRESH, until=OFFER_TIMER)


@pytest.fixture
def clock():
    """Return the only clock of a timer."""
    return Clock()


def with_timer(content, clock, *script, **more):
    """Return a talk that offers the ice timer on `clock`."""
    session, happened = make_session(content, *script, timer=IceTimer((clock,)), **more)
    session.audio.on_wait = clock.wait
    return session, happened


@pytest.mark.parametrize(
    ("words", "rate", "volume"),
    [
        ("slower", 130, 0.0),
        ("um speak more slowly please", 130, 0.0),
        ("faster", 170, 0.0),
        ("louder", 150, 3.0),
        ("turn it down", 150, -3.0),
    ],
)
def test_a_word_changes_our_voice_and_we_say_it_again(content, words, rate, volume):
    """Slower, faster, louder, quieter: the question again, with the other voice."""
    session, happened = make_session(content, words, "yes")
    session.run()
    assert VoiceChanged(rate, volume) in happened
    assert [Repeat(), Answered(Answer.YES)] == list_user_events(happened)
    assert ("ask.chest_pain",) == list_prompt_keys(happened)[1]


def test_a_key_changes_our_voice_too(content):
    """The keys for slower and louder do what the words do."""
    session, happened = make_session(content, "yes")
    session.inputs.put(VoiceAdjustment.SLOWER)
    session.run()
    assert VoiceChanged(130, 0.0) in happened
    assert [Repeat(), Answered(Answer.YES)] == list_user_events(happened)


def test_no_change_of_our_voice_uses_up_a_try(content):
    """Five times louder, and the question is asked as it was."""
    session, happened = make_session(content, *["louder"] * 5, "yes")
    assert "emergency" == session.run().disposition
    assert [("ask.chest_pain",)] * 5 == list_prompt_keys(happened)[1:6]


def test_the_voice_stays_within_its_limits():
    """A hundred times slower and louder is the slowest and the loudest."""
    output = SpeechOutput(RecordingSynthesizer(), SilentSpeaker())
    for how in (VoiceAdjustment.SLOWER, VoiceAdjustment.LOUDER):
        for _ in range(100):
            output.adjust(how)
    assert (100, 9.0) == (output.rate, output.volume)
    for how in (VoiceAdjustment.FASTER, VoiceAdjustment.QUIETER):
        for _ in range(100):
            output.adjust(how)
    assert (260, -12.0) == (output.rate, output.volume)


def test_a_muted_talk_can_be_asked_to_speak_up():
    """Without a voice there is nothing to change, and nothing breaks."""
    output = SpeechOutput(None, SilentSpeaker())
    output.adjust(VoiceAdjustment.SLOWER)
    output.adjust(VoiceAdjustment.LOUDER)
    assert 0 == output.rate


def test_a_pause_lasts_as_long_as_the_person_needs(content):
    """Minutes of silence after "hang on" are no silence: a soft signal each minute."""
    session, happened = make_session(content, "hang on", *[""] * 12, "yes")
    assert "emergency" == session.run().disposition
    assert [Answered(Answer.YES)] == list_user_events(happened)[1:]
    signals = [a for a in session.output.speaker.played if a == tones.LISTENING]
    assert 12 == len(signals)


def test_talk_in_the_room_does_not_end_a_pause(content):
    """What is not for us is not answered; "I'm ready" asks the question again."""
    session, happened = make_session(
        content, "hang on", "marmalade", "no [unk]", "", "i'm ready", "yes"
    )
    session.run()
    assert [Repeat(), Answered(Answer.YES)] == list_user_events(happened)[1:]
    assert "retry.no_match" not in sum(list_prompt_keys(happened), ())


def test_even_a_pause_ends_one_day(content):
    """After half an hour the question is asked again, then the talk ends."""
    session, happened = make_session(content, "hang on", *[""] * (PAUSES + 2))
    session.run()
    assert [NoInput(), NoInput()] == list_user_events(happened)[1:]


def test_push_to_talk_while_listening_ends_the_utterance(content):
    """The big key tells the ear that the answer is over; it is no event itself."""
    session, happened = make_session(content, "yes")
    asked = []

    def listen(*given, play=session.listener.listen):
        session.receive(PushToTalk.PRESSED)
        asked.append((given[3](), given[3]()))
        return play(*given)

    session.listener.listen = listen
    session.run()
    assert [(True, False)] == asked
    assert [Answered(Answer.YES)] == list_user_events(happened)


def test_push_to_talk_while_we_speak_silences_us(content):
    """The big key stops our words and opens the gate; the question stays."""
    session, happened = make_session(content, "yes")
    session.add_event_listener(
        lambda h: (
            isinstance(h, ResponseStarted)
            and h.turn == 1
            and session.receive(PushToTalk.PRESSED)
        )
    )
    session.run()
    assert 1 == session.output.speaker.stopped
    assert [Answered(Answer.YES)] == list_user_events(happened)


def test_being_ill_heard_twice_is_told_aloud(content):
    """A faint first answer is a caption; the second in a row is said, too."""
    faint = Utterance("no", pcm=b"\x05\x00" * 100)
    session, happened = make_session(content, faint, faint, "yes")
    session.run()
    assert ("sound.faint", "ask.numb_bottom") == list_prompt_keys(happened)[2]
    assert 2 == sum(isinstance(h, SessionWarning) for h in happened)


def test_the_ice_timer_speaks_in_mid_question(content, clock, to_the_offer):
    """When the time is up the talk is broken off to say so, and goes on."""

    def later(listener, line):
        if line == "(later)":
            clock.wait(ICE_SECONDS)
            return None
        return Utterance(line)

    script = [*to_the_offer, "yes", "say that again", "(later)", "stop"]
    listener = Lines(*script, make=later)
    session, happened = with_timer(content, clock, listener=listener)
    session.run()
    at = next(
        n for n, keys in enumerate(list_prompt_keys(happened)) if "timer.end" in keys
    )
    assert ("timer.end", "reading.menu") == list_prompt_keys(happened)[at]
    assert [TimerEnded(cancelled=False)] == timers(happened)[-1:]
    assert Stop() == list_user_events(happened)[-1]
    assert not session.timer.running


def test_the_ice_timer_outlives_the_talk(content, clock, to_the_offer):
    """After the goodbye we stay, with the microphone off, and say when it is over."""
    session, happened = with_timer(content, clock, *to_the_offer, "yes", "stop")
    began = clock.now
    run_session(session)
    assert ICE_SECONDS == clock.now - began
    assert ("timer.end",) == list_prompt_keys(happened)[-1]
    assert [False] == session.audio.turned
    minutes = [h.left / 60 for h in happened if isinstance(h, TimerUpdated)]
    assert list(range(20, 0, -1)) == sorted(set(minutes), reverse=True)


def test_time_passes_whatever_a_clock_rounds(content, clock, to_the_offer):
    """A rest of a millionth of a second neither hangs us nor costs a minute."""
    session, happened = with_timer(content, clock, *to_the_offer, "yes", "stop")
    session.audio.on_wait = lambda seconds: clock.wait(round(seconds, 1) - 1e-6)
    began = clock.now
    run_session(session)
    assert ICE_SECONDS == pytest.approx(clock.now - began, abs=0.2)
    minutes = [-(-h.left // 60) for h in happened if isinstance(h, TimerUpdated)]
    assert 20 == len(set(minutes))


def test_a_second_stop_ends_the_timer(content, clock, to_the_offer):
    """Who presses q again wants to end everything: no timer, no more words."""
    session, happened = with_timer(content, clock, *to_the_offer, "yes", "stop")
    session.audio.on_wait = lambda seconds: session.inputs.put(Stop())
    run_session(session)
    assert [TimerEnded(cancelled=True)] == timers(happened)[-1:]
    assert ("timer.end",) != list_prompt_keys(happened)[-1]


def test_an_emergency_cancels_the_ice(content, clock, to_the_offer):
    """With a danger sign nobody goes on lying there with ice."""
    script = [*to_the_offer, "yes", "i can't pee"]
    session, happened = with_timer(content, clock, *script)
    assert "emergency" == run_session(session).disposition
    assert TimerEnded(cancelled=True) in happened
    assert ("emergency.say",) == list_prompt_keys(happened)[-1]


def test_starting_over_does_not_touch_the_ice(content, clock, to_the_offer):
    """The timer runs on, and it is not offered a second time."""
    script = [*to_the_offer, "yes", "start over", *to_the_offer, "stop"]
    session, happened = with_timer(content, clock, *script)
    session.run()
    assert 1 == sum("timer.offer" in keys for keys in list_prompt_keys(happened))
    assert session.timer.running


def test_a_timer_that_could_not_speak_is_not_started(content, clock, to_the_offer):
    """If its last words cannot be made, the person is told to use a clock."""
    voice = RecordingSynthesizer(fails_on="Take the ice off")
    script = [*to_the_offer, "yes", "stop"]
    session, happened = with_timer(content, clock, *script, voice=voice)
    run_session(session)
    assert any("timer.failed" in keys for keys in list_prompt_keys(happened))
    assert not any("timer.start" in keys for keys in list_prompt_keys(happened))
    assert [] == timers(happened)


def timers(happened):
    """Return what was told about the end of a timer, or its start."""
    return [h for h in happened if isinstance(h, TimerUpdated | TimerEnded)]
