"""Sections of the three-tier network and its penalty kicks (发点球): months, meetings, limits,
routing.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rulebook.calendar import Shift
from rulebook.limits import Limit
from rulebook.packs.basis import (
    CAUSES,
    GAP_ITEMS,
    CauseCode,
    Cycle,
    Day,
    DepartmentCode,
    DueDay,
    GapCode,
    NewCode,
    Section,
    Unused,
    WorkingDays,
)


class CauseRow(Section):
    """One more cause of the county's own."""

    code: NewCode
    label: str = Field(min_length=1)


class GapItemRow(Section):
    """One more gap item: what is usually asked, and whether the department is told of the person
    concerned instead of the head.
    """

    code: NewCode
    label: str = Field(min_length=1)
    question: str = ""
    about_person: bool = False


class Codes(Section):
    """What the county adds to the lists of causes and gap items."""

    causes: tuple[CauseRow, ...]
    gap_items: tuple[GapItemRow, ...]

    @model_validator(mode="after")
    def _new(self) -> Self:
        for key, rows, built_in in (
            ("codes.causes", self.causes, CAUSES),
            ("codes.gap_items", self.gap_items, GAP_ITEMS),
        ):
            _unique(key, [*built_in, *(row.code for row in rows)])
            _unique(key, [*(code.label for code in built_in), *(row.label for row in rows)])
        return self

    def questions(self) -> dict[str, str]:
        """What is asked, by gap item."""
        return {row.code: row.question for row in self.gap_items}

    def is_about_person(self, gap_item: str) -> bool:
        return any(row.about_person for row in self.gap_items if row.code == gap_item)


class Monthly(Section):
    group_open_day: Day
    group_due_day: DueDay
    village_due_day: DueDay
    township_due_day: DueDay
    unit_visit_due_day: DueDay
    unit_visit_remind_day: Day
    unit_report_due_day: DueDay
    supervision_due_day: DueDay
    county_verify_limit: Limit
    bulletin_day_next_month: Day
    bulletin_shift: Shift
    naming_reply_limit: Limit
    remind_before: WorkingDays
    min_contacts_per_household: Annotated[int, Field(ge=0)]
    nil_report_required: Unused[bool]
    shift_on_non_working_day: Shift

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        upwards = (self.group_due_day, self.village_due_day, self.township_due_day)
        days = [31 if day == "LAST" else day for day in upwards]
        if days != sorted(days):
            raise ValueError("组、村、乡镇的截止日应依次不早于前一级")
        return self


class Meeting(Section):
    cycle: Cycle
    day: Day
    shift: Shift
    notice_before: Limit


class Bulletin(Section):
    cycle: Unused[Cycle]
    issue_limit: Limit


class Period(Section):
    count_start_day: bool
    shift_calendar_deadline: Shift


class RoutingRow(Section):
    """Who gets an order; a row with a cause goes before the row of its gap item without one."""

    gap_item: GapCode
    cause: CauseCode | None = None
    primary: DepartmentCode
    co: tuple[DepartmentCode, ...] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len({self.primary, *self.co}) < 1 + len(self.co):
            raise ValueError("主办部门和协办部门不得重复")
        return self


class GapItemsRow(Section):
    """What is usually missing for a cause; several mean that a person chooses."""

    cause: CauseCode
    gap_items: tuple[GapCode, ...] = Field(min_length=1)


class SolveRow(Section):
    """How long the gap item takes; the row without one is for all others."""

    gap_item: GapCode | None = None
    limit: Limit


class Dispatch(Section):
    routing: tuple[RoutingRow, ...]
    default_gap_items: tuple[GapItemsRow, ...]
    issue_after: Literal["VERIFIED", "DECIDED"]
    """When orders go out: once the county has verified the risk, or once it has decided that the
    household is monitored.
    """
    route_limit: Limit
    acceptance_limit: Limit
    report_limit: Limit
    clock_start: Literal["ISSUED", "ACCEPTED"]
    return_limit: Limit
    max_returns: Annotated[int, Field(ge=0)]
    return_decision_limit: Limit
    solve_limit: tuple[SolveRow, ...]
    rework_limit: Limit
    confirm_limit: Limit
    close_limit: Limit
    remind_before: WorkingDays
    escalate_after: WorkingDays

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        _unique("dispatch.routing", ((row.gap_item, row.cause) for row in self.routing))
        _unique("dispatch.default_gap_items", (row.cause for row in self.default_gap_items))
        _unique("dispatch.solve_limit", (row.gap_item for row in self.solve_limit))
        if all(row.gap_item for row in self.solve_limit):
            raise ValueError("dispatch.solve_limit缺少不带gap_item的一行（其余事项的时限）")
        return self

    def solve_limit_for(self, gap_item: str) -> Limit:
        limits = {row.gap_item: row.limit for row in self.solve_limit}
        return limits.get(gap_item) or limits[None]


def _unique(key: str, values: Iterable[object]) -> None:
    listed = list(values)
    if len(set(listed)) < len(listed):
        raise ValueError(f"{key}有重复的行，或与已有的代码、名称重复")
