"""How a notice is hung up and closed, and what comes in against it."""

from kit.forms import Form, field, hidden, text
from kit.lists import Asking
from rulebook.types import Day, Phone, Short, VillageCode
from schemas.codes import NoticeRound, ObjectionChannel


class NoticeFilter(Asking):
    village: VillageCode | None = field("村", None, widget="select")
    hangs: bool | None = field("正在公示", None, widget="select")


class SheetFilter(Asking):
    """Which waiting households the sheet is made of. `place`: a village, of the township's round a
    township.
    """

    round: NoticeRound = hidden("公示轮次", NoticeRound.VILLAGE)
    place: Short = hidden("村或乡镇")
    posted_on: Day | None = field("张贴日期", None)


class Hanging(Form):
    """Where a sheet hangs, since when."""

    posted_on: Day = field("张贴日期")
    place: str = text("张贴地点", most=100)
    posted_by: Short = field("张贴人")
    seen_by: str = text("见证人或照片编号", "", hint="谁看见已张贴，或照片存在哪里")


class PostForm(Hanging):
    round: NoticeRound = hidden("公示轮次")
    files: list[Short] = field("公示的农户", min_length=1, max_length=1_000)


class TakeDownForm(Hanging):
    """A wrong sheet comes down and a new one hangs; its days begin anew."""

    reason: str = text("撤下原因", lines=2)


class CloseForm(Form):
    on: Day = field("结束日期")


class ObjectionForm(Form):
    """`file` None: another household ought to stand on the notice. Without a name it is anonymous."""

    file: Short | None = field(
        "对哪一户", None, widget="select", hint="反映有户该公示没有公示的不选"
    )
    received_on: Day = field("收到日期")
    channel: ObjectionChannel = field("反映方式", widget="radio")
    text: str = text("反映的内容", lines=3)
    name: Short | None = field("反映人姓名", None, hint="匿名的不填；只有乡镇和县里看得到")
    phone: Phone | None = field("反映人电话", None)


class AnswerForm(Form):
    upheld: bool = field("反映是否属实", widget="radio")
    answer: str = text("核实和答复情况", lines=3)
    on: Day = field("答复日期")
