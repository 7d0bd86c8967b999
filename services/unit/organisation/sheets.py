"""Workbooks that this feature owns."""

from sqlmodel import Session

from kit.sheets import Handing, Refusals, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from services.unit.directory import queries as directory_queries
from services.unit.organisation import commands, queries
from services.unit.organisation.forms import AssignmentRow, HelperRow, UnitRow
from services.unit.reading import Reader, count, noted


def take_units(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """A row is a helper and his unit."""
    report = sheet.report()
    names: dict[str, str] = {}  # a unit's code has one name in a sheet
    helpers: dict[str, HelperRow] = {}
    for row in sheet.rows():
        try:
            unit, helper = _helper(session, row, names, helpers)
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
            continue
        same_unit = commands.name_units(session, [unit], actor=how.actor)
        same_helper = commands.name_helpers(session, [helper], actor=how.actor)
        names[unit.unit], helpers[helper.helper] = unit.name, helper
        count(report, bool(same_unit.taken or same_helper.taken))
    return noted(report)


def _helper(
    session: Session, row: Row, names: dict[str, str], helpers: dict[str, HelperRow]
) -> tuple[UnitRow, HelperRow]:
    reader = Reader(row)
    unit, name = reader.text("单位代码"), reader.text("单位名称")
    code, person = reader.text("帮扶责任人编号"), reader.text("帮扶责任人")
    phone = reader.read("联系电话", cells.phone)
    if unit and name and names.get(unit, name) != name:
        reader.object("单位名称", f"上面{unit}写的是“{names[unit]}”,请改成一致")
    if code in helpers and helpers[code] != HelperRow(
        helper=code, unit=unit, name=person, phone=phone
    ):
        reader.object("帮扶责任人编号", f"编号{code}在本表出现两次,内容不同,请只留一行")
    known = queries.find_helper(session, code)
    if known and known.unit != unit:
        reader.object("帮扶责任人编号", f"编号{code}已是{known.unit}的{known.name},请另编一个编号")
    reader.check()
    return UnitRow(unit=unit, name=name), HelperRow(
        helper=code, unit=unit, name=person, phone=phone
    )


def take_assignments(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """A row is a household and its helper. The register may come later: then the number waits for
    it.
    """
    report = sheet.report()
    seen: dict[str, int] = {}
    good: list[AssignmentRow] = []
    waiting = 0
    for row in sheet.rows():
        try:
            one = _assignment(session, row, seen)
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
            continue
        seen[one.number or ""] = row.number
        good.append(one)
        household = directory_queries.household_numbered(session, one.number or "")
        waiting += household is None
        if household and one.head_name and household.head_name != one.head_name:
            report.notes.append(
                f"第{row.number}行:{one.number}在登记册里的户主是{household.head_name},已按户编号结对"
            )
    taken = commands.assign_households(session, good, actor=how.actor, on=how.on)
    report.taken, report.unchanged = taken.taken, taken.unchanged
    if waiting:
        report.notes.append(f"{waiting}户的登记信息还没有传到,传到后自动对上")
    return noted(report)


def _assignment(session: Session, row: Row, seen: dict[str, int]) -> AssignmentRow:
    reader = Reader(row)
    number, code = reader.text("户编号").upper(), reader.text("帮扶责任人编号")
    if number in seen:
        reader.object("户编号", f"与第{seen[number]}行是同一户;一户只结对一位帮扶责任人,请只留一行")
    helper = queries.find_helper(session, code)
    if code and helper is None:
        reader.object("帮扶责任人编号", f"没有编号为“{code}”的帮扶责任人,请先在“帮扶单位”表登记")
    written = cells.text(row["帮扶责任人"])  # type: ignore[arg-type]
    if helper and written and helper.name != written:
        reader.object("帮扶责任人", f"编号{code}是{helper.name},不是{written},请核对")
    reader.check()
    return AssignmentRow(
        helper=code,
        number=number,
        head_name=cells.text(row["户主姓名"]) or None,  # type: ignore[arg-type]
        village_name=cells.text(row["村名"]) or None,  # type: ignore[arg-type]
    )


UNITS = SheetKind(
    name="units",
    title="帮扶单位",
    service="unit",
    rank=1,
    take=take_units,
    header=("单位代码", "单位名称", "帮扶责任人编号", "帮扶责任人", "联系电话"),
)
ASSIGNMENTS = SheetKind(
    name="assignments",
    title="结对关系",
    service="unit",
    rank=3,
    take=take_assignments,
    header=("户编号", "户主姓名", "村名", "帮扶责任人编号", "帮扶责任人"),
)


KINDS = (UNITS, ASSIGNMENTS)
