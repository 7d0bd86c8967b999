"""The month opens, reminds and closes by itself; master data go out once."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from backstop.services import service_named
from kit import deadlines
from kit.errors import Conflict, Forbidden, Refused
from kit.messaging.outbox import emitted
from rulebook.months import end_of
from schemas.codes import Content, Timeliness
from schemas.values import Receipt
from schemas.village import (
    DivisionNamed,
    GroupNamed,
    GroupReportMissed,
    HouseholdRegistered,
    ListMissed,
    ReporterExempted,
    TownshipMissed,
    VillageMonthOpened,
)
from services.village.findings import commands as findings_commands
from services.village.lists import commands as lists_commands
from services.village.months import commands as months_commands
from services.village.months import jobs, queries
from services.village.months.models import Reminder
from services.village.months.rules import Reporter
from services.village.register import commands as register_commands
from services.village.screening import commands as screening_commands
from tests.village.personas import (
    ASKED,
    BAISHUI,
    CLERK,
    DIVISIONS,
    GROUPS,
    HEAD,
    HEWAN,
    HOUSEHOLDS,
    LEADER,
    MAJIA,
    MONTH,
    OFFICE,
    QINGLING,
    SHIQIAO,
    TOWNSHIP_CLERK,
    YUNTAI,
    at,
    on,
)


def sweep(sessions, moment):
    return deadlines.sweep(sessions, service_named("village").jobs, moment)


def state(session, kind, code):
    row = queries.reporter(session, MONTH, kind, code)
    return row.timeliness, row.content


def test_an_open_month_stays_as_it_is(sessions, session):
    (event,) = [one for one in emitted(session) if isinstance(one, VillageMonthOpened)]
    assert (len(event.groups), len(event.villages), len(event.townships)) == (16, 4, 2)
    assert (event.group_due, event.village_due, event.township_due) == (on(17), on(20), on(30))
    before = len(emitted(session))
    assert months_commands.open_month(session, MONTH, on=on(9), actor=OFFICE).opened_on == on(1)
    assert len(emitted(session)) == before
    with pytest.raises(Refused, match="还没有到"):
        months_commands.open_month(session, "2026-10", on=on(9), actor=OFFICE)
    assert months_commands.open_month(session, MONTH, on=on(9), actor=CLERK).opened_on == on(
        1
    )  # it is open: nothing to forbid
    with pytest.raises(Forbidden):
        months_commands.open_month(session, "2026-08", on=on(9), actor=CLERK)
    assert queries.month_named(session, MONTH).pack.startswith("default@")


def test_an_empty_county_opens_nothing_and_waits_for_the_next_month(village_sessions, clock):
    with village_sessions.begin() as session:
        jobs.prepare(session, clock)
    assert sweep(village_sessions, clock()) == 1
    with village_sessions() as session:
        assert queries.months(session) == []
        assert deadlines.pending(session, "open month", "2026-10")


def test_silence_is_reported_by_the_deadlines_and_only_the_silent_are_reminded(sessions):
    with sessions.begin() as session:
        screening_commands.report_group(
            session, SHIQIAO, "01", MONTH, nil=True, actor=LEADER, on=on(10)
        )
    sweep(sessions, at(17))
    with sessions() as session:
        reminded = {
            (one.code, one.on)
            for one in session.exec(select(Reminder)).all()
            if one.kind is Reporter.GROUP
        }
        assert {day for _, day in reminded} == {on(14), on(16)}
        assert f"{SHIQIAO}/01" not in {code for code, _ in reminded}
        assert state(session, Reporter.GROUP, f"{SHIQIAO}/02") == (Timeliness.WAITING, None)
    sweep(sessions, end_of(on(17)))
    with sessions() as session:
        missed = [one for one in emitted(session) if isinstance(one, GroupReportMissed)]
        assert len(missed) == 15
        assert state(session, Reporter.GROUP, f"{SHIQIAO}/02") == (Timeliness.MISSING, None)
    with sessions.begin() as session:
        screening_commands.report_group(
            session, SHIQIAO, "02", MONTH, nil=True, actor=OFFICE, on=on(18)
        )
        assert state(session, Reporter.GROUP, f"{SHIQIAO}/02") == (Timeliness.LATE, Content.NIL)


def test_deadlines_missed_during_down_time_fire_once_in_order(sessions):
    with sessions.begin() as session:
        lists_commands.submit_list(
            session, SHIQIAO, MONTH, nil=True, actor=CLERK, on=on(18), silent_reason=ASKED
        )
    sweep(sessions, at(1, month=10))
    sweep(sessions, at(1, month=10) + timedelta(minutes=1))
    with sessions() as session:
        events = emitted(session)
        assert sorted(one.village for one in events if isinstance(one, ListMissed)) == [
            MAJIA,
            BAISHUI,
            YUNTAI,
        ]
        assert [one.township for one in events if isinstance(one, TownshipMissed)] == [
            HEWAN,
            QINGLING,
        ]
        assert [one.month for one in events if isinstance(one, VillageMonthOpened)] == [
            MONTH,
            "2026-10",
        ]


def test_a_draft_is_no_report(sessions, session, register):
    findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
    )
    session.commit()
    sweep(sessions, end_of(on(20)))
    session.expire_all()
    assert state(session, Reporter.VILLAGE, SHIQIAO) == (Timeliness.MISSING, Content.DRAFT)
    lists_commands.submit_list(session, SHIQIAO, MONTH, nil=False, actor=CLERK, on=on(22))
    assert state(session, Reporter.VILLAGE, SHIQIAO) == (Timeliness.LATE, Content.FINDINGS)


def test_what_came_on_paper_counts_from_its_receipt(session):
    paper = Receipt(on=on(19), written_on=on(18), entered_on=on(24), reason="纸质表9月19日收到")
    with pytest.raises(Forbidden, match="补录"):
        lists_commands.submit_list(
            session,
            SHIQIAO,
            MONTH,
            nil=True,
            actor=CLERK,
            on=on(24),
            receipt=paper,
            silent_reason=ASKED,
        )
    sent = lists_commands.submit_list(
        session,
        SHIQIAO,
        MONTH,
        nil=True,
        actor=OFFICE,
        on=on(24),
        receipt=paper,
        silent_reason=ASKED,
    )
    assert (sent.late, sent.written_on, sent.entered_on, sent.on_behalf_of) == (
        False,
        on(18),
        on(24),
        "石桥村村民委员会",
    )


def test_taken_back_after_the_due_day_a_group_is_missing_again(session, heard):
    screening_commands.report_group(
        session, SHIQIAO, "01", MONTH, nil=True, actor=LEADER, on=on(10)
    )
    screening_commands.withdraw_group_report(session, SHIQIAO, "01", MONTH, actor=LEADER, on=on(18))
    assert state(session, Reporter.GROUP, f"{SHIQIAO}/01") == (Timeliness.MISSING, None)
    assert [event.group for event in heard(session, GroupReportMissed)] == ["01"]


def test_an_exemption_is_recorded_with_its_reason_and_nobody_is_missing(sessions, session, heard):
    place = f"{SHIQIAO}/04"
    with pytest.raises(Forbidden):
        months_commands.exempt_reporter(
            session, MONTH, Reporter.GROUP, place, reason="组长去世", actor=CLERK, on=on(9)
        )
    with pytest.raises(Refused, match="原因"):
        months_commands.exempt_reporter(
            session, MONTH, Reporter.GROUP, place, reason=" ", actor=TOWNSHIP_CLERK, on=on(9)
        )
    months_commands.exempt_reporter(
        session, MONTH, Reporter.GROUP, place, reason="组长去世", actor=TOWNSHIP_CLERK, on=on(9)
    )
    with pytest.raises(Conflict):
        months_commands.exempt_reporter(
            session, MONTH, Reporter.GROUP, place, reason="组长去世", actor=OFFICE, on=on(9)
        )
    with pytest.raises(Forbidden):
        months_commands.exempt_reporter(
            session, MONTH, Reporter.TOWNSHIP, HEWAN, reason="忙", actor=TOWNSHIP_CLERK, on=on(9)
        )
    session.commit()
    sweep(sessions, end_of(on(17)))
    session.expire_all()
    (event,) = heard(session, ReporterExempted)
    assert (event.division, event.group) == (SHIQIAO, "04")
    assert place not in {f"{one.village}/{one.group}" for one in heard(session, GroupReportMissed)}
    assert queries.reporter(session, MONTH, Reporter.GROUP, place).exempt_reason == "组长去世"


def test_the_expected_are_frozen_when_the_month_opens(session):
    draft = GROUPS[0].model_copy(update={"group": "05"})
    register_commands.name_groups(session, [draft], actor=OFFICE)
    with pytest.raises(Refused, match="下个月"):
        screening_commands.report_group(
            session, SHIQIAO, "05", MONTH, nil=True, actor=OFFICE, on=on(10)
        )


def test_master_data_go_out_once(session):
    def count(kind):
        return len([one for one in emitted(session) if isinstance(one, kind)])

    kinds = (DivisionNamed, GroupNamed, HouseholdRegistered)
    assert [count(kind) for kind in kinds] == [len(DIVISIONS), len(GROUPS), len(HOUSEHOLDS)]
    again = [
        register_commands.name_divisions(session, DIVISIONS, actor=OFFICE),
        register_commands.name_groups(session, GROUPS, actor=OFFICE),
        register_commands.register_households(session, HOUSEHOLDS, actor=OFFICE, on=on(2)),
    ]
    assert [(one.taken, one.unchanged) for one in again] == [
        (0, len(DIVISIONS)),
        (0, len(GROUPS)),
        (0, len(HOUSEHOLDS)),
    ]
    assert [count(kind) for kind in kinds] == [len(DIVISIONS), len(GROUPS), len(HOUSEHOLDS)]
    moved = HOUSEHOLDS[0].model_copy(update={"group": "02"})
    assert (
        register_commands.register_households(
            session, [moved, *HOUSEHOLDS[1:]], actor=OFFICE, on=on(2)
        ).taken
        == 1
    )
    assert (event := emitted(session)[-1]).group == "02"
    assert len(event.member_hashes) == 1


def test_master_data_are_refused_outside_the_own_place(session):
    yuntai = [one for one in HOUSEHOLDS if one.village == YUNTAI]
    for actor, kind in ((TOWNSHIP_CLERK, yuntai), (HEAD, HOUSEHOLDS[:1]), (CLERK, HOUSEHOLDS[:1])):
        with pytest.raises(Forbidden):
            register_commands.register_households(session, kind, actor=actor, on=on(2))
    foreign = DIVISIONS[0].model_copy(update={"division": "990122", "name": "邻县"})
    with pytest.raises(Refused, match="不属于本县"):
        register_commands.name_divisions(session, [foreign], actor=OFFICE)
    orphan = DIVISIONS[0].model_copy(update={"division": "990121300201", "name": "孤村"})
    with pytest.raises(Refused, match="上级"):
        register_commands.name_divisions(session, [orphan], actor=OFFICE)


def test_the_chassis_finds_every_deadline_a_taker(sessions, session):
    names = {row.name for row in session.execute(text("SELECT DISTINCT name FROM deadline"))}
    # what somebody's act sets, or the service's own start
    later = {"place ends", "check register", "check village", "check between households"}
    assert names | later == set(service_named("village").jobs.takes)
