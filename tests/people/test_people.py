"""Nobody is forgotten (F-01): random months of all roles on the real database.

`make test ARGS="tests/people --people-seed 7"` plays the months of a seed again.
"""

import pytest

from backstop.engines import PostgresAccess
from tests.people.crowd import play
from tests.people.play import Outcome


@pytest.fixture(scope="module")
def crowd(postgres: PostgresAccess, request: pytest.FixtureRequest) -> Outcome:
    """The months, played once for all that is asked about them."""
    chosen = request.config.option
    return play(postgres, chosen.people_months, chosen.people_seed, processes=2)


@pytest.mark.timeout(1_800)
def test_f_01_nobody_is_forgotten(crowd: Outcome, request: pytest.FixtureRequest):
    """After each day every open thing stands on exactly the list of its one owner, and at the end of
    each example every finder reads what became of what he found.
    """
    assert not crowd.failures, "\n".join(crowd.failures)
    assert crowd.months == request.config.option.people_months


def test_g_07_no_name_number_or_telephone_leaves_in_clear(crowd: Outcome):
    """All that people wrote in these months went out sealed: no payload of any outbox shows it."""
    assert crowd.spoken > crowd.months
    assert not crowd.leaks, "\n".join(crowd.leaks[:10])


def test_f_01_a_list_that_leaves_something_out_is_found(crowd: Outcome):
    """For each kind of open thing: a fault in the query of its list does not stay unseen."""
    assert not crowd.unseen
