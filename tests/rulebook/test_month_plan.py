from datetime import date

import pytest

from rulebook.calendar import Shift
from rulebook.month_plan import plan_month
from rulebook.packs import load_pack


@pytest.mark.parametrize("pack_id", ["default", "three-tier-2020"])
def test_the_dates_of_a_month(calendar, pack_id):
    """N-04, N-06, N-08, N-09, N-11, N-12."""
    plan = plan_month(load_pack(pack_id), "2026-09", calendar)
    assert plan.group_due == date(2026, 9, 17)
    assert plan.village_due == date(2026, 9, 20)
    assert plan.township_due == date(2026, 9, 30)
    assert plan.unit_visit_remind_on == date(2026, 9, 15)
    assert plan.unit_visit_due == date(2026, 9, 20)
    assert plan.unit_report_due == plan.supervision_due == date(2026, 9, 25)


def test_gt_10_february_is_clamped(calendar):
    assert plan_month(load_pack("default"), "2026-02", calendar).township_due == date(2026, 2, 28)


@pytest.mark.parametrize(("how", "day"), [(Shift.NONE, 20), (Shift.NEXT, 22), (Shift.PREVIOUS, 18)])
def test_gt_10_village_due_in_a_holiday(calendar, how, day):
    pack = load_pack("default")
    shifted = pack.model_copy(
        update={"monthly": pack.monthly.model_copy(update={"shift_on_non_working_day": how})}
    )
    assert plan_month(shifted, "2026-06", calendar).village_due == date(2026, 6, day)


def test_gt_30_bulletin_meeting_and_reminders(calendar):
    plan = plan_month(load_pack("default"), "2026-09", calendar)
    assert plan.bulletin_on == date(2026, 10, 8)
    assert plan.meeting_on == date(2026, 10, 12)
    assert plan.meeting_notice_on == date(2026, 10, 8)
    assert plan.reminders(plan.unit_report_due) == [date(2026, 9, 22), date(2026, 9, 24)]


def test_december_reaches_into_the_next_year(calendar):
    assert plan_month(load_pack("default"), "2025-12", calendar).bulletin_on == date(2026, 1, 5)
