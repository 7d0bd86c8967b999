"""The dates of one reporting month, from the pack and the calendar (N-04…N-12, B-01…B-04)."""

from dataclasses import dataclass, field
from datetime import date

from rulebook.calendar import WorkingCalendar
from rulebook.limits import before
from rulebook.months import day_in, next_month
from rulebook.packs import Pack


@dataclass(frozen=True)
class MonthPlan:
    """Days in Shanghai; a due day is included to its end. Bulletin and meeting lie in the next
    month.
    """

    month: str
    group_opens_on: date
    group_due: date
    village_due: date
    township_due: date
    unit_visit_remind_on: date
    unit_visit_due: date
    unit_report_due: date
    supervision_due: date
    bulletin_on: date
    meeting_on: date
    meeting_notice_on: date
    remind_before: tuple[int, ...]
    calendar: WorkingCalendar = field(repr=False, compare=False)

    def reminders(self, due: date) -> list[date]:
        """The working days on which whoever has not reported is reminded, earliest first."""
        return sorted(self.calendar.add(due, -n) for n in self.remind_before)


def plan_month(pack: Pack, month: str, calendar: WorkingCalendar) -> MonthPlan:
    """`month` is "YYYY-MM"; `ValueError` otherwise."""
    monthly, meeting, following = pack.monthly, pack.meeting, next_month(month)

    def due(day: int | str) -> date:
        return calendar.shift(
            day_in(month, "LAST" if isinstance(day, str) else day), monthly.shift_on_non_working_day
        )

    meeting_on = calendar.shift(day_in(following, meeting.day), meeting.shift)
    return MonthPlan(
        month=month,
        group_opens_on=day_in(month, monthly.group_open_day),
        group_due=due(monthly.group_due_day),
        village_due=due(monthly.village_due_day),
        township_due=due(monthly.township_due_day),
        unit_visit_remind_on=day_in(month, monthly.unit_visit_remind_day),
        unit_visit_due=due(monthly.unit_visit_due_day),
        unit_report_due=due(monthly.unit_report_due_day),
        supervision_due=due(monthly.supervision_due_day),
        bulletin_on=calendar.shift(
            day_in(following, monthly.bulletin_day_next_month), monthly.bulletin_shift
        ),
        meeting_on=meeting_on,
        meeting_notice_on=before(meeting_on, meeting.notice_before, calendar),
        remind_before=monthly.remind_before,
        calendar=calendar,
    )
