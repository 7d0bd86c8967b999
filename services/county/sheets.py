"""Workbooks that the county owns: teams, responsible leaders, supervision lists, the register of
monitored households.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlmodel import Session

from kit.clock import local_date
from kit.errors import Forbidden, Refused
from kit.seal import id_hash
from kit.sheets import Handing, RefusedCell, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from rulebook.cells import Unclear
from schemas.codes import Level, Stratum
from schemas.values import Receipt
from services.county import commands, queries
from services.county.commands.ledger import CATEGORIES
from services.county.models import ReporterKind


class Reader:
    """Reads the cells of one row and collects every reason why it cannot be taken."""

    def __init__(self, row: Row) -> None:
        self.row, self.reasons = row, list[tuple[str, str]]()

    def read(self, name: str, meaning: Callable[..., Any], *args: Any, **more: Any) -> Any:
        try:
            return meaning(self.row[name], *args, **more)
        except Unclear as error:
            self.refuse(name, str(error))
            return None

    def needed(self, name: str) -> str:
        text = cells.text(self.row[name])
        if not text:
            self.refuse(name, f"没有填写{name}")
        return text

    def refuse(self, name: str, reason: str) -> None:
        self.reasons.append((name, reason))


def take_teams(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    for row in _filled(sheet, report):
        reader = Reader(row)
        code, name, townships = (
            reader.needed("组号"),
            reader.needed("督导组"),
            reader.needed("负责乡镇"),
        )
        if reader.reasons:
            report.refused += sheet.refuse(row, *reader.reasons)
            continue
        entry = commands.TeamEntry(
            code,
            name,
            cells.text(row["组长"]),
            tuple(_several(townships)),
            tuple(_several(cells.text(row["组员"]))),
        )
        _count(report, commands.enter_teams(session, [entry], actor=how.actor))
    return report


def take_responsibles(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    for row in _filled(sheet, report):
        reader = Reader(row)
        place, post, name = (
            reader.needed("单位或地区"),
            reader.needed("职务"),
            reader.needed("姓名"),
        )
        if reader.reasons:
            report.refused += sheet.refuse(row, *reader.reasons)
            continue
        entry = commands.ResponsibleEntry(cells.text(row["级别"]), place, post, name)
        _count(report, commands.enter_responsibles(session, [entry], actor=how.actor))
    return report


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
    if queries.month(session, how.month) is None:
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
    village = _village(session, reader)
    head, problem = reader.needed("户主姓名"), reader.needed("发现问题")
    number = reader.read("身份证号码", cells.id_number) if cells.text(row["身份证号码"]) else None
    causes = reader.read("易返贫(致贫)原因", cells.causes)
    known = _register(session, reader, village, head, number)
    if (key := number or f"{village}/{head}") in seen:
        reader.refuse("户主姓名", f"与第{seen[key]}行是同一户,不能确定以哪一行为准")
    if reader.reasons:
        return sheet.refuse(row, *reader.reasons)
    seen[key] = row.number
    draft = commands.FindingDraft(village, head, causes, problem, cells.text(row["建议"]), number)
    try:
        _, fresh = commands.add_supervision_finding(
            session, team, how.month, draft, actor=how.actor, on=how.on
        )
    except Forbidden:
        raise  # the whole sheet, not its rows
    except Refused as error:
        return sheet.refuse(row, ("", str(error)))
    _count(report, fresh)
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
        return bool(village and head and len(queries.households_named(session, village, head)) == 1)
    found = queries.households_of_hash(session, id_hash(session, number))
    if found and village and all(one.village != village for one in found):
        reader.refuse(
            "村", f"这个身份证号码的农户在{queries.name_of(session, found[0].village)},请核对村名"
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


def take_monitored(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    villages = {one.name: one.code for one in queries.divisions(session, Level.VILLAGE)}
    entries = []
    for row in _filled(sheet, report):
        reader = Reader(row)
        entry = _monitored(reader, villages)
        if reader.reasons:
            report.refused += sheet.refuse(row, *reader.reasons)
        else:
            entries.append(entry)
    report.taken, report.unchanged = commands.enter_monitored_households(
        session, entries, actor=how.actor
    )
    return report


def _monitored(reader: Reader, villages: dict[str, str]) -> Any:
    row = reader.row
    village, head = reader.needed("村"), reader.needed("户主姓名")
    if village and village not in villages and village not in villages.values():
        reader.refuse("村", f"没有“{village}”这个村,请核对")
    number, id_text = cells.text(row["户编号"]) or None, cells.text(row["身份证号码"])
    id_number = reader.read("身份证号码", cells.id_number) if id_text else None
    if not number and not id_text:
        reader.refuse("户编号", "户编号和身份证号码至少填一项")
    category = reader.read("监测对象类别", _category)
    persons = reader.read("家庭人口", cells.count)
    identified = reader.read("识别时间", _day)
    cause = reader.read("致贫返贫原因", cells.causes) if cells.text(row["致贫返贫原因"]) else None
    eliminated = reader.read("风险消除时间", _day) if cells.text(row["风险消除时间"]) else None
    if identified and eliminated and eliminated < identified:
        reader.refuse("风险消除时间", "风险消除时间早于识别时间")
    gone = (
        reader.read("消除人口", cells.count, what="消除人口")
        if cells.text(row["消除人口"])
        else None
    )
    if reader.reasons:
        return None
    return commands.MonitoredEntry(
        village=villages.get(village, village),
        head_name=head,
        category=category,
        persons=persons,
        identified_on=identified,
        number=number,
        id_number=id_number,
        phone=cells.text(row["联系电话"]) or None,
        channel=cells.text(row["识别渠道"]) or None,
        cause=cause[0] if cause else None,
        eliminated_on=eliminated,
        eliminated_mode=cells.text(row["消除方式"]) or None,
        persons_eliminated=gone,
        remarks=cells.text(row["备注"]) or None,
    )


def _filled(sheet: Sheet, report: SheetReport) -> list[Row]:
    rows = sheet.rows()
    if not rows:
        report.notes.append("空白表,已跳过")
    return rows


def _count(report: SheetReport, changed: bool | int) -> None:
    if changed:
        report.taken += 1
    else:
        report.unchanged += 1


def _several(text: str) -> Iterable[str]:
    return [part for part in re.split(r"[、,,;;/\s]+", text) if part]


def _team(session: Session, sheet: Sheet) -> str:
    """The team stands above the header: 督导组:第二督导组."""
    above = "".join("".join(text.split()) for text in sheet.above)
    for team in queries.teams(session):
        if team.name in above:
            return team.code
    raise Refused(
        "表头上方没有写明是哪个督导组,或者督导组名册里没有这个组。请写成“督导组:第一督导组”。"
    )


def _village(session: Session, reader: Reader) -> str:
    name, township = reader.needed("村"), cells.text(reader.row["乡镇"])
    if not name:
        return ""
    found = queries.division_named(session, name, Level.VILLAGE)
    parents = queries.names(session, [one.parent for one in found])
    if township and len(found) > 1:
        found = [one for one in found if parents.get(one.parent or "") == township]
    if len(found) != 1:
        reader.refuse("村", f"没有“{township}{name}”这个村,请核对乡镇和村名")
        return ""
    if township and parents.get(found[0].parent or "") != township:
        reader.refuse("乡镇", f"{name}不在{township}")
    return found[0].code


def _category(value: cells.Cell) -> Stratum:
    label = cells.text(value)
    for one in CATEGORIES:
        if one.label == label:
            return one
    raise Unclear(f"监测对象类别“{label}”不对,可填:{'、'.join(one.label for one in CATEGORIES)}")


def _day(value: cells.Cell) -> date:
    """A day of any year: the year must be written."""
    text = cells.text(value)
    if not re.match(r"(19|20)\d\d", text):
        raise Unclear(
            f"日期“{text}”看不明白,请写成2021年9月18日这样的格式" if text else "没有填写日期"
        )
    return cells.day(value, f"{text[:4]}-06")


def _says_nil(row: Row) -> bool:
    return any("零报告" in cells.text(cell) for cell in row.cells.values())


def _has_reported(session: Session, team: str, month: str) -> bool:
    state = queries.reporter_month(session, month, ReporterKind.TEAM, team)
    return state is not None and state.timeliness in ("on_time", "late")


KINDS = (
    SheetKind(
        "teams", "督导组", "county", 1, ("组号", "督导组", "组长", "组员", "负责乡镇"), take_teams
    ),
    SheetKind(
        "responsibles",
        "主要负责人",
        "county",
        1,
        ("级别", "单位或地区", "职务", "姓名"),
        take_responsibles,
    ),
    SheetKind(
        "supervision",
        "督导清单",
        "county",
        5,
        ("乡镇", "村", "户主姓名", "身份证号码", "发现问题", "易返贫(致贫)原因", "建议"),
        take_supervision,
        optional=("序号",),
    ),
    SheetKind(
        "monitored",
        "监测台账",
        "county",
        2,
        ("户主姓名", "村", "监测对象类别", "家庭人口", "识别时间"),
        take_monitored,
        optional=(
            "户编号",
            "身份证号码",
            "联系电话",
            "识别渠道",
            "致贫返贫原因",
            "风险消除时间",
            "消除方式",
            "消除人口",
            "备注",
        ),
    ),
)
