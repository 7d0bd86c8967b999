"""How the office routes an order."""

from kit.forms import Form, field, text
from rulebook.types import DepartmentCode, Text


class Routing(Form):
    department: DepartmentCode = field("承办部门")
    co_handlers: tuple[DepartmentCode, ...] = field("配合部门", ())
    question: Text | None = text("要部门回答的问题", None, hint="不写姓名、号码", lines=2)
