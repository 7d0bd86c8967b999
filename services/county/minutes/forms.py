"""What is asked when a meeting is minuted, at page and API."""

from kit.forms import Form, field
from kit.forms import text as words
from rulebook.months import Day
from rulebook.types import DepartmentCode, Short
from schemas.codes import GapItem
from services.county.meetings.models import DecisionKind, Presence


class AttendeeForm(Form):
    """`stands_for`: the person a substitute came for."""

    unit: str = words("单位")
    name: str = words("姓名", "")
    post: str = words("职务", "")
    presence: Presence = field("到会", Presence.PRESENT)
    stands_for: str = words("代谁参加", "")


class AttendeeRow(AttendeeForm):
    """The same as a row of the page, where an empty one is nobody."""

    unit: str = words("单位", "")
    presence: Presence = field("到会")


class AttendanceForm(Form):
    """`held_on`: the day of the meeting when it is entered later."""

    people: list[AttendeeForm] = field("到会人员")
    held_on: Day | None = field("召开日期", None)


class ResolutionForm(Form):
    """What was decided about a line; without `text`, in the kind's own words."""

    kind: DecisionKind = field("决定")
    text: str | None = words("议定内容", None, most=2_000, lines=2)
    department: DepartmentCode | None = field("责任（接办）部门", None, hint="不选就是原来的部门")
    responsible: str = words("责任人", "")
    due: Day | None = field("完成期限", None)
    order: Short | None = field("哪张交办单", None, hint="不选就是这条议题的全部")
    gap_item: GapItem | None = field("缺什么", None)
    question: str | None = words("要部门回答的问题", None, hint="不写姓名、号码")

    @property
    def wording(self) -> str:
        return self.text or self.kind.label


class MinutesForm(Form):
    """`note_rest`: every line without a decision is noted first, its limits as they are."""

    issued_on: Day | None = field("签发日期", None)
    note_rest: bool = field("其余议题按原要求办理", False)


class ResultForm(Form):
    text: str = words("怎样落实的", most=2_000)
