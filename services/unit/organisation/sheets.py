"""The workbooks 帮扶单位 and 结对关系."""

from sqlmodel import Session

from kit.clock import local_date
from kit.forms.rows import Reading, RowReader
from kit.sheets.sheet import Handing, Sheet, SheetKind, SheetReport
from rulebook.names import same_name
from services.unit.directory import queries as directory_queries
from services.unit.organisation import commands, documents, queries
from services.unit.organisation.forms import (
    AssignmentInSheet,
    AssignmentRow,
    HelperInSheet,
    HelperRow,
)
from services.unit.organisation.policy import policy


def take_units(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """A row is a helper and his unit."""
    report = sheet.report()
    names: dict[str, str] = {}  # a unit's code has one name in a sheet
    helpers: dict[str, HelperRow] = {}
    ended = queries.ended(session)

    def check(reading: Reading[HelperInSheet]) -> None:
        unit, code = reading["unit"], reading["helper"]
        if unit in names and reading["unit_name"] and reading["unit_name"] != names[unit]:
            reading.against("unit_name", f"上面{unit}写的是“{names[unit]}”，请改成一致")
        if code in helpers and _differs(reading, helpers[code]):
            reading.against("helper", f"编号{code}在本表出现两次，内容不同，请只留一行")
        known = queries.find_helper(session, code) if code else None
        if known is None and unit in ended:
            reading.against("unit", f"{ended[unit]}，请填现在的单位")
        if known and known.unit != unit:
            reading.against("helper", f"编号{code}已是{known.unit}的{known.name}，请另编一个编号")

    for _, row in RowReader(HelperInSheet, sheet, how.month).good(report, check):
        unit, helper = row.unit_row, row.helper_row
        taken = (
            commands.name_units(session, [unit], actor=how.actor).taken
            + commands.name_helpers(session, [helper], actor=how.actor).taken
        )
        names[unit.unit], helpers[helper.helper] = unit.name, helper
        report.taken += bool(taken)
        report.unchanged += not taken
    if helpers:
        report.notes += queries.left_out(session, names, helpers)
    return report


def _differs(reading: Reading[HelperInSheet], row: HelperRow) -> bool:
    return (reading["unit"], reading["name"], reading["phone"]) != (row.unit, row.name, row.phone)


def take_assignments(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """A row is a household and its helper. The register may come later: then the number waits for
    it.
    """
    report = sheet.report()
    seen: dict[str, int] = {}
    good: list[AssignmentRow] = []
    waiting = 0

    def check(reading: Reading[AssignmentInSheet]) -> None:
        number, code, written = reading["number"], reading["helper"], reading["helper_name"]
        if number in seen:
            first = seen[number]
            reading.against(
                "number", f"与第{first}行是同一户；一户只结对一位帮扶责任人，请只留一行"
            )
        helper = queries.find_helper(session, code) if code else None
        _against_void(session, reading)
        if code and helper is None:
            reading.against("helper", f"没有编号为“{code}”的帮扶责任人，请先在“帮扶单位”表登记")
        if helper and written and not same_name(helper.name, written):
            reading.against("helper_name", f"编号{code}是{helper.name}，不是{written}，请核对")

    reader = RowReader(AssignmentInSheet, sheet, how.month, given={"household": None})
    for row, form in reader.good(report, check):
        seen[form.number] = row.number
        good.append(form.assignment)
        household = directory_queries.household_numbered(session, form.number)
        waiting += household is None
        if household and form.head_name and not same_name(household.head_name, form.head_name):
            report.notes.append(
                f"第{row.number}行：{form.number}在登记册里的户主是{household.head_name}，已按户编号结对"
            )
    today = local_date(how.now)
    taken = commands.assign_households(session, good, actor=how.actor, on=today)
    report.taken, report.unchanged = taken.taken, taken.unchanged
    if waiting:
        report.notes.append(f"{waiting}户的登记信息还没有传到，传到后自动对上")
    return report


def _against_void(session: Session, reading: Reading[AssignmentInSheet]) -> None:
    """A number that is void gets no helper; the household that it went to is named (F-04)."""
    number = reading["number"]
    household = directory_queries.household_numbered(session, number) if number else None
    if household and household.merged_into:
        gone = directory_queries.why_void(session, household)
        reading.against("number", f"{gone}，请与那一户结对")


UNITS = SheetKind(
    name="units",
    title="帮扶单位",
    service="unit",
    rank=1,
    take=take_units,
    header=("单位代码", "单位名称", "帮扶责任人编号", "帮扶责任人", "联系电话"),
    roles=policy["name_helpers"].roles,
    filled=documents.units_form,
)
ASSIGNMENTS = SheetKind(
    name="assignments",
    title="结对关系",
    service="unit",
    rank=3,
    take=take_assignments,
    header=("户编号", "户主姓名", "村名", "帮扶责任人编号", "帮扶责任人"),
    roles=policy["assign_households"].roles,
    filled=documents.assignments_form,
)


KINDS = (UNITS, ASSIGNMENTS)
