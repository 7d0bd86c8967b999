"""The last steps of an elimination (E-03…E-09), what comes after it (E-10, E-11, E-14), the way back
(E-13).
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.calendar import state_council
from rulebook.elimination import Guarantee, Measured
from rulebook.follow_up import (
    Recurrence,
    Running,
    WayBack,
    Window,
    annotation_refusal,
    annotation_window,
    continuing,
    follow_up_months,
    help_ends,
    next_look,
    next_step,
    owes_contact,
    recurrences,
    stays_monitored,
    step_refusal,
    step_text,
    way_back,
)
from rulebook.months import month_of, next_month
from rulebook.notices import elimination_notice_days, notice_days
from rulebook.packs import PackInvalid, load_pack, shipped_packs
from rulebook.packs.helping import ExitStep
from schemas.codes import RiskCause, Role
from tests.own_pack import own_pack, written

PACK = load_pack("default")
FIVE_STEP = load_pack("five-step-2020")
S, C = ExitStep, RiskCause
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_e_03_one_look_two_reckon_three_check_four_assess_five_notice():
    labels = [step.label for step in PACK.exit.steps]
    assert labels[:5] == ["一看", "二算", "三核", "四评议", "五公示"]
    assert next_step(PACK, []) is S.LOOK
    assert step_refusal(PACK, [], S.LOOK) is None
    assert step_refusal(PACK, [S.LOOK], S.VERIFY) == "请先完成“二算”，再做“三核”。"
    assert step_refusal(PACK, [S.LOOK], S.LOOK) == "“一看”已经完成。"
    assert step_refusal(PACK, [], S.STRIKE_OFF) == "本县的风险消除程序没有“销号”这一步。"


def test_e_03_a_step_says_what_is_done():
    assert step_text(PACK, S.LOOK) == "一看：看住房、生活、劳动力、就学和患病情况"
    assert step_text(PACK, S.ANNOUNCE) == "公告"


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        (["ANNOTATE", "COUNTY_EVALUATION"], "先后排列"),
        (["COUNTY_EVALUATION", "COUNTY_EVALUATION"], "不得重复"),
        (["LOOK", "ANNOTATE"], "缺少COUNTY_EVALUATION"),
    ],
)
def test_e_08_a_pack_keeps_the_order(tmp_path, steps, reason):
    with pytest.raises(PackInvalid, match=reason):
        written(tmp_path, f'[exit]\nsteps = {{ value = {steps}, source = "x" }}\n')


def test_e_04_the_county_evaluates_what_the_township_has_reviewed():
    at = PACK.exit.steps.index(S.COUNTY_EVALUATION)
    assert PACK.exit.steps[at - 1] is S.TOWNSHIP_REVIEW
    assert step_refusal(PACK, PACK.exit.steps[: at - 1], S.COUNTY_EVALUATION) == (
        "请先完成“乡镇审核”，再做“县级评估认定”。"
    )


@pytest.mark.parametrize("pack_id", ["default", "gansu-2023", "neimenggu-2023", "hebei-2020"])
def test_e_08_evaluation_announcement_annotation(pack_id):
    steps = load_pack(pack_id).exit.steps
    assert steps[-3:] == (S.COUNTY_EVALUATION, S.ANNOUNCE, S.ANNOTATE)


def test_e_09_struck_off_in_2020():
    assert next_step(FIVE_STEP, [S.ASSESS, S.TOWNSHIP_REVIEW, S.COUNTY_EVALUATION]) is S.STRIKE_OFF
    assert not stays_monitored(FIVE_STEP)


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
def test_the_steps_are_taken_one_after_the_other(pack):
    done = []
    for step in pack.exit.steps:
        assert next_step(pack, done) is step
        assert [one for one in S if step_refusal(pack, done, one) is None] == [step]
        done.append(step)
    assert next_step(pack, done) is None


def test_e_05_a_notice_of_four_days_is_refused():
    """Posted on 2023-05-25, the posting day not counted: five full days, 26 to 30."""
    days = elimination_notice_days(PACK, date(2023, 5, 25), state_council())
    assert days.refusal(date(2023, 5, 30)) == (
        "公示要满5天：从5月26日到5月30日，最早5月31日结束公示。"
    )
    assert days.refusal(date(2023, 5, 31)) is None


def test_e_05_its_minimum_is_its_own(tmp_path):
    pack = own_pack(tmp_path, "exit", notice_min_days=7)
    posted = date(2023, 5, 25)
    assert elimination_notice_days(pack, posted, state_council()).closes_from == date(2023, 6, 2)
    assert notice_days(pack, posted, state_council()).closes_from == date(2023, 5, 31)
    assert elimination_notice_days(FIVE_STEP, posted, state_council()).refusal(posted) is None


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        (date(2026, 7, 1), date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 9, 30), date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31)),
    ],
)
def test_e_06_the_window_is_the_quarters_last_month(on, first, last):
    assert annotation_window(PACK, on) == Window(first, last)


def refused(announced: date | None, on: date, reason: str = "", by=Role.TOWNSHIP_CLERK, pack=PACK):
    return annotation_refusal(pack, announced, on, by, reason)


def test_e_06_nothing_is_annotated_before_the_announcement():
    on = date(2026, 9, 10)
    assert refused(None, on) == "还没有公告，不能系统标注。"
    assert refused(date(2026, 9, 11), on, "急") == "还没有公告，不能系统标注。"
    assert refused(None, on, pack=FIVE_STEP) == "还没有县级评估认定，不能销号。"
    assert refused(on, on) is None


def test_e_06_what_comes_later_goes_with_the_next_list_or_as_a_supplement():
    announced, on = date(2026, 9, 29), date(2026, 10, 3)
    assert refused(announced, on) == (
        "本期在2026-12-01到2026-12-31标注：请并入这一期名单，或作补充标注并写明原因。"
    )
    assert refused(announced, on, "9月底系统停机") is None
    assert refused(announced, date(2026, 12, 1)) is None


def test_e_06_by_the_packs_role():
    on = date(2026, 9, 10)
    assert refused(on, on, by=Role.COUNTY_CLERK) == "由乡镇专干办理系统标注。"
    assert refused(on, on, by=Role.COUNTY_CLERK, pack=FIVE_STEP) is None
    assert refused(on, on, pack=FIVE_STEP) == "由县级牵头部门经办人办理销号。"


def test_b_21_at_any_time_in_2020():
    for pack_id in ("five-step-2020", "three-tier-2020"):
        pack = load_pack(pack_id)
        assert annotation_window(pack, date(2020, 7, 1)) is None
        assert next_look(pack, date(2020, 7, 1)) is None


def test_e_07_who_was_deferred_is_looked_at_with_the_next_list():
    assert next_look(PACK, date(2026, 7, 2)) == date(2026, 12, 1)
    assert next_look(PACK, date(2026, 12, 31)) == date(2027, 3, 1)


@given(DAYS)
def test_e_06_every_quarter_has_one_window(on):
    window = annotation_window(PACK, on)
    assert window.last >= on
    assert month_of(window.first) == month_of(window.last)
    assert window.first.month % 3 == 0


def test_e_10_leaving_help_is_not_leaving_monitoring():
    annotated = date(2026, 9, 20)
    assert help_ends(PACK, annotated) == annotated
    assert stays_monitored(PACK)
    assert owes_contact(PACK, None, "2026-09")
    assert owes_contact(PACK, annotated, "2026-09")
    assert not owes_contact(PACK, annotated, "2026-10")


def test_e_10_from_the_next_month_on_one_visit_a_quarter():
    annotated = date(2026, 9, 20)
    assert follow_up_months(PACK, annotated, "2026-09") == ()
    for month in ("2026-10", "2026-11", "2026-12"):
        assert follow_up_months(PACK, annotated, month) == ("2026-10", "2026-11", "2026-12")
    supplement = date(2026, 10, 9)
    assert follow_up_months(PACK, supplement, "2026-10") == ()
    assert follow_up_months(PACK, supplement, "2026-12") == ("2026-11", "2026-12")


def test_e_10_a_gradual_exit_goes_first(tmp_path):
    pack, annotated = own_pack(tmp_path, "exit", gradual_months=3), date(2026, 8, 31)
    assert help_ends(pack, annotated) == date(2026, 11, 30)
    assert owes_contact(pack, annotated, "2026-11")
    assert follow_up_months(pack, annotated, "2026-11") == ()
    assert follow_up_months(pack, annotated, "2026-12") == ("2026-12",)


def test_e_10_nothing_is_owed_of_who_was_struck_off():
    assert follow_up_months(FIVE_STEP, date(2020, 9, 20), "2020-12") == ()


@given(DAYS, st.integers(0, 12))
def test_e_10_no_month_without_contact_or_follow_up(annotated, months):
    """Whatever the day: each month is the contact's or lies in a cycle of visits, never both."""
    month = month_of(annotated)
    for _ in range(months):
        month = next_month(month)
    follow_up = follow_up_months(PACK, annotated, month)
    assert owes_contact(PACK, annotated, month) != bool(follow_up)
    assert not follow_up or month in follow_up


def test_e_14_what_goes_on_to_its_own_end():
    running = [
        Running("MICRO-CREDIT", date(2027, 6, 30)),
        Running("M-09", date(2026, 9, 30)),
        Running("YULU"),
        Running("M-02", date(2030, 1, 1)),
    ]
    on = date(2026, 9, 30)
    assert [one.code for one in continuing(PACK, running, on)] == ["MICRO-CREDIT", "M-09", "YULU"]
    later = continuing(PACK, running, date(2026, 10, 1))
    assert [one.code for one in later] == ["MICRO-CREDIT", "YULU"]


def test_e_11_who_was_eliminated_is_looked_at_again():
    on = date(2026, 9, 18)
    good = Measured(on, 7200_00, 1, 7200_00)
    assert recurrences(PACK, dict.fromkeys(Guarantee, True), good, on) == {}
    assert recurrences(PACK, {}, None, on) == {}
    poor = Measured(on, 4 * 7200_00 - 1, 4, 7200_00)
    found = recurrences(PACK, dict.fromkeys(Guarantee, False), poor, on)
    assert list(found) == [
        Recurrence.HOUSING,
        Recurrence.WATER,
        Recurrence.SCHOOL,
        Recurrence.INCOME,
    ]
    assert found[Recurrence.HOUSING] == "风险已消除，现在住房不安全，请入户核实。"
    assert found[Recurrence.INCOME] == (
        "风险已消除，2026-09-18人均7,200.00元（4人共28,799.99元），当年监测范围7,200.00元，请入户核实。"
    )


def test_e_13_back_by_undoing_or_by_a_new_identification():
    illness, both = [C.ILLNESS], [C.ILLNESS, C.ACCIDENT]
    assert way_back(PACK, both, illness) is WayBack.REVERTED
    assert way_back(PACK, illness, both) is WayBack.RE_IDENTIFIED
    assert way_back(PACK, illness, []) is WayBack.RE_IDENTIFIED
    assert way_back(FIVE_STEP, both, illness) is WayBack.RE_IDENTIFIED
    assert [way.label for way in WayBack] == ["风险消除回退", "风险再标注"]
