"""The sheets of an uploaded file, read in a child process."""

import asyncio
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from kit.errors import Refused
from kit.sheets.reading import open_workbook
from tests.helpers.sheets import read_workbook
from tests.helpers.tree import ROOT

OPENERS = re.compile(
    r"\b(?:load_workbook|openpyxl\.reader|python_calamine|xlrd|pandas|kit\.sheets\.untrusted)\b"
)


def saved(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_rows_are_texts_numbers_and_days(tmp_path):
    row = ["甲", 3, 2.5, True, None, datetime(2026, 9, 1, 8, 30), date(2026, 9, 2)]
    [sheet] = read_workbook(saved(tmp_path / "甲.xlsx", [], [None, *row]))
    assert (sheet.file, sheet.title) == ("甲.xlsx", "Sheet")
    shown = ["甲", 3, 2.5, True, None, "2026-09-01T08:30:00", "2026-09-02"]
    assert sheet.rows == [[], [None, *shown]]


@pytest.mark.parametrize("rows", [1, 999, 1000, 1001, 2000, 2001])
def test_no_row_is_lost_between_pages(tmp_path, rows):
    path = saved(tmp_path / "a.xlsx", *([number] for number in range(rows)))
    [sheet] = asyncio.run(open_workbook(path))
    assert [row[0] for row in sheet.lines()] == list(range(rows))
    assert sheet.height == rows


def test_sheets_are_read_beside_one_another_and_again(tmp_path):
    book = Workbook()
    for title in "甲乙":
        sheet = book.create_sheet(title)
        for number in range(1500):
            sheet.append([title, number])
    book.save(tmp_path / "a.xlsx")
    empty, *both = asyncio.run(open_workbook(tmp_path / "a.xlsx", "名单.xlsx"))
    assert list(empty.lines()) == []
    for _ in range(2):
        read = list(zip(*(sheet.lines() for sheet in both), strict=True))
        assert read == [(["甲", number], ["乙", number]) for number in range(1500)]


def test_what_is_no_workbook_is_refused_by_its_name(tmp_path):
    (tmp_path / "1.xlsx").write_bytes(b"\0\1\2")
    with pytest.raises(Refused, match=r"“名单.xlsx”打不开：不是 Excel/WPS 表格"):
        asyncio.run(open_workbook(tmp_path / "1.xlsx", "名单.xlsx"))


def test_nothing_else_opens_a_workbook_and_nobody_else_calls_what_does():
    """Files of others are opened by two modules; two run these, in a child process."""
    found = {
        (word, path.relative_to(ROOT).as_posix())
        for part in ("schemas", "rulebook", "kit", "services", "backstop", "bench")
        for path in (ROOT / part).rglob("*.py")
        if path.parent.name != "untrusted" or path.stem in ("copy", "xls")
        for word in OPENERS.findall(path.read_text(encoding="utf-8"))
    }
    assert found == {
        ("xlrd", "kit/sheets/untrusted/xls.py"),
        ("kit.sheets.untrusted", "kit/sheets/untrusted/xls.py"),
        ("load_workbook", "kit/sheets/untrusted/copy.py"),
        ("kit.sheets.untrusted", "kit/sheets/untrusted/copy.py"),
        ("kit.sheets.untrusted", "kit/sheets/reading.py"),
        ("kit.sheets.untrusted", "kit/sheets/marking.py"),
        ("kit.sheets.untrusted", "bench/imports.py"),  # its own workbook
    }
