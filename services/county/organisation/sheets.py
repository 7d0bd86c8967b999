"""Workbooks that this feature owns."""

from sqlmodel import Session

from kit.sheets import Handing, Sheet, SheetKind, SheetReport
from rulebook import cells
from services.county.organisation import commands
from services.county.organisation.commands import ResponsibleEntry, TeamEntry
from services.county.reading import Reader, count, filled, several


def take_teams(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    for row in filled(sheet, report):
        reader = Reader(row)
        code, name, townships = (
            reader.needed("组号"),
            reader.needed("督导组"),
            reader.needed("负责乡镇"),
        )
        if reader.reasons:
            report.refused += sheet.refuse(row, *reader.reasons)
            continue
        entry = TeamEntry(
            code,
            name,
            cells.text(row["组长"]),
            tuple(several(townships)),
            tuple(several(cells.text(row["组员"]))),
        )
        count(report, commands.enter_teams(session, [entry], actor=how.actor))
    return report


def take_responsibles(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    for row in filled(sheet, report):
        reader = Reader(row)
        place, post, name = (
            reader.needed("单位或地区"),
            reader.needed("职务"),
            reader.needed("姓名"),
        )
        if reader.reasons:
            report.refused += sheet.refuse(row, *reader.reasons)
            continue
        entry = ResponsibleEntry(cells.text(row["级别"]), place, post, name)
        count(report, commands.enter_responsibles(session, [entry], actor=how.actor))
    return report


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
)
