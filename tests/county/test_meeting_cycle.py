"""The joint meeting comes as often as the pack says, speaks of a case once, and all departments hear
of it (F-52; J-02, J-14, B-37).
"""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from kit import deadlines
from kit.errors import Refused
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.months import start_of
from rulebook.packs import load_pack
from schemas.codes import OrderState, Role
from schemas.county import MeetingDecided, MeetingNoticed
from schemas.dispatch import DepartmentNamed, OrderClosed
from services.county.agenda import commands as agenda_commands
from services.county.meetings import commands as meetings_commands
from services.county.meetings import queries
from services.county.meetings.models import DecisionKind, Meeting
from services.county.meetings.rules import Outcome
from services.county.minutes import commands as minutes_commands
from services.county.minutes.forms import ResolutionForm
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from services.county.reporters.models import ReporterKind, ReporterMonth
from tests.conftest import actor, at
from tests.county.orders import order
from tests.county.personas import MONTH, TOWNSHIP, a_team, day, open_tasks
from tests.county.test_meeting import (
    CLERK,
    DRAFTED,
    HELD,
    LEADER,
    NOTICED,
    decide,
    draft,
    hold,
    issued,
    kinds,
    lines,
    opened,
)
from tests.own_pack import own_pack

__all__ = ["opened"]


@pytest.fixture
def every(tmp_path):
    """`every(county, "QUARTERLY")`: the county's pack says how often."""

    def say(county, cycle: str) -> None:
        pack = own_pack(tmp_path, "meeting", cycle=cycle)
        county.sessions.configure(
            info=county.sessions.kw["info"]
            | {"book": Book(state_council(), (pack, load_pack("default")))}
        )
        team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
        county.do(organisation_commands.enter_teams, [team], actor=CLERK)

    return say


def duties(county) -> list[str]:
    with county.sessions() as session:
        rows = select(ReporterMonth.month).where(
            ReporterMonth.kind == ReporterKind.OFFICE, ReporterMonth.code == "meeting"
        )
        return sorted(session.exec(rows))


@pytest.mark.parametrize(
    ("cycle", "owed"),
    [
        ("MONTHLY", ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]),
        ("BIMONTHLY", ["2026-06", "2026-08"]),
        ("QUARTERLY", ["2026-06", "2026-09"]),
        ("HALF_YEARLY", ["2026-06"]),
        ("ANY", []),
    ],
)
def test_f_52_the_office_owes_a_meeting_in_the_cycles_months_only(opened, every, cycle, owed):
    every(opened, cycle)
    for number in range(5, 10):
        month = f"2026-{number:02}"
        opened.do(months_commands.open_month, month, on=date(2026, number, 1))
        with opened.sessions() as session:
            set_ = deadlines.pending(session, "meeting missed", month) is not None
        assert set_ == (month in owed)
    assert duties(opened) == owed


def test_f_52_a_quarterly_meeting_is_about_its_three_months(opened, every, client, clock):
    every(opened, "QUARTERLY")
    opened.do(months_commands.open_month, MONTH, on=day(1))
    with opened.sessions() as session:
        assert deadlines.pending(session, "meeting notice", MONTH) == start_of(NOTICED)
    clock.set(at(2026, 9, 5))
    page = client("county", CLERK).get("/county/meetings").text
    assert "联席会议每季度一次。下一次：2026年10月12日，研究2026年9月的工作。" in page
    with pytest.raises(Refused, match="2026年8月的工作在2026年10月12日的会议上研究，请填2026-09"):
        opened.do(agenda_commands.open_meeting, "2026-08", actor=CLERK, on=DRAFTED)
    meeting = draft(opened)
    assert [line.title for line in lines(opened, meeting)] == [
        f"通报2026年{number}月三级监测网络工作情况" for number in (7, 8, 9)
    ]


@pytest.mark.parametrize("month", ["2028-09", "2026-11", "2006-09", "2025-08"])
def test_f_52_a_meeting_far_away_is_refused(opened, month):
    with pytest.raises(Refused, match=r"请核对月份|不能办理"):
        opened.do(agenda_commands.open_meeting, month, actor=CLERK, on=day(28))


def test_f_52_the_next_cycles_meeting_may_be_prepared(opened):
    meeting = opened.do(agenda_commands.open_meeting, "2026-10", actor=CLERK, on=day(28))
    assert meeting.on == date(2026, 11, 12)


def test_f_52_an_order_with_two_flags_and_two_orders_of_a_case_are_one_item(opened):
    opened.hear(issued(1), issued(2, case="c1", household="h1", department="water"))
    meeting = draft(opened)
    assert kinds(opened, meeting) == ["tiers", "overdue"]
    line = lines(opened, meeting)[1]
    assert line.title == (
        "DQ-990121-202609-0001 石桥村 住房安全（县住房和城乡建设局）：逾期未反馈、逾期未解决；"
        "DQ-990121-202609-0002 石桥村 住房安全（县水利局）：逾期未反馈、逾期未解决"
    )
    assert (line.orders, line.department, line.co_departments) == (
        ["o1", "o2"],
        "housing",
        ["water"],
    )
    told = {}
    opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)
    for event in opened.said(MeetingNoticed):
        told[event.department] = [item.item for item in event.lines]
    assert told == {"housing": [line.id], "water": [line.id]}


def test_f_52_a_decision_binds_all_orders_of_the_item_or_the_one_named(opened):
    opened.hear(issued(1), issued(2, case="c1", household="h1", department="water"), issued(3))
    meeting = draft(opened)
    hold(opened, meeting)
    _, both, single = lines(opened, meeting)
    with pytest.raises(Refused, match="请选改派哪一张"):
        decide(opened, both, DecisionKind.REASSIGN, department="housing")
    with pytest.raises(Refused, match="不涉及所选的交办单"):
        decide(opened, both, DecisionKind.ORDER_DUE, due=date(2026, 10, 20), order="o3")
    decision = decide(opened, both, DecisionKind.ORDER_DUE, due=date(2026, 10, 20))
    assert (decision.order, decision.orders) == ("o1", ["o1", "o2"])
    decide(opened, single, DecisionKind.REASSIGN, department="water", order="o3")
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    said = {event.order: (event.due, event.department) for event in opened.said(MeetingDecided)}
    due = date(2026, 10, 20)
    assert said == {"o1": (due, None), "o2": (due, None), "o3": (None, "water")}
    opened.hear(OrderClosed(**order(1, date(2026, 10, 19), OrderState.CLOSED), days=30))
    with opened.sessions() as session:
        assert queries.outcome(session, decision, due) is Outcome.UNDER_WAY


def test_f_09_every_order_of_an_item_hears_that_the_meeting_spoke_of_it(opened):
    """Also one that its decision does not bind: it waits no longer for the meeting."""
    opened.hear(issued(1), issued(2, case="c1", household="h1", department="water"), issued(3))
    meeting = draft(opened)
    hold(opened, meeting)
    _, both, single = lines(opened, meeting)
    due = date(2026, 10, 20)
    decide(opened, both, DecisionKind.ORDER_DUE, due=due, order="o2")
    policy = decide(opened, single, DecisionKind.POLICY, due=due, department="housing")
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    said = [(event.order, event.due, event.text) for event in opened.said(MeetingDecided)]
    unbound = f"{policy.text}（同一议题的决定，本张按原要求办理）"
    assert (None, policy.due, policy.text) in said
    assert ("o3", None, unbound) in said
    assert {order: due for order, due, _ in said if order} == {"o1": None, "o2": due, "o3": None}


def test_f_52_an_earlier_decision_and_the_order_it_is_about_are_one_item(opened):
    """What was decided and is not done comes first (D12), with what is the matter with it now."""
    opened.hear(issued(1))
    meeting = draft(opened)
    hold(opened, meeting)
    decide(opened, lines(opened, meeting)[1], DecisionKind.ORDER_DUE, due=date(2026, 10, 20))
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    on = date(2026, 11, 9)
    following = opened.do(agenda_commands.open_meeting, "2026-10", actor=CLERK, on=on)
    assert kinds(opened, following) == ["decision", "tiers"]
    line = lines(opened, following)[0]
    assert "落实情况：未完成，已逾期。" in line.text
    assert "现状态：已交办" in line.text
    assert "逾期未反馈" in line.title
    assert line.orders == ["o1"]


def test_f_52_each_of_two_departments_explains_and_neither_overwrites_the_other(opened):
    opened.hear(issued(1), issued(2, case="c1", household="h1", department="water"))
    line = lines(opened, draft(opened))[1]
    for department, text in (("housing", "雨季停工"), ("water", "管材未到")):
        head = actor(Role.DEPARTMENT_HEAD, department, name="李局长" + department)
        opened.do(meetings_commands.explain_item, line.id, text, actor=head, on=NOTICED)
    words = lines(opened, _meeting(opened))[1].explanation
    assert "雨季停工" in words
    assert "管材未到" in words


def test_f_44_two_who_are_called_alike_are_two_by_their_accounts(opened):
    """李局长 of both departments; and one who has another name now is still the same account."""
    opened.hear(issued(1), issued(2, case="c1", household="h1", department="water"))
    line = lines(opened, draft(opened))[1]
    explain = meetings_commands.explain_item
    housing, water = (
        actor(Role.DEPARTMENT_HEAD, department, name="李局长")
        for department in ("housing", "water")
    )
    opened.do(explain, line.id, "雨季停工", actor=housing, on=NOTICED)
    opened.do(explain, line.id, "管材未到", actor=water, on=NOTICED)
    renamed = replace(water, name="李建国")
    opened.do(explain, line.id, "已到货", actor=renamed, on=HELD)
    words = lines(opened, _meeting(opened))[1].explanation
    day = "2026年10月12日"
    assert words == f"雨季停工\n{water.label}：管材未到。{day}补充：已到货"


def _meeting(county) -> Meeting:
    with county.sessions() as session:
        return queries.meeting_of(session, MONTH)


def test_f_52_every_department_gets_the_notice_also_without_an_item(opened, client, clock):
    opened.hear(issued(1))
    meeting = draft(opened)
    opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)
    told = {event.department: len(event.lines) for event in opened.said(MeetingNoticed)}
    assert told == {"housing": 1, "water": 0}
    clock.set(at(2026, 10, 9))
    url = f"/county/api/meetings/{meeting.id}/notice.docx"
    assert client("county", actor(Role.DEPARTMENT_CLERK, "water")).get(url).status_code == 200
    opened.hear(DepartmentNamed(department="justice", name="县司法局"), times=1)
    again = opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)
    assert again == ["justice"]


def test_f_52_saving_a_decision_returns_to_its_item(opened, client, clock):
    opened.hear(issued(1))
    clock.set(at(2026, 10, 12))
    meeting = draft(opened)
    hold(opened, meeting)
    line = lines(opened, meeting)[1]
    form = ResolutionForm(kind=DecisionKind.ORDER_DUE, text="限期", due=date(2026, 10, 30))
    answer = client("county", CLERK).post(
        f"/county/lines/{line.id}/decision", data=form.model_dump(exclude_none=True)
    )
    where = answer.headers["location"]
    assert where == f"/county/meetings/{meeting.id}#line-{line.id}"


def attend(county, department: str, on: date) -> list[tuple[str, date | None, tuple[str, ...]]]:
    with county.sessions() as session:
        tasks = open_tasks(session, actor(Role.DEPARTMENT_CLERK, department), on)
    return [(task.title, task.due, task.objects) for task in tasks if task.kind == "attend"]


def test_f_52_whoever_was_told_of_the_meeting_has_it_on_the_list_until_its_day(
    opened, client, clock
):
    """With an item of its own or without; and what the page says is true for that reader."""
    opened.hear(issued(1))
    meeting = draft(opened)
    assert attend(opened, "water", NOTICED) == []
    opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)
    for department in ("housing", "water"):
        told = [("参加2026年9月联席会议", HELD, ())]
        assert attend(opened, department, HELD) == told
        assert attend(opened, department, date(2026, 10, 13)) == []
    clock.set(at(2026, 10, 9))
    water = client("county", actor(Role.DEPARTMENT_CLERK, "water"))
    shown = water.get(f"/county/meetings/{meeting.id}").text
    assert "没有议题" not in shown
    assert "这次会议没有涉及您单位的议题。各成员单位都要到会，请按时参加。" in shown
    housing = client("county", actor(Role.DEPARTMENT_CLERK, "housing"))
    assert "没有涉及" not in housing.get(f"/county/meetings/{meeting.id}").text


@pytest.mark.parametrize(
    ("meets_on", "why"),
    [
        (date(2020, 10, 12), "应在2026年9月1日以后、下一次会议（2026年11月12日）以前召开"),
        (date(2026, 11, 12), "应在2026年9月1日以后、下一次会议（2026年11月12日）以前召开"),
        (date(2026, 9, 20), "2026年9月20日已经过去，请填今天或以后的会议日期"),
    ],
)
def test_f_52_a_meeting_on_a_day_that_is_over_or_of_another_cycle_is_refused(opened, meets_on, why):
    for _ in ("a new one", "one that is there"):
        with pytest.raises(Refused, match=why):
            opened.do(
                agenda_commands.open_meeting, MONTH, actor=CLERK, on=DRAFTED, meets_on=meets_on
            )
        meeting = draft(opened)
    assert meeting.on == HELD
    with opened.sessions() as session:
        assert queries.coming(session, DRAFTED).on == HELD
    moved = date(2026, 10, 16)
    opened.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=DRAFTED, meets_on=moved)
    with opened.sessions() as session:
        assert queries.coming(session, DRAFTED).on == moved


def test_f_52_a_meeting_that_is_entered_later_keeps_its_day(opened):
    held = date(2026, 8, 14)
    meeting = opened.do(
        agenda_commands.open_meeting, "2026-07", actor=CLERK, on=DRAFTED, meets_on=held
    )
    assert meeting.on == held


def test_f_52_the_next_meeting_is_not_one_of_a_day_that_has_passed(opened, client, clock):
    """August's was due on 14 September, and nobody called it."""
    clock.set(at(2026, 9, 28))
    page = client("county", CLERK).get("/county/meetings").text
    assert "下一次：2026年10月12日，研究2026年9月的工作。" in page
    draft(opened)
    clock.set(at(2026, 10, 20))
    page = client("county", CLERK).get("/county/meetings").text
    assert "原定2026年10月12日的会议还没有登记召开，研究2026年9月的工作。" in page
