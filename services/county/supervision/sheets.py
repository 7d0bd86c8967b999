"""Workbooks that this feature owns."""

from sqlmodel import Session

from kit.clock import local_date
from kit.errors import Forbidden, Refused
from kit.seal import id_hash
from kit.sheets import Handing, RefusedCell, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from schemas.values import Receipt
from services.county.directory import queries as directory_queries
from services.county.months import queries as months_queries
from services.county.organisation import queries as organisation_queries
from services.county.reading import Reader, count, village_of_row
from services.county.register import queries as register_queries
from services.county.reporters import queries as reporters_queries
from services.county.reporters.models import ReporterKind
from services.county.supervision import commands, queries
from services.county.supervision.commands import FindingDraft


def take_supervision(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Findings join the team's draft; they are completed at verification, so risk point and matter
    are not asked.
    """
    team = _team(session, sheet)
    report = sheet.report(reporter=team, month=how.month)
    rows = sheet.rows()
    if not rows:
        report.notes.append("空白表,已跳过")
        return report
    if months_queries.month(session, how.month) is None:
        raise Refused(f"{how.month}这个月还没有开始,不能导入督导清单。请核对月份。")
    nil = [row for row in rows if _says_nil(row)]
    seen: dict[str, int] = {}
    for row in rows:
        if row not in nil:
            report.refused += _take_finding(session, sheet, how, row, team, report, seen)
    if how.submit:
        _submit(session, how, team, report, nil=bool(nil))
    return report


def _take_finding(
    session: Session,
    sheet: Sheet,
    how: Handing,
    row: Row,
    team: str,
    report: SheetReport,
    seen: dict[str, int],
) -> list[RefusedCell]:
    reader = Reader(row)
    village = village_of_row(session, reader)
    head, problem = reader.needed("户主姓名"), reader.needed("发现问题")
    number = reader.read("身份证号码", cells.id_number) if cells.text(row["身份证号码"]) else None
    causes = reader.read("易返贫(致贫)原因", cells.causes)
    known = _register(session, reader, village, head, number)
    if (key := number or f"{village}/{head}") in seen:
        reader.refuse("户主姓名", f"与第{seen[key]}行是同一户,不能确定以哪一行为准")
    if reader.reasons:
        return sheet.refuse(row, *reader.reasons)
    seen[key] = row.number
    draft = FindingDraft(village, head, causes, problem, cells.text(row["建议"]), number)
    try:
        _, fresh = commands.add_supervision_finding(
            session, team, how.month, draft, actor=how.actor, on=how.on
        )
    except Forbidden:
        raise  # the whole sheet, not its rows
    except Refused as error:
        return sheet.refuse(row, ("", str(error)))
    count(report, fresh)
    if not known:
        report.notes.append(f"第{row.number}行“{head}”不在册,待核对")
    return []


def _register(
    session: Session, reader: Reader, village: str, head: str, number: str | None
) -> bool:
    """Whether the register knows the person; a number that is somebody else's household elsewhere
    is refused.
    """
    if not number:
        return bool(
            village and head and len(register_queries.households_named(session, village, head)) == 1
        )
    found = register_queries.households_of_hash(session, id_hash(session, number))
    if found and village and all(one.village != village for one in found):
        reader.refuse(
            "村",
            f"这个身份证号码的农户在{directory_queries.name_of(session, found[0].village)},请核对村名",
        )
    return bool(found)


def _submit(session: Session, how: Handing, team: str, report: SheetReport, *, nil: bool) -> None:
    drafts = queries.drafts(session, team, how.month)
    if report.refused and not (how.send_without and (report.taken or report.unchanged)):
        report.notes.append("有退回的行,没有上报。改正后重新导入,或者选择“不含退回行先上报”。")
    elif not drafts and not nil:
        report.notes.append("没有新的内容要上报。")
    elif not drafts and _has_reported(session, team, how.month):
        report.notes.append("这个月已经上报,没有重复上报。")
    else:
        receipt = Receipt(on=how.on)
        if how.received_on:
            receipt = commands.late_entry(
                how.received_on, how.reason, written_on=None, on=local_date(how.now)
            )
        commands.report_supervision(
            session,
            team,
            how.month,
            nil=nil and not drafts,
            receipt=receipt,
            actor=how.actor,
            on=how.on,
        )
        report.submitted = True


def _team(session: Session, sheet: Sheet) -> str:
    """The team stands above the header: 督导组:第二督导组."""
    above = "".join("".join(text.split()) for text in sheet.above)
    for team in organisation_queries.teams(session):
        if team.name in above:
            return team.code
    raise Refused(
        "表头上方没有写明是哪个督导组,或者督导组名册里没有这个组。请写成“督导组:第一督导组”。"
    )


def _says_nil(row: Row) -> bool:
    return any("零报告" in cells.text(cell) for cell in row.cells.values())


def _has_reported(session: Session, team: str, month: str) -> bool:
    state = reporters_queries.reporter_month(session, month, ReporterKind.TEAM, team)
    return state is not None and state.timeliness in ("on_time", "late")


KINDS = (
    SheetKind(
        "supervision",
        "督导清单",
        "county",
        5,
        ("乡镇", "村", "户主姓名", "身份证号码", "发现问题", "易返贫(致贫)原因", "建议"),
        take_supervision,
        optional=("序号",),
    ),
)
