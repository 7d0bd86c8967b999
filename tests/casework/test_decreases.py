"""自然减少: all died, moved away, merged; recorded at once, and never an elimination."""

from datetime import date

import pytest
from sqlmodel import select

from kit.errors import Conflict, Forbidden, Refused
from schemas.monitored import Decrease, HouseholdLapsed, HouseholdListed, Standing
from services.casework.decreases import commands, queries, tasks
from services.casework.decreases.forms import DecreaseForm
from services.casework.decreases.models import Decreased
from services.casework.identification.rules import FileState
from tests.casework.carried import lead, state
from tests.casework.test_monitored import monitored, rows
from tests.casework.town import CLERK, OFFICE, TOWNSHIP_CLERK, Casework, day
from tests.conftest import at


def record(casework: Casework, row: str, decrease: Decrease, on: date = day(25), **more):
    form = DecreaseForm(**{"decrease": decrease, "on": on, "words": "整户情况已核实"} | more)
    return casework.do(commands.record, row, form, actor=TOWNSHIP_CLERK, on=day(26))


def test_a_household_that_died_out_lapses_at_once(casework: Casework):
    row = monitored(casework, "h1")
    record(casework, row.id, Decrease.DIED)
    (after,) = rows(casework)
    assert (after.standing, after.since, after.lapsed_on) == (Standing.LAPSED, day(25), day(25))
    assert after.eliminated_on is None
    (event,) = casework.said(HouseholdLapsed)
    assert (event.household, event.decrease, event.on) == ("h1", Decrease.DIED, day(25))
    listed = casework.said(HouseholdListed)[-1]
    assert (listed.standing, listed.lapsed_on) == (Standing.LAPSED, day(25))
    with casework.sessions() as session:
        (kept,) = session.exec(select(Decreased)).all()
    assert (kept.text, kept.account) == ("整户情况已核实", "township")
    with pytest.raises(Conflict, match="已登记自然减少"):
        record(casework, row.id, Decrease.DIED)


def test_the_file_under_way_ends_with_it(casework: Casework):
    file = lead(casework, "h1")
    (row,) = rows(casework)
    record(casework, row.id, Decrease.DIED)
    assert state(casework, file) is FileState.LAPSED
    assert rows(casework)[0].standing is Standing.LAPSED
    assert casework.said(HouseholdListed) == []  # it never was identified


def test_who_moved_away_stays_until_the_other_county_takes_over(casework: Casework):
    row = monitored(casework, "h1")
    record(casework, row.id, Decrease.MOVED_AWAY)
    (after,) = rows(casework)
    assert (after.standing, after.left_on, after.lapsed_on) == (Standing.MONITORED, day(25), None)
    assert casework.said(HouseholdLapsed) == []
    with casework.sessions() as session:
        assert [task.count for task in tasks.tasks(session, TOWNSHIP_CLERK, day(26))] == [1]
    with pytest.raises(Refused, match="不能早于"):
        record(casework, row.id, Decrease.MOVED_AWAY, on=day(24), receiver="邻县")
    record(casework, row.id, Decrease.MOVED_AWAY, on=day(26), receiver="邻县")
    (after,) = rows(casework)
    assert (after.standing, after.lapsed_on) == (Standing.LAPSED, day(26))
    with casework.sessions() as session:
        assert tasks.tasks(session, TOWNSHIP_CLERK, day(26)) == []
        assert len(queries.of(session, row.id)) == 2


def test_a_merged_household_names_the_one_it_went_into(casework: Casework):
    row = monitored(casework, "h1")
    for wrong in ({}, {"into": "H99"}, {"into": "H1"}):
        with pytest.raises(Refused, match="并"):
            record(casework, row.id, Decrease.MERGED, **wrong)
    record(casework, row.id, Decrease.MERGED, into="H2")
    assert casework.said(HouseholdLapsed)[0].into == "h2"


@pytest.mark.parametrize(
    ("decrease", "more", "why"),
    [
        (Decrease.DIED, {"on": day(27)}, "不能晚于今天"),
        (Decrease.DIED, {"on": day(20)}, "不能早于"),
        (Decrease.DIED, {"receiver": "邻县"}, "只有迁出"),
        (Decrease.DIED, {"into": "H2"}, "并户"),
    ],
)
def test_what_does_not_fit_is_refused(casework: Casework, decrease, more, why):
    row = monitored(casework, "h1")
    with pytest.raises(Refused, match=why):
        record(casework, row.id, decrease, **more)
    assert rows(casework)[0].standing is Standing.MONITORED


def test_a_village_records_none(casework: Casework):
    row = monitored(casework, "h1")
    form = DecreaseForm(decrease=Decrease.DIED, on=day(25), words="整户死亡")
    with pytest.raises(Forbidden):
        casework.do(commands.record, row.id, form, actor=CLERK, on=day(26))


def test_its_pages(casework: Casework, client, clock):
    row = monitored(casework, "h1")
    clock.set(at(2026, 9, 26))
    office, page = client("casework", OFFICE), f"/casework/monitored/{row.id}"
    assert "登记自然减少" in office.get(page).text
    assert "登记自然减少" not in client("casework", CLERK).get(page).text
    assert "整户死亡" in office.get(f"{page}/decrease").text
    away = {"decrease": "moved_away", "on": "2026-09-25", "words": "随子女迁往邻县"}
    assert office.post(f"{page}/decrease", data=away).status_code == 303
    assert "户主1" in office.get("/casework/leaving").text
    assert [one["household"] for one in office.get("/casework/api/leaving").json()] == ["h1"]
    assert "等待迁入地接收" in office.get(page).text
    taken = {**away, "on": "2026-09-26", "receiver": "邻县"}
    answer = office.post(f"/casework/api/monitored/{row.id}/decrease", json=taken)
    assert answer.json()["standing"] == "lapsed"
    assert "没有迁出待接收的农户" in office.get("/casework/leaving").text
