"""Workbooks that this feature owns."""

import unicodedata
from typing import TypeVar

from sqlmodel import Session

from kit.sheets import Handing, Refusals, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from services.dispatch.departments import commands, rules
from services.dispatch.departments.forms import DepartmentEntry

BLANK = "空白表,已跳过"


T = TypeVar("T")
CODE, NAME, FORMER = "部门代码", "部门名称", "曾用名(分号隔开)"


def take_departments(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report, entries = sheet.report(), []
    for row in sheet.rows():
        try:
            entries.append(_department(row))
        except Refusals as refusals:
            report.refused += sheet.refuse(row, *refusals.reasons)
    changed = commands.name_departments(session, entries, actor=how.actor)
    report.taken, report.unchanged = len(changed), len(entries) - len(changed)
    if not entries and not report.refused:
        report.notes.append(BLANK)
    return report


def _department(row: Row) -> DepartmentEntry:
    code, name = cells.text(row[CODE]), cells.text(row[NAME])
    reasons = []
    if not rules.is_department_code(code):
        reasons.append(
            (CODE, f"部门代码“{code}”不对,只能用小写字母和连字符,如housing、health-insurance")
        )
    if not name:
        reasons.append((NAME, "没有填写部门名称"))
    if reasons:
        raise Refusals(*reasons)
    former = unicodedata.normalize("NFKC", cells.text(row[FORMER])).split(";")
    return DepartmentEntry(code=code, name=name, aliases=tuple(part for part in former if part))


KINDS = (
    SheetKind("departments", "行业部门", "dispatch", 1, (CODE, NAME, FORMER), take_departments),
)
