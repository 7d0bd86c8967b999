"""What the doors of the register answer, and the register as a list."""

from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from schemas.codes import LeadChannel, RiskCause, Stratum
from schemas.monitored import Standing
from services.casework.monitored.models import Monitored
from services.casework.monitored.queries import Line, PlaceCounts
from services.casework.monitored.rules import CATEGORIES


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
        Column("township", "乡镇", sort=col(Monitored.township), only="workbook"),
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
        Column("channel", "识别渠道", only="workbook"),
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
        Column("eliminated_on", "风险消除时间", lambda line: line.row.eliminated_on),
        Column("mode", "消除方式", lambda line: line.row.eliminated_mode, only="workbook"),
        Column("decrease", "自然减少", lambda line: line.row.decrease, only="workbook"),
        Column("lapsed_on", "自然减少时间", lambda line: line.row.lapsed_on, only="workbook"),
        Column("remarks", "备注", lambda line: line.row.remarks, only="workbook"),
    ],
    order=[col(Monitored.village), col(Monitored.id)],
    fixed=5,
    numbered=True,
)


def causes_of(counts: PlaceCounts) -> str:
    """因病3户、因学1户; the most frequent first."""
    return "、".join(
        f"{cause.label if cause else '未填原因'}{count}户"
        for cause, count in counts.causes.most_common()
    )


def _category(category: Stratum) -> Column[PlaceCounts]:
    return Column(category.value, category.label, lambda one: one.categories[category])


PLACES: Listing[PlaceCounts] = Listing(
    [
        Column("name", "地区", href=lambda one: f"/casework/monitored?{one.filter}={one.code}"),
        Column("monitored", "监测中", lambda one: one.standings[Standing.MONITORED]),
        *map(_category, CATEGORIES),
        Column("causes", "按主要原因", causes_of),
        Column("eliminated", "风险已消除", lambda one: one.standings[Standing.ELIMINATED]),
        Column("lapsed", "自然减少", lambda one: one.standings[Standing.LAPSED]),
    ],
    fixed=1,
    numbered=True,
)


class PlaceView(BaseModel):
    """A township's or village's households: how many stand where, the monitored by category."""

    code: str
    name: str
    standings: dict[Standing, int]
    categories: dict[Stratum, int]
    causes: dict[str, int]
