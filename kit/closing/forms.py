"""What an office says when something ends, or does not after all."""

from kit.forms import Form, field, hidden, text
from rulebook.types import Text, YearMonth
from schemas.codes import DirectoryKind


class ClosingForm(Form):
    """`successor`: what it was merged into, of the same kind; without one the office above answers
    for what is still open.
    """

    kind: DirectoryKind = hidden("类别")
    code: Text = hidden("代码")
    last_month: YearMonth = field("最后一个月", hint="这个月照常报送，从下个月起不再要求")
    successor: Text | None = text("并入", None, hint="没有并入单位的，未办完的事由上级办理")
    reason: Text = text("原因", hint="如 两组合并")


class ReopeningForm(Form):
    """It did not end after all."""

    kind: DirectoryKind = hidden("类别")
    code: Text = hidden("代码")
    reason: Text = text("恢复的原因")
