"""For whom cards are made at once."""

from kit.forms import Form, field
from rulebook.types import Short
from schemas.codes import Role


class SheetForm(Form):
    """Everybody in these posts below a place who is signed in nowhere; `again`: everybody."""

    role: Role = field("岗位")
    place: Short = field("哪里")
    workbook: bool = field("要表格（含要发的文字），不要打印的卡片", False)
    again: bool = field("已经登录过的人也重新发", False)
