"""What a meeting demanded of a department has an owner, also after the department has ended."""

from datetime import date

import pytest

from kit.errors import Forbidden
from schemas.codes import Role
from schemas.dispatch import DepartmentNamed
from services.county.agenda import commands as agenda_commands
from services.county.agenda.forms import LineForm
from services.county.meetings.models import DecisionKind
from services.county.minutes import commands as minutes_commands
from services.county.minutes.tasks import tasks
from tests.conftest import actor
from tests.county.personas import COUNTY
from tests.county.test_meeting import CLERK, HELD, LEADER, decide, draft, hold, opened

__all__ = ["opened"]
HOUSING, WATER = (actor(Role.DEPARTMENT_CLERK, code) for code in ("housing", "water"))
LATER = date(2026, 11, 2)
TASK = "报告会议决定的落实情况：抓紧办理"


@pytest.fixture
def decided(opened):
    """The meeting has demanded a better policy of the water department, about a line of theirs."""
    meeting = draft(opened)
    form = LineForm(title="供水补助标准", department="water")
    line = opened.do(agenda_commands.add_line, meeting.id, form, actor=CLERK)
    hold(opened, meeting)
    decision = decide(opened, line, DecisionKind.POLICY, due=date(2026, 11, 30))
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    return decision


def end_water(county, successor: str) -> None:
    ended = DepartmentNamed(
        department="water", name="县水利局", last_month="2026-10", successor=successor
    )
    county.hear(ended, times=1)


def owners(county) -> list[str]:
    with county.sessions() as session:
        return [
            who.place
            for who in (WATER, HOUSING, CLERK)
            if TASK in [task.title for task in tasks(session, who, LATER)]
        ]


def test_f_09_a_decision_is_its_departments(opened, decided):
    assert owners(opened) == ["water"]


def test_f_09_a_merged_departments_decision_is_its_heirs_who_reports_it_on_the_page(
    opened, decided, client, clock
):
    end_water(opened, "housing")
    assert owners(opened) == ["housing"]
    clock.set(clock().replace(year=2026, month=11, day=2))
    browser = client("county", HOUSING)
    page = browser.get(f"/county/meetings/{decided.meeting}")
    assert f"/county/decisions/{decided.id}/result" in page.text
    assert "县水利局" in page.text
    assert "water" not in page.text
    browser.post(f"/county/decisions/{decided.id}/result", data={"text": "已出台"})
    assert owners(opened) == []


def test_f_09_a_decision_of_a_department_without_an_heir_is_the_offices(opened, decided):
    end_water(opened, COUNTY)
    assert owners(opened) == [COUNTY]
    with pytest.raises(Forbidden):
        opened.do(minutes_commands.report_decision, decided.id, "已出台", actor=WATER, on=LATER)


def test_f_09_a_decision_given_to_another_department_can_be_opened_there(opened, client, clock):
    meeting = draft(opened)
    form = LineForm(title="供水补助标准", department="housing")
    line = opened.do(agenda_commands.add_line, meeting.id, form, actor=CLERK)
    hold(opened, meeting)
    decision = decide(opened, line, DecisionKind.POLICY, department="water", due=date(2026, 11, 30))
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    browser = client("county", WATER)
    door = f"/county/decisions/{decision.id}/result"
    assert door not in browser.get(f"/county/meetings/{meeting.id}").text
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    clock.set(clock().replace(year=2026, month=11, day=2))
    assert door in browser.get(f"/county/meetings/{meeting.id}").text
