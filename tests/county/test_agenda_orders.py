"""What an agenda says of an order is so on its day."""

import re
from datetime import date

import pytest

from kit.errors import Conflict
from schemas.codes import OrderClock, OrderState, ReplyResult
from schemas.dispatch import (
    OrderClosed,
    OrderDoubted,
    OrderDueMoved,
    OrderFellOverdue,
    OrderIssued,
    OrderReopened,
    OrderReported,
    OrderReturnAgreed,
    OrderReturned,
    OrderReturnRefused,
)
from services.county.agenda import commands as agenda_commands
from services.county.agenda.forms import LineForm
from services.county.meetings.models import DecisionKind
from services.county.minutes import commands as minutes_commands
from services.county.orders.models import DispatchOrder
from tests.county.orders import order
from tests.county.test_meeting import (
    CLERK,
    DRAFTED,
    HELD,
    LEADER,
    decide,
    draft,
    hold,
    issued,
    lines,
    opened,
    second_return,
    text_of,
)

__all__ = ["opened"]
SET, LATER = date(2026, 11, 20), date(2026, 12, 4)


def returned(number: int, reason: str, on: date, department: str = "housing") -> OrderReturned:
    fields = order(number, on, OrderState.RETURNED, department=department)
    return OrderReturned(**fields, reason=reason, proposed=None, decide_by=on)


def agreed(number: int, on: date) -> list[OrderReturnAgreed | OrderIssued]:
    """The return is agreed to and the order goes to the water department."""
    fields = order(number, on, OrderState.RETURNED)
    to_water = issued(number, on, department="water", first_issued_on=date(2026, 9, 1))
    return [OrderReturnAgreed(**fields, decided_late=False), to_water]


def reason_of(county, number: int) -> str | None:
    with county.sessions() as session:
        return session.get(DispatchOrder, f"o{number}").return_reason


def agenda_text(county, on: date = DRAFTED) -> str:
    meeting = draft(county)
    county.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=on)
    return "".join(line.title + line.text for line in lines(county, meeting))


def test_f_11_a_return_is_told_with_its_department_while_it_is_open(opened):
    opened.hear(issued(1), returned(1, "不属本局", date(2026, 9, 2)))
    assert "退回原因：不属本局" in agenda_text(opened)
    opened.hear(*agreed(1, date(2026, 9, 3)))
    assert reason_of(opened, 1) is None
    text = agenda_text(opened)
    assert "县水利局" in text
    assert "不属本局" not in text


def test_f_11_a_refused_return_is_no_reason_and_a_second_one_is_said_to_be_refused(opened):
    opened.hear(issued(1), returned(1, "不属本局", date(2026, 9, 2)))
    refused = OrderReturnRefused(**order(1, date(2026, 9, 3), OrderState.ISSUED), reason="属住建")
    opened.hear(refused)
    assert "退回原因" not in agenda_text(opened)
    opened.hear(second_return(1))
    assert "再次退回没有受理，部门的理由：仍由住建部门办理" in agenda_text(opened)


def solved(on: date) -> OrderReported:
    fields = order(1, on, OrderState.SOLVED)
    return OrderReported(**fields, result=ReplyResult.SOLVED, late=False)


@pytest.fixture
def bound(opened):
    """The meeting has set a day, which dispatch has taken over; the order was said to be solved."""
    opened.hear(issued(1))
    meeting = draft(opened)
    hold(opened, meeting)
    (line,) = [line for line in lines(opened, meeting) if line.orders]
    decide(opened, line, DecisionKind.ORDER_DUE, due=SET)
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    moved = OrderDueMoved(
        **order(1, HELD, OrderState.UNDER_WAY), solve_due=SET, reason="会议", provisional=()
    )
    opened.hear(moved, solved(date(2026, 10, 20)))
    return opened


def following_agenda(county) -> str:
    on = date(2026, 11, 5)
    meeting = county.do(agenda_commands.open_meeting, "2026-10", actor=CLERK, on=on)
    county.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=on)
    (line,) = [line for line in lines(county, meeting) if line.orders]
    return line.title + line.text


@pytest.mark.parametrize(
    ("due", "said"),
    [(SET, "期限：2026年11月20日；"), (LATER, "期限：2026年11月20日（现为2026年12月4日）；")],
)
def test_f_11_one_line_has_one_limit_and_says_when_a_rule_has_made_it_later(bound, due, said):
    doubted = order(1, date(2026, 10, 26), OrderState.UNDER_WAY)
    bound.hear(OrderDoubted(**doubted, solve_due=due))
    text = following_agenda(bound)
    assert "村级核实未收到" in text
    assert said in text
    bound.hear(solved(date(2026, 11, 2)))
    assert "村级核实未收到" not in following_agenda(bound)


def test_f_16_the_agenda_says_which_days_are_provisional(opened, client):
    opened.hear(issued(1, report_due=date(2026, 9, 22), solve_due=date(2027, 2, 5)))
    meeting, said = draft(opened), "2027年2月5日（暂定）前解决"
    browser = client("county", CLERK)
    assert said in browser.get(f"/county/meetings/{meeting.id}").text
    paper = browser.get(f"/county/api/meetings/{meeting.id}/agenda.docx")
    assert said in text_of(paper.content)


def test_f_09_the_office_can_put_an_order_that_went_up_on_the_agenda(opened, client, clock):
    """Of which nothing is late at its department, so that it does not come by itself."""
    later = date(2026, 10, 30)
    opened.hear(issued(1), issued(2, report_due=later, solve_due=later))
    meeting = draft(opened)
    clock.set(clock().replace(year=2026, month=9, day=28))
    browser, page = client("county", CLERK), f"/county/meetings/{meeting.id}"
    assert 'name="order"' not in browser.get(page).text
    late = order(2, date(2026, 9, 4), OrderState.ISSUED)
    opened.hear(OrderFellOverdue(**late, clock=OrderClock.ACCEPT, due=date(2026, 9, 2), step=0))
    offered = re.findall(r'<option value="(o\d)"', browser.get(page).text)
    assert offered == ["o2"]
    form = {"title": "DQ-0002石桥村：迟迟没有签收", "order": "o2"}
    browser.post(f"{page}/lines", data=form)
    (line,) = [line for line in lines(opened, meeting) if line.orders == ["o2"]]
    assert line.department == "housing"
    assert 'name="order"' not in browser.get(page).text


def test_f_52_an_order_that_is_on_the_agenda_is_not_put_on_it_again(opened):
    opened.hear(issued(1))
    meeting = draft(opened)
    form = LineForm(title="住建局逾期", order="o1")
    add = agenda_commands.add_line
    with pytest.raises(Conflict, match=r"DQ-990121-202609-0001已在议程上（第2条），不用再加"):
        opened.do(add, meeting.id, form, actor=CLERK)
    (drafted,) = [line for line in lines(opened, meeting) if line.orders]
    opened.do(agenda_commands.remove_line, drafted.id, "另行研究", actor=CLERK)
    own = opened.do(add, meeting.id, form, actor=CLERK)
    with pytest.raises(Conflict, match="已在议程上"):
        opened.do(agenda_commands.restore_line, drafted.id, actor=CLERK)
    opened.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=DRAFTED)
    assert [line.id for line in lines(opened, meeting) if line.orders] == [own.id]


def test_f_52_an_order_that_the_office_has_put_on_the_agenda_does_not_come_a_second_time(opened):
    later = date(2026, 9, 29)
    opened.hear(issued(1, report_due=later, solve_due=later))
    meeting = draft(opened)
    form = LineForm(title="提前研究", order="o1")
    own = opened.do(agenda_commands.add_line, meeting.id, form, actor=CLERK)
    opened.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=date(2026, 10, 8))
    assert [line.id for line in lines(opened, meeting) if line.orders] == [own.id]


def test_f_44_an_item_that_left_by_itself_comes_back_by_itself(opened):
    opened.hear(issued(1))
    meeting = draft(opened)
    (line,) = [line for line in lines(opened, meeting) if line.orders]
    opened.hear(OrderClosed(**order(1, DRAFTED, OrderState.CLOSED), days=19))
    opened.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=HELD)
    assert [line for line in lines(opened, meeting) if line.orders] == []
    late = {"reason": "没有解决", "solve_due": date(2026, 10, 9)}
    opened.hear(OrderReopened(**order(1, HELD, OrderState.UNDER_WAY), **late))
    opened.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=HELD)
    assert [line.id for line in lines(opened, meeting) if line.orders] == [line.id]
