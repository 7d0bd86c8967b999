"""The order state table of the design, without a database."""

from datetime import date

import pytest

from rulebook.calendar import state_council
from rulebook.months import end_of, start_of
from rulebook.packs import load_pack
from schemas.codes import GapItem, OrderState, ReplyResult
from schemas.codes import OrderState as S
from schemas.values import NeedWords
from services.dispatch.departments import rules as departments_rules
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.rules import MOVES, RUNNING, Clock, Deed, IssueClocks, Moment

CALENDAR, PACK = state_council(), load_pack("default")
ALLOWED = {
    S.TO_ROUTE: {Deed.ISSUE: S.ISSUED, Deed.REASSIGN: S.ISSUED},
    S.ISSUED: {
        Deed.ACCEPT: S.ACCEPTED,
        Deed.RETURN: S.RETURNED,
        Deed.SOLVE: S.SOLVED,
        Deed.PLAN: S.UNDER_WAY,
        Deed.ANSWER: S.ANSWERED,
        Deed.MOVE_DUE: S.ISSUED,
        Deed.REASSIGN: S.ISSUED,
    },
    S.RETURNED: {
        Deed.REFUSE_RETURN: S.ISSUED,
        Deed.AGREE_RETURN: S.RETURNED,
        Deed.ISSUE: S.ISSUED,
        Deed.MOVE_DUE: S.RETURNED,
        Deed.REASSIGN: S.ISSUED,
    },
    S.ACCEPTED: {
        Deed.SOLVE: S.SOLVED,
        Deed.PLAN: S.UNDER_WAY,
        Deed.ANSWER: S.ANSWERED,
        Deed.PROGRESS: S.ACCEPTED,
        Deed.MOVE_DUE: S.ACCEPTED,
        Deed.REASSIGN: S.ISSUED,
    },
    S.UNDER_WAY: {
        Deed.SOLVE: S.SOLVED,
        Deed.PLAN: S.UNDER_WAY,
        Deed.ANSWER: S.ANSWERED,
        Deed.PROGRESS: S.UNDER_WAY,
        Deed.MOVE_DUE: S.UNDER_WAY,
        Deed.REASSIGN: S.ISSUED,
    },
    S.SOLVED: {
        Deed.CONFIRM: S.CONFIRMED,
        Deed.CONFIRM_BY_OFFICE: S.CONFIRMED,
        Deed.DOUBT: S.UNDER_WAY,
    },
    S.ANSWERED: {Deed.CLOSE: S.CLOSED, Deed.REOPEN: S.UNDER_WAY},
    S.CONFIRMED: {Deed.CLOSE: S.CLOSED, Deed.REOPEN: S.UNDER_WAY},
    S.CLOSED: {},
}


@pytest.mark.parametrize("deed", MOVES)
@pytest.mark.parametrize("state", OrderState)
def test_each_deed_in_each_state(state: OrderState, deed: Deed) -> None:
    assert orders_rules.leads_to(state, deed) == ALLOWED[state].get(deed)
    assert orders_rules.why_not(state, deed).endswith(("。",))


@pytest.mark.parametrize(
    ("state", "clocks"),
    [
        (S.TO_ROUTE, {Clock.ROUTE}),
        (S.ISSUED, {Clock.ACCEPT, Clock.REPORT, Clock.SOLVE}),
        (S.RETURNED, {Clock.DECIDE, Clock.REPORT, Clock.SOLVE}),
        (S.ACCEPTED, {Clock.REPORT, Clock.SOLVE}),
        (S.UNDER_WAY, {Clock.SOLVE}),
        (S.SOLVED, {Clock.CONFIRM}),
        (S.ANSWERED, {Clock.CLOSE}),
        (S.CONFIRMED, {Clock.CLOSE}),
        (S.CLOSED, set()),
    ],
)
def test_each_state_has_its_clocks(state: OrderState, clocks: set[Clock]) -> None:
    assert set(RUNNING[state]) == clocks


@pytest.mark.parametrize(
    ("gap_item", "on", "accept", "back", "report", "solve"),
    [
        (
            GapItem.MEDICAL_COST,
            (2026, 2, 10),
            (2026, 2, 11),
            (2026, 2, 12),
            (2026, 3, 9),
            (2026, 3, 9),
        ),
        (
            GapItem.MEDICAL_COST,
            (2026, 2, 25),
            (2026, 2, 26),
            (2026, 2, 27),
            (2026, 3, 17),
            (2026, 3, 17),
        ),
        (
            GapItem.MEDICAL_COST,
            (2026, 9, 28),
            (2026, 9, 29),
            (2026, 9, 30),
            (2026, 10, 23),
            (2026, 10, 23),
        ),
        (
            GapItem.HOUSING_UNSAFE,
            (2026, 9, 1),
            (2026, 9, 2),
            (2026, 9, 3),
            (2026, 9, 21),
            (2026, 12, 30),
        ),
    ],
)
def test_both_clocks_run_from_the_issue(gap_item, on, accept, back, report, solve) -> None:
    found = orders_rules.clocks_from(PACK, CALENDAR, gap_item, date(*on))
    assert found == IssueClocks(*(date(*day) for day in (accept, back, report, solve)))


@pytest.mark.parametrize(
    ("result", "deed"),
    [
        (ReplyResult.SOLVED, Deed.SOLVE),
        (ReplyResult.PARTLY, Deed.PLAN),
        (ReplyResult.PLANNED, Deed.PLAN),
        (ReplyResult.FACTS_DIFFER, Deed.ANSWER),
        (ReplyResult.NOT_ELIGIBLE, Deed.ANSWER),
        (ReplyResult.OTHER_CHANNEL, Deed.ANSWER),
    ],
)
def test_what_a_result_means(result: ReplyResult, deed: Deed) -> None:
    assert orders_rules.deed_of(result) is deed


def test_a_plan_needs_words_and_a_day_to_come() -> None:
    on = date(2026, 9, 10)
    assert orders_rules.lacks(ReplyResult.PLANNED, "已列入计划", None, on)
    assert orders_rules.lacks(ReplyResult.PARTLY, "已列入计划", date(2026, 9, 9), on)
    assert orders_rules.lacks(ReplyResult.SOLVED, " ", None, on)
    assert orders_rules.lacks(ReplyResult.PLANNED, "已列入计划", on, on) is None
    assert orders_rules.lacks(ReplyResult.NOT_ELIGIBLE, "超出标准", None, on) is None


def test_a_clock_reminds_before_and_goes_up_after() -> None:
    due = date(2026, 9, 22)
    assert orders_rules.moments(due, CALENDAR, (3, 1), (0, 3), since=date(2026, 9, 1)) == [
        Moment(start_of(date(2026, 9, 18)), None),  # 20 September is a working Sunday
        Moment(start_of(date(2026, 9, 21)), None),
        Moment(end_of(due), 0),
        Moment(end_of(date(2026, 9, 28)), 1),  # 25–27 September are off
    ]


def test_nobody_is_reminded_on_the_day_the_clock_is_set() -> None:
    found = orders_rules.moments(date(2026, 9, 2), CALENDAR, (3, 1), (0,), since=date(2026, 9, 1))
    assert found == [Moment(end_of(date(2026, 9, 2)), 0)]


def test_a_department_gets_only_whom_it_must_look_up() -> None:
    words = NeedWords(
        head_name="陈红梅",
        id_number="1",
        person_name="陈小宝",
        person_id_number="2",
        village_name="石桥村",
    )
    medical = orders_rules.minimal(words, GapItem.MEDICAL_COST, load_pack("default"))
    housing = orders_rules.minimal(words, GapItem.HOUSING_UNSAFE, load_pack("default"))
    assert (medical.head_name, medical.id_number, medical.person_id_number) == ("陈红梅", None, "2")
    assert (housing.head_name, housing.id_number, housing.person_name) == ("陈红梅", "1", None)


def test_numbers_and_codes() -> None:
    assert orders_rules.number("990121000000", "2026-09", 7) == "DQ-990121-202609-0007"
    assert departments_rules.is_department_code("health-insurance")
    assert not departments_rules.is_department_code("Housing")
    assert not departments_rules.is_department_code("医保局")
