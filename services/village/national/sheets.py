"""The national system's export among the sheets: read, and laid before a person."""

from sqlmodel import Session

from kit.sheets.sheet import Handing, RefusedCell, Sheet, SheetKind, SheetReport
from rulebook.national import NotOurs, read
from rulebook.national.columns import COLUMNS, ENOUGH, TITLE
from services.village import directory
from services.village.national import commands, documents, queries
from services.village.national.policy import policy
from services.village.service import county


def take_national(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Nothing of it is in the register before somebody has confirmed it."""
    report, raw = sheet.report(), sheet.raw
    try:
        export = read(
            list(raw.lines()),
            county=directory.names(session)[county(session)],
            year=how.on.year,
            title=f"{raw.title} {raw.file}",
        )
    except NotOurs as refusal:
        report.not_taken = True
        report.notes.append(str(refusal))
        return report
    report.refuse(
        [
            RefusedCell(row=problem.row, name=problem.column, reason=problem.reason)
            for problem in export.problems
        ]
    )
    one = commands.receive(
        session, export, file=raw.file, title=raw.title, actor=how.actor, on=how.on
    )
    found = queries.compared(session, one).difference
    report.notes.append(
        f"读到{len(export.households)}户：新增{len(found.new)}户，变化{len(found.changed)}户，"
        f"导出里没有了{len(found.gone)}户，要先核对{len(found.conflicts)}户。登记册还没有改动，"
        "请到“农户登记册”的“全国系统导出”页核对后确认。"
    )
    return report


# What it has beside a list of persons with the usual headings; `ENOUGH` tells it.
HEADER = (
    "县",
    "乡",
    "村",
    "户编号",
    "监测对象类别",
    "识别监测时间",
    "风险是否已消除",
    "与户主关系",
)
KINDS = (
    SheetKind(
        "national",
        f"全国系统{TITLE}",
        "village",
        3,
        HEADER,
        take_national,
        optional=tuple(column.name for column in COLUMNS if column.name not in HEADER),
        roles=policy["take_national"].roles,
        layout=tuple(column.name for column in COLUMNS),
        filled=documents.national_form,
        enough=ENOUGH,
    ),
)
