"""A department that ends: its orders go on at its successor, or the office gives them away (F-15)."""

from datetime import UTC, date, datetime

import pytest

from backstop.services import service_named
from kit import directory
from kit.closing import ClosingForm, ReopeningForm
from kit.errors import Conflict, Forbidden, Refused
from schemas.codes import DirectoryKind, OrderState
from schemas.department import OrderAcceptedByDepartment
from schemas.dispatch import DepartmentNamed, DepartmentOrderIssued
from services.dispatch.closings import commands
from services.dispatch.closings.tasks import tasks
from services.dispatch.departments import commands as departments_commands
from services.dispatch.departments.forms import DepartmentEntry
from services.dispatch.issuing.commands import chosen
from services.dispatch.orders.tasks import tasks as order_tasks
from services.dispatch.replies import commands as replies_commands

ON, LAST, FIRST = date(2026, 9, 10), date(2026, 9, 20), date(2026, 10, 1)


@pytest.fixture
def close(session, office, ring):
    """`close("medical", "health")`: said in September, and 1 October comes."""

    def run(code: str, into: str | None, month: str = "2026-09", on: date = LAST) -> None:
        form = ClosingForm(
            kind=DirectoryKind.DEPARTMENT,
            code=code,
            last_month=month,
            successor=into,
            reason="改革",
        )
        commands.close_department(session, form, actor=office, on=on)
        session.flush()

    return run


def test_f_15_the_successor_does_what_stood_at_a_merged_department(
    session, opened, close, ring, officer, said
):
    order = opened(ON)
    gone, other = order.department, "housing"
    session.flush()
    close(gone, other)
    assert said(DepartmentNamed)[-1].last_month == "2026-09"
    assert any(order.number in task.title for task in order_tasks(session, officer(gone), LAST))
    assert order_tasks(session, officer(other), LAST) == []

    ring(FIRST)
    assert said(DepartmentNamed)[-1].successor == other
    assert order_tasks(session, officer(gone), FIRST) == []
    assert any(order.number in task.title for task in order_tasks(session, officer(other), FIRST))
    with pytest.raises(Forbidden):
        replies_commands.accept_order(session, order.id, actor=officer(gone), on=FIRST)
    replies_commands.accept_order(session, order.id, actor=officer(other), on=FIRST)
    assert order.state is OrderState.ACCEPTED


def test_f_15_the_successors_own_system_gets_what_stood_there_and_answers(
    session, opened, close, ring, said, record
):
    order = opened(ON)
    since = datetime(2026, 9, 1, tzinfo=UTC)
    departments_commands.admit_department(
        session, "housing", "k1", bytes(32), user="housing-1", at=since
    )
    close(order.department, "housing")
    ring(FIRST)
    (issued,) = said(DepartmentOrderIssued)
    assert (issued.department, issued.order, issued.lead) == ("housing", order.id, True)
    accepted = OrderAcceptedByDepartment(department="housing", order=order.id)
    service_named("dispatch").handlers.handle(session, [record(accepted)])
    assert order.state is OrderState.ACCEPTED


def test_f_15_new_orders_go_to_the_successor(session, opened, close, ring):
    gone = opened(ON).department
    close(gone, "housing")
    ring(FIRST)
    assert opened(FIRST).department == "housing"


def test_f_15_without_a_successor_the_office_gives_the_orders_away(
    session, opened, close, ring, office, officer, actions
):
    order = opened(ON)
    gone = order.department
    close(gone, None)
    ring(FIRST)
    assert order_tasks(session, officer(gone), FIRST) == []
    (task,) = tasks(session, office, FIRST)
    assert task.objects == (f"dispatch_order:{order.id}",)
    assert opened(FIRST).state is OrderState.TO_ROUTE

    commands.reroute_order(session, order.id, department="housing", actor=office, on=FIRST)
    assert (order.department, order.state) == ("housing", OrderState.ISSUED)
    assert order.issued_on == FIRST
    assert actions(order)[-1] == "reroute"
    assert tasks(session, office, FIRST) == []
    with pytest.raises(Conflict, match="没有撤并"):
        commands.reroute_order(session, order.id, department="water", actor=office, on=FIRST)


def test_f_15_what_has_ended_is_refused_by_its_name_and_what_it_joined(
    session, opened, close, ring, office, officer
):
    order, at_water = opened(ON), opened(ON)
    gone = order.department
    close(gone, "housing")
    close("water", None)
    ring(FIRST)
    joined = "已撤并（报到2026年9月，并入县.*），"
    with pytest.raises(Refused, match=joined + "请另选建议的部门"):
        replies_commands.return_order(
            session,
            at_water.id,
            reason="不归我们",
            proposed=gone,
            actor=officer("housing"),
            on=FIRST,
        )
    for department, sentence in (
        (gone, joined + "请在部门表中选择"),
        ("water", "已撤并（报到2026年9月，没有并入单位），请在部门表中选择"),
        ("nowhere", "没有代码为“nowhere”的行业部门"),
    ):
        with pytest.raises(Refused, match=sentence):
            chosen(session, department)


def test_f_15_it_can_be_taken_back(session, opened, close, ring, office, officer):
    order = opened(ON)
    gone = order.department
    close(gone, "housing")
    ring(FIRST)
    form = ReopeningForm(kind=DirectoryKind.DEPARTMENT, code=gone, reason="没有改")
    commands.reopen_department(session, form, actor=office, on=FIRST)
    assert directory.answers_for(session, officer(gone)) == (gone,)
    assert opened(FIRST).department == gone


def test_naming_what_ended_again_does_not_bring_it_back(
    session, opened, close, ring, office, officer
):
    gone = opened(ON).department
    close(gone, "housing")
    ring(FIRST)
    entry = DepartmentEntry(code=gone, name="原部门")
    assert departments_commands.name_departments(session, [entry], actor=office) == [gone]
    assert directory.answers_for(session, officer(gone)) == ()


def test_the_page_asks_and_the_office_reroutes(
    dispatch_sessions, session, client, clock, office, opened, close, ring
):
    order = opened(ON)
    close(order.department, None)
    ring(FIRST)
    session.commit()
    clock.set(clock().replace(year=2026, month=10, day=2))
    browser = client("dispatch", office)
    assert "没有并入单位，由上级办理" in browser.get("/dispatch/closings").text
    page = browser.get("/dispatch/closings").text
    assert "<summary><small>明细</small></summary><small>代码housing</small>" in page  # F-51
    page = f"/dispatch/closings/orders/{order.id}"
    assert "改派" in browser.get(page).text
    assert browser.post(page, data={"department": "housing"}).status_code == 303
    undo = {"kind": "DEPARTMENT", "code": "water", "reason": "没有"}
    assert browser.post("/dispatch/closings/undo", data=undo).status_code == 404
