"""Memory of `backstop up` with the demo county, right after its months were played.

Each round plays the demo in a process of its own, on durable engines as `backstop up` has them (the
demo's own spare JVM and disk), and looks when the first page is there. Services: the resident
memory of that one process, which has also played the county's people. Kafka: the resident memory of
its JVM. PostgreSQL: the proportional share (PSS) of all its processes in sum, since each one's
resident memory counts the shared buffers again. MB are 10⁶ bytes. Linux only.

A second figure: the services' memory after a register came again and again (`bench/registers.py`).
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from backstop.engines import Engines
from backstop.engines.private import free_ports
from backstop.engines.process import living
from bench.contest import Figure, Goal, check
from bench.registers import IMPORTS, LIMIT, Registers, registers
from bench.start import first_page, stop
from tests.helpers.town import ROOT

PLAY = "import sys; from pathlib import Path; from backstop.cli import main; from backstop.demo import play; main(); play.run(Path(sys.argv[1]), Path(sys.argv[2]), port=int(sys.argv[3]), fast=False)"
ROUNDS = 3
PATIENCE = 900.0  # seconds for two months


def memory_of(home: Path) -> dict[str, float]:
    """MB of the three, of an installation that is up."""
    marks = {name: living(home / "run" / f"{name}.pid") for name in ("up", "kafka", "postgres")}
    pids = {name: mark.pid for name, mark in marks.items() if mark}
    check(len(pids) == 3, f"of services, Kafka and PostgreSQL only {list(pids)} run below {home}")
    return {
        "services": _megabytes(pids["up"], "Rss"),
        "Kafka": _megabytes(pids["kafka"], "Rss"),
        "PostgreSQL": sum(
            _megabytes(pid, "Pss") for pid in (pids["postgres"], *_children(pids["postgres"]))
        ),
    }


def _megabytes(pid: int, key: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:")) * 1024 / 1e6


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def one_round() -> tuple[dict[str, float], float]:
    """Memory, and seconds from the start to the first page after the play."""
    with TemporaryDirectory(prefix="backstop-memory-", ignore_cleanup_errors=True) as folder:
        home, port = Path(folder) / "demo", free_ports(1)[0]
        began = perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-c", PLAY, str(home), f"{folder}/out", str(port)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            first_page(child, port, PATIENCE)
            return memory_of(home), perf_counter() - began
        finally:
            stop(child)
            Engines(home).erase()


async def measure(rounds: int, *, quick: bool, say: Callable[[str], None]) -> list[Figure]:
    """A quick run leaves it out: the play alone takes more than a minute."""
    if quick:
        say("left out of a quick run: the demo's months take over a minute")
        return []
    results: dict[str, list[float]] = {}
    played = []
    for number in range(1, ROUNDS + 1):
        memory, seconds = await asyncio.to_thread(one_round)
        played.append(seconds)
        say(
            f"round {number}: "
            + ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in memory.items())
            + f", played in {seconds:.0f} s"
        )
        for name, megabytes in memory.items():
            results.setdefault(name, []).append(megabytes)
    goals = [
        Goal("services", "", 350, at_most=True),
        Goal("Kafka", "", 450, at_most=True),
        Goal("PostgreSQL", "", 200, at_most=True),
    ]
    demo = Figure(
        "memory",
        "memory with the demo county, right after its months were played",
        "MB",
        results,
        goals,
        {"seconds until the first page": [round(seconds) for seconds in played]},
    )
    return [demo, _kept([await asyncio.to_thread(registers, say) for _ in range(ROUNDS)])]


def _kept(rounds: list[Registers]) -> Figure:
    return Figure(
        "registers",
        f"memory of the services a minute after a register came {IMPORTS} times",
        "MB",
        {
            "before": [came.before for came in rounds],
            "after": [came.quiet for came in rounds],
            "at most": [came.most for came in rounds],
        },
        [Goal("after", "", LIMIT, at_most=True)],
        {"rows of each": [came.rows for came in rounds]},
    )
