"""The case as a table: nothing is wrong with it, and whatever happens, no clock is lost."""

import random
from datetime import timedelta

import pytest

from kit.deadlines import Deadline
from kit.errors import Conflict
from kit.packs import pack
from kit.procedure import check, clocks
from rulebook.months import end_of
from rulebook.terms import Terms
from schemas.codes import CaseDecision, Role
from services.county.cases.models import Case
from services.county.cases.procedure import CASE, A, terms
from services.county.service import book
from tests.county.personas import MONTH, TOWNSHIP, VILLAGE, day


def test_nothing_is_wrong_with_the_table(county):
    with county.sessions() as session:
        assert check(CASE, Terms(pack(session, day(1)), book(session).calendar).source) == []


@pytest.mark.parametrize("seed", range(12))
def test_an_open_case_has_one_owner_and_the_clocks_of_its_state(county, seed):
    """Random ways through the table, on the real rows."""
    chance, on = random.Random(seed), day(1)
    with county.sessions() as session:
        case = Case(
            number=f"AJ-{seed}",
            month=MONTH,
            household=f"h{seed}",
            village=VILLAGE,
            township=TOWNSHIP,
            opened_on=on,
            pack=pack(session, on).ref,
            verify_due=on,
        )
        clocks.begin(session, CASE, case, on=on, terms=terms(session, case))
        for _ in range(8):
            running = {clock.deadline: clock.due(case) for clock in CASE.state_of(case).clocks}
            for clock in CASE.clocks:
                assert isinstance(clock.deadline, Deadline)
                due = running.get(clock.deadline)
                assert clock.deadline.pending(session, case.id) == (end_of(due) if due else None)
            owed = CASE.owed(case, on)
            assert (owed is None) == (not running)
            if not CASE.allowed(case):
                break
            on += timedelta(chance.randrange(9))
            action = chance.choice([*CASE.allowed(case)])
            clocks.enter(session, CASE, case, action, on=on, terms=terms(session, case))


def test_after_the_townships_limit_the_case_is_the_offices_again(county):
    """D-09: the office may decide without an answer."""
    on = day(1)
    with county.sessions() as session:
        case = Case(
            number="AJ",
            month=MONTH,
            household="h9",
            village=VILLAGE,
            township=TOWNSHIP,
            opened_on=on,
            pack=pack(session, on).ref,
            verify_due=on,
        )
        rules = terms(session, case)
        clocks.begin(session, CASE, case, on=on, terms=rules)
        clocks.enter(session, CASE, case, A.SEND_BACK, on=on, terms=rules)
        assert case.recheck_due == day(8)  # five working days
        owed, later = CASE.owed(case, day(8)), CASE.owed(case, day(9))
        assert owed
        assert later
        assert (owed.owner.label, later.owner.label) == ("乡镇", "县级牵头部门")
        assert CASE.states_owed_by(Role.COUNTY_CLERK) == [CaseDecision.OPEN, CaseDecision.RECHECK]
        with pytest.raises(Conflict, match="还没有答复"):
            CASE.require(case, A.SEND_BACK)
