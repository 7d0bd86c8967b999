"""The joint meeting: agenda from what is open, edits that survive, notice, decisions, minutes
(J-02, D12).
"""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from sqlmodel import select

from backstop.services import service_named
from kit import deadlines
from kit.deadlines import sweep
from kit.errors import Conflict, Forbidden, Refused
from rulebook.months import end_of, start_of
from schemas.codes import GapItem, OrderState, ReplyResult, RiskCause, Role
from schemas.county import MeetingDecided, MeetingNoticed
from schemas.dispatch import (
    DepartmentNamed,
    OrderClosed,
    OrderDoubted,
    OrderFellOverdue,
    OrderIssued,
    OrderReported,
    OrderReturnRefused,
)
from services.county.agenda import commands as agenda_commands
from services.county.agenda.forms import LineForm
from services.county.cases.models import Case
from services.county.cases.rules import NeedDraft
from services.county.meetings import commands as meetings_commands
from services.county.meetings import queries
from services.county.meetings.models import (
    AgendaItem,
    DecisionKind,
    LineKind,
    Meeting,
    MeetingState,
    Presence,
)
from services.county.meetings.rules import Outcome, is_done
from services.county.minutes import commands as minutes_commands
from services.county.minutes.forms import AttendeeForm, ResolutionForm
from services.county.missed_discoveries.models import Candidate
from services.county.months import commands as months_commands
from services.county.orders.models import DispatchOrder
from services.county.organisation import commands as organisation_commands
from services.county.verification import commands as verification_commands
from services.county.verification.forms import VisitForm
from tests.conftest import actor, at
from tests.county.orders import order
from tests.county.personas import (
    MONTH,
    SEEN,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    body,
    day,
    group_report,
    open_tasks,
    signed,
    submitted,
    visit,
)

CLERK, LEADER = actor(Role.COUNTY_CLERK, name="钱经办"), actor(Role.COUNTY_LEADER, name="赵县长")
DRAFTED, NOTICED, HELD = date(2026, 9, 28), date(2026, 10, 8), date(2026, 10, 12)
SEPTEMBER = date(2026, 9, 14)


def issued(number: int, on: date = date(2026, 9, 1), **more) -> OrderIssued:
    fields = {
        "first_issued_on": on,
        "accept_due": date(2026, 9, 2),
        "return_due": date(2026, 9, 3),
        "report_due": date(2026, 9, 22),
        "solve_due": date(2026, 9, 22),
    } | more
    return OrderIssued(**order(number, on, OrderState.ISSUED) | fields)


def second_return(number: int, on: date = date(2026, 9, 8)) -> OrderReturnRefused:
    return OrderReturnRefused(
        **order(number, on, OrderState.ISSUED), reason="仍由住建部门办理", for_meeting=True
    )


@pytest.fixture
def opened(county):
    """The county with a housing and a water department."""
    county.hear(
        DepartmentNamed(department="housing", name="县住房和城乡建设局"),
        DepartmentNamed(department="water", name="县水利局"),
        times=1,
    )
    return county


def draft(county, on: date = DRAFTED) -> Meeting:
    return county.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=on)


def lines(county, meeting: Meeting, **more) -> list[AgendaItem]:
    with county.sessions() as session:
        return queries.agenda(session, meeting.id, **more)


def kinds(county, meeting: Meeting) -> list[str]:
    return [line.kind for line in lines(county, meeting)]


def hold(county, meeting: Meeting, on: date = HELD) -> None:
    county.do(
        agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED if on == HELD else on
    )
    people = [
        AttendeeForm(
            unit="县住房和城乡建设局",
            name="孙某",
            post="副局长",
            presence=Presence.SUBSTITUTE,
            stands_for="李局长",
        )
    ]
    county.do(minutes_commands.record_attendance, meeting.id, people, actor=CLERK, on=on)


def test_the_agenda_is_drafted_from_what_is_open_in_its_order(opened):
    opened.hear(
        issued(1),
        issued(2),
        second_return(2),
        issued(3, report_due=date(2026, 10, 30), solve_due=date(2026, 10, 30)),
        OrderReported(
            **order(3, date(2026, 9, 10), OrderState.ANSWERED),
            result=ReplyResult.NOT_ELIGIBLE,
            late=False,
        ),
        issued(4, report_due=date(2026, 10, 30), solve_due=date(2026, 10, 30)),
        OrderDoubted(
            **order(4, date(2026, 9, 20), OrderState.UNDER_WAY), solve_due=date(2026, 10, 30)
        ),
    )
    meeting = draft(opened)
    assert kinds(opened, meeting) == ["tiers", "second_return", "overdue", "contested", "policy"]
    overdue = lines(opened, meeting)[2]
    assert (
        overdue.title
        == "DQ-990121-202609-0001 石桥村 住房安全（县住房和城乡建设局）：逾期未反馈、逾期未解决"
    )
    assert (
        "已19个工作日" in overdue.text
    )  # 2 to 28 September: the make-up Sunday counts, the 25th does not
    assert overdue.department == "housing"
    assert meeting.ageing[-1]["total"] == 4
    assert "户主" not in "".join(line.title + line.text for line in lines(opened, meeting))


def test_an_order_that_is_overdue_and_returned_twice_is_one_line(opened):
    """GT-23: a second return is refused and the order is on the next agenda."""
    opened.hear(issued(1), second_return(1))
    meeting = draft(opened)
    assert kinds(opened, meeting) == ["tiers", "second_return"]
    assert "逾期未解决" in lines(opened, meeting)[1].title


def test_an_order_within_its_days_is_no_item(opened):
    opened.hear(issued(1, report_due=DRAFTED, solve_due=DRAFTED))
    assert kinds(opened, draft(opened)) == ["tiers"]


def test_a_refresh_never_overwrites_what_the_office_did(opened):
    opened.hear(issued(1), issued(2))
    meeting = draft(opened)
    _, first, second = lines(opened, meeting)
    with pytest.raises(Refused, match="名称不能为空"):
        opened.do(agenda_commands.edit_line, first.id, actor=CLERK, title=" ")
    opened.do(agenda_commands.edit_line, first.id, actor=CLERK, title="住建局逾期两单，请说明")
    opened.do(agenda_commands.remove_line, second.id, "已约谈", actor=CLERK)
    own = opened.do(
        agenda_commands.add_line,
        meeting.id,
        LineForm(title="研究旱情", department="water"),
        actor=CLERK,
    )
    opened.do(agenda_commands.move_line, own.id, 1, actor=CLERK)
    opened.hear(issued(3))
    opened.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=NOTICED)
    after = lines(opened, meeting)
    assert [line.title[:6] for line in after] == ["研究旱情", "通报2026", "住建局逾期两", "DQ-990"]
    assert after[2].edited_by == "钱经办（县级牵头部门经办人）"
    gone = next(line for line in lines(opened, meeting, removed=True) if line.id == second.id)
    assert gone.removed_reason == "已约谈"


def test_what_is_no_longer_open_leaves_unless_somebody_edited_it(opened):
    opened.hear(issued(1), issued(2))
    meeting = draft(opened)
    _, first, _ = lines(opened, meeting)
    opened.do(agenda_commands.edit_line, first.id, actor=CLERK, text="请说明")
    opened.hear(*(OrderClosed(**order(n, day(29), OrderState.CLOSED), days=20) for n in (1, 2)))
    opened.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=NOTICED)
    assert [(line.kind, line.stale) for line in lines(opened, meeting)] == [
        ("tiers", False),
        ("overdue", True),
    ]
    assert [line.removed_by for line in lines(opened, meeting, removed=True)][-1] == "系统"


def test_a_candidate_is_spoken_of_only_when_heard_or_past_the_limit(opened):
    """B-35: heard first; its line says so and judges nobody."""
    opened.hear(group_report(nil=True, on=day(17)), submitted(nil=True))
    opened.hear(visit(1, on=day(18), at_risk=True, since=day(5)))
    with opened.sessions() as session:
        candidate = session.exec(select(Candidate)).one()
    meeting = draft(opened, on=candidate.hearing_due)
    assert kinds(opened, meeting) == ["tiers"]
    opened.do(
        agenda_commands.draft_agenda,
        meeting.id,
        actor=CLERK,
        on=candidate.hearing_due.replace(day=candidate.hearing_due.day + 1),
    )
    assert kinds(opened, meeting) == ["tiers", "missed"]
    said = lines(opened, meeting)[1].text
    assert "没有说明" in said
    assert "由人认定" in said


def test_a_re_check_past_its_day_is_an_item(opened):
    finding = opened.finding(1)
    opened.hear(submitted(finding))
    opened.hear(signed(*agreed(finding), on=day(21)))
    with opened.sessions() as session:
        case = session.exec(select(Case)).one()
    opened.do(
        verification_commands.record_visit,
        case.id,
        VisitForm(on=day(21), visitors="钱经办", **SEEN),
        actor=CLERK,
        on=day(21),
    )
    opened.do(
        verification_commands.send_back, case.id, question="收入是否核准", actor=CLERK, on=day(21)
    )
    meeting = draft(opened, on=date(2026, 9, 30))  # due on the 29th
    assert kinds(opened, meeting) == ["tiers", "recheck"]
    assert "河湾镇复核逾期" in lines(opened, meeting)[1].title


def test_each_department_gets_notice_of_its_own_items_once(opened):
    opened.hear(issued(1), issued(2))
    meeting = draft(opened)
    opened.do(
        agenda_commands.add_line,
        meeting.id,
        LineForm(title="研究旱情", department="water"),
        actor=CLERK,
    )
    assert opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED) == [
        "housing",
        "water",
    ]
    told = {
        event.department: [line.order for line in event.lines]
        for event in opened.said(MeetingNoticed)
    }
    assert told == {"housing": ["o1", "o2"], "water": [None]}
    with pytest.raises(Conflict, match="已经发出"):
        opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)
    opened.do(
        agenda_commands.add_line,
        meeting.id,
        LineForm(title="再议一件", department="water"),
        actor=CLERK,
    )
    assert opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED) == [
        "water"
    ]


def test_a_department_explains_its_own_item_and_no_other(opened):
    opened.hear(issued(1))
    meeting = draft(opened)
    line = lines(opened, meeting)[1]
    head = actor(Role.DEPARTMENT_HEAD, "housing", name="李局长")
    explained = opened.do(
        meetings_commands.explain_item, line.id, "雨季停工", actor=head, on=NOTICED
    )
    assert (explained.explanation, explained.explained_on) == ("雨季停工", NOTICED)
    again = opened.do(meetings_commands.explain_item, line.id, "已复工", actor=head, on=HELD)
    assert again.explanation == "雨季停工。2026年10月12日补充：已复工"
    with pytest.raises(Forbidden):
        opened.do(
            meetings_commands.explain_item,
            line.id,
            "不对",
            actor=actor(Role.DEPARTMENT_HEAD, "water"),
            on=NOTICED,
        )


def decide(county, line: AgendaItem, kind: DecisionKind, text: str = "抓紧办理", **more):
    return county.do(
        minutes_commands.minute_item,
        line.id,
        ResolutionForm(kind=kind, text=text, **more),
        actor=CLERK,
    )


def test_decisions_leave_when_the_leader_signs_and_open_the_next_agenda(opened):
    """D12: each decision by its own event; last meeting's decisions come first, done or not."""
    opened.hear(issued(1), issued(2))
    meeting = draft(opened)
    hold(opened, meeting)
    tiers, first, second = lines(opened, meeting)
    decide(opened, first, DecisionKind.ORDER_DUE, due=date(2026, 10, 20))
    decide(opened, second, DecisionKind.REASSIGN, department="water")
    with pytest.raises(Conflict, match="第1条"):
        opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    assert opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK) == 1
    assert opened.said(MeetingDecided) == []
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    said = {
        event.order: (event.due, event.department, event.on)
        for event in opened.said(MeetingDecided)
    }
    assert said == {"o1": (date(2026, 10, 20), None, HELD), "o2": (None, "water", HELD)}
    with pytest.raises(Conflict, match="已经签发"):
        decide(opened, tiers, DecisionKind.NOTED)

    opened.hear(OrderClosed(**order(1, date(2026, 10, 19), OrderState.CLOSED), days=30))
    following = opened.do(
        agenda_commands.open_meeting, "2026-10", actor=CLERK, on=date(2026, 11, 9)
    )
    earlier = lines(opened, following)[:2]
    assert [line.kind for line in earlier] == ["decision", "decision"]
    assert "落实情况：已办结。" in earlier[0].text
    assert "落实情况：办理中。" in earlier[1].text


def test_a_second_return_that_was_spoken_of_does_not_come_back(opened):
    """The order stays where it is: dispatch hears so, and the next agenda is free of it unless it
    is returned again.
    """
    far = {"report_due": date(2026, 12, 1), "solve_due": date(2026, 12, 1)}
    opened.hear(issued(1, **far), second_return(1))
    meeting = draft(opened)
    hold(opened, meeting)
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    assert [(said.order, said.department, said.due) for said in opened.said(MeetingDecided)] == [
        ("o1", None, None)
    ]
    following = opened.do(
        agenda_commands.open_meeting, "2026-10", actor=CLERK, on=date(2026, 11, 9)
    )
    assert kinds(opened, following) == ["tiers"]
    opened.hear(second_return(1, on=date(2026, 11, 9)))
    opened.do(agenda_commands.draft_agenda, following.id, actor=CLERK, on=date(2026, 11, 9))
    assert kinds(opened, following) == ["tiers", "second_return"]


def test_a_decision_about_a_policy_is_reported_done_by_a_person(opened):
    """D-12: fix the policy, not only the case."""
    meeting = draft(opened)
    line = opened.do(
        agenda_commands.add_line,
        meeting.id,
        LineForm(title="危房改造补助标准", department="housing"),
        actor=CLERK,
    )
    hold(opened, meeting)
    decision = decide(opened, line, DecisionKind.POLICY, due=date(2026, 11, 30))
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    later = date(2026, 12, 1)
    with opened.sessions() as session:
        assert queries.outcome(session, decision, later) is Outcome.OVERDUE
    done = opened.do(
        minutes_commands.report_decision,
        decision.id,
        "已出台",
        actor=actor(Role.DEPARTMENT_HEAD, "housing"),
        on=later,
    )
    with opened.sessions() as session:
        assert is_done(queries.outcome(session, done, later))


def test_a_new_order_carries_what_its_department_has_to_look_up(opened):
    finding = opened.finding(1)
    opened.hear(submitted(finding))
    opened.hear(signed(*agreed(finding), on=day(21)))
    with opened.sessions() as session:
        case = session.exec(select(Case)).one()
    opened.do(
        verification_commands.record_visit,
        case.id,
        VisitForm(on=day(22), visitors="钱经办", **SEEN),
        actor=CLERK,
        on=day(22),
    )
    needs = [NeedDraft(GapItem.MEDICAL_COST, "请核实自付费用")]
    opened.do(
        verification_commands.verify,
        case.id,
        primary_cause=RiskCause.ILLNESS,
        needs=needs,
        actor=CLERK,
        on=day(22),
    )
    meeting = draft(opened)
    line = opened.do(
        agenda_commands.add_line,
        meeting.id,
        LineForm(title=f"{case.number} 住房问题", case=case.id),
        actor=CLERK,
    )
    hold(opened, meeting)
    with pytest.raises(Refused, match="姓名"):
        decide(
            opened,
            line,
            DecisionKind.NEW_ORDER,
            gap_item=GapItem.HOUSING_UNSAFE,
            question="请看户主1的房子",
        )
    decide(
        opened,
        line,
        DecisionKind.NEW_ORDER,
        gap_item=GapItem.HOUSING_UNSAFE,
        question="请鉴定住房",
        department="housing",
    )
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    (said,) = opened.said(MeetingDecided)
    assert (said.case, said.household, said.village, said.order) == (case.id, "h1", VILLAGE, None)
    assert (said.need.gap_item, said.need.department) == (GapItem.HOUSING_UNSAFE, "housing")
    assert "户主1" not in said.model_dump_json()


@pytest.mark.parametrize(
    ("kind", "more", "missing"),
    [
        (DecisionKind.ORDER_DUE, {}, "一张交办单、完成期限"),
        (DecisionKind.NEW_ORDER, {"question": " "}, "一个已核实的户、缺项、要部门回答的问题"),
        (DecisionKind.POLICY, {"due": date(2026, 11, 1)}, "责任部门"),
    ],
)
def test_a_decision_names_what_it_still_needs(opened, kind, more, missing):
    meeting = draft(opened)
    hold(opened, meeting)
    with pytest.raises(Refused, match=missing):
        decide(opened, lines(opened, meeting)[0], kind, **more)


@pytest.mark.parametrize(
    ("kind", "more", "sentence"),
    [
        (DecisionKind.ORDER_DUE, {"due": NOTICED}, "完成期限不能早于会议日期"),
        (DecisionKind.REASSIGN, {"department": "housing"}, "本来就在这个部门"),
        (
            DecisionKind.NEW_ORDER,
            {"gap_item": GapItem.HOUSING_UNSAFE, "question": "请鉴定住房", "department": "housing"},
            "只有已核实、没有办结的风险线索可以新交办",
        ),
    ],
)
def test_what_cannot_be_decided_is_not_minuted(opened, kind, more, sentence):
    opened.hear(issued(1))
    meeting = draft(opened)
    hold(opened, meeting)
    with pytest.raises(Refused, match=sentence):
        decide(opened, lines(opened, meeting)[1], kind, **more)
    with opened.sessions() as session:
        assert queries.decisions(session, meeting.id) == {}


def test_minutes_wait_for_the_meeting_and_pass_over_what_was_taken_off(opened):
    opened.hear(issued(1))
    meeting = draft(opened)
    line = lines(opened, meeting)[1]
    due = {"due": date(2026, 10, 20)}
    with pytest.raises(Conflict, match="会议还没有召开"):
        decide(opened, line, DecisionKind.ORDER_DUE, **due)
    opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)
    people = [AttendeeForm(unit="县水利局", name="周某")]
    with pytest.raises(Refused, match="会议召开日期不能晚于今天"):
        opened.do(
            minutes_commands.record_attendance,
            meeting.id,
            people,
            actor=CLERK,
            on=NOTICED,
            held_on=HELD,
        )
    opened.do(minutes_commands.record_attendance, meeting.id, people, actor=CLERK, on=HELD)
    opened.do(agenda_commands.remove_line, line.id, "已约谈", actor=CLERK)
    with pytest.raises(Conflict, match="这条议题已经移出议程"):
        decide(opened, line, DecisionKind.ORDER_DUE, **due)
    with pytest.raises(Conflict, match="会议已经召开"):
        opened.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=HELD, place="二楼会议室")
    with opened.sessions() as session:
        assert queries.decisions(session, meeting.id) == {}
        assert queries.meeting_of(session, MONTH).place == meeting.place


def test_only_a_signed_decision_about_a_policy_is_reported_done(opened):
    opened.hear(issued(1))
    meeting = draft(opened)
    hold(opened, meeting)
    tiers, overdue = lines(opened, meeting)
    due = date(2026, 10, 20)
    policy = decide(opened, tiers, DecisionKind.POLICY, department="housing", due=due)
    order_due = decide(opened, overdue, DecisionKind.ORDER_DUE, due=due)
    for decision, sentence in (
        ("nowhere", "没有这项会议决定"),
        (order_due.id, "交办事项的落实情况以交办单为准"),
        (policy.id, "会议纪要还没有签发"),
    ):
        with pytest.raises(Refused, match=sentence):
            opened.do(minutes_commands.report_decision, decision, "已出台", actor=CLERK, on=HELD)
    with opened.sessions() as session:
        decided = queries.decisions(session, meeting.id).values()
        assert [decision.done_on for decision in decided] == [None, None]


def test_only_the_leader_signs_and_only_the_office_edits(opened):
    meeting = draft(opened)
    hold(opened, meeting)
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    for other in (CLERK, actor(Role.ADMINISTRATOR), actor(Role.COUNTY_LEADER, TOWNSHIP)):
        with pytest.raises(Forbidden):
            opened.do(minutes_commands.issue_minutes, meeting.id, actor=other, on=HELD)
    for other in (
        actor(Role.ADMINISTRATOR),
        actor(Role.TOWNSHIP_HEAD, TOWNSHIP),
        actor(Role.DEPARTMENT_HEAD, "housing"),
    ):
        with pytest.raises(Forbidden):
            opened.do(agenda_commands.add_line, meeting.id, LineForm(title="插入一条"), actor=other)


def test_attendance_needs_a_notice_and_a_substitute_says_for_whom(opened):
    meeting = draft(opened)
    people = [AttendeeForm(unit="县水利局", name="周某", presence=Presence.SUBSTITUTE)]
    with pytest.raises(Conflict, match="通知"):
        opened.do(minutes_commands.record_attendance, meeting.id, people, actor=CLERK, on=HELD)
    opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)
    with pytest.raises(Refused, match="登记到会人员"):
        opened.do(minutes_commands.record_attendance, meeting.id, [], actor=CLERK, on=HELD)
    with pytest.raises(Refused, match="代谁"):
        opened.do(minutes_commands.record_attendance, meeting.id, people, actor=CLERK, on=HELD)


def test_gt_30_the_meetings_dates_fire_by_themselves(opened):
    """Agenda three working days before the notice, notice three before the meeting, over the
    holiday.
    """

    opened.hear(issued(1))
    opened.do(
        organisation_commands.enter_teams,
        [a_team("D1", "第一督导组", "黄某", TOWNSHIP)],
        actor=CLERK,
    )
    opened.do(months_commands.open_month, MONTH, on=day(1))
    with opened.sessions() as session:
        assert deadlines.pending(session, "meeting agenda", MONTH) == start_of(DRAFTED)
        assert deadlines.pending(session, "meeting notice", MONTH) == start_of(NOTICED)
        assert deadlines.pending(session, "meeting missed", MONTH) == end_of(HELD)
    sweep(opened.sessions, service_named("county").jobs, at(2026, 9, 28))
    with opened.sessions() as session:
        meeting = queries.meeting_of(session, MONTH)
    assert (meeting.state, meeting.on, meeting.drafted_on) == (MeetingState.DRAFTED, HELD, DRAFTED)
    sweep(opened.sessions, service_named("county").jobs, at(2026, 10, 8))
    assert [(event.department, event.on) for event in opened.said(MeetingNoticed)] == [
        ("housing", HELD),
        ("water", HELD),
    ]
    sweep(opened.sessions, service_named("county").jobs, at(2026, 10, 9))
    assert len(opened.said(MeetingNoticed)) == 2


def test_an_earlier_meeting_can_be_entered_as_done(opened):
    """August's meeting of 14 September, by the ordinary commands, with its own days."""
    opened.hear(issued(1))
    meeting = opened.do(agenda_commands.open_meeting, "2026-08", actor=CLERK, on=date(2026, 9, 9))
    assert (meeting.on, meeting.notice_on) == (SEPTEMBER, date(2026, 9, 9))
    line = opened.do(
        agenda_commands.add_line,
        meeting.id,
        LineForm(title="督办在办交办单", order="o1"),
        actor=CLERK,
    )
    opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=date(2026, 9, 9))
    people = [AttendeeForm(unit="县住房和城乡建设局", name="李局长")]
    held = opened.do(
        minutes_commands.record_attendance,
        meeting.id,
        people,
        actor=CLERK,
        on=date(2026, 9, 15),
        held_on=SEPTEMBER,
    )
    assert (held.held_on, held.entered_on) == (SEPTEMBER, date(2026, 9, 15))
    decide(opened, line, DecisionKind.ORDER_DUE, due=date(2026, 9, 30))
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(
        minutes_commands.issue_minutes,
        meeting.id,
        actor=LEADER,
        on=date(2026, 9, 15),
        issued_on=SEPTEMBER,
    )
    assert opened.said(MeetingDecided)[0].on == SEPTEMBER
    first = lines(opened, draft(opened, on=NOTICED))[0]
    assert (first.kind, first.title[:10]) == (LineKind.DECISION, "2026年9月14日")
    assert "未完成，已逾期" in first.text


def test_overdue_lines_lead_to_the_event_behind_them(opened):
    opened.hear(issued(1))
    overdue = OrderFellOverdue(**order(1, day(23), OrderState.ISSUED), clock="report", due=day(22))
    (record,) = opened.hear(overdue)
    with opened.sessions() as session:
        assert session.get(DispatchOrder, "o1").overdue == ["report"]
    line = lines(opened, draft(opened))[1]
    assert line.origin.endswith(dict(record.headers)["ce_id"].decode())


def test_the_doors_and_the_letters(opened, client, clock):
    """Agenda, notice and minutes as .docx; names only in the annex."""
    opened.hear(issued(1))
    clock.set(at(2026, 9, 28))
    clerk, leader = client("county", CLERK), client("county", LEADER)
    answer = clerk.post("/county/api/meetings", json={"month": MONTH, "place": "县政府二楼会议室"})
    assert answer.status_code == 201
    meeting = body(answer)
    line = meeting["lines"][1]
    url = f"/county/api/meetings/{meeting['id']}"
    agenda = clerk.get(f"{url}/agenda.docx")
    words = text_of(agenda.content)
    assert "DQ-990121-202609-0001" in words
    assert "户主1" not in words
    assert "户主1" in text_of(clerk.get(f"{url}/annex.docx").content)
    assert "涉及你单位的议题" in text_of(clerk.get(f"{url}/notice.docx?department=housing").content)
    clock.set(at(2026, 10, 12))
    assert clerk.post(f"{url}/notice").json() == {"departments": ["housing", "water"]}
    people = [
        {
            "unit": "县住房和城乡建设局",
            "name": "孙某",
            "presence": "substitute",
            "stands_for": "李局长",
        }
    ]
    assert clerk.post(f"{url}/attendance", json={"people": people}).json()["state"] == "held"
    decision = {"kind": "order_due", "text": "限期完成改造", "due": "2026-10-30"}
    assert clerk.post(f"/county/api/lines/{line['id']}/decision", json=decision).status_code == 200
    assert clerk.post(f"{url}/minutes", json={"note_rest": True}).status_code == 403
    signed_ = leader.post(f"{url}/minutes", json={"note_rest": True})
    assert (signed_.status_code, signed_.json()["state"]) == (200, "issued")
    minutes = text_of(clerk.get(f"{url}/minutes.docx").content)
    assert (
        "议定（限期解决）：限期完成改造。责任单位：县住房和城乡建设局。完成期限：2026年10月30日。"
        in minutes
    )
    assert "签发：领导小组（授权" in minutes  # F-14
    assert LEADER.label not in minutes
    own = client("county", actor(Role.DEPARTMENT_CLERK, "housing")).get(url)
    assert [one["id"] for one in own.json()["lines"]] == [line["id"]]
    other = client("county", actor(Role.DEPARTMENT_CLERK, "water")).get(url)
    assert (other.status_code, other.json()["lines"]) == (200, [])
    assert (
        client("county", actor(Role.DEPARTMENT_CLERK, "housing"))
        .get(f"{url}/annex.docx")
        .status_code
        == 403
    )


def test_the_agenda_is_worked_on_over_the_api(opened, client, clock):
    opened.hear(issued(1))
    clock.set(at(2026, 9, 28))
    meeting = draft(opened)
    url = f"/county/api/meetings/{meeting.id}"
    clerk, other = client("county", CLERK), client("county", actor(Role.ADMINISTRATOR))
    own = {"title": "研究旱情", "department": "water"}
    assert other.post(f"{url}/lines", json=own).status_code == 403
    added = clerk.post(f"{url}/lines", json=own)
    assert (added.status_code, body(added)["title"]) == (201, "研究旱情")
    opened.hear(issued(2))
    assert other.post(f"{url}/agenda").status_code == 403
    assert kinds(opened, meeting) == ["tiers", "overdue", "other"]
    drafted = clerk.post(f"{url}/agenda")
    assert drafted.status_code == 200
    assert [line["kind"] for line in body(drafted)["lines"]] == [
        "tiers",
        "overdue",
        "overdue",
        "other",
    ]


@pytest.mark.parametrize(
    ("about", "status", "sentence"),
    [
        ({"order": "o9"}, 404, "没有这张交办单"),
        ({"case": "c9"}, 404, "没有这条风险线索"),
        ({"department": "tourism"}, 422, "没有“tourism”这个部门"),
    ],
)
def test_a_line_is_about_what_there_is(opened, client, about, status, sentence):
    meeting = draft(opened)
    answer = client("county", CLERK).post(
        f"/county/api/meetings/{meeting.id}/lines", json={"title": "督办"} | about
    )
    assert answer.status_code == status
    assert sentence in body(answer)["detail"]
    assert kinds(opened, meeting) == ["tiers"]


def test_a_line_is_taken_off_and_put_back_on_the_page(opened, client):
    opened.hear(issued(1))
    meeting = draft(opened)
    url = f"/county/lines/{lines(opened, meeting)[1].id}"
    clerk = client("county", CLERK)
    assert clerk.post(f"{url}/remove", data={"reason": "已约谈"}).status_code == 303
    assert kinds(opened, meeting) == ["tiers"]
    assert clerk.post(f"{url}/restore").status_code == 303
    assert kinds(opened, meeting) == ["tiers", "overdue"]


def text_of(content: bytes) -> str:
    letter = Document(BytesIO(content))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in letter.paragraphs] + cells)


def test_a_refused_form_comes_back_on_the_meetings_page(opened, client, clock):
    opened.hear(issued(1), second_return(1))
    clock.set(at(2026, 10, 15))
    meeting = draft(opened)
    hold(opened, meeting)
    first, second = lines(opened, meeting)[:2]
    clerk, where = client("county", CLERK), f"/county/meetings/{meeting.id}"
    back = {"referer": f"http://testserver{where}"}
    typed = {"kind": "order_due", "text": "月底前改造完成"}
    answer = clerk.post(f"/county/lines/{second.id}/decision", data=typed, headers=back)
    assert (answer.status_code, answer.text.count("月底前改造完成")) == (422, 1)
    assert "还缺：完成期限" in answer.text
    empty = clerk.post(f"/county/lines/{first.id}/remove", data={"reason": " "}, headers=back)
    assert empty.status_code == 422
    assert "移出原因没有填" in empty.text
    long = {"unit": "局" * 501, "name": "", "post": "", "presence": "present", "stands_for": ""}
    assert clerk.post(f"{where}/attendance", data=long).status_code == 422


def test_the_pages_show_every_state(opened, client, clock):
    opened.hear(issued(1), second_return(1))
    clock.set(at(2026, 10, 8))
    clerk, leader = client("county", CLERK), client("county", LEADER)
    assert "还没有会议" in clerk.get("/county/meetings").text
    where = clerk.post("/county/meetings", data={"month": MONTH}).headers["location"].split("?")[0]
    line = lines(opened, draft(opened))[1]
    steps = [
        (clerk, f"/county/lines/{line.id}/edit", {"title": "请住建局说明", "text": "详情"}),
        (clerk, f"{where}/lines", {"title": "另一件", "department": "water"}),
        (clerk, f"/county/lines/{line.id}/move", {"position": "1"}),
        (clerk, f"{where}/agenda", {}),
        (clerk, f"{where}/notice", {}),
        (clerk, f"/county/lines/{line.id}/explanation", {"text": "来电说明"}),
        (
            clerk,
            f"{where}/attendance",
            {
                "unit": ["县水利局", ""],
                "name": ["周某", ""],
                "post": ["", ""],
                "presence": ["present", "present"],
                "stands_for": ["", ""],
                "held_on": "",
            },
        ),
        (
            clerk,
            f"/county/lines/{line.id}/decision",
            {"kind": "order_due", "text": "限期", "due": "2026-10-30"},
        ),
        (clerk, f"{where}/rest", {}),
        (leader, f"{where}/minutes", {}),
    ]
    for who, url, form in steps:
        answer = who.post(url, data=form)
        assert answer.status_code == 303, (url, answer.text)
        assert "请住建局说明" in clerk.get(where).text
    assert "纪要已印发" in clerk.get("/county/meetings").text
    assert clerk.post(f"{where}/agenda").status_code == 409


def test_a_department_finds_its_items_on_its_desk(opened):
    opened.hear(issued(1))
    meeting = draft(opened)
    opened.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=NOTICED)

    def tasks() -> list:
        with opened.sessions() as session:
            return [
                (task.title[:9], task.due)
                for task in open_tasks(session, actor(Role.DEPARTMENT_CLERK, "housing"), NOTICED)
                if task.kind == "explain"
            ]

    assert tasks() == [("准备联席会议议题：", HELD)]
    opened.do(
        meetings_commands.explain_item,
        lines(opened, meeting)[1].id,
        "雨季停工",
        actor=CLERK,
        on=NOTICED,
    )
    assert tasks() == []


def test_f_09_a_held_meetings_page_asks_one_of_the_two(opened, client, clock):
    """The clerk writes down what was decided, then the leader signs."""
    opened.hear(issued(1))
    meeting = draft(opened)
    hold(opened, meeting)
    clock.set(at(2026, 10, 13))
    where = f"/county/meetings/{meeting.id}"
    clerk, leader = client("county", CLERK), client("county", LEADER)
    for reader in (clerk, leader):
        shown = reader.get(where).text
        assert "还有2条议题没有记录决定，由牵头部门记录" in shown
        assert "签发会议纪要</button>" not in shown
    assert clerk.post(f"{where}/rest").status_code == 303
    assert "等县领导签发纪要。" in clerk.get(where).text
    assert "签发会议纪要</button>" in leader.get(where).text
