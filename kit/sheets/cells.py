"""A cell, and what an office program would do with it. Standard library only: the child imports it."""

import re
from datetime import date, datetime

PAGE = 1_000  # rows that travel together
ROWS, COLUMNS = 1_048_576, 200  # of a sheet, counted by what stands in its cells
SHEETS = 500  # of a workbook: one for each village of a large county
# Of one page: bytes, and values, counted by the commas of its JSON before it is read.
PAGE_BYTES, PAGE_VALUES = 4 << 20, PAGE * COLUMNS
Cell = str | int | float | bool | datetime | date | None
# What an office program would run as a formula, also the full-width twins: written with an
# apostrophe before it, and read without.
DANGEROUS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ERROR = re.compile(r"#(REF|DIV/0|VALUE|NAME|NULL|NUM|SPILL|CALC|BUSY)[!?]|#N/A|#GETTING_DATA")


def harmless(text: str) -> str:
    """A text that begins like a formula gets an apostrophe; what no workbook can hold is left out."""
    text = UNPRINTABLE.sub("", text)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def wrong_formula(cell: str) -> str:
    """Why a cell says nothing although somebody wrote a formula there (F-23); "" where it does."""
    if ERROR.fullmatch(cell):
        return f"公式出错（{cell}），请改正"
    if cell[:1] == "=" and len(cell) > 1:
        return "公式没有结果，请在 Excel/WPS 里打开并保存，或者直接填写结果"
    return ""


def column_name(number: int) -> str:
    """The first is A."""
    name = ""
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(65 + letter) + name
    return name
