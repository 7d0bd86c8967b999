"""A row of the ledger (D8), and the ledger as a list: ID numbers and telephones are masked for
everybody.
"""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from kit.lists import Column, Listing


@dataclass(frozen=True)
class Composition:
    """How many households the ledger has, by status, in the order of the code list."""

    monitored: int
    eliminated: int
    lapsed: int
    verified: int

    @property
    def total(self) -> int:
        return self.monitored + self.eliminated + self.lapsed + self.verified

    def __str__(self) -> str:
        identified = self.monitored + self.eliminated
        lapsed = f"自然减少{self.lapsed}户，" if self.lapsed else ""
        return (
            f"台账共{self.total}户：已识别{identified}户（监测中{self.monitored}户、"
            f"风险已消除{self.eliminated}户），{lapsed}已核实、待识别{self.verified}户。"
            "通报的累计监测户数只算已识别的。"
        )


class LedgerRow(BaseModel, frozen=True):
    """One household. `id_number` and `phone` are masked; `case` and `lead`: id and number of its
    latest verified case, where there is one.
    """

    township: str
    village: str
    group: str = ""
    number: str
    head_name: str
    id_number: str | None
    phone: str | None
    persons: int
    stratum: str = ""
    category: str = ""
    primary_cause: str = ""
    causes: str = ""
    identified_on: date | None = None
    channel: str = ""
    helper: str = ""
    unit: str = ""
    gaps: str = ""
    status: str
    eliminated_on: date | None = None
    eliminated_mode: str = ""
    last_visit: date | None = None
    first_responsible: str = ""
    direct_responsible: str = ""
    remarks: str = ""
    case: str | None = None
    lead: str = ""


class LedgerPage(BaseModel):
    """`total` counts the rows of all pages."""

    total: int
    page: int
    rows: list[LedgerRow]


NOT_NAMED = "未报"
COLUMNS: list[Column[LedgerRow]] = [
    Column("township", "乡镇"),
    Column("village", "村"),
    Column("group", "组"),
    Column("head_name", "户主姓名"),
    Column(
        "number",
        "户编号或线索编号",
        href=lambda row: f"/county/cases/{row.case}" if row.case else None,
    ),
    Column("id_number", "身份证号码", only="workbook"),
    Column("phone", "联系电话", only="workbook"),
    Column("persons", "家庭人口"),
    Column("stratum", "户类型", only="workbook"),
    Column("category", "监测对象类别"),
    Column("primary_cause", "主要致贫返贫原因"),
    Column("causes", "其他原因", only="workbook"),
    Column("identified_on", "识别时间"),
    Column("channel", "识别渠道", only="workbook"),
    Column("helper", "帮扶责任人"),
    Column("unit", "帮扶单位", only="workbook"),
    Column("gaps", "缺口和办理状态"),
    Column("status", "状态"),
    Column("lead", "风险线索"),
    Column("eliminated_on", "风险消除时间"),
    Column("eliminated_mode", "消除方式", only="workbook"),
    Column("last_visit", "最近走访"),
    Column(
        "first_responsible",
        "第一责任人",
        lambda row: row.first_responsible or NOT_NAMED,
        only="workbook",
    ),
    Column(
        "direct_responsible",
        "直接责任人",
        lambda row: row.direct_responsible or NOT_NAMED,
        only="workbook",
    ),
    Column("remarks", "备注", only="workbook"),
]
LEDGER: Listing[LedgerRow] = Listing(COLUMNS, fixed=5, numbered=True)
