"""Which month begins."""

from kit.forms import Form, field
from rulebook.types import YearMonth


class MonthForm(Form):
    month: YearMonth = field("月份")
