"""A team's list of what it found (督导清单)."""

from sqlmodel import Session

from kit.clock import local_date
from kit.errors import Refused
from kit.forms.receiving import receive
from kit.forms.rows import BLANK, Reading, RowReader
from kit.seal import id_hash
from kit.sheets.months import require_month
from kit.sheets.sheet import Handing, Months, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from schemas.codes import Level, Timeliness
from services.county.directory import queries as directory_queries
from services.county.months import commands as months_commands
from services.county.months import queries as months_queries
from services.county.organisation import queries as organisation_queries
from services.county.register import queries as register_queries
from services.county.reporters import queries as reporters_queries
from services.county.reporters.models import ReporterKind
from services.county.supervision import commands, documents, queries
from services.county.supervision.forms import FindingRow
from services.county.supervision.policy import RECEIVERS, policy


def take_supervision(session: Session, sheet: Sheet, handing: Handing) -> SheetReport:
    """Findings join the team's draft; they are completed at verification, so risk point and matter
    are not asked.
    """
    rows = sheet.rows()
    if not rows:
        return sheet.report(month=handing.month, notes=[BLANK])
    team = _team(session, sheet)
    report = sheet.report(reporter=team, month=handing.month)
    require_month(sheet, handing.month)
    nil = [row for row in rows if _is_nil(row)]
    listed = [row for row in rows if not _is_nil(row)]
    if nil and listed:
        report.refuse(sheet.refuse(nil[0], ("", "表里列了农户，又写了“零报告”，只能留一样")))
    reader, seen = RowReader(FindingRow, sheet, handing.month), dict[str, int]()
    for row in listed:
        _take_finding(session, sheet, reader.read(row), handing, team, report, seen)
    if handing.submit:
        _submit(session, handing, team, report, nil=bool(nil))
    return report


def _is_nil(row: Row) -> bool:
    return cells.declares_nil(row.cells, beside=("乡镇", "村"))


def _take_finding(
    session: Session,
    sheet: Sheet,
    reading: Reading[FindingRow],
    handing: Handing,
    team: str,
    report: SheetReport,
    seen: dict[str, int],
) -> None:
    """One row; `seen`: which row has which household."""
    row, head, number = reading.row, reading["head_name"], reading["id_number"]
    village = _village(session, reading)
    registered = _on_register(session, reading, village)
    key = number or f"{village}/{head}"
    if key in seen:
        reading.against("head_name", f"与第{seen[key]}行是同一户，不能确定以哪一行为准")
    if reading.reasons:
        report.refuse(sheet.refuse(row, *reading.reasons))
        return
    seen[key] = row.number
    form = reading.close().model_copy(update={"village": village})
    _, fresh = commands.add_supervision_finding(
        session, team, handing.month, form, actor=handing.actor, on=handing.on
    )
    report.taken += fresh
    report.unchanged += not fresh
    if not registered:
        report.notes.append(f"第{row.number}行“{head}”不在册，待核对")


def _village(session: Session, reading: Reading[FindingRow]) -> str:
    """The code of the village that the row names; "" and a reason against it where it is none."""
    name, township = reading["village"], cells.text(reading.row["乡镇"])
    if not name:
        return ""
    villages = directory_queries.division_named(session, name, Level.VILLAGE)
    parents = directory_queries.names(session, [village.parent for village in villages])
    if township and len(villages) > 1:
        villages = [
            village for village in villages if parents.get(village.parent or "") == township
        ]
    if len(villages) != 1:
        reading.against("village", f"没有“{township}{name}”这个村，请核对乡镇和村名")
        return ""
    if township and parents.get(villages[0].parent or "") != township:
        reading.against("village", f"{name}不在{township}")
    return villages[0].code


def _on_register(session: Session, reading: Reading[FindingRow], village: str) -> bool:
    """Whether the register knows the person; a number that is somebody else's household elsewhere
    is refused.
    """
    head, number = reading["head_name"], reading["id_number"]
    if not number:
        named = register_queries.households_named(session, village, head) if head else []
        return len(named) == 1
    households = register_queries.households_of_hash(session, id_hash(session, number))
    if households and village and all(household.village != village for household in households):
        place = directory_queries.name_of(session, households[0].village)
        reading.against("village", f"这个身份证号码的农户在{place}，请核对村名")
    return bool(households)


def _submit(
    session: Session, handing: Handing, team: str, report: SheetReport, *, nil: bool
) -> None:
    drafts = queries.drafts(session, team, handing.month)
    if report.refused and not (handing.send_without and (report.taken or report.unchanged)):
        report.notes.append(
            "有退回的行，没有上报。改好后重新导入；要先报其余的行，请勾选“有退回的行，也先报其余的行”再导入。"
        )
    elif not drafts and not nil:
        report.notes.append("没有新的内容要上报。")
    elif not drafts and _has_reported(session, team, handing.month):
        report.notes.append("这个月已经上报，没有重复上报。")
    else:
        receipt = receive(
            local_date(handing.now),
            handing.received_on,
            handing.reason,
            actor=handing.actor,
            receivers=RECEIVERS,
        )
        commands.report_supervision(
            session,
            team,
            handing.month,
            nil=nil and not drafts,
            receipt=receipt,
            actor=handing.actor,
            on=handing.on,
        )
        report.submitted = True


def _team(session: Session, sheet: Sheet) -> str:
    """The team stands above the header: 督导组:第二督导组."""
    above = "".join("".join(text.split()) for text in sheet.above)
    for team in organisation_queries.teams(session):
        if team.name in above:
            return team.code
    raise Refused(
        "表头上方没有写明是哪个督导组，或者督导组名册里没有这个组。请写成“督导组：第一督导组”。"
    )


def _has_reported(session: Session, team: str, month: str) -> bool:
    state = reporters_queries.reporter_month(session, month, ReporterKind.TEAM, team)
    return state is not None and state.timeliness in (Timeliness.ON_TIME, Timeliness.LATE)


KINDS = (
    SheetKind(
        "supervision",
        "督导清单",
        "county",
        5,
        ("乡镇", "村", "户主姓名", "身份证号码", "发现问题", "易返贫（致贫）原因", "建议"),
        take_supervision,
        optional=("序号",),
        roles=policy["add_supervision_finding"].roles,
        layout=(
            "序号",
            "乡镇",
            "村",
            "户主姓名",
            "身份证号码",
            "发现问题",
            "易返贫（致贫）原因",
            "建议",
        ),
        blank=documents.BLANK,
        filled=documents.supervision_form,
        months=Months(months_queries.is_open, months_commands.open_month),
    ),
)
