"""Divisions and groups."""

from sqlmodel import Session

from kit.errors import NotFound
from kit.sheets import Handing, Refusals, Row, Sheet, SheetReport
from rulebook import cells, divisions
from services.village import commands, queries
from services.village.commands import DivisionDraft, GroupDraft
from services.village.sheets.reading import BLANK, Reading, person_name


def take_divisions(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    drafts = []
    for row in sheet.rows():
        try:
            drafts.append(_division(row))
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
    if not drafts and not report.refused:
        report.notes.append(BLANK)
        return report
    changed = commands.name_divisions(session, drafts, actor=how.actor)
    report.taken, report.unchanged = changed.taken, changed.unchanged
    return report


def take_groups(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    drafts = []
    for row in sheet.rows():
        try:
            drafts.append(_group(session, row))
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
    if not drafts and not report.refused:
        report.notes.append(BLANK)
        return report
    changed = commands.name_groups(session, drafts, actor=how.actor)
    report.taken, report.unchanged = changed.taken, changed.unchanged
    return report


def _division(row: Row) -> DivisionDraft:
    reading = Reading(row)
    code = reading.cell("区划代码", lambda value: divisions.pad(cells.text(value)))
    level = reading.cell("区划代码", lambda _: divisions.level(code)) if code else None
    name = reading.text("名称", needed=True)
    written, parent = reading.text("级别"), reading.text("上级代码")
    if level and written and written != level.label:
        reading.against("级别", f"代码{code}是{level.label}级,表上写的是“{written}”,请核对")
    if code and parent and divisions.parent(code) not in (None, parent.ljust(12, "0")):
        reading.against("上级代码", f"代码{code}的上级应为{divisions.parent(code)},请核对")
    reading.close()
    return DivisionDraft(division=code or "", name=name or "")


def _group(session: Session, row: Row) -> GroupDraft:
    reading = Reading(row)
    village = reading.cell("村代码", lambda value: divisions.pad(cells.text(value)))
    group, leader = reading.cell("组别", cells.group), reading.cell("组长姓名", person_name)
    phone = reading.cell("联系电话", cells.phone)
    if village:
        try:
            known, written = queries.village(session, village), reading.text("村名")
            if written and written != known.name:
                reading.against("村名", f"代码{village}是{known.name},表上写的是“{written}”,请核对")
        except NotFound as error:
            reading.against("村代码", str(error))
    reading.close()
    return GroupDraft(village=village or "", group=group or "", leader=leader or "", phone=phone)
