"""The budget of days, and why an identification took longer."""

from datetime import date

import pytest

from rulebook.limits import Limit
from rulebook.packs import load_pack
from rulebook.total_limit import StepTaken, budget, overrun

TEN = "入户核实2天＋民主评议3天＋公示5天＝10天，总时限15天，还剩5天。"


@pytest.mark.parametrize(
    ("pack", "channel", "used", "left", "sentence"),
    [
        ("neimenggu-2023", "SELF_REPORT", 10, 5, TEN),
        (
            "neimenggu-2023",
            "CADRE",
            8,
            7,
            "入户核实0天＋民主评议3天＋公示5天＝8天，总时限15天，还剩7天。",
        ),
        ("default", "COUNTY_PUSH", 10, 5, TEN),
        (
            "default",
            "ONE_CLICK",
            None,
            None,
            "入户核实5个工作日＋民主评议3天＋公示5天，总时限15天。",
        ),
        ("five-step-2020", "SELF_REPORT", None, None, "入户核实5个工作日，没有规定总时限。"),
        (
            "hebei-2020",
            "SELF_REPORT",
            8,
            None,
            "入户核实0天＋民主评议3天＋公示5天＝8天，没有规定总时限。",
        ),
    ],
)
def test_gt_12_the_budget_of_days(pack, channel, used, left, sentence):
    found = budget(load_pack(pack), channel)
    assert (found.used, found.left, found.sentence) == (used, left, sentence)


START, DUE = date(2026, 9, 21), date(2026, 10, 8)  # 15 days end on 6 October: moved
VISIT = StepTaken("入户核实", START, date(2026, 9, 23), Limit(2, "CD"), date(2026, 9, 23))


def test_gt_12_within_the_total_nothing_is_said(calendar):
    assert load_pack("default").due(START, Limit(15, "CD"), calendar) == DUE
    assert overrun(DUE, DUE, [VISIT], calendar) is None


def test_gt_12_a_late_step_is_named(calendar):
    late = StepTaken(
        "民主评议", date(2026, 9, 23), date(2026, 9, 29), Limit(3, "CD"), date(2026, 9, 28)
    )
    found = overrun(DUE, date(2026, 10, 10), [VISIT, late], calendar)
    assert found
    assert (found.days, found.reason) == (2, "")
    assert found.sentence == "超过总时限2天：民主评议迟1天。"


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (  # 3 days from 30 September end within the holidays
            StepTaken(
                "民主评议", date(2026, 9, 30), date(2026, 10, 8), Limit(3, "CD"), date(2026, 10, 8)
            ),
            "节假日顺延",
        ),
        (
            StepTaken(
                "数据比对", date(2026, 9, 30), date(2026, 10, 9), Limit(3, "WD"), date(2026, 10, 10)
            ),
            "节假日顺延",
        ),
        (
            StepTaken(
                "疑点复核",
                date(2026, 9, 21),
                date(2026, 9, 24),
                Limit(3, "WD"),
                date(2026, 9, 24),
                is_recheck=True,
            ),
            "疑点复核",
        ),
        (StepTaken("乡镇审核", date(2026, 9, 29), date(2026, 10, 9)), ""),
    ],
)
def test_gt_12_all_on_time_and_the_total_over(calendar, step, reason):
    found = overrun(DUE, date(2026, 10, 9), [VISIT, step], calendar)
    assert found
    assert (found.late, found.reason) == ((), reason)
    said = f"超过总时限1天，各环节都按时：{reason}。" if reason else "超过总时限1天，请说明原因。"
    assert found.sentence == said
