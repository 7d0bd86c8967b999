from datetime import date

import pytest
from pydantic import BaseModel, ValidationError

from rulebook.calendar import Shift
from rulebook.limits import Limit, before, due


class Holder(BaseModel):
    limit: Limit


def test_a_limit_as_field_reads_and_writes_its_text():
    held = Holder.model_validate({"limit": "15WD"})
    assert held.limit == Limit(15, "WD")
    assert Holder.model_validate_json(held.model_dump_json()) == held
    assert (str(held.limit), held.limit.label, Limit.parse("10CD").label) == (
        "15WD",
        "15个工作日",
        "10天",
    )
    with pytest.raises(ValidationError, match="写法不对"):
        Holder.model_validate({"limit": "15 days"})


def test_b_04_calendar_days_end_on_a_working_day(calendar):
    start, limit = date(2026, 9, 21), Limit.parse("10CD")  # the tenth day is 1 October
    assert due(start, limit, calendar) == date(2026, 10, 8)
    assert due(start, limit, calendar, Shift.NONE) == date(2026, 10, 1)
    assert due(start, limit, calendar, Shift.PREVIOUS) == date(2026, 9, 30)


def test_gt_12_a_cadres_finding_is_verified_the_same_day(calendar):
    saturday = date(2026, 9, 12)
    assert due(saturday, Limit.parse("0CD"), calendar) == saturday


def test_b_05_the_start_day_counts_only_if_told(calendar):
    assert due(date(2026, 9, 14), Limit.parse("5WD"), calendar) == date(
        2026, 9, 20
    )  # a working Sunday
    assert due(date(2026, 9, 14), Limit.parse("5WD"), calendar, count_start_day=True) == date(
        2026, 9, 18
    )


def test_before(calendar):
    assert before(date(2026, 10, 12), Limit.parse("3WD"), calendar) == date(2026, 10, 8)
    assert before(date(2026, 10, 12), Limit.parse("5CD"), calendar) == date(2026, 9, 30)
