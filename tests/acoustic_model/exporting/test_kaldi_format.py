"""Kaldi's binary records, byte by byte."""

import struct

import pytest

from acoustic_model.exporting import kaldi_format as kaldi
from acoustic_model.exporting.transitions import build_transitions


def test_numbers_have_their_size_before_them() -> None:
    """Kaldi checks the size byte of every number."""
    assert kaldi.pack_integer(-1) == b"\x04\xff\xff\xff\xff"
    assert kaldi.pack_real(1.0) == b"\x04\x00\x00\x80\x3f"
    assert kaldi.pack_integers([2]) == b"\x04\x01\x00\x00\x00\x02\x00\x00\x00"


def test_a_vector_is_a_token_a_length_and_floats() -> None:
    """The form that FV announces."""
    made = kaldi.pack_vector([0.5, -2.0])
    assert made == b"FV " + kaldi.pack_integer(2) + struct.pack("<2f", 0.5, -2.0)


def test_a_matrix_keeps_its_values_in_half_the_space() -> None:
    """Read back as Kaldi does it, each value is within one step of the range."""
    rows = [[-1.0, 0.25, 3.0], [0.0, 2.5, -0.125]]
    made = kaldi.pack_matrix(rows)
    assert made.startswith(b"CM2 ")
    low, spread, height, width = struct.unpack_from("<ffii", made, 4)
    steps = struct.unpack_from(f"<{height * width}H", made, 20)
    assert (height, width) == (2, 3)
    assert len(made) == 20 + 2 * height * width
    back = [low + spread * step / 65_535 for step in steps]
    assert back == pytest.approx([v for row in rows for v in row], abs=spread / 65_535)


def test_a_matrix_of_one_value_is_written() -> None:
    """No range, no division by zero."""
    assert kaldi.pack_matrix([[1.0, 1.0]]).startswith(b"CM2 ")


def test_a_component_names_itself_at_both_ends() -> None:
    """Kaldi refuses a component whose closing token is missing."""
    made = kaldi.pack_nonlinear("RectifiedLinearComponent", 8)
    assert made.startswith(b"<RectifiedLinearComponent> <Dim> ")
    assert made.endswith(b"</RectifiedLinearComponent> ")


def test_every_unit_has_transitions_of_its_own() -> None:
    """Five for each unit, two for silence, none of them twice."""
    made = build_transitions(3)
    ids = [
        number
        for unit in made.of_unit.values()
        for number in (unit.enter, unit.stay, unit.enter_blank, unit.stay_blank)
    ]
    ids += [made.silence_enter, made.silence_stay]
    assert len(set(ids)) == len(ids)
    assert max(ids) == 3 * 5 + 2
    assert made.silence_phone == 4
    assert made.binary.startswith(b"<TransitionModel> <Topology> ")
