"""What is kept of a step is taken for the same parts alone."""

from pathlib import Path

from acoustic_model.own_sounds.work import keep
from local_voice.own_sounds.profile_folder import find_checksum


def test_what_other_networks_made_is_not_taken(tmp_path: Path) -> None:
    """Each pair of networks has a folder of its own; the same one is found again."""
    made = iter(range(9))
    for networks, number in ((b"ab", b"c"), 0), ((b"a", b"bc"), 1), ((b"ab", b"c"), 0):
        folder = tmp_path / find_checksum(networks)
        assert keep(folder, "pools", lambda: next(made)) == number
