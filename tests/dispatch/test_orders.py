"""Orders from the case to the closing, on the real database; the named ones are the golden
tests.
"""

from datetime import date

import pytest
from sqlmodel import Session

from kit.actor import SYSTEM, Actor
from kit.behalf import Behalf
from kit.errors import Conflict, Forbidden, NotFound, Refused
from kit.packs import keep
from rulebook.book import Book, name_codes
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import ClockOwner, GapItem, OrderClock, OrderState, ReplyResult, RiskCause, Role
from schemas.dispatch import (
    HelpCompleted,
    OrderAccepted,
    OrderClosed,
    OrderConfirmed,
    OrderDoubted,
    OrderDueMoved,
    OrderFellOverdue,
    OrderIssued,
    OrderOpened,
    OrderReported,
    OrderReturnAgreed,
    OrderReturned,
    OrderReturnRefused,
)
from services.dispatch.decisions import commands as decisions_commands
from services.dispatch.escalations.tasks import tasks as tasks_of_what_went_up
from services.dispatch.issuing import commands as issuing_commands
from services.dispatch.orders import procedure
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.tasks import tasks
from services.dispatch.replies import commands as replies_commands
from services.dispatch.replies.forms import ReplyDraft
from services.dispatch.statistics import queries as statistics_queries
from tests.own_pack import MORE_CODES, codes_as_before, own_pack, written

ISSUED = date(2026, 2, 10)
SOLVED = ReplyDraft(result=ReplyResult.SOLVED, explanation="已报销到账")


def planned(expected_on: date) -> ReplyDraft:
    return ReplyDraft(
        result=ReplyResult.PLANNED, explanation="已列入改造计划", expected_on=expected_on
    )


@pytest.mark.parametrize(
    ("pack", "primary", "co"),
    [
        ("three-tier-2020", "human-resources", ["health"]),
        ("default", "health-insurance", ["health", "civil-affairs"]),
    ],
)
def test_gt_13_illness_goes_where_the_pack_says(
    session: Session, opened, said, pack, primary, co
) -> None:
    session.info["book"] = Book(state_council(), (load_pack(pack),))
    order = opened(date(2020, 9, 28) if pack == "three-tier-2020" else date(2026, 9, 28))
    assert (order.department, order.co_handlers, order.state) == (primary, co, OrderState.ISSUED)
    assert order.pack_ref.startswith(pack)
    assert [event.department for event in said(OrderIssued)] == [primary]


def test_gt_22_f_43_an_order_keeps_the_rules_it_was_opened_under(
    session: Session, opened, office, officer, village_clerk, tmp_path
) -> None:
    """No limit stands beside the pack. Meanwhile the county has gone back to the shipped
    pack, and the file is lost.
    """
    own = own_pack(
        tmp_path,
        "dispatch",
        route_limit="2WD",
        report_limit="10WD",
        confirm_limit="4WD",
        close_limit="3WD",
        rework_limit="6WD",
        max_returns=2,
    )
    keep(session.connection(), [own], ISSUED)
    session.info["book"] = Book(state_council(), (own, load_pack("default")))
    order, unrouted = opened(ISSUED), opened(ISSUED, GapItem.FUND)
    assert order.pack_ref == own.ref
    assert unrouted.route_due == date(2026, 2, 12)
    assert order.report_due == date(2026, 3, 2)

    session.info["book"] = Book(state_council(), (load_pack("default"),))
    doctor, day = officer("health-insurance"), date(2026, 2, 12)
    for _ in range(2):
        replies_commands.return_order(session, order.id, reason="不在目录内", actor=doctor, on=day)
        decisions_commands.decide_return(
            session, order.id, agree=False, reason="属医保目录", actor=office, on=day
        )
    assert (order.returns, order.for_meeting) == (2, False)
    assert orders_queries.report_limit(session, order) == "10个工作日"
    replies_commands.report_order(session, order.id, SOLVED, actor=doctor, on=date(2026, 3, 2))
    assert order.confirm_due == date(2026, 3, 6)
    day = date(2026, 3, 3)
    decisions_commands.confirm_help(
        session, order.id, received=False, note="未到账", actor=village_clerk, on=day
    )
    assert order.solve_due == date(2026, 3, 11)
    replies_commands.report_order(session, order.id, SOLVED, actor=doctor, on=day)
    decisions_commands.confirm_help(session, order.id, received=True, actor=village_clerk, on=day)
    assert order.close_due == date(2026, 3, 6)
    issuing_commands.route_order(
        session, unrouted.id, department="civil-affairs", question="请研究", actor=office, on=day
    )
    assert unrouted.report_due == date(2026, 3, 17)


def test_f_43_a_gap_item_of_the_countys_own_is_routed_and_kept(session: Session, opened, tmp_path):
    """The lists are the pack's too."""
    with codes_as_before():
        own = written(tmp_path, MORE_CODES)
        name_codes([own])
        session.info["book"] = Book(state_council(), (own,))
        order = opened(ISSUED, GapItem("SKILL_TRAINING"), cause=RiskCause("EPIDEMIC"))
        session.flush()
        session.expire(order)
        assert (order.gap_item.label, order.cause.label) == ("技能培训", "因疫")
        assert order.department == "human-resources"
        officer = Actor("officer", "宋杰", Role.DEPARTMENT_CLERK, "human-resources")
        assert orders_queries.words(session, order, officer).person_name == "陈小宝"


def test_gt_21_a_return_agreed_late_gives_new_clocks(
    session: Session, opened, office, officer, said
) -> None:
    order = opened(ISSUED)
    assert order.report_due == date(2026, 3, 9)
    doctor = officer("health-insurance")
    replies_commands.return_order(
        session,
        order.id,
        reason="不在目录内",
        proposed="civil-affairs",
        actor=doctor,
        on=date(2026, 2, 12),
    )
    assert (order.state, order.decide_due) == (OrderState.RETURNED, date(2026, 2, 13))
    decisions_commands.decide_return(
        session, order.id, agree=True, actor=office, on=date(2026, 2, 25)
    )
    assert (order.state, order.department, order.attempt) == (OrderState.ISSUED, "civil-affairs", 2)
    assert (order.first_issued_on, order.issued_on) == (ISSUED, date(2026, 2, 25))
    assert (order.report_due, order.original_report_due) == (date(2026, 3, 17), date(2026, 3, 9))
    assert order.decided_late
    assert said(OrderReturned)[0].decide_by == date(2026, 2, 13)
    assert said(OrderReturnAgreed)[0].decided_late
    assert said(OrderIssued)[-1].first_issued_on == ISSUED


def test_a_returned_order_goes_elsewhere_and_by_the_decision_alone(
    session: Session, opened, office, officer, said
) -> None:
    order, on = opened(ISSUED), date(2026, 2, 12)
    replies_commands.return_order(
        session, order.id, reason="不在目录内", actor=officer("health-insurance"), on=on
    )
    before = said()
    with pytest.raises(Refused, match="同意退回要改派另一个部门"):
        decisions_commands.decide_return(
            session, order.id, agree=True, department="health-insurance", actor=office, on=on
        )
    with pytest.raises(Refused, match="这张交办单已退回待裁定"):
        issuing_commands.route_order(
            session, order.id, department="civil-affairs", actor=office, on=on
        )
    assert (order.state, order.department) == (OrderState.RETURNED, "health-insurance")
    assert said() == before


def test_gt_23_a_return_refused_keeps_the_due_date_and_a_second_goes_to_the_meeting(
    session: Session, opened, office, officer, said, actions
) -> None:
    order, doctor = opened(ISSUED), officer("health-insurance")
    replies_commands.return_order(
        session, order.id, reason="不在目录内", actor=doctor, on=date(2026, 2, 12)
    )
    decisions_commands.decide_return(
        session, order.id, agree=False, reason="属医保目录", actor=office, on=date(2026, 2, 13)
    )
    assert (order.state, order.department, order.report_due) == (
        OrderState.ISSUED,
        "health-insurance",
        date(2026, 3, 9),
    )
    assert not order.decided_late
    replies_commands.return_order(
        session, order.id, reason="仍有异议", actor=doctor, on=date(2026, 2, 14)
    )
    assert (order.state, order.department, order.for_meeting, order.returns) == (
        OrderState.ISSUED,
        "health-insurance",
        True,
        1,
    )
    assert [event.for_meeting for event in said(OrderReturnRefused)] == [False, True]
    assert actions(order) == ["open", "issue", "return", "refuse_return", "refuse_return"]


def test_gt_27_two_gap_items_make_two_orders_and_help_is_complete_when_both_are_closed(
    session: Session, verified, office, officer, village_clerk, said
) -> None:
    case = verified(date(2026, 9, 28), GapItem.MEDICAL_COST, GapItem.SCHOOL_COST)
    orders = issuing_commands.open_orders(session, case)
    assert [order.department for order in orders] == ["health-insurance", "education"]
    assert [order.number for order in orders] == ["DQ-990121-202609-0001", "DQ-990121-202609-0002"]
    assert issuing_commands.open_orders(session, case) == []
    for order in orders:
        assert not said(HelpCompleted)
        replies_commands.report_order(
            session, order.id, SOLVED, actor=officer(order.department), on=date(2026, 10, 9)
        )
        decisions_commands.confirm_help(
            session, order.id, received=True, actor=village_clerk, on=date(2026, 10, 12)
        )
        decisions_commands.close_order(session, order.id, actor=office, on=date(2026, 10, 13))
    assert said(HelpCompleted) == [
        HelpCompleted(case=case.case, household=case.household, on=date(2026, 10, 13))
    ]
    assert {event.days for event in said(OrderClosed)} == {7}


def test_gt_29_a_plan_meets_the_report_and_silence_falls_overdue(
    session: Session, opened, officer, said, ring
) -> None:
    told, silent = opened(ISSUED, GapItem.HOUSING_UNSAFE), opened(ISSUED)
    replies_commands.report_order(
        session, told.id, planned(date(2026, 5, 20)), actor=officer("housing"), on=date(2026, 3, 4)
    )
    assert (told.state, told.reported_on, told.report_late) == (
        OrderState.UNDER_WAY,
        date(2026, 3, 4),
        False,
    )
    assert told.solve_due == date(2026, 6, 10)
    ring(date(2026, 3, 9), hour=23)
    assert silent.not_reported_since is None
    ring(date(2026, 3, 10))  # working day 16
    assert silent.not_reported_since == date(2026, 3, 9)
    assert (told.not_reported_since, told.not_solved_since) == (None, None)
    fallen = [event for event in said(OrderFellOverdue) if event.clock == "report"]
    assert [(event.order, event.due, event.step) for event in fallen] == [
        (silent.id, date(2026, 3, 9), 0)
    ]


def test_an_order_nobody_can_be_named_for_is_routed_by_the_office(
    session: Session, opened, office, said
) -> None:
    order = opened(date(2026, 9, 28), GapItem.OTHER)
    assert (order.state, order.route_due, order.department) == (
        OrderState.TO_ROUTE,
        date(2026, 9, 29),
        None,
    )
    assert said(OrderOpened)[0].route_due == date(2026, 9, 29)
    with pytest.raises(Refused, match="没有代码"):
        issuing_commands.route_order(
            session, order.id, department="tourism", actor=office, on=date(2026, 9, 29)
        )
    issuing_commands.route_order(
        session,
        order.id,
        department="water",
        co_handlers=["health"],
        question="请查水源",
        actor=office,
        on=date(2026, 9, 29),
    )
    assert (order.state, order.department, order.co_handlers, order.question) == (
        OrderState.ISSUED,
        "water",
        ["health"],
        "请查水源",
    )


def test_the_county_may_name_the_department_at_verification(opened) -> None:
    order = opened(date(2026, 9, 28), GapItem.FUND, department="agriculture")
    assert (order.state, order.department) == (OrderState.ISSUED, "agriculture")


def test_acceptance_late_or_in_time(session: Session, opened, officer, said) -> None:
    first, second = opened(ISSUED), opened(ISSUED)
    replies_commands.accept_order(
        session, first.id, actor=officer("health-insurance"), on=date(2026, 2, 11)
    )
    replies_commands.accept_order(
        session, second.id, actor=officer("health-insurance"), on=date(2026, 2, 12)
    )
    assert [event.late for event in said(OrderAccepted)] == [False, True]
    with pytest.raises(Conflict):
        replies_commands.accept_order(
            session, first.id, actor=officer("health-insurance"), on=date(2026, 2, 12)
        )


def test_an_accepted_order_cannot_be_returned_and_a_return_has_its_limit(
    session: Session, opened, officer
) -> None:
    doctor, order, late = officer("health-insurance"), opened(ISSUED), opened(ISSUED)
    replies_commands.accept_order(session, order.id, actor=doctor, on=ISSUED)
    with pytest.raises(Conflict):
        replies_commands.return_order(
            session, order.id, reason="不在目录内", actor=doctor, on=date(2026, 2, 11)
        )
    with pytest.raises(Refused, match="没有代码为"):
        replies_commands.return_order(
            session, late.id, reason="应由他人办理", proposed="nobody", actor=doctor, on=ISSUED
        )
    with pytest.raises(Conflict, match="退回时限"):
        replies_commands.return_order(
            session, late.id, reason="不在目录内", actor=doctor, on=date(2026, 2, 13)
        )
    with pytest.raises(Refused, match="理由"):
        replies_commands.return_order(
            session, late.id, reason=" ", actor=doctor, on=date(2026, 2, 12)
        )


def test_a_report_on_an_order_not_accepted_counts_as_both(
    session: Session, opened, officer, said, actions
) -> None:
    order = opened(ISSUED)
    replies_commands.report_order(
        session, order.id, SOLVED, actor=officer("health-insurance"), on=date(2026, 2, 12)
    )
    assert order.state is OrderState.SOLVED
    assert actions(order) == ["open", "issue", "accept", "solve"]
    assert said(OrderAccepted)[0].late
    assert not said(OrderReported)[0].late
    assert order.confirm_due == date(2026, 2, 26)


def test_a_plan_without_a_day_is_refused(session: Session, opened, officer) -> None:
    order = opened(ISSUED)
    draft = ReplyDraft(result=ReplyResult.PARTLY, explanation="已发一半")
    with pytest.raises(Refused, match="预计完成日期"):
        replies_commands.report_order(
            session, order.id, draft, actor=officer("health-insurance"), on=ISSUED
        )


def test_doubted_help_is_reworked_and_confirmed_by_the_office_after_silence(
    session: Session, opened, office, officer, village_clerk, said
) -> None:
    order, doctor = opened(ISSUED), officer("health-insurance")
    replies_commands.report_order(session, order.id, SOLVED, actor=doctor, on=date(2026, 2, 11))
    with pytest.raises(Refused, match="实际情况"):
        decisions_commands.confirm_help(
            session, order.id, received=False, actor=village_clerk, on=date(2026, 2, 12)
        )
    decisions_commands.confirm_help(
        session,
        order.id,
        received=False,
        note="钱没有到账",
        actor=village_clerk,
        on=date(2026, 2, 12),
    )
    assert (order.state, order.solve_due, order.reworks) == (
        OrderState.UNDER_WAY,
        date(2026, 2, 26),
        1,
    )
    assert said(OrderDoubted)[0].solve_due == date(2026, 2, 26)
    assert orders_queries.latest_reply(session, order.id).received is False
    replies_commands.report_order(session, order.id, SOLVED, actor=doctor, on=date(2026, 2, 26))
    with pytest.raises(Conflict, match="核实期限"):
        decisions_commands.confirm_by_office(
            session, order.id, note="电话核实", actor=office, on=date(2026, 3, 4)
        )
    decisions_commands.confirm_by_office(
        session, order.id, note="电话核实", actor=office, on=date(2026, 3, 5)
    )
    assert said(OrderConfirmed)[0].by_office
    assert order.close_due == date(2026, 3, 6)


def test_an_answer_is_closed_or_reopened(session: Session, opened, office, officer, said) -> None:
    order = opened(ISSUED)
    answer = ReplyDraft(result=ReplyResult.NOT_ELIGIBLE, explanation="不在救助范围")
    replies_commands.report_order(
        session, order.id, answer, actor=officer("health-insurance"), on=date(2026, 2, 11)
    )
    assert (order.state, order.close_due) == (OrderState.ANSWERED, date(2026, 2, 12))
    decisions_commands.reopen_order(
        session, order.id, reason="请再查门诊慢特病", actor=office, on=date(2026, 2, 12)
    )
    assert (order.state, order.solve_due) == (OrderState.UNDER_WAY, date(2026, 2, 26))
    replies_commands.report_order(
        session, order.id, answer, actor=officer("health-insurance"), on=date(2026, 2, 13)
    )
    decisions_commands.close_order(session, order.id, actor=office, on=date(2026, 2, 13))
    assert len(said(HelpCompleted)) == 1
    for again in (
        lambda: replies_commands.report_order(
            session, order.id, SOLVED, actor=officer("health-insurance"), on=ISSUED
        ),
        lambda: decisions_commands.reopen_order(
            session, order.id, reason="再看", actor=office, on=ISSUED
        ),
    ):
        with pytest.raises(Conflict, match="已办结"):
            again()


def test_a_new_finding_after_closing_makes_a_new_order_that_links_the_old_one(
    session: Session, opened, office, colleague, officer
) -> None:
    first = opened(ISSUED, household="h-1")
    replies_commands.report_order(
        session, first.id, SOLVED, actor=officer("health-insurance"), on=date(2026, 2, 11)
    )
    decisions_commands.confirm_by_office(
        session, first.id, note="入户看过", actor=colleague, on=date(2026, 3, 20)
    )
    decisions_commands.close_order(session, first.id, actor=office, on=date(2026, 3, 20))
    again, other = (
        opened(date(2026, 9, 28), household="h-1"),
        opened(date(2026, 9, 28), GapItem.JOB, household="h-1"),
    )
    assert (again.follows, other.follows) == (first.id, None)


def test_the_office_alone_moves_the_solve_due(
    session: Session, opened, office, officer, said
) -> None:
    order = opened(ISSUED, GapItem.HOUSING_UNSAFE)
    with pytest.raises(Forbidden):
        decisions_commands.move_solve_due(
            session,
            order.id,
            due=date(2026, 8, 1),
            reason="雨季",
            actor=officer("housing"),
            on=ISSUED,
        )
    decisions_commands.move_solve_due(
        session, order.id, due=date(2026, 8, 3), reason="雨季停工", actor=office, on=ISSUED
    )
    assert (order.solve_due, order.original_solve_due) == (date(2026, 8, 3), date(2026, 6, 10))
    assert said(OrderDueMoved)[0].reason == "雨季停工"
    with pytest.raises(Refused, match="不能早于今天"):
        decisions_commands.move_solve_due(
            session, order.id, due=date(2026, 1, 5), reason="提前", actor=office, on=ISSUED
        )


def test_who_may_do_what(session: Session, opened, office, officer, village_clerk) -> None:
    order = opened(ISSUED)
    with pytest.raises(Forbidden):
        replies_commands.accept_order(session, order.id, actor=officer("housing"), on=ISSUED)
    with pytest.raises(Forbidden):
        replies_commands.accept_order(session, order.id, actor=village_clerk, on=ISSUED)
    with pytest.raises(Forbidden):
        decisions_commands.close_order(
            session, order.id, actor=officer("health-insurance"), on=ISSUED
        )
    administrator = Actor("x", "某人", Role.ADMINISTRATOR, "990121000000")
    for act in (
        lambda: replies_commands.accept_order(session, order.id, actor=administrator, on=ISSUED),
        lambda: replies_commands.report_order(
            session, order.id, SOLVED, actor=administrator, on=ISSUED
        ),
        lambda: decisions_commands.close_order(session, order.id, actor=administrator, on=ISSUED),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotFound):
        replies_commands.accept_order(
            session, "nothing", actor=officer("health-insurance"), on=ISSUED
        )


def test_the_office_enters_for_an_officer_who_phoned_and_both_names_stay(
    session: Session, opened, office
) -> None:
    order = opened(ISSUED)
    with pytest.raises(Refused, match="姓名"):
        replies_commands.accept_order(session, order.id, actor=office, on=ISSUED)
    replies_commands.accept_order(
        session, order.id, actor=office, on=ISSUED, on_behalf=Behalf("宋杰", "来电")
    )
    assert orders_queries.history(session, order.id)[-1].actor == "王敏（县级牵头部门经办人）代宋杰"


def test_reminders_and_escalation_step_by_step(
    session: Session, opened, said, actions, ring, officer
) -> None:
    order = opened(date(2026, 9, 1))  # report due 21 September
    replies_commands.accept_order(
        session, order.id, actor=officer("health-insurance"), on=date(2026, 9, 1)
    )
    ring(date(2026, 9, 17))
    ring(date(2026, 9, 17))
    assert actions(order).count("remind") == 1
    ring(date(2026, 9, 20))  # a working Sunday
    assert actions(order).count("remind") == 2
    assert not said(OrderFellOverdue)
    ring(date(2026, 9, 22))
    assert {(event.clock, event.step) for event in said(OrderFellOverdue)} == {
        ("report", 0),
        ("solve", 0),
    }
    assert (order.not_reported_since, order.not_solved_since) == (
        date(2026, 9, 21),
        date(2026, 9, 21),
    )
    ring(date(2026, 9, 25))
    assert len(said(OrderFellOverdue)) == 4
    ring(date(2026, 12, 31))
    assert len(said(OrderFellOverdue)) == 4
    replies_commands.report_order(
        session, order.id, SOLVED, actor=officer("health-insurance"), on=date(2026, 12, 31)
    )
    assert (order.not_reported_since, order.not_solved_since) == (None, None)
    assert said(OrderReported)[0].late


def test_every_clock_falls_overdue_when_its_day_has_passed(
    session: Session, opened, ring, said, officer
) -> None:
    to_route, issued, returned, solved, answered = (
        opened(date(2026, 9, 1), GapItem.OTHER),
        *(opened(date(2026, 9, 1)) for _ in range(4)),
    )
    doctor = officer("health-insurance")
    replies_commands.return_order(
        session, returned.id, reason="不在目录内", actor=doctor, on=date(2026, 9, 2)
    )
    replies_commands.report_order(session, solved.id, SOLVED, actor=doctor, on=date(2026, 9, 2))
    answer = ReplyDraft(result=ReplyResult.FACTS_DIFFER, explanation="已参保")
    replies_commands.report_order(session, answered.id, answer, actor=doctor, on=date(2026, 9, 2))
    ring(date(2026, 9, 10))
    fallen = {(event.order, event.clock, event.due) for event in said(OrderFellOverdue)}
    assert fallen == {
        (to_route.id, "route", date(2026, 9, 2)),
        (issued.id, "accept", date(2026, 9, 2)),
        (returned.id, "decide", date(2026, 9, 3)),
        (solved.id, "confirm", date(2026, 9, 9)),
        (answered.id, "close", date(2026, 9, 3)),
    }


def test_a_refused_return_does_not_repeat_an_escalation_already_spoken(
    session: Session, opened, ring, said, office, officer
) -> None:
    order = opened(ISSUED)
    ring(date(2026, 2, 12))  # acceptance was due on the 11th
    replies_commands.return_order(
        session, order.id, reason="异议", actor=officer("health-insurance"), on=date(2026, 2, 12)
    )
    decisions_commands.decide_return(
        session, order.id, agree=False, reason="属贵局", actor=office, on=date(2026, 2, 13)
    )
    ring(date(2026, 2, 14))
    assert [(event.clock, event.step) for event in said(OrderFellOverdue)] == [("accept", 0)]
    ring(date(2026, 2, 15))  # three working days after the 11th, the working Saturday included
    assert [(event.clock, event.step) for event in said(OrderFellOverdue)] == [
        ("accept", 0),
        ("accept", 1),
    ]


def test_what_was_moved_or_solved_rings_no_more(
    session: Session, opened, ring, said, office, officer
) -> None:
    order = opened(date(2026, 9, 1))
    replies_commands.accept_order(
        session, order.id, actor=officer("health-insurance"), on=date(2026, 9, 1)
    )
    decisions_commands.move_solve_due(
        session,
        order.id,
        due=date(2026, 10, 30),
        reason="待鉴定",
        actor=office,
        on=date(2026, 9, 2),
    )
    replies_commands.report_order(
        session,
        order.id,
        planned(date(2026, 10, 28)),
        actor=officer("health-insurance"),
        on=date(2026, 9, 17),
    )
    ring(date(2026, 10, 12))
    assert not said(OrderFellOverdue)


def test_statistics_count_and_do_not_rank(session: Session, opened, office, officer) -> None:
    order = opened(ISSUED)
    opened(ISSUED)
    replies_commands.report_order(
        session, order.id, SOLVED, actor=officer("health-insurance"), on=date(2026, 2, 12)
    )
    figures = statistics_queries.statistics(session, office, None, date(2026, 2, 12))
    assert [one.code for one in figures] == sorted(one.code for one in figures)
    mine = next(one for one in figures if one.code == "health-insurance")
    assert (mine.issued, mine.closed, mine.open) == (2, 0, 2)
    assert (mine.accepted_on_time.part, mine.accepted_on_time.whole) == (0, 2)  # by the 11th
    assert (mine.reported_on_time.part, mine.reported_on_time.whole) == (1, 1)


def figures_of(session: Session, actor: Actor, code: str, since: date | None, as_of: date):
    rows = statistics_queries.statistics(session, actor, since, as_of)
    return next(row for row in rows if row.code == code)


def test_f_07_a_silent_department_stays_in_the_denominator(
    session: Session, opened, office, officer
) -> None:
    """Due on 9 March: counted in March, carried into April, out when it has answered."""
    order = opened(ISSUED)
    march = figures_of(session, office, "health-insurance", date(2026, 3, 1), date(2026, 3, 31))
    assert (march.unreported, march.reported_on_time.part, march.reported_on_time.whole) == (
        1,
        0,
        1,
    )
    april = figures_of(session, office, "health-insurance", date(2026, 4, 1), date(2026, 4, 30))
    assert (april.unreported, april.reported_on_time.part, april.reported_on_time.whole) == (
        1,
        0,
        1,
    )
    replies_commands.report_order(
        session, order.id, SOLVED, actor=officer("health-insurance"), on=date(2026, 5, 6)
    )
    may = figures_of(session, office, "health-insurance", date(2026, 5, 1), date(2026, 5, 31))
    assert (may.unreported, may.reported_on_time.part, may.reported_on_time.whole) == (0, 0, 1)
    june = figures_of(session, office, "health-insurance", date(2026, 6, 1), date(2026, 6, 30))
    assert (june.unreported, june.reported_on_time.whole) == (0, 0)


def test_f_07_what_the_village_owes_is_not_the_departments_delay(
    session: Session, opened, office, officer
) -> None:
    order, late = opened(ISSUED), date(2026, 4, 30)
    replies_commands.report_order(
        session, order.id, SOLVED, actor=officer("health-insurance"), on=date(2026, 2, 12)
    )
    mine = figures_of(session, office, "health-insurance", None, late)
    assert (mine.unreported, mine.unsolved, mine.reported_on_time.percent) == (0, 0, "100.00%")
    owners = statistics_queries.counts(session, office, late).late
    assert owners == {ClockOwner.DEPARTMENT: 0, ClockOwner.VILLAGE: 1, ClockOwner.OFFICE: 0}


def test_f_07_a_day_that_passed_is_overdue_on_a_day_off_too(
    session: Session, opened, office
) -> None:
    """To be accepted by Friday the 13th; the board of the Saturday and its count say the same."""
    order, saturday = opened(date(2026, 3, 12)), date(2026, 3, 14)
    (line,) = orders_queries.lines(session, [order], saturday)
    assert (line.late, line.overdue) == ([ClockOwner.DEPARTMENT], True)
    assert statistics_queries.counts(session, office, saturday).late[ClockOwner.DEPARTMENT] == 1


def test_f_07_the_owner_of_a_clock_is_the_same_in_table_and_code_list() -> None:
    owners = {
        ClockOwner.DEPARTMENT: procedure.DEPARTMENT,
        ClockOwner.VILLAGE: procedure.VILLAGE,
        ClockOwner.OFFICE: procedure.OFFICE,
    }
    for clock in OrderClock:
        assert procedure.ORDER.clock(clock).owner is owners[clock.owner]


def test_history_names_the_system_when_nobody_acted(session: Session, opened) -> None:
    order: Order = opened(ISSUED)
    assert orders_queries.history(session, order.id)[0].actor == SYSTEM.label


def test_a_paper_that_came_earlier_is_entered_by_the_office_alone(
    session: Session, opened, office, officer
) -> None:
    order, on = opened(ISSUED), date(2026, 3, 12)
    paper = {"received_on": date(2026, 3, 9), "entry_reason": "纸质反馈3月9日收到"}
    with pytest.raises(Forbidden):
        replies_commands.report_order(
            session, order.id, SOLVED, actor=officer("health-insurance"), on=on, **paper
        )
    with pytest.raises(Refused, match="补录"):
        replies_commands.report_order(
            session,
            order.id,
            SOLVED,
            actor=office,
            on=on,
            on_behalf=Behalf("宋杰", "来电"),
            received_on=date(2026, 3, 9),
        )
    replies_commands.report_order(
        session, order.id, SOLVED, actor=office, on=on, on_behalf=Behalf("宋杰", "来电"), **paper
    )
    assert (order.reported_on, order.report_late) == (date(2026, 3, 9), False)
    assert "补录：2026年3月12日录入" in orders_queries.history(session, order.id)[-1].text


def test_each_has_his_own_tasks(
    session: Session, opened, office, officer, village_clerk, ring
) -> None:
    waiting, issued, solved = opened(ISSUED, GapItem.OTHER), opened(ISSUED), opened(ISSUED)
    replies_commands.report_order(
        session, solved.id, SOLVED, actor=officer("health-insurance"), on=ISSUED
    )
    leader = Actor("leader", "赵素娜", Role.COUNTY_LEADER, "990121000000")

    def titles(actor: Actor, on: date = ISSUED) -> list[str]:
        everything = [*tasks(session, actor, on), *tasks_of_what_went_up(session, actor, on)]
        return [task.title.split()[0] for task in everything]

    assert titles(office) == [waiting.number]
    assert titles(officer("health-insurance")) == [issued.number]
    assert titles(village_clerk) == [solved.number]
    assert titles(leader) == []
    ring(date(2026, 3, 20))
    assert set(titles(leader, date(2026, 3, 20))) == {waiting.number, issued.number, solved.number}
    assert set(titles(office, date(2026, 3, 20))) == {waiting.number, solved.number}
    assert titles(village_clerk, date(2026, 3, 20)) == []  # the office has to look now


def test_f_51_days_in_an_orders_history_and_refusals_are_written_as_people_read_them(
    session: Session, opened, officer
) -> None:
    order, late = opened(ISSUED), opened(ISSUED)
    clinic = officer("health-insurance")
    planned = ReplyDraft(
        result=ReplyResult.PLANNED, explanation="已排期", expected_on=date(2026, 11, 20)
    )
    replies_commands.report_order(session, order.id, planned, actor=clinic, on=ISSUED)
    assert orders_queries.history(session, order.id)[-1].text.endswith("；预计2026年11月20日完成")
    with pytest.raises(Conflict, match="退回时限是2026年"):
        replies_commands.return_order(
            session, late.id, reason="不属", actor=clinic, on=date(2026, 3, 20)
        )
