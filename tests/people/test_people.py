"""Nobody is forgotten (F-01): random months of all roles on the real database.

`make test ARGS="tests/people --people-seed 7"` plays the months of a seed again.
"""

import os
import secrets
from collections.abc import Callable
from functools import partial

import pytest

from backstop.engines import PostgresAccess
from tests.people.crowd import Outcome, play

SEED = 60  # of every run by CI: what is found anew is found by `make faults ARGS=--people`


@pytest.fixture
def crowd(postgres: PostgresAccess, request: pytest.FixtureRequest) -> Callable[[int], Outcome]:
    months = request.config.getoption("--people-months")
    return partial(
        play, postgres, months, processes=2, piece=min(50, -(-months // 2)), shrink=False
    )


@pytest.mark.timeout(900)
def test_f_01_nobody_is_forgotten(
    crowd: Callable[[int], Outcome],
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
):
    """After each day every open thing stands on exactly the list of its one owner, and at the end of
    each example every finder reads what became of what he found.
    """
    chosen = request.config.getoption("--people-seed")
    seed = chosen or (SEED if os.environ.get("CI") else secrets.randbelow(100_000))
    with capsys.disabled():
        print(f"\nrandom months of all roles: --people-seed {seed}", flush=True)
    outcome = crowd(seed)
    assert not outcome.failure, outcome.failure
    assert outcome.months == request.config.getoption("--people-months")
