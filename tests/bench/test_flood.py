"""Nobody waits for what anybody else sends: the county decides while a department, a stranger and a
workbook do their worst.
"""

import pytest

from bench.faults import flood as attack
from bench.faults.flood import Flood


@pytest.fixture(scope="module")
def flood(own_engines: None) -> Flood:
    return attack.flood(print)


@pytest.mark.timeout(1500)
def test_h_05_a_decision_is_an_order_within_seconds_whatever_others_send(flood: Flood):
    print(flood.line())
    assert flood.sent["bad replies"] == attack.REPLIES
    assert flood.sent["bombs"] == attack.BOMBS
    assert min(flood.sent["slow senders"], flood.sent["workbooks"]) > 0
    assert len(flood.seconds) == attack.DECISIONS
    assert max(flood.seconds) < attack.WITHIN


def test_h_01_the_services_keep_their_memory_meanwhile(flood: Flood):
    assert flood.megabytes < attack.MEMORY
