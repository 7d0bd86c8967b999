"""What a door takes: one model a form."""

from kit.forms import Form, field, text
from rulebook.months import YearMonth


class ContactQuestion(Form):
    """Whose contacts are asked for: a unit's, or a helper's."""

    month: YearMonth = field("月份", widget="month")
    unit: str | None = text("帮扶单位", None)
    helper: str | None = text("帮扶人", None)
    neglected: bool = field("未联系", False)
