"""What a department enters of its order, on the page, as a program, or on the reply form (D11)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, ValidationInfo

from kit.behalf import OnBehalf
from kit.forms import Form, field, text
from rulebook import cells
from rulebook.cells import Unclear
from rulebook.epochs import EPOCH
from rulebook.types import LONG, Day, DepartmentCode, Fen, LongText, Text, YesNo
from schemas.codes import ReplyResult
from schemas.event import Value

DAY = re.compile(r"(?:\d{4}年|\d{4}[-/.])?\d{1,2}[-/.月]\d{1,2}[日号]?")


class ReplyDraft(Value):
    """A department's report. `amount` in fen; `head_signature` as written on a form: text, no
    signature.
    """

    model_config = ConfigDict(extra="forbid")

    result: ReplyResult
    explanation: str
    expected_on: date | None = None
    amount: int | None = None
    handler: str | None = None
    head_signed: bool = False
    head_signature: str | None = None
    own_system_updated: bool = False
    written_on: date | None = None


class Returning(OnBehalf):
    reason: Text = text("退回理由", lines=2)
    proposed: DepartmentCode | None = field("应由哪个部门办理", None)


class Report(OnBehalf):
    """`received_on` with `entry_reason`: the office got it on paper on another day (补录)."""

    result: ReplyResult = field("办理结果")
    explanation: LongText = text("办理情况、落实措施或方案", lines=3, most=LONG)
    expected_on: Day | None = field("预计完成日期", None, hint="部分解决、正在实施必填")
    amount: Fen | None = field("落实金额（元）", None, ge=0)
    handler: Text | None = text("经办人", None)
    own_system_updated: YesNo = field("本部门业务系统已同步更新", False)
    written_on: Day | None = field("反馈表落款日期", None)
    received_on: Day | None = field("收到日期", None, hint="补录才填")
    entry_reason: Text | None = text("补录原因", None)

    def draft(self) -> ReplyDraft:
        other = {"on_behalf", "behalf_reason", "received_on", "entry_reason"}
        return ReplyDraft(**self.model_dump(exclude=other))


class Progress(OnBehalf):
    text: LongText = text("进展情况", lines=2, most=LONG)


@dataclass(frozen=True)
class Plan:
    """What a cell says of a plan, and the last day it names: 已列入改造计划,11月20日前完成."""

    words: str = ""
    by: date | None = None


def _plan(cell: Any, info: ValidationInfo) -> Plan:
    """`Unclear` when the day is none; the sheet's month gives what the cell leaves out."""
    context = info.context or {}
    month: str = context["month"]
    words = cells.text(cell)
    if len(words) > LONG:
        raise Unclear(f"太长，最多{LONG}字")
    if isinstance(cell, date | int | float):
        day = cells.day(cell, month, context.get("epoch", EPOCH))
        return Plan(day.isoformat(), day)
    days = DAY.findall(words)
    return Plan(words, cells.day(days[-1], month) if days else None)


NUMBER, HEAD, VILLAGE, MATTER = "交办单号", "户主姓名", "村", "交办事项"
RESULT = "办理结果（已解决/部分解决/已定方案正在实施/经核实情况不符/不符合政策/转其他渠道）"
PLAN, MEASURES, AMOUNT = "方案及预计完成日期", "落实措施", "落实金额（元）"
# As the list of orders has them, when a department fills that in (F-33).
MATTER_IN_LIST, RESULT_IN_LIST = "事项", "办理结果"
HANDLER, SIGNATURE, WRITTEN = "经办人", "单位主要领导签字", "反馈日期"


class ReplyRow(Form):
    """One row of the reply form."""

    number: Text = field("交办单号", columns=(NUMBER,))
    head_name: Text | None = field("户主姓名", None, columns=(HEAD,))
    result: ReplyResult = field("办理结果", columns=(RESULT, RESULT_IN_LIST))
    plan: Annotated[Plan, BeforeValidator(_plan)] = field("方案", Plan(), columns=(PLAN,))
    measures: LongText = field("落实措施", "", columns=(MEASURES,))
    amount: Fen | None = field("落实金额", None, columns=(AMOUNT,))
    handler: Text | None = field("经办人", None, columns=(HANDLER,))
    head_signature: Text | None = field("签字", None, columns=(SIGNATURE,))
    written_on: Day | None = field("反馈日期", None, columns=(WRITTEN,))
