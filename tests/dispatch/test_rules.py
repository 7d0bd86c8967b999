"""What an order's table does not decide, without a database."""

from datetime import date

import pytest

from rulebook.packs import load_pack
from schemas.codes import GapItem, ReplyResult
from schemas.values import NeedWords
from services.dispatch.departments import rules as departments_rules
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.rules import Action


@pytest.mark.parametrize(
    ("result", "action"),
    [
        (ReplyResult.SOLVED, Action.SOLVE),
        (ReplyResult.PARTLY, Action.PLAN),
        (ReplyResult.PLANNED, Action.PLAN),
        (ReplyResult.FACTS_DIFFER, Action.ANSWER),
        (ReplyResult.NOT_ELIGIBLE, Action.ANSWER),
        (ReplyResult.OTHER_CHANNEL, Action.ANSWER),
    ],
)
def test_what_a_result_means(result: ReplyResult, action: Action) -> None:
    assert orders_rules.action_of(result) is action


def test_a_plan_needs_words_and_a_day_to_come() -> None:
    on = date(2026, 9, 10)
    assert orders_rules.lacks(ReplyResult.PLANNED, "已列入计划", None, on)
    assert orders_rules.lacks(ReplyResult.PARTLY, "已列入计划", date(2026, 9, 9), on)
    assert orders_rules.lacks(ReplyResult.SOLVED, " ", None, on)
    assert orders_rules.lacks(ReplyResult.PLANNED, "已列入计划", on, on) is None
    assert orders_rules.lacks(ReplyResult.NOT_ELIGIBLE, "超出标准", None, on) is None


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
