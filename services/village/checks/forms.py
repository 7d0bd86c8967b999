"""What is asked about findings of data checks: on pages and in the sheet that comes back."""

from typing import Self

from pydantic import model_validator

from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook.packs.checks import CheckKind, Mender
from rulebook.types import DivisionCode, Text
from services.village.checks.rules import Answer, FindingState

WHY = "答复情况属实的，请写明原因"


class FindingFilter(Asking):
    """`place`: a township or a village."""

    place: DivisionCode | None = field("乡镇或村", None)
    mends: Mender | None = field("谁来改", None)
    state: FindingState | None = field("状态", None)
    kind: CheckKind | None = field("类别", None)


class AnswerForm(Form):
    answer: Answer = field("处理结果", widget="radio")
    reason: Text | None = text("说明", None, hint="情况属实的，写明原因", lines=2)

    @model_validator(mode="after")
    def _because(self) -> Self:
        if self.answer is Answer.RIGHT and not self.reason:
            raise ValueError(WHY)
        return self


class AnswerRow(Form):
    """A row of the sheet that came back; without 处理结果 it says nothing yet."""

    number: Text | None = field("户编号", None)
    head: Text = field("户主")
    sentence: Text = field("问题")
    mends: Text | None = field("谁来改", None)
    answer: Answer | None = field("处理结果", None)
    reason: Text | None = field("说明", None)
