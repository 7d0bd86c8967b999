"""Clocks of a rehearsal."""

from datetime import timedelta
from pathlib import Path

from kit.clock import FileClock, SimulatedClock, shown, system_clock
from tests.conftest import at


def test_h_09_a_clock_file_that_ends_with_a_newline_is_read(tmp_path: Path):
    clock = FileClock(tmp_path / "clock")
    clock.path.write_text("2026-09-01T09:00:00+08:00\n")
    assert clock() == at(2026, 9, 1)


def test_h_03_a_simulated_clock_knows_what_it_showed_when_the_broker_stamped_a_record():
    begun = system_clock()
    clock = SimulatedClock(at(2026, 9, 1))
    before = system_clock()
    clock.set(at(2026, 12, 1))
    assert shown(clock, begun - timedelta(days=1)) == at(2026, 9, 1)
    assert shown(clock, before - timedelta(milliseconds=2)) == at(2026, 9, 1)
    assert shown(clock, system_clock()) == at(2026, 12, 1)
    assert shown(system_clock, begun) == begun
