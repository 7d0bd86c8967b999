"""What a verification visit and a decision are made of, at page and API."""

from collections.abc import Iterator
from datetime import date

from kit.errors import Refused
from kit.forms import Form, field, hidden, text
from rulebook.months import Day
from rulebook.types import Short
from schemas.codes import Coded, GapItem, RiskCause
from schemas.values import Since
from services.county.answers.forms import HEAD, NAMELESS, ROUTED, AnswerForm, NeedForm

MOST_NEEDS = 3  # on the page; a program may send more
TOLD = "来源里已有的可不填"


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


class DecisionForm(Form):
    """verified: primary_cause and needs (since, risk_point and matter are completed here);
    not_qualified: reason of the code list; recheck: question; reopen: reason. The first two answer
    every source; one source and one need, or one reason, answer each other.
    """

    decision: Ruling = hidden("决定")
    primary_cause: RiskCause | None = field("主要原因", None)
    needs: list[NeedForm] = field("缺口", [])
    answers: list[AnswerForm] = field("来源的答复", [])
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
    person_1: Short | None = field("涉及的人", None, hint=HEAD)
    department_1: Short | None = field("承办部门", None, hint=ROUTED)
    gap_2: GapItem | None = field("缺什么", None)
    question_2: str = text("要部门解决的问题", "", lines=2, hint=NAMELESS)
    person_2: Short | None = field("涉及的人", None, hint=HEAD)
    department_2: Short | None = field("承办部门", None, hint=ROUTED)
    gap_3: GapItem | None = field("缺什么", None)
    question_3: str = text("要部门解决的问题", "", lines=2, hint=NAMELESS)
    person_3: Short | None = field("涉及的人", None, hint=HEAD)
    department_3: Short | None = field("承办部门", None, hint=ROUTED)
    answers: list[Short] = field(
        "来源的答复", [], max_length=200
    )  # <finding>:<gap's row or why not>

    def form(self) -> DecisionForm:
        """`Refused` for a gap item without its question."""
        return DecisionForm(
            decision=self.decision,
            primary_cause=self.primary_cause,
            needs=list(self._needs()),
            answers=[self._answer(AnswerForm.of_choice(choice)) for choice in self.answers],
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

    def _answer(self, answer: AnswerForm) -> AnswerForm:
        """Its need by the place among those filled in, as everybody else counts them."""
        if answer.need is None:
            return answer
        if answer.need not in self._rows:
            raise Refused(
                f"有来源写着由缺口{answer.need}解决，但缺口{answer.need}没有填写。", field="answers"
            )
        return answer.model_copy(update={"need": self._rows.index(answer.need) + 1})

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
