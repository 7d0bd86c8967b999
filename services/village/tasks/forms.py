"""What a group leader asks of the own list of households."""

from kit.forms import field, hidden
from kit.lists import Asking
from rulebook.months import AnyYearMonth


class CardFilter(Asking):
    """`q`: a part of the head's name; `month`: an earlier one that is still owed."""

    q: str | None = field("户主姓名", None, max_length=100)
    month: AnyYearMonth = hidden("月份", "")
