"""A household's help plan (H-03…H-08): what keeps it from being confirmed, each rule by name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.calendar import state_council
from rulebook.national.codes import Labour, Relationship
from rulebook.national.households import Person
from rulebook.packs import load_pack
from rulebook.plans import (
    Plan,
    Planned,
    contact_due,
    counted,
    four_clear,
    not_landed,
    plan_due,
    refusals,
)
from rulebook.terms import Terms
from schemas.codes import GapItem, RiskCause
from tests.helpers.national import ON
from tests.own_pack import written
from tests.rulebook.checks.planted import Builder

PACK = load_pack("default")
MINE = Builder(18)
C = RiskCause
EMPLOYMENT = Planned("M-07", (C.UNSTABLE_EMPLOYMENT,))
SUBSISTENCE = Planned("M-08", (C.UNSTABLE_EMPLOYMENT,))


def people(*labours: Labour | None) -> tuple[Person, ...]:
    return tuple(MINE.person(50, Relationship.OTHER, labour=labour) for labour in labours)


def plan(*measures: Planned, **changes) -> Plan:
    usual = {"causes": (C.UNSTABLE_EMPLOYMENT,), "members": people(Labour.ORDINARY), "signed": True}
    return Plan(measures=measures, **usual | changes)


def rules(one: Plan, pack=PACK) -> list[str]:
    return [refusal.rule for refusal in refusals(pack, one, ON)]


def test_a_good_plan_is_confirmed():
    assert refusals(PACK, plan(EMPLOYMENT), ON) == ()


def test_gt_16_an_able_and_willing_household_with_subsistence_alone():
    (refusal,) = refusals(PACK, plan(SUBSISTENCE), ON)
    assert refusal.rule == "H-07"
    assert refusal.sentence == (
        "这户有劳动力、有意愿，至少要有1项产业、就业等开发式措施；只有技能培训、其他或综合保障的不算。"
        "确实没有的，请写明原因。"
    )
    assert rules(plan(SUBSISTENCE, EMPLOYMENT)) == []
    assert rules(plan(SUBSISTENCE, why_not="刚做完手术，半年内不能干活")) == []
    assert rules(plan(SUBSISTENCE, why_not="  ")) == ["H-07"]


@pytest.mark.parametrize("code", ["TRAINING", "OTHER-DEVELOPMENT", "OTHER", "M-08", "M-01"])
def test_h_07a_what_counts_as_none(code):
    assert rules(plan(Planned(code, (C.UNSTABLE_EMPLOYMENT,)))) == ["H-07"]
    assert counted(PACK, [code]) == 0


@pytest.mark.parametrize("code", ["M-06", "M-07", "M-09", "MICRO-CREDIT", "WORKSHOP"])
def test_h_07_what_counts(code):
    assert rules(plan(Planned(code, (C.UNSTABLE_EMPLOYMENT,)))) == []


def test_h_07_who_does_not_want_says_why():
    unwilling = plan(SUBSISTENCE, willing=False)
    assert refusals(PACK, unwilling, ON)[0].sentence == (
        "这户有劳动力，没有意愿，请写明为什么不愿意。"
    )
    assert rules(replace(unwilling, why_not="要照看病人")) == []


def test_h_07_weak_labour_says_what_was_tried():
    weak = plan(SUBSISTENCE, members=people(Labour.WEAK, Labour.LOST))
    assert rules(weak) == ["H-07"]
    assert rules(replace(weak, tried="联系过村保洁岗位，体力不够")) == []
    assert rules(replace(weak, measures=(EMPLOYMENT,))) == []


def test_h_07_a_pack_may_ask_the_weakly_able_the_same(tmp_path):
    pack = written(
        tmp_path,
        '[help]\ndevelopment_applies_to = { value = ["ABLE_AND_WILLING", "WEAK_OR_HALF"], source = "x" }\n',
    )
    weak = plan(SUBSISTENCE, members=people(Labour.WEAK), tried="试过")
    assert rules(weak, pack) == ["H-07"]
    assert rules(replace(weak, why_not="体力不够"), pack) == []


def test_h_07_without_labour_there_is_a_safety_net():
    cause = (C.UNSTABLE_EMPLOYMENT,)
    without = plan(Planned("M-01", cause), members=people(Labour.LOST))
    assert rules(without) == ["H-07"]
    assert rules(plan(Planned("M-08", cause), members=people(Labour.LOST))) == []
    assert rules(replace(without, why_not="子女有赡养能力，不符合低保条件")) == []


def test_h_07_nobody_said_who_can_work():
    unknown = plan(SUBSISTENCE, members=people(None))
    assert "没有填全" in refusals(PACK, unknown, ON)[0].sentence


@pytest.mark.parametrize("pack_id", ["three-tier-2020", "five-step-2020", "hebei-2020"])
def test_h_07_a_pack_without_the_rule_asks_nothing(pack_id):
    pack = load_pack(pack_id)
    code = "MEDICAL" if pack_id == "five-step-2020" else "M-08"
    assert rules(plan(Planned(code, (C.UNSTABLE_EMPLOYMENT,))), pack) == []


def test_h_06_every_risk_has_a_measure():
    (refusal,) = refusals(PACK, plan(EMPLOYMENT, causes=(C.UNSTABLE_EMPLOYMENT, C.ILLNESS)), ON)
    assert (refusal.rule, refusal.sentence) == ("H-06", "风险“因病”还没有措施，请至少安排一项。")


@given(st.sets(st.sampled_from(list(C))), st.sets(st.sampled_from(list(C))))
def test_h_06_exactly_the_risks_without_a_measure_are_named(causes, answered):
    one = plan(Planned("M-07", tuple(answered)), causes=tuple(causes))
    named = [refusal for refusal in refusals(PACK, one, ON) if refusal.rule == "H-06"]
    assert len(named) == len(causes - answered)


def test_h_03_the_household_signs_or_there_is_a_reason():
    assert rules(plan(EMPLOYMENT, signed=False)) == ["H-03"]
    assert rules(plan(EMPLOYMENT, signed=False, not_signed="在外务工，电话同意")) == []


def test_h_03_within_ten_days_of_the_decision():
    """2026-10-02 lies in the holiday: the last day moves to 10-08."""
    terms = Terms(PACK, state_council())
    assert plan_due(terms, date(2026, 9, 10)) == date(2026, 9, 20)  # a Sunday that works
    assert plan_due(terms, date(2026, 9, 22)) == date(2026, 10, 8)
    assert contact_due(terms, date(2026, 9, 10)) == date(2026, 9, 14)
    for pack_id in ("five-step-2020", "hebei-2020"):
        assert plan_due(Terms(load_pack(pack_id), state_council()), ON) is None
    assert contact_due(Terms(load_pack("neimenggu-2023"), state_council()), ON) is None


def wrong() -> Iterator[tuple[Planned, str, str]]:
    cause = (C.UNSTABLE_EMPLOYMENT,)
    yield Planned("M-07", cause, amount=-1), "D10", "就业扶持的金额不能是负数；退回的钱请作冲销。"
    yield (
        Planned("M-07", cause, beneficiary="祝长河", died=date(2026, 8, 1)),
        "D10",
        "祝长河已于2026-08-01去世，不能再安排就业扶持。",
    )
    yield Planned("M-99", cause), "H-12", "措施目录里没有“M-99”，请从目录里选择。"
    yield (
        Planned("SUPPORT-LITIGATION", cause),
        "H-14",
        "赡养公益诉讼要在协议没有谈成以后才安排，请先办赡养协议。",
    )


@pytest.mark.parametrize(("planned", "rule", "sentence"), list(wrong()))
def test_what_cannot_be_planned(planned, rule, sentence):
    first = refusals(PACK, plan(planned, EMPLOYMENT), ON)[0]
    assert (first.rule, first.sentence) == (rule, sentence)


def test_h_14_after_a_refusal_the_court_may_be_planned():
    court = Planned("SUPPORT-LITIGATION", (C.UNSTABLE_EMPLOYMENT,))
    assert rules(plan(court, EMPLOYMENT, refused=("SUPPORT-AGREEMENT",))) == []


def test_h_07a_nothing_landed_a_month_after_identification():
    identified = date(2026, 1, 31)
    assert not not_landed(PACK, identified, [], date(2026, 2, 28))
    assert not_landed(PACK, identified, [], date(2026, 3, 1))
    assert not not_landed(PACK, identified, [date(2026, 2, 20)], date(2026, 3, 1))
    assert not_landed(PACK, identified, [date(2026, 3, 20)], date(2026, 3, 1))


def test_h_08_four_clear_accounts():
    assert four_clear([], [], [], []) == dict.fromkeys(
        ("底数清", "问题清", "措施清", "责任清"), False
    )
    found = four_clear([C.ILLNESS, C.UNSTABLE_EMPLOYMENT], [GapItem.JOB], [EMPLOYMENT], ["祝长河"])
    assert found == {"底数清": True, "问题清": True, "措施清": False, "责任清": True}
