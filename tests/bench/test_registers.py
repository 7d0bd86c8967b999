"""What a register needed comes back when it has been taken (F-50)."""

import pytest

from bench.registers import HOUSEHOLDS, IMPORTS, LIMIT, Registers
from bench.registers import registers as hand_in


@pytest.fixture(scope="module")
def registers(own_engines: None) -> Registers:
    return hand_in(print)


@pytest.mark.timeout(1_800)
def test_f_50_memory_comes_back_after_100_000_rows_came_five_times(registers: Registers):
    print(registers.line())
    assert registers.rows >= 100_000
    assert registers.taken == [HOUSEHOLDS] * IMPORTS  # every household, each time anew
    assert registers.heard >= IMPORTS * HOUSEHOLDS
    assert registers.most > registers.before  # it was this process that worked
    assert max(registers.after[-1], registers.quiet) < LIMIT
