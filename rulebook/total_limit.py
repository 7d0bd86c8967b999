"""The days of an identification as a whole: the budget of its steps, and why it took longer (I-16,
GT-12).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.calendar import WorkingCalendar
from rulebook.limits import Limit
from rulebook.packs import Pack


@dataclass(frozen=True)
class Budget:
    """What the steps with a limit of their own take together, in calendar days, and what is left of
    the total for the others. `used` None: some count working days, so there is no sum; `left` None
    also where there is no total.
    """

    steps: tuple[tuple[str, Limit], ...]
    total: Limit | None
    used: int | None
    left: int | None

    @property
    def sentence(self) -> str:
        """入户核实2天＋民主评议3天＋公示5天＝10天，总时限15天，还剩5天。"""
        parts = "＋".join(f"{name}{limit.label}" for name, limit in self.steps)
        total = f"总时限{self.total.label}" if self.total else "没有规定总时限"
        if self.used is None:
            return f"{parts}，{total}。"
        said = f"{parts}＝{self.used}天，{total}"
        if self.left is None:
            return f"{said}。"
        return f"{said}，还剩{self.left}天。" if self.left >= 0 else f"{said}，超出{-self.left}天。"


def budget(pack: Pack, channel: str) -> Budget:
    """Of a household that came by this channel ("SELF_REPORT")."""
    identify = pack.identify
    notice = Limit(
        identify.notice_min_days * len(identify.notice_rounds),
        "WD" if identify.notice_day_kind == "WORKING" else "CD",
    )
    named = {
        "入户核实": identify.verify_limit.get(channel),
        "民主评议": identify.assessment_limit,
        "公示": notice if notice.days else None,
    }
    steps = tuple((name, limit) for name, limit in named.items() if limit)
    used = (
        None
        if any(limit.unit == "WD" for _, limit in steps)
        else sum(limit.days for _, limit in steps)
    )
    total = identify.total_limit
    known = used is not None and total is not None and total.unit == "CD"
    left = total.days - used if known and total and used is not None else None
    return Budget(steps, total, used, left)


@dataclass(frozen=True)
class StepTaken:
    """One step as it went; `limit` and `due` None: it has none of its own. `is_recheck`: a doubt of
    the comparison was looked at again.
    """

    name: str
    started: date
    done: date
    limit: Limit | None = None
    due: date | None = None
    is_recheck: bool = False

    @property
    def days_late(self) -> int:
        return max((self.done - self.due).days, 0) if self.due else 0


@dataclass(frozen=True)
class Overrun:
    """By how many days the total was passed; `late` are the steps that were late. `reason` is filled
    in beforehand where no step was, "" where a person has to write it. `whole`: which limit it is.
    """

    days: int
    late: tuple[StepTaken, ...]
    reason: str
    whole: str = "总时限"

    @property
    def sentence(self) -> str:
        over = f"超过{self.whole}{self.days}天"
        if self.late:
            steps = "、".join(f"{step.name}迟{step.days_late}天" for step in self.late)
            return f"{over}：{steps}。"
        return f"{over}，各环节都按时：{self.reason}。" if self.reason else f"{over}，请说明原因。"


def overrun(
    total_due: date,
    done: date,
    steps: Sequence[StepTaken],
    calendar: WorkingCalendar,
    whole: str = "总时限",
) -> Overrun | None:
    """None when the whole was in time. All steps on time and the total over: holidays that moved a
    step's due day, or a doubt that was looked at again, stand as the reason.
    """
    if done <= total_due:
        return None
    late = tuple(step for step in steps if step.days_late)
    reasons = []
    if not late:
        if any(_moved_by_holiday(step, calendar) for step in steps):
            reasons.append("节假日顺延")
        if any(step.is_recheck for step in steps):
            reasons.append("疑点复核")
    return Overrun((done - total_due).days, late, "、".join(reasons), whole)


def _moved_by_holiday(step: StepTaken, calendar: WorkingCalendar) -> bool:
    """Whether its due day is later than it would be without days off: calendar days that were moved,
    working days with a festival among them.
    """
    if not step.limit or not step.due:
        return False
    if step.limit.unit == "CD":
        return step.due > step.started + timedelta(step.limit.days)
    days = (step.due - step.started).days
    return any(calendar.holiday_name(step.started + timedelta(n)) for n in range(1, days + 1))
