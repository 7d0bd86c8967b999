"""Workbooks that this feature owns."""

from typing import Any

from sqlmodel import Session

from kit.sheets import Handing, Sheet, SheetKind, SheetReport
from rulebook import cells
from rulebook.cells import Unclear
from schemas.codes import Level, Stratum
from services.county.directory import queries as directory_queries
from services.county.ledger import commands
from services.county.ledger.commands import CATEGORIES, MonitoredEntry
from services.county.reading import Reader, day_of_row, filled


def take_monitored(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    villages = {one.name: one.code for one in directory_queries.divisions(session, Level.VILLAGE)}
    entries = []
    for row in filled(sheet, report):
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
    identified = reader.read("识别时间", day_of_row)
    cause = reader.read("致贫返贫原因", cells.causes) if cells.text(row["致贫返贫原因"]) else None
    eliminated = (
        reader.read("风险消除时间", day_of_row) if cells.text(row["风险消除时间"]) else None
    )
    if identified and eliminated and eliminated < identified:
        reader.refuse("风险消除时间", "风险消除时间早于识别时间")
    gone = (
        reader.read("消除人口", cells.count, what="消除人口")
        if cells.text(row["消除人口"])
        else None
    )
    if reader.reasons:
        return None
    return MonitoredEntry(
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


def _category(value: cells.Cell) -> Stratum:
    label = cells.text(value)
    for one in CATEGORIES:
        if one.label == label:
            return one
    raise Unclear(f"监测对象类别“{label}”不对,可填:{'、'.join(one.label for one in CATEGORIES)}")


KINDS = (
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
