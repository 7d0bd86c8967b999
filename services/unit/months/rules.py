"""How a month is called, and what a reminder may be about. Standard library and rulebook only."""

from collections.abc import Sequence
from datetime import date

from rulebook.months import month_of
from schemas.codes import Coded


class ReminderAbout(Coded):
    VISITS = "visits", "走访"
    LIST = "list", "名单"


def called(month: str, on: date) -> str:
    """本月, or which month: what is open of an earlier one says so."""
    return "本月" if month == month_of(on) else f"{month[:4]}年{int(month[5:])}月"


def few(names: Sequence[str], most: int = 5) -> str:
    """The first names of many."""
    return "、".join(names[:most]) + ("等" if len(names) > most else "")
