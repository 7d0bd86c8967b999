"""Sheets of a workbook, whole, as a service's door gets them."""

import asyncio
from pathlib import Path

from kit.sheets.reading import open_workbook
from kit.sheets.sheet import RawSheet


def read_workbook(path: Path) -> list[RawSheet]:
    return [
        RawSheet(file=sheet.file, title=sheet.title, rows=[list(row) for row in sheet.lines()])
        for sheet in asyncio.run(open_workbook(path))
    ]
