"""The findings of an office as a sheet that is sent round, filled in and taken back."""

from typing import Any

from sqlmodel import Session, col

from kit.sheets.sheet import FormAsked, SheetForm
from services.village.checks import queries
from services.village.checks.forms import FindingFilter
from services.village.checks.models import DataFinding
from services.village.checks.rules import FindingState

COLUMNS = ("户编号", "户主", "问题", "谁来改", "处理结果", "说明")
NOTE = (
    "处理结果填“已改”或“情况属实”；情况属实的，在说明里写明原因。前四列请不要改动。"
    "还没有处理的，处理结果空着。填好后在“导入”页交回。"
)


def findings_form(session: Session, asked: FormAsked) -> SheetForm:
    """What is open of the actor's, or of one of his places. No leads: the sheet goes to villages."""
    wanted = FindingFilter(place=asked.place or None, state=FindingState.OPEN)
    statement = queries.findings(asked.actor, wanted).where(~col(DataFinding.lead))
    rows = queries.FINDINGS.every(session, statement, wanted)
    lines = queries.lines(session, rows)
    return SheetForm("数据核查整改表", NOTE, [_row(line) for line in lines])


def _row(line: queries.FindingLine) -> dict[str, Any]:
    return {
        "户编号": line.household.number,
        "户主": line.household.head_name,
        "问题": line.finding.sentence,
        "谁来改": line.mender,
    }
