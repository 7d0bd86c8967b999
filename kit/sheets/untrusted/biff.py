"""Which formulas of an .xls or .et file have no result, which its reader does not tell ([MS-XLS]).

A cell keeps the last result beside its formula. A program that only writes leaves 0 or an empty text
there, which a formula may also come to: none of a workbook that names no engine, and in which no
formula came to anything, was ever calculated.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from struct import unpack_from
from typing import NamedTuple

from xlrd.compdoc import CompDoc

FORMULA, BOUNDSHEET, RECALC_ID, BEGIN = 0x0006, 0x0085, 0x01C1, 0x0809
STREAMS = ("Workbook", "Book")
NOTHING = (bytes(8), b"\x03\0\0\0\0\0\xff\xff")  # 0, and a text without characters
Place = tuple[int, int]  # row and column, from 0


class Record(NamedTuple):
    kind: int
    start: int  # in its stream
    data: memoryview


def without_result(path: Path, sheets: int) -> list[set[Place]]:
    """Of each of its worksheets, in their order, the formulas that were never calculated."""
    unsolved: list[set[Place]] = [set() for _ in range(sheets)]
    begin, here = dict[int, set[Place]](), set[Place]()
    of_sheets = iter(unsolved)
    for record in _records(path):
        if record.kind == FORMULA:
            row, column, result = unpack_from("<HH2x8s", record.data)
            if result not in NOTHING:
                return [set() for _ in range(sheets)]
            here.add((row, column))
        elif record.kind == RECALC_ID and any(record.data[4:8]):
            return unsolved
        elif record.kind == BOUNDSHEET and record.data[5] == 0:  # a worksheet, no chart
            [start] = unpack_from("<i", record.data)
            begin.setdefault(start, next(of_sheets, set()))
        elif record.kind == BEGIN:
            here = begin.get(record.start, here)
    return unsolved


def _records(path: Path) -> Iterator[Record]:
    """Of the workbook's stream; of a file before 1993, none: it has no such stream."""
    compound = CompDoc(path.read_bytes(), logfile=sys.stderr)
    for name in STREAMS:
        content, base, length = compound.locate_named_stream(name)
        if content is None:
            continue
        stream, at = memoryview(content)[base : base + length], 0
        while at + 4 <= len(stream):
            kind, size = unpack_from("<HH", stream, at)
            yield Record(kind, at, stream[at + 4 : at + 4 + size])
            at += 4 + size
        return
