"""F-52: the meeting's day and items are told to whoever attends; the office's own days count by the day
on which it did what it owes, whenever that is entered.
"""

from datetime import date

import pytest

from backstop.services import service_named
from kit.deadlines import sweep
from kit.errors import Conflict, Refused
from rulebook.months import end_of
from schemas.codes import Role, Timeliness
from schemas.county import MeetingNoticed
from services.county.agenda import commands as agenda_commands
from services.county.agenda.forms import LineForm
from services.county.bulletin import commands as bulletin_commands
from services.county.bulletin.queries import proposed_names
from services.county.meetings import commands as meetings_commands
from services.county.meetings import queries
from services.county.meetings import tasks as meetings_tasks
from services.county.meetings.models import DecisionKind, Meeting
from services.county.minutes import commands as minutes_commands
from services.county.minutes.forms import AttendeeForm
from services.county.months import commands as months_commands
from services.county.office import note_office
from services.county.organisation import commands as organisation_commands
from services.county.reporters import commands as reporters_commands
from services.county.reporters.models import ReporterKind, ReporterMonth
from tests.conftest import actor, at
from tests.county.personas import MONTH, TOWNSHIP, a_team, day, open_tasks
from tests.county.test_meeting import (
    CLERK,
    HELD,
    LEADER,
    NOTICED,
    decide,
    draft,
    issued,
    lines,
    opened,
)

__all__ = ["opened"]  # the fixture
FRIDAY = date(2026, 10, 16)
PEOPLE = [AttendeeForm(unit="县住房和城乡建设局", name="李局长")]
HOUSING, WATER = (actor(Role.DEPARTMENT_CLERK, code) for code in ("housing", "water"))


@pytest.fixture
def noticed(opened) -> Meeting:
    """The meeting of 12 October, its notice sent on the 8th: one order of housing."""
    opened.hear(issued(1))
    meeting = draft(opened)
    opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)
    return meeting


def told(county) -> dict[str, tuple[date, int]]:
    """What each department was told last: day, number of its items."""
    return {event.department: (event.on, len(event.lines)) for event in county.said(MeetingNoticed)}


def attend(county, meeting: Meeting, on: date, held_on: date | None = None) -> Meeting:
    return county.do(
        minutes_commands.record_attendance, meeting.id, PEOPLE, actor=CLERK, on=on, held_on=held_on
    )


def move(county, meets_on: date, on: date = date(2026, 10, 9)) -> Meeting:
    return county.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=on, meets_on=meets_on)


def test_f_52_a_meeting_moved_after_its_notice_is_told_to_every_department(opened, noticed):
    assert told(opened) == {"housing": (HELD, 1), "water": (HELD, 0)}
    move(opened, FRIDAY)
    assert told(opened) == {"housing": (FRIDAY, 1), "water": (FRIDAY, 0)}
    assert len(opened.said(MeetingNoticed)) == 4
    with opened.sessions() as session:
        for clerk in (HOUSING, WATER):
            assert FRIDAY in {task.due for task in meetings_tasks.tasks(session, clerk, HELD)}
    move(opened, FRIDAY)
    assert len(opened.said(MeetingNoticed)) == 4, "nothing new, nothing told"
    with pytest.raises(Refused, match="2026年10月8日发出的"):
        move(opened, date(2026, 9, 1), on=date(2026, 10, 14))


def test_f_52_a_place_changed_after_the_notice_is_told_too(opened, noticed):
    opened.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=NOTICED, place="县政府二楼")
    places = {event.department: event.place for event in opened.said(MeetingNoticed)}
    assert places == dict.fromkeys(("housing", "water"), "县政府二楼")


def test_f_52_a_draft_is_moved_without_telling_anybody(opened):
    opened.hear(issued(1))
    draft(opened)
    move(opened, FRIDAY)
    assert opened.said(MeetingNoticed) == []


def test_f_52_an_item_given_to_another_department_is_told_to_both(opened, noticed):
    line = lines(opened, noticed)[1]
    explain = meetings_commands.explain_item
    opened.do(explain, line.id, "雨季停工", actor=HOUSING, on=date(2026, 10, 9))
    opened.do(agenda_commands.edit_line, line.id, actor=CLERK, department="water")
    assert told(opened) == {"housing": (HELD, 0), "water": (HELD, 1)}
    given = lines(opened, noticed)[1]
    assert (given.explanation, given.explained_on, given.explained_by) == (None, None, None)
    assert given.text.endswith("县住房和城乡建设局2026年10月9日说明：雨季停工")
    with opened.sessions() as session:
        kinds = [task.kind for task in meetings_tasks.tasks(session, WATER, NOTICED)]
        assert kinds == ["attend", "explain"]
        kinds = [task.kind for task in meetings_tasks.tasks(session, HOUSING, NOTICED)]
        assert kinds == ["attend"]
    opened.do(agenda_commands.draft_agenda, noticed.id, actor=CLERK, on=date(2026, 10, 9))
    assert "雨季停工" in lines(opened, noticed)[1].text


def test_f_52_an_item_taken_off_is_taken_back_and_told_again_with_it(opened, noticed):
    line = lines(opened, noticed)[1]
    opened.do(agenda_commands.remove_line, line.id, "已约谈", actor=CLERK)
    assert told(opened) == {"housing": (HELD, 0), "water": (HELD, 0)}
    opened.do(agenda_commands.restore_line, line.id, actor=CLERK)
    assert told(opened) == {"housing": (HELD, 1), "water": (HELD, 0)}


def test_f_52_what_is_not_out_yet_waits_for_the_supplement(opened, noticed):
    form = LineForm(title="研究旱情", department="water")
    opened.do(agenda_commands.add_line, noticed.id, form, actor=CLERK)
    move(opened, FRIDAY)
    assert told(opened) == {"housing": (FRIDAY, 1), "water": (FRIDAY, 0)}
    notice = agenda_commands.notice_meeting
    assert opened.do(notice, noticed.id, actor=CLERK, on=date(2026, 10, 9)) == ["water"]
    assert told(opened)["water"] == (FRIDAY, 1)


def test_f_52_a_meeting_is_held_between_its_notice_and_today(opened, noticed):
    with pytest.raises(Refused, match="不能早于2026年10月8日"):
        attend(opened, noticed, date(2026, 10, 14), date(2026, 9, 1))
    with pytest.raises(Refused, match="不能晚于今天"):
        attend(opened, noticed, HELD, date(2026, 10, 13))
    assert attend(opened, noticed, date(2026, 10, 14), NOTICED).held_on == NOTICED


def test_f_52_the_day_of_a_meeting_is_not_behind_what_it_decided(opened, noticed):
    attend(opened, noticed, HELD)
    line = lines(opened, noticed)[1]
    decide(opened, line, DecisionKind.ORDER_DUE, due=HELD)
    with pytest.raises(Refused, match="完成期限最早是2026年10月12日"):
        attend(opened, noticed, date(2026, 10, 14))
    attend(opened, noticed, date(2026, 10, 14), date(2026, 10, 9))
    with opened.sessions() as session:
        decision = queries.decisions(session, noticed.id)[line.id]
        assert decision.decided_on == date(2026, 10, 9)


@pytest.fixture
def running(opened):
    """September with a team, so that the office's own days are counted."""
    team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
    opened.do(organisation_commands.enter_teams, [team], actor=CLERK)
    opened.do(months_commands.open_month, MONTH, on=day(1))
    return opened


def own(county, duty: str) -> tuple[str, date | None, date | None]:
    with county.sessions() as session:
        row = session.get(ReporterMonth, (MONTH, ReporterKind.OFFICE, duty))
        return row.timeliness, row.reported_on, row.entered_on


def test_f_52_a_meeting_held_in_time_is_in_time_whenever_it_is_entered(running, client, clock):
    sweep(running.sessions, service_named("county").jobs, at(2026, 10, 8))
    with running.sessions() as session:
        meeting = queries.meeting_of(session, MONTH)
    sweep(running.sessions, service_named("county").jobs, end_of(HELD))
    assert own(running, "meeting") == (Timeliness.MISSING, None, None)
    entered = date(2026, 10, 14)
    attend(running, meeting, entered)
    assert own(running, "meeting") == (Timeliness.LATE, entered, None)
    attend(running, meeting, entered, HELD)
    assert own(running, "meeting") == (Timeliness.ON_TIME, HELD, entered)
    with running.sessions() as session:
        assert "meeting" not in {task.kind for task in open_tasks(session, CLERK, entered)}
    clock.set(at(2026, 10, 14))
    page = client("county", CLERK).get(f"/county/months/{MONTH}").text
    assert "补录2026年10月14日</small>" in page


def test_f_52_a_bulletin_issued_in_time_is_in_time_whenever_it_is_entered(running):
    on = date(2026, 10, 8)
    running.do(bulletin_commands.draft_bulletin, MONTH, actor=CLERK, on=on)
    sweep(running.sessions, service_named("county").jobs, at(2026, 10, 14))
    assert own(running, "bulletin")[0] is Timeliness.MISSING
    entered = date(2026, 10, 14)
    with running.sessions() as session:
        names = proposed_names(session, MONTH)
    for name in names:
        decider = LEADER if name.kind == "OFFICE" else CLERK
        running.do(bulletin_commands.drop_name, name.id, "试", actor=decider, on=entered)
    issue = bulletin_commands.issue_bulletin
    running.do(issue, MONTH, actor=LEADER, on=entered, issued_on=HELD)
    assert own(running, "bulletin") == (Timeliness.ON_TIME, HELD, entered)


def test_f_52_one_late_verification_stays_late(running):
    note = note_office
    with running.sessions.begin() as session:
        note(session, MONTH, "verify", late=True, on=day(24))
        note(session, MONTH, "verify", late=False, on=day(25))
    assert own(running, "verify") == (Timeliness.LATE, day(25), None)


def test_a_team_is_exempted_once_and_not_after_its_report(running):
    exempt = {"reason": "组长住院", "actor": CLERK}
    running.do(reporters_commands.exempt_team, "D1", MONTH, on=day(20), **exempt)
    with pytest.raises(Conflict, match="已经登记过免报"):
        running.do(reporters_commands.exempt_team, "D1", MONTH, on=day(21), **exempt)
    with running.sessions() as session:
        row = session.get(ReporterMonth, (MONTH, ReporterKind.TEAM, "D1"))
        assert (row.exempt_on, row.exempt_reason) == (day(20), "组长住院")
