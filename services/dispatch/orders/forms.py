"""What is asked of orders, and what several forms about one have in common."""

from kit.forms import field, hidden, text
from kit.lists import Asking
from rulebook.types import DepartmentCode, Short
from schemas.codes import ClockOwner, OrderState


class OrderFilter(Asking):
    """`overdue`: only those with a running clock past its due day, or only those without; `whose`:
    of his clocks alone; `open`: not closed yet, or closed.
    """

    state: OrderState | None = field("状态", None)
    department: DepartmentCode | None = field("部门", None)
    overdue: bool | None = field("逾期", None, widget="select")
    whose: ClockOwner | None = field("谁逾期", None)
    open: bool | None = hidden("未办结", None)
    case: Short | None = hidden("风险线索", None)


class SearchFor(Asking):
    """By number, head's name or place's name."""

    q: str = text("查找", "", most=50)
