"""Which lines of a sheet are no rows of its table: blank ones, totals, signatures, the header once
more, and what is explained under the table (F-31).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from kit.sheets.cells import Cell

Numbered = tuple[int, Sequence[Cell]]
FEW = 3  # cells at most that such a line has
TOTAL = re.compile("[合总小共累]计")
SIGNATURE = re.compile(
    "签字|签名|签章|盖章|公章|填[表报]人|审核人|[报呈]送(人|单位|时间|日期)|填报(单位|时间|日期)|"
    "经办人[:：]|制表|联系(人|电话)[:：]|(单位)?负责人[:：]"
)
NOTES = re.compile(
    r"[（(]?(备?注|填[表报写]?说明|说明|填[表报写]?(要求|须知))([:：]|[）)]?$|[1-9一二三]?[、.．:：])"
)
NUMBERED = re.compile(r"[（(]?[1-9一二三四五六七八九][、.．)）]\D")  # of an explanation


def rows_among(lines: Iterable[Numbered], header: Sequence[Cell]) -> Iterator[Numbered]:
    """The rows of the table, with their numbers. `header`: its cells as they stand."""
    explained = False
    for number, cells in lines:
        filled = [cell for cell in cells if cell is not None and cell != ""]
        if len(filled) <= FEW or str(filled[0]).isspace():
            texts = [text for text in map(_plain, filled) if text]
            if not texts or (len(texts) <= FEW and SIGNATURE.search(texts[0])):
                continue
            if len(texts) <= FEW and NOTES.match(texts[0]):
                explained = True
                continue
            if len(texts) == 1 and (explained or NUMBERED.match(texts[0])):
                continue
        first = filled[0]
        if type(first) is str and "计" in first and TOTAL.match(_plain(first)):
            continue
        if not _repeats(cells, header):
            yield number, cells


def heading(cell: Cell) -> str:
    """A header cell's name: spaces and line breaks gone, brackets of either width alike."""
    return _plain(cell).replace("(", "（").replace(")", "）")


def _plain(cell: Cell) -> str:
    return "".join(str(cell).split())


def _repeats(cells: Sequence[Cell], header: Sequence[Cell]) -> bool:
    """The header again, as on each page of a long list."""
    return all(name is None or name == cell for name, cell in zip_longest(header, cells))
