"""A village's list of the month, as its clerk fills it in (N-06, N-07)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from kit.behalf import Behalf
from kit.clock import local_date
from kit.errors import Refused
from kit.forms.receiving import receive
from kit.forms.rows import BLANK, Reading, RowReader
from kit.seal import id_hash
from kit.sheets.months import require_month
from kit.sheets.returning import changed
from kit.sheets.sheet import Handing, Months, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from rulebook.cells import Unclear
from rulebook.names import same_name
from schemas.codes import Stratum
from schemas.values import Receipt
from services.village import directory
from services.village.findings import commands as findings_commands
from services.village.findings import queries as findings_queries
from services.village.findings.forms import FindingDraft
from services.village.lists import commands, documents
from services.village.lists.forms import ListRow
from services.village.lists.policy import policy
from services.village.months import commands as months_commands
from services.village.months import queries as months_queries
from services.village.months.models import ReporterMonth
from services.village.places import Place
from services.village.register import queries as register_queries
from services.village.register import rules as register_rules
from services.village.register.forms import Newcomer
from services.village.register.models import Division, Household

HANDED_IN = "按村里交来的表格导入"


ID = "身份证号码"
KNOWN = {"户主姓名", "家庭人口", "农户类型"}  # of each household that a form is filled in with
FILLED = KNOWN | {"序号", "组别", ID, "联系电话"}
STRATA = {stratum.label: stratum for stratum in Stratum}


@dataclass
class Taking:
    """One list on its way into the village's draft."""

    session: Session
    sheet: Sheet
    how: Handing
    village: Division
    month: str
    on_behalf_of: str | None
    receipt: Receipt
    row: ReporterMonth
    report: SheetReport
    register: Sequence[Household]
    groups: set[str]
    seen: dict[str, int] = field(default_factory=dict)  # ID number -> row
    known: dict[int, Household] = field(default_factory=dict)  # row -> household of the register
    silent_reason: str | None = None  # said beside a nil return

    @property
    def found_on(self) -> date:
        written = self.receipt.written_on
        return written if written and written <= self.receipt.on else self.receipt.on


def take_list(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Good rows join the village's draft; a nil return is only declared, never inferred (GT-25)."""
    rows = sheet.rows()
    if not rows:
        return sheet.report(notes=[BLANK])
    taking = _begin(session, sheet, how)
    report = taking.report
    if silent := [row for row in rows if _is_only_registered(row)]:
        report.notes.append(f"{len(silent)}户只有事先填好的登记信息，没有填风险，没有列入名单。")
        rows = [row for row in rows if not _is_only_registered(row)]
    said = changed(rows, documents.COLUMNS[1:], _as_left(taking))
    report.unchanged, rows = len(rows) - len(said), said
    nil = [row for row in rows if _is_nil(row)]
    listed = [row for row in rows if not _is_nil(row)]
    if nil and listed:
        report.refuse(sheet.refuse(nil[0], ("", "表里列了农户，又写了“零报告”，只能留一样")))
    reader = RowReader(ListRow, sheet, taking.month)
    reader.note_unread(report)
    for row in listed:
        _take(taking, row, reader)
    if listed:
        findings_commands.begin_draft(taking.row)
    if nil and not listed:
        taking.silent_reason = cells.text(nil[0]["备注"]) or None
    _submit(taking, nil=bool(nil) and not listed)
    return report


def _begin(session: Session, sheet: Sheet, how: Handing) -> Taking:
    village = _village_of(session, sheet)
    office = findings_commands.village_office(session, village.code)
    behalf = policy.require(
        how.actor,
        "take_list",
        Place(village.code, session=session),
        on_behalf=Behalf(office, HANDED_IN),
    )
    month = months_queries.month_named(session, how.month).month
    report = sheet.report(reporter=village.code, month=month)
    require_month(sheet, month)
    return Taking(
        session,
        sheet,
        how,
        village,
        month,
        behalf,
        _receipt(sheet, how, month, report),
        findings_commands.hold_village(session, month, village.code),
        report,
        register_queries.households_of(session, village.code),
        {group.code for group in register_queries.groups(session, village.code)},
    )


def _village_of(session: Session, sheet: Sheet) -> Division:
    """From what stands above the header, else from the file's or the sheet's name."""
    for text in (" ".join(sheet.above), f"{sheet.raw.file} {sheet.raw.title}"):
        villages = register_queries.villages_called(session, cells.text(text))
        if len(villages) == 1:
            return villages[0]
        if villages:
            names = directory.names(session)
            either = "、".join(names.full(village.code) for village in villages)
            raise Refused(
                f"“{sheet.raw.file}”看不出是哪个村的（{either}）。请在标题里写全乡镇和村名后重新导入。"
            )
    raise Refused(
        f"“{sheet.raw.file}”看不出是哪个村的。请在标题或文件名里写上村名（如“石桥村”）后重新导入。"
    )


def _receipt(sheet: Sheet, how: Handing, month: str, report: SheetReport) -> Receipt:
    written_on = None
    for text in sheet.above:
        if match := re.search(r"填报(?:日期|时间)[:：]\s*([^\s盖签]+)", text):
            try:
                written_on = cells.day(match[1], month)
            except Unclear:
                report.notes.append(f"填报日期“{match[1]}”看不明白，没有记下。")
    return receive(
        local_date(how.now),
        how.received_on,
        how.reason,
        written_on=written_on,
        actor=how.actor,
        receivers=policy["date_list"].roles,
    )


def _is_nil(row: Row) -> bool:
    """A line instead of households; its 备注 may say why silent groups are answered for."""
    return cells.declares_nil(row.cells, beside=("备注", "摸排人"))


def _as_left(taking: Taking) -> Iterator[list[Any]]:
    """What the list says when it leaves as a workbook, without 序号 and 办理情况."""
    for finding in findings_queries.findings(taking.session, taking.month, taking.village.code):
        yield documents.line(taking.session, 0, finding)[1:-1]


def _is_only_registered(row: Row) -> bool:
    """As the form was handed out with the village's households, and nobody added anything (F-33)."""
    told = {name for name, cell in row.cells.items() if cells.text(cell)}
    return told >= KNOWN and told <= FILLED


def _take(taking: Taking, row: Row, reader: RowReader[ListRow]) -> None:
    """Enter one row, or say all that is wrong with it."""
    reading, report = reader.read(row), taking.report
    _check(taking, reading)
    if reading.reasons:
        report.refuse(taking.sheet.refuse(row, *reading.reasons))
        return
    try:
        finding, changed = findings_commands.keep_finding(
            taking.session,
            taking.village.code,
            taking.month,
            _draft(taking, row, reading.close(), reader),
            actor=taking.how.actor,
            on=taking.receipt.on,
            on_behalf_of=taking.on_behalf_of,
        )
    except Refused as error:
        report.refuse(taking.sheet.refuse(row, ("", str(error))))
        return
    report.taken += changed
    report.unchanged += not changed
    if finding.already_reported:
        report.notes.append(f"第{row.number}行：{finding.head_name}户已随时上报，不再重复登记。")
    elif changed and not finding.on_register:
        report.notes.append(
            f"第{row.number}行：{finding.head_name}户不在册，待核对，已列入核对任务。"
        )


def _check(taking: Taking, reading: Reading[ListRow]) -> None:
    """What a row cannot know by itself: the village's groups, its register, the rows before."""
    group, id_number = reading["group"], reading["id_number"]
    if group and group not in taking.groups:
        groups = "、".join(sorted(taking.groups))
        reading.against("group", f"{taking.village.name}没有{group}组；有：{groups}")
    if id_number is None:
        hint = _hint(taking, reading.row)
        reading.reasons = [
            (name, f"{reason}{hint}" if name == ID else reason) for name, reason in reading.reasons
        ]
        return
    household = _household(taking, reading, id_number)
    if household is not None:
        taking.known[reading.row.number] = household
    elif (stratum := reading["stratum"]) and stratum not in STRATA:
        reading.against("stratum", f"农户类型“{stratum}”不对；可填：{'、'.join(STRATA)}")


def _draft(taking: Taking, row: Row, entry: ListRow, reader: RowReader[ListRow]) -> FindingDraft:
    household, newcomer = taking.known.get(row.number), None
    if household is None:
        newcomer = Newcomer(
            name=entry.head_name,
            id_number=entry.id_number,
            group=entry.group,
            phone=entry.phone,
            size=entry.size,
            stratum=STRATA[entry.stratum] if entry.stratum else Stratum.ORDINARY,
        )
    else:
        _note_differences(taking, row, household, entry)
    return FindingDraft(
        household=household.id if household else None,
        newcomer=newcomer,
        causes=entry.causes,
        risk_point=entry.risk_point,
        matter=entry.matter,
        note=_note(entry.note, reader.beside_phone(row)),
        found_on=taking.found_on,
        screened_by=entry.screened_by,
        phone=entry.phone,
        size=entry.size,
    )


def _note(note: str | None, beside_phone: str) -> str | None:
    """With what stood beside the telephone's first number (F-29)."""
    parts = [note, f"联系电话：{beside_phone}" if beside_phone else None]
    return "；".join(filter(None, parts)) or None


def _hint(taking: Taking, row: Row) -> str:
    """您是不是指…: where name and what is left of the number point to one household; a person
    confirms.
    """
    name, value = cells.text(row["户主姓名"]), row[ID]
    written, left = cells.text(value).upper(), cells.surviving_digits(value)
    alike = [
        household
        for household in taking.register
        if same_name(household.head_name, name)
        and household.id_number
        and (
            household.id_number.startswith(left)
            if left
            else register_rules.resembles(written, household.id_number)
        )
    ]
    if len(alike) != 1:
        return ""
    return f"。您是不是指{alike[0].number or '不在册户'}/{alike[0].group or ''}组的{name}？请核对后补全"


def _household(taking: Taking, reading: Reading[ListRow], id_number: str) -> Household | None:
    """The household whose head has this number; None: the register does not know it."""
    if before := taking.seen.get(id_number):
        reading.against("id_number", f"与第{before}行是同一户，一户只能报一行；请合并成一行")
        return None
    taking.seen[id_number] = reading.row.number
    hashed = id_hash(taking.session, id_number)
    household = register_queries.by_hash(taking.session, [hashed]).get(hashed)
    if household and household.village != taking.village.code:
        village = directory.names(taking.session)[household.village]
        place = f"{village}{household.group or ''}组"
        reading.against("id_number", f"这一户登记在{place}，请由{village}上报")
    member_of = [
        other
        for other in taking.register
        if any(member.get("id_number") == id_number for member in other.members[1:])
    ]
    if not household and member_of:
        reading.against(
            "id_number",
            f"这是户编号{member_of[0].number}的家庭成员，不是户主；请填户主的姓名和身份证号码",
        )
    return household


def _note_differences(taking: Taking, row: Row, household: Household, entry: ListRow) -> None:
    name = household.head_name if same_name(entry.head_name, household.head_name) else None
    for label, written, registered in (
        ("户主姓名", name or entry.head_name, household.head_name),
        ("组别", entry.group or household.group, household.group),
        ("家庭人口", entry.size, household.size),
    ):
        if written != registered:
            taking.report.notes.append(
                f"第{row.number}行：{label}与登记册不同（表上{written}，登记册{registered}），请核对。"
            )


def _submit(taking: Taking, *, nil: bool) -> None:
    report, how = taking.report, taking.how
    good = report.taken + report.unchanged
    unsent = findings_queries.unsent(taking.session, taking.month, taking.village.code)
    if taking.row.reported and not unsent and (good or nil):
        report.unchanged += nil
        report.notes.append("本月名单已经上报，没有新增。")
    elif not how.submit:
        if nil:
            report.notes.append("表上写了零报告，还没有上报；请核对后提交。")
    elif report.refused and not (how.send_without and good):
        report.notes.append(
            f"有{len({cell.row for cell in report.refused})}行没有通过，没有上报。改好后重新导入；要先报其余的行，请勾选“有退回的行，也先报其余的行”再导入。"
        )
    else:
        try:
            with taking.session.begin_nested():
                commands.submit_list(
                    taking.session,
                    taking.village.code,
                    taking.month,
                    nil=nil,
                    actor=how.actor,
                    on=local_date(how.now),
                    receipt=taking.receipt,
                    on_behalf_of=Behalf(taking.on_behalf_of, HANDED_IN),
                    silent_reason=taking.silent_reason,
                )
            report.submitted, report.taken = True, report.taken + nil
        except Refused as error:
            report.notes.append(f"没有上报：{error}")


KINDS = (
    SheetKind(
        "village-list",
        "村级摸排上报表",
        "village",
        5,
        (
            "组别",
            "户主姓名",
            "身份证号码",
            "家庭人口",
            "联系电话",
            "易返贫（致贫）原因",
            "风险点",
            "需解决的相关事宜",
        ),
        take_list,
        optional=("序号", "农户类型", "摸排人", "备注", documents.STATE),
        roles=policy["take_list"].roles,
        layout=documents.COLUMNS,
        blank=documents.BLANK,
        filled=documents.list_form,
        months=Months(months_queries.is_open, months_commands.open_month),
    ),
)
