"""The task on its owner's list, and the timeline with each limit's source."""

from datetime import date

from kit.procedure import reading
from kit.procedure.reading import Past
from kit.tasks import Task
from schemas.codes import CaseDecision, OrderState, Role
from services.county.cases.procedure import CASE
from services.dispatch.orders.procedure import ORDER
from services.dispatch.orders.rules import Action as D
from tests.conftest import actor
from tests.kit.procedure.conftest import a_case, an_order

ON = date(2026, 9, 10)


def task(row, who, on: date = ON, **more) -> Task | None:
    return reading.task(ORDER, row, who, on, title="DQ-1", href="/dispatch/orders/o1", **more)


def test_it_stands_on_its_owners_list_only():
    order = an_order(OrderState.ISSUED, accept_due=ON)
    mine = task(order, actor(Role.DEPARTMENT_HEAD, "housing"), notes=["逾期"], urgent=True)
    assert mine == Task(
        "DQ-1", "/dispatch/orders/o1", ON, "签收或退回 · 逾期", kind="issued", urgent=True
    )
    assert task(order, actor(Role.DEPARTMENT_HEAD, "education")) is None
    assert task(order, actor(Role.COUNTY_CLERK)) is None
    solved = an_order(OrderState.SOLVED, confirm_due=ON)
    village, office = actor(Role.VILLAGE_CLERK, solved.village), actor(Role.COUNTY_CLERK)
    later = date(2026, 9, 11)
    assert [bool(task(solved, who)) for who in (village, office)] == [True, False]
    assert [bool(task(solved, who, later)) for who in (village, office)] == [False, True]


def test_a_day_beyond_the_calendar_is_provisional(terms):
    far = date(2033, 1, 4)
    order = an_order(OrderState.UNDER_WAY, solve_due=far)
    who = actor(Role.DEPARTMENT_CLERK, "housing")
    found = task(order, who, terms=terms)
    assert found
    assert found.provisional


def test_who_acts_elsewhere_has_no_task_here():
    case = a_case(CaseDecision.RECHECK, recheck_due=ON)
    head = actor(Role.TOWNSHIP_HEAD, "990121100000")
    assert reading.task(CASE, case, head, ON, title="", href="") is None
    office, later = actor(Role.COUNTY_CLERK), date(2026, 9, 11)
    assert reading.task(CASE, case, office, ON, title="", href="") is None
    found = reading.task(CASE, case, office, later, title="", href="")
    assert found
    assert found.note == "乡镇复核超过期限，可以直接决定"


def test_the_timeline_shows_each_limit_beside_its_source(terms):
    order = an_order(OrderState.UNDER_WAY, solve_due=date(2026, 9, 9))
    past = [
        Past(date(2026, 9, 1), D.ISSUE, "交办", "系统"),
        Past(date(2026, 9, 2), D.DOUBT, "核实：未落实", "吕静（村文书）"),
        Past(date(2026, 9, 3), None, "记一笔"),
    ]
    issued, doubted, note, ahead = reading.timeline(ORDER, order, ON, terms, past)
    assert [(limit.clock.label, limit.words, limit.source) for limit in issued.limits] == [
        ("签收", "1个工作日", "PROPOSED B-31"),
        ("反馈", "15个工作日", "s001/4 D-08, B-30"),
        ("解决", "15个工作日", "s001/4 D-08, B-30"),
    ]
    assert [limit.words for limit in doubted.limits] == ["5个工作日"]
    assert note.limits == ()
    assert (ahead.coming, ahead.late, ahead.text, ahead.by) == (True, True, "解决期限", "承办部门")
    assert (ahead.limits, ahead.then) == (
        doubted.limits,
        "逾期未解决",
    )  # set going last by the doubt
    assert reading.timeline(ORDER, order, ON, terms)[0].limits[0].words == "15个工作日"


def test_f_09_where_the_owners_place_has_ended_who_stands_above_owes_it():
    solved = an_order(OrderState.SOLVED, confirm_due=ON)
    village, office = actor(Role.VILLAGE_CLERK, solved.village), actor(Role.COUNTY_CLERK)
    assert task(solved, village, ended=[solved.village]) is None
    mine = task(solved, office, ended=[solved.village])
    assert mine
    assert (mine.note, mine.due) == ("这个村已撤并，请核实帮扶是否落实", ON)
    assert task(solved, office, ended=["990121100202"]) is None


def test_f_16_a_limit_is_counted_again_from_what_set_it_going_last(terms):
    """What somebody set by hand is not; what does not run is not."""
    issued = Past(date(2026, 9, 1), D.ISSUE, "交办")
    order = an_order(
        OrderState.ISSUED,
        accept_due=date(2026, 9, 2),
        report_due=date(2026, 9, 21),
        solve_due=date(2026, 9, 18),
    )
    again = reading.recounted(ORDER, order, terms, [issued])
    assert {clock.code: day for clock, day in again.items()} == {"solve": date(2026, 9, 21)}
    by_hand = Past(date(2026, 9, 3), D.MOVE_DUE, "调整")
    assert reading.recounted(ORDER, order, terms, [issued, by_hand]) == {}
    doubted = Past(date(2026, 9, 10), D.DOUBT, "没有落实")
    under_way = an_order(OrderState.UNDER_WAY, solve_due=date(2026, 9, 18), report_due=ON)
    again = reading.recounted(ORDER, under_way, terms, [issued, by_hand, doubted])
    assert {clock.code: day for clock, day in again.items()} == {"solve": date(2026, 9, 17)}
