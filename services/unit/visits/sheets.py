"""The sheet of a unit's visits of a month, in this year's form and in last year's (without
风险发生时间, 风险点, 事宜).
"""

import re

from sqlmodel import Session

from kit.clock import local_date
from kit.errors import Refused
from kit.seal import id_hash
from kit.sheets import Handing, Refusals, RefusedCell, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from rulebook.cells import Unclear
from rulebook.months import month_of
from schemas.codes import VisitMode
from schemas.values import Since
from services.unit.directory import queries as directory_queries
from services.unit.directory.models import Household
from services.unit.findings import queries as findings_queries
from services.unit.lists import commands as lists_commands
from services.unit.lists.policy import policy as lists
from services.unit.organisation import queries as organisation_queries
from services.unit.organisation.models import Unit
from services.unit.reading import EMPTY, Reader
from services.unit.visits import commands
from services.unit.visits.policy import policy
from services.unit.visits.rules import LONGEST, VisitNote

NIL = re.compile(r"零报告|本月.*无.*风险")
SAME_ENOUGH = (
    2  # digits that may differ between two ID numbers of one person: a slip, or two swapped
)


def take_visits(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Rows become visits, risks among them findings of the unit (待补充 where the form has no words
    for them).
    """
    unit = _unit(session, sheet, how)
    report = sheet.report(reporter=unit.code, month=how.month)
    if other := _other_month(sheet, how.month):
        report.refused.append(
            RefusedCell(row=1, reason=f"表头写的是{other},与所选月份{how.month}不同,请核对")
        )
        return report
    rows = sheet.rows()
    nil = [row for row in rows if _declares_nil(row)]
    _take_rows(session, sheet, [row for row in rows if row not in nil], unit, how, report)
    if not rows:
        report.notes.append(EMPTY)
    elif how.submit:
        _submit(session, unit, how, report, nil=bool(nil))
    return report


def _unit(session: Session, sheet: Sheet, how: Handing) -> Unit:
    """Named in the title, the sheet's or the file's name; else the sender's own."""
    found = organisation_queries.unit_named_in(
        session, [*sheet.above, sheet.raw.title, sheet.raw.file]
    )
    if found is None:
        found = organisation_queries.find_unit(session, how.actor.place)
    if found is None:
        raise Refused(
            "看不出是哪个帮扶单位的走访汇总表:请在标题里写明单位全称,与“帮扶单位”表一致。"
        )
    policy.require(how.actor, "take_visits", found)
    if how.received_on:
        lists.require(how.actor, "date_receipt")
    return found


def _other_month(sheet: Sheet, month: str) -> str | None:
    """The month the title names, when it is not the one the sheet is handed over for."""
    for text in [*sheet.above, sheet.raw.file]:
        if found := re.search(
            r"(20\d\d)\s*[年-]\s*(\d{1,2})(?:\s*月(?!\s*\d)|(?![\d-]))", cells.text(text)
        ):
            named = f"{found[1]}-{int(found[2]):02}"
            return None if named == month else named
    return None


def _declares_nil(row: Row) -> bool:
    """One line instead of households: 本月走访无风险(零报告)."""
    written = [cells.text(cell) for cell in row.cells.values() if cells.text(cell)]  # type: ignore[arg-type]
    return 0 < len(written) <= 2 and any(NIL.search(text) for text in written)


def _take_rows(
    session: Session, sheet: Sheet, rows: list[Row], unit: Unit, how: Handing, report: SheetReport
) -> None:
    risky: dict[str, int] = {}
    seen: dict[tuple, int] = {}
    good: list[VisitNote] = []
    for row in rows:
        try:
            note, remarks = _visit(session, row, unit, how)
            _check_twice(row, note, seen, risky)
            _check_allowed(session, note, how)
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
            continue
        seen[note.key] = row.number
        if note.at_risk:
            risky[note.household] = row.number
        good.append(note)
        report.notes += [f"第{row.number}行:{remark}" for remark in remarks]
    if good:
        taken = commands.record_visits(session, good, actor=how.actor, on=local_date(how.now))
        report.taken, report.unchanged = taken.taken, taken.unchanged
        _note_drafts(session, unit, how.month, report)


def _visit(session: Session, row: Row, unit: Unit, how: Handing) -> tuple[VisitNote, list[str]]:
    """The row as a visit, with remarks; `Refusals` with every reason against it."""
    reader = Reader(row)
    remarks: list[str] = []
    helper = organisation_queries.helper_named(session, unit.code, cells.text(row["帮扶责任人"]))  # type: ignore[arg-type]
    if isinstance(helper, str):
        reader.object("帮扶责任人", helper)
    household = _household(session, reader, remarks)
    on = reader.read("走访时间", cells.day, how.month)
    if on and month_of(on) != how.month:
        reader.object("走访时间", f"{on.month}月{on.day}日不在{how.month}里,请核对")
    mode, reached = reader.read("走访方式", _mode) or (VisitMode.FIELD_VISIT, True)
    at_risk = reached and bool(reader.read("是否有返贫风险", cells.yes_no))
    causes = (
        reader.read("风险原因", cells.causes) if at_risk or cells.text(row["风险原因"]) else ()
    ) or ()  # type: ignore[arg-type]
    since = reader.read("风险发生时间", cells.about, how.month)
    living, income = reader.read("生产生活情况", _words), reader.read("家庭收支情况", _words)
    risk_point, matter = reader.read("风险点", _words), reader.read("需解决的相关事宜", _words)
    reader.check()
    assert household is not None
    assert not isinstance(helper, str)
    assigned = organisation_queries.assignment_of(session, household.id)
    if assigned and assigned.helper != helper.code:
        other = organisation_queries.helper(session, assigned.helper)
        remarks.append(f"{household.head_name}的结对帮扶责任人是{other.name},走访照记")
    return VisitNote(
        household=household.id,
        helper=helper.code,
        on=on,
        mode=mode,
        reached=reached,
        living=living,
        income=income,
        at_risk=at_risk,
        causes=causes,
        since=Since(day=since.day, about=since.about and since.day is not None),
        risk_point=risk_point,
        matter=matter,
    ), remarks


def _mode(cell) -> tuple[VisitMode, bool]:
    """How, and whether anybody was there: 实地走访, 电话访问, 电话(未接通)."""
    written = cells.text(cell)
    reached = not re.search(
        r"[未没无](?:有)?(?:人|接|联系|打通|通|见|在家)|不在家|拒接|关机", written
    )
    if "电话" in written:
        return VisitMode.PHONE, reached
    if re.search("走访|实地|入户|上门", written):
        return VisitMode.FIELD_VISIT, reached
    raise Unclear(
        f"走访方式“{written}”不对,请填“实地走访”或“电话访问”"
        if written
        else "没有填写,请填“实地走访”或“电话访问”"
    )


def _words(cell) -> str | None:
    written = cells.text(cell)
    if len(written) > LONGEST:
        raise Unclear(f"太长,请不超过{LONGEST}字")
    return written or None


def _household(session: Session, reader: Reader, remarks: list[str]) -> Household | None:
    """By the ID number's hash; where that fails, the one household that is probably meant is named
    in the reason.
    """
    row, name = reader.row, reader.text("户主姓名")
    written = re.sub(r"\s", "", cells.text(row["所在村组"]))  # type: ignore[arg-type]
    village = re.sub(r"第?\d{1,2}(村民)?(小?组)?$", "", written)
    try:
        number = cells.id_number(row["身份证号码"])  # type: ignore[arg-type]
    except Unclear as unclear:
        reader.object("身份证号码", str(unclear) + _perhaps(session, row, name, village))
        return None
    found = directory_queries.household_by_hash(session, id_hash(session, number))
    if found is None:
        reader.object(
            "身份证号码",
            "登记册里没有这位户主,请核对身份证号码" + _perhaps(session, row, name, village),
        )
        return None
    if name and found.head_name != name:
        reader.object("户主姓名", "姓名与这个身份证号码的户主不一致,请核对")
    place = directory_queries.division_name(session, found.village)
    if village and place != village:
        remarks.append(f"{found.head_name}登记在{place},表上写的是{village},走访照记")
    return found


def _perhaps(session: Session, row: Row, name: str, village: str) -> str:
    """“您是不是指…”, when name, village and the surviving digits point to one household: a person
    confirms.
    """
    code = directory_queries.village_named(session, village)
    if not name or code is None:
        return ""
    cell = row["身份证号码"]
    near = [
        one
        for one in directory_queries.households_like(session, name, code)
        if _near(cell, one.id_number or "")
    ]
    if len(near) != 1:
        return ""
    return f"。您是不是指{directory_queries.place_name(session, near[0])}的{near[0].head_name}(户编号{near[0].number})?请核对后填写18位号码"


def _near(cell, number: str) -> bool:
    """Whether what is left of the written number agrees with this one."""
    digits = cells.surviving_digits(cell)
    if digits:
        return number.startswith(
            digits[:14]
        )  # a float keeps fifteen digits, the last of them rounded
    written = cells.text(cell).upper()
    if not number or not written or abs(len(written) - len(number)) > 1:
        return False
    return sum(a != b for a, b in zip(written, number, strict=False)) <= SAME_ENOUGH


def _check_twice(row: Row, note: VisitNote, seen: dict[tuple, int], risky: dict[str, int]) -> None:
    """A second row for a household's risk in one file is refused: which one counts?"""
    if note.key in seen:
        raise Refusals(
            ("", f"与第{seen[note.key]}行是同一次走访(同一户、同一人、同一天、同一方式),请只留一行")
        )
    if note.at_risk and note.household in risky:
        raise Refusals(
            ("是否有返贫风险", f"第{risky[note.household]}行已报这户有风险,请合并成一行")
        )


def _check_allowed(session: Session, note: VisitNote, how: Handing) -> None:
    reasons = commands.visit_objections(session, [note], actor=how.actor, on=local_date(how.now))[0]
    if reasons:
        raise Refusals(*(("", reason) for reason in reasons))


def _note_drafts(session: Session, unit: Unit, month: str, report: SheetReport) -> None:
    drafts = [
        directory_queries.household(session, one.household).head_name
        for one in findings_queries.findings(session, month=month, unit=unit.code)
        if one.state == "draft" and not one.struck_on
    ]
    if drafts:
        report.notes.append(
            f"{len(drafts)}户的风险情况待补充风险点和需解决的相关事宜:{'、'.join(drafts)}"
        )


def _submit(session: Session, unit: Unit, how: Handing, report: SheetReport, *, nil: bool) -> None:
    """Submitting is an act of its own, refused while rows of this sheet are."""
    if report.refused and not (how.send_without and report.taken + report.unchanged):
        report.notes.append("有未通过的行,没有报送;改好后重新导入,或选择“不带这些行报送”")
        return
    try:
        answer = lists_commands.submit_list(
            session,
            unit.code,
            how.month,
            nil=nil,
            actor=how.actor,
            on=local_date(how.now),
            received_on=how.received_on,
            reason=how.reason,
        )
    except Refused as refused:
        report.notes.append(f"没有报送:{refused}")
        return
    report.submitted = True
    if answer.left_behind:
        report.notes.append(f"未随名单报送(待补充):{'、'.join(answer.left_behind)}")


VISITS = SheetKind(
    name="visits",
    title="走访汇总",
    service="unit",
    rank=5,
    take=take_visits,
    header=(
        "序号",
        "帮扶责任人",
        "户主姓名",
        "身份证号码",
        "所在村组",
        "走访时间",
        "走访方式",
        "生产生活情况",
        "家庭收支情况",
        "是否有返贫风险",
        "风险原因",
    ),
    optional=("风险发生时间", "风险点", "需解决的相关事宜"),
)


KINDS = (VISITS,)
