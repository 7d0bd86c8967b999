"""What is asked to open a month and to exempt a reporter."""

from kit.forms import Form, field, hidden, text
from rulebook.types import DivisionCode, Group, Short, YearMonth
from services.village.months.rules import Reporter


class MonthForm(Form):
    month: YearMonth = field("月份")


class ExemptionForm(Form):
    """A group (with `group`), a village or a township, by its code."""

    division: DivisionCode = field("区划")
    group: Group | None = field("组别", None)
    month: YearMonth = field("月份")
    reason: str = text("原因")


class ReporterExemptionForm(Form):
    """The same from a page, which knows the reporter."""

    month: YearMonth = hidden("月份")
    kind: Reporter = hidden("种类")
    code: Short = hidden("代码")
    reason: str = text("原因", hint="例如：组长去世，新组长未选出")
