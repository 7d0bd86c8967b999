"""F-16: verification and hearing limits follow the calendar when it is published."""

from datetime import date

import pytest
from sqlmodel import select

from kit.deadlines import pending
from kit.errors import Conflict
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.months import end_of
from rulebook.packs import load_pack
from schemas.codes import Role
from services.county.missed_discoveries.models import Candidate
from services.county.recounting import commands, queries
from services.county.recounting.tasks import tasks
from tests.conftest import actor, at
from tests.county.personas import agreed, day, group_report, signed, submitted, visit
from tests.county.test_intake import the_case

CLERK = actor(Role.COUNTY_CLERK)


@pytest.fixture
def publish(county, tmp_path):
    """These days turn out to be off."""

    def now(*days: date) -> None:
        path = tmp_path / "calendar.toml"
        lines = [f"[[day]]\ndate = {day}\nworks = false\n" for day in days]
        path.write_text("".join(lines), encoding="utf-8")
        book = Book(state_council(path), (load_pack("default"),))
        county.sessions.configure(info=county.sessions.kw["info"] | {"book": book})

    return now


def test_f_16_a_cases_verification_day_moves_with_the_calendar(county, publish, client, clock):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding), on=day(21)))
    case = the_case(county)
    assert case.verify_due == day(24)
    publish(day(23))
    clock.set(at(2026, 9, 22))
    with county.sessions() as session:
        (task,) = tasks(session, CLERK, day(22))
        assert (task.count, task.objects) == (1, ())
        assert tasks(session, actor(Role.SUPERVISOR, "D1"), day(22)) == []
    office = client("county", CLERK)
    assert "2026年9月24日 → 2026年9月28日" in office.get("/county/recounting").text
    assert office.post("/county/recounting").status_code == 303
    moved = the_case(county)
    assert moved.verify_due == day(28)
    with county.sessions() as session:
        assert pending(session, "verify due", case.id) == end_of(day(28))
        assert queries.moves(session, day(22)) == []
    assert "按公布的日历调整核实时限" in office.get(f"/county/cases/{case.id}").text
    with pytest.raises(Conflict, match="没有要按日历调整"):
        county.do(commands.recount_dues, actor=CLERK, on=day(22))


def test_f_16_a_hearing_moves_with_the_calendar(county, publish):
    county.hear(group_report(nil=True, on=day(17)), submitted(nil=True))
    county.hear(visit(1, on=day(18), at_risk=True, since=day(5)))
    with county.sessions() as session:
        candidate = session.exec(select(Candidate)).one()
        before = candidate.hearing_due
    publish(before)
    county.do(commands.recount_dues, actor=CLERK, on=day(18))
    with county.sessions() as session:
        candidate = session.exec(select(Candidate)).one()
        assert candidate.hearing_due > before
        assert pending(session, "hearing due", candidate.id) == end_of(candidate.hearing_due)
