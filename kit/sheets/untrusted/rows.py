"""The rows of a workbook. Imports nothing that starts slowly: a clerk waits for it."""

import json
from collections import deque
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from kit.errors import Refused
from kit.sheets.cells import PAGE, PAGE_BYTES, PAGE_VALUES, SHEETS, Cell
from kit.sheets.untrusted.book import SheetInFile
from kit.sheets.untrusted.xml import NO_WORKBOOK

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "加了密码，请取消密码后再上传。"
MACROS = "带有宏，宏不能带进来。请另存为不带宏的 .xlsx 后再上传。"
BINARY = "是 .xlsb 格式，读不了。请另存为 .xlsx 后再上传。"
# Names in a compound file stand in its directory, two bytes a letter.
SEALED, MACRO_FOLDER = "EncryptedPackage".encode("utf-16-le"), "_VBA_PROJECT".encode("utf-16-le")


def rows(path: str, most: int) -> Iterator[bytes]:
    """All sheets of a workbook as lines of JSON: of each its rows in pages `[[cell, …], …]`, then
    `{"title", "height", "blank", "hidden", "hidden_rows", "epoch"}`. A day or moment is a text (ISO
    8601), an error its name (#REF!), a formula without a result its text (=A1). A hidden sheet's rows
    are not read. `Refused`, with what there is, where the pages come to more than `most` bytes.
    """
    room = most
    for number, sheet in enumerate(sheets(path)):
        if number == SHEETS:
            raise Refused(f"里的工作表超过{SHEETS}张。请拆成几个文件后重新上传。")
        height, blank = 0, True
        lines = iter(()) if sheet.hidden else sheet.lines()
        while page := list(islice(lines, PAGE)):
            height += len(page)
            blank = blank and not any(str(cell or "").strip() for row in page for cell in row)
            for line in _pages(page):
                room -= len(line)
                if room < 0:
                    deque(lines, maxlen=0)  # to its end, so that the refusal can name it
                    raise Refused(f"{sheet.extent}，内容太多，{_no_room(most)}")
                yield line
        yield _line(
            {
                "title": sheet.title,
                "height": height,
                "blank": blank,
                "hidden": sheet.hidden,
                "hidden_rows": sheet.hidden_rows,
                "epoch": sheet.epoch,
            }
        )


def _pages(rows: list[list[Cell]]) -> Iterator[bytes]:
    """Lines that a door takes: where a thousand rows are too much, half of them at a time."""
    line = _line(rows)
    if len(line) <= PAGE_BYTES and line.count(b",") < PAGE_VALUES:
        yield line
    elif len(rows) == 1:
        raise Refused("里有一行的内容太多。请删去多余的内容，再重新上传。")
    else:
        left = iter(rows)
        yield from _pages([*islice(left, len(rows) // 2)])
        yield from _pages([*left])


def _no_room(most: int) -> str:
    megabytes = -(-most >> 20)  # one that was begun counts
    return (
        f"一次导入放不下（最多{megabytes}MB）。请删去多余的行和列，或者拆成几个文件、分几次导入。"
    )


def _line(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_written)
    return text.encode("utf-8", "replace") + b"\n"


def _written(moment: date) -> str:
    return moment.isoformat()


def sheets(path: str) -> Iterator[SheetInFile]:
    """Of whatever the file is, its name aside."""
    file = Path(path)
    with file.open("rb") as opened:
        begins = opened.read(len(COMPOUND))
    if begins.startswith(ZIP):
        yield from _zipped(file)
    elif begins == COMPOUND:
        yield from _compound(file)
    else:
        from kit.sheets.untrusted import text

        yield from text.sheets(file)


def _zipped(file: Path) -> Iterator[SheetInFile]:
    from kit.sheets.untrusted import ods, xlsx

    try:
        with ZipFile(file) as book:
            names = {name.lower() for name in book.namelist()}
            if any(name.endswith("vbaproject.bin") for name in names):
                raise Refused(MACROS)
            if "xl/workbook.bin" in names:
                raise Refused(BINARY)
            if ods.CONTENT in names:
                if b"encryption-data" in book.read("META-INF/manifest.xml"):
                    raise Refused(LOCKED)
                yield from ods.sheets(book)
            elif any(name.endswith("xl/workbook.xml") for name in names):
                yield from xlsx.sheets(book)
            else:
                raise Refused(NO_WORKBOOK)
    except BadZipFile as error:
        raise Refused(NO_WORKBOOK) from error


def _compound(file: Path) -> Iterator[SheetInFile]:
    from kit.sheets.untrusted import xls

    content = file.read_bytes()
    if SEALED in content:
        raise Refused(LOCKED)
    if MACRO_FOLDER in content:
        raise Refused(MACROS)
    del content
    yield from xls.sheets(file, LOCKED)
