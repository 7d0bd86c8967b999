"""Rows of the ledger that was handed over, as a list; no numbers of persons."""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from schemas.codes import RiskCause, Stratum
from services.casework.takeover.models import LedgerRow
from services.casework.takeover.rules import OPEN, Match


@dataclass(frozen=True)
class TakeoverLine:
    """A row with the name of its village."""

    row: LedgerRow
    village: str


class LedgerRowView(BaseModel, from_attributes=True):
    """A row without personal data."""

    row: str
    match: Match
    household: str | None
    village: str
    category: Stratum
    cause: RiskCause | None
    persons: int
    identified_on: date
    eliminated_on: date | None


def _page(line: TakeoverLine) -> str | None:
    return f"/casework/takeover/{line.row.row}" if line.row.match in OPEN else None


TAKEOVER = Listing[TakeoverLine](
    [
        Column("village", "村", sort=col(LedgerRow.village)),
        Column("head_name", "户主姓名", lambda line: line.row.head_name, href=_page),
        Column("number", "户编号", lambda line: line.row.number),
        Column("persons", "家庭人口", lambda line: line.row.persons),
        Column("category", "监测对象类别", lambda line: line.row.category),
        Column(
            "identified_on",
            "识别时间",
            lambda line: line.row.identified_on,
            sort=col(LedgerRow.identified_on),
        ),
        Column("eliminated_on", "风险消除时间", lambda line: line.row.eliminated_on),
        Column("match", "核对结果", lambda line: line.row.match, sort=col(LedgerRow.match)),
        Column("settled_by", "谁定的", lambda line: line.row.settled_by, only="workbook"),
    ],
    order=[col(LedgerRow.village), col(LedgerRow.row)],
    fixed=2,
    numbered=True,
)
