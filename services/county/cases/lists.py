"""The list of cases: its columns, its order."""

from sqlmodel import col

from kit.lists import Column, Listing
from services.county.cases.models import Case
from services.county.cases.queries import CaseLine

CASES = Listing[CaseLine](
    [
        Column("number", "案号", lambda line: line.case.number, sort=col(Case.number)),
        Column("head_name", "户主"),
        Column("village", "村", sort=col(Case.village)),
        Column("tiers", "来源"),
        Column("decision", "状态", lambda line: line.case.decision, sort=col(Case.decision)),
        Column("due", "期限"),
        Column("urgent", "紧急", lambda line: line.case.urgent, only="workbook"),
        Column("opened_on", "立案日期", lambda line: line.case.opened_on, only="workbook"),
        Column("decided_on", "决定日期", lambda line: line.case.decided_on, only="workbook"),
        Column("closed_on", "办结日期", lambda line: line.case.closed_on, only="workbook"),
    ],
    order=[col(Case.number).desc()],
)
