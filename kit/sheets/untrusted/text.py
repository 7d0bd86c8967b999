"""A .csv file: text, in UTF-8 or as Chinese programs write it, between commas or tabs."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from kit.errors import Refused
from kit.sheets.untrusted.book import SheetInFile, SparseRow
from kit.sheets.untrusted.xml import NO_WORKBOOK

TITLE = "Sheet1"
MARKUP = re.compile(r"\s*<(!doctype|html|head|table|meta|\?xml|\w+:)", re.IGNORECASE)
PAGE = (
    "是网页（HTML 或 XML）改了名字的文件，不是真正的表格。"
    "请在 Excel/WPS 里打开，另存为 .xlsx 后重新上传。"
)


def sheets(path: Path) -> Iterator[SheetInFile]:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused(NO_WORKBOOK)
    if MARKUP.match(text):
        raise Refused(PAGE)
    if "\0" in text or not re.search("[,;\t，]", text):
        raise Refused(NO_WORKBOOK)
    yield SheetInFile(TITLE, _rows(text))


def _rows(text: str) -> Iterator[SparseRow]:
    first = text.partition("\n")[0]
    between = max(",\t;", key=text.count if first.isspace() else first.count)
    for number, texts in enumerate(csv.reader(text.splitlines(), delimiter=between), start=1):
        cells = [cell or None for cell in texts]
        while cells and cells[-1] is None:
            cells.pop()
        yield SparseRow(number, [*cells])
