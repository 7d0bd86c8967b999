"""The sheet of departments."""

from sqlmodel import Session

from kit.forms.rows import RowReader
from kit.sheets.sheet import Handing, Sheet, SheetKind, SheetReport
from services.dispatch.departments import commands, documents, queries
from services.dispatch.departments.forms import DepartmentEntry
from services.dispatch.departments.policy import policy

HEADER = ("部门代码", "部门名称", "曾用名（分号隔开）")


def take_departments(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    entries = [entry for _, entry in RowReader(DepartmentEntry, sheet, how.month).good(report)]
    changed = commands.name_departments(session, entries, actor=how.actor)
    report.taken, report.unchanged = len(changed), len(entries) - len(changed)
    if entries:
        report.notes += queries.left_out(session, {entry.code for entry in entries})
    return report


KINDS = (
    SheetKind(
        "departments",
        "行业部门",
        "dispatch",
        1,
        HEADER,
        take_departments,
        optional=("第一责任人", "直接责任人", "直接责任人电话"),
        roles=policy["name_departments"].roles,
        filled=documents.departments_form,
    ),
)
