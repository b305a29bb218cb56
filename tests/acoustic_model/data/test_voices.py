"""Who says what: nobody and no text is both trained on and measured with."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from acoustic_model.data.vocabulary import read_vocabulary


@pytest.fixture
def voices(monkeypatch: pytest.MonkeyPatch):
    """Return the module, whose sound libraries are not needed for what is planned."""
    for name in ("soundfile", "scipy", "scipy.signal"):
        try:
            __import__(name)
        except ModuleNotFoundError:
            module = ModuleType(name)
            module.resample_poly = None
            monkeypatch.setitem(sys.modules, name, module)
    import acoustic_model.data.voices

    yield acoustic_model.data.voices
    for name in ("acoustic_model.data.voices", "acoustic_model.data.synthesizers"):
        monkeypatch.delitem(sys.modules, name, raising=False)


FOLDER = Path("synthetic")


def test_no_held_out_voice_is_trained_on(voices) -> None:
    """The figures by synthetic voice are of voices that training never had."""
    trained = {o.voice for o in voices.build_training_orders(read_vocabulary(), FOLDER)}
    # A mixture has two.
    heard = {
        f"{engine}:{timbre}"
        for engine, _, timbres in (voice.partition(":") for voice in trained)
        for timbre in timbres.split("+")
    }
    assert not heard & voices.HELD_OUT
    assert heard >= {f"kokoro:{name}" for name in voices.KOKORO} - voices.HELD_OUT
    assert not voices.OF_PART["tune"] & voices.OF_PART["test"]
    measured = voices.build_held_out_orders(read_vocabulary(), FOLDER, "test")
    assert voices.OF_PART["test"] == {order.voice for order in measured}


def test_every_phrase_is_trained_and_measured(voices) -> None:
    """Also the rare ones: by one of the held-out voices."""
    vocabulary = read_vocabulary()
    for orders in (
        voices.build_training_orders(vocabulary, FOLDER),
        voices.build_held_out_orders(vocabulary, FOLDER, "test"),
    ):
        assert set(vocabulary.phrases) <= {order.text for order in orders}


def test_what_is_needed_most_is_measured_in_several_ways(voices) -> None:
    """By every voice of the part, as other clips than those of all phrases."""
    vocabulary = read_vocabulary()
    every = {o.path for o in voices.build_held_out_orders(vocabulary, FOLDER, "test")}
    most = voices.build_orders_in_ways(voices.NEEDED_MOST, FOLDER, "test")
    said = [(order.text, order.voice) for order in most]
    assert set(said) == {
        (phrase, voice)
        for phrase in voices.NEEDED_MOST
        for voice in voices.OF_PART["test"]
    }
    assert len(said) == voices.WAYS * len(set(said)) == len({o.path for o in most})
    assert not every & {order.path for order in most}
    assert set(voices.NEEDED_MOST) <= set(vocabulary.phrases)


def test_fillers_and_lengths_are_said_by_the_voices_of_the_part(voices) -> None:
    """Each filler by each of them, the lengths by turns; no clip is trained on."""
    trained = voices.build_training_orders(read_vocabulary(), FOLDER)
    fillers = voices.build_orders_in_ways(voices.WITH_FILLER, FOLDER, "test")
    lengths = voices.build_length_orders(map(str, range(20)), FOLDER, "test")
    for orders in (fillers, lengths):
        assert {order.voice for order in orders} == voices.OF_PART["test"]
        assert not {o.path for o in orders} & {o.path for o in trained}
    assert [order.text for order in lengths] == [*map(str, range(20))]


def test_sentences_of_the_measured_parts_are_not_trained_on(voices) -> None:
    """Talk that is no answer is split by its text."""
    talk = {
        part: {text for text in voices.get_other_talk(part) if " " in text}
        for part in ("train", "tune", "test")
    }
    assert all(len(texts) > 40 for texts in talk.values())
    assert not talk["train"] & talk["test"]
    assert not talk["tune"] & talk["test"]
    assert not talk["train"] & talk["tune"]
    assert not talk["test"] & set(read_vocabulary().phrases)


def test_a_plan_is_the_same_every_time(voices) -> None:
    """The clips of a run that was cut short are found again."""
    first = voices.build_training_orders(read_vocabulary(), FOLDER)
    assert first == voices.build_training_orders(read_vocabulary(), FOLDER)
    # A phrase that is a decoy of another list as well is spoken once for both.
    assert len({order.path for order in first}) > 0.98 * len(first)


def test_what_is_ordered_twice_is_spoken_once(
    voices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two threads would write the same file at the same time."""
    spoken: list[Path] = []
    monkeypatch.setattr(voices, "load_engines", lambda names, folder: {})
    monkeypatch.setattr(
        voices, "_write_clip", lambda order, engines: spoken.append(order.path)
    )
    order = voices.Order("okay", "espeak:m1", tmp_path / "okay.wav")
    assert len(voices.synthesize([order, order], tmp_path)) == 2
    assert spoken == [order.path]
