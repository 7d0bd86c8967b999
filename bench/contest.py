"""How a figure is measured: contestants interleaved in one run, each round's rows counted, paired
ratios with their spread.
"""

import json
import os
import platform
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).parent / "results"
AGAINST = "against.json"  # there: no figure, but two revisions compared (`bench/against.py`)
# Sets itself up, works, counts its rows, says its rate (or its seconds)
Round = Callable[[], Awaitable[float]]
LIBRARIES = ("faststream", "aiokafka", "psycopg", "sqlalchemy", "sqlmodel", "fastapi", "pydantic")


@dataclass(frozen=True)
class Goal:
    """`of` ÷ `to` is at least (or, for times, at most) `bound`; without `to`, `of` itself, in the
    figure's unit.
    """

    of: str
    to: str
    bound: float
    at_most: bool = False

    @property
    def what(self) -> str:
        return f"{self.of} ÷ {self.to}" if self.to else self.of

    def met(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


@dataclass
class Figure:
    """One line of the table. `rounds`: contestant -> its figure in each round, in `unit`."""

    name: str
    title: str
    unit: str
    rounds: dict[str, list[float]]
    goals: list[Goal] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)  # reported beside it, e.g. p99

    def ratios(self, goal: Goal) -> list[float]:
        """Paired: both of the same round, so that a slow minute of the machine slows both."""
        if not goal.to:
            return self.rounds[goal.of]
        return [a / b for a, b in zip(self.rounds[goal.of], self.rounds[goal.to], strict=True)]

    def keep(self, folder: Path = RESULTS) -> Path:
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.name}.json"
        record = (
            asdict(self)
            | {
                "ratios": [
                    asdict(goal)
                    | {
                        "median": median(ratios := self.ratios(goal)),
                        "lowest": min(ratios),
                        "highest": max(ratios),
                    }
                    for goal in self.goals
                ]
            }
            | {"machine": machine()}
        )
        path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
        return path


async def contest(
    contestants: Mapping[str, Round],
    rounds: int,
    say: Callable[[str], None],
    *,
    warm_up: bool = True,
) -> dict[str, list[float]]:
    """Play `rounds` rounds; who begins changes from round to round. A first round warms up and does
    not count; not needed where every round begins with processes of its own.
    """
    names = list(contestants)
    results: dict[str, list[float]] = {name: [] for name in names}
    for number in range(0 if warm_up else 1, rounds + 1):
        order = names[number % len(names) :] + names[: number % len(names)]
        figures = {name: await contestants[name]() for name in order}
        say(
            f"{'warm-up' if number == 0 else f'round {number}'}: "
            + ", ".join(f"{name} {figures[name]:,.4g}" for name in names)
        )
        if number:
            for name in names:
                results[name].append(figures[name])
    return results


def machine() -> dict[str, Any]:
    """What the figures were measured on, and when (UTC)."""
    cpu = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in cpu.read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def check(condition: bool, message: str) -> None:
    """A figure whose rows are not there is none."""
    if not condition:
        raise AssertionError(message)
