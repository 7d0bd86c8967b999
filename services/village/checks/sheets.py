"""数据核查整改表, when it comes back; and the list, which leaves to be read."""

from collections import defaultdict

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Forbidden
from kit.forms.rows import Reading, RowReader
from kit.sheets.sheet import Handing, Sheet, SheetKind, SheetReport, exported
from services.village.checks import commands, queries
from services.village.checks.documents import COLUMNS, findings_form
from services.village.checks.forms import WHY, AnswerForm, AnswerRow, FindingFilter
from services.village.checks.models import DataFinding
from services.village.checks.policy import policy
from services.village.checks.rules import Answer, FindingState

Key = tuple[str, str, str]  # 户编号, 户主, 问题
GONE = "清单里没有这户的这个问题：可能已经改正，或者前四列改动过。请重新下载整改表"
TWICE = "清单里有几条一样的，请在“数据核查”页上逐条答复"


def take_findings(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Each row with a 处理结果 is an answer; one without says nothing yet."""
    report, reader = sheet.report(), RowReader(AnswerRow, sheet, how.month)
    known = _known(session, how.actor)

    def check(reading: Reading[AnswerRow]) -> None:
        _check(reading, known, how.actor)

    for _, row in reader.good(report, check):
        if row.answer is None or _is_said(found := known[_key(row)][0], row):
            report.unchanged += 1
            continue
        form = AnswerForm(answer=row.answer, reason=row.reason)
        commands.answer(session, found.id, form, actor=how.actor, on=how.on)
        report.taken += 1
    return report


def _known(session: Session, actor: Actor) -> dict[Key, list[DataFinding]]:
    """By what the sheet says of it, whatever came of it since."""
    wanted = FindingFilter()
    rows = queries.FINDINGS.every(session, queries.findings(actor, wanted), wanted)
    known: dict[Key, list[DataFinding]] = defaultdict(list)
    for line in queries.lines(session, rows):
        household = line.household
        known[household.number or "", household.head_name, line.finding.sentence].append(
            line.finding
        )
    return known


def _check(reading: Reading[AnswerRow], known: dict[Key, list[DataFinding]], actor: Actor) -> None:
    answer = reading["answer"]
    if reading.reasons or answer is None:
        return
    found = known.get((reading["number"] or "", reading["head"], reading["sentence"]), [])
    if not found or (found[0].state is FindingState.MENDED and answer is Answer.RIGHT):
        reading.against("sentence", GONE)
    elif len(found) > 1:
        reading.against("sentence", TWICE)
    elif answer is Answer.RIGHT and not reading["reason"]:
        reading.against("reason", WHY)
    else:
        try:
            policy.permit(actor, "answer_data_finding", found[0])
        except Forbidden as forbidden:
            reading.against("mends", str(forbidden))


def _key(row: AnswerRow) -> Key:
    return row.number or "", row.head, row.sentence


def _is_said(found: DataFinding, row: AnswerRow) -> bool:
    """The same sheet again, or what a run has seen meanwhile."""
    if row.answer is Answer.MENDED:
        return found.state is FindingState.MENDED
    return (found.state, found.reason) == (FindingState.RIGHT, row.reason)


KINDS = (
    SheetKind(
        "data-findings",
        "数据核查整改表",
        "village",
        7,
        ("户编号", "户主", "问题", "处理结果"),
        take_findings,
        optional=("谁来改", "说明"),
        roles=policy["answer_data_finding"].roles,
        layout=COLUMNS,
        filled=findings_form,
    ),
    exported("data-findings-list", "数据核查问题清单", "village", queries.FINDINGS.heads),
)
