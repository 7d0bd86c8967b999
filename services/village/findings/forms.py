"""What is asked about a household at risk: by its village, its group and its township."""

from datetime import date
from typing import Any, Self

from pydantic import model_validator

from kit.forms import Form, field, hidden, text
from rulebook.types import (
    Day,
    Group,
    IdNumber,
    PersonName,
    Phone,
    Short,
    Since,
    Text,
    VillageCode,
    YearMonth,
)
from schemas import values
from schemas.codes import RiskCause, Severity
from services.village.findings.models import Finding
from services.village.places import PHONED
from services.village.register.forms import Newcomer

CAUSES = "易返贫（致贫）原因"
RISK_POINT = "风险点"
MATTER = "需解决的相关事宜"


class FindingDraft(Form):
    """A household at risk: our id of it, or who it is when the register does not know it."""

    household: Short | None = field("农户", None)
    newcomer: Newcomer | None = field("不在册农户", None)
    causes: tuple[RiskCause, ...] = field(CAUSES, ())
    risk_point: str | None = text(RISK_POINT, None, lines=2)
    matter: str | None = text(MATTER, None, lines=2)
    note: str | None = text("备注", None)
    since: Since = field("风险发生时间", values.Since())
    severity: Severity = field("紧急程度", Severity.ORDINARY)
    found_on: date | None = field("发现日期", None)
    screened_by: str | None = text("摸排人", None)
    phone: Short | None = field("联系电话", None, hint="与登记册不同的才填")
    size: int | None = field("家庭人口", None, ge=1, le=99)


class FindingForm(Form):
    village: VillageCode = field("村")
    month: YearMonth = field("月份")
    finding: FindingDraft = field("上报的风险")
    on_behalf_of: str | None = text("代谁填报", None)
    behalf_reason: Text = text("代填原因", PHONED, hint="如 来电、纸质、外出")


class ReportForm(Form):
    """The same as a page asks it: of a household of the register, or (`name` and `id_number`) of
    one that is not in it. `other`: a second cause.
    """

    village: VillageCode = hidden("村")
    month: YearMonth = hidden("月份")
    household: Short | None = hidden("农户", None)
    name: PersonName | None = field("户主姓名", None)
    id_number: IdNumber | None = field("身份证号码", None)
    group: Group | None = field("组别", None)
    phone: Phone | None = field("联系电话", None)
    size: int = field("家庭人口", 1, ge=1, le=99)
    causes: tuple[RiskCause, ...] = field("主要原因", widget="radio")
    other: RiskCause | None = field("次要原因", None)
    risk_point: str | None = text(RISK_POINT, None, lines=2)
    matter: str | None = text("需要解决什么", None, lines=2)
    note: str | None = text("备注", None)
    since: Day | None = field("什么时候开始的", None, hint="不清楚可不填")
    for_leader: bool = field("组长打电话报的，替组长登记", False)
    urgent: bool = field("紧急：不等名单，当天报县（风险点和需要解决什么都要填）", False)

    @model_validator(mode="after")
    def _newcomer(self) -> Self:
        if (self.name is None) != (self.id_number is None):
            raise ValueError("不在册的农户，姓名和身份证号码都要填写")
        return self

    @property
    def draft(self) -> FindingDraft:
        fields: dict[str, Any] = {
            "risk_point": self.risk_point,
            "matter": self.matter,
            "note": self.note,
            "since": values.Since(day=self.since),
            "causes": tuple(dict.fromkeys([*self.causes, *([self.other] if self.other else [])])),
        }
        if self.name is None or self.id_number is None:
            return FindingDraft(household=self.household, **fields)
        newcomer = Newcomer(
            name=self.name,
            id_number=self.id_number,
            group=self.group,
            phone=self.phone,
            size=self.size,
        )
        return FindingDraft(newcomer=newcomer, **fields)


class NewcomerReportForm(ReportForm):
    """As the page asks it of a household that is not in the register."""

    name: PersonName = field("户主姓名")
    id_number: IdNumber = field("身份证号码")


# What a report asks of somebody who is not in the register, and of whoever is no leader.
OF_NEWCOMER = ("name", "id_number", "group", "phone", "size")
OF_CLERK = ("group", "other", "for_leader")


def standing(finding: Finding) -> dict[str, Any]:
    """What a finding says, as `ReportForm` asks it."""
    return {
        "village": finding.village,
        "month": finding.month,
        "household": finding.household,
        "causes": finding.causes[:1],
        "other": finding.causes[1] if len(finding.causes) > 1 else None,
        "risk_point": finding.risk_point,
        "matter": finding.matter,
        "note": finding.note,
        "since": finding.since_day,
        "urgent": finding.urgent_on is not None,
    }


class VerdictForm(Form):
    """Agreed, or struck out with a reason (GT-26)."""

    agreed: bool = field("是否同意", widget="hidden")
    reason: str | None = text("不同意上报的原因", None)


class ReviewForm(VerdictForm):
    """What the village says of a finding (N-07); what is left empty stays as it is."""

    causes: tuple[RiskCause, ...] = field("主要原因", ())
    risk_point: str | None = text(RISK_POINT, None, lines=2)
    matter: str | None = text(MATTER, None, lines=2)
    note: str | None = text("备注", None)
