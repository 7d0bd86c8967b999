"""The sheets of an uploaded file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from pydantic_core import from_json

from kit.child_process.parent import Limits, Sender, run
from kit.sheets.cells import Cell
from kit.sheets.untrusted.rows import rows

READING = Limits(cpu=60)
# A county's register takes longer than any clerk's list.
READING_REGISTER = Limits(cpu=600, wall=1200)
# Seconds of processor time that all files of one import may take, their marked copies included.
TOGETHER, TOGETHER_REGISTERS = 180, 3600


@dataclass
class BookSheet:
    """One sheet of a workbook that was read; its rows lie in a file without a name that the
    workbook's sheets share. A day or moment is a text (ISO 8601). Of a hidden sheet nothing is
    read.
    """

    file: str
    title: str
    height: int  # rows, from the first to the last that has anything
    blank: bool  # nobody sees anything in any of them
    hidden: bool
    hidden_rows: list[int]  # that have anything; they count from 1
    read: BinaryIO
    start: int  # where its pages begin, and where they end
    end: int
    epoch: date  # the day that bare numbers of days count from

    def pages(self) -> Iterator[bytes]:
        """Lines of JSON, a thousand rows or fewer each, as a service's door takes them."""
        at = self.start
        while at < self.end:
            self.read.seek(at)
            page = self.read.readline()
            at += len(page)
            yield page

    def lines(self) -> Iterator[Sequence[Cell]]:
        for page in self.pages():
            yield from from_json(page)


async def open_workbook(
    path: Path, name: str | None = None, limits: Limits = READING, sender: Sender | None = None
) -> list[BookSheet]:
    """All sheets of an .xlsx, .xls, .et, .ods or .csv file, read in a child process; `Refused` when
    it cannot be read, or not within the limits.
    """
    file = name or path.name
    data = {"path": str(path.absolute()), "most": limits.output}
    read = await run(rows, data, limits, f"“{file}”", sender)
    sheets, start, end = list[BookSheet](), 0, 0
    while line := read.readline():
        if line.startswith(b"{"):  # behind its pages
            said = from_json(line)
            epoch = date.fromisoformat(said.pop("epoch"))
            sheets.append(BookSheet(file, **said, epoch=epoch, read=read, start=start, end=end))
            start = read.tell()
        end = read.tell()
    return sheets
