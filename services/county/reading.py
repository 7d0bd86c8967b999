"""How this service reads the rows of its workbooks."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlmodel import Session

from kit.sheets import Row, Sheet, SheetReport
from rulebook import cells
from rulebook.cells import Unclear
from schemas.codes import Level
from services.county.directory import queries as directory_queries


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


def filled(sheet: Sheet, report: SheetReport) -> list[Row]:
    rows = sheet.rows()
    if not rows:
        report.notes.append("空白表,已跳过")
    return rows


def count(report: SheetReport, changed: bool | int) -> None:
    if changed:
        report.taken += 1
    else:
        report.unchanged += 1


def several(text: str) -> Iterable[str]:
    return [part for part in re.split(r"[、,,;;/\s]+", text) if part]


def village_of_row(session: Session, reader: Reader) -> str:
    name, township = reader.needed("村"), cells.text(reader.row["乡镇"])
    if not name:
        return ""
    found = directory_queries.division_named(session, name, Level.VILLAGE)
    parents = directory_queries.names(session, [one.parent for one in found])
    if township and len(found) > 1:
        found = [one for one in found if parents.get(one.parent or "") == township]
    if len(found) != 1:
        reader.refuse("村", f"没有“{township}{name}”这个村,请核对乡镇和村名")
        return ""
    if township and parents.get(found[0].parent or "") != township:
        reader.refuse("乡镇", f"{name}不在{township}")
    return found[0].code


def day_of_row(value: cells.Cell) -> date:
    """A day of any year: the year must be written."""
    text = cells.text(value)
    if not re.match(r"(19|20)\d\d", text):
        raise Unclear(
            f"日期“{text}”看不明白,请写成2021年9月18日这样的格式" if text else "没有填写日期"
        )
    return cells.day(value, f"{text[:4]}-06")
