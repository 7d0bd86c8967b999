"""A village's list of the month, as its clerk fills it in (N-06, N-07)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from kit.clock import local_date
from kit.errors import Refused
from kit.seal import id_hash
from kit.sheets import Handing, Refusals, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from rulebook.cells import Unclear
from rulebook.months import check_month
from schemas.codes import Stratum
from schemas.values import Receipt
from services.village import access
from services.village.access import CLERKS
from services.village.findings import commands as findings_commands
from services.village.findings import queries as findings_queries
from services.village.findings.forms import FindingDraft
from services.village.lists import commands
from services.village.months import queries as months_queries
from services.village.months import rules as months_rules
from services.village.months.models import ReporterMonth
from services.village.reading import BLANK, Reading, person_name, stratum_of
from services.village.register import queries as register_queries
from services.village.register import rules as register_rules
from services.village.register.forms import Newcomer
from services.village.register.models import Division, Household

CAUSE, RISK, MATTER, ID, NAME, GROUP, SIZE = (
    "易返贫(致贫)原因",
    "风险点",
    "需解决的相关事宜",
    "身份证号码",
    "户主姓名",
    "组别",
    "家庭人口",
)
NIL = re.compile(r"零报告|无风险")


@dataclass
class Taking:
    """One list on its way into the village's draft."""

    session: Session
    sheet: Sheet
    how: Handing
    village: Division
    month: str
    receipt: Receipt
    row: ReporterMonth
    report: SheetReport
    register: Sequence[Household]
    groups: set[str]
    seen: dict[str, int] = field(default_factory=dict)  # ID number -> row

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
    nil = [row for row in rows if _is_nil(row)]
    listed = [row for row in rows if not _is_nil(row)]
    if nil and listed:
        report.refused += sheet.refuse(nil[0], ("", "表里列了农户,又写了“零报告”,只能留一样"))
    for row in listed:
        try:
            _take(taking, row)
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
    if listed:
        findings_commands.begin_draft(taking.row)
    _submit(taking, nil=bool(nil) and not listed)
    return report


def _begin(session: Session, sheet: Sheet, how: Handing) -> Taking:
    village = _village_of(session, sheet)
    access.require(how.actor, *CLERKS, at=village.code, deed=f"导入{village.name}的上报表")
    month = months_queries.month_named(session, how.month).month
    report = sheet.report(reporter=village.code, month=month)
    _require_month(sheet, month)
    return Taking(
        session,
        sheet,
        how,
        village,
        month,
        _receipt(sheet, how, month, report),
        findings_commands.lock_village(session, month, village.code),
        report,
        register_queries.households_of(session, village.code),
        {one.code for one in register_queries.groups(session, village.code)},
    )


def _village_of(session: Session, sheet: Sheet) -> Division:
    """From what stands above the header, else from the file's or the sheet's name."""
    for text in (" ".join(sheet.above), f"{sheet.raw.file} {sheet.raw.title}"):
        found = register_queries.villages_called(session, cells.text(text))
        if len(found) == 1:
            return found[0]
        if found:
            names = register_queries.names(session)
            either = "、".join(names.full(one.code) for one in found)
            raise Refused(
                f"“{sheet.raw.file}”看不出是哪个村的({either})。请在标题里写全乡镇和村名后重新导入。"
            )
    raise Refused(
        f"“{sheet.raw.file}”看不出是哪个村的。请在标题或文件名里写上村名(如“石桥村”)后重新导入。"
    )


def _require_month(sheet: Sheet, month: str) -> None:
    for text in sheet.above:
        found = re.search(r"(\d{4})年(\d{1,2})月", text)
        if found and "日期" not in text and check_month(f"{found[1]}-{found[2]}") != month:
            raise Refused(f"“{sheet.raw.file}”写的是{found[0]},现在填报的是{month}。请核对月份。")


def _receipt(sheet: Sheet, how: Handing, month: str, report: SheetReport) -> Receipt:
    written_on = None
    for text in sheet.above:
        if found := re.search(r"填报(?:日期|时间)[::]\s*([^\s盖签]+)", text):
            try:
                written_on = cells.day(found[1], month)
            except Unclear:
                report.notes.append(f"填报日期“{found[1]}”看不明白,没有记下。")
    try:
        return months_rules.receipt(local_date(how.now), how.received_on, how.reason, written_on)
    except ValueError as error:
        raise Refused(str(error)) from error


def _is_nil(row: Row) -> bool:
    return not cells.text(row[ID]) and any(
        NIL.search(cells.text(value)) for value in row.cells.values()
    )


def _take(taking: Taking, row: Row) -> None:
    draft = _draft(taking, row)
    behalf = (
        None
        if taking.how.actor.place == taking.village.code
        else f"{taking.village.name}村民委员会"
    )
    try:
        finding, changed = findings_commands.keep_finding(
            taking.session,
            taking.village.code,
            taking.month,
            draft,
            actor=taking.how.actor,
            on=taking.receipt.on,
            on_behalf_of=behalf,
        )
    except Refused as error:
        raise Refusals(("", str(error))) from error
    taking.report.taken += changed
    taking.report.unchanged += not changed
    if finding.already_reported:
        taking.report.notes.append(
            f"第{row.number}行:{finding.head_name}户已随时上报,不再重复立案。"
        )
    elif changed and not finding.on_register:
        taking.report.notes.append(
            f"第{row.number}行:{finding.head_name}户不在册,待核对,已列入核对任务。"
        )


def _draft(taking: Taking, row: Row) -> FindingDraft:
    reading = Reading(row)
    name, group = (
        reading.cell(NAME, person_name),
        reading.cell(GROUP, lambda value: _group(taking, value)),
    )
    id_number = reading.cell(ID, lambda value: _id_number(taking, row, value))
    size = reading.cell(SIZE, cells.count)
    phone = reading.cell("联系电话", cells.phone)
    causes = reading.cell(CAUSE, cells.causes) or ()
    risk_point, matter = reading.text(RISK, needed=True), reading.text(MATTER, needed=True)
    household = _household(taking, reading, id_number) if id_number else None
    stratum = Stratum.ORDINARY
    if household is None and cells.text(row["农户类型"]):
        stratum = reading.cell("农户类型", stratum_of) or stratum
    reading.close()
    assert name and id_number and size  # noqa: PT018
    newcomer = None
    if household is None:
        newcomer = Newcomer(
            name=name, id_number=id_number, group=group, phone=phone, size=size, stratum=stratum
        )
    else:
        _note_differences(taking, row, household, name, group, size)
    return FindingDraft(
        household=household.id if household else None,
        newcomer=newcomer,
        causes=causes,
        risk_point=risk_point,
        matter=matter,
        note=reading.text("备注"),
        found_on=taking.found_on,
        screened_by=reading.text("摸排人"),
        phone=phone,
        size=size,
    )


def _group(taking: Taking, value: cells.Cell) -> str | None:
    if not cells.text(value):
        return None
    group = cells.group(value)
    if group not in taking.groups:
        raise Unclear(f"{taking.village.name}没有{group}组;有:{'、'.join(sorted(taking.groups))}")
    return group


def _id_number(taking: Taking, row: Row, value: cells.Cell) -> str:
    try:
        return cells.id_number(value)
    except Unclear as error:
        raise Unclear(f"{error}{_hint(taking, row, value)}") from None


def _hint(taking: Taking, row: Row, value: cells.Cell) -> str:
    """您是不是指…: where name and what is left of the number point to one household; a person
    confirms.
    """
    name, written, left = (
        cells.text(row[NAME]),
        cells.text(value).upper(),
        cells.surviving_digits(value),
    )
    alike = [
        one
        for one in taking.register
        if one.head_name == name
        and one.id_number
        and (
            one.id_number.startswith(left)
            if left
            else register_rules.resembles(written, one.id_number)
        )
    ]
    if len(alike) != 1:
        return ""
    return (
        f"。您是不是指{alike[0].number or '不在册户'}/{alike[0].group or ''}组的{name}?请核对后补全"
    )


def _household(taking: Taking, reading: Reading, id_number: str) -> Household | None:
    """The household whose head has this number; None: the register does not know it."""
    if before := taking.seen.get(id_number):
        reading.against(ID, f"与第{before}行是同一户,一户只能报一行;请合并成一行")
        return None
    taking.seen[id_number] = reading.row.number
    hashed = id_hash(taking.session, id_number)
    found = register_queries.by_hash(taking.session, [hashed]).get(hashed)
    if found and found.village != taking.village.code:
        village = register_queries.names(taking.session)[found.village]
        reading.against(ID, f"这一户登记在{village}{found.group or ''}组,请由{village}上报")
    member_of = [
        one
        for one in taking.register
        if any(m.get("id_number") == id_number for m in one.members[1:])
    ]
    if not found and member_of:
        reading.against(
            ID, f"这是户编号{member_of[0].number}的家庭成员,不是户主;请填户主的姓名和身份证号码"
        )
    return found


def _note_differences(
    taking: Taking, row: Row, household: Household, name: str, group: str | None, size: int
) -> None:
    for what, written, kept in (
        ("户主姓名", name, household.head_name),
        ("组别", group or household.group, household.group),
        ("家庭人口", size, household.size),
    ):
        if written != kept:
            taking.report.notes.append(
                f"第{row.number}行:{what}与登记册不同(表上{written},登记册{kept}),请核对。"
            )


def _submit(taking: Taking, *, nil: bool) -> None:
    report, how = taking.report, taking.how
    good = report.taken + report.unchanged
    unsent = findings_queries.unsent(taking.session, taking.month, taking.village.code)
    if taking.row.reported and not unsent and (good or nil):
        report.unchanged += nil
        report.notes.append("本月名单已经上报,没有新增。")
    elif not how.submit:
        if nil:
            report.notes.append("表上写了零报告,还没有上报;请核对后提交。")
    elif report.refused and not (how.send_without and good):
        report.notes.append(
            f"有{len({one.row for one in report.refused})}行没有通过,没有上报。改好后重新导入,或选择“其余先报”。"
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
                )
            report.submitted, report.taken = True, report.taken + nil
        except Refused as error:
            report.notes.append(f"没有上报:{error}")


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
            "易返贫(致贫)原因",
            "风险点",
            "需解决的相关事宜",
        ),
        take_list,
        optional=("序号", "农户类型", "摸排人", "备注"),
    ),
)
