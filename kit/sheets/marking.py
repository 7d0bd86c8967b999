"""What was refused, shown in a copy of the file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from kit.child_process.parent import Limits, Sender, run
from kit.sheets.sheet import RefusedCell
from kit.sheets.untrusted.copy import Mark, marked

MARKING = Limits(cpu=300)


async def mark_refused(
    path: Path,
    refused: Mapping[str, Sequence[RefusedCell]],
    name: str | None = None,
    sender: Sender | None = None,
) -> bytes:
    """A copy of an uploaded workbook, as .xlsx: what was refused (sheet title -> its cells) is
    coloured and says why. `Refused` when there is no copy to be had within the limits.
    """
    places = {title: [_mark(cell) for cell in cells] for title, cells in refused.items()}
    data = {"path": str(path.absolute()), "refused": places}
    with await run(marked, data, MARKING, f"“{name or path.name}”", sender) as copy:
        return copy.read()


def _mark(cell: RefusedCell) -> Mark:
    return Mark(cell.row, cell.column, f"{cell.name}：{cell.reason}" if cell.name else cell.reason)
