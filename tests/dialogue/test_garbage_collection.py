"""The search for circles is held back, and goes on as it was before."""

import gc

import pytest

from dialogue.garbage_collection import pause_garbage_collection


@pytest.fixture(autouse=True)
def _searching():
    """Search before and after each test."""
    gc.enable()
    yield
    gc.enable()


def test_it_is_held_back_inside_alone():
    """Also where one pause stands in another."""
    with pause_garbage_collection():
        with pause_garbage_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error():
    """Whatever could not be built."""
    with pytest.raises(ValueError, match="no table"), pause_garbage_collection():
        raise ValueError("no table")
    assert gc.isenabled()


def test_who_switched_it_off_keeps_it_off():
    """A pause turns nothing on that was off."""
    gc.disable()
    with pause_garbage_collection():
        pass
    assert not gc.isenabled()


def test_a_decorated_function_pauses_each_time():
    """Every call anew."""
    seen = pause_garbage_collection()(gc.isenabled)
    assert [False, False] == [seen(), seen()]
    assert gc.isenabled()
