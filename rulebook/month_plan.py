"""The dates of one reporting month, from the pack and the calendar (N-04…N-12, B-01…B-04), and which
months have a joint meeting (J-02, B-37).
"""

from dataclasses import dataclass, field
from datetime import date

from rulebook.calendar import WorkingCalendar
from rulebook.limits import before
from rulebook.months import day_in, last_day, month_of, next_month, previous_month
from rulebook.packs import Pack

CYCLES = {"MONTHLY": 1, "BIMONTHLY": 2, "QUARTERLY": 3, "HALF_YEARLY": 6}  # months
CYCLE_LABELS = {
    "MONTHLY": "每月一次",
    "BIMONTHLY": "每两个月一次",
    "QUARTERLY": "每季度一次",
    "HALF_YEARLY": "每半年一次",
    "ANY": "需要时召开",
}


@dataclass(frozen=True)
class MonthPlan:
    """Days in Shanghai; a due day is included to its end. The bulletin lies in the next month, the
    meeting in the one after the cycle's last.
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
    meeting_months: tuple[str, ...]  # what that meeting is about; it is called after the last
    meeting_cycle: str  # 每季度一次
    owes_meeting: bool  # whether the office has to hold it after this very month
    remind_before: tuple[int, ...]
    calendar: WorkingCalendar = field(repr=False, compare=False)

    def reminders(self, due: date) -> list[date]:
        """The working days on which whoever has not reported is reminded, earliest first."""
        return sorted(self.calendar.add(due, -n) for n in self.remind_before)


def meeting_months(cycle: str, month: str) -> tuple[str, ...]:
    """The cycle's months that the joint meeting on this month's work is about; cycles begin with
    the year. "ANY": this month alone.
    """
    length, last = CYCLES.get(cycle, 1), month
    while int(last[5:]) % length:
        last = next_month(last)
    months = [last]
    while len(months) < length:
        months.append(previous_month(months[-1]))
    return tuple(reversed(months))


def end_of_cycle(cycle: str, on: date) -> date:
    """The last day of the cycle in which this day lies; cycles begin with the year."""
    return last_day(meeting_months(cycle, month_of(on))[-1])


def plan_month(pack: Pack, month: str, calendar: WorkingCalendar) -> MonthPlan:
    """`month` is "YYYY-MM"; `ValueError` otherwise."""
    monthly, meeting, following = pack.monthly, pack.meeting, next_month(month)
    months = meeting_months(meeting.cycle, month)

    def due(day: int | str) -> date:
        return calendar.shift(
            day_in(month, "LAST" if isinstance(day, str) else day), monthly.shift_on_non_working_day
        )

    meeting_on = calendar.shift(day_in(next_month(months[-1]), meeting.day), meeting.shift)
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
        meeting_months=months,
        meeting_cycle=CYCLE_LABELS[meeting.cycle],
        owes_meeting=meeting.cycle in CYCLES and month == months[-1],
        remind_before=monthly.remind_before,
        calendar=calendar,
    )
