"""What is asked when a meeting and its agenda are prepared, at page and API."""

from kit.forms import Form, field, hidden
from kit.forms import text as words
from rulebook.months import Day, YearMonth
from rulebook.types import DepartmentCode, Short
from services.county.meetings.models import LineKind

LONG = 5_000  # characters: a drafted line says much


class MeetingForm(Form):
    """`on`: the planned day, else the pack's."""

    month: YearMonth = field("研究哪个月的工作", hint="如 2026-09")
    on: Day | None = field("会议日期", None, hint="不填按规定日期")
    place: str = words("地点", "")
    chair: str = words("主持人", "")


class LineForm(Form):
    """A line of the office's own; `order` and `case` are ids."""

    title: str = words("议题", hint="写编号和村，不写姓名")
    text: str = words("内容", "", most=LONG, lines=3)
    kind: LineKind = hidden("类别", LineKind.OTHER)
    department: DepartmentCode | None = field("有关部门", None)
    order: Short | None = field("交办单", None, hint="已逾期或者有争议、还不在议程上的")
    case: Short | None = hidden("风险线索", None)


class LineWords(Form):
    title: str = words("议题")
    text: str = words("内容", "", most=LONG, lines=3)


class PositionForm(Form):
    position: int = field("排到第几条", ge=-1_000, le=1_000)


class ReasonForm(Form):
    reason: str = words("移出原因")


class LineEdit(Form):
    """One of: new words, a new place, off the agenda (with a reason), on it again."""

    title: str | None = words("议题", None)
    text: str | None = words("内容", None, most=LONG)
    department: DepartmentCode | None = field("有关部门", None)
    position: int | None = field("排到第几条", None, ge=-1_000, le=1_000)
    removed_reason: str | None = words("移出原因", None)
    restore: bool = field("恢复", False)
