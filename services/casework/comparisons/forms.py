"""What is asked, what is answered, what a re-check found."""

from kit.errors import Refused
from kit.forms import Form, field, hidden, text
from rulebook.types import Day, Short, Text
from services.casework.comparisons.rules import Answer, Recheck


class AskForm(Form):
    """The households whose data are compared; each township's are one list to each department."""

    files: list[Short] = field("农户", min_length=1, max_length=1_000)


class AnswerForm(Form):
    """One answer of all the households chosen, as the department gave it."""

    files: list[Short] = field("农户", min_length=1, max_length=1_000)
    answer: Answer = field("比对结果", widget="radio")
    text: str | None = text("疑点", None, lines=2, hint="有疑点的必须写明是什么")
    answered_on: Day = field("部门反馈日期")

    def demand_text(self) -> None:
        """`Refused` for a doubt that nobody puts into words."""
        if self.answer is Answer.DOUBT and not self.text:
            raise Refused("有疑点的，请写明是什么疑点。", field="text")


class AnswerRow(Form):
    """A row of the sheet that came back; without 比对结果 it says nothing yet."""

    number: Text = field("档案编号")
    line: Text = field("比对编号")
    answer: Answer | None = field("比对结果", None)
    text: Text | None = field("疑点", None)


class RecheckForm(Form):
    line: Short = hidden("疑点")
    result: Recheck = field("复核结果", widget="radio")
    text: str = text("复核情况", lines=2)
