"""What a verification visit and a decision are made of, at page and API."""

from collections.abc import Iterator
from datetime import date

from kit.errors import Refused
from kit.forms import Form, field, hidden, text
from rulebook.months import Day
from schemas.codes import Coded, GapItem, RiskCause
from schemas.values import Since
from services.county.cases.rules import NeedDraft

MOST_NEEDS = 3  # on the page; a program may send more
TOLD, NAMELESS = "来源里已有的可不填", "不写姓名、证件号"
HEAD, ROUTED = "不选就是户主", "不选就按规则派单"


class VisitForm(Form):
    """What the office saw at the household's home, in words."""

    on: Day = field("入户日期")
    visitors: str = text("核实人员")
    met: str = text("见到谁", "")
    house: str = text("住房", "", lines=2)
    water: str = text("饮水", "", lines=2)
    education: str = text("教育", "", lines=2)
    medical: str = text("医疗", "", lines=2)
    income: str = text("收入支出", "", lines=2)
    note: str = text("其他情况", "", lines=2)


class Ruling(Coded):
    """What is decided about a case."""

    VERIFIED = "verified", "属实"
    NOT_QUALIFIED = "not_qualified", "不符合条件"
    RECHECK = "recheck", "退回复核"
    REOPEN = "reopen", "撤回决定"


class NeedForm(Form):
    """`person_name`: the member concerned, for a medical matter the patient; `department` None:
    routed by the pack.
    """

    gap_item: GapItem = field("缺什么")
    question: str = text("要部门解决的问题", lines=2, hint=NAMELESS)
    person_name: str | None = text("涉及的人", None)
    department: str | None = field("承办部门", None)

    def draft(self) -> NeedDraft:
        return NeedDraft(**self.model_dump())


class DecisionForm(Form):
    """verified: primary_cause and needs (since, risk_point and matter are completed here);
    not_qualified: reason of the code list; recheck: question; reopen: reason.
    """

    decision: Ruling = hidden("决定")
    primary_cause: RiskCause | None = field("主要原因", None)
    needs: list[NeedForm] = field("缺口", [])
    since: Since = field("风险从哪天开始", Since())
    risk_point: str | None = text("风险点", None, lines=2)
    matter: str | None = text("需解决的相关事宜", None, lines=2)
    reason: str = text("原因", "")
    question: str = text("要复核的问题", "", lines=2)


class DecisionOnPage(Form):
    """The same as a page sends it: flat, with a row of fields for each gap item; a row without a
    gap item is empty.
    """

    decision: Ruling = hidden("决定")
    primary_cause: RiskCause | None = field("主要原因", None)
    since: date | None = field("风险从哪天开始", None, hint="不清楚可不填")
    about: bool = field("大约这一天", False)
    risk_point: str | None = text("风险点", None, lines=2, hint=TOLD)
    matter: str | None = text("需解决的相关事宜", None, lines=2, hint=TOLD)
    reason: str = text("原因", "")
    question: str = text("要复核的问题", "", lines=2)
    gap_1: GapItem | None = field("缺什么", None)
    question_1: str = text("要部门解决的问题", "", lines=2, hint=NAMELESS)
    person_1: str | None = field("涉及的人", None, hint=HEAD)
    department_1: str | None = field("承办部门", None, hint=ROUTED)
    gap_2: GapItem | None = field("缺什么", None)
    question_2: str = text("要部门解决的问题", "", lines=2, hint=NAMELESS)
    person_2: str | None = field("涉及的人", None, hint=HEAD)
    department_2: str | None = field("承办部门", None, hint=ROUTED)
    gap_3: GapItem | None = field("缺什么", None)
    question_3: str = text("要部门解决的问题", "", lines=2, hint=NAMELESS)
    person_3: str | None = field("涉及的人", None, hint=HEAD)
    department_3: str | None = field("承办部门", None, hint=ROUTED)

    def form(self) -> DecisionForm:
        """`Refused` for a gap item without its question."""
        return DecisionForm(
            decision=self.decision,
            primary_cause=self.primary_cause,
            needs=list(self._needs()),
            since=Since(day=self.since, about=self.about),
            risk_point=self.risk_point,
            matter=self.matter,
            reason=self.reason,
            question=self.question,
        )

    def place(self, field: str) -> str:
        """What the page calls a field of the decision: "needs.1.question" of the second need is
        question_3 when the second row is empty.
        """
        match field.split("."):
            case ["needs"]:
                return "gap_1"
            case ["needs", index, name]:
                return f"{name.partition('_')[0]}_{self._rows[int(index)]}"
        return field

    @property
    def _rows(self) -> list[int]:
        return [n for n in range(1, MOST_NEEDS + 1) if getattr(self, f"gap_{n}")]

    def _needs(self) -> Iterator[NeedForm]:
        for n in self._rows:
            gap, question = getattr(self, f"gap_{n}"), getattr(self, f"question_{n}")
            if not question:
                raise Refused(f"请写明“{gap.label}”要部门解决的问题。", field=f"question_{n}")
            yield NeedForm(
                gap_item=gap,
                question=question,
                person_name=getattr(self, f"person_{n}"),
                department=getattr(self, f"department_{n}"),
            )
