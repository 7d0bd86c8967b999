"""The sheets of an uploaded file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pydantic_core import from_json

from kit.child_process.parent import Limits, run
from kit.sheets.cells import PAGE, Cell
from kit.sheets.untrusted.rows import rows

READING = Limits(cpu=60)


@dataclass
class BookSheet:
    """One sheet of a workbook that was read; its rows lie in a file without a name that the
    workbook's sheets share. A day or moment is a text (ISO 8601).
    """

    file: str
    title: str
    height: int  # rows, from the first to the last that has anything
    read: BinaryIO
    start: int  # where its pages begin

    def pages(self) -> Iterator[bytes]:
        """Lines of JSON, a thousand rows each, as a service's door takes them."""
        at = self.start
        for _ in range(0, self.height, PAGE):
            self.read.seek(at)
            page = self.read.readline()
            at += len(page)
            yield page

    def lines(self) -> Iterator[Sequence[Cell]]:
        for page in self.pages():
            yield from from_json(page)


async def open_workbook(
    path: Path, name: str | None = None, room: int = READING.output
) -> list[BookSheet]:
    """All sheets of an .xlsx, .xls or .ods file, read in a child process; `Refused` when it cannot
    be read, or not within the limits. `room`: bytes that its rows may take on the disk.
    """
    file, limits = name or path.name, replace(READING, output=min(room, READING.output))
    read = await run(rows, {"path": str(path.absolute())}, limits, f"“{file}”")
    sheets = []
    while head := read.readline():
        title, height = from_json(head)
        sheets.append(BookSheet(file, title, height, read, read.tell()))
        for _ in range(0, height, PAGE):
            read.readline()
    return sheets
