"""One listening: what the ear and the detector make of blocks of sound."""

from dataclasses import replace

import pytest
from helpers.fakes import ScriptedRecognizer, SilentMicrophone

from local_voice.asr.grammar import GrammarState, build_grammars, get_all_phrases
from local_voice.asr.interfaces import RecognizerError, SoundMatch
from local_voice.asr.listener import BEFORE_SPEECH, AudioListener
from local_voice.asr.other_speeds import MOST_SECONDS, SPEEDS
from local_voice.asr.speaker_level import LEAST_KNOWN
from local_voice.audio.interfaces import BLOCK_SAMPLES, AudioChunk, DeviceLost
from local_voice.audio.pcm import SAMPLE_RATE

SPEECH, SILENCE = b"\x01\x10" * BLOCK_SAMPLES, bytes(2 * BLOCK_SAMPLES)
BEHIND = b"\x01\x02" * BLOCK_SAMPLES
"""18 dB fainter."""
NEARER = b"\x01\x06" * BLOCK_SAMPLES
"""8.5 dB fainter."""
SOUNDS = {".": SILENCE, "-": BEHIND, "=": NEARER}


class Row:
    """A microphone that gives one block for each mark, then ends."""

    def __init__(self, marks):
        """`#` is speech, `!` known to be it, `-` and `=` fainter, `.` silence.

        Each lasts 20 ms.
        """
        self._marks = marks
        self.given = 0

    def blocks(self):
        """Yield the row."""
        for number, mark in enumerate(self._marks):
            self.given = number + 1
            pcm = SOUNDS.get(mark, SPEECH)
            yield AudioChunk(number * BLOCK_SAMPLES, pcm, spoken=mark == "!")

    def close(self):
        """Give nothing back."""


class Ear(ScriptedRecognizer):
    """Hears its lines one a `begin`; keeps what it was fed."""

    def __init__(self, *lines):
        """Hear `lines` in order."""
        super().__init__(lambda: "")
        self._lines = list(lines)
        self.fed = bytearray()
        self._has_sound = False

    def begin(self, phrases, decoys=(), graph=""):
        """Take the next line."""
        super().begin(phrases, decoys, graph)
        self._now = self._lines.pop(0) if self._lines else ""
        self.fed.clear()
        self._has_sound = False

    def feed(self, pcm):
        """Hear the line as soon as there is sound."""
        self.fed += pcm
        self._has_sound = self._has_sound or any(pcm)
        return self._now if self._has_sound else ""

    def finish(self):
        """Return the line."""
        self._line = self._now if self._has_sound else ""
        return super().finish()


@pytest.fixture(scope="module")
def grammars(content):
    """Return the grammars of a model that knows every word."""
    words = {w for phrase in get_all_phrases(content.lexicon) for w in phrase.split()}
    return build_grammars(content.lexicon, words)


def listener(microphone, ear, grammars, **more):
    """Return a listener that takes any sound for speech."""
    made = AudioListener(microphone, ear, grammars, lambda: any, **more)
    made.prepare(GrammarState.ANSWER)
    return made


def test_an_answer_between_silences(grammars):
    """A word with silence around it is heard, once."""
    ear = Ear("yes")
    heard = listener(Row("." * 30 + "#" * 20 + "." * 100), ear, grammars).listen(0)
    assert ("yes", False) == (heard.text, heard.early)


def test_nobody_speaks(grammars):
    """Eight seconds of silence are no text at all."""
    heard = listener(Row("." * 500), Ear("yes"), grammars).listen(0)
    assert "" == heard.text


def test_what_came_before_the_gate_is_dropped(grammars):
    """Our own voice, before the gate, never reaches the ear."""
    ear = Ear("yes")
    row = Row("#" * 50 + "." * 500)
    heard = listener(row, ear, grammars).listen(60 * BLOCK_SAMPLES)
    assert "" == heard.text
    assert not any(ear.fed)


def test_an_answer_that_begins_in_the_tail_is_held_back(grammars):
    """Speech that runs on from the tail into the open gate is fed from its start."""
    ear = Ear("yes")
    row = Row("." * 20 + "#" * 30 + "." * 100)
    made = listener(row, ear, grammars, tail=0.5)
    heard = made.listen(0)
    assert ("yes", False) == (heard.text, heard.early)
    spoken = bytes(ear.fed).count(b"\x01\x10")
    assert spoken >= 28 * BLOCK_SAMPLES


def test_an_answer_that_fills_the_tail_is_early(grammars):
    """Where all of the tail is speech, its beginning may be missing."""
    row = Row("#" * 50 + "." * 100)
    heard = listener(row, Ear("[unk]"), grammars, tail=0.5).listen(0)
    assert ("[unk]", True) == (heard.text, heard.early)


def test_speech_that_was_noticed_before_need_not_be_found_again(grammars):
    """What interrupted us is an utterance, though the detector does not see it now."""
    for marks, wanted in (("!" * 10, "[unk]"), ("#" * 10, "")):
        made = AudioListener(
            Row("." * 30 + marks + "." * 100), Ear("[unk]"), grammars, lambda: deaf
        )
        made.prepare(GrammarState.ANSWER)
        assert wanted == made.listen(0, patience=2.0).text


def deaf(frame):
    """Take nothing for speech."""
    return False


def test_a_noise_is_forgiven_and_the_next_word_is_heard(grammars):
    """Speech that comes to nothing is neither an answer nor a miss."""
    row = Row("#" * 10 + "." * 60 + "#" * 20 + "." * 60)
    heard = listener(row, Ear("", "no"), grammars).listen(0)
    assert "no" == heard.text


def test_speech_that_is_never_understood_is_a_no_match(grammars):
    """Three times something unknown is somebody who speaks, not a silent room."""
    row = Row(("#" * 10 + "." * 60) * 3 + "." * 600)
    assert "[unk]" == listener(row, Ear("", "", ""), grammars).listen(0).text


def test_a_tap_breaks_the_listening_off(grammars):
    """With a key pressed nothing that was heard counts."""
    made = listener(SilentMicrophone(), Ear("yes"), grammars)
    assert made.listen(0, interrupted=lambda: True) is None


def test_a_recording_that_ends_in_mid_word_has_ended(grammars):
    """The end of a file ends the utterance in it."""
    heard = listener(Row("." * 10 + "#" * 20), Ear("stop"), grammars).listen(0)
    assert "stop" == heard.text


def test_somebody_who_pauses_inside_answers_is_waited_for(grammars):
    """After two such answers the ear waits longer than half a second."""
    ear = Ear("i don't", "i don't", "no")
    made = listener(Row("#" * 10 + "." * 30 + "#" * 10 + "." * 500), ear, grammars)
    made.listen(0)
    made.prepare(GrammarState.ANSWER)
    made.listen(0)
    made.prepare(GrammarState.ANSWER)
    made.listen(0)
    waited = len(ear.fed) / 2 / SAMPLE_RATE
    assert 1.9 < waited < 2.4


def test_the_time_to_answer_can_be_set(grammars):
    """Twenty seconds are asked for, twenty are given; a pause has its own."""
    for patience, seconds in ((None, 20), (60, 60)):
        microphone = SilentMicrophone()
        made = listener(microphone, Ear(), grammars, answer_time=20.0)
        made.listen(0, patience=patience)
        assert seconds == pytest.approx(microphone.now / SAMPLE_RATE, abs=0.1)


def test_the_end_of_an_answer_can_be_shown_by_hand(grammars):
    """The big key ends an utterance that would go on, and nothing before it began."""
    pressed = []

    def hand():
        pressed.append(True)
        return len(pressed) > 5

    made = listener(Row("." * 10 + "#" * 500), Ear("yes"), grammars)
    heard = made.listen(0, ended_by_hand=hand)
    assert "yes" == heard.text
    assert heard.seconds < 1


def test_how_long_somebody_spoke_is_told(grammars):
    """The silence after the words does not count."""
    heard = listener(Row("." * 30 + "#" * 40 + "." * 100), Ear("yes"), grammars).listen(
        0
    )
    assert 0.8 == pytest.approx(heard.seconds, abs=0.1)


def test_more_patience_after_a_request_to_wait(grammars):
    """Sixty seconds are asked for, and sixty seconds are given."""
    microphone = SilentMicrophone()
    listener(microphone, Ear(), grammars).listen(0, patience=60)
    assert 60 == pytest.approx(microphone.now / SAMPLE_RATE, abs=0.1)


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        ("[unk] yes", "yes", "yes"),
        ("no [unk]", "no", "no"),
        ("[unk]", "stop", "stop"),
        ("[unk] yes", "no", "[unk] yes"),
        ("no [unk]", "[unk]", "no [unk]"),
        ("no [unk] yes", "yes", "no [unk] yes"),
        ("no idea [unk]", "no", "no idea [unk]"),
        ("no [unk]", "no idea", "no [unk]"),
    ],
)
def test_people_behind_are_left_out(grammars, first, again, expected):
    """What is much fainter beside an answer; nothing that was heard is changed."""
    row = Row("." * 20 + "-" * 40 + "#" * 20 + "-" * 40 + "." * 100)
    assert expected == listener(row, Ear(first, again), grammars).listen(0).text


def test_what_goes_on_softly_in_a_quiet_room_stays(grammars):
    """A "but" may be the person's: a no with more behind it is no plain one."""
    row = Row("." * 20 + "#" * 20 + "-" * 40 + "." * 100)
    ear = Ear("no [unk]", "no")
    assert "no [unk]" == listener(row, ear, grammars).listen(0).text


def test_talk_as_loud_as_the_answer_stays(grammars):
    """The person said it."""
    row = Row("." * 20 + "#" * 80 + "." * 100)
    ear = Ear("no [unk]", "no")
    assert "no [unk]" == listener(row, ear, grammars).listen(0).text


@pytest.fixture
def known(grammars):
    """Return a function that makes a listener who knows how loud the person is."""

    def make(*lines):
        ear = Ear(*["yes"] * LEAST_KNOWN, *lines)
        made = listener(Row("#" * 20 + "." * 100), ear, grammars)
        for _ in range(LEAST_KNOWN):
            made.listen(0)
            made.prepare(GrammarState.ANSWER)
        return made

    return make


@pytest.mark.parametrize(
    ("marks", "lines", "expected"),
    [
        ("-#", ["no", "yes"], "yes"),
        ("-", ["no"], "no [unk]"),
        ("--", ["no", "no"], "no [unk]"),
        ("-#", ["no", ""], "no [unk]"),
        ("-##", ["no", "", ""], "no [unk]"),
        ("-", ["help"], "help"),
        ("-", ["no it is my leg"], "no it is my leg"),
    ],
)
def test_somebody_behind_does_not_answer(known, marks, lines, expected):
    """Nor is a person who speaks so softly passed over: that answer is asked about."""
    made = known(*lines)
    made.microphone = Row("".join("." * 60 + mark * 20 for mark in marks) + "." * 400)
    assert expected == made.listen(0).text


def test_whoever_was_asked_about_is_heard_from_then_on(known):
    """However softly: what was learnt before is forgotten."""
    made = known(*["no"] * 9)
    made.microphone = Row("." * 20 + "-" * 20 + "." * 400)
    texts = []
    for _ in range(5):
        texts.append(made.listen(0).text)
        made.prepare(GrammarState.ANSWER)
    assert ["no [unk]", "no", "no", "no", "no"] == texts


def test_nobody_is_left_in_silence_for_the_whole_time_to_answer(known):
    """A soft answer is asked about as soon as nobody has spoken up."""
    made = known("no")
    made.microphone = Row("-" * 20 + "." * 9999)
    made.listen(0)
    assert made.microphone.given * BLOCK_SAMPLES < 4.5 * SAMPLE_RATE


@pytest.fixture(scope="module")
def quick(grammars):
    """Return grammars with a graph, by which a second look is quick."""
    meanings = {"yes": "plain yes", "again": "repeat", "help": "help"}
    more = {
        "graph": "here",
        "meanings": meanings,
        "invited": frozenset({"yes"}),
        "urgent": frozenset({"help"}),
    }
    return {state: replace(one, **more) for state, one in grammars.items()}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["again", "again"], "again"),
        (["again", "[unk]", "[unk]", "", "help"], "[unk]"),
        (["[unk]", "[unk]", "again", "again"], "again"),
        (["[unk]", "yes", "[unk]", "", "yes"], "yes"),
        (["[unk]", "yes", "again"], "[unk]"),
        (["yes"], "yes"),
        (["help"], "help"),
        (["again [unk]"], "again [unk]"),
    ],
)
def test_second_looks_bear_out_what_was_heard(quick, lines, expected):
    """What we invited and what is urgent need none."""
    ear = Ear(*lines, *["[unk]"] * len(SPEEDS))
    row = Row("." * 30 + "#" * 20 + "." * 100)
    assert expected == listener(row, ear, quick).listen(0).text


@pytest.mark.parametrize(
    ("behind", "lines", "expected"),
    [
        ("-", ["it yes", "yes"], "yes"),
        ("-", ["yes door", "yes"], "yes door"),
        ("=", ["it yes", "yes"], "yes"),
        ("-", ["help yes", "yes"], "help yes"),
        ("-", ["it yes", "no"], "it yes"),
    ],
)
def test_words_of_people_behind_are_left_out(quick, behind, lines, expected):
    """Before the answer; behind it, they may be the person's correction."""
    row = Row("." * 20 + behind * 40 + "#" * 20 + behind * 40 + "." * 100)
    ear = Ear(*lines, *lines[1:] * 4)
    assert expected == listener(row, ear, quick).listen(0).text


@pytest.mark.parametrize(("seconds", "expected"), [(-1, "[unk]"), (1, "again")])
def test_what_lasts_long_is_looked_at_once(quick, seconds, expected):
    """Nobody is kept waiting for a second look at a speech."""
    spoken = "#" * round((MOST_SECONDS + seconds) * SAMPLE_RATE / BLOCK_SAMPLES)
    heard = listener(Row(spoken + "." * 100), Ear("again"), quick).listen(0)
    assert expected == heard.text


def test_a_second_look_that_ends_the_engine_loses_nothing(quick):
    """What was heard as it was said stands."""

    class Failing(Ear):
        def finish(self):
            if self._now == "dies":
                raise RecognizerError("the same audio ended the ear twice")
            return super().finish()

    row = Row("#" * 20 + "." * 100)
    heard = listener(row, Failing("again", "[unk]", "dies"), quick).listen(0)
    assert "again" == heard.text


def test_without_a_graph_there_is_no_second_look(grammars):
    """A large model would take a second for each."""
    row = Row("#" * 20 + "." * 100)
    assert "again" == listener(row, Ear("again"), grammars).listen(0).text


def test_a_second_look_leaves_the_wait_before_the_speech_out(quick):
    """Whoever thinks for six seconds does not wait longer for the reply."""
    ear = Ear("again", "again")
    listener(Row("." * 300 + "#" * 20 + "." * 100), ear, quick).listen(0)
    seconds = len(ear.fed) / 2 / SAMPLE_RATE
    assert BEFORE_SPEECH < seconds < BEFORE_SPEECH + 2


@pytest.mark.parametrize(("name", "expected"), [("yes", "again"), ("", "[unk]")])
def test_the_own_sounds_go_before_second_looks(quick, name, expected):
    """What they say of the sound as it was is kept, whatever is made of the text."""
    match = SoundMatch(1, name, is_sure=True, above_room=20.0)

    class Attending(Ear):
        def finish(self):
            own = match if self._now == "again" else None
            return replace(super().finish(), own=own)

    row = Row("#" * 20 + "." * 100)
    heard = listener(row, Attending("again"), quick).listen(0)
    assert (expected, match) == (heard.text, heard.result.own)


def test_a_lost_microphone_is_told(grammars):
    """The loss of the device goes to the loop, not into an answer."""
    made = listener(SilentMicrophone(lost_after=5), Ear("yes"), grammars)
    with pytest.raises(DeviceLost):
        made.listen(0)


def test_an_empty_list_of_phrases_is_refused():
    """It would crash the engine, so even the stand-in refuses it."""
    with pytest.raises(ValueError, match="nothing"):
        Ear().begin(())
