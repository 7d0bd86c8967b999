"""Memory of `backstop up` after a county's register came five times, through the door where an office
hands it in (F-50).

Each time every household has another telephone than before, so all of them are written, told and heard
anew. Only the services' process counts, the child processes that read workbooks and both engines apart.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import sleep

import httpx

from bench.contest import check
from bench.imports import CLERK, make_organisation, make_workbook
from tests.helpers.up import MONTH, Process

HOUSEHOLDS, IMPORTS = 30_000, 5  # a household has three and a half persons, each of them a row
LIMIT = 450.0  # MB (10⁶ bytes)
MINUTE = 60.0  # seconds in which nobody does anything
PATIENCE = 1_200.0  # seconds for one import


@dataclass
class Registers:
    """What came, and MB of the services' process: `before` the first register, `after` each, the
    `most` at any time, and `quiet` a minute later.
    """

    rows: int  # of each register
    before: float = 0.0
    after: list[float] = field(default_factory=list)
    most: float = 0.0
    quiet: float = 0.0
    taken: list[int] = field(default_factory=list)  # households of each register
    heard: int = 0  # of village's events, by county

    def line(self) -> str:
        after = " · ".join(f"{megabytes:.0f}" for megabytes in self.after)
        return (
            f"{self.rows:,} rows: {self.before:.0f} MB before, {after} after each import, "
            f"at most {self.most:.0f}, a minute later {self.quiet:.0f} MB"
        )


def registers(say: Callable[[str], None], households: int = HOUSEHOLDS) -> Registers:
    """In a county of its own, which is erased."""
    with TemporaryDirectory(prefix="backstop-registers-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        books = [folder / "first.xlsx", folder / "second.xlsx"]
        rows = [make_workbook(book, households, turn) for turn, book in enumerate(books)]
        organisation = make_organisation(folder / "organisation.xlsx")
        came, up = Registers(min(rows)), Process(folder / "house")
        try:
            up.up()
            check(_hand_in(up, organisation) > 0, "an organisation")
            came.before = megabytes(up.child.pid)
            with _watched(came, up.child.pid):
                for turn in range(IMPORTS):
                    came.taken.append(_hand_in(up, books[turn % 2]))
                    came.after.append(megabytes(up.child.pid))
                    say(came.line())
                sleep(MINUTE)
            came.quiet = megabytes(up.child.pid)
            came.heard = up.count("county", "SELECT count(*) FROM inbox")
        finally:
            up.close()
    return came


def megabytes(pid: int) -> float:
    """Resident memory of one process."""
    [kilobytes] = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes) * 1024 / 1e6


def _hand_in(up: Process, book: Path) -> int:
    """How much was taken; the answer comes when the other services have heard it."""
    answer = httpx.post(
        f"http://127.0.0.1:{up.port}/front/api/imports",
        files=[("files", (book.name, book.read_bytes()))],
        data={"month": MONTH},
        headers=up.signed(CLERK),
        timeout=PATIENCE,
    )
    check(answer.is_success, f"{answer.status_code} {answer.text[:300]}")
    return sum(sheet["taken"] for report in answer.json() for sheet in report["sheets"])


@contextmanager
def _watched(came: Registers, pid: int) -> Iterator[None]:
    over = Event()

    def watch() -> None:
        while not over.wait(0.1):
            came.most = max(came.most, megabytes(pid))

    watching = Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()
