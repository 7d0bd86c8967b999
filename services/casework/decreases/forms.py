"""A natural decrease as a person records it."""

from typing import Self

from kit.errors import Refused
from kit.forms import Form, field, text
from rulebook.types import Day, Short
from schemas.monitored import Decrease


class DecreaseForm(Form):
    decrease: Decrease = field("自然减少的原因", widget="radio")
    on: Day = field("日期", hint="死亡、迁出、并户的日期；迁入地已接收的，填接收日期")
    into: Short | None = field("并入哪一户", None, hint="并户的填写对方的户编号")
    receiver: Short | None = field(
        "接收的县", None, hint="迁出的，迁入地接收以后再填；接收以前这一户继续监测"
    )
    words: str = text("情况说明", least=2, lines=2)

    def demand_whole(self) -> Self:
        """`Refused` when what the reason asks for is missing, or what is another's stands there."""
        if (self.decrease is Decrease.MERGED) != bool(self.into):
            raise Refused("并户的请填并入哪一户，其他原因不填。", field="into")
        if self.receiver and self.decrease is not Decrease.MOVED_AWAY:
            raise Refused("只有迁出的才填接收的县，请删去。", field="receiver")
        return self
