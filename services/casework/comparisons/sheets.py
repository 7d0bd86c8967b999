"""数据比对名单, when a department sends it back: the way of those that only compare (A10)."""

from sqlmodel import Session

from kit.actor import Actor
from kit.forms.rows import Reading, RowReader
from kit.sheets.sheet import Handing, Sheet, SheetKind, SheetReport
from services.casework.comparisons import commands
from services.casework.comparisons.forms import AnswerRow
from services.casework.comparisons.models import ComparisonLine
from services.casework.comparisons.policy import policy
from services.casework.comparisons.rules import Answer
from services.casework.comparisons.views import SHEET
from services.casework.identification.models import Identification

HEADER = ("档案编号", "比对结果", "疑点", "比对编号")
UNKNOWN = "没有这次比对，或者档案编号、比对编号改动过。请重新导出名单"
NOT_YOURS = "比对结果由县级牵头部门登记，请把名单交给牵头部门"
RECHECKED = "这户的疑点已经复核，不能再改"
WHAT = "有疑点的，请写明是什么疑点"


def take_answers(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Each row with a 比对结果 is a department's answer; one without says nothing yet."""
    report, reader = sheet.report(), RowReader(AnswerRow, sheet, how.month)

    def check(reading: Reading[AnswerRow]) -> None:
        _check(session, reading, how.actor)

    for _, row in reader.good(report, check):
        line = session.get(ComparisonLine, row.line) if row.answer else None
        if line and commands.answer_line(session, line, row, actor=how.actor, on=how.on):
            report.taken += 1
        else:
            report.unchanged += 1
    return report


def _check(session: Session, reading: Reading[AnswerRow], actor: Actor) -> None:
    if reading.reasons or (answer := reading["answer"]) is None:
        return
    line = session.get(ComparisonLine, reading["line"])
    file = session.get(Identification, line.file) if line else None
    if line is None or file is None or file.number != reading["number"]:
        reading.against("line", UNKNOWN)
    elif not policy.may(actor, "answer_comparison"):
        reading.against("answer", NOT_YOURS)
    elif answer is Answer.DOUBT and not reading["text"]:
        reading.against("text", WHAT)
    elif line.recheck is not None and (line.answer, line.text) != (answer, reading["text"]):
        reading.against("answer", RECHECKED)


KINDS = (
    SheetKind(
        "comparison-answers",
        "数据比对名单",
        "casework",
        7,
        HEADER,
        take_answers,
        optional=tuple(head for head in SHEET.heads if head not in HEADER),
    ),
)
