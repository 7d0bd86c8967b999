"""Thousands of random months of all roles (tests/people), recorded: `make faults ARGS=--people`."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from backstop.engines import Engines
from tests.people.crowd import play
from tests.people.faults import FAULTS
from tests.people.play import Outcome

RECORD = Path(__file__).parents[1] / "results" / "people.txt"  # of the last run


def crowd(months: int, seed: int, said: Callable[[str], None]) -> Outcome:
    """On a PostgreSQL of its own, as many processes as there are cores."""
    with tempfile.TemporaryDirectory(prefix="backstop-people-") as folder:
        engines = Engines(Path(folder) / "engines", fast=True)
        os.environ["BACKSTOP_KAFKA_BOOTSTRAP"] = "none"  # none is started
        try:
            engines.start()
            said(f"{months} months from seed {seed}")
            return play(engines.postgres, months, seed, processes=os.cpu_count() or 1, said=said)
        finally:
            engines.erase()


def record(outcome: Outcome, seed: int, seconds: float) -> str:
    """One line of counts, then how often what was done."""
    acts = ", ".join(f"{what} {count}" for what, count in sorted(outcome.acts.items()))
    verdict = "somebody was forgotten" if outcome.failures else "nobody was forgotten"
    total = sum(outcome.acts.values())
    found = f"{len(FAULTS) - len(outcome.unseen)} of {len(FAULTS)} seeded faults found"
    return (
        f"{outcome.months} months, {total} acts, {verdict}, {found}, seed {seed}, {seconds:.0f} s "
        f"({time.strftime('%Y-%m-%d')})\n{acts}\n"
    )
