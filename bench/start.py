"""`backstop up` to the first page: from the start of the process until the sign-in page answers
200.

The broker's jars have been fetched before. `again`: an installation that exists and is stopped,
which is what a person waits for every morning. `first`: an empty folder, so initdb, Kafka's format
and every table's creation are in it.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import httpx

from backstop.engines import Engines
from backstop.engines.private import free_ports
from bench.contest import Figure, Goal, check, contest
from tests.helpers.town import COMMAND, ROOT

PATIENCE = 120.0


def first_page(child: subprocess.Popen, port: int, patience: float = PATIENCE) -> None:
    """Wait until the sign-in page is there; asked every 10 ms."""
    until = perf_counter() + patience
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
        while True:
            check(child.poll() is None, f"the process ended with status {child.returncode}")
            check(perf_counter() < until, f"no page within {patience:.0f} s")
            try:
                if client.get("/sign-in").status_code == 200:
                    return
            except httpx.TransportError:
                sleep(0.01)


def stop(child: subprocess.Popen) -> None:
    child.send_signal(signal.SIGTERM)
    child.wait(60)


def up(home: Path) -> float:
    """Seconds to the first page; then it is stopped again."""
    port = free_ports(1)[0]
    began = perf_counter()
    child = subprocess.Popen(
        [*COMMAND, "up", "--home", str(home), "--port", str(port)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.DEVNULL,
    )
    try:
        first_page(child, port)
        return perf_counter() - began
    finally:
        stop(child)


class Start:
    """One installation that is started again and again, and new ones."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "again"

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Start"]:
        try:
            await asyncio.to_thread(up, self.home)
            yield self
        finally:
            await asyncio.to_thread(Engines(self.home).erase)

    async def again(self) -> float:
        return await asyncio.to_thread(up, self.home)

    async def first(self) -> float:
        home = self.folder / "first"
        try:
            return await asyncio.to_thread(up, home)
        finally:
            await asyncio.to_thread(Engines(home).erase)


async def measure(rounds: int, *, quick: bool, say: Callable[[str], None]) -> Figure:
    with TemporaryDirectory(prefix="backstop-start-", ignore_cleanup_errors=True) as folder:
        async with Start(Path(folder)).opened() as start:
            results = await contest(
                {"again": start.again, "first": start.first},
                1 if quick else rounds,
                say,
                warm_up=not quick,
            )
    return Figure(
        "start",
        "`backstop up` to the first page, jars fetched",
        "s",
        results,
        [Goal("again", "", 6, at_most=True)],
    )
