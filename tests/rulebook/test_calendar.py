from datetime import date, timedelta

import pytest

from rulebook.calendar import CalendarInvalid, Shift, state_council
from rulebook.limits import Limit, due


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-09-28", 3, "2026-10-08"),
        ("2026-09-28", 5, "2026-10-10"),
        ("2026-09-28", 15, "2026-10-23"),
        ("2026-02-10", 5, "2026-02-24"),
        ("2026-02-10", 15, "2026-03-09"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-06-18", 3, "2026-06-24"),
        ("2023-02-20", 5, "2023-02-27"),
        ("2023-02-20", 15, "2023-03-13"),
        ("2023-06-20", 3, "2023-06-26"),
        ("2023-04-26", 5, "2023-05-06"),
    ],
)
def test_gt_09_working_days(calendar, start, days, end):
    assert calendar.add(d(start), days) == d(end)
    assert calendar.working_days_between(d(start), d(end)) == days


def test_a13_year_2026(calendar):
    """Every day off and make-up day that A13 lists, and the count of the year."""
    spans = [
        "01-01/01-03",
        "02-15/02-23",
        "04-04/04-06",
        "05-01/05-05",
        "06-19/06-21",
        "09-25/09-27",
        "10-01/10-07",
    ]
    for span in spans:
        first, last = (d(f"2026-{end}") for end in span.split("/"))
        while first <= last:
            assert not calendar.is_working_day(first)
            first += timedelta(1)
    for made_up in ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]:
        assert calendar.is_working_day(d(f"2026-{made_up}"))
    assert sum(len(calendar.working_days_of(f"2026-{month:02}")) for month in range(1, 13)) == 248


def test_gt_21_order_due(calendar):
    limit = Limit.parse("15WD")
    assert due(d("2026-02-10"), limit, calendar) == d("2026-03-09")
    assert due(d("2026-02-25"), limit, calendar) == d("2026-03-17")
    assert due(d("2026-02-12"), Limit.parse("1WD"), calendar) == d("2026-02-13")


def test_gt_30_make_up_days_and_reminder(calendar):
    assert calendar.is_working_day(d("2026-09-20"))
    assert calendar.is_working_day(d("2026-10-10"))
    assert calendar.add(d("2026-09-25"), -1) == d("2026-09-24")
    assert calendar.shift(d("2026-10-05"), Shift.NEXT) == d("2026-10-08")


def test_no_days_is_the_same_day_even_when_off(calendar):
    assert calendar.add(d("2026-10-01"), 0) == d("2026-10-01")


def test_counting_back_is_the_inverse_from_a_working_day(calendar):
    for n in range(1, 40):
        assert calendar.add(calendar.add(d("2026-02-10"), n), -n) == d("2026-02-10")
    assert calendar.working_days_between(d("2026-10-08"), d("2026-09-28")) == -3


@pytest.mark.parametrize(
    ("how", "end"),
    [(Shift.NONE, "2026-06-20"), (Shift.NEXT, "2026-06-22"), (Shift.PREVIOUS, "2026-06-18")],
)
def test_shift(calendar, how, end):
    assert calendar.shift(d("2026-06-20"), how) == d(end)
    assert calendar.shift(d("2026-06-18"), how) == d("2026-06-18")


def test_beyond_published_data_is_provisional(calendar):
    assert not calendar.is_provisional(d("2026-12-31"))
    beyond = calendar.last.replace(month=10, day=1)
    assert calendar.is_provisional(beyond)
    assert not calendar.is_working_day(beyond)
    assert calendar.holiday_name(beyond) == "国庆节"
    with pytest.raises(ValueError, match="outside"):
        calendar.is_working_day(calendar.last + timedelta(1))
    with pytest.raises(ValueError, match="leaves"):
        calendar.add(calendar.last, 1)
    with pytest.raises(ValueError, match="leaves"):
        calendar.add(calendar.first, -1)


def test_holiday_name(calendar):
    assert calendar.holiday_name(d("2026-02-17")) == "春节"
    assert calendar.holiday_name(d("2026-02-14")) is None
    assert calendar.holiday_name(d("2026-09-12")) is None


def test_override_file(tmp_path):
    path = tmp_path / "days.toml"
    path.write_text(
        'complete_years = [2027]\n[[day]]\ndate = 2026-09-21\nworks = false\nnote = "停电"\n'
        "[[day]]\ndate = 2030-01-05\nworks = true\n",
        encoding="utf-8",
    )
    own = state_council(path)
    assert own.add(d("2026-09-18"), 2) == d("2026-09-22")
    assert own.holiday_name(d("2026-09-21")) == "停电"
    assert not own.is_provisional(d("2027-03-01"))
    assert own.is_working_day(d("2030-01-05"))
    assert not own.is_provisional(d("2030-01-05"))
    assert own.is_provisional(d("2030-01-07"))


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("[[day]]\ndate = 2026-09-21\n", "第1个[[day]].works"),
        ('[[day]]\ndate = "2026-09-21"\nworks = true\n', "第1个[[day]].date"),
        ("[[day]]\ndate = 2026-09-21\nworks = true\nwhy = 1\n", "第1个[[day]].why"),
        ("[[day]]\ndate = 2026-09-21\nworks = true\n" * 2, "第2个[[day]].date"),
        ("complete_years = 2027\n", "complete_years"),
        ("days = 1\n", "days"),
        ("[[day]\n", "TOML"),
    ],
)
def test_override_errors_name_file_key_and_reason(tmp_path, content, key):
    path = tmp_path / "days.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CalendarInvalid) as caught:
        state_council(path)
    assert "days.toml" in str(caught.value)
    assert key in str(caught.value)


def test_missing_override_file(tmp_path):
    with pytest.raises(CalendarInvalid, match="无法读取"):
        state_council(tmp_path / "none.toml")
