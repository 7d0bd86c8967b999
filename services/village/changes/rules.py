"""Kinds of changes, and which of them cannot be. Standard library and rulebook only."""

from datetime import date

from rulebook.ids import birth_date
from schemas.codes import Coded


class ChangeKind(Coded):
    BORN = "born", "出生"
    MOVED_IN = "moved_in", "迁入"
    MARRIED_IN = "married_in", "婚入"
    MERGED_IN = "merged_in", "并入"
    DIED = "died", "死亡"
    MOVED_OUT = "moved_out", "迁出"
    MARRIED_OUT = "married_out", "婚出"
    SPLIT_OFF = "split_off", "分户"
    # What only an export of the national system says: that somebody is there, or no more.
    NAMED = "named", "全国系统新增成员"
    UNNAMED = "unnamed", "全国系统里没有了"


COMING = (ChangeKind.BORN, ChangeKind.MOVED_IN, ChangeKind.MARRIED_IN, ChangeKind.MERGED_IN)
LEAVING = (ChangeKind.DIED, ChangeKind.MOVED_OUT, ChangeKind.MARRIED_OUT, ChangeKind.SPLIT_OFF)


def impossible(kind: ChangeKind, id_number: str | None, on: date, today: date) -> str | None:
    """Why it cannot be; Chinese."""
    if on > today:
        return "日期不能晚于今天，请改。"
    if not id_number:
        return None
    born = birth_date(id_number)
    if kind is ChangeKind.BORN and born != on:
        return "出生日期与身份证号码不一致，请核对。"
    if on < born:
        return f"{kind.label}日期早于出生日期，请核对。"
    return None
