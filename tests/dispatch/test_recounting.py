"""F-16: a day beyond the published calendar is 暂定, and moves with the calendar when it is published."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from kit.deadlines import pending
from kit.errors import Conflict, Forbidden
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.months import end_of
from rulebook.packs import load_pack
from schemas.codes import GapItem, OrderClock, ReplyResult
from schemas.county import MeetingDecided
from schemas.dispatch import DepartmentOrderChanged, OrderDuesRecounted, OrderIssued
from services.dispatch.decisions import commands as decisions_commands
from services.dispatch.departments import commands as departments_commands
from services.dispatch.meetings import commands as meetings_commands
from services.dispatch.orders import queries as orders_queries
from services.dispatch.recounting import commands, queries
from services.dispatch.recounting.tasks import tasks
from services.dispatch.replies import commands as replies_commands
from services.dispatch.replies.forms import ReplyDraft

ISSUED = date(2026, 12, 21)
BEFORE, AFTER = date(2027, 1, 12), date(2027, 1, 14)  # 15 working days, two more days off
PUBLISHED = """complete_years = [2027]
[[day]]
date = 2027-01-01
works = false
note = "元旦"
[[day]]
date = 2027-01-04
works = false
note = "元旦"
[[day]]
date = 2027-01-05
works = false
note = "元旦"
"""


@pytest.fixture
def publish(session: Session, tmp_path):
    """The State Council's notice for 2027 has come."""

    def now() -> None:
        path = tmp_path / "calendar.toml"
        path.write_text(PUBLISHED, encoding="utf-8")
        session.info["book"] = Book(state_council(path), (load_pack("default"),))

    return now


def test_f_16_a_day_beyond_the_calendar_is_provisional(session: Session, opened, said) -> None:
    order = opened(ISSUED)
    assert order.report_due == order.solve_due == BEFORE
    assert said(OrderIssued)[-1].provisional == (OrderClock.REPORT, OrderClock.SOLVE)
    (line,) = orders_queries.lines(session, [order], ISSUED)
    assert [clock.provisional for clock in line.clocks] == [False, True, True]
    assert line.provisional == "反馈、解决"
    within = opened(date(2026, 9, 1))
    assert said(OrderIssued)[-1].provisional == ()
    assert orders_queries.lines(session, [within], ISSUED)[0].provisional == ""


def test_f_16_a_mended_calendar_moves_running_days_by_one_act(
    session: Session, opened, office, officer, said, publish
) -> None:
    order, other = opened(ISSUED), opened(date(2026, 9, 1))
    assert queries.moves(session, ISSUED) == []
    assert tasks(session, office, ISSUED) == []
    publish()
    moves = queries.moves(session, ISSUED)
    assert [(move.title, move.label, move.old, move.new) for move in moves] == [
        (order.number, "反馈", BEFORE, AFTER),
        (order.number, "解决", BEFORE, AFTER),
    ]
    (task,) = tasks(session, office, ISSUED)
    assert (task.count, task.objects, task.href) == (2, (), "/dispatch/recounting")
    assert tasks(session, officer("health-insurance"), ISSUED) == []
    with pytest.raises(Forbidden):
        commands.recount_dues(session, actor=officer("health-insurance"), on=ISSUED)
    assert commands.recount_dues(session, actor=office, on=ISSUED) == 1
    assert (order.report_due, order.solve_due) == (AFTER, AFTER)
    assert order.original_report_due == BEFORE
    (event,) = said(OrderDuesRecounted)
    assert (event.report_due, event.solve_due, event.accept_due) == (AFTER, AFTER, None)
    assert event.provisional == ()
    last = orders_queries.history(session, order.id)[-1]
    assert last.action.label == "按公布的日历调整时限"
    assert "反馈时限2027年1月12日 → 2027年1月14日" in last.text
    assert last.actor == office.label
    assert pending(session, "order clock", f"{order.id}/report") is not None
    assert other.version == 2
    with pytest.raises(Conflict, match="没有要按日历调整"):
        commands.recount_dues(session, actor=office, on=ISSUED)


def test_f_16_days_set_by_hand_and_days_that_are_over_stay(
    session: Session, opened, office, officer, publish
) -> None:
    moved, meeting, over = opened(ISSUED), opened(ISSUED), opened(ISSUED, GapItem.HOUSING_UNSAFE)
    decisions_commands.move_solve_due(
        session, moved.id, due=date(2027, 2, 1), reason="材料未齐", actor=office, on=ISSUED
    )
    decided = MeetingDecided(
        meeting="m",
        decision="d",
        on=ISSUED,
        text="改由民政办理",
        order=meeting.id,
        department="civil-affairs",
        due=date(2027, 2, 2),
    )
    meetings_commands.carry_out_decision(session, decided)
    publish()
    fields = {(move.order.id, move.field) for move in queries.moves(session, date(2027, 1, 13))}
    assert (moved.id, "solve_due") not in fields
    assert (meeting.id, "solve_due") not in fields
    assert {(moved.id, "report_due"), (meeting.id, "report_due")} <= fields
    assert (over.id, "report_due") in fields
    assert queries.moves(session, date(2027, 1, 15)) == []


def test_f_16_one_that_fell_overdue_on_a_day_off_runs_again(
    session: Session, opened, office, ring, publish
) -> None:
    order = opened(ISSUED)
    ring(date(2027, 1, 13))
    assert order.not_reported_since == BEFORE
    publish()
    commands.recount_dues(session, actor=office, on=date(2027, 1, 13))
    assert (order.report_due, order.not_reported_since) == (AFTER, None)
    assert pending(session, "order clock", f"{order.id}/report") == end_of(AFTER)


def test_f_16_the_villages_day_and_the_rework_limit_follow_too(
    session: Session, opened, office, officer, village_clerk, publish
) -> None:
    order = opened(ISSUED)
    day = date(2026, 12, 30)
    solved = ReplyDraft(result=ReplyResult.SOLVED, explanation="已到账")
    replies_commands.report_order(
        session, order.id, solved, actor=officer("health-insurance"), on=day
    )
    publish()
    (move,) = queries.moves(session, day)
    assert (move.field, move.clock) == ("confirm_due", OrderClock.CONFIRM)
    decisions_commands.confirm_help(
        session, order.id, received=False, note="未到账", actor=village_clerk, on=day
    )
    assert queries.moves(session, day) == []  # counted on the new calendar


def test_f_16_the_departments_system_is_told(
    session: Session, opened, office, said, publish
) -> None:
    departments_commands.admit_department(
        session, "health-insurance", "k1", b"k" * 32, user="u", at=datetime.now(UTC)
    )
    opened(ISSUED)
    publish()
    commands.recount_dues(session, actor=office, on=ISSUED)
    (event,) = said(DepartmentOrderChanged)
    assert (event.report_due, event.solve_due, event.provisional) == (AFTER, AFTER, ())
