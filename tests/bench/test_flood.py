"""Nobody waits for what anybody else sends: the county decides while a department, a stranger and a
workbook do their worst.
"""

import pytest

from bench.faults import flood as attack
from bench.faults.flood import Flood

BAD = 2_000  # replies; `make faults ARGS=--flood` sends 50,000


@pytest.fixture(scope="module")
def flood(own_engines: None) -> Flood:
    return attack.flood(print, replies=BAD)


@pytest.mark.timeout(900)
def test_h_05_a_decision_is_an_order_within_seconds_whatever_others_send(flood: Flood):
    print(flood.line())
    assert flood.sent["bad replies"] == BAD
    assert flood.sent["bombs"] == attack.BOMBS
    assert min(flood.sent["slow senders"], flood.sent["workbooks"]) > 0
    assert len(flood.seconds) == attack.DECISIONS
    assert max(flood.seconds) < attack.WITHIN


def test_h_01_the_services_keep_their_memory_meanwhile(flood: Flood):
    assert flood.megabytes < attack.MEMORY
