from datetime import UTC, date, datetime

import pytest

from rulebook import months


def test_gt_10_clamped_days():
    assert months.day_in("2026-02", 30) == date(2026, 2, 28)
    assert months.day_in("2028-02", 30) == date(2028, 2, 29)
    assert months.day_in("2026-04", "LAST") == date(2026, 4, 30)
    assert months.day_in("2026-04", 17) == date(2026, 4, 17)


def test_neighbours():
    assert months.next_month("2026-12") == "2027-01"
    assert months.previous_month("2026-01") == "2025-12"
    assert months.next_month("2026-09") == "2026-10"
    assert months.previous_month("2026-12") == "2026-11"
    assert months.month_of(date(2026, 9, 5)) == "2026-09"
    assert (months.first_day("2026-09"), months.last_day("2026-09")) == (
        date(2026, 9, 1),
        date(2026, 9, 30),
    )


def test_b_03_a_due_day_lasts_to_its_end_in_shanghai():
    end = months.end_of(date(2026, 9, 20))
    assert end == datetime(2026, 9, 20, 15, 59, 59, 999999, UTC)
    assert end.tzinfo is UTC
    assert months.local_date(end) == date(2026, 9, 20)
    assert months.local_date(datetime(2026, 9, 20, 16, tzinfo=UTC)) == date(2026, 9, 21)
    assert months.start_of(date(2026, 9, 20)) == datetime(2026, 9, 19, 16, tzinfo=UTC)


def test_a_moment_without_time_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        months.local_date(datetime(2026, 9, 20))


@pytest.mark.parametrize(
    "text", ["2026-09", "2026-9", "2026年9月", "202609", "2026/09", "２０２６年９月", " 2026.9 "]
)
def test_check_month(text):
    assert months.check_month(text) == "2026-09"


@pytest.mark.parametrize("text", ["", "2026-13", "2026", "九月", "2026-09-01", "26-09"])
def test_check_month_refuses(text):
    with pytest.raises(ValueError, match="请写成2026-09"):
        months.check_month(text)
