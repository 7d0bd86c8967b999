"""The register of households ever monitored, as the county keeps it until now (监测台账)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from kit.forms.rows import Reading, RowReader, aliases
from kit.sheets.returning import changed
from kit.sheets.sheet import Handing, Row, Sheet, SheetKind, SheetReport, heading
from rulebook import cells, national
from rulebook.masking import mask_id
from rulebook.national import columns as national_columns
from schemas.codes import Level
from services.county.directory import queries as directory_queries
from services.county.ledger import commands, documents, queries
from services.county.ledger.forms import LedgerFilter, LedgerStatus, MonitoredRow
from services.county.ledger.policy import policy
from services.county.ledger.views import COLUMNS
from services.county.service import county

# In a sheet that has a row for each person (A14); who is not monitored has no category there.
HEAD, RELATION, CATEGORY = "户主", "与户主关系", "监测对象类别"
WHOLE = 3_000_000  # cells: the national system's export has a row of 60 for each person
NUMBER, ID, NAME, STATUS = "户编号", "身份证号码", "户主姓名", "状态"


def take_monitored(session: Session, sheet: Sheet, handing: Handing) -> SheetReport:
    report = sheet.report()
    if refusal := _not_ours(session, sheet, handing):
        report.not_taken = True
        report.notes.append(refusal)
        return report
    rows = _changed(session, sheet, handing, report)
    persons = _persons(rows) if RELATION in sheet.columns else {}
    if persons:
        rows = [row for row in rows if cells.text(row[RELATION]) == HEAD and row[CATEGORY]]
    codes = _villages(session)

    def check(reading: Reading[MonitoredRow]) -> None:
        village, township = reading["village"], reading["township"] or ""
        if village and (township, village) not in codes:
            reading.against("village", f"没有“{township}{village}”这个村，请核对")
        if not reading["persons"] and reading.row.number not in persons:
            reading.against("persons", "没有填写家庭人口")

    reader = RowReader(MonitoredRow, sheet, handing.month)
    households = [
        entry.model_copy(
            update={
                "village": codes[entry.township, entry.village],
                "persons": entry.persons or persons.get(row.number),
            }
        ).form
        for row, entry in reader.good(report, check, _shown(session, rows))
    ]
    taken, unchanged = commands.enter_monitored_households(session, households, actor=handing.actor)
    report.taken, report.unchanged = taken, report.unchanged + unchanged
    return report


def _not_ours(session: Session, sheet: Sheet, handing: Handing) -> str | None:
    """Why an export of the national system is not taken: of another county, of another year, with a
    column missing.
    """
    if len(national_columns.BY_NAME.keys() & sheet.columns.keys()) < national_columns.ENOUGH:
        return None
    try:
        national.require_ours(
            list(sheet.raw.lines()),
            county=directory_queries.name_of(session, county(session)),
            year=handing.on.year,
            title=f"{sheet.raw.title} {sheet.raw.file}",
        )
    except national.NotOurs as refusal:
        return str(refusal)
    return None


def _villages(session: Session) -> dict[tuple[str, str], str]:
    """(township's name, village's name or code) → code; without a township where one has the name."""
    villages = directory_queries.divisions(session, Level.VILLAGE)
    names = directory_queries.names(session, [village.parent for village in villages])
    alone = Counter(village.name for village in villages)
    codes: dict[tuple[str, str], str] = {}
    for village in villages:
        codes[names.get(village.parent or "", ""), village.name] = village.code
        if alone[village.name] == 1:
            codes["", village.name] = village.code
        codes["", village.code] = village.code
    return codes


def _changed(
    session: Session, sheet: Sheet, handing: Handing, report: SheetReport
) -> Sequence[Row]:
    """The rows of a ledger that left as a workbook (F-33) that say something else than it does now;
    of any other sheet all. What is verified and not yet identified stays with its case.
    """
    rows = sheet.rows(WHOLE)
    columns = [column for column in COLUMNS if column.only != "page"]
    if not sheet.columns.keys() >= {heading(column.title) for column in columns}:
        return rows
    ledger = queries.every(session, handing.actor, LedgerFilter())
    left = ([column.of(row) for column in columns] for row in ledger)
    said = [
        row
        for row in changed(rows, [column.title for column in columns], left)
        if cells.text(row[STATUS]) != LedgerStatus.VERIFIED.label
    ]
    report.unchanged = len(rows) - len(said)
    return said


def _persons(rows: Sequence[Row]) -> Mapping[int, int]:
    """How many persons a head's household has, by the number of the head's row."""
    of_household = Counter(cells.text(row[NUMBER]) for row in rows)
    heads = (row for row in rows if cells.text(row[RELATION]) == HEAD)
    return {row.number: of_household[cells.text(row[NUMBER])] for row in heads}


def _shown(session: Session, rows: Sequence[Row]) -> list[Row]:
    """The rows with the ID numbers that our own workbooks hide, where the ledger has just one such
    person.
    """
    if not any("*" in cells.text(row[ID]) for row in rows):
        return list(rows)
    known: dict[tuple[str, str], set[str]] = {}
    for name, number in queries.id_numbers(session):
        known.setdefault((name, mask_id(number)), set()).add(number)
    shown = []
    for row in rows:
        numbers = known.get((cells.text(row[NAME]), cells.text(row[ID])), set())
        only = next(iter(numbers)) if len(numbers) == 1 else row[ID]
        shown.append(replace(row, cells={**row.cells, ID: only}))
    return shown


KINDS = (
    SheetKind(
        "monitored",
        "监测台账",
        "county",
        2,
        ("户主姓名", "村", "监测对象类别", "识别时间"),
        take_monitored,
        optional=(
            "乡镇",
            "户编号",
            "身份证号码",
            "联系电话",
            "家庭人口",
            "识别渠道",
            "致贫返贫原因",
            "风险消除时间",
            "消除方式",
            "消除人口",
            "备注",
        ),
        also=aliases(MonitoredRow),
        roles=policy["enter_monitored_households"].roles,
        layout=(
            "乡镇",
            "村",
            "户主姓名",
            "户编号",
            "身份证号码",
            "联系电话",
            "家庭人口",
            "监测对象类别",
            "致贫返贫原因",
            "识别时间",
            "识别渠道",
            "风险消除时间",
            "消除方式",
            "消除人口",
            "备注",
        ),
        filled=documents.monitored_form,
        masks=True,
    ),
)
