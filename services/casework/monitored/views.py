"""What the doors of the register answer, and the register as a list."""

from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from schemas.codes import LeadChannel, RiskCause, Stratum
from schemas.monitored import Standing
from services.casework.monitored.models import Monitored
from services.casework.monitored.queries import Line


class MonitoredView(BaseModel, from_attributes=True):
    """A household of the register without personal data."""

    id: str
    household: str | None
    village: str
    township: str
    file: str | None
    standing: Standing
    since: date
    category: Stratum | None
    causes: list[RiskCause]
    identified_on: date | None
    line: int | None
    income: int | None
    tags: list[str]
    version: int


class RiskView(BaseModel, from_attributes=True):
    channel: LeadChannel
    case: str | None
    causes: list[RiskCause]
    on: date


class WholeMonitored(MonitoredView):
    head_name: str
    national_number: str | None
    risks: list[RiskView] = []


MONITORED = Listing[Line](
    [
        Column("village", "村", sort=col(Monitored.village)),
        Column("group", "组"),
        Column("head_name", "户主姓名", href=lambda line: f"/casework/monitored/{line.row.id}"),
        Column("number", "户编号"),
        Column("persons", "家庭人口"),
        Column("standing", "状态", lambda line: line.row.standing, sort=col(Monitored.standing)),
        Column("since", "从哪天起", lambda line: line.row.since, sort=col(Monitored.since)),
        Column(
            "category", "监测对象类别", lambda line: line.row.category, sort=col(Monitored.category)
        ),
        Column("causes", "致贫返贫原因", lambda line: line.row.causes),
        Column(
            "identified_on",
            "识别时间",
            lambda line: line.row.identified_on,
            sort=col(Monitored.identified_on),
        ),
        Column("line", "识别时监测范围", lambda line: line.row.line, fen=True, only="workbook"),
        Column("income", "识别时人均收入", lambda line: line.row.income, fen=True, only="workbook"),
        Column("contact", "联系人", lambda line: line.row.contact, only="workbook"),
        Column("tags", "标记", lambda line: line.row.tags, only="workbook"),
        Column(
            "national_number",
            "全国系统户编号",
            lambda line: line.row.national_number,
            only="workbook",
        ),
    ],
    order=[col(Monitored.village), col(Monitored.id)],
    fixed=4,
    numbered=True,
)
