"""F-09: every open thing of the county stands on exactly one list, its owner's, of whatever month."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from kit import directory
from kit.errors import Conflict
from schemas.codes import DirectoryKind, Role
from schemas.dispatch import DepartmentNamed
from schemas.values import Receipt
from services.county.agenda import commands as agenda_commands
from services.county.agenda.forms import LineForm
from services.county.bulletin import commands as bulletin_commands
from services.county.bulletin.models import BulletinName, NameKind
from services.county.hearings import commands as hearings_commands
from services.county.meetings.models import DecisionKind
from services.county.minutes import commands as minutes_commands
from services.county.minutes.forms import AttendeeForm, ResolutionForm
from services.county.missed_discoveries.models import Candidate
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from services.county.supervision import commands as supervision_commands
from services.county.supervision.forms import FindingForm
from services.county.supervision.models import SupervisionDraft
from tests.conftest import actor, at
from tests.county.personas import (
    MONTH,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    day,
    open_tasks,
    signed,
    submitted,
    unit_list,
    unit_signed,
    visit,
)
from tests.county.test_bulletin import heard
from tests.county.test_intake import the_case
from tests.county.test_verification import CLERK, verify, visited

LEADER = actor(Role.COUNTY_LEADER)
EVERYBODY = [
    CLERK,
    LEADER,
    actor(Role.ADMINISTRATOR),
    *(
        actor(role, place)
        for role, places in (
            (Role.GROUP_LEADER, (f"{VILLAGE}/01", f"{OTHER_VILLAGE}/01")),
            (Role.VILLAGE_CLERK, (VILLAGE, OTHER_VILLAGE)),
            (Role.TOWNSHIP_CLERK, (TOWNSHIP, OTHER_TOWNSHIP)),
            (Role.TOWNSHIP_HEAD, (TOWNSHIP, OTHER_TOWNSHIP)),
            (Role.HELPER, ("U001-01",)),
            (Role.UNIT_CLERK, ("U001", "U002")),
            (Role.UNIT_HEAD, ("U001", "U002")),
            (Role.SUPERVISOR, ("D1", "D2")),
            (Role.DEPARTMENT_CLERK, ("housing", "water")),
            (Role.DEPARTMENT_HEAD, ("housing", "water")),
        )
        for place in places
    ),
]


def owners(county, thing: str, on: date) -> list[tuple[Role, str]]:
    """On whose lists the thing stands."""
    with county.sessions() as session:
        return [
            (who.role, who.place)
            for who in EVERYBODY
            for task in open_tasks(session, who, on)
            for stood in task.objects
            if stood == thing
        ]


THE_CLERK, THE_LEADER = [(Role.COUNTY_CLERK, CLERK.place)], [(Role.COUNTY_LEADER, LEADER.place)]
HOUSING = [(Role.DEPARTMENT_CLERK, "housing")]


def test_f_09_minutes_wait_for_whoever_owes_them_next(county):
    """Its item is the department's until the meeting; what was held is the office's to write down,
    and the leader's to sign; the policy is the department's again.
    """
    county.hear(DepartmentNamed(department="housing", name="县住房和城乡建设局"), times=1)
    meeting = county.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=day(28))
    form = LineForm(title="危房改造补助标准", department="housing")
    line = county.do(agenda_commands.add_line, meeting.id, form, actor=CLERK)
    county.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=day(8, 10))
    assert owners(county, f"agenda_item:{line.id}", day(9, 10)) == HOUSING
    people, thing = [AttendeeForm(unit="县住房和城乡建设局", name="孙某")], f"meeting:{meeting.id}"
    held, later = day(12, 10), date(2027, 1, 4)
    county.do(minutes_commands.record_attendance, meeting.id, people, actor=CLERK, on=held)
    assert owners(county, f"agenda_item:{line.id}", held) == []
    assert owners(county, thing, later) == THE_CLERK
    resolution = ResolutionForm(kind=DecisionKind.POLICY, due=date(2026, 11, 30))
    decision = county.do(minutes_commands.minute_item, line.id, resolution, actor=CLERK)
    county.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    assert owners(county, thing, later) == THE_LEADER
    assert owners(county, f"decision:{decision.id}", later) == []
    county.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=held)
    assert owners(county, thing, later) == []
    assert owners(county, f"decision:{decision.id}", later) == HOUSING
    head = actor(Role.DEPARTMENT_HEAD, "housing")
    report = minutes_commands.report_decision
    county.do(report, decision.id, "已出台", actor=head, on=later)
    assert owners(county, f"decision:{decision.id}", later) == []


def test_f_09_a_bulletin_waits_for_explanations_then_the_office_then_the_leader(county):
    heard(county)
    drafted = county.do(bulletin_commands.draft_bulletin, MONTH, actor=CLERK, on=day(8, 10))
    expected = {
        NameKind.GROUP: (Role.GROUP_LEADER, f"{OTHER_VILLAGE}/01"),
        NameKind.VILLAGE: (Role.VILLAGE_CLERK, OTHER_VILLAGE),
        NameKind.TOWNSHIP: (Role.TOWNSHIP_CLERK, OTHER_TOWNSHIP),
        NameKind.UNIT: (Role.UNIT_CLERK, "U001"),
    }
    with county.sessions() as session:
        names = list(session.exec(select(BulletinName)))
    assert {name.kind for name in names} >= expected.keys()
    for name in names:
        thing = f"bulletin_name:{name.id}"
        if name.kind in expected:
            assert owners(county, thing, drafted.reply_due) == [expected[name.kind]], name.label
        assert owners(county, thing, date(2026, 12, 1)) == THE_CLERK, name.label
    assert owners(county, f"bulletin:{MONTH}", date(2026, 12, 1)) == []
    for name in names:
        drop = bulletin_commands.drop_name
        county.do(drop, name.id, reason="已补报", actor=CLERK, on=day(12, 10))
    assert owners(county, f"bulletin:{MONTH}", date(2026, 12, 1)) == THE_LEADER


def test_f_09_a_hearing_is_the_villages_and_the_decision_the_offices(county):
    county.hear(submitted(nil=True, on=day(17)), visit(1, on=day(12), at_risk=True, since=day(5)))
    unit = county.finding(1, since=day(5))
    county.hear(unit_list(unit), unit_signed(*agreed(unit)))
    with county.sessions() as session:
        candidate = session.exec(select(Candidate)).one()
    thing, later = f"candidate:{candidate.id}", date(2026, 12, 1)
    assert owners(county, thing, later) == [(Role.VILLAGE_CLERK, VILLAGE)]
    visited(county, the_case(county))
    verify(county, the_case(county))
    hear = hearings_commands.hear_candidate
    village = actor(Role.VILLAGE_CLERK, VILLAGE)
    county.do(hear, candidate.id, explanation="当时没有人在家", actor=village, on=day(30))
    assert owners(county, thing, later) == THE_CLERK


@pytest.mark.parametrize("successor", [TOWNSHIP, OTHER_VILLAGE])
def test_f_15_a_hearing_of_a_village_that_joined_none_is_the_offices_at_once(
    county, client, clock, successor
):
    county.hear(submitted(nil=True, on=day(17)), visit(1, on=day(12), at_risk=True, since=day(5)))
    unit = county.finding(1, since=day(5))
    county.hear(unit_list(unit), unit_signed(*agreed(unit)))
    with county.sessions.begin() as session:
        candidate = session.exec(select(Candidate)).one()
        village = directory.entry(session, DirectoryKind.VILLAGE, VILLAGE)
        directory.put(session, replace(village, active=False, successor=successor))
    thing, now = f"candidate:{candidate.id}", candidate.raised_on
    confirm = hearings_commands.confirm_candidate
    if successor == OTHER_VILLAGE:
        assert owners(county, thing, now) == [(Role.VILLAGE_CLERK, OTHER_VILLAGE)]
        with pytest.raises(Conflict, match="请先听取说明"):
            county.do(confirm, candidate.id, reason="情况属实", actor=CLERK, on=now)
        return
    assert owners(county, thing, now) == []  # until it is verified the case is the office's
    visited(county, the_case(county))
    verify(county, the_case(county))
    assert owners(county, thing, now) == THE_CLERK
    clock.set(at(now.year, now.month, now.day))
    page = client("county", CLERK).get(f"/county/candidates/{candidate.id}").text
    assert "已撤销，没有并入单位，没有人能说明情况，可以直接认定或者排除。" in page
    assert "认定应发现未发现</button>" in page
    county.do(confirm, candidate.id, reason="情况属实", actor=CLERK, on=now)
    assert owners(county, thing, now) == []


def test_f_09_cases_of_whatever_month_stand_on_the_offices_list(county):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding)))
    assert owners(county, f"case_file:{the_case(county).id}", date(2027, 3, 1)) == THE_CLERK


@pytest.mark.parametrize("reported_before", [False, True])
def test_f_09_what_a_team_has_noted_is_not_lost_when_the_month_was_reported(
    county, reported_before
):
    teams = [a_team("D1", "第一督导组", "黄刚桂", "河湾镇")]
    county.do(organisation_commands.enter_teams, teams, actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    team = actor(Role.SUPERVISOR, "D1")
    report = supervision_commands.report_supervision
    receipt = {"receipt": Receipt(on=day(24)), "actor": team, "on": day(24)}
    if reported_before:
        county.do(report, "D1", MONTH, nil=True, **receipt)
    noted = FindingForm(village=VILLAGE, head_name="户主3", problem="住院", causes=["ILLNESS"])
    add = supervision_commands.add_supervision_finding
    county.do(add, "D1", MONTH, noted, actor=team, on=day(25))
    with county.sessions() as session:
        (draft,) = session.exec(select(SupervisionDraft)).all()
        tasks = open_tasks(session, team, date(2026, 12, 1))
    assert owners(county, f"supervision_draft:{draft.id}", date(2026, 12, 1)) == [
        (Role.SUPERVISOR, "D1")
    ]
    titles = [task.title for task in tasks]
    assert ("补报9月记下的1户" in titles) == reported_before
    county.do(report, "D1", MONTH, nil=False, **receipt)
    assert owners(county, f"supervision_draft:{draft.id}", date(2026, 12, 1)) == []
