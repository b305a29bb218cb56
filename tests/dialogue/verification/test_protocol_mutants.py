"""No small fault in the protocol's data goes unnoticed by the checks and tests."""

import pytest
from mutants.detection import Watch
from mutants.protocol_mutants import Mutant, mutants


@pytest.mark.timeout(1200)
@pytest.mark.xfail(reason="never run to its end on the second interview's 1,583 faults")
def test_every_fault_in_the_data_is_noticed():
    """A changed threshold, a dropped rule, a swapped answer, order or tier: each."""
    watch = Watch(tables_first=True)
    protocol = watch.content.protocol
    assert watch.noticed_by(Mutant("as shipped", protocol)) is None
    faults = list(mutants(protocol))
    assert len(faults) > 800
    assert len({fault.name for fault in faults}) == len(faults)
    unnoticed = [fault for fault in faults if not watch.noticed_by(fault)]
    assert [] == [f.name for f in unnoticed if not watch.is_equivalent(f)]
