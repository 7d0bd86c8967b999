"""What a door takes: one model a form."""

from rulebook.months import YearMonth
from services.village.months.forms import Receiving


class ListIn(Receiving):
    village: str
    month: YearMonth
    nil: bool = False
