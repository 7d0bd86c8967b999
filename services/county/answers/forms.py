"""What a source is answered with: at the decision, and when it came after it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Self

from pydantic import model_validator

from kit.errors import Refused
from kit.forms import Form, field, text
from kit.forms.filling import Asked, Filled
from rulebook.types import DepartmentCode, Short
from schemas.codes import GapItem
from services.county.cases.rules import NeedDraft, WhyNot

NAMELESS = "不写姓名、证件号"
HEAD, ROUTED = "不选就是户主", "不选就按规则派单"
NEW = "new"
REFUSALS = {code.value: f"不办：{code.label}" for code in WhyNot}


class NeedForm(Form):
    """`person_name`: the member concerned, for a medical matter the patient; `department` None:
    routed by the pack.
    """

    gap_item: GapItem = field("缺什么")
    question: str = text("要部门解决的问题", lines=2, hint=NAMELESS)
    person_name: str | None = text("涉及的人", None)
    department: DepartmentCode | None = field("承办部门", None)

    def draft(self) -> NeedDraft:
        return NeedDraft(**self.model_dump())


class AnswerForm(Form):
    """One source's answer: `need` is the place among the decision's needs, from 1."""

    finding: str = text("来源")
    need: int | None = field("由第几项缺口解决", None, ge=1)
    why_not: WhyNot | None = field("为什么不办", None)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.need is None) == (self.why_not is None):
            raise ValueError("每条来源写明由哪项缺口解决，或者为什么不办，只能选一种")
        return self

    @classmethod
    def of_choice(cls, choice: str) -> "AnswerForm":
        """What a page sends of a source: `<finding>:<need's place, or the code of why not>`."""
        finding, _, answer = choice.rpartition(":")
        if answer.isdigit():
            return cls(finding=finding, need=int(answer))
        return cls(finding=finding, why_not=_why_not(answer))


def _why_not(code: str) -> WhyNot:
    if code not in set(WhyNot):
        raise Refused("来源的答复不清楚，请重新选择。", field="answers")
    return WhyNot(code)


def answer_lines(
    filled: Filled, called: Mapping[str, str], choices: Mapping[str, str]
) -> list[Asked]:
    """One select a source (finding → what it is called), of `choices` (code → words)."""
    answers = filled["answers"]
    return [
        replace(
            answers,
            id=f"{answers.id}-{number}",
            label=name,
            widget="select",
            needed=True,
            error="",
            hint="",
            values=[value for value in answers.values if value.startswith(f"{finding}:")],
            options={f"{finding}:{code}": words for code, words in choices.items()},
        )
        for number, (finding, name) in enumerate(called.items(), 1)
    ]


class LateAnswerForm(Form):
    """A source that came after the decision: an existing need's id, a new need, or why not."""

    need: str | None = text("由哪项缺口解决", None)
    why_not: WhyNot | None = field("为什么不办", None)
    new: NeedForm | None = field("新增的缺口", None)


class LateAnswerOnPage(Form):
    """The same as a page sends it: `answer` is a need's id, a code of why not, or `new`, to which
    the other fields belong.
    """

    answer: Short = field("怎样答复", widget="select")
    gap_item: GapItem | None = field("新增的缺口：缺什么", None)
    question: str | None = text("要部门解决的问题", None, lines=2, hint=NAMELESS)
    person_name: Short | None = field("涉及的人", None, hint=HEAD)
    department: DepartmentCode | None = field("承办部门", None, hint=ROUTED)

    def form(self) -> LateAnswerForm:
        """What it means; a new need without its words is refused by their fields."""
        if self.answer == NEW:
            if self.gap_item is None:
                raise Refused("请选择新增的缺口缺什么。", field="gap_item")
            if self.question is None:
                raise Refused("请写明要部门解决的问题。", field="question")
            new = NeedForm(
                gap_item=self.gap_item,
                question=self.question,
                person_name=self.person_name,
                department=self.department,
            )
            return LateAnswerForm(new=new)
        if self.answer in set(WhyNot):
            return LateAnswerForm(why_not=WhyNot(self.answer))
        return LateAnswerForm(need=self.answer)
