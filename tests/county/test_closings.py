"""A supervision team that ends is expected no longer (F-15)."""

from datetime import date

import pytest

from kit import directory
from kit.actor import Actor
from kit.closing import ClosingForm, ReopeningForm
from kit.errors import Forbidden, Refused
from schemas.codes import DirectoryKind, Role
from schemas.county import TeamNamed
from schemas.dispatch import DepartmentNamed
from services.county.closings import commands
from services.county.meetings.commands import known_department
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from services.county.reporters import commands as reporters_commands
from services.county.reporters import queries as reporters_queries
from services.county.reporters.models import ReporterKind
from services.county.supervision.tasks import tasks
from tests.county.personas import COUNTY, MONTH, TOWNSHIP, a_team, day

CLERK = Actor("clerk", "林经办", Role.COUNTY_CLERK, COUNTY)
FIRST, SECOND = (Actor(f"s{n}", "组长", Role.SUPERVISOR, f"D{n}") for n in (1, 2))
NEXT = "2026-10"
NEW = date(2026, 10, 1)


@pytest.fixture
def teams(county):
    plan = [a_team("D1", "一组", "黄刚桂", TOWNSHIP), a_team("D2", "二组", "周明", TOWNSHIP)]
    county.do(organisation_commands.enter_teams, plan, actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    return county


def close(county, into="D2", actor=CLERK, on=day(20)):
    form = ClosingForm(
        kind=DirectoryKind.TEAM, code="D1", last_month=MONTH, successor=into, reason="合组"
    )
    county.do(commands.close_team, form, actor=actor, on=on)


def october(county):
    county.do(months_commands.open_month, NEXT, on=NEW)
    county.do(commands.end_team, "D1", on=NEW)


def expected(county, month=NEXT) -> set[str]:
    with county.sessions() as session:
        rows = reporters_queries.waited_for
        return {
            code
            for code in ("D1", "D2")
            if any(row.month == month for row in rows(session, ReporterKind.TEAM, code))
        }


def listed(county, actor) -> list[tuple[str, str]]:
    with county.sessions() as session:
        return [(task.title, task.href) for task in tasks(session, actor, NEW)]


def test_f_15_a_merged_team_is_expected_no_longer_and_its_month_is_its_successors(teams):
    close(teams)
    october(teams)
    assert expected(teams) == {"D2"}
    assert teams.said(TeamNamed)[-1].successor == "D2"
    september = ("上报9月督导情况", f"/county/supervision/D1?month={MONTH}")
    assert september in listed(teams, SECOND)
    assert listed(teams, FIRST) == []
    assert listed(teams, CLERK) == []


def test_f_15_without_a_successor_the_office_owes_what_was_open(teams):
    close(teams, into=None)
    october(teams)
    assert listed(teams, CLERK) == [("上报9月督导情况", f"/county/supervision/D1?month={MONTH}")]


def test_f_15_what_was_said_late_holds_at_once(teams):
    teams.do(months_commands.open_month, NEXT, on=NEW)
    close(teams, on=date(2026, 10, 8))
    assert expected(teams) == {"D2"}


def test_f_15_it_can_be_taken_back_and_its_roster_does_not_bring_it_back(teams):
    close(teams)
    october(teams)
    renamed = [a_team("D1", "原一组", "黄刚桂", TOWNSHIP)]
    teams.do(organisation_commands.enter_teams, renamed, actor=CLERK)
    with teams.sessions() as session:
        assert directory.answers_for(session, FIRST) == ()
    reopen(teams, NEW)
    with teams.sessions() as session:
        assert directory.answers_for(session, FIRST) == ("D1",)
        assert directory.name(session, DirectoryKind.TEAM, "D1") == "原一组"


def test_f_15_a_line_for_a_department_that_ended_is_refused_by_its_name(teams):
    ended = {"last_month": MONTH, "successor": "water"}
    teams.hear(
        DepartmentNamed(department="housing", name="县住房和城乡建设局", **ended),
        DepartmentNamed(department="water", name="县水利局"),
        times=1,
    )
    sentence = "县住房和城乡建设局已撤并（报到2026年9月，并入县水利局），请从部门表中选择。"
    with teams.sessions() as session, pytest.raises(Refused, match=sentence):
        known_department(session, "housing")


def reopen(county, on):
    form = ReopeningForm(kind=DirectoryKind.TEAM, code="D1", reason="没有合")
    county.do(commands.reopen_team, form, actor=CLERK, on=on)


def test_f_15_taken_back_the_month_that_runs_expects_it_again(teams):
    teams.do(months_commands.open_month, NEXT, on=NEW)
    close(teams, on=date(2026, 10, 8))
    assert expected(teams) == {"D2"}
    reopen(teams, date(2026, 10, 9))
    assert expected(teams) == {"D1", "D2"}
    with teams.sessions() as session:
        row = reporters_queries.reporter_month(session, NEXT, ReporterKind.TEAM, "D1")
        assert (row.timeliness, row.exempt_reason, row.exempt_on) == ("waiting", None, None)


def test_f_15_taken_back_it_is_expected_in_a_month_that_opened_without_it(teams):
    close(teams)
    october(teams)
    assert expected(teams) == {"D2"}
    reopen(teams, date(2026, 10, 9))
    assert expected(teams) == {"D1", "D2"}


def test_f_15_taken_back_past_the_day_it_is_missing(teams):
    teams.do(months_commands.open_month, NEXT, on=NEW)
    close(teams, on=date(2026, 10, 8))
    reopen(teams, date(2026, 10, 30))
    with teams.sessions() as session:
        row = reporters_queries.reporter_month(session, NEXT, ReporterKind.TEAM, "D1")
        assert row.timeliness == "missing"


def test_f_15_what_the_office_exempted_itself_stays_exempt(teams):
    teams.do(months_commands.open_month, NEXT, on=NEW)
    exempt = reporters_commands.exempt_team
    teams.do(exempt, "D1", NEXT, reason="组长住院", actor=CLERK, on=date(2026, 10, 5))
    close(teams, on=date(2026, 10, 8))
    reopen(teams, date(2026, 10, 9))
    assert expected(teams) == {"D2"}


def test_f_44_whose_word_an_exemption_was_decides_and_not_its_day(teams):
    """The office exempted the team on the very day on which it said that it ends."""
    teams.do(months_commands.open_month, NEXT, on=NEW)
    exempt = reporters_commands.exempt_team
    teams.do(exempt, "D1", NEXT, reason="组长住院", actor=CLERK, on=date(2026, 10, 8))
    close(teams, on=date(2026, 10, 8))
    reopen(teams, date(2026, 10, 9))
    assert expected(teams) == {"D2"}


def test_only_the_office_says_so(teams):
    with pytest.raises(Forbidden):
        close(teams, actor=FIRST)


def test_the_page_shows_the_townships_that_nobody_would_look_after(teams, client, clock):
    clock.set(clock().replace(year=2026, month=9, day=20))
    page = client("county", CLERK).get("/county/closings", params={"kind": "TEAM", "code": "D1"})
    assert "负责河湾镇" in page.text
    assert "上报9月督导情况" in page.text
    assert COUNTY not in page.text
