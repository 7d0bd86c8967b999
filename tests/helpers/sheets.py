"""Workbooks that offices hand in: head rows, and sheets as a service's door gets them."""

import asyncio
from pathlib import Path

from kit.sheets.reading import open_workbook
from kit.sheets.sheet import RawSheet

REGISTER = (
    "户编号",
    "乡镇",
    "村名",
    "组别",
    "农户类型",
    "姓名",
    "身份证号码",
    "性别",
    "与户主关系",
    "健康状况",
    "残疾类别等级",
    "劳动能力",
    "联系电话",
)


def read_workbook(path: Path) -> list[RawSheet]:
    return [
        RawSheet(file=sheet.file, title=sheet.title, rows=[list(row) for row in sheet.lines()])
        for sheet in asyncio.run(open_workbook(path))
    ]
