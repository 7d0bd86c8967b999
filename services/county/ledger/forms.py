"""A household of the register as the county brings it along, and what is asked of the ledger."""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, model_validator

from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook import cells
from rulebook.types import Count, DatedDay, DivisionCode, IdNumber, Text, VillageCode
from schemas.codes import Coded, RiskCause, Stratum

CATEGORIES = (Stratum.UNSTABLE_EX_POOR, Stratum.MARGINAL, Stratum.SUDDEN_HARDSHIP)
LABELS = "、".join(category.label for category in CATEGORIES)


def _category(category: Stratum) -> Stratum:
    if category not in CATEGORIES:
        raise ValueError(f"监测对象类别“{category.label}”不对，可填：{LABELS}")
    return category


def _first_cause(value: Any, info: ValidationInfo) -> Any:
    """A cell may name several: the first is the primary one."""
    return cells.causes(value)[0] if info.context else value


class MonitoredForm(Form):
    """One identification of one household; `persons_eliminated` None: all of them."""

    village: VillageCode = field("村")
    head_name: Text = text("户主姓名")
    category: Annotated[Stratum, AfterValidator(_category)] = field("监测对象类别")
    persons: Count = field("家庭人口", ge=1)
    identified_on: DatedDay = field("识别时间")
    number: Text | None = text("户编号", None)
    id_number: IdNumber | None = field("身份证号码", None)
    phone: Text | None = text("联系电话", None)
    channel: Text | None = text("识别渠道", None)
    cause: Annotated[RiskCause, BeforeValidator(_first_cause)] | None = field("致贫返贫原因", None)
    eliminated_on: DatedDay | None = field("风险消除时间", None)
    eliminated_mode: Text | None = text("消除方式", None)
    persons_eliminated: Count | None = field("消除人口", None, ge=0)
    remarks: Text | None = text("备注", None)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.number and not self.id_number:
            raise ValueError("户编号和身份证号码至少填一项")
        if self.eliminated_on and self.eliminated_on < self.identified_on:
            raise ValueError("风险消除时间早于识别时间")
        return self


_MONTH = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])")


def _day_of_month(value: Any) -> Any:
    """The national system says the month alone (202305, A14): its first day stands for it."""
    match = _MONTH.fullmatch(cells.text(value))
    return date(int(match[1]), int(match[2]), 1) if match else value


def _unmasked(value: Any) -> Any:
    """What our own workbooks hide says nothing new (F-33)."""
    return None if isinstance(value, str) and "*" in value else value


SinceDay = Annotated[DatedDay, BeforeValidator(_day_of_month)]


class MonitoredRow(MonitoredForm):
    """A row of a workbook: of the office's own, of one that left as the ledger (F-33), or of an
    export of the national system (A14), which has a row for each person.
    """

    township: Text = text("乡镇", "", columns=("乡镇", "乡", "乡（镇）"))
    # Its name, or its code: whoever reads the sheet finds the village.
    village: Text = text("村", columns=("村", "村名", "行政村"))
    head_name: Text = text("户主姓名", columns=("户主姓名", "姓名"))
    persons: Count = field("家庭人口", 0, ge=0)  # 0: the sheet has a row for each
    identified_on: SinceDay = field("识别时间", columns=("识别时间", "识别监测时间"))
    number: Text | None = text("户编号", None, columns=("户编号", "户编号或线索编号"))
    id_number: Annotated[IdNumber | None, BeforeValidator(_unmasked)] = field(
        "身份证号码", None, columns=("身份证号码", "证件号码")
    )
    phone: Annotated[Text | None, BeforeValidator(_unmasked)] = text(
        "联系电话", None, columns=("联系电话", "户联系电话", "家庭成员联系电话")
    )
    cause: Annotated[RiskCause, BeforeValidator(_first_cause)] | None = field(
        "致贫返贫原因", None, columns=("致贫返贫原因", "主要致贫返贫原因", "致贫/返贫风险1")
    )
    eliminated_on: SinceDay | None = field(
        "风险消除时间", None, columns=("风险消除时间", "消除监测时间")
    )
    eliminated_mode: Text | None = text("消除方式", None, columns=("消除方式", "风险消除方式"))
    relationship: Text | None = field("与户主关系", None)

    @property
    def form(self) -> MonitoredForm:
        return MonitoredForm(**self.model_dump(exclude={"township", "relationship"}))


class LedgerStatus(Coded):
    """“已核实” is not yet “已识别”: what needs an identification stays blank for them."""

    MONITORED = "monitored", "监测中"
    ELIMINATED = "eliminated", "风险已消除"
    LAPSED = "lapsed", "自然减少"
    VERIFIED = "verified", "已核实，待识别"


class LedgerFilter(Asking):
    """`place`: a township or village."""

    place: DivisionCode | None = field("地区", None)
    category: Stratum | None = field("类别", None)
    status: LedgerStatus | None = field("状态", None)
    q: str | None = text("姓名或编号", None, most=50)
