"""Which month is opened, and who is exempted from it."""

from kit.forms import Form, field, hidden, text
from rulebook.months import YearMonth
from rulebook.types import Short


class MonthForm(Form):
    month: YearMonth = field("月份", widget="month")


class ExemptionForm(Form):
    """Of a unit, or (with `household`) of one household."""

    month: YearMonth = hidden("月份")
    unit: Short | None = hidden("帮扶单位", None)
    household: str | None = text("免除谁", None, hint="不选就是整个单位")
    reason: str = text("原因", hint="如 户主去世、全家外迁、单位撤并")
