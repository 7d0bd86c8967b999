"""A visit as a person notes it on the page, and as a row of the workbook 走访汇总 holds it; whose
contacts are asked for.
"""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

from kit.errors import Refused
from kit.forms import Form, field, text
from rulebook import cells
from rulebook.cells import Unclear
from rulebook.months import YearMonth, month_of
from rulebook.types import Causes, Day, IdNumber, Since, Text, YesNo
from schemas import values
from schemas.codes import Coded, RiskCause, Severity, VisitMode
from services.unit.doors import since_of
from services.unit.findings.forms import VerificationForm
from services.unit.visits.rules import VisitNote


class Contacting(Coded):
    """How somebody was contacted, or that he was not."""

    FIELD_VISIT = "FIELD_VISIT", "上门走访"
    PHONE = "PHONE", "电话"
    UNREACHED = "UNREACHED", "没联系上"


class Normal(Coded):
    """What a household's life is like where nothing is wrong: one tap says it (N-10)."""

    LIVING = "living", "生活正常"
    PRODUCTION = "production", "生产正常"
    INCOME = "income", "收入稳定"


class Situation(Form):
    """What the household's life is like, in words."""

    living: str | None = text("生活", None, hint="如 生活正常")
    production: str | None = text("生产", None, hint="如 养牛2头，长势好")
    income: str | None = text("收支", None, hint="如 收支基本平衡")


class VisitForm(Situation):
    """`by` and `tries` only of whom was not reached, `causes` and what follows only of a risk;
    `normal` fills what was not written.
    """

    how: Contacting = field("怎么联系的", widget="radio")
    by: VisitMode = field("没联系上的，怎么试的", VisitMode.PHONE)
    tries: int = field("当天试了几次", 1, ge=1, le=20)
    on: Day | None = field("哪一天", None)
    helper: str = text("帮扶责任人编号（替谁登记）", most=50)
    normal: tuple[Normal, ...] = field("家里情况（至少点一项，或者写一句）", ())
    at_risk: bool | None = field("有没有返贫风险", None, hint="没联系上的不用选。")
    causes: tuple[RiskCause, ...] = field("原因（可选几个）", ())
    since: str | None = text("从什么时候开始", None, hint="如 9月5日、9月初；不知道就空着", most=50)
    risk_point: str | None = text("风险点", None, hint="如 户主住院，医药费支出大", lines=2)
    matter: str | None = text("需要解决什么", None, hint="如 落实医疗救助", lines=2)
    severity: Severity = field("轻重", Severity.ORDINARY)

    def note(self, household: str, today: date) -> VisitNote:
        """`Refused` when nobody said whether there is a risk."""
        on, reached = self.on or today, self.how is not Contacting.UNREACHED
        if reached and self.at_risk is None:
            raise Refused("请选有没有返贫风险。")
        risky = reached and bool(self.at_risk)
        return VisitNote(
            household=household,
            helper=self.helper,
            on=on,
            mode=VisitMode(self.how) if reached else self.by,
            reached=reached,
            tries=1 if reached else self.tries,
            living=self.living or self._normal(Normal.LIVING),
            production=self.production or self._normal(Normal.PRODUCTION),
            income=self.income or self._normal(Normal.INCOME),
            at_risk=risky,
            causes=self.causes if risky else (),
            since=since_of(self.since or "", month_of(on)) if risky else values.Since(),
            risk_point=self.risk_point if risky else None,
            matter=self.matter if risky else None,
            severity=self.severity if risky else Severity.ORDINARY,
        )

    def _normal(self, about: Normal) -> str | None:
        return about.label if about in self.normal else None


def _mode(cell: Any) -> Any:
    """实地走访, 电话访问, 电话(未接通)."""
    written = cells.text(cell)
    if "电话" in written:
        return VisitMode.PHONE
    if re.search("走访|实地|入户|上门", written):
        return VisitMode.FIELD_VISIT
    raise Unclear(f"方式“{written}”不对，请填“实地走访”或“电话访问”")


def _reached(cell: Any) -> bool:
    """Whether anybody was there, as the way of contacting says it."""
    nobody = r"[未没无](?:有)?(?:人|接|联系|打通|通|见|在家)|不在家|拒接|关机"
    return cell if isinstance(cell, bool) else not re.search(nobody, cells.text(cell))


class VisitInSheet(Form):
    """This year's form, and last year's, which has no 风险发生时间, 风险点 and 事宜."""

    helper: Text | None = text("帮扶责任人", None)
    head_name: Text = text("户主姓名")
    id_number: IdNumber = field("身份证号码")
    place: Text | None = text("所在村组", None)
    on: Day = field("走访时间")
    mode: Annotated[VisitMode, BeforeValidator(_mode)] = field("走访方式")
    reached: Annotated[bool, BeforeValidator(_reached)] = field(
        "是否联系上", True, columns=("走访方式",)
    )
    living: Text | None = text("生产生活情况", None)
    income: Text | None = text("家庭收支情况", None)
    at_risk: YesNo | None = field("是否有返贫风险", None)
    causes: Causes = field("风险原因", ())
    since: Since = field("风险发生时间", values.Since())
    risk_point: Text | None = text("风险点", None)
    matter: Text | None = text("需解决的相关事宜", None)
    verified_by: Text | None = text("调查核实人", None)
    verified_on: Day | None = field("核实时间", None)
    verified_how: Annotated[VisitMode | None, BeforeValidator(_mode)] = field("核实方式", None)

    def note(self, household: str, helper: str) -> VisitNote:
        return VisitNote(
            household=household,
            helper=helper,
            on=self.on,
            mode=self.mode,
            reached=self.reached,
            living=self.living,
            income=self.income,
            at_risk=self.reached and bool(self.at_risk),
            causes=self.causes,
            since=self.since,
            risk_point=self.risk_point,
            matter=self.matter,
        )

    @property
    def verification(self) -> VerificationForm | None:
        """Who of the unit looked into the risk, when and how (N-11)."""
        if not (self.verified_by and self.verified_on and self.verified_how):
            return None
        return VerificationForm(
            verified_by=self.verified_by,
            verified_on=self.verified_on,
            verified_how=self.verified_how,
        )


class ContactQuestion(Form):
    """Whose contacts are asked for: a unit's, or a helper's."""

    month: YearMonth = field("月份", widget="month")
    unit: str | None = text("帮扶单位", None)
    helper: str | None = text("帮扶人", None)
    neglected: bool = field("未联系", False)
