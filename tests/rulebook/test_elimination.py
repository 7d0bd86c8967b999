"""Elimination of risk: every condition with its figure (E-01, E-02, E-12), who is not taken off (E-07),
the mark of those without labour (E-07a).
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rulebook.elimination import (
    Candidate,
    Condition,
    Guarantee,
    Landed,
    Matter,
    Measured,
    Risk,
    allowed_from,
    conditions,
    deferral,
    is_ready,
    mark_falls,
    mark_refusal,
    mode_of,
)
from rulebook.income import Figure, IncomeLine, Statement
from rulebook.months import plus_months
from rulebook.national.codes import EliminationMode, Health, Labour, Relationship
from rulebook.packs import load_pack
from schemas.codes import RiskCause
from tests.helpers.national import ON
from tests.own_pack import own_pack, written
from tests.rulebook.checks.planted import Builder

PACK, LINE = load_pack("gansu-2023"), 7200_00
MINE = Builder(19)
C, M = RiskCause, EliminationMode
IDENTIFIED = date(2023, 1, 10)
EVALUATED = date(2023, 8, 20)
GOOD = Candidate(
    identified_on=IDENTIFIED,
    members=MINE.plain().members,
    incomes=(
        Measured(date(2023, 1, 5), 4 * 7000_00, 4, LINE),
        Measured(date(2023, 2, 5), 4 * 7300_00, 4, LINE),
        Measured(date(2023, 8, 5), 4 * 7500_00, 4, LINE),
    ),
    guarantees=dict.fromkeys(Guarantee, True),
    risks=(Risk(C.UNSTABLE_EMPLOYMENT, IDENTIFIED, M.HELPED, "在县内稳定务工"),),
    measures=(Landed("M-07", date(2023, 3, 1), (C.UNSTABLE_EMPLOYMENT,)),),
)


def of(matter: Matter, candidate: Candidate, on: date = EVALUATED, pack=PACK) -> Condition:
    """The condition, or the first of several that is not met."""
    found = [one for one in conditions(pack, candidate, on) if one.matter is matter]
    return min(found, key=lambda one: one.met)


def measured(on: date, per_head: int, size: int = 1, line: int = LINE) -> Measured:
    return Measured(on, per_head * size, size, line)


def test_e_01_all_conditions_with_their_figures():
    found = conditions(PACK, GOOD, EVALUATED)
    assert is_ready(found)
    assert [one.sentence for one in found] == [
        "2023-01-10识别，到2023-08-20监测时间超过6个月。",
        (
            "2023-02-05人均7,300.00元（4人共29,200.00元）、2023-08-05人均7,500.00元（4人共30,000.00元），"
            "都高于监测范围；当年监测范围7,200.00元。"
        ),
        "义务教育有保障。",
        "基本医疗有保障。",
        "住房安全有保障。",
        "饮水安全有保障。",
        "因务工就业不稳已帮扶消除：在县内稳定务工。",
        "没有新增风险。",
        "针对风险已落实的措施1项，至少要有1项。",
        "没有暂不消除的情形。",
    ]


def test_gt_14_on_the_exact_sixth_month_not_yet():
    last = of(Matter.MONITORED, GOOD, date(2023, 7, 10))
    assert (last.met, last.sentence) == (
        False,
        "2023-01-10识别，监测时间要超过6个月，2023-07-11起才可以消除。",
    )
    assert of(Matter.MONITORED, GOOD, date(2023, 7, 11)).met


@pytest.mark.parametrize(
    ("identified", "first"),
    [
        (date(2023, 8, 31), date(2024, 3, 1)),  # six months end on 29 February
        (date(2022, 8, 31), date(2023, 3, 1)),
        (date(2022, 8, 29), date(2023, 3, 1)),
        (date(2023, 3, 31), date(2023, 10, 1)),
        (date(2023, 12, 31), date(2024, 7, 1)),
    ],
)
def test_e_02_month_ends_clamp(identified, first):
    assert allowed_from(PACK, identified) == first


@given(st.dates(date(2000, 1, 1), date(2038, 1, 1)), st.integers(0, 24))
def test_e_02_six_months_never_leave_their_month(day, months):
    later = plus_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(1)).day == 1
    assert later.day <= day.day


def test_e_02_a_pack_that_is_not_strict(tmp_path):
    pack = own_pack(tmp_path, "exit", min_monitoring_months=3)
    assert allowed_from(pack, IDENTIFIED) == date(2023, 4, 11)
    assert allowed_from(load_pack("five-step-2020"), IDENTIFIED) == IDENTIFIED


def test_e_02_for_natural_elimination_too():
    natural = replace(GOOD, risks=(Risk(C.ACCIDENT, IDENTIFIED, M.NATURAL),), measures=())
    assert not of(Matter.MONITORED, natural, date(2023, 7, 10)).met
    assert is_ready(conditions(PACK, natural, EVALUATED))


def test_e_01_income_equal_to_the_line_is_not_enough():
    """Neither admitted nor eliminated."""
    equal = replace(GOOD, incomes=(*GOOD.incomes[:2], measured(date(2023, 8, 5), LINE, 4)))
    found = of(Matter.INCOME, equal)
    assert (found.met, found.sentence) == (
        False,
        "2023-08-05人均7,200.00元（4人共28,800.00元），没有高于当年监测范围7,200.00元。",
    )
    a_fen_more = replace(
        equal, incomes=(*GOOD.incomes[:2], Measured(date(2023, 8, 5), 4 * LINE + 1, 4, LINE))
    )
    assert of(Matter.INCOME, a_fen_more).met


def test_e_01_a_pack_may_take_the_line_itself(tmp_path):
    pack = own_pack(tmp_path, "exit", line_operator="GE")
    incomes = tuple(measured(day, LINE) for day in (date(2023, 2, 5), date(2023, 8, 5)))
    assert of(Matter.INCOME, replace(GOOD, incomes=incomes), pack=pack).met


def test_e_01_stable_is_two_statements_six_months_apart():
    early = replace(GOOD, incomes=(measured(date(2023, 2, 6), 7300_00), GOOD.incomes[2]))
    found = of(Matter.INCOME, early)
    assert (found.met, found.sentence) == (
        False,
        "2023-02-06人均7,300.00元（1人共7,300.00元），起算稳定；要稳定6个月，请在2023-08-06或以后再测算一次。",
    )
    assert not of(Matter.INCOME, replace(GOOD, incomes=GOOD.incomes[1:2])).met
    assert of(Matter.INCOME, replace(GOOD, incomes=())).sentence == "还没有收入测算，请入户测算。"


def test_e_01_none_below_between():
    dip = replace(GOOD, incomes=(*GOOD.incomes, measured(date(2023, 5, 1), 7100_00)))
    assert not of(Matter.INCOME, dip).met
    assert "请在2024-02-05或以后再测算" in of(Matter.INCOME, dip).sentence


def test_e_01_equal_between_is_not_below():
    equal = replace(GOOD, incomes=(*GOOD.incomes, measured(date(2023, 5, 1), LINE)))
    assert of(Matter.INCOME, equal).met


def test_e_01_the_line_of_the_year_of_evaluation():
    """Above last year's line on its day, not above this year's."""
    incomes = (
        measured(date(2022, 5, 1), 6600_00, line=6500_00),
        measured(date(2022, 12, 1), 6700_00, line=6500_00),
    )
    raised = of(Matter.INCOME, replace(GOOD, incomes=incomes), date(2023, 1, 20))
    assert "没有高于当年监测范围7,200.00元" in raised.sentence
    assert of(Matter.INCOME, replace(GOOD, incomes=incomes), date(2022, 12, 31)).met


def test_e_01_what_is_measured_later_does_not_count_yet():
    assert not of(Matter.INCOME, GOOD, date(2023, 8, 4)).met


STATEMENTS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([LINE - 1, LINE, LINE + 1])),
    max_size=6,
    unique_by=lambda pair: pair[0],
)


@given(STATEMENTS)
def test_e_01_stable_as_the_words_say(pairs):
    """Beside a plain reading: some statement six months before the latest, all from it on above."""
    assume(pairs)
    incomes = tuple(measured(date(2022, 6, 1) + timedelta(days), sum_) for days, sum_ in pairs)
    rows = sorted(incomes, key=lambda one: one.on)
    stable = any(
        plus_months(row.on, 6) <= rows[-1].on
        and min(row.total, rows[-1].total) > LINE
        and all(one.total >= LINE for one in rows[at:])
        for at, row in enumerate(rows)
    )
    assert of(Matter.INCOME, replace(GOOD, incomes=incomes), date(2023, 8, 1)).met == stable


def test_l_06_a_statement_is_measured_by_the_packs_formula():
    amounts = {
        IncomeLine.WAGE: Figure(30_800_00),
        IncomeLine.CLAIMS: Figure(2_000_00),
        IncomeLine.SELF_PAID_MEDICAL: Figure(6_000_00),
    }
    statement, on = Statement(amounts, 4), date(2023, 5, 17)
    assert Measured.of(PACK, statement, on) == Measured(on, 26_800_00, 4, LINE)
    day = date(2020, 5, 17)
    found = Measured.of(load_pack("five-step-2020"), statement, day)
    assert found == Measured(day, 30_800_00, 4, 5000_00)


@pytest.mark.parametrize("guarantee", list(Guarantee))
def test_e_01_three_guarantees_and_water(guarantee):
    lost = replace(GOOD, guarantees={**GOOD.guarantees, guarantee: False})
    assert of(Matter.GUARANTEES, lost).sentence == f"{guarantee.label}没有保障，请先解决。"
    unseen = {one: True for one in Guarantee if one is not guarantee}
    found = of(Matter.GUARANTEES, replace(GOOD, guarantees=unseen))
    assert (found.met, found.sentence) == (False, f"{guarantee.label}没有核实，请入户核实。")


def test_e_01_each_risk_of_the_identification():
    two = replace(GOOD, risks=(*GOOD.risks, Risk(C.ILLNESS, date(2022, 12, 20))))
    assert of(Matter.RISKS, two).sentence == "因病还没有消除。"
    assert not of(Matter.RISKS, replace(GOOD, risks=())).met


def test_e_01_no_new_risk():
    new = Risk(C.ACCIDENT, date(2023, 6, 1))
    found = of(Matter.NEW_RISK, replace(GOOD, risks=(*GOOD.risks, new)))
    assert (found.met, found.sentence) == (False, "有新增风险：2023-06-01因意外事故。")
    gone = replace(new, gone=M.HELPED)
    assert is_ready(conditions(PACK, replace(GOOD, risks=(*GOOD.risks, gone)), EVALUATED))


@pytest.mark.parametrize(
    "measures",
    [
        (),
        (Landed("M-07", date(2023, 9, 1), (C.UNSTABLE_EMPLOYMENT,)),),  # later
        (Landed("M-01", date(2023, 3, 1), (C.ILLNESS,)),),  # for another risk
    ],
)
def test_e_12_a_measure_for_the_risk_has_landed(measures):
    found = of(Matter.MEASURES, replace(GOOD, measures=measures))
    assert (found.met, found.sentence) == (False, "针对风险已落实的措施0项，至少要有1项。")


def test_e_12_for_elimination_by_help_alone():
    assert mode_of(GOOD.risks) is M.HELPED
    mixed = (*GOOD.risks, Risk(C.ACCIDENT, IDENTIFIED, M.NATURAL))
    assert mode_of(mixed) is M.HELPED
    natural = (Risk(C.ACCIDENT, IDENTIFIED, M.NATURAL),)
    assert mode_of(natural) is M.NATURAL
    found = of(Matter.MEASURES, replace(GOOD, risks=natural, measures=()))
    assert (found.met, found.sentence) == (True, "自然消除，不要求措施。")
    still = (Risk(C.ACCIDENT, IDENTIFIED),)
    assert not of(Matter.MEASURES, replace(GOOD, risks=still, measures=())).met


def test_h_11_where_the_town_recognises_measures(tmp_path):
    pack = written(tmp_path, '[help]\nrecognition = { value = true, source = "x" }\n')
    found = of(Matter.MEASURES, GOOD, pack=pack)
    assert (found.met, found.sentence) == (
        False,
        "针对风险已落实并经乡镇认定的措施0项，至少要有1项。",
    )
    recognised = tuple(replace(one, recognised=True) for one in GOOD.measures)
    assert of(Matter.MEASURES, replace(GOOD, measures=recognised), pack=pack).met


def disabled(level: int = 1, **more):
    return MINE.person(50, Relationship.HEAD, level=level, **{"labour": Labour.LOST} | more)


def test_gt_15_severe_disability_without_labour_is_deferred():
    household = replace(GOOD, members=(disabled(name="祝长河"),), safety_net=True)
    found = of(Matter.LABOUR, household)
    assert (found.met, found.sentence) == (
        False,
        "整户无劳动力，祝长河（一、二级残疾）；兜底保障已落实，继续跟踪监测，暂不消除。",
    )
    assert not is_ready(conditions(PACK, household, EVALUATED))
    without = of(Matter.LABOUR, replace(household, safety_net=False))
    assert "请先落实兜底保障" in without.sentence


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"labour": Labour.WEAK, "level": 2}, "SAFETY_NET_ONLY"),
        ({"labour": Labour.WEAK, "health": (Health.CHRONIC,)}, "SAFETY_NET_ONLY"),
        ({"labour": Labour.WEAK, "health": (Health.SERIOUS,)}, "SAFETY_NET_ONLY"),
        ({"labour": Labour.WEAK, "years": 66}, "SAFETY_NET_ONLY"),
        ({"labour": Labour.WEAK, "level": 3}, None),
        ({"labour": Labour.WEAK}, None),
        ({"labour": Labour.ORDINARY, "level": 1}, None),
        ({"labour": Labour.LOST}, "WHOLE_HOUSEHOLD_NO_LABOUR"),
    ],
)
def test_e_07_who_is_deferred(facts, code):
    years = facts.pop("years", 50)
    person = MINE.person(years, Relationship.HEAD, **facts)
    found = deferral(PACK, [person], ON, safety_net=True)
    assert (found.code if found else None) == code


def test_e_07_somebody_able_in_the_household_ends_it():
    able = MINE.person(40, Relationship.SON)
    assert deferral(PACK, [disabled(), able], ON, safety_net=True) is None


def test_e_07_nobody_said_who_can_work():
    unknown = replace(GOOD, members=(disabled(labour=None),))
    assert of(Matter.LABOUR, unknown).sentence == "家庭成员的劳动能力没有填全，请补填。"


@pytest.mark.parametrize("pack_id", ["five-step-2020", "three-tier-2020", "hebei-2020"])
def test_e_07_a_pack_without_deferral(pack_id):
    pack = load_pack(pack_id)
    assert deferral(pack, [disabled()], ON, safety_net=True) is None
    assert mark_refusal(pack, [disabled()], ON, safety_net=True)


def test_e_07a_the_mark_is_for_households_without_labour():
    assert mark_refusal(PACK, [disabled()], ON, safety_net=True) is None
    assert "请先落实再标记" in mark_refusal(PACK, [disabled()], ON, safety_net=False)
    weak = MINE.person(50, Relationship.HEAD, labour=Labour.WEAK)
    assert mark_refusal(PACK, [weak], ON, safety_net=True) == (
        "这户只有弱劳动力或半劳动力，不是整户无劳动力，不能标记。"
    )


def test_e_07a_the_mark_falls_when_somebody_can_work():
    assert mark_falls([disabled()], ON) is None
    child = MINE.person(15, Relationship.SON, labour=Labour.ORDINARY, name="祝晨星")
    assert mark_falls([disabled(), child], ON) is None
    grown = date(ON.year + 2, 1, 1)
    assert mark_falls([disabled(), child], grown) == (
        "祝晨星有劳动能力，兜底标记取消，请落实帮扶措施。"
    )


@given(st.lists(st.sampled_from([*Labour]), min_size=1, max_size=4), st.booleans())
def test_e_07a_who_is_marked_is_never_ready(labours, safety_net):
    members = tuple(MINE.person(50, Relationship.OTHER, labour=one) for one in labours)
    household = replace(GOOD, members=members, safety_net=safety_net)
    if mark_refusal(PACK, members, ON, safety_net=safety_net) is None:
        assert mark_falls(members, ON) is None
        assert not is_ready(conditions(PACK, household, EVALUATED))
