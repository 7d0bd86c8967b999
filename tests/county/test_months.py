"""Reporters' months, supervision, deadlines."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from backstop.services import service_named
from kit import deadlines
from kit.actor import Actor
from kit.clock import SimulatedClock
from kit.deadlines import sweep
from kit.errors import Conflict, Forbidden, Refused
from kit.forms.receiving import receive
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.months import end_of, start_of
from rulebook.packs import load_pack
from schemas.codes import RiskCause, Role
from schemas.county import SupervisionReported, TeamNamed
from schemas.unit import UnitExempted, UnitListMissed
from schemas.values import Receipt
from schemas.village import GroupReportWithdrawn, ListMissed, ReporterExempted
from services.county.months import commands as months_commands
from services.county.months.jobs import prepare
from services.county.months.models import Month
from services.county.months.queries import plan_of_month
from services.county.organisation import commands as organisation_commands
from services.county.reporters import commands as reporters_commands
from services.county.reporters import queries
from services.county.reporters.models import ReporterMonth, VisitsMonth
from services.county.statistics.queries import reporting
from services.county.supervision import commands as supervision_commands
from services.county.supervision.forms import FindingForm
from services.county.supervision.models import SupervisionDraft
from services.county.supervision.policy import RECEIVERS
from tests.conftest import at
from tests.county.personas import (
    COUNTY,
    MONTH,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    day,
    group_report,
    open_tasks,
    signed,
    submitted,
    unit_list,
    unit_signed,
)
from tests.county.test_verification import CLERK
from tests.own_pack import own_pack

LEADER = Actor("s", "黄刚桂", Role.SUPERVISOR, "D1")


@pytest.fixture
def teams(county):
    teams = [
        a_team("D1", "第一督导组", "黄刚桂", "河湾镇"),
        a_team("D2", "第二督导组", "孙福娜", "青岭乡"),
    ]
    county.do(organisation_commands.enter_teams, teams, actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    return county


def row(county, kind: str, code: str) -> ReporterMonth:
    with county.sessions() as session:
        return session.get(ReporterMonth, (MONTH, kind, code))


def state(county, kind: str, code: str) -> tuple:
    found = row(county, kind, code)
    return found.timeliness, found.content


def test_gt_22_an_open_month_keeps_its_dates(teams, tmp_path):
    """Also where a bulletin or a meeting asks for them again; the next month has the new ones."""
    own = own_pack(tmp_path, "monthly", bulletin_day_next_month=12)
    teams.sessions.kw["info"]["book"] = Book(state_council(), (load_pack("default"), own))
    with teams.sessions() as session:
        assert plan_of_month(session, MONTH).bulletin_on == day(8, 10)  # the 5th is a holiday
        assert plan_of_month(session, "2026-10").bulletin_on == date(2026, 11, 12)


def report(county, *findings, nil=False, on=day(24), actor=LEADER, receipt=None):
    return county.do(
        supervision_commands.report_supervision,
        "D1",
        MONTH,
        nil=nil,
        receipt=receipt or Receipt(on=on),
        actor=actor,
        on=on,
        findings=findings,
    )


def a_finding(village=VILLAGE, name="户主1", **more):
    return FindingForm(
        village=village, head_name=name, causes=(RiskCause.ILLNESS,), problem="住房漏雨", **more
    )


def test_every_reporters_month_follows_its_events(county):
    assert state(county, "VILLAGE", VILLAGE) == ("waiting", None)
    county.hear(group_report(on=day(17)))
    assert state(county, "GROUP", f"{VILLAGE}/01") == ("on_time", "nil")
    county.hear(GroupReportWithdrawn(village=VILLAGE, group="01", month=MONTH, on=day(16)))
    assert state(county, "GROUP", f"{VILLAGE}/01") == ("waiting", None)
    county.hear(ListMissed(village=VILLAGE, township=TOWNSHIP, month=MONTH, due=day(20)))
    assert state(county, "VILLAGE", VILLAGE) == ("missing", None)
    county.hear(submitted(nil=True, on=day(22)))
    assert state(county, "VILLAGE", VILLAGE) == ("late", "nil")
    finding = county.finding(1)
    county.hear(submitted(finding, on=day(24), supplement=1))
    assert state(county, "VILLAGE", VILLAGE) == ("late", "findings")
    assert row(county, "VILLAGE", VILLAGE).supplements == 1
    county.hear(signed(*agreed(finding), missing=(OTHER_VILLAGE,)))
    assert state(county, "TOWNSHIP", TOWNSHIP) == ("on_time", "findings")
    assert row(county, "TOWNSHIP", TOWNSHIP).named_missing == OTHER_VILLAGE


def test_a_figure_can_be_traced_to_its_event(county):
    (record,) = county.hear(submitted(nil=True, on=day(22)))
    source, id_ = (dict(record.headers)[name].decode() for name in ("ce_source", "ce_id"))
    assert row(county, "VILLAGE", VILLAGE).origin == f"{source}#{id_}"


def test_a_report_may_overtake_the_months_opening(county):
    from schemas.village import VillageMonthOpened

    county.hear(submitted(nil=True, on=day(2, 10), month="2026-10", late=False))
    county.hear(
        VillageMonthOpened(
            county=COUNTY,
            month="2026-10",
            groups=(),
            villages=(VILLAGE,),
            townships=(),
            group_due=day(17, 10),
            village_due=day(20, 10),
            township_due=day(30, 10),
        )
    )
    with county.sessions() as session:
        found = session.get(ReporterMonth, ("2026-10", "VILLAGE", VILLAGE))
    assert (found.timeliness, found.content, found.expected, found.due) == (
        "on_time",
        "nil",
        True,
        day(20, 10),
    )


def test_a_unit_is_on_time_by_its_signature(county):
    county.hear(unit_list(nil=True))
    assert state(county, "UNIT", "U001") == ("waiting", "nil")
    county.hear(unit_signed(nil=True, on=day(26)))
    assert state(county, "UNIT", "U001") == ("late", "nil")
    with county.sessions() as session:
        visits = session.get(VisitsMonth, (MONTH, "U001"))
    assert (visits.required, visits.contacted, visits.unreached) == (6, 5, 1)
    county.hear(
        UnitListMissed(unit="U002", month=MONTH, due=day(25), required=3, contacted=1, unreached=0)
    )
    assert state(county, "UNIT", "U002") == ("missing", None)


def test_an_exemption_leaves_the_denominator_and_stays_visible(county):
    county.hear(
        ReporterExempted(division=OTHER_TOWNSHIP, month=MONTH, reason="撤并", on=day(3)),
        UnitExempted(unit="U001", month=MONTH, reason="单位撤销", on=day(3)),
    )
    with county.sessions() as session:
        tiers = {
            tier.kind.value: tier.figures
            for tier in queries.month_status(session, MONTH, CLERK, date(2026, 10, 1))
        }
    township, unit = tiers["TOWNSHIP"], tiers["UNIT"]
    assert (township.expected, township.exempt, township.on_time_rate.whole) == (2, 1, 1)
    assert (unit.expected, unit.exempt, unit.on_time_rate.whole) == (1, 1, 0)


def test_teams_wait_for_townships_that_are_not_known_yet(county):
    from schemas.codes import Level
    from schemas.village import DivisionNamed

    county.do(
        organisation_commands.enter_teams, [a_team("D9", "九组", "组长", "新设乡")], actor=CLERK
    )
    county.hear(
        DivisionNamed(division="990121300000", level=Level.TOWNSHIP, name="新设乡", parent=COUNTY)
    )
    assert county.said(TeamNamed)[-1].townships == ("990121300000",)
    assert (
        county.do(
            organisation_commands.enter_teams, [a_team("D9", "九组", "组长", "新设乡")], actor=CLERK
        )
        == 0
    )


def test_a_team_reports_in_time_once_and_then_supplements(teams):
    assert report(teams, a_finding(id_number=teams.id_number(1))).late is False
    assert state(teams, "TEAM", "D1") == ("on_time", "findings")
    with pytest.raises(Conflict):
        report(teams, nil=True, on=day(26))
    more = report(
        teams, a_finding(OTHER_VILLAGE, "户主5", id_number=teams.id_number(5)), on=day(26)
    )
    assert (more.supplement, more.late) == (1, True)
    assert [len(event.findings) for event in teams.said(SupervisionReported)] == [1, 1]
    assert state(teams, "TEAM", "D1") == ("on_time", "findings")


def test_a_nil_return_is_declared_and_never_inferred(teams):
    """GT-25 at the county."""
    with pytest.raises(Refused, match="零报告"):
        report(teams)
    teams.do(
        supervision_commands.add_supervision_finding,
        "D1",
        MONTH,
        a_finding(),
        actor=LEADER,
        on=day(20),
    )
    with pytest.raises(Refused, match="零报告"):
        report(teams, nil=True)
    assert state(teams, "TEAM", "D1") == ("waiting", "draft")


def test_the_office_enters_a_paper_for_a_team(teams):
    receipt = received(CLERK, "纸质清单24日收到")
    assert report(teams, nil=True, on=day(27), actor=CLERK, receipt=receipt).late is False
    found = row(teams, "TEAM", "D1")
    assert (found.reported_on, found.written_on, found.entered_on) == (day(24), day(23), day(27))
    with pytest.raises(Refused, match="写明原因"):
        received(CLERK, "")


def received(actor: Actor, reason: str) -> Receipt:
    """A paper of the 23rd that came on the 24th, entered on the 27th."""
    return receive(day(27), day(24), reason, written_on=day(23), actor=actor, receivers=RECEIVERS)


def test_g_10_a_team_does_not_date_its_own_late_report(teams):
    with pytest.raises(Forbidden, match="补录收到日期"):
        received(LEADER, "纸质清单24日收到")
    with pytest.raises(Forbidden, match="督导组"):
        report(teams, nil=True, on=day(27), receipt=received(CLERK, "纸质清单24日收到"))
    assert state(teams, "TEAM", "D1") == ("waiting", None)
    assert report(teams, nil=True, on=day(27)).late is True


@pytest.mark.parametrize(
    "actor",
    [
        Actor("a", "管理员", Role.ADMINISTRATOR, COUNTY),
        Actor("o", "别组", Role.SUPERVISOR, "D2"),
        Actor("v", "文书", Role.VILLAGE_CLERK, VILLAGE),
    ],
)
def test_nobody_else_reports_for_a_team(teams, actor):
    with pytest.raises(Forbidden):
        report(teams, nil=True, actor=actor)


def test_unknown_month_or_village_is_refused(teams):
    with pytest.raises(Refused, match="还没有开始"):
        teams.do(
            supervision_commands.report_supervision,
            "D1",
            "2026-13",
            nil=True,
            receipt=Receipt(on=day(24)),
            actor=LEADER,
            on=day(24),
        )
    with pytest.raises(Refused, match="没有这个村"):
        report(teams, a_finding("990121999999"))
    with teams.sessions() as session:
        assert session.exec(select(SupervisionDraft)).all() == []


@pytest.mark.parametrize(
    ("command", "args", "more", "sentence"),
    [
        (supervision_commands.drop_supervision_finding, ("nothing",), {}, "已经上报或者已经删除"),
        (
            supervision_commands.add_supervision_finding,
            ("D9", MONTH, a_finding()),
            {"on": day(20)},
            "没有这个督导组",
        ),
        (
            reporters_commands.exempt_team,
            ("D1", MONTH),
            {"reason": " ", "on": day(20)},
            "请写明免报原因",
        ),
    ],
)
def test_what_concerns_no_team_or_says_no_reason_is_refused(teams, command, args, more, sentence):
    with pytest.raises(Refused, match=sentence):
        teams.do(command, *args, actor=CLERK, **more)
    assert state(teams, "TEAM", "D1") == ("waiting", None)
    assert row(teams, "TEAM", "D1").exempt_reason is None


def test_a_team_that_has_reported_is_exempted_no_more(teams):
    report(teams, nil=True, on=day(21))
    exempt = reporters_commands.exempt_team
    with pytest.raises(Conflict, match="已经报送"):
        teams.do(exempt, "D1", MONTH, reason="撤并", actor=CLERK, on=day(22))
    assert state(teams, "TEAM", "D1") == ("on_time", "nil")
    assert row(teams, "TEAM", "D1").exempt_reason is None


def test_only_the_silent_are_reminded_and_then_missing(teams):
    """Reminders on 22 and 24 September (working days before the 25th, which is a holiday), closing
    at its end.
    """
    report(teams, nil=True, on=day(21))
    deadlines.sweep(
        teams.sessions, service_named("county").jobs, start_of(day(24)) + timedelta(hours=1)
    )
    assert (row(teams, "TEAM", "D1").reminded_on, row(teams, "TEAM", "D2").reminded_on) == (
        None,
        day(24),
    )
    deadlines.sweep(
        teams.sessions, service_named("county").jobs, end_of(day(25)) + timedelta(seconds=1)
    )
    assert state(teams, "TEAM", "D2") == ("missing", None)
    assert state(teams, "TEAM", "D1") == ("on_time", "nil")


def test_months_open_by_themselves_once_there_is_somebody_to_expect(county):
    clock = SimulatedClock(start_of(day(1)) + timedelta(hours=9))
    for _ in range(2):
        county.do(prepare, clock)
    deadlines.sweep(county.sessions, service_named("county").jobs, clock())
    with county.sessions() as session:
        assert session.get(Month, MONTH) is None
        assert deadlines.pending(session, "open month", "2026-10") == start_of(day(1, 10))
    county.do(
        organisation_commands.enter_teams,
        [a_team("D1", "第一督导组", "组长", "河湾镇")],
        actor=CLERK,
    )
    opened = county.do(months_commands.open_month, "2026年9月", on=day(24), actor=CLERK)
    assert (opened.supervision_due, opened.bulletin_on, opened.meeting_on) == (
        day(25),
        day(8, 10),
        day(12, 10),
    )
    assert county.do(months_commands.open_month, MONTH, on=day(25), actor=CLERK).opened_on == day(
        24
    )
    with pytest.raises(Refused, match="月份"):
        county.do(months_commands.open_month, "2026-13", on=day(25), actor=CLERK)


def township_shown(county, on=None):
    """The township's row of the month as everybody reads it."""
    with county.sessions() as session:
        tiers = reporting.tiers(session, MONTH, on or day(30))
    (township,) = (row for row in tiers.townships if row.code == TOWNSHIP)
    count = next(row for row in tiers.summary if row.kind == "TOWNSHIP")
    return township.own, count.nil


def test_f_02_a_township_is_nil_only_when_each_of_its_villages_declared_nil(county):
    county.hear(submitted(nil=True))
    county.hear(signed(on=day(21), missing=(OTHER_VILLAGE,)))
    own, nil = township_shown(county)
    assert (own.timeliness, own.content, nil) == ("on_time", None, 0)
    assert own.content_label == "2个村中1个村没有报"
    county.hear(submitted(nil=True, village=OTHER_VILLAGE, on=day(22)))  # late, and nil as well
    own, nil = township_shown(county)
    assert (own.content, own.content_label, nil) == ("nil", "零报告", 1)


def test_f_02_an_exempt_village_is_waited_for_by_no_township(county):
    county.hear(submitted(nil=True))
    county.hear(signed(on=day(21), missing=(OTHER_VILLAGE,)))
    county.hear(ReporterExempted(division=OTHER_VILLAGE, month=MONTH, reason="搬迁", on=day(22)))
    own, nil = township_shown(county)
    assert (own.content, nil) == ("nil", 1)


def test_f_02_the_order_in_which_list_and_signature_come_changes_nothing(county):
    """They have different keys, so no common order."""
    county.hear(signed(on=day(21), villages=(VILLAGE, OTHER_VILLAGE)))
    assert township_shown(county)[0].content_label == "2个村中2个村没有报"
    county.hear(submitted(nil=True), submitted(county.finding(5), village=OTHER_VILLAGE))
    own, nil = township_shown(county)
    assert (own.content, nil) == ("findings", 0)


def test_f_51_the_offices_own_dates_have_one_wording(county, client, clock):
    """On the month's page, its workbook, the list of tasks and the bulletin: nothing is reported."""
    team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
    county.do(organisation_commands.enter_teams, [team], actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding), on=day(14)))
    sweep(county.sessions, service_named("county").jobs, at(2026, 10, 14))
    clock.set(at(2026, 10, 14))
    page = client("county", CLERK).get(f"/county/months/{MONTH}").text
    office = page[page.index("县级牵头部门</h2>") :]
    assert office.count("逾期未完成") == 3  # verification, meeting and bulletin
    assert "未报" not in office
    assert "入户核实" not in office
    with county.sessions() as session:
        notes = [task.note for task in open_tasks(session, CLERK, date(2026, 10, 14))]
    assert sum("逾期未完成" in note for note in notes) == 2
    assert not any("超期" in note for note in notes)


def test_f_15_an_exemption_that_was_taken_back_is_expected_again(county):
    exempted = ReporterExempted(division=OTHER_VILLAGE, month=MONTH, reason="已撤并", on=day(22))
    county.hear(exempted)
    assert row(county, "VILLAGE", OTHER_VILLAGE).exempt_on == day(22)
    lifted = {"reason": "已撤并", "on": day(23), "lifted": True}
    county.hear(ReporterExempted(division=OTHER_VILLAGE, month=MONTH, **lifted))
    again = row(county, "VILLAGE", OTHER_VILLAGE)
    assert (again.exempt_reason, again.exempt_on) == (None, None)
