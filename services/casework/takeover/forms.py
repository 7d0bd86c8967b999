"""What is asked of the ledger that was handed over, and what a person says of a row."""

from kit.errors import Refused
from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook.types import Short
from services.casework.takeover.rules import Match


class TakeoverFilter(Asking):
    """`open`: only rows that wait for a person, or only the others."""

    match: Match | None = field("核对结果", None)
    open: bool | None = field("待处理", None, widget="select")
    q: str | None = text("姓名或户编号", None, most=50)


class SettleForm(Form):
    """Whose row it is: a household that is offered, one by its 户编号, or none of the register."""

    household: Short | None = field("是这一户", None, widget="select")
    number: Short | None = field("户编号", None, hint="上面没有的，填农户名册里的户编号")
    off_register: bool = field("这一户不在农户名册", False)

    def demand_one(self) -> None:
        """`Refused` unless just one of the three was said."""
        if sum(map(bool, (self.household, self.number, self.off_register))) != 1:
            raise Refused("请只定一样：选择农户，填户编号，或者勾选“不在农户名册”。")
