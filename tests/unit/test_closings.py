"""A unit that ends: its helpers, households and open things go on at its successor (F-15)."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from backstop.services import service_named
from kit import directory
from kit.closing import ClosingForm, ReopeningForm
from kit.errors import Forbidden, NotFound, Refused
from kit.messaging.outbox import emitted
from kit.sheets.sheet import Handing, RawSheet, recognise
from kit.tasks import Task
from schemas.codes import DirectoryKind, Role, Timeliness
from schemas.unit import (
    HelperNamed,
    HouseholdAssigned,
    UnitExempted,
    UnitListMissed,
    UnitListSubmitted,
    UnitMonthOpened,
    UnitNamed,
)
from services.unit.closings import commands
from services.unit.closings.tasks import tasks
from services.unit.findings import commands as findings_commands
from services.unit.findings.models import UnitFinding
from services.unit.findings.policy import policy as findings_policy
from services.unit.lists import commands as lists_commands
from services.unit.months import commands as months_commands
from services.unit.months.models import Required, UnitMonth
from services.unit.months.queries import unit_month
from services.unit.organisation import commands as organisation_commands
from services.unit.organisation.forms import HelperRow, UnitRow
from services.unit.organisation.models import Helper
from services.unit.visits import commands as visits_commands
from tests.unit.conftest import (
    CLERK,
    COUNTY,
    HEAD,
    HELPER,
    MONTH,
    OFFICE,
    REASON,
    REASONS,
    risk,
    who,
)

OCTOBER = "2026-10"
SUCCESSOR, LEADER = who(Role.UNIT_CLERK, "U002"), who(Role.COUNTY_LEADER)
LAST, FIRST = date(2026, 9, 20), date(2026, 10, 1)


def close(session, into: str | None = "U002", month: str = MONTH, on: date = LAST, actor=OFFICE):
    form = ClosingForm(
        kind=DirectoryKind.UNIT, code="U001", last_month=month, successor=into, reason="机构改革"
    )
    commands.close_unit(session, form, actor=actor, on=on)


def october(session) -> None:
    """The clock of 1 October, in the order of the deadlines."""
    months_commands.open_month(session, OCTOBER, on=FIRST)
    commands.end_unit(session, "U001", on=FIRST)


def heard(session, kind) -> list:
    return [event for event in emitted(session) if isinstance(event, kind)]


def expected(session, month: str = OCTOBER) -> dict[str, int]:
    rows = session.exec(select(UnitMonth).where(UnitMonth.month == month))
    return {row.unit: row.required for row in rows}


def test_f_15_a_merged_unit_is_expected_no_longer_and_its_helpers_go_on(session):
    close(session)
    assert heard(session, UnitNamed)[-1].last_month == MONTH
    october(session)
    assert expected(session) == {"U002": 6}
    assert {
        row.unit for row in session.exec(select(Required).where(Required.month == OCTOBER))
    } == {"U002"}
    assert session.get(Helper, "U001-01").unit == "U002"
    assert {event.unit for event in heard(session, HelperNamed)[-2:]} == {"U002"}
    assert {event.unit for event in heard(session, HouseholdAssigned)[-4:]} == {"U002"}
    assert heard(session, UnitNamed)[-1].successor == "U002"
    assert directory.answers_for(session, SUCCESSOR) == ("U002", "U001")
    assert directory.answers_for(session, CLERK) == ()


def test_f_15_the_successor_completes_what_was_open(session):
    visits_commands.record_visits(session, [risk(1, risk_point="")], actor=HELPER, on=LAST)
    finding = session.exec(select(UnitFinding)).one()
    close(session)
    session.commit()
    assert not findings_policy.may(SUCCESSOR, "complete_finding", finding)
    october(session)
    session.commit()
    assert findings_policy.may(SUCCESSOR, "complete_finding", finding)
    assert findings_policy.may(HELPER, "complete_finding", finding)
    assert not findings_policy.may(CLERK, "complete_finding", finding)
    titles = [
        task.title
        for of_feature in service_named("unit").tasks
        for task in of_feature(session, SUCCESSOR, FIRST)
    ]
    named, own = (
        [title for title in titles if title.startswith("县发展和改革局：") is inherited]
        for inherited in (True, False)
    )
    assert [title.partition("：")[2] for title in named if "名单" in title]
    assert [title for title in own if "名单" in title], "his own is not named"


def test_f_15_without_a_successor_the_county_gives_the_households_to_others(session):
    close(session, into=None)
    assert tasks(session, OFFICE, LAST) == []
    october(session)
    assert expected(session) == {"U002": 2}
    assert "U001" in directory.answers_for(session, who(Role.COUNTY_CLERK, COUNTY))
    (task,) = tasks(session, OFFICE, FIRST)
    assert (task.title, task.count) == ("县发展和改革局已撤并，4户要另行结对", 4)
    assert len(task.objects) == 4
    organisation_commands.transfer_helper(
        session, "U001-01", "U002-01", reason="撤销", actor=OFFICE, on=FIRST
    )
    session.flush()
    assert [task.count for task in tasks(session, OFFICE, FIRST)] == [2]


def of_unit(session, actor, on: date = FIRST) -> list[Task]:
    """Whose owner is the actor; urging others has no objects."""
    tasks_of = (room(session, actor, on) for room in service_named("unit").tasks)
    return [task for room in tasks_of for task in room if task.objects]


def test_f_15_what_a_unit_without_a_successor_left_the_office_sends_and_the_leader_signs(session):
    notes = [risk(1), risk(2, risk_point="")]
    visits_commands.record_visits(session, notes, actor=HELPER, on=LAST)
    close(session, into=None)
    october(session)
    session.commit()
    again, send = of_unit(session, OFFICE)
    assert (send.title, send.kind, send.count) == (
        "县发展和改革局：报送2026年9月名单（1户）",
        "send",
        1,
    )
    assert again.kind == "assign-again"
    assert [task.kind for task in of_unit(session, HELPER)] == ["complete"]
    for gone in (CLERK, HEAD):
        assert of_unit(session, gone) == []
    lists_commands.submit_list(session, "U001", MONTH, nil=False, **REASONS, actor=OFFICE, on=FIRST)
    session.commit()
    (sign,) = of_unit(session, LEADER)
    assert sign.title == "县发展和改革局：签发2026年9月名单"
    with pytest.raises(Forbidden):
        lists_commands.sign_list(session, "U001", MONTH, actor=HEAD, on=FIRST)
    (signed,) = lists_commands.sign_list(session, "U001", MONTH, actor=LEADER, on=FIRST)
    assert signed.signed_by == LEADER.label
    session.commit()
    with pytest.raises(Forbidden):
        lists_commands.sign_list(session, "U002", MONTH, actor=LEADER, on=FIRST)


def test_f_15_what_it_left_incomplete_the_new_helper_completes_and_the_office_sends(session):
    visits_commands.record_visits(session, [risk(1, risk_point="")], actor=HELPER, on=LAST)
    lists_commands.submit_list(
        session, "U002", MONTH, nil=True, nil_reason=REASON, actor=OFFICE, on=LAST
    )
    lists_commands.sign_list(session, "U002", MONTH, actor=who(Role.UNIT_HEAD, "U002"), on=LAST)
    close(session, into=None)
    october(session)
    organisation_commands.transfer_helper(
        session, "U001-01", "U002-01", reason="撤销", actor=OFFICE, on=FIRST
    )
    session.commit()
    taker = who(Role.HELPER, "U002-01")
    (complete,) = [task for task in of_unit(session, taker) if task.kind == "complete"]
    finding = session.exec(select(UnitFinding)).one()
    assert str(finding.id) in complete.objects[0]
    findings_commands.complete_finding(
        session, finding.id, risk_point="户主住院", matter="医疗救助", actor=taker, on=FIRST
    )
    session.commit()
    (send,) = [task for task in of_unit(session, OFFICE) if task.kind == "send"]
    assert f"unit_finding:{finding.id}" in send.objects
    assert findings_policy.may(LEADER, "strike_out_finding", finding)
    findings_commands.strike_out_finding(session, finding.id, reason="不实", actor=LEADER, on=FIRST)
    lists_commands.submit_list(session, "U001", MONTH, nil=False, actor=OFFICE, on=FIRST, **REASONS)
    (told,) = [event for event in heard(session, UnitListSubmitted) if event.unit == "U001"]
    assert told.findings[0].struck_out == "县领导划除：不实"


def test_f_15_the_pages_offer_it_to_whoever_answers_for_the_unit(opened, client, clock):
    with opened.begin() as session:
        visits_commands.record_visits(session, [risk(1)], actor=HELPER, on=LAST)
        close(session, into=None)
        october(session)
    clock.set(clock().replace(year=2026, month=10, day=1))
    office, leader = client("unit", OFFICE), client("unit", LEADER)
    assert 'id="list"' in office.get(f"/unit/units/U001?month={MONTH}").text
    form = {"unit": "U001", "month": MONTH, **REASONS}
    assert office.post("/unit/lists", data=form).status_code == 303
    page = leader.get(f"/unit/units/U001?month={MONTH}").text
    assert "查看并签发名单" in page
    assert "签发报县" in leader.get(f"/unit/lists/U001/{MONTH}").text
    assert leader.post(f"/unit/lists/U001/{MONTH}/signature").status_code == 303


def test_f_15_a_successor_finds_the_form_of_the_list_it_owes(opened, client, clock):
    with opened.begin() as session:
        close(session)
        october(session)
    clock.set(clock().replace(year=2026, month=10, day=1))
    page = client("unit", SUCCESSOR).get(f"/unit/units/U001?month={MONTH}").text
    assert 'id="list"' in page


def test_f_15_the_office_gives_households_to_helpers_of_any_unit_that_is_there(
    opened, client, clock
):
    with opened.begin() as session:
        close(session, into=None)
        october(session)
    clock.set(clock().replace(year=2026, month=10, day=1))
    office = client("unit", OFFICE)
    page = office.get("/unit/organisation").text
    assert "唐娟梅（县水利局）" in page
    assert "张贵德（县发展和改革局）" not in page
    assert "马桂（县水利局）" not in client("unit", SUCCESSOR).get("/unit/organisation").text
    form = {"unit": "U001", "helper": "U001-01", "reason": "撤销"}
    refused = office.post("/unit/transfers", data=form | {"to": "U001-02"})
    assert "县发展和改革局已撤并（县级牵头部门接续），请选现在还在的单位" in refused.text
    assert office.post("/unit/transfers", data=form | {"to": "U002-02"}).status_code == 303
    with opened() as session:
        assert [task.count for task in tasks(session, OFFICE, FIRST)] == [2]


def test_f_15_what_was_said_late_holds_at_once(session):
    months_commands.open_month(session, OCTOBER, on=FIRST)
    close(session, on=date(2026, 10, 12))
    assert directory.answers_for(session, CLERK) == ()
    (told,) = heard(session, UnitExempted)
    assert (told.unit, told.month, told.reason) == ("U001", OCTOBER, "已撤并：机构改革")


@pytest.mark.parametrize("into", ["U002", None])
def test_f_15_a_household_is_contacted_in_the_month_that_its_unit_no_longer_reports(session, into):
    months_commands.open_month(session, OCTOBER, on=FIRST)
    session.commit()
    on = date(2026, 10, 12)
    before = of_unit(session, HELPER, on)
    close(session, into, on=on)
    session.commit()
    kept = [task.objects for task in of_unit(session, HELPER, on) if task.kind == "contact"]
    assert kept == [task.objects for task in before if task.kind == "contact"]
    assert any(OCTOBER in name for names in kept for name in names)


def test_f_15_it_can_be_taken_back(session):
    close(session)
    october(session)
    form = ReopeningForm(kind=DirectoryKind.UNIT, code="U001", reason="登记错了")
    commands.reopen_unit(session, form, actor=OFFICE, on=date(2026, 10, 3))
    assert session.get(Helper, "U001-01").unit == "U001"
    assert directory.answers_for(session, CLERK) == ("U001",)
    assert heard(session, UnitNamed)[-1].last_month is None


def reopen(session, on: date) -> None:
    form = ReopeningForm(kind=DirectoryKind.UNIT, code="U001", reason="登记错了")
    commands.reopen_unit(session, form, actor=OFFICE, on=on)
    session.commit()


@pytest.mark.parametrize("into", ["U002", None])
def test_f_15_taken_back_late_the_month_that_runs_expects_the_unit_again(session, into):
    months_commands.open_month(session, OCTOBER, on=FIRST)
    close(session, into, on=date(2026, 10, 12))
    session.commit()
    assert of_unit(session, CLERK, date(2026, 10, 12)) == []
    reopen(session, date(2026, 10, 13))
    row = session.get(UnitMonth, (OCTOBER, "U001"))
    assert (row.exempted_on, row.exempt_reason, row.exempted_by) == (None, None, None)
    assert [event.lifted for event in heard(session, UnitExempted)] == [False, True]
    lists = [task for task in of_unit(session, CLERK, date(2026, 10, 13)) if task.kind == "send"]
    assert f"unit_month:{OCTOBER}/U001" in [name for task in lists for name in task.objects]
    contacts = [t for t in of_unit(session, HELPER, date(2026, 10, 13)) if OCTOBER in t.href]
    assert [task.kind for task in contacts] == ["contact", "contact"]


@pytest.mark.parametrize("into", ["U002", None])
def test_f_15_taken_back_when_the_month_had_opened_without_it_its_households_are_its_own(
    session, into
):
    close(session, into)
    october(session)
    session.commit()
    reopen(session, date(2026, 10, 3))
    assert expected(session) == {"U001": 4, "U002": 2}
    told = heard(session, UnitMonthOpened)[-1]
    counts = {unit.unit: unit.households for unit in told.units}
    assert counts == ({"U001": 4, "U002": 2} if into else {"U001": 4})
    contacts = [t for t in of_unit(session, HELPER, date(2026, 10, 3)) if OCTOBER in t.href]
    assert [task.kind for task in contacts] == ["contact", "contact"]


@pytest.mark.parametrize("was_open", [True, False])
def test_f_15_taken_back_past_its_day_it_is_missing_and_named(session, was_open):
    """October's list was due on the 25th; the month had it exempted, or had opened without it."""
    if was_open:
        months_commands.open_month(session, OCTOBER, on=FIRST)
        close(session, on=date(2026, 10, 12))
    else:
        close(session)
        october(session)
    session.commit()
    lists_commands.report_missing_lists(session, OCTOBER)
    reopen(session, date(2026, 10, 30))
    assert session.get(UnitMonth, (OCTOBER, "U001")).timeliness is Timeliness.MISSING
    of_october = [event for event in heard(session, UnitListMissed) if event.month == OCTOBER]
    assert [event.required for event in of_october if event.unit == "U001"] == [4]


def test_renaming_what_ended_does_not_bring_it_back(session):
    close(session)
    october(session)
    organisation_commands.name_units(session, [UnitRow(unit="U001", name="原发改局")], actor=OFFICE)
    assert heard(session, UnitNamed)[-1].successor == "U002"
    assert directory.answers_for(session, CLERK) == ()


def test_f_51_a_unit_without_a_month_is_named_and_one_that_ended_says_so(session):
    with pytest.raises(NotFound, match="县发展和改革局在2027年1月没有填报任务"):
        unit_month(session, "U001", "2027-01")
    close(session)
    october(session)
    with pytest.raises(NotFound, match=r"已撤并（报到2026年9月，并入.*），2026年10月不用填报"):
        unit_month(session, "U001", OCTOBER)


def test_only_the_office_says_so_and_only_what_can_be(session):
    with pytest.raises(Forbidden):
        close(session, actor=CLERK)
    with pytest.raises(Refused, match="不能并入自己"):
        close(session, into="U001")
    with pytest.raises(Refused, match="没有代码为"):
        close(session, into="U009")


def test_the_page_shows_what_is_open_asks_and_takes_back(opened, client, clock):
    clock.set(clock().replace(year=2026, month=9, day=20))
    browser = client("unit", OFFICE)
    page = browser.get("/unit/closings", params={"kind": "UNIT", "code": "U001"}).text
    assert "帮扶责任人2人、结对户4户" in page
    assert "4户本月还没有联系" in page
    form = {
        "kind": "UNIT",
        "code": "U001",
        "last_month": MONTH,
        "successor": "U002",
        "reason": "改",
    }
    assert browser.post("/unit/closings", data=form).status_code == 303
    assert browser.get("/unit/api/closings").json() == [form]
    undo = {"kind": "UNIT", "code": "U001", "reason": "没有改"}
    assert browser.post("/unit/closings/undo", data=undo).status_code == 303
    assert browser.get("/unit/api/closings").json() == []


def test_f_15_who_is_left_out_of_a_new_list_is_asked_about(session):
    """The workbook of units and helpers came without U002 and without 张贵德."""
    header = ["单位代码", "单位名称", "帮扶责任人编号", "帮扶责任人", "联系电话"]
    rows = [header, ["U001", "县发展和改革局", "U001-01", "徐勇", "16000000011"]]
    raw = RawSheet(file="机构.xlsx", title="帮扶单位", rows=rows)
    sheet = recognise(raw, service_named("unit").sheets)
    now = datetime(2026, 9, 20, tzinfo=UTC)
    report = sheet.kind.take(session, sheet, Handing(OFFICE, LAST, now, MONTH))
    assert report.notes == [
        "这份名册里没有县水利局：已撤并的单位，请在“撤并”页登记，否则仍要报送。",
        "这份名册里没有张贵德：已调离的，请移交结对户。",
    ]


def test_nobody_is_entered_at_a_unit_that_ended(session):
    close(session)
    october(session)
    helper = HelperRow(helper="U001-09", unit="U001", name="新来人")
    with pytest.raises(Refused, match="县发展和改革局已撤并（县水利局接续）"):
        organisation_commands.name_helpers(session, [helper], actor=OFFICE)
